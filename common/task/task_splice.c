#include "task/task_splice.h"

#include "base/buf.h"
#include "base/err.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"
#include "frontmatter/frontmatter_read.h"
#include "task/task.h"
#include "task/task_check.h"
#include "task/task_field.h"
#include "task/task_parse.h"
#include "task/task_title.h"
#include "task/task_yaml.h"
#include "text/lines.h"

/* The Markdown. */

/*
 * Replaces what begins at `at`.  An empty line between closing line and
 * Markdown belongs to neither: where there is none, a body that begins with
 * one needs another.
 */
static void
edit_body(
    struct buf *file, size_t at, bool margin, const char *eol, const char *body)
{
	const char *text = body != NULL ? body : "";
	struct buf lines = BUF_INIT;

	if (lines_same(file->s + at, file->len - at, text, strlen(text)))
		return;

	if (at == file->len && file->s[at - 1] != '\n')
		buf_adds(&lines, eol);
	if (!margin && (text[0] == '\n' || strncmp(text, "\r\n", 2) == 0))
		buf_adds(&lines, eol);
	lines_add(&lines, text, strlen(text), eol);
	buf_splice(file, at, file->len - at, lines.s, lines.len);
	buf_release(&lines);
}

struct splice {
	const char *name;
	const char *bytes;
	size_t len;
	const struct task_edit *edit;
	struct task before;
	struct frontmatter front; /* of the bytes before */
	bool has_title_field;     /* the title is in the front matter */
	const char *eol;
	struct buf after;
};

/* True if the Markdown that begins at `at` has this title already. */
static bool
has_title(const struct splice *s, size_t at)
{
	const struct frontmatter none = FRONTMATTER_INIT;
	const char *title = s->edit->title;
	struct buf now = BUF_INIT, want = BUF_INIT;
	bool same;

	if (title == NULL)
		return false;
	task_title_read(
	    &now, s->name, &none, s->after.s + at, s->after.len - at);
	task_title_clean(&want, title, strlen(title));
	same = buf_eq(&now, &want);
	buf_release(&now);
	buf_release(&want);
	return same;
}

/* Edit the Markdown, which begins at `at` of the new file. */
static int
edit_markdown(struct splice *s, size_t at)
{
	const struct task_edit *edit = s->edit;
	bool margin = s->before.body_at > s->front.after;
	struct buf *file = &s->after;

	if (edit->has_body) {
		edit_body(file, at, margin, s->eol, edit->body);
		/* The closing line may have got its line end just now. */
		if (file->s[at - 1] != '\n' && at < file->len)
			at += strlen(s->eol);
	}
	if (!edit->has_title || s->has_title_field || has_title(s, at))
		return 0;
	return edit->has_body ? task_title_lead(file, at, s->eol, edit->title)
			      : task_title_write(file, at, s->eol, edit->title);
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_BAD_FILE, MSG_TASK_UNSAFE);
}

/*
 * Checked before the result is read back: a file that is too large is no
 * task, and the caller would hear that it cannot be edited.
 */
static int
check_size(size_t size, size_t max, enum msg_id id, struct err *err)
{
	if (size <= max)
		return 0;
	err_set(err, ERR_TOO_LARGE, id);
	return err_value(err, "%zu", max >> 10);
}

static int
splice_front(struct splice *s, struct err *err)
{
	struct frontmatter_edit edit = FRONTMATTER_EDIT_INIT;
	struct frontmatter_field title;
	size_t size = s->front.to - s->front.from;
	const struct task_field *f;
	int rc;

	frontmatter_edit_start(&edit, &s->front);
	s->eol = edit.eol;
	s->has_title_field = task_title_field(&s->front, &title);
	if (s->edit->has_title && s->has_title_field)
		task_title_splice(&edit, &title, s->edit->title);
	for (f = task_field_table; f->key != NULL; f++)
		if (task_field_is_edited(f, s->edit))
			task_yaml_splice(&edit, f, &s->before, &s->edit->to);
	rc = frontmatter_edit_finish(&edit, s->len, &s->after);
	frontmatter_edit_release(&edit);
	if (rc < 0)
		return refuse(err);
	return check_size(size + s->after.len - s->len, FRONTMATTER_MAX,
	    MSG_FRONT_OUTGROWS, err);
}

static int
apply(struct splice *s, struct err *err)
{
	size_t tail = s->len - s->before.body_at;

	if (splice_front(s, err) < 0)
		return -1;
	/* The Markdown has moved, but it still ends the file. */
	if (edit_markdown(s, s->after.len - tail) < 0)
		return refuse(err);
	if (check_size(s->after.len, TASK_FILE_MAX, MSG_TASK_OUTGROWS, err) < 0)
		return -1;
	if (task_check(s->name, s->bytes, s->len, &s->after, s->edit))
		return 0;
	return task_check_is_tied(&s->front, s->edit)
		   ? err_set(err, ERR_BAD_FILE, MSG_TASK_ANCHOR)
		   : refuse(err);
}

static int
read_before(struct splice *s, struct err *err)
{
	struct task_problem problem;
	struct frontmatter_fault fault;

	if (task_parse(s->name, s->bytes, s->len, &s->before, &problem) < 0)
		return task_parse_refuse(&problem.reason, err);
	if (frontmatter_read(&s->front, s->bytes, s->len, &fault) < 0)
		return task_parse_refuse(&fault.reason, err);
	return 0;
}

int
task_splice(const char *file, const void *bytes, size_t len,
    const struct task_edit *edit, struct buf *out, struct err *err)
{
	struct splice s = {
	    .name = file,
	    .bytes = bytes,
	    .len = len,
	    .edit = edit,
	    .before = TASK_INIT,
	    .front = FRONTMATTER_INIT,
	    .after = BUF_INIT,
	};
	int rc = -1;

	if (read_before(&s, err) < 0)
		goto out;

	if (apply(&s, err) < 0)
		goto out;

	buf_move(out, &s.after);
	rc = 0;
out:
	task_release(&s.before);
	frontmatter_release(&s.front);
	buf_release(&s.after);
	return rc;
}
