/*
 * remote: read a user's folder in Git, `<base>/<User>/tasks/`, down the
 * trees of one commit, level by level (platforms.md, "GitHub REST"; GitHub,
 * docs.github.com/rest/git/trees).
 *
 * Calling sequence
 *
 *	struct remote remote = REMOTE_INIT;
 *	const struct remote_place place = {"ada", head.hex, known};
 *
 *	result = remote_read(app, github, &place, &remote, err);
 *	if (result == GITHUB_OK && !remote.same)
 *		file = remote_find(&remote, "0042-Title.md");
 *	...
 *	remote_release(&remote);
 *
 * Error handling: as in object.h; a remote_read that failed leaves an empty
 * remote.  A tree without entries under another id than the empty tree's is
 * GITHUB_TRUNCATED (reconcile.md 4): believing it would remove every file.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include "app/app.h"
#include "git/object.h"
#include "task/strays.h"
#include "week/ledger.h"

struct remote_file {
	char *file;                  /* a name that names_file_ok accepts */
	enum ledger_foreign foreign; /* what it is, if no plain file */
	struct object_id blob;       /* of a plain file; else "" */
	bool executable;             /* a plain file of mode 100755 */
	uint64_t size;               /* bytes of it */
};

struct remote {
	struct object_id head, root; /* the commit; its tree, "" unread */
	char *folder;              /* as Git writes it; NULL: no such folder */
	struct object_id tasks;    /* tree of tasks/; "" if there is none */
	bool same;                 /* it is the known one: files are not read */
	struct remote_file *files; /* sorted by name */
	size_t n, cap;
	struct strays strays; /* the other entries of tasks/ */
};

#define REMOTE_INIT                                                            \
	{                                                                      \
		.files = NULL                                                  \
	}
void remote_release(struct remote *remote);

/*
 * Read the user's folder at the commit `head`.  `known` is the id of tasks/
 * whose files the caller knows already, or "".  A missing folder is
 * GITHUB_OK with tasks.hex "".  Two folders that differ only in case are
 * GITHUB_CONFLICT; so is anything else than a folder in a folder's place,
 * which a push would replace.
 */
struct remote_place {
	const char *user, *head, *known;
};
MUST_USE enum github_result remote_read(const struct app *app,
    struct github *github, const struct remote_place *place,
    struct remote *remote, struct err *err);

/* Read the id of the tree of remote->head into remote->root, unless known. */
MUST_USE enum github_result remote_root(
    struct github *github, struct remote *remote, struct err *err);

/* Return the file's entry; NULL if there is none, or files are not read. */
const struct remote_file *remote_find(
    const struct remote *remote, const char *file);

/*
 * Append the path of a file from the root of the repository, with the user's
 * folder as Git writes it, or the user's name if Git has no such folder.
 */
void remote_path(struct buf *out, const struct app *app,
    const struct remote *remote, const char *user, const char *file);

#endif
