/*
 * cache: the weeks that one worker remembers (design.md 6, "Local memory").
 *
 * A bounded table from users to finished answers; the least recently used
 * go first.  It knows nothing of tokens' meaning or of time: freshness.h decides
 * whether an entry may still be served, and keeps what it needs for that in
 * the entry.
 */
#ifndef CACHE_H
#define CACHE_H

#include "app/version.h"
#include "base/buf.h"
#include "base/enc.h"
#include "store/names.h"

struct cache_entry {
	char user[NAMES_USER_MAX + 1];
	char token[VERSION_TOKEN_MAX]; /* that the body stands for */
	char etag[ENC_HASH_LEN + 1];   /* of the body, for If-None-Match */
	struct buf body;
	uint64_t generation; /* read before the token, last time */
	int64_t loaded_ms;
	int64_t checked_ms; /* when the last look at the token began */
	int64_t valid_until_ms;
	/* the cache's own */
	struct cache_entry *next;
	uint64_t used;
};

struct cache;

/* All entries together stay within max_bytes; 0 remembers nothing. */
MUST_USE struct cache *cache_new(size_t max_bytes);
void cache_free(struct cache *cache);

/* The entry, now the most recent one, or NULL. */
struct cache_entry *cache_find(struct cache *cache, const char *user);

/*
 * A fresh entry for the user in place of an old one, with the body moved
 * into it; the caller fills the rest.  NULL if the body is larger than a
 * quarter of the bound: it stays the caller's then, and the user has no
 * entry any more.
 */
struct cache_entry *cache_put(
    struct cache *cache, const char *user, struct buf *body);
void cache_drop(struct cache *cache, const char *user);

size_t cache_bytes(const struct cache *cache);

#endif
