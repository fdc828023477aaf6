/*
 * fs_list: list the blobs of the fs store (store_fs.c), and what lies among
 * them and is none.  Names that begin with a dot are no part of the store.
 *
 * Error handling: -1 with errno, and a list that is half filled.  A prefix in
 * a folder that a link stands for is ELOOP, one in no folder has no blobs.
 */
#ifndef FS_LIST_H
#define FS_LIST_H

#include "backend/fs_names.h"
#include "store/store.h"

/* What lists of a store need. */
struct fs_lists {
	int root;
	int logs; /* fs_changes.h; -1: there are none, and no marks */
	/* The process's memory of the folder that a prefix last ended in, so
	 * that asking for a few of many files costs what these cost. */
	struct fs_names names;
};

/*
 * Add all files whose path below the root starts with `prefix`, and apart from
 * them links, pipes, folders in which nothing is listed, and names that are no
 * keys; or what has changed since the list's mark.  `until_ms` as in
 * store_set_deadline.
 */
MUST_USE int fs_list_read(struct fs_lists *lists, const char *prefix,
    int64_t until_ms, struct store_list *list);

#endif
