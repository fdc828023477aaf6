/*
 * json: write JSON (RFC 8259) into a buf, and read what clients send.
 *
 * Writing is by hand because it is most of what a rebuild does and a tree
 * would be thrown away at once:
 *
 *	json_open(&b, '{');
 *	json_key(&b, "title");
 *	json_add_str(&b, task->title);
 *	json_close(&b, '}');
 *
 * Commas come by themselves: a value gets one unless the last byte of the
 * buffer opens a collection, is a colon or ends a line.  So a document begins
 * in an empty buffer or on a new line.
 *
 * Reading makes a tree of json-c's; its tokens are checked first, since json-c
 * takes more than RFC 8259 allows.  For large bodies there is json_scan.h.
 *
 *	struct json_object *json = NULL;
 *
 *	if (json_parse(body.s, body.len, &json, err) == -1)
 *		return -1;
 *	title = json_get_str(json, "title");
 *	...
 *	json_object_put(json);
 *
 * Error handling: json_parse fails with ERR_JSON; writing cannot fail.
 */
#ifndef JSON_H
#define JSON_H

#include <json-c/json.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_DEPTH_MAX 32 /* collections within each other */

/* Begin and end an object or an array. */
void json_open(struct buf *out, char bracket);  /* '{' or '[' */
void json_close(struct buf *out, char bracket); /* '}' or ']' */
/* Take the bracket back that ends the buffer, so that more can follow. */
void json_reopen(struct buf *out);
/* Append the name of a member; its value comes next. */
void json_key(struct buf *out, const char *key);
/* Append a string; bytes that are no UTF-8 become U+FFFD. */
void json_add_str(struct buf *out, const char *s);
void json_add_strn(struct buf *out, const char *s, size_t len);
void json_add_int(struct buf *out, int64_t n);
void json_add_bool(struct buf *out, bool b);
void json_add_null(struct buf *out);
/* Append a value that is already JSON and does not end in a line end. */
void json_add_raw(struct buf *out, const char *json, size_t len);
/* Append a value so that equal values are equal bytes: members by name,
 * bytewise, strings as json_add_str has them; numbers as they were sent. */
void json_add_value(struct buf *out, struct json_object *value);

/*
 * Parse one whole document of RFC 8259: UTF-8, depth at most JSON_DEPTH_MAX,
 * no NUL and nothing after it.  The caller puts *out (json_object_put), which
 * is NULL for `null`.  What json-c takes beyond the RFC (names in single
 * quotes, NaN, Infinity, "1.", line ends in strings) is ERR_JSON; so is an
 * escape that is half a surrogate pair, of which no UTF-8 can be made, and a
 * member's name with a NUL, which json-c would cut to another name.
 */
MUST_USE int json_parse(
    const void *bytes, size_t len, struct json_object **out, struct err *err);

/*
 * Return the member of an object, borrowed; NULL if it is absent or of another
 * type, or if obj is NULL or no object.
 */
struct json_object *json_get(
    struct json_object *obj, const char *key, enum json_type type);
/* Return a string as json_get does; NULL, too, if it has a NUL inside. */
const char *json_get_str(struct json_object *obj, const char *key);
/* Return a truth value; false if it is absent or none. */
bool json_get_bool(struct json_object *obj, const char *key);
/* Return an integer; `fallback` if it is absent or none. */
int64_t json_get_int(
    struct json_object *obj, const char *key, int64_t fallback);
/*
 * Append the name of each member that is not in `known`, which ends with NULL,
 * to an open array.  `of` and a dot stand before it if it is not NULL.
 */
void json_add_unknown(struct buf *out, struct json_object *obj,
    const char *const known[], const char *of);

/*
 * Return true if a stored record says by its "v" that a newer program wrote
 * it, one that knows more than `known` (design.md 5).  One without
 * "v" is older than all that have one.
 */
bool json_is_newer(struct json_object *record, int64_t known);

#endif
