/*
 * redis_wire: write commands and read replies in Redis's protocol (RESP 2), by
 * hiredis; no connection.  The only module that knows hiredis: without it
 * (configure --without-redis) redis_wire_is_built() is false, and nothing else
 * here may be called.
 *
 * Calling sequence
 *
 *	redis_wire_print(&out, words, ARRAY_LEN(words));
 *	...
 *	wire = redis_wire_new();
 *	redis_wire_feed(wire, in.s, in.len);
 *	while (redis_wire_next(wire, &reply) == 0)
 *		...			until more bytes are needed
 *	redis_wire_free(wire);
 *
 * Error handling: redis_wire_next returns -1 if the bytes are no protocol, or
 * a reply is larger than REDIS_REPLY_MAX or a list: no command here has one.
 */
#ifndef REDIS_WIRE_H
#define REDIS_WIRE_H

#include "base/buf.h"

#define REDIS_REPLY_MAX ((size_t)4 << 20)

/* One word of a command: any bytes. */
struct redis_word {
	const void *s;
	size_t len;
};

enum redis_kind {
	REDIS_ABSENT, /* no such value */
	REDIS_TEXT,   /* a value, or a status such as OK */
	REDIS_NUMBER,
	REDIS_REFUSED, /* an error of the server; text is its first word */
};

struct redis_reply {
	enum redis_kind kind;
	struct buf text;
	int64_t number;
};

#define REDIS_REPLY_INIT                                                       \
	{                                                                      \
		.kind = REDIS_ABSENT, .text = BUF_INIT                         \
	}

/* Return true if this build has Redis. */
bool redis_wire_is_built(void);

/* Append the command. */
void redis_wire_print(
    struct buf *out, const struct redis_word *words, size_t n);

struct redis_wire;
MUST_USE struct redis_wire *redis_wire_new(void);
void redis_wire_free(struct redis_wire *wire);

/* Take bytes of replies, in any pieces. */
void redis_wire_feed(struct redis_wire *wire, const struct buf *bytes);
/* Fill the next reply and return 1, or 0 if more bytes are needed. */
MUST_USE int redis_wire_next(struct redis_wire *wire, struct redis_reply *out);

#endif
