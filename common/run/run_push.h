/*
 * run_push: the push of a run's commit, and the records of what was done
 * (docs/reconcile.md 9 and 10).
 */
#ifndef RUN_PUSH_H
#define RUN_PUSH_H

#include "run/run.h"

/*
 * Step: RUN_AGAIN unless the branch is still where the commit was made upon
 * and it is soon enough: a push must come right after its intent, and while
 * no other run can have started.
 */
enum run_end run_push_check(struct run *run, struct err *err);

/*
 * Step "push": move the branch to the commit, without force.  Where the
 * token must not, the run goes on as one that only reads.
 */
enum run_end run_push_send(struct run *run, struct err *err);

/*
 * Step "recorded", always: record what has been done, however far this
 * attempt came.  Where it is unknown whether the push has happened, the
 * intents stay for the next run.  RUN_MORE if the plan was only a portion.
 */
enum run_end run_push_record(struct run *run, struct err *err);

#endif
