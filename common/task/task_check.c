#include "task/task_check.h"

#include "base/buf.h"
#include "task/task_field.h"
#include "task/task_parse.h"
#include "task/task_title.h"
#include "text/frontmatter.h"
#include "text/frontmatter_comment.h"
#include "text/frontmatter_read.h"
#include "text/lines.h"

/* True if the edit is about this top-level key. */
static bool
is_key_edited(const struct task_edit *edit, const struct frontmatter *front,
    const struct frontmatter_node *key)
{
	const char *word = front->values.s + key->value;
	const struct task_field *f;

	if (key->kind != FRONTMATTER_SCALAR || strlen(word) != key->len)
		return false;
	f = task_field_find(word);
	return f != NULL && task_field_is_edited(f, edit);
}

/* Moves on to the next field that the edit is not about. */
static bool
next_unedited(const struct frontmatter *front, const struct task_edit *edit,
    struct frontmatter_field *field)
{
	const struct frontmatter_node *root = frontmatter_root(front);

	while (frontmatter_next_field(front, root, field))
		if (!is_key_edited(edit, front, field->key))
			return true;
	return false;
}

/* True if the aliases of a field stand for the same in both files. */
static bool
same_targets(const struct frontmatter *a, const struct frontmatter_field *x,
    const struct frontmatter *b, const struct frontmatter_field *y)
{
	const struct frontmatter_node *end = a->nodes + x->value->end;
	const struct frontmatter_node *one = x->key, *other = y->key;
	const struct frontmatter_node *was, *is;

	for (; one < end; one++, other++) {
		if (one->kind != FRONTMATTER_ALIAS)
			continue;
		was = frontmatter_target(a, one);
		is = frontmatter_target(b, other);
		if (was == NULL || is == NULL ||
		    !frontmatter_same_bytes(a, was, b, is))
			return false;
	}
	return true;
}

/* Appends the comments of [from, to) with the number of fields before. */
static void
add_comments_after(const struct frontmatter *front, size_t from, size_t to,
    unsigned fields, struct buf *out)
{
	struct frontmatter_comment comment;

	frontmatter_comment_start(&comment, from, to);
	while (frontmatter_comment_next(front, &comment)) {
		buf_addf(out, "%u", fields);
		buf_add(out, front->bytes + comment.from,
		    comment.to - comment.from);
		buf_addc(out, '\n');
	}
}

/*
 * Lists the comments that no edited field may change, one a line: all but
 * those within such a field and behind it on its last line.
 */
static void
list_comments(const struct frontmatter *front, const struct task_edit *edit,
    struct buf *out)
{
	const struct frontmatter_node *root = frontmatter_root(front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	size_t from = front->from, end;
	unsigned fields = 0;

	while (frontmatter_next_field(front, root, &field)) {
		add_comments_after(front, from, field.key->props, fields, out);
		from = field.value->to > field.key->to ? field.value->to
						       : field.key->to;
		if (!is_key_edited(edit, front, field.key)) {
			fields++;
			continue;
		}
		end = frontmatter_line_end(front->bytes, from);
		if (frontmatter_comment_find(front, from, end) < end)
			from = end;
	}
	add_comments_after(front, from, front->to, fields, out);
}

/* True if all lines of `a` are in `b`, in their order. */
static bool
has_lines(const struct buf *a, const struct buf *b)
{
	const char *line = a->s, *other = b->s;
	size_t len, n;

	while (*line != '\0') {
		len = strcspn(line, "\n") + 1;
		for (;; other += n) {
			if (*other == '\0')
				return false;
			n = strcspn(other, "\n") + 1;
			if (n == len && memcmp(line, other, n) == 0)
				break;
		}
		other += n;
		line += len;
	}
	return true;
}

/* True if each comment still stands behind the field that it stood behind. */
static bool
same_comments(const struct frontmatter *a, const struct frontmatter *b,
    const struct task_edit *edit)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	bool same;

	list_comments(a, edit, &was);
	list_comments(b, edit, &is);
	same = has_lines(&was, &is);
	buf_release(&was);
	buf_release(&is);
	return same;
}

