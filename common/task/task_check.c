#include "task/task_check.h"

#include "base/buf.h"
#include "base/day.h"
#include "task/task_title.h"
#include "text/frontmatter.h"
#include "text/frontmatter_read.h"
#include "text/lines.h"

/* True if the edit is about this top-level key. */
static bool
is_edited(const struct task_edit *edit, const struct frontmatter *front,
    const struct frontmatter_node *key)
{
	const struct {
		const char *key;
		bool edited;
	} fields[] = {
	    {"kategorie", edit->has_kind},
	    {"status", edit->has_status},
	    {"tags", edit->has_tags},
	    {"deadline", edit->has_deadline},
	    {"fixedSlot", edit->has_fixed},
	    {"abgeschlossen_am", edit->has_done},
	};
	size_t i;

	for (i = 0; key->kind == FRONTMATTER_SCALAR && i < ARRAY_LEN(fields);
	     i++)
		if (fields[i].edited && strlen(fields[i].key) == key->len &&
		    memcmp(fields[i].key, front->values.s + key->value,
			key->len) == 0)
			return true;
	return false;
}

/* Moves on to the next field that the edit is not about. */
static bool
next_unedited(const struct frontmatter *front, const struct task_edit *edit,
    struct frontmatter_field *field)
{
	const struct frontmatter_node *root = frontmatter_root(front);

	while (frontmatter_next_field(front, root, field))
		if (!is_edited(edit, front, field->key))
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

/* What the task shall be: the old one with the edit's values. */
static unsigned
warnings_meant(const struct task *task, const struct task_edit *edit)
{
	unsigned gone = 0;

	if (edit->has_tags)
		gone |= TASK_WARN_TAGS;
	if (edit->has_deadline)
		gone |= TASK_WARN_DEADLINE;
	if (edit->has_fixed)
		gone |= TASK_WARN_FIXED_SLOT;
	if (edit->has_done)
		gone |= TASK_WARN_DONE;
	return task->warnings & ~gone;
}

static bool
is_when_meant(bool has, const struct task_when *when, bool want_has,
    const struct task_when *want)
{
	return has == want_has && (!has || task_same_when(when, want));
}

static bool
are_fields_meant(const struct task *now, const struct task *old,
    const struct task_edit *edit)
{
	bool has_deadline =
	    edit->has_deadline ? !edit->deadline_null : old->has_deadline;
	struct day deadline =
	    edit->has_deadline ? edit->deadline : old->deadline;

	return now->kind == (edit->has_kind ? edit->kind : old->kind) &&
	       now->status == (edit->has_status ? edit->status : old->status) &&
	       now->has_deadline == has_deadline &&
	       (!has_deadline || day_cmp(now->deadline, deadline) == 0) &&
	       now->warnings == warnings_meant(old, edit);
}

static bool
are_lists_meant(const struct task *now, const struct task *old,
    const struct task_edit *edit)
{
	return (edit->has_tags ? task_same_words(now->tags, now->n_tags,
				     edit->tags, edit->n_tags)
			       : task_same_words(now->tags, now->n_tags,
				     old->tags, old->n_tags)) &&
	       (edit->has_fixed ? is_when_meant(now->has_fixed, &now->fixed,
				      !edit->fixed_null, &edit->fixed)
				: is_when_meant(now->has_fixed, &now->fixed,
				      old->has_fixed, &old->fixed)) &&
	       (edit->has_done ? is_when_meant(now->has_done, &now->done,
				     !edit->done_null, &edit->done)
			       : is_when_meant(now->has_done, &now->done,
				     old->has_done, &old->done));
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
		    are_fields_meant(&now, &old, edit) &&
		    are_lists_meant(&now, &old, edit) &&
		    is_markdown_meant(&now, after, &old, before, len, edit) &&
		    same_rest(before, len, after, edit);
	task_release(&old);
	task_release(&now);
	return meant;
}
