/*
 * downgrade: write what is known of a user's files and Git as the version
 * before this one reads it: sync.json whole, on no base (ledger_base.h).  The
 * base stays, as a run may have put it just now; a sweep of this version
 * removes it.
 *
 * Call it while no worker runs, as its next run may put a base again.
 *
 * Error handling: ERR_BUSY if a run has the lease, or has written meanwhile;
 * ERR_NEWER, and ERR_STORE, also for records that cannot be read.  Then nothing
 * has changed.
 */
#ifndef DOWNGRADE_H
#define DOWNGRADE_H

#include "app/app.h"

MUST_USE int downgrade_user(struct app *app, const char *user, struct err *err);

#endif
