/*
 * plan_moves: find the tasks that Git has under another name now
 * (docs/reconcile.md 6): by the blob that was recorded under the old
 * one.  Dirty bytes and conflicts move along, and an old name that is gone
 * does not count as a removal.  The new name may be new, or one whose own task
 * has gone elsewhere: two that have changed places, a row that moved up by one.
 *
 * Part of plan_decide, after the table has decided each file by itself.  Sets
 * `renamed` and the action of old names, `source` and `taken` of new ones, and
 * takes no dirty file for a merge whose name another task has now.
 *
 * O(n log n), whatever stands where: names are looked up by their blobs.
 */
#ifndef PLAN_MOVES_H
#define PLAN_MOVES_H

#include "plan/plan.h"

/* Find the moves and change the items of both names. */
void plan_moves(struct plan *plan);

/*
 * Return the next of the names between which something of ours moves, and at
 * the end the first again; the item itself if nothing does.  They go together:
 * a name is overwritten only with the one that its bytes go to.
 */
struct plan_item *plan_moves_next(struct plan_item *item);

/* Let the item's bytes stay, since Git has the same under its name. */
void plan_moves_cancel(struct plan_item *item);

#endif
