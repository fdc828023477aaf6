/*
 * run_settle: settle what an earlier run intended (docs/reconcile.md 2),
 * before anything is decided.  This module reads the facts; settle.h decides.
 *
 * Error handling: as in run.h.  If a step fails, the intents stay as they
 * are.
 */
#ifndef RUN_SETTLE_H
#define RUN_SETTLE_H

#include "run/run.h"

/*
 * Step: find out whether the earlier run's commit is in the believed head,
 * into run->fate.  RUN_LATER while nobody can know whether it will land.
 */
enum run_end run_settle_fate(struct run *run, struct err *err);

/*
 * Step "settled": bring the records up to date and drop the intents.  Bytes
 * that a run took from one name and did not put under the other become a
 * conflict of the other: the trash has them.
 */
enum run_end run_settle(struct run *run, struct err *err);

#endif
