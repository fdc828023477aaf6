#include "base/gzip.h"

#include <zlib.h>

#include "base/std.h"

/* Of the levels the one from which on a week takes more time and hardly gets
 * smaller: 9 takes twice the time for 1 %. */
#define LEVEL 6
#define GZIP  (MAX_WBITS + 16) /* with head and tail of RFC 1952 */
#define TAIL  8                /* CRC-32 and size of the bytes */
#define RATIO 1032             /* deflate packs no better (zlib) */

static z_stream
stream_of(const struct buf *in)
{
	return (z_stream){
	    .next_in = (unsigned char *)in->s,
	    .avail_in = (unsigned)in->len,
	};
}

/* Let zlib write into the room of out, which is for `size` bytes. */
static void
write_into(z_stream *z, struct buf *out, size_t size)
{
	buf_reserve(out, size);
	z->next_out = (unsigned char *)out->s + out->len;
	z->avail_out = (unsigned)size;
}

void
gzip_pack(struct buf *out, const struct buf *bytes)
{
	struct buf room = BUF_INIT;
	z_stream z = stream_of(bytes);

	/* What else can fail are arguments that make no sense. */
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		std_no_memory();
	/* The bound is ten times what a week becomes: give out no such room. */
	write_into(&z, &room, deflateBound(&z, bytes->len));
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		std_no_memory();
	buf_add(out, room.s, z.total_out);
	deflateEnd(&z);
	buf_release(&room);
}

/* Return the size of what was packed, modulo 2^32: the last four bytes. */
static size_t
read_size(const struct buf *packed)
{
	const unsigned char *s =
	    (const unsigned char *)packed->s + packed->len - 4;

	return s[0] | (size_t)s[1] << 8 | (size_t)s[2] << 16 |
	       (size_t)s[3] << 24;
}

int
gzip_unpack(struct buf *out, const struct buf *packed)
{
	z_stream z = stream_of(packed);
	size_t size;
	int rc;

	if (packed->len <= TAIL)
		return -1;
	/* The size says how much room is needed; a wrong one must not get more
	 * than what could have been packed. */
	size = read_size(packed);
	if (size / RATIO > packed->len)
		return -1;
	if (inflateInit2(&z, GZIP) != Z_OK)
		std_no_memory();
	/* One byte more, as zlib sees the end of nothing only with room left. */
	write_into(&z, out, size + 1);
	rc = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 ? 0 : -1;
	out->len += rc == 0 ? z.total_out : 0;
	out->s[out->len] = '\0';
	inflateEnd(&z);
	return rc;
}
