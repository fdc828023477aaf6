/*
 * object_id: ids of Git's objects: which text is one, and which one bytes
 * have (git-scm.com/book, "Git Objects").  Pure; the one module
 * that knows libcrypto.
 *
 * Ids are SHA-1 in 40 lower-case hex digits.
 *
 *	object_id_of_blob(reply.s, reply.len, &id);
 *	if (strcmp(id.hex, wanted.hex) != 0)
 *		the bytes are not what was asked for;
 *
 * Error handling: no function fails.
 */
#ifndef OBJECT_ID_H
#define OBJECT_ID_H

#include "base/std.h"

#define OBJECT_ID_LEN 40

struct object_id {
	char hex[OBJECT_ID_LEN + 1];
};

/* Return true if this is an id; NULL is none. */
bool object_id_ok(const char *hex);

/*
 * Write the id that Git gives to these bytes as an object of a type ("blob",
 * "tree"): SHA-1 of "<type> <len>", a NUL and the bytes.  It is "", which is no
 * id, if libcrypto refuses SHA-1.
 */
void object_id_of(
    const char *type, const void *bytes, size_t len, struct object_id *out);
void object_id_of_blob(const void *bytes, size_t len, struct object_id *out);

#endif
