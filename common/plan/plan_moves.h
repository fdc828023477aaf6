/*
 * plan_moves: find the files that Git has renamed (docs/reconcile.md 6): a recorded blob that stands under a new name.  Dirty bytes move
 * along, and the old name goes without counting as a removal.
 *
 * Part of plan_decide, after the table has decided each file by itself.
 * Sets `renamed` and the action of old names, `source` and `taken` of new
 * ones.  Takes O(n log n): the new names are indexed by their blob.
 */
#ifndef PLAN_MOVES_H
#define PLAN_MOVES_H

#include "plan/plan.h"

/* Find the renames and change the items of both names. */
void plan_moves(struct plan *plan);

#endif
