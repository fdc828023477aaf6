/*
 * fs_names: the names in a folder of the fs store.
 *
 * A folder whose inode and ctime are the same as before has the same names: each
 * entry that comes, goes or is renamed changes its ctime, and nobody can set
 * that (stat(2), inode(7)).  So who keeps the names between two lists reads the
 * folder only after a change.  Changes within one tick of the kernel's clock
 * share a ctime, so the names are kept only if the last change was at least
 * FS_NAMES_SETTLE_MS ago when they were read; and never on a file system that
 * counts in whole seconds.
 *
 * Names that begin with a dot are left out.
 *
 * Calling sequence
 *
 *	if (fs_names_read(&names, fd, until_ms) == -1)
 *		... errno ...
 *	for (i = fs_names_find(&names, "0042", 4, &end); i < end; i++)
 *		... names.names[i].text ...
 *	fs_names_release(&names);	unless names.kept and it is to be kept
 */
#ifndef FS_NAMES_H
#define FS_NAMES_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/std.h"

#define FS_NAMES_SETTLE_MS 100
#define FS_NAMES_MAX       16384 /* more names are not kept */

struct fs_name {
	uint64_t begin; /* first bytes of the text */
	const char *text;
};

struct fs_names {
	struct fs_name *names; /* in the order of their bytes */
	size_t n;
	struct buf texts;
	bool kept; /* they may serve the next read */
	struct stat folder;
};

#define FS_NAMES_INIT                                                          \
	{                                                                      \
		.texts = BUF_INIT                                              \
	}

void fs_names_release(struct fs_names *names);

/*
 * Read the names of the open folder, unless those that `names` has are still
 * its.  `until_ms` as in store_set_deadline.  Return -1 with errno, and no names.
 */
MUST_USE int fs_names_read(struct fs_names *names, int fd, int64_t until_ms);

/* Return where those are that begin with the `len` bytes at `prefix`, and set
 * *end to behind them; with 0 bytes, all. */
size_t fs_names_find(
    const struct fs_names *names, const char *prefix, size_t len, size_t *end);

#endif
