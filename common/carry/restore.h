/*
 * restore: put what a file of backup.h has into an empty store of any kind, for
 * a site that stands still.
 *
 * The file is read through before anything is written.  A store that has what
 * the file has not, or has otherwise, is not touched; one that has a part of it
 * gets the rest, so that after an interruption it can be called again.
 * sync.json comes last, with the ETags that the store has given; it lies on no
 * base then (ledger_base.h), and the next run gives it one.  One that this
 * program cannot read stays as it is, with all bases of its user, which come
 * before.  Then each user gets a new version, and a mark if there is a
 * repository, as the next run shall find what has become of Git since.  Sessions
 * and tokens are as they were when it was saved.
 *
 * Error handling: bundle.h's, ERR_SETTING if the store is not empty, both
 * before anything is written; ERR_STORE.
 */
#ifndef RESTORE_H
#define RESTORE_H

#include "app/app.h"
#include "carry/backup.h"

/* Restore from the file, which can be read more than once. */
MUST_USE int restore_run(
    struct app *app, int fd, struct backup_counts *counts, struct err *err);

#endif
