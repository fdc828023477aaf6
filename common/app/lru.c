#include "app/lru.h"

#include "base/std.h"

/* One bucket for that many bytes of the bound: about as many buckets as the
 * smallest entries that fit. */
#define BUCKET_BYTES 512
#define BUCKETS_MIN  64
#define BUCKETS_MAX  ((size_t)1 << 20)

static size_t
count_buckets(size_t max_bytes)
{
	size_t n = BUCKETS_MIN;

	while (n < max_bytes / BUCKET_BYTES && n < BUCKETS_MAX)
		n *= 2;
	return n;
}

void
lru_init(struct lru *lru, size_t max_bytes, lru_free_fn *free_entry)
{
	memset(lru, 0, sizeof *lru);
	lru->max_bytes = max_bytes;
	lru->free_entry = free_entry;
	lru->n_buckets = count_buckets(max_bytes);
	lru->buckets = std_zalloc(lru->n_buckets * sizeof *lru->buckets);
}

/* Return the user's bucket, by FNV-1a: names are checked before, and a bad
 * spread costs only time. */
static struct lru_entry **
bucket_of(struct lru *lru, const char *user)
{
	uint32_t h = 2166136261u;

	for (; *user != '\0'; user++)
		h = (h ^ (unsigned char)*user) * 16777619u;
	/* The low bits alone spread names that end alike badly. */
	return &lru->buckets[(h ^ h >> 15) & (lru->n_buckets - 1)];
}

/* Return the pointer that leads to the user's entry, or to NULL at the end of
 * the bucket, so that an entry can be unlinked there. */
static struct lru_entry **
find_link(struct lru *lru, const char *user)
{
	struct lru_entry **at = bucket_of(lru, user);

	while (*at != NULL) {
		lru->steps++;
		if (strcmp((*at)->user, user) == 0)
			break;
		at = &(*at)->next;
	}
	return at;
}

/* The list in the order of use. */

static void
unlink_use(struct lru *lru, struct lru_entry *e)
{
	*(e->newer != NULL ? &e->newer->older : &lru->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &lru->oldest) = e->newer;
}

static void
link_newest(struct lru *lru, struct lru_entry *e)
{
	e->newer = NULL;
	e->older = lru->newest;
	*(e->older != NULL ? &e->older->newer : &lru->oldest) = e;
	lru->newest = e;
}

void
lru_use(struct lru *lru, struct lru_entry *entry)
{
	unlink_use(lru, entry);
	link_newest(lru, entry);
}

void
lru_take(struct lru *lru, struct lru_entry *entry)
{
	*find_link(lru, entry->user) = entry->next;
	unlink_use(lru, entry);
	lru->bytes -= entry->bytes;
}

void
lru_drop(struct lru *lru, struct lru_entry *entry)
{
	lru_take(lru, entry);
	lru->free_entry(entry);
}

/* Drop the least recently used entries until there is room for that many bytes
 * more. */
static void
make_room(struct lru *lru, size_t more)
{
	while (lru->oldest != NULL && lru->bytes + more > lru->max_bytes)
		lru_drop(lru, lru->oldest);
}

struct lru_entry *
lru_find(struct lru *lru, const char *user)
{
	return *find_link(lru, user);
}

void
lru_add(struct lru *lru, struct lru_entry *entry)
{
	struct lru_entry **at = bucket_of(lru, entry->user);

	make_room(lru, entry->bytes);
	entry->next = *at;
	*at = entry;
	link_newest(lru, entry);
	lru->bytes += entry->bytes;
}

void
lru_grow(struct lru *lru, struct lru_entry *entry, size_t more)
{
	/* First, so that it is the last one to be dropped. */
	lru_use(lru, entry);
	make_room(lru, more);
	entry->bytes += more;
	lru->bytes += more;
}

void
lru_release(struct lru *lru)
{
	while (lru->oldest != NULL)
		lru_drop(lru, lru->oldest);
	free(lru->buckets);
	memset(lru, 0, sizeof *lru);
}
