/*
 * gzip: what is packed comes back, or is broken.
 */
#include "base/gzip.h"
#include "t.h"

#define SENTENCE "Each task has a slot of one of the coming days. "

static void
pack(struct buf *out, const struct buf *bytes)
{
	struct gzip_parts parts = GZIP_PARTS_INIT, none = GZIP_PARTS_INIT;

	buf_add(&parts.bytes, bytes->s, bytes->len);
	gzip_parts_pack(out, &parts, &none);
	gzip_parts_release(&parts);
}

static void
expect_round_trip(const struct buf *bytes)
{
	struct buf packed = BUF_INIT, again = BUF_INIT;

	buf_adds(&again, "before ");
	pack(&packed, bytes);
	ck_assert_int_eq(memcmp(packed.s, "\x1f\x8b\x08\0\0\0\0\0", 8), 0);
	ck_assert_int_eq(gzip_unpack(&again, &packed), 0);
	ck_assert_uint_eq(again.len, strlen("before ") + bytes->len);
	ck_assert_int_eq(
	    memcmp(again.s + strlen("before "), bytes->s, bytes->len), 0);
	ck_assert_int_eq(again.s[again.len], '\0');
	buf_release(&packed);
	buf_release(&again);
}

START_TEST(what_was_packed_unpacks_to_the_same_bytes)
{
	struct buf bytes = BUF_INIT;
	uint32_t noise = 1;
	unsigned i;

	expect_round_trip(&bytes);
	for (i = 0; i < 3000; i++) {
		buf_adds(&bytes, SENTENCE);
		if (i == 0 || i == 100)
			expect_round_trip(&bytes);
	}
	expect_round_trip(&bytes);
	buf_reset(&bytes);
	for (i = 0; i < 100000; i++) {
		noise = noise * 1664525 + 1013904223;
		buf_addc(&bytes, (char)(noise >> 24));
	}
	expect_round_trip(&bytes);
	/* As much as can be packed into so little. */
	buf_reset(&bytes);
	for (i = 0; i < 1000000; i++)
		buf_addc(&bytes, '\0');
	expect_round_trip(&bytes);
	buf_release(&bytes);
}
END_TEST

START_TEST(packed_bytes_take_no_more_memory_than_they_need)
{
	struct buf bytes = BUF_INIT, packed = BUF_INIT;
	unsigned i;

	for (i = 0; i < 3000; i++)
		buf_adds(&bytes, SENTENCE);
	pack(&packed, &bytes);
	ck_assert_uint_le(packed.cap, 64 + 2 * packed.len);
	buf_release(&bytes);
	buf_release(&packed);
}
END_TEST

/* Return true if the bytes unpack to the sentences. */
static bool
unpacks(const struct buf *packed, const struct buf *bytes)
{
	struct buf out = BUF_INIT;
	int rc = gzip_unpack(&out, packed);

	if (rc == 0)
		ck_assert(buf_eq(&out, bytes));
	else
		ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
	return rc == 0;
}

START_TEST(broken_packed_bytes_never_unpack_to_others)
{
	struct buf bytes = BUF_INIT, packed = BUF_INIT, cut = BUF_INIT;
	size_t i;
	int bit;

	buf_adds(&bytes, SENTENCE SENTENCE "{\"title\":\"Brot\"}");
	pack(&packed, &bytes);
	ck_assert(unpacks(&packed, &bytes));
	for (i = 0; i < packed.len; i++) {
		buf_set(&cut, packed.s, i);
		ck_assert(!unpacks(&cut, &bytes));
		for (bit = 0; bit < 8; bit++) {
			packed.s[i] = (char)(packed.s[i] ^ 1 << bit);
			(void)unpacks(&packed, &bytes);
			packed.s[i] = (char)(packed.s[i] ^ 1 << bit);
		}
	}
	buf_addc(&packed, '\0');
	ck_assert(!unpacks(&packed, &bytes));
	buf_release(&bytes);
	buf_release(&packed);
	buf_release(&cut);
}
END_TEST

START_TEST(a_size_that_cannot_be_gets_no_memory)
{
	struct buf bytes = BUF_INIT, packed = BUF_INIT, out = BUF_INIT;

	buf_adds(&bytes, SENTENCE);
	pack(&packed, &bytes);
	memset(packed.s + packed.len - 4, '\xff', 4);
	ck_assert_int_eq(gzip_unpack(&out, &packed), -1);
	ck_assert_uint_eq(out.cap, 0);
	buf_release(&bytes);
	buf_release(&packed);
}
END_TEST

