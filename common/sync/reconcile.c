#include "sync/reconcile.h"

#include "app/app.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/github.h"
#include "git/github_result.h"
#include "git/object.h"
#include "git/refs.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/pending.h"
#include "sync/remote.h"
#include "sync/run.h"
#include "week/ledger.h"
#include "week/ledger_json.h"

#define TRIES 8 /* against writers who are faster, before giving up */

void
run_step(const struct run *run, const char *name)
{
	if (run->job->step != NULL)
		run->job->step(run->job->arg, name);
}

bool
run_holds(const struct run *run)
{
	return app_now(run->job->app) < run->sync.run_until_ms;
}

int
run_keep(struct run *run, enum run_end *end, struct err *err)
{
	int64_t left = run->sync.run_until_ms - app_now(run->job->app);

	*end = left > 0 ? RUN_DONE : RUN_LOST;
	if (left <= 0 || left > run->job->lease_ms / 2)
		return 0;
	return run_save(run, end, err);
}

static void
sync_key(struct buf *key, const struct run *run)
{
	names_key(key, NAMES_SYNC, run->job->user);
}

int
run_save(struct run *run, enum run_end *end, struct err *err)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	bool is_new = run->sync_etag.len == 0;
	int rc;

	if (run->sync.run_id != NULL)
		run->sync.run_until_ms =
		    app_now(run->job->app) + run->job->lease_ms;
	sync_key(&key, run);
	ledger_json_print(&text, &run->sync);
	struct store_op op =
	    STORE_PUT(key.s, is_new ? STORE_IF_NEW : STORE_IF_MATCH,
		run->sync_etag.s, text.s, text.len);
	rc = store_run(run->job->app->store, &op, 1, err);
	*end = op.result == STORE_OK ? RUN_DONE : RUN_LOST;
	if (op.result == STORE_OK) {
		buf_move(&run->sync_etag, &op.new_etag);
		run->raise_saved = run->sync.raise;
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	buf_release(&text);
	return rc;
}

