/*
 * pr: pull requests of the repository
 * (docs.github.com/rest/pulls/pulls).  How requests are sent and what the
 * results are stands in github.h; ids are those of object.h, branches those of refs.h.
 */
#ifndef PR_H
#define PR_H

#include "git/github.h"
#include "git/object.h"

struct pr {
	int64_t number;
	bool open, merged;
	struct object_id head;  /* tip of its branch, as GitHub knows it */
	struct object_id merge; /* the commit that merged it; "" if !merged */
	char *branch;           /* head branch */
	char *url;              /* of its page, for people */
};

#define PR_INIT                                                                \
	{                                                                      \
		.branch = NULL                                                 \
	}

void pr_release(struct pr *pull);

struct pr_new {
	const char *title, *body;
	const char *branch; /* what is to be merged */
	const char *into;   /* and where */
};

/*
 * GITHUB_EXISTS: the branch has an open one.  GITHUB_INVALID: nothing to
 * merge, or a branch is missing.  GITHUB_UNKNOWN: list them.
 */
MUST_USE enum github_result pr_open(struct github *github,
    const struct pr_new *what, struct pr *out, struct err *err);

MUST_USE enum github_result pr_get(
    struct github *github, int64_t number, struct pr *out, struct err *err);

enum pr_state { PR_OPEN, PR_CLOSED, PR_ALL };

struct pr_list {
	struct pr *pulls; /* the newest first */
	size_t n, cap;
};

#define PR_LIST_INIT                                                           \
	{                                                                      \
		.pulls = NULL                                                  \
	}

/*
 * Those whose head is this branch of this repository, or, with NULL, any
 * branch of it; the newest hundred.
 */
MUST_USE enum github_result pr_find(struct github *github, const char *branch,
    enum pr_state state, struct pr_list *out, struct err *err);
void pr_list_release(struct pr_list *list);

#endif
