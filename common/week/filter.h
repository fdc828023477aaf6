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
	/* What was found in another way, instead of `search`: names of files,
	 * by their bytes; borrowed. */
	bool has_files;
	const char *const *files;
	size_t n_files;
};
bool filter_passes(const struct filter *filter, const struct task *task);

/*
 * Return true if each word of `search`, between spaces, stands in title, tags,
 * file name or the text, which is `len` bytes of UTF-8; NULL: there is none.
 */
bool filter_has_words(
    const char *search, const struct task *task, const char *text, size_t len);

#endif
