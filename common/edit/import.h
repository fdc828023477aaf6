/*
 * import: taking a checkout of a repository into the store.
 *
 * DIR/<base>/<User>/tasks/NNNN-Title.md become the mirrors of the users,
 * folder names in lower case.  What the store has with other bytes stays and
 * is told.  Nothing is ever overwritten, so an import can be repeated, also
 * after one that failed half-way.  Links are not followed, neither to files
 * nor to folders of users; only regular files of at most STORE_BLOB_MAX count.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "app/app.h"
#include "base/msg.h"

/* Told of what happened. */
typedef void import_tell_fn(void *arg, const struct msg *what);

struct import {
	const char *dir; /* the checkout */
	import_tell_fn *tell;
	void *arg;
	/* Counted: */
	size_t users; /* folders with tasks */
	size_t added, same, kept;
};

/* The counts stand also where it fails. */
MUST_USE int import_run(
    struct app *app, struct import *import, struct err *err);

#endif
