#include "run/reconcile.h"

#include "app/app.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/std.h"
#include "plan/facts.h"
#include "plan/plan.h"
#include "plan/plan_decide.h"
#include "plan/plan_merge.h"
#include "plan/plan_record.h"
#include "run/remote.h"
#include "run/run.h"
#include "run/run_blobs.h"
#include "run/run_commit.h"
#include "run/run_facts.h"
#include "run/run_head.h"
#include "run/run_mirror.h"
#include "run/run_pr.h"
#include "run/run_pr_look.h"
#include "run/run_progress.h"
#include "run/run_push.h"
#include "run/run_rename.h"
#include "run/run_settle.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "task/strays.h"
#include "week/ledger.h"
#include "week/ledger_clock.h"

#define TRIES 8 /* against writers that are faster, before giving up */

/* The lease. */

/*
 * Take the lease, or return RUN_LOST if another run has one that is not over.
 * A lease that is over was left by a run that crashed, or hangs.
 */
static enum run_end
take_lease(struct run *run, struct err *err)
{
	struct ledger *ledger = &run->ledger;

	if (run_load(run, err) == -1)
		return RUN_FAILED;
	if (!std_streq(ledger->run_id, run->id) &&
	    ledger_clock_is_leased(
		ledger, run->job->lease_ms, app_now(run->job->app)))
		return RUN_LOST;
	free(ledger->run_id);
	ledger->run_id = std_strdup(run->id);
	return run_save(run, err);
}

/* Raise the version after changes of the files, and note that nothing is left to
 * be raised. */
static int
raise_version(struct run *run, const struct buf *files, struct err *err)
{
	if (app_bump(run->job->app, run->job->user, files, err) == -1)
		return -1;
	run->ledger.raise = false;
	return 0;
}

/*
 * Raise the version for an earlier run that may have crashed after it wrote
 * the mirror, or the records, and before it raised the version.  Broken records
 * (`shown`, run_load) do not say whether it did.
 */
static enum run_end
raise_for_crashed(struct run *run, struct err *err)
{
	if (!run->ledger.raise && run->ledger.n_intents == 0 && !run->shown)
		return RUN_IDLE;
	return raise_version(run, NULL, err) == 0 ? RUN_DONE : RUN_FAILED;
}

/* The plan. */

/* Decide what happens to each file, from the facts (plan_decide.h). */
static enum run_end
decide_plan(struct run *run, struct err *err)
{
	const struct conf *conf = &run->job->app->conf;
	const struct plan_rules rules = {
	    .full = run->job->full,
	    .confirm = run->job->confirm,
	    .read_only = run->read_only,
	    .via_pr = conf->via_pr,
	    .create_via_pr = conf->create_via_pr,
	    .files = plan_portion(run->facts.n),
	    .pushes = PLAN_PUSHES,
	    .bytes = PLAN_BYTES,
	    .push_bytes = PLAN_PUSH_BYTES,
	};

	(void)err;
	plan_decide(&run->plan, &run->facts, &run->ledger, &rules);
	if (plan_record_notes(&run->plan, &run->ledger))
		run->shown = true;
	run->result->kept = run->plan.kept;
	run_progress_plan(run);
	return RUN_DONE;
}

/* Return the highest number in Git plus 1; 0 if no files were read. */
static unsigned
find_next_id(const struct run *run)
{
	const struct remote *remote = &run->remote;

	return remote->n > 0
		   ? names_number(remote->files[remote->n - 1].file) + 1
		   : 0;
}

/* Raise the next number above those of Git's files, once for a head. */
static enum run_end
raise_number(struct run *run, struct err *err)
{
	unsigned next = find_next_id(run);

	if (run->remote.same || next <= run->next_id)
		return RUN_IDLE;
	if (numbers_raise(run->job->app, run->job->user, next, err) == -1)
		return RUN_FAILED;
	run->next_id = next;
	return RUN_DONE;
}

/*
 * Raise it before the files come, if that takes long: in a first sync, which
 * GitHub may hold up after it has named all files, and in one of many portions.
 * A task that is made meanwhile must not get a number that Git has.
 */
static enum run_end
raise_number_early(struct run *run, struct err *err)
{
	if (run->plan.more || run->ledger.last_ms == 0)
		return raise_number(run, err);
	return RUN_IDLE;
}

static enum run_end
merge_plan(struct run *run, struct err *err)
{
	(void)err;
	plan_merge(&run->plan);
	return RUN_DONE;
}

/*
 * Begin with a result for each item that says that nothing was written: the
 * mirror has the bytes under the ETag that was read.
 */
static enum run_end
prepare_results(struct run *run, struct err *err)
{
	size_t i;

	(void)err;
	run->results = std_zalloc(run->plan.n * sizeof *run->results);
	for (i = 0; i < run->plan.n; i++) {
		const struct buf *etag = &run->plan.items[i].facts->etag;

		buf_init(&run->results[i].etag);
		buf_set(&run->results[i].etag, etag->s, etag->len);
	}
	return RUN_DONE;
}

