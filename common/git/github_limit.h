/*
 * github_limit: until when GitHub wants to hear nothing from a token, kept in a file
 * of the run folder, so that a program that starts again knows it, too
 * (github.h, "Limits").
 *
 * The file is `<run>/limit-<hash of the token>` and holds one number,
 * milliseconds since 1970, always of the same width.
 */
#ifndef GITHUB_LIMIT_H
#define GITHUB_LIMIT_H

#include "git/github.h"

struct github_limit {
	int fd;
	int64_t until_ms; /* what the file says */
};

/* Opens the file and tells the limit to github. */
MUST_USE int github_limit_open(struct github_limit *limit, const char *run,
    const char *token, struct github *github, struct err *err);

/* Keeps github's limit if it has been raised; -1 with errno. */
MUST_USE int github_limit_keep(
    struct github_limit *limit, const struct github *github);

void github_limit_close(struct github_limit *limit);

#endif
