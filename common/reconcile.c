#include "reconcile.h"

#include "ids.h"
#include "names.h"
#include "run.h"

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
	sync_print(&text, &run->sync);
	struct store_op op =
	    STORE_PUT(key.s, is_new ? STORE_IF_NEW : STORE_IF_MATCH,
		run->sync_etag.s, text.s, text.len);
	rc = store_run(run->job->app->store, &op, 1, err);
	*end = op.result == STORE_OK ? RUN_DONE : RUN_LOST;
	if (op.result == STORE_OK)
		buf_move(&run->sync_etag, &op.new_etag);
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

	sync_release(&run->sync);
	buf_reset(&run->sync_etag);
	sync_key(&key, run);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(run->job->app->store, &op, 1, err);
	if (rc == 0 && op.result == STORE_OK) {
		buf_move(&run->sync_etag, &op.new_etag);
		if (sync_parse(&op.body, &run->sync) == -1)
			run->shown = true;
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

static int
take_lease(struct run *run, enum run_end *end, struct err *err)
{
	const struct sync *sync = &run->sync;

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

enum run_end
run_refused(struct run *run, enum github_result result, const struct err *err)
{
	bool passes = result == GITHUB_TEMPORARY || result == GITHUB_LIMITED ||
		      result == GITHUB_UNKNOWN;

	sync_set_state(&run->sync, "failed",
	    err->text[0] != '\0' ? err->text : github_result_text(result));
	run->shown = true;
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
believe(struct run *run, const struct repo_id *head, struct err *err)
{
	const struct job *job = run->job;
	struct sync *sync = &run->sync;
	int64_t now = app_now(job->app);
	enum repo_order order;
	enum github_result result;

	if (sync->head[0] != '\0' && strcmp(sync->head, head->hex) != 0) {
		result = repo_compare(
		    job->github, sync->head, head->hex, &order, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
		if (order != REPO_AHEAD && now - sync->head_ms < job->lag_ms)
			return RUN_LATER;
		run->shown = true;
	}
	snprintf(sync->head, sizeof sync->head, "%s", head->hex);
	sync->head_ms = now;
	return RUN_DONE;
}

/* A webhook has told of a head that is not to be seen yet. */
static enum run_end
await(struct run *run, const struct repo_id *head, struct err *err)
{
	const struct job *job = run->job;
	enum repo_order order;
	enum github_result result;

	if (job->after == NULL || strcmp(job->after, head->hex) == 0)
		return RUN_DONE;
	result = repo_compare(job->github, job->after, head->hex, &order, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	return order == REPO_AHEAD || order == REPO_IDENTICAL ? RUN_DONE
							      : RUN_LATER;
}

static enum run_end
look_at_git(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct repo_id head;
	enum github_result result;
	enum run_end end;

	result = repo_head(job->github, job->branch, &head, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	run_step(run, "head");
	end = await(run, &head, err);
	if (end == RUN_DONE)
		end = believe(run, &head, err);
	return end;
}

static enum run_end
read_folder(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	enum github_result result;

	remote_release(&run->remote);
	result = remote_read(job->app, job->github, job->user, run->sync.head,
	    job->full ? "" : run->sync.tree, &run->remote, err);
	run_step(run, "trees");
	return result == GITHUB_OK ? RUN_DONE : run_refused(run, result, err);
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
	*end = read_folder(run, err);
	if (*end != RUN_DONE)
		return 0;
	if (run_plan(run, end, err) == -1)
		return -1;
	if (*end != RUN_DONE)
		return 0;
	return run_apply(run, end, err);
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

/* Step 11.  The lease goes first: nothing after it needs it. */
static int
finish(struct run *run, enum run_end how, struct err *err)
{
	struct app *app = run->job->app;
	struct buf at = BUF_INIT;
	enum run_end end;
	int rc;

	run->sync.raise = run->sync.raise || run->shown;
	if (run->sync.raise) {
		if (run_save(run, &end, err) == -1 || end == RUN_LOST)
			return -1;
		run_step(run, "record");
		if (raise_version(run, err) == -1)
			return -1;
	}
	run_step(run, "version");
	free(run->sync.run_id);
	run->sync.run_id = NULL;
	if (how == RUN_DONE)
		run->sync.last_ms = app_now(app);
	if (run_save(run, &end, err) == -1 || end == RUN_LOST)
		return -1;
	run_step(run, "lease");
	if (how != RUN_DONE)
		return 0;

	day_add_rfc3339(&at, run->sync.last_ms);
	rc = put_text(run, NAMES_LAST_HEAD, run->sync.head, err);
	if (rc == 0)
		rc = put_text(run, NAMES_LAST_SYNC, at.s, err);
	if (rc == 0 && !run->remote.same && next_id(run) > 0)
		rc = ids_raise(app, run->job->user, next_id(run), err);
	if (rc == 0)
		rc = remove_mark(run, err);
	buf_release(&at);
	return rc;
}

static void
tell(struct run *run, enum run_end how)
{
	struct job_result *result = run->result;
	const char *state = run->sync.state;

	result->busy = how == RUN_LOST;
	result->undecided = how == RUN_LATER || how == RUN_AGAIN;
	result->state = result->undecided               ? "pending"
			: std_streq(state, "failed")    ? "failed"
			: std_streq(state, "nur_lesen") ? "nur_lesen"
							: "ok";
	snprintf(result->text, sizeof result->text, "%s",
	    run->sync.text != NULL ? run->sync.text : "");
	snprintf(result->head, sizeof result->head, "%.*s", REPO_ID_LEN,
	    run->sync.head);
}

static int
go(struct run *run, enum run_end *end, struct err *err)
{
	int tries = 0;

	if (take_lease(run, end, err) == -1)
		return -1;
	run_step(run, "taken");
	if (*end == RUN_LOST)
		return 0;
	/* Whoever died before the version was raised has left it to us. */
	if ((run->sync.raise || run->sync.n_intents > 0) &&
	    raise_version(run, err) == -1)
		return -1;
	do {
		if (attempt(run, end, err) == -1)
			return -1;
		tries += *end == RUN_AGAIN;
	} while (*end == RUN_MORE || (*end == RUN_AGAIN && tries < TRIES));
	if (*end == RUN_LOST)
		return 0;
	return finish(run, *end, err);
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
	sync_release(&run.sync);
	buf_release(&run.sync_etag);
	buf_release(&run.mark_etag);
	store_list_release(&run.list);
	remote_release(&run.remote);
	run_items_release(&run);
	return rc;
}
