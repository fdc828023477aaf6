/*
 * task_yaml: the values of a task's fields as YAML, of each type in
 * task_field.h: read from a front matter, written into a new file, changed
 * in an old one.  Pure.
 */
#ifndef TASK_YAML_H
#define TASK_YAML_H

#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"
#include "task/task_field.h"

/*
 * Reads a field of the front matter into the task, which has no value there
 * yet.  Returns -1 if there is something that is no value of that type; the
 * task has none then.  A missing WORD is no value of its type; any other
 * field may be missing or empty.
 */
MUST_USE int task_yaml_read(const struct frontmatter *front,
    const struct task_field *field, struct task *task);

/* Appends the value as one line of flow YAML: `arbeit`, `[a, b]`, `null`. */
void task_yaml_print(
    struct buf *out, const struct task_field *field, const struct task *task);

/*
 * Lets the edit change the field from what `old` has to what `new` has; a
 * field that already has the value, and no warning, keeps its bytes.
 */
void task_yaml_splice(struct frontmatter_edit *edit,
    const struct task_field *field, const struct task *old,
    const struct task *new);

#endif
