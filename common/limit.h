/*
 * limit: until when GitHub wants to hear nothing from a token, kept in a file
 * of the run folder, so that a program that starts again knows it, too
 * (github.h, "Limits").
 *
 * The file is `<run>/limit-<hash of the token>` and holds one number,
 * milliseconds since 1970, always of the same width.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include "github.h"

struct limit {
	int fd;
	int64_t until_ms; /* what the file says */
};

/* Opens the file and tells the limit to github. */
MUST_USE int limit_open(struct limit *limit, const char *run, const char *token,
    struct github *github, struct err *err);

/* Keeps github's limit if it has been raised; -1 with errno. */
MUST_USE int limit_keep(struct limit *limit, const struct github *github);

void limit_close(struct limit *limit);

#endif
