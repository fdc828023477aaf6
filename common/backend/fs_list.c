#include "backend/fs_list.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/fs_changes.h"
#include "backend/fs_file.h"
#include "backend/fs_names.h"
#include "base/buf.h"
#include "base/lock.h"
#include "base/std.h"

/* A list under way: the names of a folder (fs_names.h), then stat of each. */
struct scan {
	const char *prefix;
	struct store_list *list;
	int64_t until_ms;
	struct buf path; /* of the folder, '/' at its end unless the root */
	struct fs_names *names; /* of the folder that the prefix ends in */
	int logs;
};

static int scan_folder(struct scan *scan, int fd);

static void
scan_file(struct scan *scan, const struct stat *st)
{
	struct buf etag = BUF_INIT;
	struct store_item item = {
	    .key = scan->path.s,
	    .size = (uint64_t)st->st_size,
	    .modified_ms = (int64_t)st->st_mtim.tv_sec * 1000 +
			   st->st_mtim.tv_nsec / 1000000,
	};

	if (!std_starts(scan->path.s, scan->prefix))
		return;

	fs_file_add_etag(&etag, st);
	item.etag = etag.s;
	store_list_add(scan->list, &item);
	buf_release(&etag);
}

/* Tell of the entry at the scan's path, which is no blob. */
static void
scan_strange(struct scan *scan, enum store_strange_kind kind)
{
	if (std_starts(scan->path.s, scan->prefix))
		store_list_add_strange(scan->list, scan->path.s, kind);
}

/* Add the blobs below the folder at the scan's path, or, where there are none,
 * tell of the folder. */
static int
scan_below(struct scan *scan, int dir, const char *name)
{
	const struct store_list *list = scan->list;
	size_t len = scan->path.len, known = list->n + list->n_strange;
	int fd = fs_file_enter(dir, name, false);

	if (fd == -1)
		return fs_file_means_absent(errno) ? 0 : -1;
	buf_addc(&scan->path, '/');
	if (scan_folder(scan, fd) == -1)
		return -1;
	buf_cut(&scan->path, len);
	if (list->n + list->n_strange == known)
		scan_strange(scan, STORE_STRANGE_FOLDER);
	return 0;
}

static int
scan_entry(struct scan *scan, int dir, const char *name)
{
	size_t len = scan->path.len;
	struct stat st;
	int rc = 0;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;

	buf_adds(&scan->path, name);
	if (!store_segment_ok(name) || scan->path.len > STORE_KEY_MAX)
		store_list_add_strange(
		    scan->list, scan->path.s, STORE_STRANGE_NAME);
	else if (S_ISREG(st.st_mode))
		scan_file(scan, &st);
	else if (S_ISDIR(st.st_mode) && scan->list->shallow)
		scan_strange(scan, STORE_STRANGE_FOLDER);
	else if (S_ISDIR(st.st_mode))
		rc = scan_below(scan, dir, name);
	else
		scan_strange(scan, S_ISLNK(st.st_mode) ? STORE_STRANGE_LINK
						       : STORE_STRANGE_OTHER);
	buf_cut(&scan->path, len);
	return rc;
}

/* Scan the names that begin with the rest of the prefix.  The log of a folder is
 * asked by who looks for a few of many. */
static int
scan_names(struct scan *scan, int fd, struct fs_names *names, const char *rest)
{
	const struct fs_names_folder folder = {
	    fd, rest[0] != '\0' ? scan->logs : -1, scan->path.s};
	size_t i, end;

	if (fs_names_read(names, &folder, scan->until_ms) == -1)
		return -1;
	for (i = fs_names_find(names, rest, strlen(rest), &end); i < end; i++)
		if (scan_entry(scan, fd, fs_names_text(names, i)) == -1)
			return -1;
	return 0;
}

