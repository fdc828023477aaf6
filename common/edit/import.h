/*
 * import: take a checkout of a repository into the store (codex-import).
 *
 * The files DIR/<base>/<User>/tasks/NNNN-Title.md become the mirrors of the
 * users, folder names in lower case.  A file that the store has with other
 * bytes stays as it is, and the caller is told.  Nothing is ever overwritten,
 * so an import can be repeated, even after one that failed half-way.  Links
 * are not followed, neither to files nor to folders of users; only regular
 * files of at most STORE_BLOB_MAX bytes count.  The caller is told of each
 * other entry of a folder of tasks by name, but for hidden ones (names.h).
 *
 * Error handling: -1 with ERR_SETTING if a folder or file cannot be read, or
 * with the store's error.  What was added until then stays, but the user in
 * whose folder it failed may lack the new version and next number: repeat.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "app/app.h"
#include "base/msg.h"

/* Tell the person at the terminal what happened. */
typedef void import_tell_fn(void *arg, const struct msg *what);

struct import {
	const char *dir; /* the checkout */
	import_tell_fn *tell;
	/* Called for each file that is done, `of` being how many the checkout
	 * had at the beginning; NULL: nobody counts them. */
	void (*progress)(void *arg, size_t done, size_t of);
	void *arg;
	/* Counted, also up to a failure: */
	size_t users; /* folders with tasks */
	size_t added; /* files put into the store */
	size_t same;  /* files that the store had, with the same bytes */
	size_t kept;  /* files that the store had, with other bytes */
	size_t left;  /* entries that were not taken */
	size_t of;    /* all of these that there are, with `progress` */
};

/* Import the checkout; the counts must be 0 before. */
MUST_USE int import_run(
    struct app *app, struct import *import, struct err *err);

#endif
