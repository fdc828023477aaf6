/*
 * worker: the one process of a host that speaks with GitHub, `codex-sync
 * --work` (design.md 7).
 *
 * It listens at the bell (bell.h) and lists the marks (pending.h) every
 * SYNC_POLL_MS, in turn with the workers of other hosts (turn.h).  It runs
 * (reconcile.h) for each user who is rung for or marked, after a wait if the
 * last run came to nothing (backoff.h).  All programs that rang for the user
 * before the run began get its result (result_line.h).  If the run failed in
 * the store or is not due yet, they get no line, and the user stays marked.
 *
 * Error handling: a run that fails is logged, and the worker goes on.  Only
 * if it cannot start does it end: the settings, the file of GitHub's limit or
 * of the host's id, or the socket of the bell.
 */
#ifndef WORKER_H
#define WORKER_H

#include <signal.h>

#include "run/job.h"

/* Work until *stopping is set; return an exit status, 1 if it cannot start. */
int worker_run(struct app *app, const volatile sig_atomic_t *stopping);

/* Fail with ERR_SETTING unless a repository and its token are set up. */
MUST_USE int worker_check(struct app *app, struct err *err);

#endif
