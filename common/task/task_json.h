/*
 * task_json: the values of a task's fields as JSON, of each type in
 * task_field.h: as members in the API, and, shorter, in the index
 * (taskset.h).  Pure.
 *
 *	            API                                    index
 *	WORD        "kategorie":"arbeit"                   "kind":0
 *	WORDS       "tags":["a"], []                       "tags":["a"], absent
 *	DATE        "deadline":"05.12.2026", null          the same, absent
 *	WHEN        "fixedSlot":{"datum":..,"zeit":..}, null   "fixed":["..",0]
 */
#ifndef TASK_JSON_H
#define TASK_JSON_H

#include "base/json.h"
#include "task/task_field.h"

/* Appends the member of the API, null if the task has no value. */
void task_json_add(
    struct buf *out, const struct task_field *field, const struct task *task);

/*
 * Reads the member of a request into an empty value.  *there: it is part of
 * the request, as a value or, where the field can be without one, as null.
 */
MUST_USE int task_json_read(struct json_object *json,
    const struct task_field *field, struct task *task, bool *there,
    struct err *err);

/* Appends {datum, zeit}. */
void task_json_add_when(struct buf *out, const struct task_when *when);

/* Reads the members datum and zeit, both needed. */
MUST_USE int task_json_read_when(
    struct json_object *json, struct task_when *when, struct err *err);

/*
 * Reads a string without control characters.  Returns 1 if it is there, 0 if
 * it is absent or null (*null says which), -1 if it is anything else.
 */
MUST_USE int task_json_read_text(struct json_object *json, const char *key,
    const char **out, bool *null, struct err *err);

/* Appends the member of the index, if the task has a value. */
void task_json_add_index(
    struct buf *out, const struct task_field *field, const struct task *task);

/* Reads the member of the index into an empty value; -1 if it is none. */
MUST_USE int task_json_read_index(struct json_object *json,
    const struct task_field *field, struct task *task);

#endif
