/*
 * sweep: what design.md 5 keeps only for a while goes: claims of
 * Idempotency-Keys after 24 h, copies in the trash after 30 days, copies in
 * conflicts/ 30 days after their conflict was resolved (ledger.h, `resolved`).
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "app/app.h"

#define SWEEP_CLAIM_MS    DAY_MS
#define SWEEP_TRASH_MS    (30 * DAY_MS)
#define SWEEP_RESOLVED_MS (30 * DAY_MS)

/* Sweeps one user.  What cannot be removed now is met again next time. */
MUST_USE int sweep_user(struct app *app, const char *user, struct err *err);

#endif
