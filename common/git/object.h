/*
 * object: what is in the repository: commits, trees and blobs by their ids
 * (docs.github.com/rest/git).
 *
 * Calling sequence: a head (refs.h), its commit, from there tree by tree,
 * then blobs.
 *
 *	result = object_get_commit(github, head.hex, &commit, err);
 *	if (result == GITHUB_OK)
 *		result = object_get_tree(github, commit.tree.hex, &tree, err);
 *	...
 *	object_tree_release(&tree);
 *	object_commit_release(&commit);
 *
 * The contents API is not used: it cuts a folder silently at 1000 entries
 * (docs.github.com/rest/repos/contents), where a tree says so.
 *
 * Ids are those of object_id.h.  The bytes of a blob, and the entries of a
 * tree, are held against the id that was asked for; commits must name it.  What
 * is no id is GITHUB_INVALID without a request.  An object never changes: what
 * was once read need not be read again.
 *
 * Error handling
 *
 * Every function returns GITHUB_OK and fills its outputs, or another result
 * with err set and outputs untouched (github.h).
 */
#ifndef OBJECT_H
#define OBJECT_H

#include "base/json.h"
#include "git/github.h"
#include "git/object_id.h"

#define OBJECT_BLOB_MAX ((size_t)1 << 20) /* bytes of a blob that we fetch */

/* Read a member that is an id; false if it is none. */
MUST_USE bool object_read_id(
    struct json_object *json, const char *key, struct object_id *out);
/*
 * Run a call whose answer is an object with a "sha", which becomes out:
 * within the member `inner`, or, with NULL, at the top.
 */
MUST_USE enum github_result object_run_for_id(struct github *github,
    struct github_call *call, const char *inner, struct object_id *out,
    struct err *err);

/* Commits. */

struct object_commit {
	struct object_id tree;
	struct object_id *parents;
	size_t n_parents;
};

#define OBJECT_COMMIT_INIT                                                     \
	{                                                                      \
		.parents = NULL                                                \
	}
void object_commit_release(struct object_commit *commit);

MUST_USE enum github_result object_get_commit(struct github *github,
    const char *id, struct object_commit *out, struct err *err);

/* Trees. */

enum object_kind { OBJECT_BLOB, OBJECT_TREE, OBJECT_COMMIT };

struct object_entry {
	char *name;    /* one segment: no '/' */
	unsigned mode; /* 0100644, 0100755, 0120000 (link), 040000, 0160000 */
	enum object_kind kind; /* OBJECT_COMMIT: a submodule */
	struct object_id id;
	uint64_t size; /* bytes; of blobs */
};

struct object_tree {
	struct object_entry *entries;
	size_t n, cap;
	/* A name is not UTF-8 in Git: those with U+FFFD may be of other bytes,
	 * and several may be written alike. */
	bool has_lost_names;
};

#define OBJECT_TREE_INIT                                                       \
	{                                                                      \
		.entries = NULL                                                \
	}
void object_tree_release(struct object_tree *tree);

/* Return true if the name has U+FFFD, which JSON has for bytes that are no
 * UTF-8. */
bool object_name_is_lost(const struct object_entry *entry);

/* Return the id that Git gives to a tree of these entries, which it sorts; "" if
 * it cannot be told. */
struct object_id object_tree_id(struct object_tree *tree);

/*
 * Ask for one level of a tree, whole or not at all: GITHUB_TRUNCATED if
 * GitHub left something out.  Entries that do not have the id together are
 * asked for again, and GITHUB_DAMAGED after all tries.
 */
MUST_USE enum github_result object_get_tree(struct github *github,
    const char *id, struct object_tree *out, struct err *err);
/*
 * Read GitHub's answer for the tree `id`.  Return GITHUB_OK, GITHUB_TRUNCATED,
 * GITHUB_DAMAGED if the entries are not those of the id, or GITHUB_BROKEN if it
 * is no tree; in the last two *why says so (static, English).
 *
 * Two lists are taken unproved: one without entries, which the caller must not
 * believe under any id but the empty tree's, and one with a name that is not
 * UTF-8 in Git, as JSON has U+FFFD in the place of its bytes (has_lost_names).
 */
MUST_USE enum github_result object_parse_tree(struct json_object *json,
    const char *id, struct object_tree *out, const char **why);

/* Blobs. */

/* One blob to be fetched: fill id, take the rest. */
struct object_blob {
	struct object_id id;
	uint64_t size; /* bytes, as far as is known; for object_bulk.h */
	enum github_result result;
	struct buf bytes; /* with GITHUB_OK */
};

/*
 * Fetch all of them, at most GITHUB_IN_FLIGHT at once, and each id once even
 * if it stands there twice.  Return GITHUB_OK if all came, else the first
 * result that is another; the blobs that came are there all the same.  A
 * blob over OBJECT_BLOB_MAX is GITHUB_TOO_LARGE.  An answer that is JSON with
 * the bytes in base64 is decoded.  One that does not have the bytes of the id,
 * whole or not, is asked for again, and GITHUB_DAMAGED after all tries.
 */
MUST_USE enum github_result object_get_blobs(struct github *github,
    struct object_blob *blobs, size_t n, struct err *err);
void object_blobs_release(struct object_blob *blobs, size_t n);

#endif
