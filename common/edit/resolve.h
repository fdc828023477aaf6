/*
 * resolve: a person decides a conflict (http-api.md, POST .../resolve).
 *
 * What stands in the mirror is theirs (Git's); mine is a copy in conflicts/
 * that the record names (reconcile.md 6).
 *
 *	theirs  the mirror stays as it is
 *	mine    the mirror's bytes go to the trash, the copy's take their
 *		place; that makes the file dirty, so Git will get them
 *
 * Then that conflict goes from the record, and the version is raised.  A try
 * that died in between is ended by the next one, and one whose answer was
 * lost finds that all is done: it succeeds and changes nothing.
 *
 * A file may be in several conflicts: each is resolved by itself, the newest
 * one unless the copy is named.  Who takes two of them as mine has the last
 * one in the mirror and the other one in the trash.  While others are left,
 * only a try that names its copy can be repeated: else it means the next one.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "edit/edit.h"

struct resolve {
	const char *user;
	const char *id;       /* a number or a stem */
	const char *if_match; /* or NULL: of what stands in the mirror */
	const char *copy;     /* hash of the copy; "" of the newest conflict */
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
