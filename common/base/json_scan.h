/*
 * json_scan: reads JSON (RFC 8259) forward, once, without a tree of it.  Pure.
 *
 * For bodies that may be large: the memory needed is what the caller keeps,
 * whatever the bytes say.  json.h builds a tree, and for that json-c takes up
 * to 264 times the bytes (measured: 264 MiB for 1 MiB of "{},{},...", 2 GB for
 * 25 MB), where the program that reads webhooks must stay under 64 MiB.
 *
 * Calling sequence: a function for each kind of object says what to do with
 * the value of the member scan->key.  It must read exactly that value.
 *
 *	static int
 *	read_member(struct json_scan *scan)
 *	{
 *		struct thing *thing = scan->arg;
 *
 *		if (json_scan_is_key(scan, "name") && json_scan_is_next(scan, '"'))
 *			return json_scan_string(scan, &thing->name, 64);
 *		return json_scan_skip(scan);
 *	}
 *
 *	struct json_scan scan = JSON_SCAN_INIT(bytes, len, &thing);
 *	rc = json_scan_object(&scan, read_member);
 *	if (rc == 0 && json_scan_is_end(&scan))
 *		...
 *	json_scan_release(&scan);
 *
 * Of two members with one name both are read, one after the other.  Numbers
 * and words are not checked further than their letters.
 *
 * Error handling: 0, or -1 where the bytes are no JSON or collections lie in
 * each other deeper than JSON_SCAN_DEPTH_MAX; then the scan is over.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base/buf.h"

#define JSON_SCAN_DEPTH_MAX 32

struct json_scan {
	const char *p, *end;
	unsigned depth; /* collections that are open */
	struct buf key; /* name of the member under way, cut if very long */
	void *arg;      /* the caller's */
};

#define JSON_SCAN_INIT(bytes, len, arg_)                                       \
	{                                                                      \
		.p = (bytes), .end = (bytes) + (len), .key = BUF_INIT,         \
		.arg = (arg_)                                                  \
	}
void json_scan_release(struct json_scan *scan);

/* Read one value: a member's, whose name is in scan->key, or an item. */
typedef int json_scan_fn(struct json_scan *scan);

/* Return true if the next value begins with this byte. */
bool json_scan_is_next(struct json_scan *scan, char c);
/* Return true if nothing follows but blanks. */
bool json_scan_is_end(struct json_scan *scan);
/* Return true if the member under way has this name. */
bool json_scan_is_key(const struct json_scan *scan, const char *name);

MUST_USE int json_scan_object(struct json_scan *scan, json_scan_fn *member);
MUST_USE int json_scan_array(struct json_scan *scan, json_scan_fn *item);
/*
 * Read a string into out and keep at most its first `most` bytes; out may be
 * NULL.  Escapes become UTF-8; a NUL and half a surrogate pair U+FFFD.
 */
MUST_USE int json_scan_string(
    struct json_scan *scan, struct buf *out, size_t most);
/* Read any value and keep nothing.  Itself a json_scan_fn. */
MUST_USE int json_scan_skip(struct json_scan *scan);

#endif
