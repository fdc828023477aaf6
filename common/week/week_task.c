#include "week/week_task.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_field.h"
#include "task/task_json.h"

void
week_task_add_id(struct buf *out, const char *key, unsigned number)
{
	char id[8];

	snprintf(id, sizeof id, "%04u", number % NAMES_NUMBER_END);
	json_key(out, key);
	json_add_str(out, id);
}

static void
add_pull(struct buf *out, const struct ledger_pr *pull)
{
	json_key(out, "pr");
	json_open(out, '{');
	json_key(out, "number");
	if (pull->number > 0)
		json_add_int(out, pull->number);
	else
		json_add_null(out);
	json_key(out, "url");
	if (pull->url != NULL)
		json_add_str(out, pull->url);
	else
		json_add_null(out);
	json_key(out, "state");
	json_add_str(out, ledger_pr_word(pull));
	json_close(out, '}');
}

void
week_task_add_sync(struct buf *out, const struct ledger *sync, const char *file,
    const char *etag)
{
	const struct ledger_file *f = NULL;
	enum ledger_shown shown = LEDGER_CLEAN;

	if (sync != NULL) {
		f = ledger_find(sync, file);
		shown = ledger_shown(f, etag);
	}
	json_key(out, "sync");
	json_add_str(out, ledger_shown_word(shown));
	/* A request that is not opened yet is none. */
	if (f != NULL && f->pr.state != LEDGER_PR_NONE &&
	    (f->pr.number > 0 || f->pr.state != LEDGER_PR_OPEN))
		add_pull(out, &f->pr);
}

void
week_task_add_file(struct buf *out, const struct task *task)
{
	enum msg_id warning = task_warning_msg(task->warnings);
	const struct task_field *f;

	week_task_add_id(out, "id", task->number);
	json_key(out, "file");
	json_add_str(out, task->file);
	json_key(out, "title");
	json_add_str(out, task->title);
	for (f = task_field_table; f->key != NULL; f++)
		task_json_add(out, f, task);
	json_key(out, "isFixed");
	json_add_bool(out, task->has_fixed);
	if (warning != MSG_NONE) {
		json_key(out, "warning");
		json_add_str(out, msg_sentence(warning));
		json_key(out, "warningEnglish");
		json_add_str(out, msg_sentence_in(warning, MSG_ENGLISH));
	}
}

void
week_task_print_files(struct taskset *set)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < set->n; i++) {
		struct taskset_file *f = &set->files[i];

		if (f->bad || f->shown != NULL || f->task.status != TASK_OFFEN)
			continue;
		buf_reset(&text);
		week_task_add_file(&text, &f->task);
		f->shown = std_strndup(text.s, text.len);
		f->shown_len = text.len;
	}
	buf_release(&text);
}
