/*
 * reconcile: a user's mirror and his folder in Git become one (reconcile.md).
 *
 * One function for webhook, button, background, first login and retry; what
 * it does depends on what stands where, never on who called.
 *
 * A run holds a lease in `sync.json`, looks (mark, mirror, then head, then
 * trees), decides each file by the table of decide.h, writes down what it
 * intends, writes the mirror, pushes, records, and raises the version.  It
 * can die between any two of these; the next run settles what was intended.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include "sync/job.h"

/*
 * Runs.  0 with the result filled, whatever GitHub said; -1 if the store
 * failed (then the mark stays, and the next run goes on).
 */
MUST_USE int reconcile_run(
    const struct job *job, struct job_result *result, struct err *err);

#endif
