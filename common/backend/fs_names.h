/*
 * fs_names: the names in a folder of the fs store.
 *
 * A folder whose inode and ctime are the same as before has the same names: each
 * entry that comes, goes or is renamed changes its ctime, and nobody can set
 * that (stat(2), inode(7)).  So who keeps the names between two lists reads the
 * folder only after a change.  Changes within one tick of the kernel's clock
 * share a ctime, so it is believed only if the last change was at least
 * FS_NAMES_SETTLE_MS ago when the names were read; and never on a file system
 * that counts in whole seconds.  What the store itself has changed is read from
 * the log of the folder (fs_changes.h).
 *
 * Names that begin with a dot are left out.
 *
 * Calling sequence
 *
 *	const struct fs_names_folder folder = {fd, logs, "raw/ada/tasks/"};
 *
 *	if (fs_names_read(&names, &folder, until_ms) == -1)
 *		... errno ...
 *	for (i = fs_names_find(&names, "0042", 4, &end); i < end; i++)
 *		... fs_names_text(&names, i) ...
 *	fs_names_release(&names);	unless fs_names_are_kept(&names)
 */
#ifndef FS_NAMES_H
#define FS_NAMES_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/std.h"
#include "store/store.h"

#define FS_NAMES_SETTLE_MS 100
#define FS_NAMES_MAX       16384 /* more names are not kept */

struct fs_name {
	uint64_t begin; /* first bytes of the text */
	size_t at;      /* where the text is in the texts */
};

struct fs_names {
	struct fs_name *names; /* in the order of their bytes */
	size_t n, cap;
	struct buf texts;
	int64_t read_ms;  /* when all were read, by the monotonic clock */
	int64_t until_ms; /* so long the same ctime means the same names */
	struct stat folder;
	char mark[STORE_MARK_MAX + 1]; /* of the folder's log; "" none */
};

#define FS_NAMES_INIT                                                          \
	{                                                                      \
		.texts = BUF_INIT                                              \
	}

/* A folder of which names are read. */
struct fs_names_folder {
	int fd;           /* open */
	int logs;         /* fs_changes.h; -1: no log is asked */
	const char *path; /* below the root */
};

void fs_names_release(struct fs_names *names);

/* Return true if the names may serve the next read. */
bool fs_names_are_kept(const struct fs_names *names);

/*
 * Read the names of the folder, unless those that `names` has are still its, or
 * its log tells which others there are now.  `until_ms` as in
 * store_set_deadline.  Return -1 with errno, and no names.
 */
MUST_USE int fs_names_read(struct fs_names *names,
    const struct fs_names_folder *folder, int64_t until_ms);

/* Return the i-th name, until they are read again. */
const char *fs_names_text(const struct fs_names *names, size_t i);

/* Return where those are that begin with the `len` bytes at `prefix`, and set
 * *end to behind them; with 0 bytes, all. */
size_t fs_names_find(
    const struct fs_names *names, const char *prefix, size_t len, size_t *end);

#endif
