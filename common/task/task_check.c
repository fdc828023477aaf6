#include "task/task_check.h"

#include "base/buf.h"
#include "task/task_field.h"
#include "task/task_parse.h"
#include "task/task_title.h"
#include "text/frontmatter.h"
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
			    frontmatter_same_bytes(&a, x.value, &b, y.value)));
	} while (same && more);
out:
	frontmatter_release(&a);
	frontmatter_release(&b);
	return same;
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
