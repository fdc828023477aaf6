/*
 * buf: the one growing buffer.
 *
 * `s` is never NULL and always terminated, so an empty buf is a usable empty
 * string; `len` counts bytes without the terminator, and bytes may be NUL.
 * A buf starts as BUF_INIT and ends with buf_release, after which it is
 * empty and can be used again.
 *
 *	struct buf b = BUF_INIT;
 *	buf_addf(&b, "%04u.md", number);
 *	...
 *	buf_release(&b);
 *
 * Error handling: no function fails; without memory the process ends (std.h).
 */
#ifndef BUF_H
#define BUF_H

#include "base/std.h"

struct buf {
	char *s;
	size_t len;
	size_t cap; /* bytes allocated; 0 while s is the shared empty string */
};

extern char buf_empty[1];
#define BUF_INIT                                                               \
	{                                                                      \
		.s = buf_empty                                                 \
	}

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_reset(struct buf *b); /* empty it, keep the memory */

/* Make room for `more` bytes and the terminator. */
void buf_reserve(struct buf *b, size_t more);

/* Give back the room that the bytes do not fill. */
void buf_trim(struct buf *b);

/* Append bytes, which must not be the buffer's own: these may move. */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_addv(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

/* Here, so that the compiler knows how long a literal is. */
static inline void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

/* Append a number with at least so many digits, at most 20, as printf does with
 * `%0*ju`, but quickly: a hit and a week print many. */
void buf_add_number(struct buf *b, uintmax_t n, unsigned digits);

/* Keep the first `len` bytes; len <= b->len. */
void buf_cut(struct buf *b, size_t len);

/* Replace `len` bytes at `at` by n others; at + len <= b->len. */
void buf_splice(
    struct buf *b, size_t at, size_t len, const void *bytes, size_t n);

/* Make b a copy of the bytes. */
void buf_set(struct buf *b, const void *bytes, size_t len);

/* Give the memory of src to dst, whose own is freed; src is empty then. */
void buf_move(struct buf *dst, struct buf *src);

/* Return true if both hold the same bytes. */
bool buf_eq(const struct buf *a, const struct buf *b);

#endif
