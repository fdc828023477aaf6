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

/*
 * Add all files whose path below the root starts with `prefix`, and apart from
 * them links, pipes, folders in which nothing is listed, and names that are no
 * keys.  `until_ms` as in store_set_deadline.  `names` is the process's memory of
 * the folder that a prefix last ended in, so that asking for a few of many files
 * costs what these cost.
 */
MUST_USE int fs_list_read(int root, const char *prefix, int64_t until_ms,
    struct fs_names *names, struct store_list *list);

#endif
