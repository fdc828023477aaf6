#include "base/gzip.h"

#include <zlib.h>

#include "base/std.h"

/* Of the levels the one from which on a week takes more time and hardly gets
 * smaller: 9 takes twice the time for 1 %. */
#define LEVEL 6
#define GZIP  (MAX_WBITS + 16) /* with head and tail of RFC 1952 */
#define RAW   (-MAX_WBITS)     /* without */
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

/* The ten bytes of a head, with no time in it and of a Unix, as zlib's. */
#define HEAD "\x1f\x8b\x08\0\0\0\0\0\0\x03"
/* A last block of nothing. */
#define END "\x03\0"

void
gzip_parts_release(struct gzip_parts *parts)
{
	while (parts->n > 0)
		buf_release(&parts->list[--parts->n].packed);
	free(parts->list);
	buf_release(&parts->bytes);
	*parts = (struct gzip_parts)GZIP_PARTS_INIT;
}

size_t
gzip_parts_bytes(const struct gzip_parts *parts)
{
	size_t i, n = parts->bytes.cap + parts->cap * sizeof *parts->list;

	for (i = 0; i < parts->n; i++)
		n += parts->list[i].packed.cap;
	return n;
}

/* End the last part at the end of the bytes. */
static void
end_part(struct gzip_parts *parts)
{
	struct gzip_part *last = &parts->list[parts->n - 1];

	last->len = parts->bytes.len - last->from;
}

static void
begin_part(struct gzip_parts *parts, unsigned key, size_t from)
{
	STD_GROW(parts->list, parts->n, parts->cap);
	parts->list[parts->n++] =
	    (struct gzip_part){.key = key, .from = from, .packed = BUF_INIT};
}

void
gzip_parts_cut(struct gzip_parts *parts, unsigned key)
{
	if (parts->n == 0)
		begin_part(parts, 0, 0);
	end_part(parts);
	if (parts->list[parts->n - 1].len >= GZIP_PART_MIN)
		begin_part(parts, key, parts->bytes.len);
}

/* Pack a part so that others can follow: its last block ends on a byte. */
static void
pack_part(z_stream *z, const struct buf *bytes, struct gzip_part *part)
{
	size_t before = part->from < GZIP_PART_MIN ? part->from : GZIP_PART_MIN;
	unsigned char *from = (unsigned char *)bytes->s + part->from;
	struct buf room = BUF_INIT;

	part->crc = crc32_z(0, from, part->len);
	if (deflateReset(z) != Z_OK ||
	    (before > 0 && deflateSetDictionary(
			       z, from - before, (unsigned)before) != Z_OK))
		std_no_memory();
	z->next_in = from;
	z->avail_in = (unsigned)part->len;
	/* Some bytes more than the bound, which a flush adds. */
	write_into(z, &room, deflateBound(z, part->len) + 64);
	if (deflate(z, Z_SYNC_FLUSH) != Z_OK || z->avail_in != 0)
		std_no_memory();
	buf_add(&part->packed, room.s, z->total_out);
	buf_release(&room);
}

static bool
is_same_part(const struct gzip_parts *a, const struct gzip_part *x,
    const struct gzip_parts *b, const struct gzip_part *y)
{
	return x->key == y->key && x->len == y->len &&
	       memcmp(a->bytes.s + x->from, b->bytes.s + y->from, x->len) == 0;
}

/* Return true if as many bytes before two parts are the same as a dictionary
 * has, so that both are packed the same way. */
static bool
has_same_before(const struct gzip_parts *a, const struct gzip_part *x,
    const struct gzip_parts *b, const struct gzip_part *y)
{
	size_t n = x->from < y->from ? x->from : y->from;

	if (n < GZIP_PART_MIN && x->from != y->from)
		return false;
	n = n < GZIP_PART_MIN ? n : GZIP_PART_MIN;
	return memcmp(a->bytes.s + x->from - n, b->bytes.s + y->from - n, n) ==
	       0;
}

/* Take from `known` the parts that are the same there, behind the same bytes. */
static void
take_packed(struct gzip_parts *parts, struct gzip_parts *known)
{
	size_t i, k = 0;

	for (i = 0; i < parts->n; i++) {
		struct gzip_part *part = &parts->list[i];

		while (k < known->n && known->list[k].key < part->key)
			k++;
		if (k == known->n ||
		    !is_same_part(parts, part, known, &known->list[k]) ||
		    !has_same_before(parts, part, known, &known->list[k]))
			continue;
		buf_move(&part->packed, &known->list[k].packed);
		part->crc = known->list[k].crc;
	}
}

static void
add_little_endian(struct buf *out, unsigned long n)
{
	unsigned i;

	for (i = 0; i < 32; i += 8)
		buf_addc(out, (char)(n >> i & 0xff));
}

void
gzip_parts_pack(
    struct buf *out, struct gzip_parts *parts, struct gzip_parts *known)
{
	z_stream z = {.next_in = NULL};
	unsigned long crc = 0;
	size_t i;

	if (parts->n == 0)
		begin_part(parts, 0, 0);
	end_part(parts);
	take_packed(parts, known);
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, RAW, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		std_no_memory();
	buf_add(out, HEAD, sizeof HEAD - 1);
	for (i = 0; i < parts->n; i++) {
		struct gzip_part *part = &parts->list[i];

		if (part->packed.len == 0)
			pack_part(&z, &parts->bytes, part);
		buf_add(out, part->packed.s, part->packed.len);
		crc = crc32_combine(crc, part->crc, (z_off_t)part->len);
	}
	deflateEnd(&z);
	buf_add(out, END, sizeof END - 1);
	add_little_endian(out, crc);
	add_little_endian(out, (unsigned long)parts->bytes.len);
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
