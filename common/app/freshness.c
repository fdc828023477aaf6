#include "app/freshness.h"

#include "base/buf.h"
#include "base/span.h"
#include "site/site_version.h"
#include "site/site_week.h"

enum verdict { HIT, RECHECK, MISS };

void
freshness_release(struct freshness *found)
{
	blob_release(&found->blob);
}

bool
freshness_in_time(
    const struct app *app, const struct cache_entry *entry, int64_t now_ms)
{
	return now_ms < entry->valid_until_ms &&
	       span_lasts(
		   entry->loaded_ms, app->conf.cache_ttl_local_ms, now_ms);
}

static bool
is_check_due(const struct app *app, const struct cache_entry *e, int64_t now)
{
	/* Sooner than need be, if the clock was set back by however little. */
	return now < e->checked_ms ||
	       !span_lasts(e->checked_ms, app->conf.cache_revalidate_ms, now);
}

/* Decide about the entry by what the look found when it began. */
static enum verdict
judge_entry(const struct app *app, const struct freshness_query *query,
    const struct cache_entry *e, const struct freshness *found)
{
	const uint64_t generation = found->state.generation;
	const int64_t now = found->began_ms;

	if (e == NULL || !freshness_in_time(app, e, now))
		return MISS;
	if (generation != e->generation)
		return version_is_own(app->version, query->user, generation)
			   ? MISS
			   : RECHECK;
	if (app->conf.cache_revalidate_ms == CONF_OFF)
		return HIT;
	if (query->blob == NAMES_TIMELINE && found->looks != e->looks)
		return RECHECK;
	return query->recheck || is_check_due(app, e, now) ? RECHECK : HIT;
}

static int
read_version_token(const struct app *app, const char *user,
    char token[VERSION_TOKEN_MAX], struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_TOKEN, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0)
		version_token(&blob, token);
	blob_release(&blob);
	return rc;
}

/* Read token and blob in one round. */
static int
load_stored(const struct app *app, const char *user, struct freshness *found,
    struct err *err)
{
	struct blob blobs[] = {BLOB_INIT, BLOB_INIT};
	int rc;

	names_key(&blobs[0].key, NAMES_TOKEN, user);
	buf_move(&blobs[1].key, &found->blob.key);
	rc = blob_get_many(app->store, blobs, ARRAY_LEN(blobs), err);
	if (rc == 0)
		version_token(&blobs[0], found->state.token);
	blob_release(&blobs[0]);
	found->blob = blobs[1];
	return rc;
}

/* Read the blob of the token that is in found->state, or give it what Redis had
 * of that token. */
static int
take_or_read(const struct app *app, const char *token, struct buf *week,
    struct freshness *found, struct err *err)
{
	if (token == NULL || strcmp(token, found->state.token) != 0)
		return blob_get(app->store, &found->blob, err);
	buf_move(&found->blob.bytes, week);
	found->blob.is_there = found->is_of_site = true;
	return 0;
}

/*
 * Read token and blob.  A week that Redis has is read before the token, so that
 * it cannot be newer, and saves the artifact if it is of that token.
 */
static int
load_both(const struct app *app, const struct freshness_query *query,
    struct freshness *found, struct err *err)
{
	char token[VERSION_TOKEN_MAX];
	struct buf week = BUF_INIT;
	int rc;

	names_key(&found->blob.key, query->blob, query->user);
	if (query->blob != NAMES_TIMELINE ||
	    !site_week_get(app->site, query->user, token, &week))
		return load_stored(app, query->user, found, err);
	rc = read_version_token(app, query->user, found->state.token, err);
	if (rc == 0)
		rc = take_or_read(app, token, &week, found, err);
	buf_release(&week);
	return rc;
}

static void
begin_look(const struct app *app, const struct freshness_query *query,
    struct freshness *found)
{
	found->began_ms = app_now(app);
	found->state.generation = version_generation(app->version, query->user);
	if (app->conf.cache_revalidate_ms != CONF_OFF)
		found->looks = version_looks(app->version, query->user);
}

/* Tell the host's other processes of a week that memory (NULL: nothing) does not
 * have.  Even if somebody has told them of something since: they may have looked
 * before the week was there. */
