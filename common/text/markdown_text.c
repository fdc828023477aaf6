#include "text/markdown_text.h"

#include <utf8proc.h>

#include "base/buf.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Those that people type; any other name stays as it was written. */
static const struct {
	const char *name, *text;
} entities[] = {
    {"&amp;", "&"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&quot;", "\""},
    {"&apos;", "'"},
    {"&nbsp;", "\u00a0"},
    {"&auml;", "ä"},
    {"&ouml;", "ö"},
    {"&uuml;", "ü"},
    {"&Auml;", "Ä"},
    {"&Ouml;", "Ö"},
    {"&Uuml;", "Ü"},
    {"&szlig;", "ß"},
    {"&euro;", "€"},
    {"&hellip;", "…"},
    {"&ndash;", "–"},
    {"&mdash;", "—"},
    {"&copy;", "©"},
};

static void
add_code_point(struct buf *out, unsigned long c)
{
	utf8proc_uint8_t bytes[4];

	if (c == 0 || c > 0x10ffff || !utf8proc_codepoint_valid((int)c))
		buf_adds(out, REPLACEMENT);
	else
		buf_add(
		    out, bytes, (size_t)utf8proc_encode_char((int)c, bytes));
}

/* md4c has found the shape of an entity: "&#12;", "&#x1f;" or "&name;". */
static void
add_entity(struct buf *out, const char *s, size_t len)
{
	size_t i;

	if (s[1] == '#') {
		bool hex = s[2] == 'x' || s[2] == 'X';

		add_code_point(
		    out, strtoul(s + (hex ? 3 : 2), NULL, hex ? 16 : 10));
		return;
	}

	for (i = 0; i < ARRAY_LEN(entities); i++)
		if (strlen(entities[i].name) == len &&
		    memcmp(entities[i].name, s, len) == 0) {
			buf_adds(out, entities[i].text);
			return;
		}
	buf_add(out, s, len);
}

void
markdown_text_add(struct buf *out, MD_TEXTTYPE type, const char *s, size_t len)
{
	if (type == MD_TEXT_NULLCHAR)
		buf_adds(out, REPLACEMENT);
	else if (type == MD_TEXT_ENTITY)
		add_entity(out, s, len);
	else
		buf_add(out, s, len);
}

void
markdown_text_pad(struct buf *copy, const char *text, size_t len)
{
	buf_init(copy);
	buf_add(copy, text, len);
	buf_addc(copy, '\n');
}

bool
markdown_text_is_astray(size_t len, size_t input)
{
	return len > input + 64; /* its own constants are short */
}

bool
markdown_text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t
markdown_text_container_len(const char *s, size_t len)
{
	size_t n = 0;

	if (len > 0 && s[0] == '>')
		return 1;
	if (len > 1 && strchr("-+*", s[0]) != NULL &&
	    markdown_text_is_blank(s[1]))
		return 2;
	while (n < len && n < 9 && s[n] >= '0' && s[n] <= '9')
		n++;
	if (n > 0 && n + 1 < len && (s[n] == '.' || s[n] == ')') &&
	    markdown_text_is_blank(s[n + 1]))
		return n + 2;
	return 0;
}

size_t
markdown_text_line_end(const char *text, size_t len, size_t at)
{
	const char *nl = memchr(text + at, '\n', len - at);

	return nl != NULL ? (size_t)(nl - text) + 1 : len;
}

/* `- - - -`: a rule, no lists within each other. */
static bool
is_rule_line(const char *text, size_t from, size_t to)
{
	const char mark = text[from];

	while (from < to && strchr(" \t\r\n", text[from]) == NULL &&
	       text[from] == mark) {
		from++;
		while (from < to && strchr(" \t\r\n", text[from]) != NULL)
			from++;
	}
	return from == to;
}

bool
markdown_text_is_too_deep(const char *text, size_t len)
{
	size_t at, end, n, from = 0;
	unsigned lists;

	for (; from < len; from = end) {
		end = markdown_text_line_end(text, len, from);
		for (at = from, lists = 0; at < end; at += n) {
			n = markdown_text_is_blank(text[at])
				? 1
				: markdown_text_container_len(
				      text + at, end - at);
			if (n == 0)
				break;
			lists += n > 1;
		}
		if (lists > MARKDOWN_TEXT_LISTS_MAX &&
		    !is_rule_line(text, from, end))
			return true;
	}
	return false;
}
