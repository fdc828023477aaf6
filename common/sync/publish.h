/*
 * publish: what comes after a write of a task: the version (design.md 6),
 * the mark and the bell (design.md 7), and the check whether Git has the
 * bytes (http-api.md, "After a write").
 *
 * Calling sequence
 *
 *	...put or remove the task in the store
 *	if (publish_write(app, user, file, err) == -1)
 *		return -1;
 *	...then, to answer with what became of it in Git:
 *	struct publish_git git = PUBLISH_GIT_INIT;
 *	if (publish_wait(app, &write, until_ms, &git, err) == -1)
 *		return -1;
 *	...
 *	publish_git_release(&git);
 *
 * Error handling
 *
 * Both fail with the store's error (store.h).  The task is in the store by
 * then and stays there.  If publish_write fails, the version or the mark may
 * be missing, so the caller must not answer that the write is done.
 */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "app/app.h"
#include "week/ledger.h"

/*
 * After a write of the file put a new token and raise the generation, so that
 * no cache shows the old week, and mark the user in the same round if every
 * edit shall go to Git (GITHUB_SYNC_ON_OPERATION).  Call it after the task is
 * in the store and before the answer.
 */
MUST_USE int publish_write(
    struct app *app, const char *user, const char *file, struct err *err);

/* What a write has left behind. */
struct publish {
	const char *user;
	const char *file; /* bare name */
	const char *hash; /* of its bytes; "" if there is no file any more */
};

/* Where in Git exactly those bytes are: in a commit or a pull request. */
struct publish_git {
	bool pushed;                 /* on the branch, or in a pull request */
	char commit[LEDGER_SHA_MAX]; /* id of a commit that has them, or "" */
	char *url;      /* the pull request's page; NULL: not in one */
	int64_t number; /* its number; 0: not in one */
};
#define PUBLISH_GIT_INIT                                                       \
	{                                                                      \
		.url = NULL                                                    \
	}
void publish_git_release(struct publish_git *git);

/*
 * Ring the bell and wait for the run's result, at most until `until_ms` by the
 * monotonic clock, which all processes of a host share; a time that has passed
 * rings without waiting.  Fill git, which is PUBLISH_GIT_INIT before, from the
 * records in sync.json: these decide, whatever the worker answers.
 */
MUST_USE int publish_wait(struct app *app, const struct publish *write,
    int64_t until_ms, struct publish_git *git, struct err *err);

#endif
