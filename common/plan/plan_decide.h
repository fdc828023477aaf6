/*
 * plan_decide: make the first pass of a plan (plan.h; reconcile.md 5 and 6):
 * find out which files are clean, what the table says of each, which were
 * renamed, which removals wait for a confirmation, what goes by pull request,
 * and which files belong to this portion.
 */
#ifndef PLAN_DECIDE_H
#define PLAN_DECIDE_H

#include "plan/plan.h"

/*
 * Return true if the file's bytes in the mirror must be read before it can
 * be decided: its ETag alone does not say that they are the base's, or those
 * of its pull request.  `full` trusts no ETag.
 */
bool plan_decide_wants_bytes(
    const struct facts_file *file, const struct ledger *ledger, bool full);

/* Fill an empty plan, but for the members that plan_merge fills. */
void plan_decide(struct plan *plan, const struct facts *facts,
    const struct ledger *ledger, const struct plan_rules *rules);

#endif
