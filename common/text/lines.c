#include "text/lines.h"

void
lines_add(struct buf *out, const char *text, size_t len, const char *eol)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			buf_adds(out, eol);
		else if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			buf_addc(out, text[i]);
}

bool
lines_same(const char *a, size_t n_a, const char *b, size_t n_b)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	bool same;

	lines_add(&one, a, n_a, "\n");
	lines_add(&other, b, n_b, "\n");
	same = buf_eq(&one, &other);
	buf_release(&one);
	buf_release(&other);
	return same;
}

size_t
lines_count(const char *text, size_t len, size_t from, size_t to)
{
	size_t n = 0, i;

	for (i = from; i < to; i++)
		n += text[i] == '\n' ||
		     (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'));
	return n;
}
