/*
 * plan_record: write into the ledger what a plan means for it: notes,
 * intents, and what is true once it is done (docs/reconcile.md 8 and 10).
 * Pure: the caller saves the ledger.
 *
 * Error handling: no function fails.
 *
 * Calling sequence, with sync.json saved behind the second and the third:
 *
 *	plan_record_notes(&plan, &ledger);
 *	plan_record_intents(&plan, results, &ledger, commit, now_ms);
 *	plan_record_done(&plan, results, &ledger, &git);
 */
#ifndef PLAN_RECORD_H
#define PLAN_RECORD_H

#include "plan/plan.h"

/* What came of an item, beside it in an array of plan->n. */
struct plan_result {
	bool written;                /* the mirror has what was planned */
	struct buf etag;             /* of the bytes that stand there */
	char pushed[LEDGER_SHA_MAX]; /* blob that our commit has */
};

/*
 * Write into the records what the facts say of them, whatever happens next; a
 * task that must stay here for a foreign entry gets one, so that it is shown.
 * Return true if something that is shown has changed.
 */
bool plan_record_notes(const struct plan *plan, struct ledger *ledger);

/*
 * Replace the intents by those of this plan: what an item becomes, from
 * which ETag, and the base that holds between mirror and push.  `commit` is
 * "" if nothing is pushed; the ledger's head is the one it was made upon.
 */
void plan_record_intents(const struct plan *plan,
    const struct plan_result *results, struct ledger *ledger,
    const char *commit, int64_t now_ms);

/* Where Git stands when a plan is done. */
struct plan_git_after {
	bool landed;        /* our commit is in it */
	const char *tasks;  /* tree of tasks/ */
	const char *folder; /* of the user, as Git writes it; NULL unknown */
};

/*
 * Write into the records what has been done, drop the intents, and note
 * whether all records equal Git's trees now.  Return true if something that
 * is shown has changed.
 */
bool plan_record_done(const struct plan *plan,
    const struct plan_result *results, struct ledger *ledger,
    const struct plan_git_after *git);

/* Return true if plan_record_done records the item as done. */
bool plan_record_is_done(const struct plan_item *item,
    const struct plan_result *result, bool landed);

#endif
