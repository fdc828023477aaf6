/*
 * pr: open, read and list pull requests of the repository
 * (docs.github.com/rest/pulls/pulls).  Ids are those of object.h, names of
 * branches those of refs.h.
 *
 * Calling sequence
 *
 *	const struct pr_new what = {title, body, "codex/ada/x", "main"};
 *	struct pr pull = PR_INIT;
 *
 *	result = pr_open(github, &what, &pull, err);
 *	if (result == GITHUB_EXISTS)
 *		result = pr_find(github, what.branch, PR_OPEN, &list, err);
 *	...
 *	pr_release(&pull);
 *
 * Error handling
 *
 * Every function returns GITHUB_OK and fills its outputs, or another result
 * with err set (ERR_BUSY) and outputs untouched (github.h).  A branch that
 * is no branch's name is GITHUB_INVALID without a request.
 */
#ifndef PR_H
#define PR_H

#include "git/github.h"
#include "git/object.h"

struct pr {
	int64_t number;         /* GitHub's, from 1 */
	bool open, merged;      /* neither: closed without a merge */
	struct object_id head;  /* tip of its branch, as GitHub knows it */
	struct object_id merge; /* the commit that merged it; "" if !merged */
	char *branch;           /* head branch */
	char *url;              /* of its page, for people */
};

#define PR_INIT                                                                \
	{                                                                      \
		.branch = NULL                                                 \
	}

/* Free what pull holds and leave it empty. */
void pr_release(struct pr *pull);

struct pr_new {
	const char *title, *body; /* body: Markdown, or NULL */
	const char *branch;       /* the branch that is to be merged */
	const char *into;         /* the branch that it is merged into */
};

/*
 * Open a pull request.  GITHUB_EXISTS: the branch has an open one.
 * GITHUB_INVALID: nothing to merge, or a branch is missing.  GITHUB_UNKNOWN:
 * no answer came, so look for it with pr_find before another try.
 */
MUST_USE enum github_result pr_open(struct github *github,
    const struct pr_new *what, struct pr *out, struct err *err);

/* Read one pull request, open or not.  GITHUB_ABSENT: no such number. */
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
 * List the pull requests whose head is this branch of this repository, or,
 * with NULL, any branch of it, but none of a fork; the newest hundred.
 */
MUST_USE enum github_result pr_find(struct github *github, const char *branch,
    enum pr_state state, struct pr_list *out, struct err *err);
/* Free what list holds and leave it empty. */
void pr_list_release(struct pr_list *list);

#endif
