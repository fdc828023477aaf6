/*
 * ledger_member: print and read single members of what the ledger is as JSON
 * (ledger_json.h).  Pure.
 *
 * Absent is empty, both ways: what is empty is not printed.
 */
#ifndef LEDGER_MEMBER_H
#define LEDGER_MEMBER_H

#include "base/buf.h"
#include "base/json.h"
#include "base/std.h"

/* A string of fixed room: its name, offset and size. */
struct ledger_member {
	const char *key;
	size_t at, size;
};
#define LEDGER_MEMBER(type, key, member)                                       \
	{                                                                      \
		key, offsetof(type, member), sizeof(((type *)0)->member)       \
	}

/* Print those of n strings of a struct that are not "". */
void ledger_member_add_fixed(
    struct buf *out, const void *from, const struct ledger_member *m, size_t n);
/* Read n strings into a struct; -1 if one is too long, which makes the whole
 * useless. */
MUST_USE int ledger_member_get_fixed(struct json_object *json, void *into,
    const struct ledger_member *m, size_t n);

/* Print a text, unless it is NULL. */
void ledger_member_add_word(struct buf *out, const char *key, const char *s);
/* Return a copy of a text; NULL if there is none. */
MUST_USE char *ledger_member_get_word(
    struct json_object *json, const char *key);

void ledger_member_add_int(struct buf *out, const char *key, int64_t n);
/* Print that it is true, if it is. */
void ledger_member_add_flag(struct buf *out, const char *key, bool flag);

#endif