static void
release_plan(struct run *run)
{
	size_t i;

	for (i = 0; run->results != NULL && i < run->plan.n; i++)
		buf_release(&run->results[i].etag);
	free(run->results);
	run->results = NULL;
	plan_release(&run->plan);
	facts_release(&run->facts);
}

/*
 * Write, push and record what the plan says.  A table of its own, so that
 * "recorded" runs however far the steps before it came.
 */
static enum run_end
carry_out(struct run *run, struct err *err)
{
	static const struct run_step steps[] = {
	    {"intents", run_mirror_intend, false},
	    {"moves", run_mirror_move, false},
	    {"mirror", run_mirror_write, false},
	    {"removals", run_mirror_remove, false},
	    {NULL, run_push_check, false},
	    {"push", run_push_send, false},
	    {"recorded", run_push_record, true},
	};

	return run_steps(run, steps, ARRAY_LEN(steps), err);
}

/* Do the steps 3 to 10 of docs/reconcile.md once: facts, plan, apply. */
static enum run_end
attempt_once(struct run *run, struct err *err)
{
	static const struct run_step steps[] = {
	    {"look", run_facts_list, false},
	    {"head", run_head_read, false},
	    {NULL, run_head_believe, false},
	    {NULL, run_settle_fate, false},
	    {"settled", run_settle, false},
	    {"pulls", run_pr_look, false},
	    {"trees", run_facts_folder, false},
	    {NULL, run_facts_collect, false},
	    {"renamed", run_rename_new, false},
	    {NULL, decide_plan, false},
	    {NULL, raise_number_early, false},
	    {NULL, run_blobs_known, false},
	    {"blobs", run_blobs_fetch, false},
	    {NULL, merge_plan, false},
	    {NULL, run_facts_replaced, false},
	    {NULL, prepare_results, false},
	    {"copies", run_mirror_copy, false},
	    {"commit", run_commit_make, false},
	    {NULL, carry_out, false},
	    {NULL, run_pr_push, false},
	};

	release_plan(run);
	return run_steps(run, steps, ARRAY_LEN(steps), err);
}

/* The end of a run. */

/*
 * Note in sync.json that the version must be raised, before it is: if the
 * worker dies between the two, the next run raises it.
 */
static enum run_end
save_raise(struct run *run, struct err *err)
{
	run->ledger.raise = run->ledger.raise || run->shown;
	if (!run->ledger.raise)
		return RUN_IDLE;
	return run->raise_saved ? RUN_DONE : run_save(run, err);
}

/* Raise the version if this run, or one before, changed what is shown. */
static enum run_end
raise_shown(struct run *run, struct err *err)
{
	if (run->ledger.raise && raise_version(run, &run->changed, err) == -1)
		return RUN_FAILED;
	run->shown = false;
	return RUN_DONE;
}

/*
 * Give the lease back, with the time of a run that went through.  Before
 * "word" and the mark, which need no lease.
 */
static enum run_end
give_lease(struct run *run, struct err *err)
{
	free(run->ledger.run_id);
	run->ledger.run_id = NULL;
	if (run->how == RUN_DONE)
		run->ledger.last_ms = app_now(run->job->app);
	return run_save(run, err);
}

static int
put_text(
    struct run *run, enum names_blob which, const char *text, struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf bytes = BUF_INIT;
	int rc;

	names_key(&blob.key, which, run->job->user);
	buf_adds(&bytes, text);
	rc = blob_put(run->job->app->store, &blob, &bytes, err);
	buf_release(&bytes);
	blob_release(&blob);
	return rc;
}

/* Only now: until the lease was given back, readers looked for it. */
static enum run_end
end_progress(struct run *run, struct err *err)
{
	(void)err;
	run_progress_end(run);
	return RUN_IDLE;
}

/*
 * Put the blobs that programs outside read (design.md 5), and raise the next
 * number above those of Git's files.
 */
static enum run_end
put_word(struct run *run, struct err *err)
{
	struct buf at = BUF_INIT;
	int rc;

	if (run->how != RUN_DONE)
		return RUN_IDLE;
	day_add_rfc3339(&at, run->ledger.last_ms);
	rc = put_text(run, NAMES_LAST_HEAD, run->ledger.head, err);
	if (rc == 0)
		rc = put_text(run, NAMES_LAST_SYNC, at.s, err);
	buf_release(&at);
	if (rc == -1 || raise_number(run, err) == RUN_FAILED)
		return RUN_FAILED;
	return RUN_DONE;
}

/*
 * Remove the mark that this run read before it looked.  One that was put
 * since has another ETag and stays for the next run.
 */
static enum run_end
remove_mark(struct run *run, struct err *err)
{
	if (run->how != RUN_DONE)
		return RUN_IDLE;
	return blob_remove_if_same(run->job->app->store, &run->mark, err) == 0
		   ? RUN_DONE
		   : RUN_FAILED;
}

/*
 * Finish the run (step 11), of which `how` says how it ended.  Return RUN_LOST
 * if another run has taken over, RUN_FAILED if the store failed, else `how`.
 */
