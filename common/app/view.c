#include "app/view.h"

#include "app/freshness.h"
#include "app/site_week.h"
#include "app/version.h"
#include "base/buf.h"
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

static void
answer_from(const struct cache_entry *e, struct view_answer *answer)
{
	memcpy(answer->etag, e->etag, sizeof answer->etag);
	answer->source = VIEW_LOCAL;
	answer->body = &e->body;
}

static void
answer_loaded(const struct freshness_query *query,
    const struct freshness *found, struct view_loaded *loaded,
    struct view_answer *answer)
{
	const struct artifact *a = &loaded->artifact;
	struct cache_entry *e =
	    freshness_keep(query, found, a->valid_until_ms, &loaded->body);

	memcpy(answer->etag, a->etag, sizeof answer->etag);
	answer->source = VIEW_BLOB;
	if (e == NULL) { /* too large to keep */
		buf_move(&answer->own, &loaded->body);
		answer->body = &answer->own;
		return;
	}
	memcpy(e->etag, a->etag, sizeof e->etag);
	answer->body = &e->body;
}

static void
answer_found(struct app *app, const struct freshness_query *query,
    const struct freshness *found, struct view_answer *answer,
    struct version_state *state)
{
	struct view_loaded loaded = {.body = BUF_INIT};

	if (found->entry != NULL) {
		answer_from(found->entry, answer);
		if (found->stale)
			answer->source = VIEW_STALE;
		return;
	}
	judge_artifact(app, found, &loaded);
	if (loaded.good && !found->is_of_site)
		site_week_put(app->site, query->user, found->state.token,
		    &found->blob.bytes);
	if (loaded.good)
		answer_loaded(query, found, &loaded, answer);
	else
		*state = found->state;
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
	};
	struct freshness found = FRESHNESS_INIT;
	int rc = freshness_look(app, &what, &found, err);

	answer->body = NULL;
	if (rc == 0)
		answer_found(app, &what, &found, answer, state);
	freshness_release(&found);
	return rc;
}
