/*
 * gzip: what is packed comes back, or is broken.
 */
#include "base/gzip.h"
#include "t.h"

#define SENTENCE "Each task has a slot of one of the coming days. "

static void
expect_round_trip(const struct buf *bytes)
{
	struct buf packed = BUF_INIT, again = BUF_INIT;

	buf_adds(&again, "before ");
	gzip_pack(&packed, bytes);
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
	gzip_pack(&packed, &bytes);
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
	gzip_pack(&packed, &bytes);
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
	gzip_pack(&packed, &bytes);
	memset(packed.s + packed.len - 4, '\xff', 4);
	ck_assert_int_eq(gzip_unpack(&out, &packed), -1);
	ck_assert_uint_eq(out.cap, 0);
	buf_release(&bytes);
	buf_release(&packed);
}
END_TEST

T_MAIN("gzip", what_was_packed_unpacks_to_the_same_bytes,
    packed_bytes_take_no_more_memory_than_they_need,
    broken_packed_bytes_never_unpack_to_others,
    a_size_that_cannot_be_gets_no_memory)
