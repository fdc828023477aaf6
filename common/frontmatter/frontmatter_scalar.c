#include "frontmatter/frontmatter_scalar.h"

#include <strings.h>

#include "base/buf.h"
#include "base/enc.h"

/* What YAML 1.1 or 1.2 readers take for a truth value, null or number. */
static bool
is_reserved_word(const char *s)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on",
	    "off", "y", "n", "null", "nan", "inf", "infinity"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return false;
}

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Line separators, BOM and noncharacters: only escapes carry them safely. */
static bool
is_awkward(const char *s)
{
	return strncmp(s, "\xe2\x80\xa8", 3) == 0 ||
	       strncmp(s, "\xe2\x80\xa9", 3) == 0 ||
	       strncmp(s, "\xef\xbb\xbf", 3) == 0 ||
	       strncmp(s, "\xef\xbf\xbe", 3) == 0 ||
	       strncmp(s, "\xef\xbf\xbf", 3) == 0;
}

static bool
needs_escapes(const char *s)
{
	if (enc_has_control(s, strlen(s)))
		return true;
	for (; *s != '\0'; s++)
		if (is_awkward(s))
			return true;
	return false;
}

/*
 * Plain is the exception: it begins with a letter, so it is no number, date
 * or indicator, and goes on with what is neither an indicator nor part of
 * ": " or " #".
 */
static bool
fits_plain(const char *s)
{
	size_t len = strlen(s), i;

	if (len == 0 || is_reserved_word(s) || s[len - 1] == ' ')
		return false;
	if (!is_letter((unsigned char)s[0]) && (unsigned char)s[0] < 0xc3)
		return false;
	for (i = 1; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!is_letter(c) && !(c >= '0' && c <= '9') && c < 0x80 &&
		    strchr(" -_./+@()", c) == NULL)
			return false;
	}
	return true;
}

void
frontmatter_scalar_add_quoted(struct buf *out, const char *s)
{
	size_t n;

	buf_addc(out, '"');
	for (; *s != '\0'; s += n) {
		unsigned char c = (unsigned char)*s;

		n = 1;
		if (c == '"' || c == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, *s);
		} else if (c < 0x20 || c == 0x7f) {
			buf_addf(out, "\\u%04X", c);
		} else if (c == 0xc2 && (unsigned char)s[1] < 0xa0) {
			buf_addf(out, "\\u%04X", (unsigned char)s[1]);
			n = 2;
		} else if (is_awkward(s)) {
			buf_addf(out, "\\u%04X",
			    (c & 0xfu) << 12 |
				((unsigned char)s[1] & 0x3fu) << 6 |
				((unsigned char)s[2] & 0x3fu));
			n = 3;
		} else {
			buf_addc(out, *s);
		}
	}
	buf_addc(out, '"');
}

static void
add_single_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_addc(out, '\'');
		buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

void
frontmatter_scalar_add_as(struct buf *out, const char *text, char style)
{
	if (style == '"' || needs_escapes(text))
		frontmatter_scalar_add_quoted(out, text);
	else if (style == '\'' || !fits_plain(text))
		add_single_quoted(out, text);
	else
		buf_adds(out, text);
}

void
frontmatter_scalar_add(struct buf *out, const char *text)
{
	frontmatter_scalar_add_as(out, text, 0);
}
