/*
 * run_facts: read the facts that a plan is made from (facts.h), in the order
 * that docs/reconcile.md 3 asks for: mark, mirror, and only then, after the
 * head, Git's trees.  What changes in between shows at the mirror's writes.
 */
#ifndef RUN_FACTS_H
#define RUN_FACTS_H

#include "run/run.h"

/* Step "look": the user's mark, then the list of the mirror. */
enum run_end run_facts_list(struct run *run, struct err *err);

/* Step "trees": the user's folder in Git at the believed head. */
enum run_end run_facts_folder(struct run *run, struct err *err);

/* Step: a fact for each name, and the bytes of those that need reading. */
enum run_end run_facts_collect(struct run *run, struct err *err);

/* Step "blobs": Git's bytes that the plan wants. */
enum run_end run_facts_blobs(struct run *run, struct err *err);

/*
 * Step: the bytes that the plan replaces or removes, so that they can be
 * copied first.  RUN_AGAIN if one has changed since it was listed: the plan
 * was made for other bytes.
 */
enum run_end run_facts_replaced(struct run *run, struct err *err);

#endif
