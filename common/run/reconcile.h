/*
 * reconcile: make a user's mirror and the user's folder in Git equal, once
 * (docs/reconcile.md).
 *
 * One function for webhook, button, background, first login and retry: what
 * a run does depends on what the store and Git have, never on what started
 * it.
 *
 * A run takes a lease in `sync.json`, reads the facts (mark, mirror, then
 * head, then trees), makes a plan from them (plan.h), and applies it: copies,
 * the commit, the intents, the mirror, the push, the records, the version.
 * Each of these is a row of a table of steps in reconcile.c.  A worker can
 * crash between any two; the next run settles what was intended.
 *
 * Calling sequence
 *
 *	const struct job job = {.app = app, .github = github, .user = ..};
 *	struct job_result result;
 *
 *	if (reconcile_run(&job, &result, &err) == -1)
 *		back off: the store failed, the mark stays;
 *	else if (result.busy || result.undecided)
 *		another run has the lease, or GitHub's answers are too old:
 *		run again later;
 *	else
 *		result.state says how it ended;
 *
 * Error handling
 *
 * GitHub's refusals are no error of the call: they stand in the result and
 * in the ledger's state.  -1 is a fault of the store, at any step; the lease
 * is then given back if the store answers again, else it ends by itself.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include "run/job.h"

/*
 * Run once for one user.  Return 0 with *result filled, or -1 with err set;
 * then *result does not count.
 */
MUST_USE int reconcile_run(
    const struct job *job, struct job_result *result, struct err *err);

#endif
