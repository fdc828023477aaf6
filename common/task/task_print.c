#include "task/task_print.h"

#include "base/buf.h"
#include "base/day.h"
#include "task/task.h"
#include "task/task_title.h"
#include "text/frontmatter_scalar.h"
#include "text/lines.h"

static void
print_tags(struct buf *out, const struct task_edit *edit)
{
	size_t i;

	buf_adds(out, "tags: [");
	for (i = 0; i < edit->n_tags; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		frontmatter_scalar_add(out, edit->tags[i]);
	}
	buf_adds(out, "]\n");
}

static void
print_front(struct buf *out, const struct task_edit *edit)
{
	buf_addf(out, "---\ntyp: task\nkategorie: %s\nstatus: %s\n",
	    task_kind_word(edit->kind),
	    task_status_word(edit->has_status ? edit->status : TASK_OFFEN));
	print_tags(out, edit);
	if (edit->has_deadline && !edit->deadline_null) {
		buf_adds(out, "deadline: ");
		day_add(out, edit->deadline);
		buf_addc(out, '\n');
	}
	buf_adds(out, "fixedSlot: ");
	if (edit->has_fixed && !edit->fixed_null)
		task_add_when(out, &edit->fixed);
	else
		buf_adds(out, "null");
	buf_addc(out, '\n');
	if (edit->has_done && !edit->done_null) {
		buf_adds(out, "abgeschlossen_am: ");
		task_add_when(out, &edit->done);
		buf_addc(out, '\n');
	}
	buf_adds(out, "---\n");
}

void
task_print(struct buf *out, const struct task_edit *edit)
{
	struct buf file = BUF_INIT, heading = BUF_INIT;
	size_t at;

	print_front(&file, edit);
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
