#include "base/enc.h"

#include <sodium.h>
#include <utf8proc.h>

int
enc_start(struct err *err)
{
	if (sodium_init() < 0)
		return err_set(err, ERR_INTERNAL, MSG_LIBRARY_CRYPTO);
	return 0;
}

void
enc_hash(const void *bytes, size_t len, char out[ENC_HASH_LEN + 1])
{
	unsigned char raw[ENC_HASH_LEN / 2];

	crypto_generichash(raw, sizeof raw, bytes, len, NULL, 0);
	sodium_bin2hex(out, ENC_HASH_LEN + 1, raw, sizeof raw);
}

void
enc_hex(struct buf *out, const void *bytes, size_t len)
{
	buf_reserve(out, 2 * len + 1);
	sodium_bin2hex(out->s + out->len, 2 * len + 1, bytes, len);
	out->len += 2 * len;
}

int
enc_unhex(struct buf *out, const char *hex)
{
	size_t before = out->len;
	int high, low;

	for (; *hex != '\0'; hex += 2) {
		high = enc_hex_digit(hex[0]);
		low = high != -1 ? enc_hex_digit(hex[1]) : -1;
		if (low == -1) {
			buf_cut(out, before);
			return -1;
		}
		buf_addc(out, (char)(high << 4 | low));
	}
	return 0;
}

void
enc_base64(struct buf *out, const void *bytes, size_t len)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL;
	size_t room = sodium_base64_encoded_len(len, variant);

	buf_reserve(out, room);
	sodium_bin2base64(out->s + out->len, room, bytes, len, variant);
	out->len += room - 1;
}

int
enc_unbase64(struct buf *out, const char *s, size_t len)
{
	struct buf raw = BUF_INIT;
	size_t n, i;
	int rc;

	/* libsodium 1.0.18 takes some bytes from 0x80 on for letters. */
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return -1;
	buf_reserve(&raw, len);
	rc = sodium_base642bin((unsigned char *)raw.s, len + 1, s, len, NULL,
	    &n, NULL, sodium_base64_VARIANT_ORIGINAL);
	if (rc == 0)
		buf_add(out, raw.s, n);
	if (raw.cap > 0)
		sodium_memzero(raw.s, raw.cap);
	buf_release(&raw);
	return rc;
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c));
}

void
enc_percent(struct buf *out, const char *s, const char *keep)
{
	for (; *s != '\0'; s++)
		if (is_unreserved(*s) || strchr(keep, *s) != NULL)
			buf_addc(out, *s);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
}

int
enc_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
enc_hex_unit(const char *s, const char *end)
{
	int i, digit, unit = 0;

	if (end - s < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		digit = enc_hex_digit(s[i]);
		if (digit == -1)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* Bytes that one character took in the encoded text; 0 if it is broken. */
static size_t
decode(const char *s, size_t len, bool plus, char *out)
{
	int high, low;

	*out = *s == '+' && plus ? ' ' : *s;
	if (*s != '%')
		return 1;
	if (len < 3)
		return 0;
	high = enc_hex_digit(s[1]);
	low = enc_hex_digit(s[2]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high * 16 + low);
	return 3;
}

int
enc_unpercent(struct buf *out, const char *s, size_t len, bool plus)
{
	struct buf b = BUF_INIT;
	size_t i, n;
	int rc = -1;
	char c;

	for (i = 0; i < len; i += n) {
		n = decode(s + i, len - i, plus, &c);
		if (n == 0 || c == '\0')
			goto out;
		buf_addc(&b, c);
	}
	buf_add(out, b.s, b.len);
	rc = 0;
out:
	buf_release(&b);
	return rc;
}

/* Return how many bytes at least are ASCII, a word at a time: most of what is
 * read is. */
static size_t
count_ascii(const unsigned char *s, size_t len)
{
	size_t n;
	uint64_t word;

	for (n = 0; len - n >= sizeof word; n += sizeof word) {
		memcpy(&word, s + n, sizeof word);
		if ((word & 0x8080808080808080) != 0)
			break;
	}
	return n;
}

bool
enc_is_utf8(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	while (len > 0) {
		if (*s < 0x80) {
			size_t ascii = count_ascii(s, len);

			if (ascii == 0)
				ascii = 1;
			s += ascii;
			len -= ascii;
			continue;
		}
		n = utf8proc_iterate(s, (utf8proc_ssize_t)len, &c);
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
	}
	return true;
}

size_t
enc_utf8_len(const char *s)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0xc2)
		return 1;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
}

size_t
enc_utf8_count(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

/* True if it leaves no mark on the page: a kind of space, or no glyph. */
static bool
is_invisible_char(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CC:
		return true;
	default:
		return false;
	}
}

bool
enc_is_invisible(const char *text, size_t len)
{
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t n;
	utf8proc_int32_t c;

	for (; len > 0; s += n, len -= (size_t)n) {
		n = utf8proc_iterate(s, (utf8proc_ssize_t)len, &c);
		if (n <= 0 || !is_invisible_char(c))
			return false;
	}
	return true;
}

bool
enc_is_visible(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/*
 * Return true if eight bytes are ASCII without controls, by looking at all of
 * them at once: 0x20 taken from less than that sets the highest bit, which ASCII
 * has not; 1 taken from what the XOR makes of DEL, 0, does, too.
 */
static bool
are_plain(const char *bytes)
{
	const uint64_t each = UINT64_MAX / 0xff;
	uint64_t eight, del;

	memcpy(&eight, bytes, sizeof eight);
	del = eight ^ each * 0x7f;
	return (((eight - each * 0x20) | (del - each) | eight) & each * 0x80) ==
	       0;
}

bool
enc_has_control(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		unsigned char c = (unsigned char)s[i];

		if (i + 8 <= len && are_plain(s + i)) {
			i += 8;
			continue;
		}
		if (c < 0x20 || c == 0x7f)
			return true;
		/* U+0080 to U+009F are C2 80 to C2 9F. */
		if (c == 0xc2 && i + 1 < len && (unsigned char)s[i + 1] < 0xa0)
			return true;
		i++;
	}
	return false;
}

void
enc_random(struct buf *out, size_t digits)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[32];
	size_t n, i;

	/* Many at once: each call of the library is one of the system. */
	for (; digits > 0; digits -= n) {
		n = digits < sizeof bytes ? digits : sizeof bytes;
		randombytes_buf(bytes, n);
		for (i = 0; i < n; i++)
			buf_addc(out, hex[bytes[i] % 16]);
	}
}

void
enc_stamp(struct buf *out, int64_t ms)
{
	buf_addf(out, "%lld-", (long long)ms);
	enc_random(out, 16);
}