static void
tell_seen(const struct app *app, const struct freshness_query *query,
    struct freshness *found, const struct cache_entry *e)
{
	if (query->blob == NAMES_TIMELINE &&
	    (e == NULL || strcmp(e->token, found->state.token) != 0))
		app_tell_seen(
		    app, query->user, found->state.token, &found->looks);
}

/*
 * Return true if the entry may answer without the store.  Not after a write on
 * this host, perhaps the user's own, nor after one of the user's on another
 * host (recheck, wrote): those were acknowledged.
 */
static bool
may_answer_stale(const struct app *app, const struct freshness_query *query,
    const struct freshness *found, const struct cache_entry *e)
{
	return app->may_be_stale && !query->recheck && !query->wrote &&
	       found->state.generation == e->generation;
}

/* Read the blob of a newer token.  Forget the entry, so that no later look
 * believes it, even one for which Redis has its token again. */
static int
replace_entry(const struct app *app, const struct freshness_query *query,
    const struct cache_entry *e, struct freshness *found, struct err *err)
{
	char token[VERSION_TOKEN_MAX];
	struct buf week = BUF_INIT;
	bool has_week = query->blob == NAMES_TIMELINE &&
			site_week_get(app->site, query->user, token, &week);
	int rc;

	names_key(&found->blob.key, query->blob, query->user);
	rc = take_or_read(app, has_week ? token : NULL, &week, found, err);
	buf_release(&week);
	if (rc == 0) {
		tell_seen(app, query, found, e);
		cache_drop(query->cache, query->user);
	}
	return rc;
}

/* Read the token, and only if it is another one the blob: it cannot be older
 * than the token then.  If the token cannot be read, the entry may stand. */
static int
recheck_entry(const struct app *app, const struct freshness_query *query,
    struct cache_entry *e, struct freshness *found, struct err *err)
{
	if (read_version_token(app, e->user, found->state.token, err) == -1) {
		if (!may_answer_stale(app, query, found, e))
			return -1;
		found->stale = true;
		found->entry = e;
		return 0;
	}
	site_version_mend(app->site, e->user, found->state.token);
	if (strcmp(e->token, found->state.token) != 0)
		return replace_entry(app, query, e, found, err);

	e->generation = found->state.generation;
	e->looks = found->looks;
	e->checked_ms = found->began_ms;
	found->entry = e;
	return 0;
}

int
freshness_look(const struct app *app, const struct freshness_query *query,
    struct freshness *found, struct err *err)
{
	struct cache_entry *e = cache_find(query->cache, query->user);

	begin_look(app, query, found);
	switch (judge_entry(app, query, e, found)) {
	case HIT:
		/* Another host may have written: no process here knows. */
		if (!site_version_is(app->site, query->user, e->token))
			return recheck_entry(app, query, e, found, err);
		found->entry = e;
		return 0;
	case RECHECK:
		return recheck_entry(app, query, e, found, err);
	case MISS:
		break;
	}
	if (load_both(app, query, found, err) == -1)
		return -1;
	tell_seen(app, query, found, e);
	return 0;
}

int
freshness_load(const struct app *app, const struct freshness_query *query,
    struct freshness *found, struct err *err)
{
	begin_look(app, query, found);
	if (load_both(app, query, found, err) == -1)
		return -1;
	tell_seen(app, query, found, NULL);
	return 0;
}

struct cache_entry *
freshness_keep(const struct freshness_query *query,
    const struct freshness *found, int64_t valid_until_ms, struct buf *body)
{
	struct cache_entry *e = cache_put(query->cache, query->user, body);

	if (e == NULL)
		return NULL;
	memcpy(e->token, found->state.token, sizeof e->token);
	e->generation = found->state.generation;
	e->looks = found->looks;
	e->loaded_ms = e->checked_ms = found->began_ms;
	e->valid_until_ms = valid_until_ms;
	return e;
}

int
freshness_read_state(const struct app *app, const char *user,
    struct version_state *state, struct err *err)
{
	uint64_t generation = version_generation(app->version, user);

	if (read_version_token(app, user, state->token, err) == -1)
		return -1;
	state->generation = generation;
	return 0;
}
