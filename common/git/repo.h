/*
 * repo: the Git database of the repository through GitHub's REST interface
 * (docs.github.com/rest/git): refs, commits, trees, blobs.
 *
 * How requests are sent, tried again and held back stands in github.h; so do
 * the results.  Every function returns GITHUB_OK and fills its outputs, or
 * another result with err set and outputs untouched.
 *
 *	result = repo_head(github, "main", &head, err);
 *	if (result == GITHUB_OK)
 *		result = repo_commit(github, head.hex, &commit, err);
 *	if (result == GITHUB_OK)
 *		result = repo_tree(github, commit.tree.hex, &tree, err);
 *
 * Ids are SHA-1 in 40 lower-case hex digits.  We do not compute them (GitHub
 * does), so an id in an answer is believed.  Branch names are those of Git
 * without "refs/heads/"; anything that is no such name, or no id, is
 * GITHUB_INVALID without a request.
 */
#ifndef REPO_H
#define REPO_H

#include "base/json.h"
#include "git/github.h"

#define REPO_ID_LEN   40
#define REPO_BLOB_MAX ((size_t)1 << 20) /* bytes of a blob that we fetch */

struct repo_id {
	char hex[REPO_ID_LEN + 1];
};

/* False for NULL, too. */
bool repo_id_ok(const char *hex);

/* Refs. */

/*
 * The commit that the branch is at.  GITHUB_ABSENT: no such branch, no such
 * repository, or no right to see it; GITHUB_CONFLICT: an empty repository.
 */
MUST_USE enum github_result repo_head(struct github *github, const char *branch,
    struct repo_id *out, struct err *err);

/*
 * The same, at no cost for the limit if the branch is still at `known` (or
 * NULL): then GITHUB_UNCHANGED, which sets no err.
 */
MUST_USE enum github_result repo_poll(struct github *github, const char *branch,
    const char *known, struct repo_id *out, struct err *err);

/*
 * Moves the branch forward to a commit.  GITHUB_NOT_FORWARD: the branch is
 * not an ancestor of it, nothing has happened.  GITHUB_ABSENT: the branch is
 * gone.  GITHUB_INVALID: refused for another reason (a protected branch).
 * GITHUB_UNKNOWN: look at the head, later.
 */
MUST_USE enum github_result repo_move(struct github *github, const char *branch,
    const char *commit, struct err *err);

/* GITHUB_EXISTS if the branch is there already, wherever it is. */
MUST_USE enum github_result repo_make_branch(struct github *github,
    const char *branch, const char *commit, struct err *err);
/* GITHUB_ABSENT if it is gone already. */
MUST_USE enum github_result repo_drop_branch(
    struct github *github, const char *branch, struct err *err);

/* What there is. */

struct repo_commit {
	struct repo_id tree;
	struct repo_id *parents;
	size_t n_parents;
};

#define REPO_COMMIT_INIT                                                       \
	{                                                                      \
		.parents = NULL                                                \
	}

MUST_USE enum github_result repo_commit(struct github *github, const char *id,
    struct repo_commit *out, struct err *err);
void repo_commit_release(struct repo_commit *commit);

enum repo_kind { REPO_BLOB, REPO_TREE, REPO_COMMIT };

struct repo_entry {
	char *name;    /* one segment: no '/' */
	unsigned mode; /* 0100644, 0100755, 0120000 (link), 040000, 0160000 */
	enum repo_kind kind; /* REPO_COMMIT: a submodule */
	struct repo_id id;
	uint64_t size; /* bytes; of blobs */
};

struct repo_tree {
	struct repo_entry *entries;
	size_t n, cap;
};

#define REPO_TREE_INIT                                                         \
	{                                                                      \
		.entries = NULL                                                \
	}

/*
 * One level of a tree, whole or not at all: GITHUB_TRUNCATED if GitHub left
 * something out.
 */
MUST_USE enum github_result repo_tree(struct github *github, const char *id,
    struct repo_tree *out, struct err *err);
