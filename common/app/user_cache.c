#include "app/user_cache.h"

#include "app/freshness.h"
#include "base/buf.h"
#include "base/err.h"

int
user_cache_parse(const struct user_cache *what, const struct blob *blob,
    struct buf *out, struct err *err)
{
	switch (what->parse(blob->is_there ? &blob->bytes : NULL, out)) {
	case USER_CACHE_GOOD:
		return 0;
	case USER_CACHE_NEWER:
		err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
		return err_detail(err, "newer: %s", blob->key.s);
	default:
		err_set(err, ERR_STORE, MSG_CACHE_STORE_FAILS);
		return err_detail(err, "broken: %s", blob->key.s);
	}
}

static int
keep_blob(const struct user_cache *what, const struct freshness_query *query,
    const struct freshness *found, struct buf **out, struct err *err)
{
	struct buf body = BUF_INIT;
	struct cache_entry *e = NULL;
	int rc = user_cache_parse(what, &found->blob, &body, err);

	if (rc == 0) {
		e = freshness_keep(query, found, INT64_MAX, &body);
		if (e == NULL)
			rc = err_set(err, ERR_INTERNAL, MSG_CACHE_FULL);
		else
			*out = &e->body;
	}
	buf_release(&body);
	return rc;
}

int
user_cache_get(const struct app *app, const struct user_cache *what,
    const char *user, struct buf **out, struct err *err)
{
	const struct freshness_query query = {
	    .cache = what->cache,
	    .user = user,
	    .blob = what->blob,
	    .recheck = what->recheck,
	};
	struct freshness found = FRESHNESS_INIT;
	int rc = freshness_look(app, &query, &found, err);

	if (rc == 0 && found.entry != NULL)
		*out = &found.entry->body;
	else if (rc == 0)
		rc = keep_blob(what, &query, &found, out, err);
	freshness_release(&found);
	return rc;
}

int
user_cache_now(const struct app *app, const struct user_cache *what,
    const char *user, struct buf *out, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, what->blob, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0)
		rc = user_cache_parse(what, &blob, out, err);
	blob_release(&blob);
	return rc;
}

enum user_cache_parsed
user_cache_judge(user_cache_parse_fn *parse, const struct buf *bytes)
{
	struct buf unused = BUF_INIT;
	enum user_cache_parsed parsed = parse(bytes, &unused);

	buf_release(&unused);
	return parsed;
}
