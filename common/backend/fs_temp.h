/*
 * fs_temp: the files that the fs store is writing, before they get the name of
 * their key.  They are in one folder, `.tmp`, each locked by its writer; one
 * without a lock was left by a writer that died.
 */
#ifndef FS_TEMP_H
#define FS_TEMP_H

#include "base/buf.h"

/*
 * Make a file in the open folder and lock it until it is closed, so that
 * fs_temp_sweep leaves it alone.  Set *name.  Return the descriptor, or -1 with
 * errno.
 */
MUST_USE int fs_temp_open(int folder, struct buf *name);

/*
 * Remove the files that writers left when they crashed.  Ignore failures: such
 * a file only takes room.
 */
void fs_temp_sweep(int folder);

#endif
