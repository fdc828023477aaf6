/*
 * lock: one at a time among the processes of this host.
 *
 * Locks are flock(2) on files in `<run>/locks/`; the kernel queues those
 * who wait, and lets go of a lock when its holder dies, so no dead worker
 * can hold one.  The files stay: unlinking would split the queue.
 */
#ifndef LOCK_H
#define LOCK_H

#include "base/err.h"

/*
 * Takes the lock `name` (letters, digits, '-', '_', '.'), waiting up to
 * wait_ms (0: not at all).  *out: a descriptor for lock_drop.  ERR_BUSY if
 * it was not to be had in time.
 */
MUST_USE int lock_take(
    const char *run, const char *name, int wait_ms, int *out, struct err *err);
void lock_drop(int lock);

#endif
