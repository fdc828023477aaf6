/*
 * plan_merge: make the second pass of a plan (plan.h; reconcile.md 6):
 * decide, now that Git's bytes are known, which bytes the mirror
 * and Git have afterwards.
 */
#ifndef PLAN_MERGE_H
#define PLAN_MERGE_H

#include "plan/plan.h"

/*
 * Fill in mirror, git, after, theirs and fields of the portion's items.
 * `theirs` of each item that wants it must be FACTS_READ, or FACTS_TOO_LARGE:
 * then the file is left out, so that it does not hold up the others.  A base
 * that is not FACTS_READ (a force push may have taken it away) is unknown.
 */
void plan_merge(struct plan *plan);

#endif
