/*
 * sorted: find a name in an array that is in the order of names, by halves.
 *
 * The first member of each item is its name, a `char *` that is not NULL; names
 * are compared bytewise (strcmp).  Of items with the same name, which stand side
 * by side, any one is found.
 *
 * Calling sequence
 *
 *	if (!sorted_find(users, n, sizeof *users, "ada", &at)) {
 *		STD_GROW(users, n, cap);
 *		sorted_open(users, n++, sizeof *users, at);
 *		users[at] = ...;
 *	}
 *	sorted_close(users, n--, sizeof *users, at);	remove it
 *
 * Error handling: no function fails.
 */
#ifndef SORTED_H
#define SORTED_H

#include "base/std.h"

/* Return true if the name is there, and set *at to its index, or else to the
 * one that it would have. */
bool sorted_find(
    const void *items, size_t n, size_t size, const char *name, size_t *at);

/* Make a gap at that index for one item more; there is room for it. */
void sorted_open(void *items, size_t n, size_t size, size_t at);

/* Close the gap of an item that goes; n counts it. */
void sorted_close(void *items, size_t n, size_t size, size_t at);

#endif
