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

/* Append the members `sync` and `pr`, as week_add_task; with a repository `sync`
 * is not NULL, and `record` the file's, or NULL. */
void week_task_add_sync(struct buf *out, const struct ledger *sync,
    const struct ledger_file *record, const char *etag);

/* Return true if these members say that Git has these bytes, and no more. */
bool week_task_is_clean(const struct ledger *sync,
    const struct ledger_file *record, const char *etag);

#endif
