/*
 * freshness: decide whether memory may be believed, and read the store if not
 * (design.md 6).  One protocol for the week (view.h) and for the small blobs
 * of a user (user_cache.h).
 *
 * A look at a user goes
 *
 *	clock and generation		no I/O, once per look
 *	hit	the entry is believed, if Redis says nothing else
 *	recheck	read the token; the same as the entry's: believe the entry,
 *		else read the blob
 *	miss	read token and blob in one round
 *
 * The generation is read before the token, the token not after the blob: a
 * write in between makes what is kept look too old, and costs another look.
 * The other order would keep a state that is over.
 *
 * An entry is a miss after its validUntil, after CACHE_TTL_LOCAL, and if it
 * was loaded at a time to come: the clock has been set back, and nothing
 * tells its age.  It is a miss, too, after a write of this user on this host:
 * the token is another one, and asking for both at once saves a round.
 *
 * It is rechecked if the generation changed for another reason (users share
 * counters), and, where CACHE_REVALIDATE_MS is on, if the last look at the
 * token began that long ago, or at a time to come, or the query asks for it.
 *
 * What would be a hit is rechecked, too, if Redis has another token for the user
 * than the entry, or none (site_version.h): another host has written.
 *
 * Whoever finds another week in the store than memory has, or the first one, has
 * all processes of the host recheck theirs (app_tell_seen): the next request may
 * come to one of them, and must not see an older one.
 *
 * If the store does not answer a recheck that is only due by time or by Redis,
 * a program that sets may_be_stale (app.h) gets the entry all the same: nothing
 * on this host was written since, and what another host has written meanwhile
 * nobody could know.  But who asks may know, having written it: `wrote`.
 *
 * Calling sequence
 *
 *	const struct freshness_query query = {cache, user, NAMES_SESSION};
 *	struct freshness found = FRESHNESS_INIT;
 *
 *	rc = freshness_look(app, &query, &found, err);
 *	if (rc == 0 && found.entry == NULL) {
 *		... make `body` of found.blob ...
 *		entry = freshness_keep(&query, &found, until_ms, &body);
 *	}
 *	freshness_release(&found);
 *
 * Error handling
 *
 * ERR_STORE; memory is then as it was, and is looked at again next time.
 */
#ifndef FRESHNESS_H
#define FRESHNESS_H

#include "app/app.h"
#include "app/cache.h"
#include "host/version.h"
#include "store/blob.h"
#include "store/names.h"

struct freshness_query {
	struct cache *cache; /* of this kind of blob alone */
	const char *user;
	enum names_blob blob;
	bool recheck; /* the user has just written, perhaps on another host */
	bool wrote;   /* the same, since memory may have been loaded */
};

struct freshness {
	struct cache_entry *entry; /* believed; the cache's, or NULL */
	bool stale;       /* only because the store could not be asked */
	struct blob blob; /* read from the store, or a week of the same token
			   * from Redis, if entry is NULL */
	bool is_of_site;  /* the latter */
	struct version_state state; /* read before the blob or with it */
	uint64_t looks;   /* of the host (version.h), when the look began */
	int64_t began_ms; /* when the look began, ms since 1970 */
};

#define FRESHNESS_INIT                                                         \
	{                                                                      \
		.entry = NULL, .blob = BLOB_INIT                               \
	}

/* Free the blob; the entry stays the cache's. */
void freshness_release(struct freshness *found);

/* Set found->entry if memory may be believed, else read the blob.  `found`
 * must be as FRESHNESS_INIT. */
MUST_USE int freshness_look(const struct app *app,
    const struct freshness_query *query, struct freshness *found,
    struct err *err);

/* Read the blob whatever memory holds, with its token in one round. */
MUST_USE int freshness_load(const struct app *app,
    const struct freshness_query *query, struct freshness *found,
    struct err *err);

/*
 * Keep what the caller made of the blob: move `body` into a new entry and
 * return it.  NULL if it is too large to keep; the body stays the caller's
 * then.
 */
struct cache_entry *freshness_keep(const struct freshness_query *query,
    const struct freshness *found, int64_t valid_until_ms, struct buf *body);

/* Return true if the entry is still valid by time: before its validUntil, and
 * younger than CACHE_TTL_LOCAL. */
bool freshness_in_time(
    const struct app *app, const struct cache_entry *entry, int64_t now_ms);

/* Read generation and token, in this order. */
MUST_USE int freshness_read_state(const struct app *app, const char *user,
    struct version_state *state, struct err *err);

#endif
