#include "run/remote.h"

#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "store/names.h"

#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

void
remote_release(struct remote *remote)
{
	size_t i;

	for (i = 0; i < remote->n; i++)
		free(remote->files[i].file);
	free(remote->files);
	strays_release(&remote->strays);
	free(remote->folder);
	memset(remote, 0, sizeof *remote);
}

static int
compare_files(const void *a, const void *b)
{
	const struct remote_file *x = a, *y = b;

	return strcmp(x->file, y->file);
}

/*
 * An entry whose name is lost cannot be pushed to: its path is not known.  A
 * push would make a second file, and GitHub would name both alike.
 */
static enum ledger_foreign
find_foreign(const struct object_tree *tree, const struct object_entry *entry)
{
	if (tree->has_lost_names && object_name_is_lost(entry))
		return LEDGER_LOST;
	switch (entry->kind) {
	case OBJECT_TREE:
		return LEDGER_FOLDER;
	case OBJECT_COMMIT:
		return LEDGER_SUBMODULE;
	case OBJECT_BLOB:
		break;
	}
	return entry->mode == 0120000 ? LEDGER_LINK : LEDGER_PLAIN;
}

static void
take_files(struct remote *remote, const struct object_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->n; i++) {
		const struct object_entry *entry = &tree->entries[i];
		struct remote_file *f;

		if (!names_file_ok(entry->name)) {
			strays_add(&remote->strays, entry->name);
			continue;
		}
		STD_GROW(remote->files, remote->n, remote->cap);
		f = &remote->files[remote->n++];
		memset(f, 0, sizeof *f);
		f->file = std_strdup(entry->name);
		f->foreign = find_foreign(tree, entry);
		if (f->foreign == LEDGER_LOST)
			strays_add_odd(&remote->strays, entry->name);
		else if (f->foreign != LEDGER_PLAIN)
			remote->strays.others++;
		if (f->foreign != LEDGER_PLAIN)
			continue;
		f->blob = entry->id;
		f->executable = entry->mode == 0100755;
		f->size = entry->size;
	}
	/* remote_find needs them by name. */
	if (remote->n > 0)
		qsort(remote->files, remote->n, sizeof *remote->files,
		    compare_files);
}

/*
 * Read one level of a tree.  Git keeps no empty folders, so an answer without
 * entries under any id but the empty tree's must not be believed:
 * GITHUB_TRUNCATED.
 */
static enum github_result
read_level(struct github *github, const struct object_id *id,
    struct object_tree *tree, struct err *err)
{
	enum github_result result = object_get_tree(github, id->hex, tree, err);

	if (result != GITHUB_OK || tree->n > 0 ||
	    strcmp(id->hex, EMPTY_TREE) == 0)
		return result;
	err_set(err, ERR_BUSY, MSG_SYNC_FOLDER_EMPTY);
	return GITHUB_TRUNCATED;
}

/* Refuse a folder's place that has something else. */
static enum github_result
refuse_place(const char *name, struct err *err)
{
	err_set(err, ERR_AMBIGUOUS, MSG_SYNC_NO_FOLDER);
	err_value(err, "%s", name);
	return GITHUB_CONFLICT;
}

/*
 * Replace *at by the tree of its folder of that name.  *found is false, and
 * *at as it was, if nothing has the name.
 */
static enum github_result
step_down(struct github *github, struct object_id *at, const char *name,
    size_t len, bool *found, struct err *err)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	enum github_result result = read_level(github, at, &tree, err);
	size_t i;

	*found = false;
	for (i = 0; result == GITHUB_OK && i < tree.n; i++) {
		const struct object_entry *e = &tree.entries[i];

		if (strlen(e->name) != len || strncmp(e->name, name, len) != 0)
			continue;
		if (e->kind != OBJECT_TREE) {
			result = refuse_place(e->name, err);
			break;
		}
		*at = e->id;
		*found = true;
	}
	object_tree_release(&tree);
	return result;
}

/*
 * Find the user's folder, in whatever case it is written: set *at to its
 * tree and remote->folder to its name.  Two of them are GITHUB_CONFLICT,
 * since a run could not know which of them to push to; so is something else
 * of that name where there is no folder.
 */
