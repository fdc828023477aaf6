/*
 * gzip: pack bytes as browsers take them (RFC 1952), and unpack what was
 * packed.  Pure, and the only module that knows zlib.
 *
 * The same bytes are packed the same way: nothing tells when or by whom.
 *
 * Long bytes of which little changes are packed in parts.  Where what makes the
 * bytes begins something that changes by itself, it says so; each part is
 * packed for itself, with the end of the one before it as its dictionary.  So
 * packing again costs what has changed, and the result is as if nothing had been
 * known:
 *
 *	struct gzip_parts parts = GZIP_PARTS_INIT;
 *
 *	buf_adds(&parts.bytes, "...");
 *	gzip_parts_cut(&parts, key);
 *	buf_adds(&parts.bytes, "...");
 *	gzip_parts_pack(&packed, &parts, &known);
 *	gzip_parts_release(&known);
 *	known = parts;		for the next time
 *	...
 *	if (gzip_unpack(&week, &packed) == -1)
 *		... broken ...
 */
#ifndef GZIP_H
#define GZIP_H

#include "base/buf.h"

#define GZIP_PART_MIN ((size_t)32 << 10) /* bytes; a dictionary has no more */

struct gzip_part {
	unsigned key; /* of the cut where it begins; rises */
	size_t from, len;
	unsigned long crc;
	struct buf packed; /* by gzip_parts_pack */
};

struct gzip_parts {
	struct buf bytes;
	struct gzip_part *list; /* none: no cut yet */
	size_t n, cap;
};

#define GZIP_PARTS_INIT                                                        \
	{                                                                      \
		.bytes = BUF_INIT                                              \
	}

void gzip_parts_release(struct gzip_parts *parts);

/* Begin a part at the end of the bytes, unless the last one is shorter than
 * GZIP_PART_MIN.  Keys rise, the first is above 0. */
void gzip_parts_cut(struct gzip_parts *parts, unsigned key);

/* Append all bytes, packed, to out.  What `known` has of the same parts is moved
 * from there; the rest of it is of no use then. */
void gzip_parts_pack(
    struct buf *out, struct gzip_parts *parts, struct gzip_parts *known);

/* Return about how many bytes of memory they take. */
size_t gzip_parts_bytes(const struct gzip_parts *parts);

/* Append what was packed to out; -1 if `packed` is broken, and out is
 * untouched then. */
MUST_USE int gzip_unpack(struct buf *out, const struct buf *packed);

#endif
