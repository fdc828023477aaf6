/*
 * cache: the memory of one process, one body for each user (design.md 6,
 * "Local memory").
 *
 * It is bounded by bytes, whatever the number of users; the least recently used
 * entries go first (lru.h).
 *
 * It does not judge tokens or times: freshness.h decides whether an entry may
 * still be served, and keeps what it needs for that in the entry.
 *
 * Calling sequence
 *
 *	cache = cache_new(max_bytes);
 *	e = cache_find(cache, user);
 *	if (e == NULL)
 *		e = cache_put(cache, user, &body);	may be NULL: too large
 *	cache_free(cache);
 *
 * An entry is the cache's and holds until the next cache_put, cache_keep_plain
 * of another entry, or cache_drop.
 */
#ifndef CACHE_H
#define CACHE_H

#include "app/lru.h"
#include "base/buf.h"
#include "base/enc.h"
#include "host/version.h"
#include "store/names.h"

struct cache_entry {
	struct lru_entry lru;          /* for cache.c alone */
	char token[VERSION_TOKEN_MAX]; /* stored when the body was read */
	char etag[ENC_HASH_LEN + 1];   /* of the body, for If-None-Match */
	struct buf body;
	struct buf
	    plain; /* a packed body unpacked, by cache_keep_plain; or "" */
	uint64_t generation; /* read before the last look at the token */
	uint64_t looks;      /* of the host, then (version.h) */
	int64_t loaded_ms;
	int64_t checked_ms; /* when the last look at the token began */
	int64_t valid_until_ms;
	char user[];
};

struct cache;

/* Make an empty cache.  All entries together stay within max_bytes, with what
 * malloc adds to each; with 0 it keeps none. */
MUST_USE struct cache *cache_new(size_t max_bytes);

/* Free the cache with all entries; NULL is fine. */
void cache_free(struct cache *cache);

/* Return the user's entry and make it the most recently used, or NULL. */
struct cache_entry *cache_find(struct cache *cache, const char *user);

/*
 * Replace the user's entry by a new one, move `body` into it, trimmed, and
 * return it; the caller fills the rest.  NULL if the entry would be larger than
 * a quarter of the bound, so that one user cannot push out all others: the body
 * stays the caller's then, and the user has no entry any more.
 */
struct cache_entry *cache_put(
    struct cache *cache, const char *user, struct buf *body);

/*
 * Move `plain` into an entry that has none, beside the body that it was
 * unpacked from, and return true.  Return false if both together would be
 * larger than a quarter of the bound: `plain` stays the caller's then.
 */
bool cache_keep_plain(
    struct cache *cache, struct cache_entry *entry, struct buf *plain);

/* Remove the user's entry, if there is one. */
void cache_drop(struct cache *cache, const char *user);

/* Return the bytes of all entries together. */
size_t cache_bytes(const struct cache *cache);

/* Return at how many entries all calls together have looked until now. */
uint64_t cache_steps(const struct cache *cache);

#endif
