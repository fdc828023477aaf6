/*
 * sweep: remove what the store keeps only for a while (design.md 5): claims
 * of Idempotency-Keys after 49 h, copies in trash/ after 30 days, copies in
 * conflicts/ 30 days after their conflict was resolved (ledger.h, `resolved`),
 * bases of records (ledger_base.h) 49 h after sync.json lay on them last.
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
#include "store/store.h"

/* Claims hold for a day (create.h), and this host's clock may be a day ahead of
 * the one that made them. */
#define SWEEP_CLAIM_MS    (2 * DAY_MS + 3600000)
#define SWEEP_TRASH_MS    (30 * DAY_MS)
#define SWEEP_RESOLVED_MS (30 * DAY_MS)
/* A reader may hold a sync.json that lies on the base; clocks as for claims. */
#define SWEEP_BASE_MS SWEEP_CLAIM_MS

/* Sweep one user: claims, then trash, then copies of resolved conflicts, then
 * bases. */
MUST_USE int sweep_user(struct app *app, const char *user, struct err *err);

/*
 * Return true if sync.json has not lain since `before` (milliseconds since
 * 1970) on that one of all listed bases; `named` is the key of the one on which
 * it lies, "" if on none.  A base is put, even if it is there, right before
 * sync.json comes to lie on it: so the one before has been over since then.
 */
bool sweep_is_base_over(const struct store_list *bases,
    const struct store_item *base, const char *named, int64_t before);

#endif