void repo_tree_release(struct repo_tree *tree);
/*
 * GitHub's answer for the tree `id` as JSON: fills out, or GITHUB_TRUNCATED,
 * or GITHUB_BROKEN where it is none, and *why says so (static, English).
 */
MUST_USE enum github_result repo_read_tree(struct json_object *json,
    const char *id, struct repo_tree *out, const char **why);
/* NULL if there is no entry of this name. */
const struct repo_entry *repo_tree_find(
    const struct repo_tree *tree, const char *name);

enum repo_order {
	REPO_IDENTICAL,
	REPO_AHEAD,     /* base is in the history of head */
	REPO_BEHIND,    /* head is in the history of base */
	REPO_DIVERGED,  /* each has what the other lacks */
	REPO_UNRELATED, /* 404: one is unknown to GitHub (no longer, or not
			 * yet), or they share no commit */
};

/* Where `head` stands as seen from `base`; both are commits. */
MUST_USE enum github_result repo_compare(struct github *github,
    const char *base, const char *head, enum repo_order *out, struct err *err);

/* One blob to be fetched: fill id, take the rest. */
struct repo_blob {
	struct repo_id id;
	enum github_result result;
	struct buf bytes; /* with GITHUB_OK */
};

/*
 * Fetches all of them, at most GITHUB_IN_FLIGHT at once, and each id once
 * even if it stands there twice.  Returns GITHUB_OK if all came, else the
 * first result that is none; what came stands.  A blob over REPO_BLOB_MAX is
 * GITHUB_TOO_LARGE.
 */
MUST_USE enum github_result repo_blobs(
    struct github *github, struct repo_blob *blobs, size_t n, struct err *err);
void repo_blobs_release(struct repo_blob *blobs, size_t n);

/* What is new. */

MUST_USE enum github_result repo_make_blob(struct github *github,
    const void *bytes, size_t len, struct repo_id *out, struct err *err);

/* One file of a new tree. */
struct repo_change {
	const char *path; /* from the root of the repository, UTF-8 */
	unsigned mode;    /* 0 stands for 0100644 */
	bool gone;        /* remove it: the rest does not count */
	const char *id;   /* an object that GitHub has; or NULL, then: */
	const void *bytes;
	size_t len;
};

/*
 * Makes the tree that `base` (the id of a tree, or NULL for none) becomes
 * with the changes, with one request: contents go along in it.  Only bytes
 * that are not UTF-8 are sent as blobs before.  Removing a path that `base`
 * lacks is GITHUB_INVALID.
 */
MUST_USE enum github_result repo_make_tree(struct github *github,
    const char *base, const struct repo_change *changes, size_t n,
    struct repo_id *out, struct err *err);

struct repo_person {
	const char *name, *email; /* UTF-8, not empty */
};

struct repo_new_commit {
	const char *message;
	const char *tree;
	const char *const *parents;
	size_t n_parents;
	struct repo_person author;
	/* Without a name: whoever the token belongs to. */
	struct repo_person committer;
	/*
	 * Milliseconds since 1970, cut to the second.  Part of the commit, so
	 * that a second try makes the same one.
	 */
	int64_t when;
};

/* Makes a commit that no branch has yet. */
MUST_USE enum github_result repo_make_commit(struct github *github,
    const struct repo_new_commit *commit, struct repo_id *out, struct err *err);

/* For pr.c: appends the branch for a path, or -1 if it is no branch. */
MUST_USE int repo_add_branch(struct buf *path, const char *branch);
/*
 * For pr.c: the answer as JSON, which the caller puts; NULL if the call
 * failed or the answer is no JSON, then call->result says why.
 */
struct json_object *repo_answer(struct github_call *call);
/* For pr.c: a member that is an id; false if it is none. */
MUST_USE bool repo_read_id(
    struct json_object *json, const char *key, struct repo_id *out);
/* For pr.c: an answer that is not what it must be. */
void repo_spoil(struct github_call *call, const char *why);

#endif
