#include "app/view.h"

#include "app/freshness.h"
#include "base/buf.h"
#include "base/gzip.h"
#include "host/version.h"
#include "site/site_week.h"
#include "store/blob.h"
#include "store/names.h"

const char *
view_source_word(enum view_source source)
{
	static const char *const words[] = {
	    [VIEW_LOCAL] = "local",
	    [VIEW_BLOB] = "blob",
	    [VIEW_MISS] = "miss",
	    [VIEW_STALE] = "stale",
	};

	return words[source];
}

void
view_answer_release(struct view_answer *answer)
{
	buf_release(&answer->own);
}

static void
judge_artifact(
    struct app *app, const struct freshness *found, struct view_loaded *loaded)
{
	const struct blob *blob = &found->blob;

	loaded->state = found->state;
	loaded->current = blob->is_there &&
			  artifact_parse(&blob->bytes, &loaded->artifact,
			      &loaded->body) == 0 &&
			  artifact_is_current(&loaded->artifact,
			      loaded->state.token, app->settings);
	loaded->good = loaded->current &&
		       artifact_is_good(&loaded->artifact, loaded->state.token,
			   app->settings, app_now(app));
}

int
view_load(struct app *app, const char *user, struct view_loaded *loaded,
    struct err *err)
{
	const struct freshness_query query = {
	    .user = user,
	    .blob = NAMES_TIMELINE,
	};
	struct freshness found = FRESHNESS_INIT;
	int rc = freshness_load(app, &query, &found, err);

	if (rc == 0)
		judge_artifact(app, &found, loaded);
	freshness_release(&found);
	return rc;
}

int
view_set_body(struct view_answer *answer, const struct buf *packed, bool gzip)
{
	answer->gzip = gzip;
	answer->body = packed;
	if (gzip)
		return 0;
	answer->body = NULL;
	if (gzip_unpack(&answer->own, packed) == -1)
		return -1;
	answer->body = &answer->own;
	return 0;
}

/* Answer with an entry as the client takes it.  Unpack it for the first one
 * that does not take gzip, and keep that for those to come. */
static int
answer_from(struct cache *cache, struct cache_entry *e, bool gzip,
    struct view_answer *answer)
{
	memcpy(answer->etag, e->etag, sizeof answer->etag);
	if (!gzip && e->plain.len > 0) {
		answer->gzip = false;
		answer->body = &e->plain;
		return 0;
	}
	if (view_set_body(answer, &e->body, gzip) == -1)
		return -1;
	if (!gzip && cache_keep_plain(cache, e, &answer->own))
		answer->body = &e->plain;
	return 0;
}

static int
answer_loaded(const struct freshness_query *query,
    const struct freshness *found, struct view_loaded *loaded, bool gzip,
    struct view_answer *answer)
{
	const struct artifact *a = &loaded->artifact;
	struct cache_entry *e =
	    freshness_keep(query, found, a->valid_until_ms, &loaded->body);

	answer->source = VIEW_BLOB;
	if (e != NULL) {
		memcpy(e->etag, a->etag, sizeof e->etag);
		return answer_from(query->cache, e, gzip, answer);
	}
	/* It is too large to keep. */
	memcpy(answer->etag, a->etag, sizeof answer->etag);
	if (view_set_body(answer, &loaded->body, gzip) == -1)
		return -1;
	if (gzip) {
		buf_move(&answer->own, &loaded->body);
		answer->body = &answer->own;
	}
	return 0;
}

/* Forget a week that does not unpack, and say for which state it was kept, so
 * that it is built anew. */
static void
drop_broken(
    struct cache *cache, struct cache_entry *e, struct version_state *state)
{
	state->generation = e->generation;
	memcpy(state->token, e->token, sizeof state->token);
	cache_drop(cache, e->user);
}

static void
answer_found(struct app *app, const struct freshness_query *query,
    const struct freshness *found, bool gzip, struct view_answer *answer,
    struct version_state *state)
{
	struct view_loaded loaded = {.body = BUF_INIT};

	if (found->entry != NULL) {
		answer->source = found->stale ? VIEW_STALE : VIEW_LOCAL;
		if (answer_from(query->cache, found->entry, gzip, answer) == -1)
			drop_broken(query->cache, found->entry, state);
		return;
	}
	judge_artifact(app, found, &loaded);
	if (!loaded.good ||
	    answer_loaded(query, found, &loaded, gzip, answer) == -1) {
		*state = found->state;
		cache_drop(query->cache, query->user);
	} else if (!found->is_of_site) {
		site_week_put(app->site, query->user, found->state.token,
		    &found->blob.bytes);
	}
	buf_release(&loaded.body);
}

int
view_look(struct app *app, struct cache *cache, const struct view_query *query,
    struct view_answer *answer, struct version_state *state, struct err *err)
{
	const struct freshness_query what = {
	    .cache = cache,
	    .user = query->user,
	    .blob = NAMES_TIMELINE,
	    .recheck = query->recheck,
	    .wrote = query->wrote,
	};
	struct freshness found = FRESHNESS_INIT;
	int rc = freshness_look(app, &what, &found, err);

	answer->body = NULL;
	if (rc == 0)
		answer_found(app, &what, &found, query->gzip, answer, state);
	freshness_release(&found);
	return rc;
}
