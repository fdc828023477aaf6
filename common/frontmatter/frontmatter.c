#include "frontmatter/frontmatter.h"

#include "base/buf.h"

unsigned
frontmatter_line(const char *bytes, size_t at)
{
	unsigned line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		line += bytes[i] == '\n';
	return line;
}

size_t
frontmatter_line_start(const char *s, size_t at)
{
	while (at > 0 && s[at - 1] != '\n')
		at--;
	return at;
}

size_t
frontmatter_line_end(const char *s, size_t at)
{
	while (s[at] != '\n')
		at++;
	return at + 1;
}

const char *
frontmatter_eol(const struct frontmatter *front)
{
	return front->bytes[front->from - 2] == '\r' ? "\r\n" : "\n";
}

void
frontmatter_release(struct frontmatter *front)
{
	free(front->nodes);
	buf_release(&front->values);
	*front = (struct frontmatter)FRONTMATTER_INIT;
}

/* Reading the tree. */

const struct frontmatter_node *
frontmatter_root(const struct frontmatter *front)
{
	return front->n_nodes > 0 ? &front->nodes[0] : NULL;
}

const struct frontmatter_node *
frontmatter_child(
    const struct frontmatter *front, const struct frontmatter_node *node)
{
	size_t index = (size_t)(node - front->nodes);

	return node->end > index + 1 ? node + 1 : NULL;
}

const struct frontmatter_node *
frontmatter_next(const struct frontmatter *front,
    const struct frontmatter_node *parent, const struct frontmatter_node *node)
{
	return node->end < parent->end ? &front->nodes[node->end] : NULL;
}

bool
frontmatter_next_field(const struct frontmatter *front,
    const struct frontmatter_node *map, struct frontmatter_field *field)
{
	if (map == NULL || map->kind != FRONTMATTER_MAP)
		return false;
	field->key = field->key == NULL
			 ? frontmatter_child(front, map)
			 : frontmatter_next(front, map, field->value);
	if (field->key == NULL)
		return false;
	field->value = frontmatter_next(front, map, field->key);
	return true;
}

bool
frontmatter_find(const struct frontmatter *front,
    const struct frontmatter_node *map, const char *key,
    struct frontmatter_field *out)
{
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	size_t len = strlen(key);

	while (frontmatter_next_field(front, map, &field))
		if (field.key->kind == FRONTMATTER_SCALAR &&
		    field.key->len == len &&
		    memcmp(front->values.s + field.key->value, key, len) == 0) {
			*out = field;
			return true;
		}
	return false;
}

unsigned
frontmatter_pick(const struct frontmatter *front,
    const struct frontmatter_node *node, const char *key,
    struct frontmatter_field *out)
{
	const struct frontmatter_node *item;
	unsigned n = 0;

	if (node == NULL || node->kind != FRONTMATTER_LIST)
		return frontmatter_find(front, node, key, out);
	for (item = frontmatter_child(front, node); item != NULL;
	     item = frontmatter_next(front, node, item))
		n += !item->tagged && frontmatter_find(front, item, key, out);
	return n;
}

const char *
frontmatter_word(
    const struct frontmatter *front, const struct frontmatter_node *node)
{
	const char *value = front->values.s + node->value;

	if (node->kind != FRONTMATTER_SCALAR || node->tagged ||
	    strlen(value) != node->len)
		return NULL;
	return value;
}

/* True if what stands before a node has the anchor. */
static bool
has_anchor(const char *props, size_t len, const char *name, size_t n)
{
	const char *mark = memchr(props, '&', len);
	const char *end = props + len;

	if (mark == NULL || (size_t)(end - mark) <= n ||
	    memcmp(mark + 1, name, n) != 0)
		return false;
	mark += 1 + n;
	return mark == end || strchr(" \t\r\n", *mark) != NULL;
}

const struct frontmatter_node *
frontmatter_target(
    const struct frontmatter *front, const struct frontmatter_node *alias)
{
	const char *name = front->bytes + alias->from + 1;
	const struct frontmatter_node *node = alias;

	while (node-- > front->nodes)
		if (has_anchor(front->bytes + node->props,
			node->from - node->props, name,
			alias->to - alias->from - 1))
			return node;
	return NULL;
}

static bool
is_null_word(const char *s)
{
	return *s == '\0' || strcmp(s, "~") == 0 || strcmp(s, "null") == 0 ||
	       strcmp(s, "Null") == 0 || strcmp(s, "NULL") == 0;
}

bool
frontmatter_is_none(
    const struct frontmatter *front, const struct frontmatter_node *node)
{
	const char *word = frontmatter_word(front, node);

	if (node->kind == FRONTMATTER_LIST || node->kind == FRONTMATTER_MAP)
		return !node->tagged && frontmatter_child(front, node) == NULL;
	if (word == NULL)
		return false;
	return node->style == 0 ? is_null_word(word) : *word == '\0';
}

/* Comparing. */

static bool
same_text(const char *a, size_t n_a, const char *b, size_t n_b)
{
	return n_a == n_b && memcmp(a, b, n_a) == 0;
}

static bool
is_quoted(const struct frontmatter_node *node)
{
	return node->kind == FRONTMATTER_SCALAR && node->style != 0;
}

/* Compares two nodes without those below them. */
static bool
same_node(const struct frontmatter *a, const struct frontmatter_node *x,
    const struct frontmatter *b, const struct frontmatter_node *y)
{
	if (x->kind != y->kind || x->tagged != y->tagged ||
	    is_quoted(x) != is_quoted(y) ||
	    !same_text(
		a->values.s + x->value, x->len, b->values.s + y->value, y->len))
		return false;
	/* An alias has no value but its name. */
	if (x->kind == FRONTMATTER_ALIAS &&
	    !same_text(a->bytes + x->from, x->to - x->from, b->bytes + y->from,
		y->to - y->from))
		return false;
	return same_text(a->bytes + x->props, x->from - x->props,
	    b->bytes + y->props, y->from - y->props);
}

bool
frontmatter_same(const struct frontmatter *a, const struct frontmatter_node *x,
    const struct frontmatter *b, const struct frontmatter_node *y)
{
	const struct frontmatter_node *end = a->nodes + x->end;
	size_t at_a = (size_t)(x - a->nodes), at_b = (size_t)(y - b->nodes);

	if (x->end - at_a != y->end - at_b)
		return false;
	for (; x < end; x++, y++)
		if (!same_node(a, x, b, y) || x->end - at_a != y->end - at_b)
			return false;
	return true;
}

bool
frontmatter_same_bytes(const struct frontmatter *a,
    const struct frontmatter_node *x, const struct frontmatter *b,
    const struct frontmatter_node *y)
{
	return same_text(a->bytes + x->props, x->to - x->props,
		   b->bytes + y->props, y->to - y->props) &&
	       frontmatter_same(a, x, b, y);
}
