/*
 * filter: choose tasks by what GET /api/tasks was asked for (http-api.md).
 * Pure.
 *
 * Error handling: no function fails.
 */
#ifndef FILTER_H
#define FILTER_H

#include "task/task.h"

/* -1 and NULL are "any". */
struct filter {
	int kind;   /* enum task_kind */
	int status; /* enum task_status */
	/* UTF-8, whatever the case and however composed; nothing fits what is
	 * no UTF-8. */
	const char *tag;    /* a whole tag */
	const char *search; /* in title, tags or file name */
};
bool filter_passes(const struct filter *filter, const struct task *task);

#endif
