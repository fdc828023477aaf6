/*
 * follow: what comes after a write, from wherever (DESIGN 6 and 7): version,
 * mark, bell, and the look whether Git has it.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "app.h"
#include "sync.h"

/*
 * The task is in the store: puts a new token, raises the generation, and
 * marks the user if every edit shall go to Git (GITHUB_SYNC_ON_OPERATION).
 * In this order; then it may be answered.
 */
MUST_USE int follow_write(struct app *app, const char *user, struct err *err);

/* Rings for who was marked by that.  Waits for nobody. */
void follow_ring(const struct app *app, const char *user);

/* What a write has left behind. */
struct follow {
	const char *user;
	const char *file; /* bare name */
	const char *hash; /* of its bytes; "" if there is no file any more */
};

/* Where in Git exactly those bytes are. */
struct follow_git {
	bool pushed;               /* on the branch, or in a pull request */
	char commit[SYNC_SHA_MAX]; /* one that has them; */
	char *url;                 /* or the pull request's page */
	int64_t number;            /* and number */
};
#define FOLLOW_GIT_INIT                                                        \
	{                                                                      \
		.url = NULL                                                    \
	}
void follow_git_release(struct follow_git *git);

/*
 * Rings and waits for the result until `until_ms`, at most.  Whatever the
 * worker says, the records decide.
 */
MUST_USE int follow_wait(struct app *app, const struct follow *write,
    int64_t until_ms, struct follow_git *git, struct err *err);

#endif
