/*
 * resolve: decide a conflict as a person has chosen (http-api.md, "POST
 * /api/tasks/{id}/resolve").
 *
 * The mirror has "theirs" (Git's bytes); "mine" is a copy in conflicts/ that
 * the record names (reconcile.md 6).
 *
 *	theirs  the mirror stays as it is
 *	mine    the mirror's bytes go to the trash, the copy's take their
 *		place; that makes the file dirty, so Git will get them
 *
 * Then the conflict is removed from the record, and the version is raised.  If
 * a request dies in between, the same request again finishes its work; if only
 * its answer was lost, the same request succeeds and changes nothing.
 *
 * A file may be in several conflicts: each is resolved by itself, the newest
 * one unless the copy is named.  If two of them are resolved as mine, the
 * mirror has the copy of the second, and the trash that of the first.  While
 * other conflicts are left, repeat only a request that names its copy: one
 * that does not means the next conflict then.
 *
 * Error handling: -1 with the codes below, ERR_CONTENDED if other writers
 * were faster eight times, or the store's error; then some of the steps above
 * may be done, and the same request again does the others.
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
 * Resolve the conflict and fill result (edit.h); its etag is "" if the mirror
 * has no such file.  ERR_NOT_FOUND and ERR_AMBIGUOUS as edit_find, and
 * ERR_NOT_FOUND if the copy is gone; ERR_MODIFIED if if_match does not match;
 * ERR_SETTLED if there is no such conflict, or it was resolved the other way.
 */
MUST_USE int resolve_conflict(struct app *app, const struct resolve *resolve,
    struct edit_result *result, struct err *err);

#endif
