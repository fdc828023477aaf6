#include "edit/build.h"

#include "app/app.h"
#include "app/artifact.h"
#include "app/cache.h"
#include "app/freshness.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/gzip.h"
#include "base/lock.h"
#include "edit/mirror.h"
#include "host/version.h"
#include "site/site_week.h"
#include "store/names.h"
#include "store/store.h"
#include "task/taskset.h"
#include "week/week.h"
#include "week/week_task.h"

/* Print the week and pack it, and note in the artifact until when it is valid.
 * Of both the mirror keeps what the next week may have, too. */
static void
print_artifact_week(struct app *app, const char *user, struct mirror *mirror,
    struct artifact *artifact, struct buf *packed)
{
	const struct week week =
	    mirror_week(app, user, mirror, artifact->created_ms);
	struct gzip_parts parts = GZIP_PARTS_INIT;

	if (mirror->memory != NULL)
		week_print_waiting(&mirror->set);
	week_print_parts(&parts, &week, &artifact->valid_until_ms);
	gzip_parts_pack(packed, &parts, &mirror->week);
	gzip_parts_release(&mirror->week);
	mirror->week = parts;
	memcpy(artifact->settings, app->settings, sizeof artifact->settings);
}

static struct store_op
put_always(const struct buf *key, const struct buf *text)
{
	return (struct store_op)STORE_PUT(
	    key->s, STORE_ALWAYS, NULL, text->s, text->len);
}

/* Blobs to put in one round, in no order. */
struct puts {
	struct buf keys[3], texts[3];
	struct store_op ops[3];
	size_t n;
};

/* Put a text, which is the puts' then.  If one is too large for the store, put
 * the others all the same. */
static void
add_put(
    struct puts *puts, enum names_blob blob, const char *user, struct buf *text)
{
	size_t i = puts->n;

	if (text->len > STORE_BLOB_MAX) {
		buf_release(text);
		return;
	}
	buf_init(&puts->keys[i]);
	buf_init(&puts->texts[i]);
	names_key(&puts->keys[i], blob, user);
	buf_move(&puts->texts[i], text);
	puts->ops[i] = put_always(&puts->keys[i], &puts->texts[i]);
	puts->n++;
}

static void
release_puts(struct puts *puts)
{
	store_ops_release(puts->ops, puts->n);
	while (puts->n > 0) {
		buf_release(&puts->keys[--puts->n]);
		buf_release(&puts->texts[puts->n]);
	}
}

/* Add the index, where it has changed, and before it the base that it names, if
 * that is outgrown. */
static void
add_index(struct puts *puts, const char *user, struct mirror *mirror)
{
	struct buf index = BUF_INIT, base = BUF_INIT;

	if (!mirror->changed)
		return;
	if (mirror->outgrown)
		taskset_print_base(&base, &mirror->set);
	if (base.len > STORE_BLOB_MAX)
		taskset_drop_base(&mirror->set);
	taskset_print(&index, &mirror->set);
	if (mirror->outgrown) {
		mirror->base_n = mirror->set.n;
		add_put(puts, NAMES_INDEX_BASE, user, &base);
	}
	add_put(puts, NAMES_INDEX, user, &index);
}

/*
 * Put artifact and index in one round, in no order: each entry of the index is
 * true whatever becomes of the artifact and of the base.  If it is unknown
 * whether all were put, nobody knows which base is stored.
 */
static bool
put_results(struct app *app, const char *user, struct artifact *artifact,
    const struct buf *packed, struct mirror *mirror)
{
	struct puts puts = {.n = 0};
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool fits, ok;

	artifact_print(&text, artifact, packed);
	fits = text.len <= STORE_BLOB_MAX;
	add_put(&puts, NAMES_TIMELINE, user, &text);
	add_index(&puts, user, mirror);
	ok = store_run(app->store, puts.ops, puts.n, &err) == 0;
	if (fits)
		site_week_put(app->site, user, artifact->token, &puts.texts[0]);
	if (!ok) {
		taskset_drop_base(&mirror->set);
		mirror->base_n = 0;
	}
	release_puts(&puts);
	return ok;
}

/*
 * Find out from the index whether the user must be swept, and note there that
 * it is done now.  A new user needs no sweep.
 */
static void
note_sweep(struct build_job *job, struct mirror *mirror, int64_t now)
{
	int64_t last = mirror->set.swept_ms;

	/* A day ahead may be a host whose clock is, which has swept: more than
	 * that was noted by a wrong clock. */
	job->sweep_due = last != 0 && llabs(now - last) > DAY_MS;
	if (last != 0 && !job->sweep_due)
		return;
	mirror->set.swept_ms = now;
	mirror->changed = true;
}

/* Return the week that this process has built for the token of job->state, if
 * it is still valid by time; else NULL. */
static const struct cache_entry *
find_built(const struct app *app, const struct build_job *job)
{
	const struct cache_entry *e =
	    job->cache != NULL ? cache_find(job->cache, job->user) : NULL;

	return e != NULL && strcmp(e->token, job->state.token) == 0 &&
		       freshness_in_time(app, e, app_now(app))
		   ? e
		   : NULL;
}

static void
recall_built(
    const struct app *app, const struct build_job *job, struct view_answer *out)
{
	const struct cache_entry *e = find_built(app, job);

	if (e == NULL || view_set_body(out, &e->body, job->gzip) == -1)
		return;
	memcpy(out->etag, e->etag, sizeof out->etag);
	out->source = VIEW_LOCAL;
}

/* Remember the week that was built.  One that is too large stays the
 * caller's. */
