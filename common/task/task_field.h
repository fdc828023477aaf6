/*
 * task_field: the table of what a task has in its front matter.
 *
 * A row says where the value lives in struct task, what it is called in the
 * file, in the API and in the index, and what may be done with it.  Reading,
 * printing, splicing, proof, merge, API and index walk the table, so a new
 * field is a member of struct task and a row here (HACKING.md, "A task
 * field").  The rows stand in the order in which a new file, the API and the
 * index have the fields.  Pure.
 *
 *	for (f = task_field_table; f->key != NULL; f++)
 *		if (!task_field_same(f, &mine, &theirs))
 *			note_difference(f->key);
 *
 * `typ`, the same in every task, is no row; title and body are no fields of
 * the front matter.
 */
#ifndef TASK_FIELD_H
#define TASK_FIELD_H

#include "task/task.h"

/* What a value is, and the member of struct task that holds it. */
enum task_field_type {
	TASK_FIELD_WORD,  /* an enum, of `words`; a task must have it */
	TASK_FIELD_WORDS, /* char **, a list of texts, and its size_t */
	TASK_FIELD_DATE,  /* struct day */
	TASK_FIELD_WHEN,  /* struct task_when: a day and one of its times */
};

struct task_field {
	const char *key;       /* in the file, and in the API */
	const char *index_key; /* in the index (taskset.h) */
	enum task_field_type type;
	bool in_requests;  /* a client may set it by name, */
	enum msg_id wrong; /* and reads this if the value is no such; */
	bool empty_ok;     /* an empty text of it is absent */
	/* Of a WORD, by the enum's values.  Another makes a bad file. */
	const char *const *words;
	unsigned n_words;
	const char *problem; /* code and message for that */
	enum msg_id problem_msg;
	/* Of the others: its bit in task.warnings for what is no value. */
	unsigned warning;
	const char *none; /* stands for "no value" in a file; NULL: the field
			   * is left out, or goes */
	size_t value;     /* offset of the value in struct task, */
	size_t has;       /* of the bool or, of WORDS, the size_t beside it, */
	size_t edit;      /* and of has_x in struct task_edit */
};

/* All fields; one whose key is NULL ends them. */
extern const struct task_field task_field_table[];

/* The field with that key; NULL if there is none. */
const struct task_field *task_field_find(const char *key);

/* The value in the task, as `type` says; that of a WORD as an unsigned. */
const void *task_field_value(
    const struct task_field *field, const struct task *task);
void *task_field_place(const struct task_field *field, struct task *task);

struct task_words {
	char **list;
	size_t n;
};
/* The value of WORDS; the task keeps it, or is given it. */
struct task_words task_field_words(
    const struct task_field *field, const struct task *task);
void task_field_set_words(
    const struct task_field *field, struct task *task, struct task_words words);

/* True if the task has a value: always of a WORD, of WORDS if there are any. */
bool task_field_has(const struct task_field *field, const struct task *task);
/* Notes that a DATE or WHEN is there. */
void task_field_set(const struct task_field *field, struct task *task);

/* True if the field is part of the edit; makes it so. */
bool task_field_is_edited(
    const struct task_field *field, const struct task_edit *edit);
void task_field_set_edited(
    const struct task_field *field, struct task_edit *edit);

/* True if both have the same value or both have none. */
bool task_field_same(
    const struct task_field *field, const struct task *a, const struct task *b);

#endif
