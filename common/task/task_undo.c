#include "task/task_undo.h"

#include "task/task.h"
#include "task/task_parse.h"

void
task_undo_release(struct task_undo *undo)
{
	buf_release(&undo->text);
}

/* Return true if the byte at `at` is not the first one of its character. */
static bool
is_inside(const struct buf *b, size_t at)
{
	return at < b->len && ((unsigned char)b->s[at] & 0xc0) == 0x80;
}

static size_t
count_same_start(const struct buf *a, const struct buf *b)
{
	size_t n = 0;

	while (n < a->len && n < b->len && a->s[n] == b->s[n])
		n++;
	while (n > 0 && (is_inside(a, n) || is_inside(b, n)))
		n--;
	return n;
}

/* Count the bytes that both have at their end, behind the first `from`. */
static size_t
count_same_end(const struct buf *a, const struct buf *b, size_t from)
{
	size_t n = 0;

	while (n < a->len - from && n < b->len - from &&
	       a->s[a->len - n - 1] == b->s[b->len - n - 1])
		n++;
	while (n > 0 && is_inside(a, a->len - n))
		n--;
	return n;
}

void
task_undo_make(
    const struct buf *before, const struct buf *after, struct task_undo *out)
{
	size_t at = count_same_start(before, after);
	size_t end = count_same_end(before, after, at);

	out->at = at;
	out->cut = after->len - end - at;
	buf_set(&out->text, before->s + at, before->len - end - at);
}

static int
check_result(const char *file, const struct buf *bytes, struct err *err)
{
	struct task task = TASK_INIT;
	struct task_problem problem;

	if (bytes->len > TASK_FILE_MAX) {
		err_set(err, ERR_TOO_LARGE, MSG_TASK_OUTGROWS);
		return err_value(err, "%zu", TASK_FILE_MAX >> 10);
	}
	if (task_parse(file, bytes->s, bytes->len, &task, &problem) == -1)
		return task_parse_refuse(&problem.reason, err);
	task_release(&task);
	return 0;
}

int
task_undo_apply(const char *file, const struct buf *bytes,
    const struct task_undo *undo, struct buf *out, struct err *err)
{
	struct buf made = BUF_INIT;
	int rc;

	if (undo->at > bytes->len || undo->cut > bytes->len - undo->at) {
		err_field(err, "undo", MSG_FIELD_SHAPE);
		return err_value(err, "undo");
	}
	buf_add(&made, bytes->s, bytes->len);
	buf_splice(&made, undo->at, undo->cut, undo->text.s, undo->text.len);
	rc = check_result(file, &made, err);
	if (rc == 0)
		buf_move(out, &made);
	buf_release(&made);
	return rc;
}