/* Add the blobs of an open folder to the list, and close `fd`. */
static int
scan_folder(struct scan *scan, int fd)
{
	const char *prefix = scan->prefix;
	size_t at = scan->path.len;
	struct fs_names names = FS_NAMES_INIT;
	int rc;

	if (strlen(prefix) > at) { /* not in a folder below that of the list */
		rc = scan_names(scan, fd, scan->names, prefix + at);
	} else {
		rc = scan_names(scan, fd, &names, "");
		fs_names_release(&names);
	}
	close(fd);
	return rc;
}

/* Return 1 if the list's mark tells which names have changed, and add these;
 * else 0, and the list has the mark of now, if there can be one; -1 with
 * errno. */
static int
read_changes(struct scan *scan, int fd, struct buf *names)
{
	struct store_list *list = scan->list;
	int log, known = 0;

	if (lock_file(fd, LOCK_EX, scan->until_ms) == -1)
		return -1;
	log = fs_changes_open(scan->logs, scan->path.s);
	/* Without a log there is only no mark. */
	if (log != -1) {
		snprintf(list->mark, sizeof list->mark, "%s", list->since);
		known = fs_changes_read(log, fd, list->mark, names);
		if (!known)
			(void)!fs_changes_mark(log, fd, list->mark);
		close(log);
	}
	flock(fd, LOCK_UN);
	return known;
}

/* Look at one of the names that have changed. */
static int
scan_changed(struct scan *scan, int fd, const char *name)
{
	size_t n = scan->list->n, len = scan->path.len;
	char none[] = "";
	struct store_item gone = {.etag = none};

	if (scan_entry(scan, fd, name) == -1)
		return -1;
	if (scan->list->n > n)
		return 0;
	buf_adds(&scan->path, name);
	gone.key = scan->path.s;
	store_list_add(scan->list, &gone);
	buf_cut(&scan->path, len);
	return 0;
}

/* Return 1 if the list's mark tells what has changed, and list that; else 0;
 * -1 with errno. */
static int
scan_changes(struct scan *scan, int fd)
{
	struct buf names = BUF_INIT;
	int rc = read_changes(scan, fd, &names);
	size_t at;

	for (at = 0; rc == 1 && at < names.len; at += strlen(names.s + at) + 1)
		if (scan_changed(scan, fd, names.s + at) == -1)
			rc = -1;
	buf_release(&names);
	return rc;
}

/*
 * List a folder, open at fd, for a caller that keeps what it is told: what has
 * changed, or all.  If there is something that is no blob it gets no mark, as
 * that can change without the folder.
 */
static int
scan_kept(struct scan *scan, int fd)
{
	struct store_list *list = scan->list;
	int known = scan_changes(scan, fd);

	if (known == 1 && list->n_strange == 0) {
		list->changes = true;
		close(fd);
		return 0;
	}
	if (known == -1) {
		close(fd);
		return -1;
	}
	store_list_clear(list);
	if (scan_folder(scan, fd) == -1)
		return -1;
	if (list->n_strange > 0)
		list->mark[0] = '\0';
	return 0;
}

int
fs_list_read(struct fs_lists *lists, const char *prefix, int64_t until_ms,
    struct store_list *list)
{
	struct scan scan = {
	    .prefix = prefix,
	    .list = list,
	    .until_ms = until_ms,
	    .path = BUF_INIT,
	    .names = &lists->names,
	    .logs = lists->logs,
	};
	const char *slash = strrchr(prefix, '/');
	bool is_folder = slash != NULL && slash[1] == '\0';
	int fd, rc = 0;

	if (slash != NULL)
		buf_add(&scan.path, prefix, (size_t)(slash + 1 - prefix));
	fd = fs_file_walk(lists->root, scan.path.s, false);
	/* Behind a link there may be all that somebody moved to another disk:
	 * no blobs at all would read as if it had been deleted. */
	if (fd != -1 && list->since != NULL && is_folder && list->shallow &&
	    lists->logs != -1)
		rc = scan_kept(&scan, fd);
	else if (fd != -1)
		rc = scan_folder(&scan, fd);
	else if (errno == ELOOP || !fs_file_means_absent(errno))
		rc = -1;
	if (!fs_names_are_kept(&lists->names))
		fs_names_release(&lists->names);
	buf_release(&scan.path);
	return rc;
}
