/*
 * remote: a user's folder in Git, `<base>/<User>/tasks/`, read down the
 * trees of one commit, level by level (platforms.md, "GitHub REST").
 */
#ifndef REMOTE_H
#define REMOTE_H

#include "app/app.h"
#include "git/object.h"

struct remote_file {
	char *file; /* a name that names_file_ok accepts */
	struct object_id blob;
};

struct remote {
	struct object_id head, root; /* commit, and its tree */
	char *folder;              /* as Git writes it; NULL: no such folder */
	struct object_id tasks;    /* tree of tasks/; "" if there is none */
	bool same;                 /* it is the known one: files are not read */
	struct remote_file *files; /* sorted by name */
	size_t n, cap;
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
 * GITHUB_CONFLICT.
 */
struct remote_place {
	const char *user, *head, *known;
};
MUST_USE enum github_result remote_read(const struct app *app,
    struct github *github, const struct remote_place *place,
    struct remote *remote, struct err *err);

/* Read the tree of remote->head into remote->root, unless it is known. */
MUST_USE enum github_result remote_root(
    struct github *github, struct remote *remote, struct err *err);

/* Return the file's entry, NULL if there is none. */
const struct remote_file *remote_find(
    const struct remote *remote, const char *file);

/* Append the path of a file in the repository. */
void remote_path(struct buf *out, const struct app *app,
    const struct remote *remote, const char *user, const char *file);

#endif
