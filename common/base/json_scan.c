#include "base/json_scan.h"

#include "base/enc.h"
#include "base/std.h"

#define KEY_MAX     32 /* bytes kept of a name: longer than all that count */
#define REPLACEMENT 0xfffd

void
json_scan_release(struct json_scan *scan)
{
	buf_release(&scan->key);
}

static void
skip_blanks(struct json_scan *scan)
{
	while (scan->p < scan->end && (*scan->p == ' ' || *scan->p == '\t' ||
					  *scan->p == '\r' || *scan->p == '\n'))
		scan->p++;
}

/* Take this byte, after blanks, if it comes next. */
static bool
take_byte(struct json_scan *scan, char c)
{
	skip_blanks(scan);
	if (scan->p == scan->end || *scan->p != c)
		return false;
	scan->p++;
	return true;
}

bool
json_scan_is_next(struct json_scan *scan, char c)
{
	skip_blanks(scan);
	return scan->p < scan->end && *scan->p == c;
}

static void
keep_bytes(struct buf *out, size_t most, const char *bytes, size_t n)
{
	if (out == NULL)
		return;
	if (n > most - out->len)
		n = most - out->len;
	buf_add(out, bytes, n);
}

static void
keep_char(struct buf *out, size_t most, unsigned c)
{
	char u[4];
	size_t n;

	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		c = REPLACEMENT;
	n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	if (n == 1) {
		u[0] = (char)c;
	} else {
		size_t i;

		for (i = n - 1; i > 0; i--, c >>= 6)
			u[i] = (char)(0x80 | (c & 0x3f));
		u[0] = (char)(0xf00U >> n | c);
	}
	keep_bytes(out, most, u, n);
}

/* Four hex digits. */
static int
read_hex_unit(struct json_scan *scan, unsigned *unit)
{
	int read = enc_hex_unit(scan->p, scan->end);

	if (read == -1)
		return -1;
	scan->p += 4;
	*unit = (unsigned)read;
	return 0;
}

/* After \u: one character, or two halves of one. */
static int
read_unicode(struct json_scan *scan, struct buf *out, size_t most)
{
	unsigned high, low;

	if (read_hex_unit(scan, &high) == -1)
		return -1;
	if (high < 0xd800 || high >= 0xdc00 || scan->end - scan->p < 2 ||
	    scan->p[0] != '\\' || scan->p[1] != 'u') {
		keep_char(out, most, high);
		return 0;
	}
	scan->p += 2;
	if (read_hex_unit(scan, &low) == -1)
		return -1;
	if (low >= 0xdc00 && low < 0xe000) {
		keep_char(out, most,
		    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
		return 0;
	}
	keep_char(out, most, high);
	keep_char(out, most, low);
	return 0;
}

static int
read_escape(struct json_scan *scan, struct buf *out, size_t most)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (scan->p == scan->end)
		return -1;
	if (*scan->p == 'u') {
		scan->p++;
		return read_unicode(scan, out, most);
	}
	found = memchr(from, *scan->p++, sizeof from - 1);
	if (found == NULL)
		return -1;
	keep_bytes(out, most, to + (found - from), 1);
	return 0;
}

static bool
is_unescaped(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= 0x20;
}

int
json_scan_string(struct json_scan *scan, struct buf *out, size_t most)
{
	const char *from;

	if (out != NULL)
		buf_reset(out);
	if (!take_byte(scan, '"'))
		return -1;
	for (;;) {
		from = scan->p;
		while (scan->p < scan->end && is_unescaped(*scan->p))
			scan->p++;
		keep_bytes(out, most, from, (size_t)(scan->p - from));
		if (scan->p == scan->end)
			return -1;
		if (*scan->p == '"')
			break;
		if (*scan->p++ != '\\' || read_escape(scan, out, most) == -1)
			return -1;
	}
	scan->p++;
	return 0;
}

int
json_scan_object(struct json_scan *scan, json_scan_fn *member)
{
	if (!take_byte(scan, '{') || scan->depth++ == JSON_SCAN_DEPTH_MAX)
		return -1;
	if (!json_scan_is_next(scan, '}')) {
		do {
			if (json_scan_string(scan, &scan->key, KEY_MAX) == -1 ||
			    !take_byte(scan, ':') || member(scan) == -1)
				return -1;
		} while (take_byte(scan, ','));
	}
	scan->depth--;
	return take_byte(scan, '}') ? 0 : -1;
}

int
json_scan_array(struct json_scan *scan, json_scan_fn *item)
{
	if (!take_byte(scan, '[') || scan->depth++ == JSON_SCAN_DEPTH_MAX)
		return -1;
	if (!json_scan_is_next(scan, ']')) {
		do {
			if (item(scan) == -1)
				return -1;
		} while (take_byte(scan, ','));
	}
	scan->depth--;
	return take_byte(scan, ']') ? 0 : -1;
}

/* true, false, null or a number: its letters alone are checked. */
static int
skip_literal(struct json_scan *scan)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyzE0123456789+-.";
	const char *from = scan->p;

	while (scan->p < scan->end &&
	       memchr(chars, *scan->p, sizeof chars - 1) != NULL)
		scan->p++;
	return scan->p > from ? 0 : -1;
}

int
json_scan_skip(struct json_scan *scan)
{
	if (json_scan_is_next(scan, '{'))
		return json_scan_object(scan, json_scan_skip);
	if (json_scan_is_next(scan, '['))
		return json_scan_array(scan, json_scan_skip);
	if (json_scan_is_next(scan, '"'))
		return json_scan_string(scan, NULL, 0);
	return skip_literal(scan);
}

bool
json_scan_is_end(struct json_scan *scan)
{
	skip_blanks(scan);
	return scan->p == scan->end;
}

bool
json_scan_is_key(const struct json_scan *scan, const char *name)
{
	return scan->key.len == strlen(name) &&
	       memcmp(scan->key.s, name, scan->key.len) == 0;
}
