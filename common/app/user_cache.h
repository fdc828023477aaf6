/*
 * user_cache: a small blob of a user's state, remembered under the same rule
 * as their week (design.md 6).  freshness.h decides whether memory may be
 * believed; a hit sends the store no request.
 *
 * A writer of such a blob calls app_bump afterwards, even if it changed
 * nothing: an earlier attempt may have crashed between put and bump.
 *
 * Calling sequence
 *
 *	struct user_cache what = {cache, NAMES_SESSION, parse_sessions, false};
 *
 *	user_cache_get(app, &what, user, &body, err)	each request
 *	user_cache_now(app, &what, user, &own, err)	a decision of weight
 *	user_cache_parse(&what, old, &own, err)		within a blob_update
 *
 * Error handling
 *
 * ERR_STORE if the store fails or the blob is broken; ERR_NEWER if a newer
 * program wrote it, in which case nobody may write it; ERR_INTERNAL if it is
 * too large to be remembered.  The caller lets nobody in then.
 */
#ifndef USER_CACHE_H
#define USER_CACHE_H

#include "app/app.h"
#include "store/blob.h"
#include "store/names.h"

/*
 * Parse the bytes (NULL if there is no blob) and append the form of them that
 * is remembered.
 */
enum user_cache_parsed {
	USER_CACHE_GOOD,
	USER_CACHE_BROKEN,
	USER_CACHE_NEWER, /* a newer program wrote them */
};
typedef enum user_cache_parsed user_cache_parse_fn(
    const struct buf *bytes, struct buf *out);

/* Parse bytes only to know whether they can be read. */
enum user_cache_parsed user_cache_judge(
    user_cache_parse_fn *parse, const struct buf *bytes);

struct user_cache {
	struct cache *cache; /* of this kind of blob alone */
	enum names_blob blob;
	user_cache_parse_fn *parse;
	/* Look at the token even if memory is fresh, where CACHE_REVALIDATE_MS
	 * is on: for what memory does not have, and another host may have put
	 * since. */
	bool recheck;
};

/*
 * Get the parsed form of the blob, from memory or from the store.  *out is the
 * cache's and holds until the next call for this cache.
 */
MUST_USE int user_cache_get(const struct app *app,
    const struct user_cache *what, const char *user, struct buf **out,
    struct err *err);

/* Read the blob from the store and append its parsed form, for a decision that
 * must not rest on memory.  Remember nothing. */
MUST_USE int user_cache_now(const struct app *app,
    const struct user_cache *what, const char *user, struct buf *out,
    struct err *err);

/* Append the parsed form of a blob that the caller has read, for a change of
 * it (blob_update). */
MUST_USE int user_cache_parse(const struct user_cache *what,
    const struct blob *blob, struct buf *out, struct err *err);

#endif
