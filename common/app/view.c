#include "app/view.h"

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
	};

	return words[source];
}

void
view_state_print(struct buf *out, const struct view_state *state)
{
	buf_addf(out, "%llu/%s", (unsigned long long)state->generation,
	    state->token[0] != '\0' ? state->token : "-");
}

int
view_state_parse(const char *s, struct view_state *state)
{
	unsigned long long generation;
	char token[VERSION_TOKEN_MAX], end;

	if (sscanf(s, "%llu/%79[0-9a-z-]%c", &generation, token, &end) != 2)
		return -1;
	state->generation = generation;
	snprintf(state->token, sizeof state->token, "%s",
	    strcmp(token, "-") == 0 ? "" : token);
	return 0;
}

void
view_answer_release(struct view_answer *answer)
{
	buf_release(&answer->own);
}

int
view_read_state(struct app *app, const char *user, struct view_state *state,
    struct err *err)
{
	struct blob blob = BLOB_INIT;
	uint64_t generation = version_generation(app->version, user);
	int rc;

	names_key(&blob.key, NAMES_TOKEN, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0) {
		state->generation = generation;
		version_token(&blob, state->token);
	}
	blob_release(&blob);
	return rc;
}

static void
judge(struct app *app, const struct blob *blob, struct view_loaded *loaded)
{
	loaded->good = blob->is_there &&
		       artifact_parse(&blob->bytes, &loaded->artifact,
			   &loaded->body) == 0 &&
		       artifact_is_good(&loaded->artifact, loaded->state.token,
			   app->settings, app_now(app));
}

int
view_load(struct app *app, const char *user, struct view_loaded *loaded,
    struct err *err)
{
	struct blob blobs[] = {BLOB_INIT, BLOB_INIT};
	int rc;

	/* The generation first: a write in between makes it too low, and
	 * then it is looked at once more.  The other order would keep a
	 * state that is over. */
	loaded->state.generation = version_generation(app->version, user);
	names_key(&blobs[0].key, NAMES_TOKEN, user);
	names_key(&blobs[1].key, NAMES_TIMELINE, user);
	rc = blob_get_many(app->store, blobs, ARRAY_LEN(blobs), err);
	if (rc == 0) {
		version_token(&blobs[0], loaded->state.token);
		judge(app, &blobs[1], loaded);
	}
	blob_release(&blobs[0]);
	blob_release(&blobs[1]);
	return rc;
}

/* The token was read just now; only the artifact is missing. */
static int
load_artifact(struct app *app, const char *user, struct view_loaded *loaded,
    struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_TIMELINE, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0)
		judge(app, &blob, loaded);
	blob_release(&blob);
	return rc;
}

static bool
in_time(const struct app *app, const struct cache_entry *e, int64_t now)
{
	return now < e->valid_until_ms &&
	       now < e->loaded_ms + app->conf.cache_ttl_local_ms &&
	       now >= e->loaded_ms - 2000;
}

/* `generation` is the user's now, here and in has_written. */
static bool
needs_check(const struct app *app, const struct cache_entry *e,
    uint64_t generation, int64_t now, bool recheck)
{
	int64_t every = app->conf.cache_revalidate_ms;

	if (generation != e->generation)
		return true;
	if (every == CONF_OFF)
		return false;
	return recheck || now - e->checked_ms >= every || now < e->checked_ms;
}

static void
answer_from(const struct cache_entry *e, struct view_answer *answer)
{
	memcpy(answer->etag, e->etag, sizeof answer->etag);
	answer->body = &e->body;
}

static void
remember(struct cache *cache, const char *user, struct view_loaded *loaded,
    int64_t began, struct view_answer *answer)
{
	const struct artifact *a = &loaded->artifact;
	struct cache_entry *e = cache_put(cache, user, &loaded->body);

	memcpy(answer->etag, a->etag, sizeof answer->etag);
	answer->source = VIEW_BLOB;
	if (e == NULL) { /* too large to keep */
		buf_move(&answer->own, &loaded->body);
		answer->body = &answer->own;
		return;
	}
	memcpy(e->token, a->token, sizeof e->token);
	memcpy(e->etag, a->etag, sizeof e->etag);
	e->generation = loaded->state.generation;
	e->loaded_ms = e->checked_ms = began;
	e->valid_until_ms = a->valid_until_ms;
	answer->body = &e->body;
}

/*
 * Something speaks against the entry; the token decides, for one request.
 * Only if it is another one is the artifact asked for.
 */
static int
check_token(struct app *app, struct cache_entry *e, int64_t now,
    struct view_loaded *loaded, bool *same, struct err *err)
{
	if (view_read_state(app, e->user, &loaded->state, err) == -1)
		return -1;
	*same = strcmp(e->token, loaded->state.token) == 0;
	if (*same) {
		e->generation = loaded->state.generation;
		e->checked_ms = now;
		return 0;
	}
	return load_artifact(app, e->user, loaded, err);
}

/*
 * The user has written since: his token is another one, and asking for the
 * artifact along with it saves a round.
 */
static bool
has_written(
    const struct app *app, const struct cache_entry *e, uint64_t generation)
{
	return generation != e->generation &&
	       version_is_own(app->version, e->user, generation);
}

int
view_look(struct app *app, struct cache *cache, const struct view_query *query,
    struct view_answer *answer, struct view_state *state, struct err *err)
{
	struct cache_entry *e = cache_find(cache, query->user);
	struct view_loaded loaded = {.body = BUF_INIT};
	int64_t now = app_now(app);
	uint64_t generation = 0;
	bool same = false;
	int rc;

	if (e != NULL)
		generation = version_generation(app->version, query->user);

	answer->body = NULL;
	answer->source = VIEW_LOCAL;
	if (e != NULL && in_time(app, e, now) &&
	    !has_written(app, e, generation)) {
		if (!needs_check(app, e, generation, now, query->recheck)) {
			answer_from(e, answer);
			return 0;
		}
		rc = check_token(app, e, now, &loaded, &same, err);
	} else {
		rc = view_load(app, query->user, &loaded, err);
	}

	if (rc == 0 && same)
		answer_from(e, answer);
	else if (rc == 0 && loaded.good)
		remember(cache, query->user, &loaded, now, answer);
	else if (rc == 0)
		*state = loaded.state;
	buf_release(&loaded.body);
	return rc;
}