/* Reads sync.json; a broken one counts as none: all bases are unknown. */
static int
load(struct run *run, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	ledger_release(&run->sync);
	buf_reset(&run->sync_etag);
	sync_key(&key, run);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(run->job->app->store, &op, 1, err);
	if (rc == 0 && op.result == STORE_OK) {
		buf_move(&run->sync_etag, &op.new_etag);
		if (ledger_json_parse(&op.body, &run->sync) == -1)
			run->shown = true;
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

static int
take_lease(struct run *run, enum run_end *end, struct err *err)
{
	const struct ledger *sync = &run->sync;

	if (load(run, err) == -1)
		return -1;
	if (sync->run_id != NULL && strcmp(sync->run_id, run->id) != 0 &&
	    app_now(run->job->app) < sync->run_until_ms) {
		*end = RUN_LOST;
		return 0;
	}
	free(run->sync.run_id);
	run->sync.run_id = std_strdup(run->id);
	return run_save(run, end, err);
}

/* "GitHub verlangt eine Pause bis 18:32 Uhr." */
static void
say_limit(struct run *run)
{
	const struct conf *conf = &run->job->app->conf;
	struct buf clock = BUF_INIT;
	struct msg msg;

	/* The whole minute after. */
	day_add_clock(&clock,
	    github_limited_until(run->job->github) + conf->now_offset_ms +
		59999,
	    conf->zone);
	msg_set(&msg, MSG_GITHUB_LIMITED_UNTIL);
	msg_value(&msg, "%s", clock.s);
	ledger_set_state(&run->sync, LEDGER_STATE_PENDING, &msg);
	buf_release(&clock);
}

enum run_end
run_refused(struct run *run, enum github_result result, const struct err *err)
{
	bool passes = result == GITHUB_TEMPORARY || result == GITHUB_LIMITED ||
		      result == GITHUB_UNKNOWN;
	struct msg msg;

	if (result == GITHUB_LIMITED) {
		say_limit(run);
		return RUN_LATER;
	}
	if (err->msg.id != MSG_NONE)
		msg = err->msg;
	else
		msg_set(&msg, github_result_msg(result));
	ledger_set_state(&run->sync,
	    passes ? LEDGER_STATE_PENDING : LEDGER_STATE_FAILED, &msg);
	return passes ? RUN_LATER : RUN_STOP;
}

/* Mark, then mirror; the head comes after both. */
static int
look_at_store(struct run *run, struct err *err)
{
	struct buf mark = BUF_INIT, prefix = BUF_INIT;
	int rc;

	names_key(&mark, NAMES_PENDING, run->job->user);
	names_task_prefix(&prefix, run->job->user);
	struct store_op op = STORE_GET(mark.s);
	buf_reset(&run->mark_etag);
	store_list_release(&run->list);
	rc = store_run(run->job->app->store, &op, 1, err);
	pending_read(&op.body, &run->mark);
	if (rc == 0 && op.result == STORE_OK)
		buf_move(&run->mark_etag, &op.new_etag);
	if (rc == 0)
		rc =
		    store_list(run->job->app->store, prefix.s, &run->list, err);
	store_ops_release(&op, 1);
	buf_release(&mark);
	buf_release(&prefix);
	return rc;
}

/*
 * GitHub answers with old heads for a while after a push, so one that is
 * not ahead of the recorded one is believed only when that is old.
 */
static enum run_end
believe(struct run *run, const struct object_id *head, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *sync = &run->sync;
	enum refs_order order;
	enum github_result result;

	if (sync->head[0] != '\0' && strcmp(sync->head, head->hex) != 0) {
		result = refs_compare(
		    job->github, sync->head, head->hex, &order, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
		if (order != REFS_AHEAD &&
		    run->looked_ms - sync->head_ms < job->lag_ms)
			return RUN_LATER;
	}
	snprintf(sync->head, sizeof sync->head, "%s", head->hex);
	sync->head_ms = app_now(job->app);
	return RUN_DONE;
}

/*
 * A head that is news to us, and neither none nor the one of our push.  The
 * wait for it begins with its mark, however often that is read.
 */
static void
note_after(struct run *run)
{
	static const char none[] = "0000000000000000000000000000000000000000";
	const char *after = run->mark.after;
	int64_t now = app_now(run->job->app);
	int64_t at = run->mark.at_ms < now ? run->mark.at_ms : now;
	struct ledger *sync = &run->sync;

	if (after[0] == '\0' || now - at >= run->job->lag_ms ||
	    strcmp(after, none) == 0 || strcmp(after, sync->head) == 0 ||
	    strcmp(after, sync->after) == 0)
		return;
	snprintf(sync->after, sizeof sync->after, "%s", after);
	sync->after_ms = at;
}

/*
 * A webhook has told of a head that is not to be seen yet.  One that never
 * comes (a forged one, or one that a force push took away) is given up.
 */
static enum run_end
await(struct run *run, const struct object_id *head, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *sync = &run->sync;
	enum refs_order order = REFS_IDENTICAL;
	enum github_result result;

	note_after(run);
	if (sync->after[0] == '\0')
		return RUN_DONE;
	if (strcmp(sync->after, head->hex) != 0) {
		result = refs_compare(
		    job->github, sync->after, head->hex, &order, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
	}
	if (order != REFS_AHEAD && order != REFS_IDENTICAL &&
	    run->looked_ms - sync->after_ms < job->lag_ms)
		return RUN_LATER;
	sync->after[0] = '\0';
	sync->after_ms = 0;
	return RUN_DONE;
}

static enum run_end
look_at_git(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct object_id head;
	enum github_result result;
	enum run_end end;

	run->looked_ms = app_now(job->app);
	result = refs_head(job->github, job->branch, &head, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	run_step(run, "head");
	end = await(run, &head, err);
	if (end == RUN_DONE)
		end = believe(run, &head, err);
	return end;
}

/* Nothing has moved since all records were equal to this commit. */
static bool
is_known(const struct run *run)
{
	const struct ledger *sync = &run->sync;

	return !run->job->full && sync->tree_head[0] != '\0' &&
	       strcmp(sync->tree_head, sync->head) == 0;
}

static void
copy_id(struct object_id *to, const char *hex)
{
	snprintf(to->hex, sizeof to->hex, "%.*s", OBJECT_ID_LEN, hex);
}

static enum run_end
read_folder(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *sync = &run->sync;
	struct remote *remote = &run->remote;
	enum github_result result = GITHUB_OK;

	/* Read by this very run: a commit never changes. */
	if (!remote->same && strcmp(remote->head.hex, sync->head) == 0)
		return RUN_DONE;
	remote_release(remote);
	if (is_known(run)) {
		copy_id(&remote->head, sync->head);
		copy_id(&remote->tasks, sync->tree);
		remote->same = true;
	} else {
		const struct remote_place place = {
		    job->user, sync->head, job->full ? "" : sync->tree};

		result =
		    remote_read(job->app, job->github, &place, remote, err);
	}
	run_step(run, "trees");
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	/* Where it has vanished, it comes back under its own name. */
	if (remote->folder == NULL && sync->folder != NULL)
		remote->folder = std_strdup(sync->folder);
	return RUN_DONE;
}

/* Steps 3 to 10 once. */
static int
attempt(struct run *run, enum run_end *end, struct err *err)
{
	if (look_at_store(run, err) == -1)
		return -1;
	run_step(run, "look");
	*end = look_at_git(run, err);
	if (*end != RUN_DONE)
		return 0;
	if (run_settle(run, end, err) == -1)
		return -1;
	if (*end != RUN_DONE)
		return 0;
	*end = run_pull_look(run, err);
	if (*end == RUN_DONE)
		*end = read_folder(run, err);
	if (*end != RUN_DONE)
		return 0;
	if (run_plan(run, end, err) == -1)
		return -1;
	if (*end != RUN_DONE)
		return 0;
	if (run_apply(run, end, err) == -1)
		return -1;
	if (*end != RUN_DONE)
		return 0;
	if (run_pull_push(run, end, err) == -1)
		return -1;
	if (*end == RUN_DONE && run->merged)
		*end = RUN_LATER;
	return 0;
}

static int
raise_version(struct run *run, struct err *err)
{
	if (app_bump(run->job->app, run->job->user, err) == -1)
		return -1;
	run->sync.raise = false;
	return 0;
}

static int
put_text(
    struct run *run, enum names_blob blob, const char *text, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_key(&key, blob, run->job->user);
	struct store_op op =
	    STORE_PUT(key.s, STORE_ALWAYS, NULL, text, strlen(text));
	rc = store_run(run->job->app->store, &op, 1, err);
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

/* The mark goes only if it is the one that was there before we looked. */
static int
remove_mark(struct run *run, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	if (run->mark_etag.len == 0)
		return 0;
	names_key(&key, NAMES_PENDING, run->job->user);
	struct store_op op =
	    STORE_REMOVE(key.s, STORE_IF_MATCH, run->mark_etag.s);
	rc = store_run(run->job->app->store, &op, 1, err);
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

static unsigned
next_id(const struct run *run)
{
	const struct remote *remote = &run->remote;

	return remote->n > 0
		   ? names_number(remote->files[remote->n - 1].file) + 1
		   : 0;
}

/* What others look at, and the mark last. */
static int
leave_word(struct run *run, struct err *err)
{
	struct app *app = run->job->app;
	struct buf at = BUF_INIT;
	int rc;

	day_add_rfc3339(&at, run->sync.last_ms);
	rc = put_text(run, NAMES_LAST_HEAD, run->sync.head, err);
	if (rc == 0)
		rc = put_text(run, NAMES_LAST_SYNC, at.s, err);
	if (rc == 0 && !run->remote.same && next_id(run) > 0)
		rc = numbers_raise(app, run->job->user, next_id(run), err);
	run_step(run, "word");
	if (rc == 0)
		rc = remove_mark(run, err);
	buf_release(&at);
	return rc;
}

/*
 * Step 11.  The lease goes before the rest, which does not need it.  *end
 * becomes RUN_LOST if somebody else has taken over.
 */
static int
finish(struct run *run, enum run_end *end, struct err *err)
{
	enum run_end how = *end;

	run->sync.raise = run->sync.raise || run->shown;
	if (run->sync.raise) {
		if (!run->raise_saved && run_save(run, end, err) == -1)
			return -1;
		if (*end == RUN_LOST)
			return 0;
		run_step(run, "record");
		if (raise_version(run, err) == -1)
			return -1;
		run->shown = false;
	}
	run_step(run, "version");
	free(run->sync.run_id);
	run->sync.run_id = NULL;
	if (how == RUN_DONE)
		run->sync.last_ms = app_now(run->job->app);
	if (run_save(run, end, err) == -1)
		return -1;
	run_step(run, "lease");
	if (*end == RUN_LOST)
		return 0;
	*end = how;
	return how == RUN_DONE ? leave_word(run, err) : 0;
}

static void
tell(struct run *run, enum run_end how)
{
	struct job_result *result = run->result;
	enum ledger_state state = run->sync.state;

	result->busy = how == RUN_LOST;
	result->undecided = how == RUN_LATER || how == RUN_AGAIN;
	result->state =
	    result->undecided ? LEDGER_STATE_PENDING
	    : state == LEDGER_STATE_FAILED || state == LEDGER_STATE_READ_ONLY
		? state
		: LEDGER_STATE_OK;
	snprintf(result->text, sizeof result->text, "%s",
	    run->sync.text != NULL ? run->sync.text : "");
	snprintf(result->head, sizeof result->head, "%.*s", OBJECT_ID_LEN,
	    run->sync.head);
}

/* Steps 2 to 10 under one lease, again and again as long as it goes on. */
static int
work_on(struct run *run, int *tries, enum run_end *end, struct err *err)
{
	/* Whoever died before the version was raised has left it to us. */
	if ((run->sync.raise || run->sync.n_intents > 0) &&
	    raise_version(run, err) == -1)
		return -1;
	do {
		if (attempt(run, end, err) == -1)
			return -1;
		*tries += *end == RUN_AGAIN;
	} while (*end == RUN_MORE || (*end == RUN_AGAIN && *tries < TRIES));
	return 0;
}

/*
 * Whoever loses sync.json or the lease starts over, unless somebody else
 * runs now.
 */
static int
go(struct run *run, enum run_end *end, struct err *err)
{
	int tries = 0;

	do {
		if (take_lease(run, end, err) == -1)
			return -1;
		run_step(run, "taken");
		if (*end == RUN_LOST)
			return 0;
		if (work_on(run, &tries, end, err) == -1)
			return -1;
		if (*end != RUN_LOST && finish(run, end, err) == -1)
			return -1;
		tries++;
	} while (*end == RUN_LOST && tries < TRIES);
	return 0;
}

/* The store may answer again: then nobody need wait for the lease's end. */
static void
give_back(struct run *run)
{
	struct err unused = ERR_INIT;
	enum run_end end;

	if (load(run, &unused) == -1 || !std_streq(run->sync.run_id, run->id))
		return;
	free(run->sync.run_id);
	run->sync.run_id = NULL;
	if (run_save(run, &end, &unused) == -1)
		return; /* it ends by itself */
}

int
reconcile_run(const struct job *job, struct job_result *result, struct err *err)
{
	struct run run = {.job = job, .result = result};
	struct buf id = BUF_INIT;
	enum run_end end = RUN_DONE;
	int rc;

	memset(result, 0, sizeof *result);
	buf_init(&run.sync_etag);
	buf_init(&run.mark_etag);
	enc_random(&id, sizeof run.id - 1);
	memcpy(run.id, id.s, sizeof run.id);
	buf_release(&id);

	rc = go(&run, &end, err);
	if (rc == 0)
		tell(&run, end);
	else
		give_back(&run);
	ledger_release(&run.sync);
	buf_release(&run.sync_etag);
	buf_release(&run.mark_etag);
	store_list_release(&run.list);
	remote_release(&run.remote);
	run_items_release(&run);
	return rc;
}
