/*
 * beside: read from a list of a user's folder what lies there beside the tasks
 * (design.md 3, "Bad files"): each entry of the folder once, a folder in it as
 * one, whatever is below it.
 *
 * Error handling: no function fails.
 */
#ifndef BESIDE_H
#define BESIDE_H

#include "store/store.h"
#include "task/aside.h"

/*
 * Add to `aside` what of a list of names_task_prefix is no blob of a task: odd
 * names, other ones, and names of tasks that something else has.
 */
void beside_read(
    struct aside *aside, const struct store_list *list, const char *user);

#endif
