/*
 * gzip: pack bytes as browsers take them (RFC 1952), and unpack what was
 * packed.  Pure, and the only module that knows zlib.
 *
 *	gzip_pack(&packed, &week);
 *	if (gzip_unpack(&week, &packed) == -1)
 *		... broken ...
 *
 * The same bytes are packed the same way: nothing tells when or by whom.
 */
#ifndef GZIP_H
#define GZIP_H

#include "base/buf.h"

/* Append the bytes, packed, to out. */
void gzip_pack(struct buf *out, const struct buf *bytes);

/* Append what gzip_pack was given to out; -1 if `packed` is broken, and out is
 * untouched then. */
MUST_USE int gzip_unpack(struct buf *out, const struct buf *packed);

#endif
