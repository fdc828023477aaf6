#include "task/task_tick.h"

#include "task/task.h"
#include "task/task_parse.h"
#include "text/lines.h"
#include "text/markdown.h"

unsigned
task_tick_first_line(const struct buf *bytes, size_t body_at)
{
	return 1 + (unsigned)lines_count(bytes->s, bytes->len, 0, body_at);
}

static int
refuse_line(unsigned line, struct err *err)
{
	err_field(err, "tick", MSG_TICK_NO_BOX);
	return err_value(err, "%u", line);
}

static int
find_body(
    const char *file, const struct buf *bytes, size_t *at, struct err *err)
{
	struct task task = TASK_INIT;
	struct task_problem problem;

	if (task_parse(file, bytes->s, bytes->len, &task, &problem) == -1)
		return task_parse_refuse(&problem.reason, err);
	*at = task.body_at;
	task_release(&task);
	return 0;
}

int
task_tick(const char *file, const struct buf *bytes,
    const struct task_tick *tick, struct buf *out, struct err *err)
{
	size_t body = 0, box = 0, at = out->len;

	if (find_body(file, bytes, &body, err) == -1)
		return -1;
	if (markdown_find_box(bytes->s + body, bytes->len - body,
		task_tick_first_line(bytes, body), tick->line, &box) == -1)
		return refuse_line(tick->line, err);

	buf_add(out, bytes->s, bytes->len);
	at += body + box;
	if ((out->s[at] != ' ') != tick->checked)
		out->s[at] = tick->checked ? 'x' : ' ';
	return 0;
}
