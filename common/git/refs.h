/*
 * refs: branches of the repository and where they stand
 * (docs.github.com/rest/git/refs, .../commits/commits).
 *
 *	result = refs_head(github, "main", &head, err);
 *	...
 *	result = refs_update(github, "main", commit.hex, err);
 *	if (result == GITHUB_NOT_FORWARD)
 *		start_over();
 *
 * A branch's name is Git's without "refs/heads/".  What is no such name, or
 * no id, is GITHUB_INVALID without a request.
 *
 * Error handling
 *
 * Every function returns GITHUB_OK and fills its outputs, or another result
 * with err set and outputs untouched (github.h).
 */
#ifndef REFS_H
#define REFS_H

#include "git/github.h"
#include "git/object.h"

/* Return true if this may be a branch's name; NULL is none. */
bool refs_name_ok(const char *branch);

/*
 * Ask for the commit that the branch is at.  GITHUB_ABSENT: no such branch,
 * no such repository, or no right to see it; GITHUB_CONFLICT: an empty
 * repository.
 */
MUST_USE enum github_result refs_head(struct github *github, const char *branch,
    struct object_id *out, struct err *err);

/*
 * The same, at no cost for the rate limit while the branch is at `known`:
 * ask with If-None-Match, to which GitHub answers with a free 304 (".../rest/
 * commits/commits", media type sha; ".../rest/using-the-rest-api/
 * best-practices").  If the branch is anywhere else, ask for the ref itself:
 * that page says nothing about how old its answer may be, so it only decides
 * whether there is something to ask.  Without a known id this is refs_head.
 */
MUST_USE enum github_result refs_poll(struct github *github, const char *branch,
    const char *known, struct object_id *out, struct err *err);

/*
 * Move the branch forward to a commit.  GITHUB_NOT_FORWARD: the branch is
 * not an ancestor of it, nothing has happened.  GITHUB_ABSENT: the branch is
 * gone.  GITHUB_PROTECTED: a rule of the repository forbids it.
 * GITHUB_INVALID: refused for another reason, which err tells in GitHub's
 * words.  GITHUB_UNKNOWN: look at the head, later.
 */
MUST_USE enum github_result refs_update(struct github *github,
    const char *branch, const char *commit, struct err *err);

/*
 * Make a branch.  GITHUB_EXISTS: there is one already, wherever it stands; or
 * a branch is in the way (refs_in_way), which may be GITHUB_INVALID, too.
 */
MUST_USE enum github_result refs_create(struct github *github,
    const char *branch, const char *commit, struct err *err);

/*
 * Find a branch in the way of this one: while `codex` exists, `codex/tasks`
 * cannot, and the other way round, since Git keeps branches as files in
 * folders.  GITHUB_OK: *out is its name.  GITHUB_ABSENT: none is.
 */
MUST_USE enum github_result refs_in_way(struct github *github,
    const char *branch, struct buf *out, struct err *err);

enum refs_order {
	REFS_IDENTICAL,
	REFS_AHEAD,     /* base is in the history of head */
	REFS_BEHIND,    /* head is in the history of base */
	REFS_DIVERGED,  /* each has what the other lacks */
	REFS_UNRELATED, /* 404: one is unknown to GitHub (no longer, or not
			 * yet), or they share no commit */
};

/*
 * Ask where `head` stands as seen from `base`; both are commits.
 * GITHUB_TEMPORARY, too, if GitHub knows both and says 404 all the same.
 */
MUST_USE enum github_result refs_compare(struct github *github,
    const char *base, const char *head, enum refs_order *out, struct err *err);

/* Append the branch to a path, encoded; -1 if it is no branch's name. */
MUST_USE int refs_add_branch(struct buf *path, const char *branch);

#endif
