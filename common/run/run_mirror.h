/*
 * run_mirror: write the mirror (docs/reconcile.md 7 and 8): first copies of
 * the bytes that go, then the intents, then the new bytes, removals last.
 *
 * Error handling: as in run.h.  A run that ends in between has lost nothing:
 * what was replaced is copied, and what was meant stands in the intents.
 */
#ifndef RUN_MIRROR_H
#define RUN_MIRROR_H

#include "run/run.h"

/*
 * Step "copies": copy what is replaced or removed to trash/, of a conflict to
 * conflicts/.  A copy is named by its content and only created, so that a
 * repeated step makes no second one.
 */
enum run_end run_mirror_copy(struct run *run, struct err *err);

/* Step "intents": save in sync.json what is about to be written and pushed. */
enum run_end run_mirror_intend(struct run *run, struct err *err);

/*
 * Steps "moves", "mirror" and "removals": write the bytes that go to another
 * name, then all others, then remove; a batch each time, so that bytes of ours
 * stand under the new name before the old one is overwritten or goes.  Only
 * where names have changed places is there a moment in which they do not
 * (run_settle).  RUN_AGAIN if a write fails its condition: the commit is not
 * pushed, and what was written is recorded.
 */
enum run_end run_mirror_move(struct run *run, struct err *err);
enum run_end run_mirror_write(struct run *run, struct err *err);
enum run_end run_mirror_remove(struct run *run, struct err *err);

#endif
