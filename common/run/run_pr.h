/*
 * run_pr: bring edits to Git by pull request (docs/reconcile.md, "By pull
 * request"): one branch for each file, one commit for each edit.
 *
 * The ledger says what is about to happen to a branch before it does: the
 * commit, and where the branch was.  After a crash the next run looks where
 * the branch is, and goes on from there.
 *
 * Error handling: as in run.h.  If the token must not make pull requests, the
 * state is `nur_lesen` and the run ends well.
 */
#ifndef RUN_PR_H
#define RUN_PR_H

#include "run/run.h"

/*
 * Step, once all else is done: push the plan's items that go by pull request,
 * each by the steps "made", "meant", "branch", "opened" and "pulled".
 * RUN_LATER after 25 of them, or while the head lacks the merge of a request
 * that is merged; RUN_MORE if a request was found that may be over.
 */
enum run_end run_pr_push(struct run *run, struct err *err);

#endif
