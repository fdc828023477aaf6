#include "text/ical.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"

#define LINE_MAX_OCTETS 75 /* without the line end */

static void
fold_line(struct buf *out, const struct buf *line)
{
	size_t at, n, column = 0;

	for (at = 0; at < line->len; at += n) {
		n = enc_utf8_len(line->s + at);
		if (column + n > LINE_MAX_OCTETS) {
			buf_adds(out, "\r\n ");
			column = 1;
		}
		buf_add(out, line->s + at, n);
		column += n;
	}
	buf_adds(out, "\r\n");
}

void
ical_line(struct buf *out, const char *name, const char *value)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s:%s", name, value);
	fold_line(out, &line);
	buf_release(&line);
}

static void
escape_text(struct buf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\r' && i + 1 < len && text[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r')
			buf_adds(out, "\\n");
		else if (c == '\\' || c == ';' || c == ',')
			buf_addf(out, "\\%c", c);
		else if (c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f))
			buf_addc(out, c);
	}
}

void
ical_text(struct buf *out, const char *name, const char *text, size_t len)
{
	struct buf value = BUF_INIT;

	escape_text(&value, text, len);
	ical_line(out, name, value.s);
	buf_release(&value);
}

void
ical_words(struct buf *out, const char *name, char *const *words, size_t n)
{
	struct buf value = BUF_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(&value, ',');
		escape_text(&value, words[i], strlen(words[i]));
	}
	ical_line(out, name, value.s);
	buf_release(&value);
}

void
ical_add_time(struct buf *out, int64_t ms)
{
	struct buf text = BUF_INIT;
	const char *s;

	day_add_rfc3339(&text, ms);
	for (s = text.s; *s != '\0' && *s != '.'; s++)
		if (*s != '-' && *s != ':')
			buf_addc(out, *s);
	buf_release(&text);
}
