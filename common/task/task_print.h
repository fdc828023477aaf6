/*
 * task_print: a new task file (design.md 3).  Pure.
 */
#ifndef TASK_PRINT_H
#define TASK_PRINT_H

#include "task/task.h"

/* Appends a new task file; kind must be set, the rest has defaults. */
void task_print(struct buf *out, const struct task_edit *edit);

#endif
