/*
 * user_cache: a small blob of a user's state, remembered as their week is
 * (design.md 6).  Whether memory may be believed is decided by freshness.h; a
 * hit asks the store nothing.
 *
 * A writer of such a blob calls app_bump afterwards, even if it changed
 * nothing: an earlier attempt may have crashed between put and bump.
 */
#ifndef USER_CACHE_H
#define USER_CACHE_H

#include "app/app.h"
#include "store/blob.h"
#include "store/names.h"

/*
 * Parse the bytes, NULL if there is no blob, and append what is to be
 * remembered.  -1 if they are broken.
 */
typedef int user_cache_parse_fn(const struct buf *bytes, struct buf *out);

struct user_cache {
	struct cache *cache; /* of this kind of blob alone */
	enum names_blob blob;
	user_cache_parse_fn *parse;
};

/*
 * Get what `parse` made of the blob, from memory or from the store.  *out is
 * the cache's, until the next call.  ERR_STORE, also if the blob is broken:
 * it must let nobody in.
 */
MUST_USE int user_cache_get(const struct app *app,
    const struct user_cache *what, const char *user, struct buf **out,
    struct err *err);

/* Read the blob from the store and append what `parse` made of it, for a
 * decision that must not rest on memory.  Remembers nothing. */
MUST_USE int user_cache_now(const struct app *app,
    const struct user_cache *what, const char *user, struct buf *out,
    struct err *err);

/* Append what `parse` made of a blob that the caller has read, for a change
 * of it (blob_update). */
MUST_USE int user_cache_parse(const struct user_cache *what,
    const struct blob *blob, struct buf *out, struct err *err);

#endif
