/*
 * run_head: the head of the branch, and whether it may be believed
 * (docs/reconcile.md 3 and 4).
 */
#ifndef RUN_HEAD_H
#define RUN_HEAD_H

#include "run/run.h"

/*
 * Step "head": ask GitHub for it, after mark and mirror were looked at; with
 * If-None-Match first where it has most likely not moved (refs_poll).
 */
enum run_end run_head_read(struct run *run, struct err *err);

/*
 * Step: take it for the ledger's head.  RUN_LATER while it may be an old
 * answer: it is not ahead of the one believed last, or lacks what a webhook
 * told of, and GitHub's lag is not over.
 */
enum run_end run_head_believe(struct run *run, struct err *err);

/* Does the history of `head` have the commit? */
MUST_USE enum github_result run_head_has(const struct run *run,
    const char *commit, const char *head, bool *has, struct err *err);

#endif
