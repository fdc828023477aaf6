/*
 * list_memory: what a process remembers of the lists of users' task files, so
 * that it need ask only what has changed since (store.h, `since`).
 *
 * A list is kept with its mark.  Asked with that mark, the store tells which
 * items have changed, or all items if it cannot tell.  A list that was taken
 * is not in memory until it is put back: if a load fails, the next one asks
 * for all.  A list without a mark is not kept.
 *
 * The users together stay within a bound; the least recently used go first
 * (lru.h).
 *
 * Calling sequence
 *
 *	struct store_list known = STORE_LIST_INIT, told = STORE_LIST_SHALLOW;
 *
 *	list_memory_take(memory, user, &known);
 *	told.since = known.mark;
 *	told.told_by = token;			its key
 *	if (store_list(store, prefix, &told, err) == 0) {
 *		list_memory_update(&known, &told, user);
 *		... read known ...
 *		list_memory_put(memory, user, &known);
 *	}
 *	store_list_release(&told);
 *	store_list_release(&known);
 *
 * No function fails.
 */
#ifndef LIST_MEMORY_H
#define LIST_MEMORY_H

#include "base/std.h"
#include "store/store.h"

struct list_memory;

/* Make an empty memory of so many bytes; with 0 it keeps nothing. */
MUST_USE struct list_memory *list_memory_new(size_t max_bytes);
/* Free the memory with all that is in it; NULL is fine. */
void list_memory_free(struct list_memory *memory);

/* Move what is known of a user's list into `known`, which is empty and stays so
 * if nothing is. */
void list_memory_take(
    struct list_memory *memory, const char *user, struct store_list *known);

/*
 * Bring `known` up to date with what the store has `told`: all items, or those
 * that have changed since the mark of `known`.  Keep the items of tasks alone
 * (names.h).  `told` keeps only what is no blob (`strange`).
 */
void list_memory_update(
    struct store_list *known, struct store_list *told, const char *user);

/* Move `known` into memory, where the user has nothing by then, unless it has
 * no mark or is too much. */
void list_memory_put(
    struct list_memory *memory, const char *user, struct store_list *known);

#endif
