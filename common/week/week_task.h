/*
 * week_task: print the members of a task as JSON (http-api.md, "A task"), in
 * two pieces: what its file alone tells, and how it stands to Git.  Pure.
 *
 * Error handling: no function fails.
 */
#ifndef WEEK_TASK_H
#define WEEK_TASK_H

#include "task/taskset.h"
#include "week/ledger.h"

/* Append a number as four digits under that key. */
void week_task_add_id(struct buf *out, const char *key, unsigned number);

/* Append the members that a file alone tells. */
void week_task_add_file(struct buf *out, const struct task *task);

/* Append the members `sync` and `pr`, as week_add_task. */
void week_task_add_sync(struct buf *out, const struct ledger *sync,
    const char *file, const char *etag);

/* Print once what each open task's file alone tells, so that printing the set
 * takes it as it is: for a caller that keeps the set for the next week. */
void week_task_print_files(struct taskset *set);

#endif
