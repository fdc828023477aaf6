/*
 * run_commit: make the commits of a run (docs/reconcile.md 8; authors and
 * subjects: design.md 7, "Commits").  Tree and commit are made before the
 * mirror is written and before any branch has them, so that a run that ends
 * here leaves nothing to be undone.
 *
 * Error handling: as in run.h; run_commit_create as in object.h.
 */
#ifndef RUN_COMMIT_H
#define RUN_COMMIT_H

#include "run/run.h"

/*
 * Step "commit": make the commit of this portion's pushes upon the believed
 * head, into run->commit, and the blobs that it has into run->results.  If
 * the token may only read, drop the pushes; the run goes on pulling.
 */
enum run_end run_commit_make(struct run *run, struct err *err);

/* Return the mode that the item's file gets in Git: 0100644 or 0100755. */
unsigned run_commit_mode(const struct plan_item *item);

/* Append the first line of a commit for this item's new bytes. */
void run_commit_subject(const struct plan_item *item, struct buf *out);

struct run_commit_new {
	const char *message, *tree;
	const char *const *parents;
	size_t n_parents;
};

/* Make a commit whose author is the user; its id becomes *out. */
MUST_USE enum github_result run_commit_create(struct run *run,
    const struct run_commit_new *what, struct object_id *out, struct err *err);

#endif
