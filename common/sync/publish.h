/*
 * publish: what comes after a write, from wherever (design.md 6 and 7):
 * version, mark, bell, and the look whether Git has it.
 */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "app/app.h"
#include "week/ledger.h"

/*
 * The task is in the store: puts a new token, raises the generation, and
 * marks the user if every edit shall go to Git (GITHUB_SYNC_ON_OPERATION).
 * In this order; then it may be answered.
 */
MUST_USE int publish_write(struct app *app, const char *user, struct err *err);

/* What a write has left behind. */
struct publish {
	const char *user;
	const char *file; /* bare name */
	const char *hash; /* of its bytes; "" if there is no file any more */
};

/* Where in Git exactly those bytes are. */
struct publish_git {
	bool pushed;                 /* on the branch, or in a pull request */
	char commit[LEDGER_SHA_MAX]; /* one that has them; */
	char *url;                   /* or the pull request's page */
	int64_t number;              /* and number */
};
#define PUBLISH_GIT_INIT                                                       \
	{                                                                      \
		.url = NULL                                                    \
	}
void publish_git_release(struct publish_git *git);

/*
 * Rings and waits for the result until `until_ms`, at most.  Whatever the
 * worker says, the records decide.
 */
MUST_USE int publish_wait(struct app *app, const struct publish *write,
    int64_t until_ms, struct publish_git *git, struct err *err);

#endif
