#include "task/task_field.h"

#include "base/day.h"
#include "base/msg.h"
#include "task/task.h"

/* An enum without negative values is an unsigned, and is read as one. */
_Static_assert(sizeof(enum task_kind) == sizeof(unsigned) &&
		   sizeof(enum task_status) == sizeof(unsigned),
    "enums are as wide as unsigned");

const struct task_field task_field_table[] = {
    {
	.key = "kategorie",
	.index_key = "kind",
	.type = TASK_FIELD_WORD,
	.in_requests = true,
	.wrong = MSG_KIND_UNKNOWN,
	.problem = "kategorie_unbekannt",
	.problem_msg = MSG_TASK_KIND,
	.words = task_kind_words,
	.n_words = TASK_KINDS,
	.edit = offsetof(struct task_edit, has_kind),
	.value = offsetof(struct task, kind),
    },
    {
	.key = "status",
	.index_key = "status",
	.type = TASK_FIELD_WORD,
	.in_requests = true,
	.wrong = MSG_STATUS_UNKNOWN,
	.empty_ok = true,
	.problem = "status_unbekannt",
	.problem_msg = MSG_TASK_STATUS,
	.words = task_status_words,
	.n_words = TASK_STATUSES,
	.edit = offsetof(struct task_edit, has_status),
	.value = offsetof(struct task, status),
    },
    {
	.key = "tags",
	.index_key = "tags",
	.type = TASK_FIELD_WORDS,
	.in_requests = true,
	.wrong = MSG_TAGS_NO_LIST,
	.none = "[]",
	.edit = offsetof(struct task_edit, has_tags),
	.warning = TASK_WARN_TAGS,
	.value = offsetof(struct task, tags),
	.has = offsetof(struct task, n_tags),
    },
    {
	.key = "deadline",
	.index_key = "deadline",
	.type = TASK_FIELD_DATE,
	.in_requests = true,
	.wrong = MSG_DEADLINE_NO_DATE,
	.edit = offsetof(struct task_edit, has_deadline),
	.warning = TASK_WARN_DEADLINE,
	.value = offsetof(struct task, deadline),
	.has = offsetof(struct task, has_deadline),
    },
    {
	.key = "fixedSlot",
	.index_key = "fixed",
	.type = TASK_FIELD_WHEN,
	.in_requests = true,
	.wrong = MSG_SLOT_SHAPE,
	.none = "null",
	.edit = offsetof(struct task_edit, has_fixed),
	.warning = TASK_WARN_FIXED_SLOT,
	.value = offsetof(struct task, fixed),
	.has = offsetof(struct task, has_fixed),
    },
    {
	.key = "abgeschlossen_am",
	.index_key = "done",
	.type = TASK_FIELD_WHEN,
	.edit = offsetof(struct task_edit, has_done),
	.warning = TASK_WARN_DONE,
	.value = offsetof(struct task, done),
	.has = offsetof(struct task, has_done),
    },
    {.key = NULL},
};

const struct task_field *
task_field_find(const char *key)
{
	const struct task_field *f;

	for (f = task_field_table; f->key != NULL; f++)
		if (strcmp(f->key, key) == 0)
			return f;
	return NULL;
}

const void *
task_field_value(const struct task_field *field, const struct task *task)
{
	return (const char *)task + field->value;
}

void *
task_field_place(const struct task_field *field, struct task *task)
{
	return (char *)task + field->value;
}

struct task_words
task_field_words(const struct task_field *field, const struct task *task)
{
	const char *base = (const char *)task;

	return (struct task_words){
	    .list = *(char **const *)(base + field->value),
	    .n = *(const size_t *)(base + field->has),
	};
}

void
task_field_set_words(
    const struct task_field *field, struct task *task, struct task_words words)
{
	*(char ***)((char *)task + field->value) = words.list;
	*(size_t *)((char *)task + field->has) = words.n;
}

bool
task_field_has(const struct task_field *field, const struct task *task)
{
	switch (field->type) {
	case TASK_FIELD_WORD:
		return true;
	case TASK_FIELD_WORDS:
		return task_field_words(field, task).n > 0;
	case TASK_FIELD_DATE:
	case TASK_FIELD_WHEN:
		break;
	}
	return *(const bool *)((const char *)task + field->has);
}

void
task_field_set(const struct task_field *field, struct task *task)
{
	if (field->type == TASK_FIELD_DATE || field->type == TASK_FIELD_WHEN)
		*(bool *)((char *)task + field->has) = true;
}

bool
task_field_is_edited(
    const struct task_field *field, const struct task_edit *edit)
{
	return *(const bool *)((const char *)edit + field->edit);
}

void
task_field_set_edited(const struct task_field *field, struct task_edit *edit)
{
	*(bool *)((char *)edit + field->edit) = true;
}

static bool
same_words(struct task_words a, struct task_words b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (strcmp(a.list[i], b.list[i]) != 0)
			return false;
	return true;
}

bool
task_field_same(
    const struct task_field *field, const struct task *a, const struct task *b)
{
	const void *x = task_field_value(field, a);
	const void *y = task_field_value(field, b);

	if (!task_field_has(field, a) || !task_field_has(field, b))
		return task_field_has(field, a) == task_field_has(field, b);
	switch (field->type) {
	case TASK_FIELD_WORD:
		return *(const unsigned *)x == *(const unsigned *)y;
	case TASK_FIELD_WORDS:
		return same_words(
		    task_field_words(field, a), task_field_words(field, b));
	case TASK_FIELD_DATE:
		return day_cmp(
			   *(const struct day *)x, *(const struct day *)y) == 0;
	case TASK_FIELD_WHEN:
		return task_same_when(x, y);
	}
	return false;
}
