/*
 * run_head: read the head of the branch, and decide whether to believe it
 * (docs/reconcile.md 3 and 4).  GitHub may show an old head for seconds after
 * a push (platforms.md, "GitHub REST"); a run that believed it would undo
 * what it has pushed itself.
 *
 * Error handling: as in run.h; GitHub's refusals are run_refused.
 */
#ifndef RUN_HEAD_H
#define RUN_HEAD_H

#include "run/run.h"

/*
 * Step "head": ask GitHub for the head, after the mark was read and the
 * mirror listed; with If-None-Match first if the head has most likely not
 * moved (refs_poll).
 */
enum run_end run_head_read(struct run *run, struct err *err);

/*
 * Step: make the head that was read the ledger's.  RUN_LATER while it may be
 * an old one: it is not ahead of the one believed last, or lacks the head
 * that a webhook told of, and GitHub's lag is not over.
 */
enum run_end run_head_believe(struct run *run, struct err *err);

/* Set *has to true if the history of `head` has the commit. */
MUST_USE enum github_result run_head_has(const struct run *run,
    const char *commit, const char *head, bool *has, struct err *err);

#endif
