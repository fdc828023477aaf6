#include "frontmatter/frontmatter_take.h"

#include "base/buf.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"
#include "text/lines.h"

/* A field and the bytes that are its own. */
struct field_lines {
	struct frontmatter_field field;
	size_t from, to; /* from the start of its first line to its last byte */
};

static bool
is_in_block(const struct frontmatter *front)
{
	return frontmatter_root(front)->style == 0;
}

/* True if an anchor or an alias ties the field to others. */
static bool
is_tied(const struct frontmatter *front, const struct frontmatter_field *field)
{
	const struct frontmatter_node *node = field->value;
	const struct frontmatter_node *end = front->nodes + node->end;

	for (; node < end; node++)
		if (node->kind == FRONTMATTER_ALIAS ||
		    memchr(front->bytes + node->props, '&',
			node->from - node->props) != NULL)
			return true;
	return false;
}

/* Where the field's text ends: blanks and line ends behind are no part. */
static size_t
find_field_end(
    const struct frontmatter *front, const struct frontmatter_field *field)
{
	const char *s = front->bytes;
	size_t to = field->value->to;

	if (to < field->key->to)
		to = field->key->to;
	while (to > field->key->to && strchr(" \t\r\n", s[to - 1]))
		to--;
	/* An empty value is behind the ':', which belongs to the field. */
	if (field->value->from == field->value->to &&
	    field->value->to > field->key->to)
		to = field->value->to;
	return to;
}

/* Returns 1 if the field is there, 0 if not, -1 if its lines are not its own. */
static int
find_lines(
    const struct frontmatter *front, const char *key, struct field_lines *out)
{
	const char *s = front->bytes;
	size_t at;

	if (!frontmatter_find(front, frontmatter_root(front), key, &out->field))
		return 0;
	at = out->field.key->from;
	out->from = frontmatter_line_start(s, at);
	out->to = find_field_end(front, &out->field);
	if (is_tied(front, &out->field) ||
	    strspn(s + out->from, " ") != at - out->from)
		return -1;
	return 1;
}

/* Goes on behind the line end; -1 if a comment stands before that. */
static int
skip_line_end(const char *s, size_t *at)
{
	size_t blanks = strspn(s + *at, " \t\r");

	if (s[*at + blanks] != '\n')
		return -1;
	*at += blanks + 1;
	return 0;
}

int
frontmatter_take(struct frontmatter_edit *edit, const struct frontmatter *from,
    const char *key)
{
	struct field_lines mine = {0}, old = {0};
	struct buf text = BUF_INIT;
	int adds, replaces;

	if (!is_in_block(from) || !is_in_block(edit->front))
		return -1;
	adds = find_lines(from, key, &mine);
	replaces = find_lines(edit->front, key, &old);
	if (adds == -1 || replaces == -1)
		return -1;
	if (adds == 0 && replaces == 1 &&
	    skip_line_end(edit->bytes, &old.to) == -1)
		return -1;

	if (adds == 1)
		lines_add(&text, from->bytes + mine.from, mine.to - mine.from,
		    edit->eol);
	if (replaces == 1) {
		frontmatter_edit_replace(edit, old.from, old.to, &text);
	} else if (adds == 1) {
		buf_add(&edit->added, text.s, text.len);
		buf_adds(&edit->added, edit->eol);
	}
	buf_release(&text);
	return 0;
}
