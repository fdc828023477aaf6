#include "base/buf.h"

char buf_empty[1];

void
buf_init(struct buf *b)
{
	b->s = buf_empty;
	b->len = b->cap = 0;
}

void
buf_release(struct buf *b)
{
	if (b->cap > 0)
		free(b->s);
	buf_init(b);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->cap > 0)
		b->s[0] = '\0';
}

void
buf_reserve(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1;
	size_t cap = b->cap;

	if (need <= cap)
		return;

	if (cap < 64)
		cap = 64;
	while (cap < need)
		cap += cap / 2;
	b->s = b->cap > 0 ? std_realloc(b->s, cap, 1) : std_alloc(cap);
	b->s[b->len] = '\0';
	b->cap = cap;
}

void
buf_trim(struct buf *b)
{
	char *s;

	if (b->cap <= b->len + 1)
		return;
	/* A piece that shrinks in its place leaves a hole behind it, a fifth
	 * of it on average, into which no other one of its kind fits. */
	s = std_alloc(b->len + 1);
	memcpy(s, b->s, b->len + 1);
	free(b->s);
	b->s = s;
	b->cap = b->len + 1;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0)
		return;

	if (b->len + len >= b->cap)
		buf_reserve(b, len);
	memcpy(b->s + b->len, bytes, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void
buf_addc(struct buf *b, char c)
{
	if (b->len + 1 >= b->cap)
		buf_reserve(b, 1);
	b->s[b->len++] = c;
	b->s[b->len] = '\0';
}

void
buf_add_number(struct buf *b, uintmax_t n, unsigned digits)
{
	char room[20];
	size_t at = sizeof room;

	while (at > 0 && (n > 0 || sizeof room - at < digits)) {
		room[--at] = (char)('0' + n % 10);
		n /= 10;
	}
	buf_add(b, room + at, sizeof room - at);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void
buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	size_t room = b->cap > 0 ? b->cap - b->len : 0;
	va_list again;
	int len;

	/* Most often there is room already, and once is enough. */
	va_copy(again, ap);
	len = vsnprintf(room > 0 ? b->s + b->len : NULL, room, fmt, again);
	va_end(again);
	if (len < 0) /* more than INT_MAX bytes; nobody writes that */
		abort();

	if ((size_t)len >= room) {
		buf_reserve(b, (size_t)len);
		vsnprintf(b->s + b->len, (size_t)len + 1, fmt, ap);
	}
	b->len += (size_t)len;
}

void
buf_cut(struct buf *b, size_t len)
{
	b->len = len;
	if (b->cap > 0)
		b->s[len] = '\0';
}

void
buf_splice(struct buf *b, size_t at, size_t len, const void *bytes, size_t n)
{
	if (n > len)
		buf_reserve(b, n - len);
	memmove(b->s + at + n, b->s + at + len, b->len - at - len);
	if (n > 0)
		memcpy(b->s + at, bytes, n);
	buf_cut(b, b->len - len + n);
}

void
buf_set(struct buf *b, const void *bytes, size_t len)
{
	buf_reset(b);
	buf_add(b, bytes, len);
}

void
buf_move(struct buf *dst, struct buf *src)
{
	buf_release(dst);
	*dst = *src;
	buf_init(src);
}

bool
buf_eq(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}
