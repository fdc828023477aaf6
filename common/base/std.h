/*
 * std: what every file needs: the standard headers, attributes, and
 * allocation that cannot fail.
 *
 * Out of memory ends the worker (exit status 70), in whatever library it is
 * met; its supervisor starts a new one.  That is safe because a request body
 * and an upstream reply are the only two doors by which size comes in, and
 * both have limits.
 */
#ifndef STD_H
#define STD_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define NONNULL      __attribute__((returns_nonnull))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* End the program with status 70, for a library that reports out of memory. */
__attribute__((noreturn)) void std_no_memory(void);

/* As malloc and friends, but never NULL; a size of 0 counts as 1. */
MUST_USE NONNULL void *std_alloc(size_t size);
MUST_USE NONNULL void *std_zalloc(size_t size);
MUST_USE NONNULL void *std_realloc(void *old, size_t n, size_t size);
MUST_USE NONNULL char *std_strdup(const char *s);
MUST_USE NONNULL char *std_strndup(const char *s, size_t len);

/*
 * Room for one more element in a growing array: call it before appending.
 *
 *	STD_GROW(list->items, list->n, list->cap);
 *	list->items[list->n++] = item;
 */
#define STD_GROW(items, n, cap)                                                \
	do {                                                                   \
		if ((n) == (cap)) {                                            \
			(cap) = (cap) ? 2 * (cap) : 8;                         \
			(items) =                                              \
			    std_realloc((items), (cap), sizeof *(items));      \
		}                                                              \
	} while (0)

/* Return true if the strings are the same; NULL is equal to nothing. */
bool std_streq(const char *a, const char *b);
/* Return true if s begins with the prefix. */
bool std_starts(const char *s, const char *prefix);

#endif
