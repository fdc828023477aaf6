#include "app/cache.h"

#include "base/std.h"

#define BUCKETS 4096

struct cache {
	size_t max_bytes, bytes;
	uint64_t clock; /* raised at every use */
	struct cache_entry *buckets[BUCKETS];
};

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *cache = std_zalloc(sizeof *cache);

	cache->max_bytes = max_bytes;
	return cache;
}

/* Return the user's bucket, by FNV-1a: names are checked before, and a bad
 * spread costs only time. */
static struct cache_entry **
bucket_of(struct cache *cache, const char *user)
{
	uint32_t h = 2166136261u;

	for (; *user != '\0'; user++)
		h = (h ^ (unsigned char)*user) * 16777619u;
	return &cache->buckets[h % BUCKETS];
}

/* Return the pointer that leads to the user's entry, or to NULL at the end of
 * the bucket, so that drop_entry can unlink it. */
static struct cache_entry **
find_link(struct cache *cache, const char *user)
{
	struct cache_entry **at = bucket_of(cache, user);

	while (*at != NULL && strcmp((*at)->user, user) != 0)
		at = &(*at)->next;
	return at;
}

static size_t
entry_bytes(const struct cache_entry *e)
{
	return sizeof *e + e->body.cap + e->plain.cap;
}

static void
drop_entry(struct cache *cache, struct cache_entry **at)
{
	struct cache_entry *e = *at;

	*at = e->next;
	cache->bytes -= entry_bytes(e);
	buf_release(&e->body);
	buf_release(&e->plain);
	free(e);
}

/* Drop the least recently used entry.  Looking at all entries is fine: this is
 * seldom, and takes less than reading a week. */
static void
drop_oldest(struct cache *cache)
{
	struct cache_entry **at, **oldest = NULL;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (at = &cache->buckets[i]; *at != NULL; at = &(*at)->next)
			if (oldest == NULL || (*at)->used < (*oldest)->used)
				oldest = at;
	if (oldest != NULL)
		drop_entry(cache, oldest);
}

static void
make_room(struct cache *cache, size_t more)
{
	while (cache->bytes + more > cache->max_bytes)
		drop_oldest(cache);
}

void
cache_free(struct cache *cache)
{
	size_t i;

	if (cache == NULL)
		return;

	for (i = 0; i < BUCKETS; i++)
		while (cache->buckets[i] != NULL)
			drop_entry(cache, &cache->buckets[i]);
	free(cache);
}

struct cache_entry *
cache_find(struct cache *cache, const char *user)
{
	struct cache_entry *e = *find_link(cache, user);

	if (e != NULL)
		e->used = ++cache->clock;
	return e;
}

struct cache_entry *
cache_put(struct cache *cache, const char *user, struct buf *body)
{
	struct cache_entry *e, **at;

	cache_drop(cache, user);
	if (body->cap + sizeof *e > cache->max_bytes / 4)
		return NULL;
	make_room(cache, body->cap + sizeof *e);

	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	buf_init(&e->body);
	buf_init(&e->plain);
	buf_move(&e->body, body);
	e->used = ++cache->clock;
	cache->bytes += entry_bytes(e);
	at = bucket_of(cache, user);
	e->next = *at;
	*at = e;
	return e;
}

bool
cache_keep_plain(
    struct cache *cache, struct cache_entry *entry, struct buf *plain)
{
	if (entry_bytes(entry) + plain->cap > cache->max_bytes / 4)
		return false;
	/* Three quarters of the room are others' then, so this one stays. */
	entry->used = ++cache->clock;
	make_room(cache, plain->cap);
	cache->bytes += plain->cap;
	buf_move(&entry->plain, plain);
	return true;
}

void
cache_drop(struct cache *cache, const char *user)
{
	struct cache_entry **at = find_link(cache, user);

	if (*at != NULL)
		drop_entry(cache, at);
}

size_t
cache_bytes(const struct cache *cache)
{
	return cache->bytes;
}
