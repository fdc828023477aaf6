/*
 * run_commit: the commits of a run (docs/reconcile.md 8): tree and commit
 * are made before anything is written, and no branch has them yet.
 */
#ifndef RUN_COMMIT_H
#define RUN_COMMIT_H

#include "run/run.h"

/*
 * Step "commit": make the commit of this portion's pushes upon the believed
 * head, into run->commit.  A token that may only read drops the pushes
 * instead, and the run goes on pulling.
 */
enum run_end run_commit_make(struct run *run, struct err *err);

/* Append the first line of a commit for this item's new bytes. */
void run_commit_subject(const struct plan_item *item, struct buf *out);

struct run_commit_new {
	const char *message, *tree;
	const char *const *parents;
	size_t n_parents;
};

/* Make a commit by the user, for run_pr. */
MUST_USE enum github_result run_commit_create(struct run *run,
    const struct run_commit_new *what, struct object_id *out, struct err *err);

#endif
