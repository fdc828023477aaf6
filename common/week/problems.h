/*
 * problems: print what of a user's folder is no task, as the members
 * `problems` and `otherFiles` of the week and of the list of tasks
 * (http-api.md, "The week").  Pure.
 *
 * A problem is a bad file, a number that two files have, a name that was meant
 * as a task's (names.h), in the mirror or in Git, one that Git has for
 * something else (reconcile.md, "Foreign entries"), one that is barred in the
 * store (strays.h), or a file that is too large to be fetched.  `line` is 0
 * where the fault is in no line.
 *
 * Error handling: no function fails.
 */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include "task/taskset.h"
#include "week/ledger.h"

/* Append both members; `sync` is NULL without a repository. */
void problems_add(
    struct buf *out, const struct taskset *set, const struct ledger *sync);

#endif
