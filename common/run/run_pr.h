/*
 * run_pr: bring edits to Git by pull request (docs/reconcile.md, "By pull
 * request"): one branch for each file, one commit for each edit.
 *
 * What is about to happen to a branch stands in the ledger before it does:
 * the commit, and where the branch was.  After a crash the next run looks
 * where the branch is, and goes on from there.
 */
#ifndef RUN_PR_H
#define RUN_PR_H

#include "run/run.h"

/*
 * Step, once all else is done: the plan's items that go by pull request,
 * each by the steps "made", "meant", "branch", "opened" and "pulled".
 * RUN_LATER after so many that the rest must wait for the next run, or while
 * a merge is not to be seen in the head yet; RUN_MORE where a request was
 * found that may be over.
 */
enum run_end run_pr_push(struct run *run, struct err *err);

#endif
