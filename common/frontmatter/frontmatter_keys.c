#include "frontmatter/frontmatter_keys.h"

#include <math.h>
#include <strings.h>

#include "base/buf.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"

#define DIGITS "0123456789"

enum reader { YAML_1_1, YAML_1_2, READERS };

struct key {
	const char *text; /* in keys.texts, once that grows no more */
	size_t at, len;
	const struct frontmatter_node *node;
};

struct keys {
	struct key *list; /* each node once for each reader */
	size_t n;
	struct buf texts; /* as they are compared */
};

/* Read digits of a base, between which YAML 1.1 allows '_'. */
static bool
read_digits(const char *s, unsigned base, double *value)
{
	static const char digits[] = DIGITS "abcdef";
	const char *digit;
	bool any = false;

	for (*value = 0; *s != '\0'; s++) {
		if (*s == '_')
			continue;
		digit = strchr(digits, *s >= 'A' && *s <= 'F' ? *s | 32 : *s);
		if (digit == NULL || digit >= digits + base)
			return false;
		*value = *value * base + (double)(digit - digits);
		any = true;
	}
	return any;
}

static bool
read_radix(const char *s, double *value)
{
	if (s[0] != '0')
		return false;
	if (s[1] == 'x')
		return read_digits(s + 2, 16, value);
	if (s[1] == 'o')
		return read_digits(s + 2, 8, value);
	return s[1] == 'b' && read_digits(s + 2, 2, value);
}

/* 10, 1_0, 10., .5 and 1e1. */
static bool
read_decimal(const char *s, double *value)
{
	struct buf plain = BUF_INIT;
	const char *from = s;
	char *end;
	bool is = s[*s == '.'] >= '0' && s[*s == '.'] <= '9' &&
		  s[strspn(s, DIGITS "_.eE+-")] == '\0';

	for (; is && *s != '\0'; s++)
		if (*s != '_')
			buf_addc(&plain, *s);
	if (is) {
		*value = strtod(plain.s, &end);
		is = *end == '\0' && *from != '_';
	}
	buf_release(&plain);
	return is;
}

/* 1:30 is 90 in YAML 1.1, and 1:30.5 is 90.5. */
static bool
read_sixties(const char *s, double *value)
{
	struct buf part = BUF_INIT;
	double digit = 0;
	bool is = strchr(s, ':') != NULL;

	for (*value = 0; is; s++) {
		size_t len = strcspn(s, ":");

		buf_set(&part, s, len);
		is = read_decimal(part.s, &digit);
		*value = *value * 60 + digit;
		s += len;
		if (*s == '\0')
			break;
	}
	buf_release(&part);
	return is;
}

/*
 * Read a plain word as the number that a reader of YAML 1.1, or of 1.2, sees.
 * Where both know a number, or one knows it and for the other it is a text, it
 * is the same for both; but 012 is ten for 1.1, and 09 none.
 */
static bool
read_number(const char *s, enum reader reader, double *value)
{
	bool minus = *s == '-', is;

	s += *s == '-' || *s == '+';
	if (strcasecmp(s, ".inf") == 0) {
		*value = HUGE_VAL;
		is = true;
	} else if (reader == YAML_1_1 && s[0] == '0' && s[1] != '\0' &&
		   s[strspn(s, DIGITS "_")] == '\0') {
		is = read_digits(s, 8, value);
	} else {
		is = read_radix(s, value) || read_decimal(s, value) ||
		     read_sixties(s, value);
	}
	if (is && *value == 0)
		*value = 0; /* no -0 */
	else if (is && minus)
		*value = -*value;
	return is;
}

/* Append the shortest text that is this number: in JavaScript it is the key. */
static void
add_number(struct buf *out, double value)
{
	size_t at = out->len;
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		buf_cut(out, at);
		buf_addf(out, "%.*g", digits, value);
		if (strtod(out->s + at, NULL) == value)
			break;
	}
}

/* Add a key as the reader sees it: a number by its value, else its text. */
static void
add_reading(const struct frontmatter *front,
    const struct frontmatter_node *node, enum reader reader, struct keys *keys)
{
	const char *text = front->values.s + node->value;
	struct key *key = &keys->list[keys->n++];
	double number;

	key->node = node;
	key->at = keys->texts.len;
	buf_addc(&keys->texts, (char)reader);
	if (node->style == 0 && !node->tagged && strlen(text) == node->len &&
	    read_number(text, reader, &number))
		add_number(&keys->texts, number);
	else
		buf_add(&keys->texts, text, node->len);
	key->len = keys->texts.len - key->at;
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
		if (field.key->kind == FRONTMATTER_SCALAR) {
			add_reading(front, field.key, YAML_1_1, keys);
			add_reading(front, field.key, YAML_1_2, keys);
		}
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

	keys.list =
	    std_alloc((front->n_nodes + 1) * READERS * sizeof *keys.list);
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
