/*
 * fs_file: files and folders for the fs store (store_fs.c): no link is ever
 * followed, a written file is on the disk, and mtimes rise.
 *
 * An ETag is inode, size and mtime, so that a list needs only stat
 * (design.md 5).  fs_file_stamp gives every write a later mtime than the one
 * before it.
 *
 * Error handling: -1 with errno.  The caller owns descriptors that it gets.
 */
#ifndef FS_FILE_H
#define FS_FILE_H

#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"

#define FS_FILE_NO_LINKS (O_NOFOLLOW | O_CLOEXEC)

/* Return true if the errno `error` means that there is no such blob: nothing
 * has that path, or a link or a file stands where a folder must be. */
bool fs_file_means_absent(int error);

/* Open the folder `name` in another; with `create` make it if it is missing.
 * A link there is ELOOP, a file ENOTDIR. */
MUST_USE int fs_file_enter(int at, const char *name, bool create);

/* Enter a folder of the store's own, or make it, unless *folder is it already;
 * -1 if `in` is that.  Return false with errno, but true on a read-only file
 * system: a copy of a store can be shown without them. */
bool fs_file_enter_own(int in, const char *name, int *folder);

/* Open the folder at a path below the root, one component at a time, so that
 * links lead nowhere.  With `create` make those that are missing, and sync all
 * entries on the way. */
MUST_USE int fs_file_walk(int root, const char *path, bool create);

/* Make the folder, with mode 0700, and those above it that are missing, with
 * mode 0755. */
MUST_USE int fs_file_make_path(const char *dir);

/* Sync the folder that a folder is in, so that its own entry lasts. */
MUST_USE int fs_file_sync_above(int dir);

/* Append the ETag, and return true if `etag` is the file's. */
void fs_file_add_etag(struct buf *out, const struct stat *st);
bool fs_file_has_etag(const struct stat *st, const char *etag);

/* Return how long ago the file was dated; -1: at a time to come, as the clock
 * was set back since, so nobody knows. */
int64_t fs_file_age_ms(const struct stat *st);

/* Append `len` bytes; EIO if the file is shorter than it was. */
MUST_USE int fs_file_read(int fd, struct buf *out, size_t len);

/* Write all bytes, however many write(2) takes at once. */
MUST_USE int fs_file_write(int fd, const char *bytes, size_t len);

/*
 * Date a file that was just written: now, or later if need be, so that its
 * mtime is later than that of `old` (or NULL) and than any that was given
 * under the same lock file.  `st` becomes the file's.
 */
MUST_USE int fs_file_stamp(
    int fd, int lock, const struct stat *old, struct stat *st);

#endif
