/*
 * backup: save all that a site has stored, but no secret and no cache, into one
 * file (bundle.h), from which restore.h puts it into a store of any kind.
 *
 * Saving goes on beside a site that runs.  What was acknowledged before it
 * began is in the file.  The mirror of a user and what is known of it and Git
 * (sync.json, with the base on which it lies, or all bases if this program cannot
 * read it) fit together: the latter is read first and looked at again after, as a
 * record that is newer than its file would make the old bytes an edit
 * (reconcile.md).  The first free number and the
 * claims are read last, so that no number is given twice and no creation is
 * repeated.
 *
 * Error handling
 *
 * ERR_STORE, ERR_BUSY if a user's files do not come to rest,
 * and bundle.h's.  A blob that cannot be read, or is nobody's, is left out and
 * is a finding.
 */
#ifndef BACKUP_H
#define BACKUP_H

#include "base/findings.h"
#include "store/store.h"

struct backup_counts {
	size_t users, blobs;
};

/* Save into the file, which is empty. */
MUST_USE int backup_save(struct store *store, int fd,
    struct backup_counts *counts, struct findings *found, struct err *err);

#endif
