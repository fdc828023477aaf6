/*
 * new_file: make a file that has its name only once it is whole, where root
 * chooses the place and the programs' user knows the content.
 *
 * The bytes go into `<path>.part`, written by a process of its own: that may
 * become another user (origin.h), who may neither name nor remove a file in
 * root's folder.  INT, TERM and HUP end it, and what it has written goes.  A
 * `.part` that a killed call has left is replaced by the next call; while a call
 * writes it, another one for the same file is refused.
 *
 * Calling sequence
 *
 *	if (new_file_make(path, fill, &job, &status, &err) == -1)
 *		return cmdline_fail(name, &err);
 *	return status;
 *
 * Error handling: ERR_SETTING if the file cannot be made; one that is there
 * already stays as it is.  What `fill` meets it tells by itself.
 */
#ifndef NEW_FILE_H
#define NEW_FILE_H

#include "base/err.h"

/* A status of `fill`: there shall be no file. */
#define NEW_FILE_NONE 255

/* Write the content to fd; return the exit status of the command. */
typedef int new_file_fill(void *arg, int fd);

/* Make the file, for its owner alone.  *status is what `fill` has returned, 1
 * if there is no file. */
MUST_USE int new_file_make(const char *path, new_file_fill *fill, void *arg,
    int *status, struct err *err);

#endif
