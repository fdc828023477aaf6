#include "app/user_cache.h"

#include "app/cache.h"
#include "app/version.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/blob.h"
#include "store/names.h"

int
user_cache_parse(const struct user_cache *recall, const struct blob *blob,
    struct buf *out, struct err *err)
{
	if (recall->parse(blob->is_there ? &blob->bytes : NULL, out) == 0)
		return 0;
	err_set(err, ERR_STORE, "Der Speicher ist gestört.");
	return err_detail(err, "broken: %s", blob->key.s);
}

static bool
is_fresh(const struct app *app, const struct cache_entry *e, int64_t now)
{
	int64_t every = app->conf.cache_revalidate_ms;

	if (version_generation(app->version, e->user) != e->generation ||
	    now < e->checked_ms ||
	    now >= e->loaded_ms + app->conf.cache_ttl_local_ms)
		return false;
	return every == CONF_OFF || now < e->checked_ms + every;
}

static int
read_token(
    const struct app *app, const char *user, char *token, struct err *err)
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

/* Another's write, most likely, or a look that is due: the token decides. */
static int
check(const struct app *app, struct cache_entry *e, int64_t now, bool *good,
    struct err *err)
{
	uint64_t generation = version_generation(app->version, e->user);
	char token[VERSION_TOKEN_MAX];

	*good = false;
	if (now < e->checked_ms ||
	    now >= e->loaded_ms + app->conf.cache_ttl_local_ms ||
	    (generation != e->generation &&
		version_is_own(app->version, e->user, generation)))
		return 0;
	if (read_token(app, e->user, token, err) == -1)
		return -1;
	if (strcmp(token, e->token) == 0) {
		e->generation = generation;
		e->checked_ms = now;
		*good = true;
	}
	return 0;
}

static struct buf *
remember(const struct user_cache *recall, const char *user, struct buf *body,
    const struct cache_entry *known)
{
	struct cache_entry *e = cache_put(recall->cache, user, body);

	if (e == NULL)
		return NULL;
	memcpy(e->token, known->token, sizeof e->token);
	e->generation = known->generation;
	e->loaded_ms = e->checked_ms = known->loaded_ms;
	return &e->body;
}

/* Generation first, then token and blob in one round (version.h). */
static int
load(const struct app *app, const struct user_cache *recall, const char *user,
    struct buf **out, struct err *err)
{
	struct blob blobs[] = {BLOB_INIT, BLOB_INIT};
	struct buf body = BUF_INIT;
	struct cache_entry known = {
	    .generation = version_generation(app->version, user),
	    .loaded_ms = app_now(app),
	};
	int rc;

	names_key(&blobs[0].key, NAMES_TOKEN, user);
	names_key(&blobs[1].key, recall->blob, user);
	rc = blob_get_many(app->store, blobs, ARRAY_LEN(blobs), err);
	if (rc == 0)
		rc = user_cache_parse(recall, &blobs[1], &body, err);
	if (rc == 0) {
		version_token(&blobs[0], known.token);
		*out = remember(recall, user, &body, &known);
		if (*out == NULL)
			rc = err_set(err, ERR_INTERNAL,
			    "Ein Konto passt nicht in den Speicher.");
	}
	blob_release(&blobs[0]);
	blob_release(&blobs[1]);
	buf_release(&body);
	return rc;
}

int
user_cache_get(const struct app *app, const struct user_cache *recall,
    const char *user, struct buf **out, struct err *err)
{
	struct cache_entry *e = cache_find(recall->cache, user);
	int64_t now = app_now(app);
	bool good = e != NULL && is_fresh(app, e, now);

	if (e != NULL && !good && check(app, e, now, &good, err) == -1)
		return -1;
	if (!good)
		return load(app, recall, user, out, err);
	*out = &e->body;
	return 0;
}

int
user_cache_now(const struct app *app, const struct user_cache *recall,
    const char *user, struct buf *out, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, recall->blob, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0)
		rc = user_cache_parse(recall, &blob, out, err);
	blob_release(&blob);
	return rc;
}
