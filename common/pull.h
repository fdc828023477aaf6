/*
 * pull: pull requests of the repository
 * (docs.github.com/rest/pulls/pulls).  How requests are sent and what the
 * results are stands in github.h; ids and branches are those of repo.h.
 */
#ifndef PULL_H
#define PULL_H

#include "repo.h"

struct pull {
	int64_t number;
	bool open, merged;
	struct repo_id head;  /* tip of its branch, as GitHub knows it */
	struct repo_id merge; /* the commit that merged it; "" if !merged */
	char *branch;         /* head branch */
	char *url;            /* of its page, for people */
};

#define PULL_INIT                                                              \
	{                                                                      \
		.branch = NULL                                                 \
	}

void pull_release(struct pull *pull);

struct pull_new {
	const char *title, *body;
	const char *branch; /* what is to be merged */
	const char *into;   /* and where */
};

/*
 * GITHUB_EXISTS: the branch has an open one.  GITHUB_INVALID: nothing to
 * merge, or a branch is missing.  GITHUB_UNKNOWN: list them.
 */
MUST_USE enum github_result pull_open(struct github *github,
    const struct pull_new *what, struct pull *out, struct err *err);

MUST_USE enum github_result pull_get(
    struct github *github, int64_t number, struct pull *out, struct err *err);

enum pull_state { PULL_OPEN, PULL_CLOSED, PULL_ALL };

struct pull_list {
	struct pull *pulls; /* the newest first */
	size_t n, cap;
};

#define PULL_LIST_INIT                                                         \
	{                                                                      \
		.pulls = NULL                                                  \
	}

/*
 * Those whose head is this branch of this repository, or, with NULL, any
 * branch of it; the newest hundred.
 */
MUST_USE enum github_result pull_find(struct github *github, const char *branch,
    enum pull_state state, struct pull_list *out, struct err *err);
void pull_list_release(struct pull_list *list);

#endif
