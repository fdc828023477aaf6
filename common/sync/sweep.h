/*
 * sweep: remove what the store keeps only for a while (design.md 5): claims
 * of Idempotency-Keys after 49 h, copies in trash/ after 30 days, copies in
 * conflicts/ 30 days after their conflict was resolved (ledger.h, `resolved`).
 *
 * Calling sequence: once a day for each user, after a build of the week
 * (codex-render), never before the answer.
 *
 * Error handling: -1 with the store's error (store.h).  What was not removed
 * then is removed by the next sweep, so that the caller may ignore the
 * failure after logging it.  A lease that is left behind ends by itself after
 * SYNC_LEASE_MS.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "app/app.h"

/* Claims hold for a day (create.h), and this host's clock may be a day ahead of
 * the one that made them. */
#define SWEEP_CLAIM_MS    (2 * DAY_MS + 3600000)
#define SWEEP_TRASH_MS    (30 * DAY_MS)
#define SWEEP_RESOLVED_MS (30 * DAY_MS)

/* Sweep one user: claims, then trash, then copies of resolved conflicts. */
MUST_USE int sweep_user(struct app *app, const char *user, struct err *err);

#endif
