/*
 * search: find tasks by what stands in their text, too (http-api.md, "GET
 * /api/tasks").
 *
 * The index has no texts, so files are read, those with the highest numbers
 * first, which are the newest.  What title, name and tags show already is not
 * read.  A search costs `most` requests at most, SEARCH_BATCH in a round.
 *
 *	struct search found = SEARCH_INIT;
 *
 *	if (search_texts(app, user, &mirror.set, &filter, &found, err) == -1)
 *		return -1;
 *	week_add_tasks(out, &week, &filter);
 *	search_release(&found);
 *
 * Error handling: -1 with the store's error; the filter is as it was.  A file
 * that was removed meanwhile, or cannot be read, is not found.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include "app/app.h"
#include "task/taskset.h"
#include "week/filter.h"

#define SEARCH_FILES 1000
#define SEARCH_BATCH 64 /* at most 16 MiB, TASK_FILE_MAX each */

struct search {
	size_t most;        /* files that may be read */
	const char **files; /* names of the set, by their bytes */
	size_t n;
	size_t
	    n_unread; /* tasks that more files would have had to be read for */
};
#define SEARCH_INIT                                                            \
	{                                                                      \
		.most = SEARCH_FILES                                           \
	}
void search_release(struct search *search);

/*
 * Find the tasks of the set that pass the filter, with each word of its
 * `search` in title, name, tags or text, and let the filter choose just these.
 * It borrows them from `out`, which must be empty, and that from the set.
 */
MUST_USE int search_texts(struct app *app, const char *user,
    const struct taskset *set, struct filter *filter, struct search *out,
    struct err *err);

#endif
