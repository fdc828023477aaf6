/*
 * filter: choose tasks by what GET /api/tasks was asked for (http-api.md).
 * Pure.
 *
 * What is searched for is made comparable once, not for each task:
 *
 *	struct filter filter = FILTER_ANY;
 *
 *	filter.kind = TASK_PRIVAT;
 *	filter_set_search(&filter, "brot");
 *	if (filter_passes(&filter, &task))
 *		...
 *	filter_release(&filter);
 *
 * Error handling: no function fails.
 */
#ifndef FILTER_H
#define FILTER_H

#include "base/buf.h"
#include "task/task.h"

/* -1 and "" are "any". */
struct filter {
	int kind;   /* enum task_kind */
	int status; /* enum task_status */
	/* As they compare, by filter_set_tag and filter_set_search: */
	struct buf tag, search;
	bool fits_none; /* one of them was no UTF-8, or can be no tag */
	/* What was found in another way, instead of `search`: names of files,
	 * by their bytes; borrowed. */
	bool has_files;
	const char *const *files;
	size_t n_files;
};

#define FILTER_ANY                                                             \
	{                                                                      \
		.kind = -1, .status = -1, .tag = BUF_INIT, .search = BUF_INIT  \
	}

/*
 * Ask for a whole tag, or for a text in title, tags or file name, once for a
 * filter: UTF-8, whatever the case and however composed.  Nothing fits what is
 * no UTF-8.
 */
void filter_set_tag(struct filter *filter, const char *tag);
void filter_set_search(struct filter *filter, const char *search);

void filter_release(struct filter *filter);

bool filter_passes(const struct filter *filter, const struct task *task);

/*
 * Return true if each word of the filter's search, between spaces, stands in
 * title, tags, file name or the text, which is `len` bytes of UTF-8; NULL: there
 * is none.
 */
bool filter_has_words(const struct filter *filter, const struct task *task,
    const char *text, size_t len);

#endif
