/*
 * fsck_user: check what is stored of one user: the records of sync.json, the
 * mirror against them and against the branch's tree by Git's ids, numbers, and
 * copies of conflicts that no record names.
 *
 * Repairing loses nothing: a file that is not what its record says counts as an
 * edit from then on, a folder in Git is read anew by the next run, which is
 * marked; a copy that nobody names goes to the trash; what was written since it
 * was looked at stays.
 *
 * Error handling: what is wrong is a finding, one that was mended a note; a
 * fault of the store is a finding, too.
 */
#ifndef FSCK_USER_H
#define FSCK_USER_H

#include "app/app.h"
#include "base/findings.h"
#include "git/github.h"

struct fsck {
	struct app *app;
	struct github *github; /* NULL: Git is not asked */
	const char *head;      /* of the branch, with github */
	bool repair;
	struct findings *found;
};

void fsck_user(const struct fsck *fsck, const char *user);

/* Append a finding about `what`, whose message has that as its value; a note
 * that says so if it was mended. */
void fsck_user_tell(const struct fsck *fsck, const char *code, const char *what,
    enum msg_id id, bool mended);

/*
 * Append the same of a blob that can go, and to repair remove it if it still has
 * that ETag.  If it has not, it is none that can go: append nothing.
 */
void fsck_user_tell_waste(const struct fsck *fsck, const char *code,
    const char *key, const char *etag, enum msg_id id);

#endif
