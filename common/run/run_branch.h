/*
 * run_branch: the branch of one file's pull request: its name, and the
 * commits on it.  For run_pr.
 */
#ifndef RUN_BRANCH_H
#define RUN_BRANCH_H

#include "run/run.h"

/* One file on its way to its pull request. */
struct run_pr {
	const struct plan_item *item;
	const char *etag;            /* of the bytes that go there */
	char hash[ENC_HASH_LEN + 1]; /* of these */
	struct ledger_pr *pr;        /* the file's, in the ledger */
	bool waits;   /* at the start the ledger knew an open one */
	bool resumed; /* an earlier run's branch, without a request yet */
	struct object_id ref; /* where the branch is; "" nowhere */
};

/* The branch's name for a file; the caller frees it. */
MUST_USE char *run_branch_name(const struct job *job, const char *file);

/*
 * Step: read where the branch is.  Undecided while GitHub cannot know of our
 * last push yet.
 */
enum run_end run_branch_read(struct run *run, struct err *err);
/* Step "branch": finish the move that an earlier run has begun. */
enum run_end run_branch_resume(struct run *run, struct err *err);
/* Step "made": make a commit of our bytes, if the branch lacks them. */
enum run_end run_branch_make(struct run *run, struct err *err);
/* Step "branch": move the branch to that commit, or make it there. */
enum run_end run_branch_move(struct run *run, struct err *err);

/* Set the state of the file's request, as it is shown. */
void run_branch_show(struct run *run, enum ledger_pr_state state);
/*
 * What a refusal by GitHub means for one pull request.  RUN_STOP with
 * run->read_only: this token must not make any.
 */
enum run_end run_branch_refused(
    struct run *run, enum github_result result, const struct err *err);

#endif
