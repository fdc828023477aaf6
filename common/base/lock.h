/*
 * lock: let one process of this host at a time do a thing.
 *
 * Locks are flock(2) on files in `<run>/locks/`.  The kernel queues the
 * processes that wait and drops the lock of a process that dies, so no dead
 * worker can hold one.  The files stay: if one were unlinked, a process could
 * lock a new file while another still holds the old one.
 *
 * Calling sequence
 *
 *	if (lock_take(run, "create-ada", 10000, &lock, err) == -1)
 *		return -1;
 *	...
 *	lock_drop(lock);
 *
 * Error handling: -1 with ERR_BUSY if another process held the lock all the
 * time, or if the file cannot be made or opened (no descriptors or no room
 * left); no descriptor is left open.
 */
#ifndef LOCK_H
#define LOCK_H

#include "base/buf.h"
#include "base/err.h"

#define LOCK_FILE_MAX_MS 25000 /* lock_file waits no longer */

/*
 * Take the lock `name` (letters, digits, '-', '_', '.'), waiting up to wait_ms
 * milliseconds (0: not at all).  *out becomes a descriptor for lock_drop.
 * The file is the caller's to write while it has the lock (trigger.h).
 */
MUST_USE int lock_take(
    const char *run, const char *name, int wait_ms, int *out, struct err *err);
/*
 * Call flock(2) on an open file of any folder, waiting no longer than until_ms
 * by the monotonic clock (INT64_MAX: than LOCK_FILE_MAX_MS), so that a stopped
 * process that has the lock holds up nobody for ever.  Return -1 with errno,
 * ETIMEDOUT if that time passed.
 */
MUST_USE int lock_file(int fd, int how, int64_t until_ms);

/* Let the next process have the lock. */
void lock_drop(int lock);

/*
 * Open `<path>.new`, emptied, for the one process that makes a new file for
 * the path and renames it; others that come wait until that one closes it.
 * Nothing piles up: what a crashed process left is used again.  Set *name.
 * Return the descriptor, or -1 with errno.
 */
MUST_USE int lock_new_file(const char *path, unsigned mode, struct buf *name);

#endif
