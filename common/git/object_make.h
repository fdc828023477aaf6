/*
 * object_make: new blobs, trees and commits of the repository
 * (docs.github.com/rest/git/blobs, .../trees, .../commits).
 *
 * Calling sequence: a tree with the changed files, a commit of it, and only
 * then a branch that shows it (refs_update, the compare-and-swap).
 *
 *	result = object_make_tree(github, base, changes, n, &tree, err);
 *	if (result == GITHUB_OK) {
 *		commit.tree = tree.hex;
 *		result = object_make_commit(github, &commit, &id, err);
 *	}
 *
 * Until a branch has it, nobody sees an object: a run that stops half-way
 * leaves nothing behind that would have to be undone.  An object's id follows
 * from its content, so that each of these may be sent twice (github.h).
 *
 * Error handling: as in object.h.
 */
#ifndef OBJECT_MAKE_H
#define OBJECT_MAKE_H

#include "git/object.h"

MUST_USE enum github_result object_make_blob(struct github *github,
    const void *bytes, size_t len, struct object_id *out, struct err *err);

/* One file of a new tree. */
struct object_change {
	const char *path; /* from the root of the repository, UTF-8 */
	unsigned mode;    /* 0 stands for 0100644 */
	bool gone;        /* remove it: the rest does not count */
	const char *id;   /* an object that GitHub has; or NULL, then: */
	const void *bytes;
	size_t len;
};

/*
 * Make the tree that `base` (the id of a tree, or NULL for none) becomes
 * with the changes, in one request that carries their contents.  Only bytes
 * that are not UTF-8 are sent as blobs before.  Removing a path that `base`
 * lacks is GITHUB_INVALID.
 */
MUST_USE enum github_result object_make_tree(struct github *github,
    const char *base, const struct object_change *changes, size_t n,
    struct object_id *out, struct err *err);

struct object_person {
	const char *name, *email; /* UTF-8, not empty */
};

struct object_new_commit {
	const char *message;
	const char *tree;
	const char *const *parents;
	size_t n_parents;
	struct object_person author;
	/* Without a name: the person whom the token belongs to. */
	struct object_person committer;
	/*
	 * Milliseconds since 1970, cut to the second.  Part of the commit, so
	 * that a second try makes the same one.
	 */
	int64_t when;
};

/* Make a commit that no branch has yet. */
MUST_USE enum github_result object_make_commit(struct github *github,
    const struct object_new_commit *commit, struct object_id *out,
    struct err *err);

#endif
