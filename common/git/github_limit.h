/*
 * github_limit: keep the time before which GitHub wants no request with a
 * token in a file of the run folder, so that a worker that starts again knows
 * it, too (github.h, "Limits"; reconcile.md, "Limits of GitHub").
 *
 * The file is `<run>/limit-<hash of the token>` and holds two numbers of 20
 * digits, milliseconds since 1970: when it was written, and until when nothing
 * is to be sent.
 *
 * Calling sequence
 *
 *	struct github_limit limit;
 *
 *	if (github_limit_open(&limit, run, token, github, err) == -1)
 *		return -1;
 *	...after each request:
 *	if (github_limit_keep(&limit, github) == -1)
 *		log_warn("limit: %s", strerror(errno));
 *	...
 *	github_limit_close(&limit);
 *
 * Error handling: github_limit_open fails with ERR_SETTING, and limit->fd is
 * -1 then.  A limit that could not be kept holds for this process only.
 */
#ifndef GITHUB_LIMIT_H
#define GITHUB_LIMIT_H

#include "git/github.h"

struct github_limit {
	int fd;           /* of the file; -1: closed */
	int64_t until_ms; /* what the file says */
};

/*
 * Open or create the file, and set the limit that it holds in github.  One
 * that is longer than GITHUB_WAIT_MAX_MS, or was written at a time to come
 * (span.h), counts as none.
 */
MUST_USE int github_limit_open(struct github_limit *limit, const char *run,
    const char *token, struct github *github, struct err *err);

/*
 * Write github's limit into the file if it is another one than there.
 * Return -1 with errno if that failed.
 */
MUST_USE int github_limit_keep(
    struct github_limit *limit, const struct github *github);

/* Close the file, if it is open. */
void github_limit_close(struct github_limit *limit);

#endif
