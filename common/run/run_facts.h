/*
 * run_facts: read the facts that a plan is made from (facts.h), in the order
 * that docs/reconcile.md 3 asks for: mark, mirror, and only then, after the
 * head, Git's trees.  If the mirror changes in between, a conditional write
 * fails and the run looks again.
 *
 * Error handling: as in run.h: RUN_FAILED is the store's fault; a refusal by
 * GitHub is RUN_LATER or RUN_STOP (run_refused).
 */
#ifndef RUN_FACTS_H
#define RUN_FACTS_H

#include "run/run.h"

/* Step "look": read the user's mark, then list the mirror. */
enum run_end run_facts_list(struct run *run, struct err *err);

/* Step "trees": read the user's folder in Git at the believed head. */
enum run_end run_facts_folder(struct run *run, struct err *err);

/*
 * Step: make an entry for each name, and read the bytes of those files that
 * their ETag alone does not decide.
 */
enum run_end run_facts_collect(struct run *run, struct err *err);

/*
 * Step: read the bytes that the plan replaces or removes, so that they can be
 * copied first.  RUN_AGAIN if a file has changed since it was listed: the
 * plan was made for other bytes.
 */
enum run_end run_facts_replaced(struct run *run, struct err *err);

/*
 * Read all wanted files of the facts that are not read yet, wanted being one
 * for each of them; *changed is true if one has changed since it was listed.
 */
MUST_USE int run_facts_read(
    struct run *run, const bool *wanted, bool *changed, struct err *err);

#endif