static enum run_end
finish_run(struct run *run, enum run_end how, struct err *err)
{
	static const struct run_step steps[] = {
	    {"record", save_raise, false},
	    {"version", raise_shown, false},
	    {"lease", give_lease, false},
	    {NULL, end_progress, false},
	    {"word", put_word, false},
	    {NULL, remove_mark, false},
	};
	enum run_end end;

	run->how = how;
	end = run_steps(run, steps, ARRAY_LEN(steps), err);
	return end == RUN_DONE ? how : end;
}

/* The whole. */

/*
 * Attempt until no portion is left.  If another writer was faster, attempt
 * again, TRIES times in a run; portions do not count as tries.
 */
static enum run_end
attempt_all(struct run *run, int *tries, struct err *err)
{
	enum run_end end;

	do {
		end = attempt_once(run, err);
		*tries += end == RUN_AGAIN;
		if (end == RUN_MORE && run_is_stopping(run))
			end = RUN_LATER;
	} while (end == RUN_MORE || (end == RUN_AGAIN && *tries < TRIES));
	return end;
}

/*
 * Take the lease, attempt and finish.  Start over if another process wrote
 * sync.json or the lease ended in between, unless another run has the lease
 * now.
 */
static enum run_end
run_all(struct run *run, struct err *err)
{
	static const struct run_step steps[] = {
	    {"taken", take_lease, false},
	    {NULL, raise_for_crashed, false},
	};
	enum run_end end;
	int tries = 0;

	do {
		end = run_steps(run, steps, ARRAY_LEN(steps), err);
		if (end != RUN_DONE)
			return end;
		end = attempt_all(run, &tries, err);
		if (end != RUN_LOST && end != RUN_FAILED)
			end = finish_run(run, end, err);
		tries++;
	} while (end == RUN_LOST && tries < TRIES);
	return end;
}

/*
 * Raise the version if the mirror may have changed and this run will not
 * finish.  If another run has taken the lease, it raised the version when it
 * began, perhaps before this run's last writes, and does not know which files
 * these were.
 */
static void
raise_unfinished(struct run *run)
{
	struct err unused = ERR_INIT;

	if (run->shown)
		(void)!app_bump(
		    run->job->app, run->job->user, &run->changed, &unused);
}

/*
 * After a fault of the store, if it answers again, give the lease back, so that
 * the next run need not wait for its end.
 */
static void
give_back(struct run *run)
{
	struct err unused = ERR_INIT;

	if (run_load(run, &unused) == -1 ||
	    !std_streq(run->ledger.run_id, run->id))
		return;
	free(run->ledger.run_id);
	run->ledger.run_id = NULL;
	(void)run_save(run, &unused); /* else it ends by itself */
	run_progress_end(run);
}

/*
 * Tell the caller how the run ended.  A run that is undecided is pending,
 * whatever the ledger's state says.
 */
static void
fill_result(struct run *run, enum run_end how)
{
	struct job_result *result = run->result;
	enum ledger_state state = run->ledger.state;
	const char *text = run->ledger.text, *english = run->ledger.english;

	result->busy = how == RUN_LOST;
	result->undecided = how == RUN_LATER || how == RUN_AGAIN;
	result->state = LEDGER_STATE_OK;
	if (result->undecided)
		result->state = LEDGER_STATE_PENDING;
	else if (state == LEDGER_STATE_FAILED ||
		 state == LEDGER_STATE_READ_ONLY)
		result->state = state;
	snprintf(
	    result->text, sizeof result->text, "%s", text != NULL ? text : "");
	snprintf(result->english, sizeof result->english, "%s",
	    english != NULL ? english : "");
	snprintf(result->head, sizeof result->head, "%.*s", OBJECT_ID_LEN,
	    run->ledger.head);
}

static void
init_run(struct run *run)
{
	struct buf id = BUF_INIT;

	memset(run->result, 0, sizeof *run->result);
	blob_init(&run->blob);
	blob_init(&run->mark);
	buf_init(&run->changed);
	names_key(&run->blob.key, NAMES_SYNC, run->job->user);
	enc_random(&id, sizeof run->id - 1);
	memcpy(run->id, id.s, sizeof run->id);
	buf_release(&id);
}

static void
release_run(struct run *run)
{
	release_plan(run);
	ledger_release(&run->ledger);
	blob_release(&run->blob);
	blob_release(&run->mark);
	buf_release(&run->changed);
	store_list_release(&run->list);
	remote_release(&run->remote);
	strays_release(&run->unreadable);
}

int
reconcile_run(const struct job *job, struct job_result *result, struct err *err)
{
	struct run run = {.job = job, .result = result};
	enum run_end end;

	init_run(&run);
	end = run_all(&run, err);
	if (end == RUN_LOST || end == RUN_FAILED)
		raise_unfinished(&run);
	if (end == RUN_FAILED)
		give_back(&run);
	else
		fill_result(&run, end);
	release_run(&run);
	return end == RUN_FAILED ? -1 : 0;
}
