/*
 * run_branch: name, read and move the branch of one file's pull request, and
 * make the commits on it (docs/reconcile.md, "By pull request").
 *
 * Calling sequence: run_pr runs the steps for one file after another, with
 * run->pr set to it: read, resume, make, move; the ledger is saved between
 * make and move.  After a crash between these two, the next run's
 * run_branch_resume finishes the move.
 *
 * Error handling: as in run.h; a refusal is turned into a run_end by
 * run_branch_refused.
 */
#ifndef RUN_BRANCH_H
#define RUN_BRANCH_H

#include "run/run.h"

/* One file on its way to its pull request. */
struct run_pr {
	const struct plan_item *item;
	const char *etag;            /* of the bytes that go there */
	char hash[ENC_HASH_LEN + 1]; /* of these bytes */
	struct ledger_pr *pr;        /* the file's, in the ledger */
	bool waits;           /* at the start the ledger knew an open one */
	bool resumed;         /* an earlier run's branch, no request yet */
	bool refused;         /* GitHub refuses this one, not all of them */
	struct object_id ref; /* where the branch is; "" there is none */
};

/* Return a name for the branch of a file that has none, by the file's stem, and
 * with a number behind it where another record has that branch; the caller frees
 * it. */
MUST_USE char *run_branch_name(const struct run *run, const char *file);

/*
 * Step: read where the branch is into ref.  RUN_LATER while GitHub may not
 * show our last push yet.
 */
enum run_end run_branch_read(struct run *run, struct err *err);
/* Step "branch": finish the move that an earlier run has begun. */
enum run_end run_branch_resume(struct run *run, struct err *err);
/*
 * Step "made": make a commit of our bytes, if the branch lacks them, and note
 * in the ledger that the branch is to move to it.  The branch does not have
 * it yet.
 */
enum run_end run_branch_make(struct run *run, struct err *err);
/* Step "branch": move the branch to that commit, or make it there. */
enum run_end run_branch_move(struct run *run, struct err *err);

/* Set the state of the file's request, which the page shows. */
void run_branch_show(struct run *run, enum ledger_pr_state state);
/*
 * Return what GitHub's answer means for one pull request.  RUN_STOP with
 * run->read_only set: this token must not make any; with run->pr->refused:
 * others may still be made.  The ledger's state says why.
 */
enum run_end run_branch_refused(
    struct run *run, enum github_result result, const struct err *err);

#endif