#define GROUPS 12

/* Make groups of lines of which the n-th is of a version, each a part if it is
 * long enough. */
static void
make_groups(
    struct gzip_parts *parts, const unsigned versions[GROUPS], unsigned lines)
{
	unsigned i, k;

	buf_adds(&parts->bytes, "head ");
	for (i = 0; i < GROUPS; i++) {
		gzip_parts_cut(parts, i + 1);
		for (k = 0; versions[i] > 0 && k < lines; k++)
			buf_addf(&parts->bytes,
			    "{\"id\":\"%04u\",\"title\":\"Nr %u of %u\"},",
			    100 * i + k, k * 7919 % 1009, versions[i]);
	}
}

static unsigned
count_packed_anew(const struct gzip_parts *known, const struct gzip_parts *now)
{
	unsigned n = (unsigned)now->n;
	size_t i;

	/* What is of use goes from those that were known. */
	for (i = 0; i < known->n; i++)
		n -= known->list[i].packed.len == 0;
	return n;
}

START_TEST(parts_known_from_before_pack_to_the_same_bytes)
{
	struct gzip_parts known = GZIP_PARTS_INIT;
	unsigned versions[GROUPS] = {1}, seed = 7;
	unsigned i;

	for (i = 0; i < 60; i++) {
		struct gzip_parts parts = GZIP_PARTS_INIT;
		struct gzip_parts anew = GZIP_PARTS_INIT;
		struct gzip_parts none = GZIP_PARTS_INIT;
		struct buf packed = BUF_INIT, want = BUF_INIT;
		unsigned lines = i % 20 == 19 ? 30 : 1200;

		versions[(unsigned)rand_r(&seed) % GROUPS] =
		    (unsigned)rand_r(&seed) % 4;
		make_groups(&parts, versions, lines);
		make_groups(&anew, versions, lines);
		gzip_parts_pack(&packed, &parts, &known);
		gzip_parts_pack(&want, &anew, &none);
		ck_assert(buf_eq(&packed, &want));
		ck_assert(unpacks(&packed, &parts.bytes));
		gzip_parts_release(&known);
		gzip_parts_release(&anew);
		known = parts;
		buf_release(&packed);
		buf_release(&want);
	}
	gzip_parts_release(&known);
}
END_TEST

START_TEST(a_change_packs_its_part_and_the_next_one_anew)
{
	struct gzip_parts known = GZIP_PARTS_INIT, parts = GZIP_PARTS_INIT;
	struct gzip_parts none = GZIP_PARTS_INIT;
	struct buf packed = BUF_INIT;
	unsigned versions[GROUPS], i;

	for (i = 0; i < GROUPS; i++)
		versions[i] = 1;
	make_groups(&known, versions, 1200);
	ck_assert_uint_eq(known.n, GROUPS);
	gzip_parts_pack(&packed, &known, &none);
	versions[5] = 2;
	make_groups(&parts, versions, 1200);
	gzip_parts_pack(&packed, &parts, &known);
	ck_assert_uint_eq(count_packed_anew(&known, &parts), 2);
	gzip_parts_release(&known);
	gzip_parts_release(&parts);
	buf_release(&packed);
}
END_TEST

START_TEST(parts_are_hardly_longer_than_the_whole)
{
	struct gzip_parts parts = GZIP_PARTS_INIT, none = GZIP_PARTS_INIT;
	struct buf packed = BUF_INIT, whole = BUF_INIT;
	unsigned versions[GROUPS], i;

	for (i = 0; i < GROUPS; i++)
		versions[i] = 1;
	make_groups(&parts, versions, 1200);
	gzip_parts_pack(&packed, &parts, &none);
	pack(&whole, &parts.bytes);
	ck_assert_uint_le(packed.len, whole.len + whole.len / 50);
	gzip_parts_release(&parts);
	buf_release(&packed);
	buf_release(&whole);
}
END_TEST

T_MAIN("gzip", what_was_packed_unpacks_to_the_same_bytes,
    packed_bytes_take_no_more_memory_than_they_need,
    broken_packed_bytes_never_unpack_to_others,
    a_size_that_cannot_be_gets_no_memory,
    parts_known_from_before_pack_to_the_same_bytes,
    a_change_packs_its_part_and_the_next_one_anew,
    parts_are_hardly_longer_than_the_whole)
