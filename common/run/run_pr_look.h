/*
 * run_pr_look: ask GitHub what has become of the pull requests that are open
 * (docs/reconcile.md, "By pull request"), before anything is decided about
 * their files.  Reads the facts; settle_pr decides.
 */
#ifndef RUN_PR_LOOK_H
#define RUN_PR_LOOK_H

#include "run/run.h"

/*
 * Step "pulls": once a run, and again where a request is known since that
 * may be over.  A token that may not see pull requests leaves them as they
 * are.
 */
enum run_end run_pr_look(struct run *run, struct err *err);

#endif