static enum github_result
find_user(struct github *github, struct object_id *at, const char *user,
    struct remote *remote, struct err *err)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	enum github_result result = read_level(github, at, &tree, err);
	const char *other = NULL;
	size_t i;

	for (i = 0; result == GITHUB_OK && i < tree.n; i++) {
		const struct object_entry *e = &tree.entries[i];

		if (strcasecmp(e->name, user) != 0)
			continue;
		if (e->kind != OBJECT_TREE) {
			other = e->name;
			continue;
		}
		if (remote->folder != NULL) {
			err_set(err, ERR_AMBIGUOUS, MSG_SYNC_FOLDER_TWICE);
			result = GITHUB_CONFLICT;
			break;
		}
		remote->folder = std_strdup(e->name);
		*at = e->id;
	}
	if (result == GITHUB_OK && remote->folder == NULL && other != NULL)
		result = refuse_place(other, err);
	object_tree_release(&tree);
	return result;
}

/* Read the files of tasks/, unless it is the tree that the caller knows. */
static enum github_result
read_tasks(struct github *github, const struct object_id *at, const char *known,
    struct remote *remote, struct err *err)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	enum github_result result = GITHUB_OK;

	remote->tasks = *at;
	remote->same = strcmp(at->hex, known) == 0;
	if (remote->same)
		return GITHUB_OK;
	result = read_level(github, at, &tree, err);
	if (result == GITHUB_OK)
		take_files(remote, &tree);
	object_tree_release(&tree);
	return result;
}

/*
 * Walk down the segments of the base path, then to the user's folder, then to
 * tasks/.  If one is missing, return GITHUB_OK with remote->tasks "".
 */
static enum github_result
walk_down(const struct app *app, struct github *github, const char *user,
    const char *known, struct remote *remote, struct err *err)
{
	const char *segment = app->conf.git_base_path;
	struct object_id at = remote->root;
	enum github_result result;
	bool found;

	while (*segment != '\0') {
		size_t len = strcspn(segment, "/");

		result = step_down(github, &at, segment, len, &found, err);
		if (result != GITHUB_OK || !found)
			return result;
		segment += len + (segment[len] == '/');
	}
	result = find_user(github, &at, user, remote, err);
	if (result != GITHUB_OK || remote->folder == NULL)
		return result;
	result = step_down(github, &at, "tasks", strlen("tasks"), &found, err);
	if (result != GITHUB_OK || !found)
		return result;
	return read_tasks(github, &at, known, remote, err);
}

enum github_result
remote_read(const struct app *app, struct github *github,
    const struct remote_place *place, struct remote *remote, struct err *err)
{
	struct object_commit commit = OBJECT_COMMIT_INIT;
	enum github_result result =
	    object_get_commit(github, place->head, &commit, err);

	if (result == GITHUB_OK) {
		snprintf(remote->head.hex, sizeof remote->head.hex, "%s",
		    place->head);
		remote->root = commit.tree;
		result = walk_down(
		    app, github, place->user, place->known, remote, err);
	}
	object_commit_release(&commit);
	if (result != GITHUB_OK)
		remote_release(remote);
	return result;
}

enum github_result
remote_root(struct github *github, struct remote *remote, struct err *err)
{
	struct object_commit commit = OBJECT_COMMIT_INIT;
	enum github_result result = GITHUB_OK;

	if (remote->root.hex[0] != '\0')
		return GITHUB_OK;
	result = object_get_commit(github, remote->head.hex, &commit, err);
	if (result == GITHUB_OK)
		remote->root = commit.tree;
	object_commit_release(&commit);
	return result;
}

const struct remote_file *
remote_find(const struct remote *remote, const char *file)
{
	struct remote_file key = {.file = (char *)(uintptr_t)file};

	if (remote->n == 0)
		return NULL;
	return bsearch(&key, remote->files, remote->n, sizeof *remote->files,
	    compare_files);
}

void
remote_path(struct buf *out, const struct app *app, const struct remote *remote,
    const char *user, const char *file)
{
	buf_addf(out, "%s/%s/tasks/%s", app->conf.git_base_path,
	    remote->folder != NULL ? remote->folder : user, file);
}
