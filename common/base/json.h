/*
 * json: writing JSON into a buf, and reading what clients send.
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
 * in an empty buffer or on a new line.  Reading is json-c's, strict.
 */
#ifndef JSON_H
#define JSON_H

#include <json-c/json.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_DEPTH_MAX 32

void json_open(struct buf *out, char bracket);  /* '{' or '[' */
void json_close(struct buf *out, char bracket); /* '}' or ']' */
void json_key(struct buf *out, const char *key);
/* A string; bytes that are no UTF-8 become U+FFFD. */
void json_add_str(struct buf *out, const char *s);
void json_add_strn(struct buf *out, const char *s, size_t len);
void json_add_int(struct buf *out, int64_t n);
void json_add_bool(struct buf *out, bool b);
void json_add_null(struct buf *out);
/* A value that is already JSON and does not end in a line end. */
void json_add_raw(struct buf *out, const char *json, size_t len);

/*
 * Parses one whole document: strict, UTF-8, depth at most JSON_DEPTH_MAX,
 * no NUL and nothing after it.  Caller puts *out (json_object_put), which is
 * NULL for `null`.  (json-c takes names in single quotes, NaN and Infinity
 * for JSON; that harms nobody here.)
 */
MUST_USE int json_parse(
    const void *bytes, size_t len, struct json_object **out, struct err *err);

/*
 * Member of an object, with its type; NULL if absent or of another type, or
 * if obj is NULL or no object.
 */
struct json_object *json_get(
    struct json_object *obj, const char *key, enum json_type type);
/* NULL, too, for a string with a NUL inside: that is nobody's value. */
const char *json_get_str(struct json_object *obj, const char *key);
bool json_get_bool(struct json_object *obj, const char *key); /* or false */
/* `fallback` if absent or no integer. */
int64_t json_get_int(
    struct json_object *obj, const char *key, int64_t fallback);

#endif
