#include "text/csv.h"

#include "base/buf.h"

void
csv_begin(struct buf *out)
{
	buf_adds(out, "\xef\xbb\xbf");
}

static bool
is_formula(const char *text, size_t len)
{
	return len > 0 && text[0] != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void
csv_cell(struct buf *out, const char *text, size_t len)
{
	size_t i;

	if (out->len > 0 && out->s[out->len - 1] == '"')
		buf_addc(out, ',');
	buf_addc(out, '"');
	if (is_formula(text, len))
		buf_addc(out, '\'');
	for (i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, text[i]);
	}
	buf_addc(out, '"');
}

void
csv_end_row(struct buf *out)
{
	buf_adds(out, "\r\n");
}
