/*
 * run_pr_look: ask GitHub what has become of the pull requests that are open
 * (docs/reconcile.md, "By pull request"), before anything is decided about
 * their files.  No webhook tells of a request that is closed (platforms.md,
 * "GitHub REST").  This module reads the facts; settle_pr decides.
 *
 * Error handling: as in run.h; GitHub's refusals are run_refused.
 */
#ifndef RUN_PR_LOOK_H
#define RUN_PR_LOOK_H

#include "run/run.h"

/*
 * Step "pulls": ask for the requests, once in a run, and again if run_pr_push
 * has found one that may be over.  If the token may not see pull requests,
 * leave their records as they are.
 */
enum run_end run_pr_look(struct run *run, struct err *err);

#endif
