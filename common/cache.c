#include "cache.h"

#define BUCKETS 4096

struct cache {
	size_t max_bytes, bytes;
	struct cache_entry *buckets[BUCKETS];
	struct cache_entry *newest, *oldest;
};

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *cache = std_zalloc(sizeof *cache);

	cache->max_bytes = max_bytes;
	return cache;
}

/* FNV-1a; users are checked names, and a bad spread costs only time. */
static struct cache_entry **
bucket(struct cache *cache, const char *user)
{
	uint32_t h = 2166136261u;

	for (; *user != '\0'; user++)
		h = (h ^ (unsigned char)*user) * 16777619u;
	return &cache->buckets[h % BUCKETS];
}

static void
unlink_age(struct cache *cache, struct cache_entry *e)
{
	*(e->newer ? &e->newer->older : &cache->newest) = e->older;
	*(e->older ? &e->older->newer : &cache->oldest) = e->newer;
	e->newer = e->older = NULL;
}

static void
link_newest(struct cache *cache, struct cache_entry *e)
{
	e->older = cache->newest;
	*(cache->newest ? &cache->newest->newer : &cache->oldest) = e;
	cache->newest = e;
}

static size_t
weight(const struct cache_entry *e)
{
	return sizeof *e + e->body.cap;
}

static void
evict(struct cache *cache, struct cache_entry *e)
{
	struct cache_entry **at = bucket(cache, e->user);

	while (*at != e)
		at = &(*at)->next_in_bucket;
	*at = e->next_in_bucket;
	unlink_age(cache, e);
	cache->bytes -= weight(e);
	buf_release(&e->body);
	free(e);
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	while (cache->oldest != NULL)
		evict(cache, cache->oldest);
	free(cache);
}

struct cache_entry *
cache_find(struct cache *cache, const char *user)
{
	struct cache_entry *e = *bucket(cache, user);

	while (e != NULL && strcmp(e->user, user) != 0)
		e = e->next_in_bucket;
	if (e != NULL && e != cache->newest) {
		unlink_age(cache, e);
		link_newest(cache, e);
	}
	return e;
}

struct cache_entry *
cache_put(struct cache *cache, const char *user, struct buf *body)
{
	struct cache_entry *e, **at;

	cache_drop(cache, user);
	if (body->cap + sizeof *e > cache->max_bytes / 4)
		return NULL;

	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	buf_init(&e->body);
	buf_move(&e->body, body);
	cache->bytes += weight(e);
	while (cache->bytes > cache->max_bytes)
		evict(cache, cache->oldest);

	at = bucket(cache, user);
	e->next_in_bucket = *at;
	*at = e;
	link_newest(cache, e);
	return e;
}

void
cache_drop(struct cache *cache, const char *user)
{
	struct cache_entry *e = cache_find(cache, user);

	if (e != NULL)
		evict(cache, e);
}

size_t
cache_bytes(const struct cache *cache)
{
	return cache->bytes;
}
