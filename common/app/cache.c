#include "app/cache.h"

#include "base/std.h"

/* One bucket for that many bytes of the bound: about as many buckets as the
 * smallest entries that fit. */
#define BUCKET_BYTES 512
#define BUCKETS_MIN  64
#define BUCKETS_MAX  ((size_t)1 << 20)

#define ALLOC_COST 16 /* of malloc(3), for each piece of memory */

struct cache {
	size_t max_bytes, bytes;
	struct cache_entry *newest, *oldest; /* in the order of use */
	uint64_t steps;
	size_t n_buckets; /* a power of two, the same for good */
	struct cache_entry **buckets;
};

static size_t
count_buckets(size_t max_bytes)
{
	size_t n = BUCKETS_MIN;

	while (n < max_bytes / BUCKET_BYTES && n < BUCKETS_MAX)
		n *= 2;
	return n;
}

struct cache *
cache_new(size_t max_bytes)
{
	struct cache *cache = std_zalloc(sizeof *cache);

	cache->max_bytes = max_bytes;
	cache->n_buckets = count_buckets(max_bytes);
	cache->buckets = std_zalloc(cache->n_buckets * sizeof *cache->buckets);
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
	/* The low bits alone spread names that end alike badly. */
	return &cache->buckets[(h ^ h >> 15) & (cache->n_buckets - 1)];
}

/* Return the pointer that leads to the user's entry, or to NULL at the end of
 * the bucket, so that an entry can be unlinked there. */
static struct cache_entry **
find_link(struct cache *cache, const char *user)
{
	struct cache_entry **at = bucket_of(cache, user);

	while (*at != NULL) {
		cache->steps++;
		if (strcmp((*at)->user, user) == 0)
			break;
		at = &(*at)->next;
	}
	return at;
}

/* The list in the order of use. */

static void
unlink_use(struct cache *cache, struct cache_entry *e)
{
	*(e->newer != NULL ? &e->newer->older : &cache->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &cache->oldest) = e->newer;
}

static void
link_newest(struct cache *cache, struct cache_entry *e)
{
	e->newer = NULL;
	e->older = cache->newest;
	*(e->older != NULL ? &e->older->newer : &cache->oldest) = e;
	cache->newest = e;
}

static void
use_entry(struct cache *cache, struct cache_entry *e)
{
	unlink_use(cache, e);
	link_newest(cache, e);
}

/* Bytes. */

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

static size_t
entry_bytes(const struct cache_entry *e)
{
	return bare_bytes(e->user) + buf_bytes(&e->body) + buf_bytes(&e->plain);
}

static void
drop_entry(struct cache *cache, struct cache_entry *e)
{
	*find_link(cache, e->user) = e->next;
	unlink_use(cache, e);
	cache->bytes -= entry_bytes(e);
	buf_release(&e->body);
	buf_release(&e->plain);
	free(e);
}

/* Drop the least recently used entries until there is room for that many bytes
 * more. */
static void
make_room(struct cache *cache, size_t more)
{
	while (cache->oldest != NULL && cache->bytes + more > cache->max_bytes)
		drop_entry(cache, cache->oldest);
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;

	while (cache->oldest != NULL)
		drop_entry(cache, cache->oldest);
	free(cache->buckets);
	free(cache);
}

struct cache_entry *
cache_find(struct cache *cache, const char *user)
{
	struct cache_entry *e = *find_link(cache, user);

	if (e != NULL)
		use_entry(cache, e);
	return e;
}

static struct cache_entry *
insert_entry(struct cache *cache, const char *user, struct buf *body)
{
	struct cache_entry **at, *e;
	size_t len = strlen(user) + 1;

	e = std_zalloc(sizeof *e + len);
	memcpy(e->user, user, len);
	buf_init(&e->body);
	buf_init(&e->plain);
	buf_move(&e->body, body);
	cache->bytes += entry_bytes(e);
	at = bucket_of(cache, user);
	e->next = *at;
	*at = e;
	link_newest(cache, e);
	return e;
}

struct cache_entry *
cache_put(struct cache *cache, const char *user, struct buf *body)
{
	size_t bytes;

	cache_drop(cache, user);
	buf_trim(body);
	bytes = bare_bytes(user) + buf_bytes(body);
	if (bytes > cache->max_bytes / 4)
		return NULL;
	make_room(cache, bytes);
	return insert_entry(cache, user, body);
}

bool
cache_keep_plain(
    struct cache *cache, struct cache_entry *entry, struct buf *plain)
{
	buf_trim(plain);
	if (entry_bytes(entry) + buf_bytes(plain) > cache->max_bytes / 4)
		return false;
	/* Three quarters of the room are others' then, so this one stays. */
	use_entry(cache, entry);
	make_room(cache, buf_bytes(plain));
	cache->bytes += buf_bytes(plain);
	buf_move(&entry->plain, plain);
	return true;
}

void
cache_drop(struct cache *cache, const char *user)
{
	struct cache_entry *e = *find_link(cache, user);

	if (e != NULL)
		drop_entry(cache, e);
}

size_t
cache_bytes(const struct cache *cache)
{
	return cache->bytes;
}

uint64_t
cache_steps(const struct cache *cache)
{
	return cache->steps;
}