/* True if all fields that the edit is not about are what they were. */
static bool
same_rest(const char *before, size_t len, const struct buf *after,
    const struct task_edit *edit)
{
	struct frontmatter a = FRONTMATTER_INIT, b = FRONTMATTER_INIT;
	struct frontmatter_field x = FRONTMATTER_FIELD_INIT;
	struct frontmatter_field y = FRONTMATTER_FIELD_INIT;
	struct frontmatter_fault fault;
	bool same = false, more;

	if (frontmatter_read(&a, before, len, &fault) < 0 ||
	    frontmatter_read(&b, after->s, after->len, &fault) < 0)
		goto out;

	do {
		more = next_unedited(&a, edit, &x);
		same =
		    next_unedited(&b, edit, &y) == more &&
		    (!more ||
			(frontmatter_same_bytes(&a, x.key, &b, y.key) &&
			    frontmatter_same_bytes(&a, x.value, &b, y.value) &&
			    same_targets(&a, &x, &b, &y)));
	} while (same && more);
	same = same && same_comments(&a, &b, edit);
out:
	frontmatter_release(&a);
	frontmatter_release(&b);
	return same;
}

/* True if the node stands in a field that the edit is about. */
static bool
is_edited(const struct frontmatter *front, const struct task_edit *edit,
    const struct frontmatter_node *node)
{
	const struct frontmatter_node *root = frontmatter_root(front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;

	while (frontmatter_next_field(front, root, &field))
		if (node < front->nodes + field.value->end)
			return node != root &&
			       is_key_edited(edit, front, field.key);
	return false;
}

bool
task_check_is_tied(
    const struct frontmatter *front, const struct task_edit *edit)
{
	const struct frontmatter_node *node, *target;
	size_t i;

	for (i = 0; i < front->n_nodes; i++) {
		node = &front->nodes[i];
		if (node->kind != FRONTMATTER_ALIAS ||
		    is_edited(front, edit, node))
			continue;
		target = frontmatter_target(front, node);
		if (target != NULL && is_edited(front, edit, target))
			return true;
	}
	return false;
}

/* The task shall be the old one with the edit's values. */
static bool
is_task_meant(const struct task *now, const struct task *old,
    const struct task_edit *edit)
{
	unsigned warnings = old->warnings;
	const struct task_field *f;

	for (f = task_field_table; f->key != NULL; f++) {
		bool edited = task_field_is_edited(f, edit);

		if (!task_field_same(f, now, edited ? &edit->to : old))
			return false;
		if (edited)
			warnings &= ~f->warning;
	}
	return now->warnings == warnings;
}

static bool
is_markdown_meant(const struct task *now, const struct buf *after,
    const struct task *old, const char *bytes, size_t len,
    const struct task_edit *edit)
{
	const char *body = edit->body != NULL ? edit->body : "";
	const char *text = after->s + now->body_at;
	size_t n = after->len - now->body_at;
	struct buf want = BUF_INIT;
	bool same = true;

	if (edit->has_title && edit->title != NULL) {
		task_title_clean(&want, edit->title, strlen(edit->title));
		same = want.len == 0 || strcmp(want.s, now->title) == 0;
	} else if (edit->has_body && !edit->has_title) {
		same = lines_same(text, n, body, strlen(body));
	} else if (!edit->has_title) {
		same = n == len - old->body_at &&
		       memcmp(text, bytes + old->body_at, n) == 0;
	}
	buf_release(&want);
	return same;
}

bool
task_check(const char *file, const void *before, size_t len,
    const struct buf *after, const struct task_edit *edit)
{
	struct task old = TASK_INIT, now = TASK_INIT;
	struct task_problem problem;
	bool meant = false;

	if (task_parse(file, before, len, &old, &problem) == 0 &&
	    task_parse(file, after->s, after->len, &now, &problem) == 0)
		meant =
		    is_task_meant(&now, &old, edit) &&
		    is_markdown_meant(&now, after, &old, before, len, edit) &&
		    same_rest(before, len, after, edit);
	task_release(&old);
	task_release(&now);
	return meant;
}
