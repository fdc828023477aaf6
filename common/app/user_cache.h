/*
 * user_cache: a small blob of a user's state, remembered as their week is
 * (design.md 6): under their generation, read before their token, and where
 * CACHE_REVALIDATE_MS is on the token is read again after that time.
 * A hit asks the store nothing.
 *
 * Whoever changes such a blob calls app_bump afterwards.
 */
#ifndef USER_CACHE_H
#define USER_CACHE_H

#include "app/app.h"
#include "store/blob.h"
#include "store/names.h"

/*
 * Appends what is to be remembered of the bytes; NULL stands for no blob.
 * -1 if they are broken.
 */
typedef int user_cache_parse_fn(const struct buf *bytes, struct buf *out);

struct user_cache {
	struct cache *cache; /* of this kind of blob alone */
	enum names_blob blob;
	user_cache_parse_fn *parse;
};

/*
 * *out: what `parse` made of the blob; it is the cache's, until the next
 * call.  ERR_STORE; that, too, for a broken blob: it is nobody's leave to
 * get in.
 */
MUST_USE int user_cache_get(const struct app *app,
    const struct user_cache *recall, const char *user, struct buf **out,
    struct err *err);

/* The same, read from the store now and not remembered; appends. */
MUST_USE int user_cache_now(const struct app *app,
    const struct user_cache *recall, const char *user, struct buf *out,
    struct err *err);

/* The same of a blob that was read (blob.h), for a change of it; appends. */
MUST_USE int user_cache_parse(const struct user_cache *recall,
    const struct blob *blob, struct buf *out, struct err *err);

#endif
