/*
 * resolve: a person decides a conflict (API.md, POST .../resolve).
 *
 * What stands in the mirror is theirs (Git's); mine is the copy in
 * conflicts/ that the record names (RECONCILE 6).
 *
 *	theirs  the mirror stays as it is
 *	mine    the mirror's bytes go to the trash, the copy's take their
 *		place; that makes the file dirty, so Git will get them
 *
 * Then the record's conflict goes, and the version is raised.  A try that
 * died in between is ended by the next one, and one whose answer was lost
 * finds that all is done: it succeeds and changes nothing.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "edit.h"

struct resolve {
	const char *user;
	const char *id;       /* a number or a stem */
	const char *if_match; /* or NULL: of what stands in the mirror */
	bool mine;
};

/*
 * The result is that of edit.h; its etag is "" where the file has gone.
 * ERR_NOT_FOUND; ERR_AMBIGUOUS; ERR_MODIFIED; ERR_SETTLED, too, if it
 * was resolved the other way.
 */
MUST_USE int resolve_conflict(struct app *app, const struct resolve *resolve,
    struct edit_result *result, struct err *err);

#endif
