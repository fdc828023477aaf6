/*
 * mirror_memory: what a process remembers of the mirrors that it has loaded
 * (design.md 6, "The index"): parsed files, and parsed records of Git.
 *
 * It is a cache of values that name what they were read from.  A file is known
 * by its name and the store's ETag, the records by the ETag of sync.json, so
 * the store itself tells with each load which of them are still good
 * (mirror.h): of all files, or of those that have changed since the mark of its
 * last list (store.h).  No clock and no version has a say.
 *
 * What a load takes is not in memory any more until it is put back.  A load that
 * fails puts back what it has: fewer files than the user has are no harm, as
 * the next load reads those that it misses.
 *
 * The users together stay within a bound; the least recently used go first
 * (lru.h).
 *
 * Calling sequence
 *
 *	memory = mirror_memory_new(max_bytes);
 *	mirror_memory_take(memory, user, &known);	empty if unknown
 *	... change known ...
 *	mirror_memory_put(memory, user, &known);
 *	mirror_memory_free(memory);
 *
 * No function fails.
 */
#ifndef MIRROR_MEMORY_H
#define MIRROR_MEMORY_H

#include "base/gzip.h"
#include "base/std.h"
#include "store/store.h"
#include "task/taskset.h"
#include "week/ledger.h"

struct mirror_known {
	struct taskset set; /* parsed files, sorted */
	size_t base_n;      /* files of the base that set.base names */
	char mark[STORE_MARK_MAX + 1]; /* of the list of just these files; "" */
	struct ledger sync;            /* sync.json, unless sync_etag is NULL */
	char *sync_etag;        /* of the bytes that sync was parsed from */
	struct gzip_parts week; /* the last that was built, packed */
};

#define MIRROR_KNOWN_INIT                                                      \
	{                                                                      \
		.set = TASKSET_INIT, .week = GZIP_PARTS_INIT                   \
	}

void mirror_memory_release(struct mirror_known *known);

struct mirror_memory;

/* Make an empty memory of so many bytes; with 0 it keeps nothing. */
MUST_USE struct mirror_memory *mirror_memory_new(size_t max_bytes);

/* Free the memory with all that is in it; NULL is fine. */
void mirror_memory_free(struct mirror_memory *memory);

/* Move what is known of a user into `known`, which is empty and stays so if
 * nothing is. */
void mirror_memory_take(
    struct mirror_memory *memory, const char *user, struct mirror_known *known);

/* Move `known` into memory, where the user has nothing by then, without what
 * is too much for it. */
void mirror_memory_put(
    struct mirror_memory *memory, const char *user, struct mirror_known *known);

/* Return the bytes of all users together, about. */
size_t mirror_memory_bytes(const struct mirror_memory *memory);

/* Return at how many users all calls together have looked until now. */
uint64_t mirror_memory_steps(const struct mirror_memory *memory);

#endif
