/*
 * lru: what a process keeps of its users within a bound of bytes, the least
 * recently used dropped first.  Pure.
 *
 * An entry is a struct of the caller whose first member is a struct lru_entry.
 * To find an entry, to add one and to drop the oldest takes the same few steps
 * however many there are.  The table of buckets has its size from the bound, at
 * most 1/32 of it, and stays.
 *
 * Calling sequence
 *
 *	lru_init(&lru, max_bytes, free_entry);
 *	e = lru_find(&lru, user);
 *	if (e == NULL)
 *		lru_add(&lru, e = ...);		with bytes and user
 *	lru_release(&lru);
 *
 * No function fails.
 */
#ifndef LRU_H
#define LRU_H

#include <stddef.h>
#include <stdint.h>

struct lru_entry {
	const char *user; /* in the memory of the entry */
	size_t bytes;     /* of all that is kept with it */
	/* For lru.c alone: */
	struct lru_entry *next, *newer, *older;
};

/* Free the struct that an entry begins. */
typedef void lru_free_fn(struct lru_entry *entry);

struct lru {
	size_t max_bytes, bytes;
	lru_free_fn *free_entry;
	struct lru_entry *newest, *oldest; /* in the order of use */
	uint64_t steps;   /* at how many entries all calls have looked */
	size_t n_buckets; /* a power of two, the same for good */
	struct lru_entry **buckets;
};

/* Make an empty one.  The entries together stay within max_bytes. */
void lru_init(struct lru *lru, size_t max_bytes, lru_free_fn *free_entry);

/* Free all entries and the table. */
void lru_release(struct lru *lru);

/* Return the user's entry, or NULL. */
struct lru_entry *lru_find(struct lru *lru, const char *user);

/* Make an entry the most recently used. */
void lru_use(struct lru *lru, struct lru_entry *entry);

/* Add an entry of at most max_bytes, as the most recently used, for a user who
 * has none; drop others until there is room. */
void lru_add(struct lru *lru, struct lru_entry *entry);

/* Let an entry have so many bytes more, at most max_bytes in all; make it the
 * most recently used, and drop others until there is room. */
void lru_grow(struct lru *lru, struct lru_entry *entry, size_t more);

/* Take an entry out, which is the caller's then. */
void lru_take(struct lru *lru, struct lru_entry *entry);

/* Take an entry out and free it. */
void lru_drop(struct lru *lru, struct lru_entry *entry);

#endif
