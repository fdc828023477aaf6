/*
 * base_memory: what a process remembers of the bases of records (ledger_base.h),
 * the last one of each user (design.md 6, "Many users"), and of the users asked
 * about last their records as they are read, too.
 *
 * A base is known by its id, the hash of its bytes, so what is remembered is
 * never out of date.  The users together stay within a bound, and what is read
 * of their bases within another: the least recently used go first (lru.h).
 *
 *	base = base_memory_find(memory, user, id);	NULL: get it, and
 *	base_memory_keep(memory, user, base);
 *	...					read by it (ledger_json.h), and
 *	base_memory_keep_read(memory, user, base);
 *	ledger_base_drop(base);
 *
 * No function fails.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/std.h"
#include "week/ledger_base.h"

struct base_memory;

/* Make an empty memory of so many bytes, and as many for what is read; with 0
 * it keeps nothing. */
MUST_USE struct base_memory *base_memory_new(size_t max_bytes);
/* Free the memory, and hold its bases no longer; NULL is fine. */
void base_memory_free(struct base_memory *memory);

/* Return the user's base if it has that id, held once more; else NULL.  So does
 * a memory that is NULL. */
struct ledger_base *base_memory_find(
    struct base_memory *memory, const char *user, const char *id);

/* Hold the base in place of the user's last one, unless it alone is too much for
 * the memory, or that is NULL. */
void base_memory_keep(
    struct base_memory *memory, const char *user, struct ledger_base *base);

/* Let a base that may be kept go on to have its records as they are read; if
 * they are too much, it has them no more. */
void base_memory_keep_read(
    struct base_memory *memory, const char *user, struct ledger_base *base);

#endif
