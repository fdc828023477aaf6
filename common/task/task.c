#include "task/task.h"

#include "base/msg.h"
#include "base/std.h"

const char *const task_kind_words[TASK_KINDS] = {
    [TASK_ARBEIT] = "arbeit",
    [TASK_PRIVAT] = "privat",
};

const char *const task_status_words[TASK_STATUSES] = {
    [TASK_OFFEN] = "offen",
    [TASK_ABGESCHLOSSEN] = "abgeschlossen",
    [TASK_ABGEBROCHEN] = "abgebrochen",
};

static const char *const time_words[TASK_TIMES] = {
    [TASK_MORGENS] = "morgens",
    [TASK_NACHMITTAGS] = "nachmittags",
    [TASK_ABENDS] = "abends",
};

const char *
task_kind_word(enum task_kind kind)
{
	return task_kind_words[kind];
}

const char *
task_status_word(enum task_status status)
{
	return task_status_words[status];
}

const char *
task_time_word(enum task_time time)
{
	return time_words[time];
}

static int
find_word(const char *const *words, size_t n, const char *s)
{
	size_t i;

	for (i = 0; s != NULL && i < n; i++)
		if (strcmp(words[i], s) == 0)
			return (int)i;
	return -1;
}

int
task_kind_parse(const char *s, enum task_kind *out)
{
	int i = find_word(task_kind_words, TASK_KINDS, s);

	if (i < 0)
		return -1;
	*out = (enum task_kind)i;
	return 0;
}

int
task_status_parse(const char *s, enum task_status *out)
{
	int i = find_word(task_status_words, TASK_STATUSES, s);

	if (i < 0)
		return -1;
	*out = (enum task_status)i;
	return 0;
}

int
task_time_parse(const char *s, enum task_time *out)
{
	int i = find_word(time_words, TASK_TIMES, s);

	if (i < 0)
		return -1;
	*out = (enum task_time)i;
	return 0;
}

bool
task_same_when(const struct task_when *a, const struct task_when *b)
{
	return day_cmp(a->date, b->date) == 0 && a->time == b->time;
}

void
task_free_words(char **words, size_t n)
{
	while (n > 0)
		free(words[--n]);
	free(words);
}

void
task_release(struct task *task)
{
	free(task->file);
	free(task->title);
	task_free_words(task->tags, task->n_tags);
	*task = (struct task)TASK_INIT;
}

void
task_edit_release(struct task_edit *edit)
{
	task_release(&edit->to);
	free(edit->title);
	free(edit->body);
	*edit = (struct task_edit)TASK_EDIT_INIT;
}

enum msg_id
task_warning_msg(unsigned warnings)
{
	if (warnings & TASK_WARN_FIXED_SLOT)
		return MSG_WARN_SLOT;
	if (warnings & TASK_WARN_DEADLINE)
		return MSG_WARN_DEADLINE;
	if (warnings & TASK_WARN_TAGS)
		return MSG_WARN_TAGS;
	if (warnings & TASK_WARN_DONE)
		return MSG_WARN_DONE;
	return MSG_NONE;
}