static void
keep_built(const struct build_job *job, const struct artifact *artifact,
    struct buf *packed)
{
	struct cache_entry *e = job->cache != NULL
				    ? cache_put(job->cache, job->user, packed)
				    : NULL;

	if (e == NULL)
		return;
	memcpy(e->token, artifact->token, sizeof e->token);
	memcpy(e->etag, artifact->etag, sizeof e->etag);
	e->loaded_ms = artifact->created_ms;
	e->valid_until_ms = artifact->valid_until_ms;
}

/* Answer with the week that was built, as the client takes it. */
static void
answer_built(const struct build_job *job, const struct artifact *artifact,
    const struct buf *week, const struct buf *packed,
    struct view_answer *answer)
{
	const struct buf *body = job->gzip ? packed : week;

	answer->source = VIEW_MISS;
	answer->gzip = job->gzip;
	memcpy(answer->etag, artifact->etag, sizeof answer->etag);
	buf_add(&answer->own, body->s, body->len);
	answer->body = &answer->own;
}

static int
build_artifact(struct app *app, struct build_job *job,
    struct view_answer *answer, struct err *err)
{
	struct mirror mirror = MIRROR_WITH(job->memory);
	struct artifact artifact = {.created_ms = app_now(app)};
	struct buf packed = BUF_INIT;
	struct err ignored = ERR_INIT;

	/* Who asks for a week anew trusts nothing that is remembered. */
	mirror.whole = job->anew;
	mirror.heeds_index = true;
	if (mirror_load(app, job->user, &mirror, err) == -1)
		return -1;
	note_sweep(job, &mirror, artifact.created_ms);
	job->unsynced = mirror.has_repo && !mirror.synced && !mirror.newer;
	job->synced_ms = mirror.sync.last_ms;

	/* The token from before the list (build.h), not the present one. */
	memcpy(artifact.token, job->state.token, sizeof artifact.token);
	print_artifact_week(app, job->user, &mirror, &artifact, &packed);
	job->stored = put_results(app, job->user, &artifact, &packed, &mirror);
	/* Files with higher numbers came from elsewhere: raise the next number
	 * above them.  If that fails, the next build tries again. */
	if (mirror.raise_to > 0 &&
	    numbers_raise(app, job->user, mirror.raise_to, &ignored) == -1)
		job->stored = false;

	answer_built(job, &artifact, &mirror.week.bytes, &packed, answer);
	keep_built(job, &artifact, &packed);
	mirror_release(&mirror);
	buf_release(&packed);
	return 0;
}

/* Answer with a good artifact, as the client takes it; not at all if it does
 * not unpack. */
static void
answer_finished(const struct build_job *job, struct view_loaded *loaded,
    struct view_answer *answer)
{
	answer->source = VIEW_BLOB;
	memcpy(answer->etag, loaded->artifact.etag, sizeof answer->etag);
	if (view_set_body(answer, &loaded->body, job->gzip) == -1 || !job->gzip)
		return;
	buf_move(&answer->own, &loaded->body);
	answer->body = &answer->own;
}

/*
 * Read what the build that held the lock has made.  If it is good, it is the
 * answer, so that many requests for one user cost one build.  If only the
 * clock of the host that made it differs from ours, our own is the answer.
 */
static int
read_finished_build(struct app *app, struct build_job *job,
    struct view_answer *answer, struct err *err)
{
	struct view_loaded loaded = {.body = BUF_INIT};

	if (view_load(app, job->user, &loaded, err) == -1)
		return -1;
	job->state = loaded.state;
	if (loaded.good)
		answer_finished(job, &loaded, answer);
	else if (loaded.current)
		recall_built(app, job, answer);
	buf_release(&loaded.body);
	return 0;
}

/*
 * Make every older week stale by value, as a write does: else a worker would
 * show the week of its memory after the one that was asked for anew.
 */
static int
renew_state(struct app *app, struct build_job *job, struct err *err)
{
	if (app_bump(app, job->user, NULL, err) == -1)
		return -1;
	return freshness_read_state(app, job->user, &job->state, err);
}

/* Bring job->state up to date, or find the answer in another build's. */
static int
choose_start(struct app *app, struct build_job *job, bool waited,
    struct view_answer *answer, struct err *err)
{
	if (job->anew)
		return renew_state(app, job, err);
	if (waited || find_built(app, job) != NULL)
		return read_finished_build(app, job, answer, err);
	/* After a write the state that came with the request is old, and an
	 * artifact with its token would be worthless. */
	if (version_generation(app->version, job->user) ==
	    job->state.generation)
		return 0;
	if (freshness_read_state(app, job->user, &job->state, err) == -1)
		return -1;
	/* Who has handed on may know no token, or an older one. */
	app_tell_seen(app, job->user, job->state.token, NULL);
	return 0;
}

int
build_week(struct app *app, struct build_job *job, struct view_answer *answer,
    struct err *err)
{
	struct buf name = BUF_INIT;
	bool waited = false;
	int lock, rc = -1;

	answer->body = NULL;
	job->stored = true;
	buf_addf(&name, "build-%s", job->user);
	if (lock_take(app->conf.run, name.s, 0, &lock, err) == -1) {
		waited = true;
		if (lock_take(app->conf.run, name.s,
			store_time_left(app->store, BUILD_WAIT_MS), &lock,
			err) == -1)
			goto out;
	}
	rc = choose_start(app, job, waited, answer, err);
	if (rc == 0 && answer->body == NULL)
		rc = build_artifact(app, job, answer, err);
	lock_drop(lock);
out:
	buf_release(&name);
	return rc;
}
