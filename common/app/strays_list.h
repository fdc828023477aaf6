/*
 * strays_list: read from a list of a user's folder what lies there beside the
 * tasks (design.md 3, "Bad files"): each entry of the folder once, a folder in
 * it as one, whatever is below it.
 *
 * Error handling: no function fails.
 */
#ifndef STRAYS_LIST_H
#define STRAYS_LIST_H

#include "store/store.h"
#include "task/strays.h"

/*
 * Add to `strays` what of a list of names_task_prefix is no blob of a task: odd
 * names, other ones, and names of tasks that something else has.  `known` is
 * NULL, or tells of each item whether the caller knows that it is a task.
 */
void strays_list_read(struct strays *strays, const struct store_list *list,
    const bool *known, const char *user);

#endif
