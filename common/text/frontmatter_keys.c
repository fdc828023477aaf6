#include "text/frontmatter_keys.h"

#include "base/buf.h"
#include "base/std.h"
#include "text/frontmatter.h"

#define DIGITS "0123456789"

struct key {
	const char *text; /* in keys.texts, once that grows no more */
	size_t at, len;
	const struct frontmatter_node *node;
};

struct keys {
	struct key *list;
	size_t n;
	struct buf texts; /* as they are compared */
};

/* Appends the value of 0x1f or 0o17; false if it is none, or too large. */
static bool
add_radix(struct buf *out, const char *s)
{
	const char *digits = s + 2;
	bool hex = s[0] == '0' && s[1] == 'x';
	size_t len;

	if (!hex && (s[0] != '0' || s[1] != 'o'))
		return false;
	len = strspn(digits, hex ? DIGITS "abcdefABCDEF" : "01234567");
	if (len == 0 || len > 15 || digits[len] != '\0')
		return false;
	buf_addf(out, "%llu", strtoull(digits, NULL, hex ? 16 : 8));
	return true;
}

/* Appends a decimal number without what does not count: 1 for +01.0. */
static bool
add_decimal(struct buf *out, const char *s)
{
	bool minus = *s == '-';
	size_t whole, part = 0;

	s += *s == '-' || *s == '+';
	whole = strspn(s, DIGITS);
	if (s[whole] == '.')
		part = 1 + strspn(s + whole + 1, DIGITS);
	if (whole == 0 || s[whole + part] != '\0')
		return false;

	while (part > 0 && strchr("0.", s[whole + part - 1]) != NULL)
		part--;
	while (whole > 1 && *s == '0') {
		s++;
		whole--;
	}
	if (minus && (part > 0 || *s != '0'))
		buf_addc(out, '-');
	buf_add(out, s, whole + part);
	return true;
}

static void
add_key(const struct frontmatter *front, const struct frontmatter_node *node,
    struct keys *keys)
{
	const char *value = front->values.s + node->value;
	struct key *key = &keys->list[keys->n++];
	struct buf *texts = &keys->texts;

	key->node = node;
	key->at = texts->len;
	if (node->style != 0 || node->tagged || strlen(value) != node->len ||
	    (!add_radix(texts, value) && !add_decimal(texts, value)))
		buf_add(texts, value, node->len);
	key->len = texts->len - key->at;
}

static int
compare_keys(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;
	int order;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	order = memcmp(a->text, b->text, a->len);
	if (order != 0)
		return order;
	return a->node < b->node ? -1 : a->node > b->node;
}

static void
collect_keys(const struct frontmatter *front,
    const struct frontmatter_node *map, struct keys *keys)
{
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	size_t i;

	keys->n = 0;
	buf_reset(&keys->texts);
	while (frontmatter_next_field(front, map, &field))
		if (field.key->kind == FRONTMATTER_SCALAR)
			add_key(front, field.key, keys);
	for (i = 0; i < keys->n; i++)
		keys->list[i].text = keys->texts.s + keys->list[i].at;
}

static const struct frontmatter_node *
find_twice(const struct keys *keys)
{
	const struct frontmatter_node *twice = NULL;
	const struct key *key;
	size_t i;

	qsort(keys->list, keys->n, sizeof *keys->list, compare_keys);
	for (i = 1; i < keys->n; i++) {
		key = &keys->list[i];
		if (key->len == key[-1].len &&
		    memcmp(key->text, key[-1].text, key->len) == 0 &&
		    (twice == NULL || key->node < twice))
			twice = key->node;
	}
	return twice;
}

const struct frontmatter_node *
frontmatter_keys_twice(const struct frontmatter *front)
{
	struct keys keys = {.texts = BUF_INIT};
	const struct frontmatter_node *twice = NULL;
	size_t i;

	keys.list = std_alloc((front->n_nodes + 1) * sizeof *keys.list);
	for (i = 0; i < front->n_nodes && twice == NULL; i++) {
		if (front->nodes[i].kind != FRONTMATTER_MAP)
			continue;
		collect_keys(front, &front->nodes[i], &keys);
		twice = find_twice(&keys);
	}
	free(keys.list);
	buf_release(&keys.texts);
	return twice;
}
