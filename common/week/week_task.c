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

/* Return true if there is a pull request to show: one that is not opened yet is
 * none. */
static bool
has_pull(const struct ledger_file *record)
{
	return record != NULL && record->pr.state != LEDGER_PR_NONE &&
	       (record->pr.number > 0 || record->pr.state != LEDGER_PR_OPEN);
}

static enum ledger_shown
shown_of(const struct ledger *sync, const struct ledger_file *record,
    const char *etag)
{
	return sync != NULL ? ledger_shown(record, etag) : LEDGER_CLEAN;
}

void
week_task_add_sync(struct buf *out, const struct ledger *sync,
    const struct ledger_file *record, const char *etag)
{
	json_key(out, "sync");
	json_add_str(out, ledger_shown_word(shown_of(sync, record, etag)));
	if (has_pull(record))
		add_pull(out, &record->pr);
}

bool
week_task_is_clean(const struct ledger *sync, const struct ledger_file *record,
    const char *etag)
{
	return !has_pull(record) &&
	       shown_of(sync, record, etag) == LEDGER_CLEAN;
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
