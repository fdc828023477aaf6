/*
 * run_push: push a run's commit, and record what was done (docs/reconcile.md
 * 9 and 10).  A ref update names no old value (docs.github.com/rest/git/refs),
 * so the head is asked for once more right before it.
 *
 * Error handling: as in run.h.
 */
#ifndef RUN_PUSH_H
#define RUN_PUSH_H

#include "run/run.h"

/*
 * Step: check that the branch is still at the commit's parent, that less than
 * SYNC_PUSH_MS have passed since the intents, and that the lease holds;
 * otherwise RUN_AGAIN.  A later push could land after another run has counted
 * the commit as dead.
 */
enum run_end run_push_check(struct run *run, struct err *err);

/*
 * Step "push": move the branch to the commit, without force.  If the token
 * must not push, set run->read_only and go on.
 */
enum run_end run_push_send(struct run *run, struct err *err);

/*
 * Step "recorded", always: record what has been done, however far this
 * attempt came.  If no answer to the push came, the intents stay, and the
 * next run finds out.  RUN_MORE if the plan was only a portion.
 */
enum run_end run_push_record(struct run *run, struct err *err);

#endif
