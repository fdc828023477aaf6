/*
 * run_mirror: write the mirror (docs/reconcile.md 7 and 8): copies of what
 * goes, then the intents, then the new bytes, removals last.
 */
#ifndef RUN_MIRROR_H
#define RUN_MIRROR_H

#include "run/run.h"

/*
 * Step "copies": copy what is replaced or removed to trash/ or conflicts/.
 * A copy is named by its content and only created, so twice is once.
 */
enum run_end run_mirror_copy(struct run *run, struct err *err);

/* Step "intents": save what is about to be written and pushed. */
enum run_end run_mirror_intend(struct run *run, struct err *err);

/*
 * Steps "mirror" and "removals", a batch each time.  A renamed file's bytes
 * stand under the new name before the old one goes.  A write that fails its
 * condition is RUN_AGAIN: the commit is not pushed, what was written counts.
 */
enum run_end run_mirror_write(struct run *run, struct err *err);
enum run_end run_mirror_remove(struct run *run, struct err *err);

#endif
