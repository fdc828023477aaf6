#include "task/task_print.h"

#include "base/buf.h"
#include "task/task.h"
#include "task/task_field.h"
#include "task/task_title.h"
#include "task/task_yaml.h"
#include "text/lines.h"

static void
print_front(struct buf *out, const struct task *task)
{
	const struct task_field *f;

	buf_adds(out, "---\ntyp: task\n");
	for (f = task_field_table; f->key != NULL; f++) {
		if (!task_field_has(f, task) && f->none == NULL)
			continue;
		buf_addf(out, "%s: ", f->key);
		task_yaml_print(out, f, task);
		buf_addc(out, '\n');
	}
	buf_adds(out, "---\n");
}

void
task_print(struct buf *out, const struct task_edit *edit)
{
	struct buf file = BUF_INIT, heading = BUF_INIT;
	size_t at;

	print_front(&file, &edit->to);
	at = file.len;
	if (edit->body != NULL)
		lines_add(&file, edit->body, strlen(edit->body), "\n");
	if (file.len > at && file.s[file.len - 1] != '\n')
		buf_addc(&file, '\n');

	if (edit->title != NULL &&
	    task_title_lead(&file, at, "\n", edit->title) < 0) {
		/* A title that does not read back is still not lost. */
		buf_addf(&heading, "# %s\n\n", edit->title);
		buf_splice(&file, at, 0, heading.s, heading.len);
	}
	if (file.len > at)
		buf_splice(&file, at, 0, "\n", 1);
	buf_add(out, file.s, file.len);
	buf_release(&file);
	buf_release(&heading);
}
