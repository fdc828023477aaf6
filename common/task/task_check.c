#include "task/task_check.h"

#include "base/buf.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_comment.h"
#include "frontmatter/frontmatter_read.h"
#include "task/task_field.h"
#include "task/task_parse.h"
#include "task/task_title.h"
#include "text/lines.h"

/* What an edit is about, and the files before and after it. */
struct check {
	const struct task_edit *edit;
	const char *title_key; /* of the field that the title is in, or NULL */
	struct check_side {
		const char *bytes;
		size_t len;
		struct task task;
		struct frontmatter front;
	} old, now;
};

static int
read_check_side(struct check_side *side, const char *file)
{
	struct task_problem problem;
	struct frontmatter_fault fault;

	if (task_parse(file, side->bytes, side->len, &side->task, &problem) < 0)
		return -1;
	return frontmatter_read(&side->front, side->bytes, side->len, &fault);
}

/* The key of the field that the title is in; NULL if it is in the Markdown. */
static const char *
find_title_key(const struct frontmatter *front)
{
	struct frontmatter_field title;

	return task_title_field(front, &title)
		   ? frontmatter_word(front, title.key)
		   : NULL;
}

/* True if the edit is about this top-level key. */
static bool
is_key_edited(const struct check *check, const struct frontmatter *front,
    const struct frontmatter_node *key)
{
	const char *word = front->values.s + key->value;
	const struct task_field *f;

	if (key->kind != FRONTMATTER_SCALAR || strlen(word) != key->len)
		return false;
	if (check->edit->has_title && std_streq(check->title_key, word))
		return true;
	f = task_field_find(word);
	return f != NULL && task_field_is_edited(f, check->edit);
}

/* Moves on to the next field that the edit is not about. */
static bool
next_unedited(const struct check *check, const struct frontmatter *front,
    struct frontmatter_field *field)
{
	const struct frontmatter_node *root = frontmatter_root(front);

	while (frontmatter_next_field(front, root, field))
		if (!is_key_edited(check, front, field->key))
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
 * those within such a field and behind it on its last line.  What stands
 * behind the braces around all fields is no field's.
 */
static void
list_comments(
    const struct check *check, const struct frontmatter *front, struct buf *out)
{
	const struct frontmatter_node *root = frontmatter_root(front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	size_t from = front->from, end;
	unsigned fields = 0;

	while (frontmatter_next_field(front, root, &field)) {
		add_comments_after(front, from, field.key->props, fields, out);
		from = field.value->to > field.key->to ? field.value->to
						       : field.key->to;
		if (!is_key_edited(check, front, field.key)) {
			fields++;
			continue;
		}
		end = frontmatter_line_end(front->bytes, from);
		if (root->style == '{' && end > root->to)
			end = root->to;
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
same_comments(const struct check *check)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	bool same;

	list_comments(check, &check->old.front, &was);
	list_comments(check, &check->now.front, &is);
	same = has_lines(&was, &is);
	buf_release(&was);
	buf_release(&is);
	return same;
}

/* True if all fields that the edit is not about are what they were. */
static bool
same_rest(const struct check *check)
{
	const struct frontmatter *a = &check->old.front, *b = &check->now.front;
	struct frontmatter_field x = FRONTMATTER_FIELD_INIT;
	struct frontmatter_field y = FRONTMATTER_FIELD_INIT;
	bool same, more;

	do {
		more = next_unedited(check, a, &x);
		same = next_unedited(check, b, &y) == more &&
		       (!more ||
			   (frontmatter_same_bytes(a, x.key, b, y.key) &&
			       frontmatter_same_bytes(a, x.value, b, y.value) &&
			       same_targets(a, &x, b, &y)));
	} while (same && more);
	return same && same_comments(check);
}

/* True if the node stands in a field that the edit is about. */
static bool
is_edited(const struct check *check, const struct frontmatter *front,
    const struct frontmatter_node *node)
{
	const struct frontmatter_node *root = frontmatter_root(front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;

	while (frontmatter_next_field(front, root, &field))
		if (node < front->nodes + field.value->end)
			return node != root &&
			       is_key_edited(check, front, field.key);
	return false;
}

bool
task_check_is_tied(
    const struct frontmatter *front, const struct task_edit *edit)
{
	const struct check about = {
	    .edit = edit, .title_key = find_title_key(front)};
	const struct frontmatter_node *node, *target;
	size_t i;

	for (i = 0; i < front->n_nodes; i++) {
		node = &front->nodes[i];
		if (node->kind != FRONTMATTER_ALIAS ||
		    is_edited(&about, front, node))
			continue;
		target = frontmatter_target(front, node);
		if (target != NULL && is_edited(&about, front, target))
			return true;
	}
	return false;
}

/* The task shall be the old one with the edit's values. */
static bool
is_task_meant(const struct check *check)
{
	const struct task *now = &check->now.task, *old = &check->old.task;
	const struct task_edit *edit = check->edit;
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

/* True if the title is the edit's; removed, it may be any other. */
static bool
is_title_meant(const struct check *check)
{
	const char *title = check->edit->title;
	struct buf want = BUF_INIT;
	bool same;

	if (!check->edit->has_title || title == NULL)
		return true;
	task_title_clean(&want, title, strlen(title));
	same = want.len == 0 || strcmp(want.s, check->now.task.title) == 0;
	buf_release(&want);
	return same;
}

static bool
is_markdown_meant(const struct check *check)
{
	const struct check_side *old = &check->old, *now = &check->now;
	const char *body = check->edit->body != NULL ? check->edit->body : "";
	const char *text = now->bytes + now->task.body_at;
	size_t n = now->len - now->task.body_at;

	/* A title in the Markdown has changed some of it. */
	if (check->edit->has_title && check->title_key == NULL)
		return true;
	if (check->edit->has_body)
		return lines_same(text, n, body, strlen(body));
	return n == old->len - old->task.body_at &&
	       memcmp(text, old->bytes + old->task.body_at, n) == 0;
}

bool
task_check(const char *file, const void *before, size_t len,
    const struct buf *after, const struct task_edit *edit)
{
	struct check check = {
	    .edit = edit,
	    .old = {before, len, TASK_INIT, FRONTMATTER_INIT},
	    .now = {after->s, after->len, TASK_INIT, FRONTMATTER_INIT},
	};
	bool meant = false;

	if (read_check_side(&check.old, file) < 0 ||
	    read_check_side(&check.now, file) < 0)
		goto out;

	check.title_key = find_title_key(&check.old.front);
	meant = is_task_meant(&check) && is_title_meant(&check) &&
		is_markdown_meant(&check) && same_rest(&check);
out:
	task_release(&check.old.task);
	task_release(&check.now.task);
	frontmatter_release(&check.old.front);
	frontmatter_release(&check.now.front);
	return meant;
}
