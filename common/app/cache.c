#include "app/cache.h"

#include "base/std.h"

#define ALLOC_COST 16 /* of malloc(3), for each piece of memory */

struct cache {
	struct lru lru;
};

static size_t
buf_bytes(const struct buf *b)
{
	return b->cap > 0 ? b->cap + ALLOC_COST : 0;
}

/* Return what an entry without its bodies takes. */
static size_t
bare_bytes(const char *user)
{
	return sizeof(struct cache_entry) + strlen(user) + 1 + ALLOC_COST;
}

static void
free_cached(struct lru_entry *entry)
{
	struct cache_entry *e = (struct cache_entry *)entry;

	buf_release(&e->body);
	buf_release(&e->plain);
	free(e);
}

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *cache = std_zalloc(sizeof *cache);

	lru_init(&cache->lru, max_bytes, free_cached);
	return cache;
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;

	lru_release(&cache->lru);
	free(cache);
}

struct cache_entry *
cache_find(struct cache *cache, const char *user)
{
	struct lru_entry *e = lru_find(&cache->lru, user);

	if (e != NULL)
		lru_use(&cache->lru, e);
	return (struct cache_entry *)e;
}

static struct cache_entry *
insert_entry(
    struct cache *cache, const char *user, struct buf *body, size_t bytes)
{
	size_t len = strlen(user) + 1;
	struct cache_entry *e = std_zalloc(sizeof *e + len);

	memcpy(e->user, user, len);
	buf_init(&e->body);
	buf_init(&e->plain);
	buf_move(&e->body, body);
	e->lru.user = e->user;
	e->lru.bytes = bytes;
	lru_add(&cache->lru, &e->lru);
	return e;
}

struct cache_entry *
cache_put(struct cache *cache, const char *user, struct buf *body)
{
	size_t bytes;

	cache_drop(cache, user);
	buf_trim(body);
	bytes = bare_bytes(user) + buf_bytes(body);
	if (bytes > cache->lru.max_bytes / 4)
		return NULL;
	return insert_entry(cache, user, body, bytes);
}

bool
cache_keep_plain(
    struct cache *cache, struct cache_entry *entry, struct buf *plain)
{
	buf_trim(plain);
	if (entry->lru.bytes + buf_bytes(plain) > cache->lru.max_bytes / 4)
		return false;
	lru_grow(&cache->lru, &entry->lru, buf_bytes(plain));
	buf_move(&entry->plain, plain);
	return true;
}

void
cache_drop(struct cache *cache, const char *user)
{
	struct lru_entry *e = lru_find(&cache->lru, user);

	if (e != NULL)
		lru_drop(&cache->lru, e);
}

size_t
cache_bytes(const struct cache *cache)
{
	return cache->lru.bytes;
}

uint64_t
cache_steps(const struct cache *cache)
{
	return cache->lru.steps;
}
