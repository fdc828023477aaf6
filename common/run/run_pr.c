#include "run/run_pr.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/pr.h"
#include "run/remote.h"
#include "run/run_branch.h"
#include "run/run_commit.h"
#include "task/taskset.h"
#include "week/ledger.h"

#define PRS 25 /* pushed in one run; the next run goes on */

/* Note in the ledger which pull request is the file's. */
static void
take_request(struct run *run, const struct pr *request)
{
	struct ledger_pr *p = run->pr->pr;

	p->number = request->number;
	free(p->url);
	p->url = std_strdup(request->url);
	run->shown = true;
}

/*
 * Find a request of the branch that is open, or whose head is the commit that
 * we pushed, the newest of them, and note it.  One that is closed may have
 * been merged: then look at it as at any other (run_pr_look).
 */
static enum github_result
find_request(struct run *run, struct err *err)
{
	const struct ledger_pr *p = run->pr->pr;
	struct pr_list all = PR_LIST_INIT;
	enum github_result result =
	    pr_find(run->job->github, p->branch, PR_ALL, &all, err);
	const struct pr *found = NULL;
	size_t i;

	for (i = all.n; i > 0; i--)
		if (all.pulls[i - 1].open ||
		    strcmp(all.pulls[i - 1].head.hex, p->tip) == 0)
			found = &all.pulls[i - 1];
	if (result == GITHUB_OK && found != NULL)
		take_request(run, found);
	if (found != NULL && !found->open)
		run->prs = RUN_PRS_STALE;
	pr_list_release(&all);
	return result;
}

/* Return true if the branch is pushed, but no request is known of it. */
static bool
lacks_request(const struct run *run)
{
	const struct ledger_pr *p = run->pr->pr;

	return p->state == LEDGER_PR_OPEN && p->number == 0;
}

/*
 * Look for a request that an earlier run may have opened before it crashed,
 * so that no second one is opened.
 */
static enum run_end
find_opened(struct run *run, struct err *err)
{
	if (!run->pr->resumed || !lacks_request(run))
		return RUN_IDLE;
	return run_branch_refused(run, find_request(run, err), err);
}

/* Append the text of a request: whose file it is, and its path. */
static void
describe_file(const struct run *run, struct buf *out)
{
	char text[MSG_TEXT_MAX];
	struct msg title;

	msg_set(&title, MSG_SYNC_PULL_REQUEST);
	msg_value(&title, "%s", run->job->user);
	buf_addf(out, "%s `", msg_text(&title, text));
	remote_path(out, run->job->app, &run->remote, run->job->user,
	    run->pr->item->facts->file);
	buf_addc(out, '`');
}

/* Open the request of the branch, unless there is one. */
static enum run_end
open_request(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct buf title = BUF_INIT, body = BUF_INIT;
	struct pr request = PR_INIT;
	enum github_result result;

	if (!lacks_request(run))
		return RUN_IDLE;
	run_commit_subject(run->pr->item, &title);
	describe_file(run, &body);
	const struct pr_new what = {
	    title.s, body.s, run->pr->pr->branch, job->branch};
	result = pr_open(job->github, &what, &request, err);
	if (result == GITHUB_OK) {
		take_request(run, &request);
	} else if (result == GITHUB_EXISTS) {
		result = find_request(run, err);
	} else if (result == GITHUB_INVALID) {
		/* GitHub refuses a request for this branch, for good: there
		 * may be nothing to merge.  It counts as closed, so that not
		 * every run asks again. */
		run_branch_show(run, LEDGER_PR_CLOSED);
		ledger_set_state(&run->ledger, LEDGER_STATE_OK, &err->msg);
		result = GITHUB_OK;
	}
	pr_release(&request);
	buf_release(&title);
	buf_release(&body);
	return run_branch_refused(run, result, err);
}

/* Save what is about to happen to the branch, before it does. */
static enum run_end
save_meant(struct run *run, struct err *err)
{
	const struct ledger_pr *p = run->pr->pr;

	if (!p->moving || p->state != LEDGER_PR_OPEN)
		return RUN_IDLE;
	return run_save_shown(run, err);
}

/*
 * Bring one item to its pull request.  RUN_PART: GitHub refuses this one, go
 * on with the others.
 */
static enum run_end
push_one(struct run *run, size_t place, struct err *err)
{
	static const struct run_step steps[] = {
	    {NULL, run_branch_read, false},
	    {"branch", run_branch_resume, false},
	    {"made", run_branch_make, false},
	    {"meant", save_meant, false},
	    {"branch", run_branch_move, false},
	    {NULL, find_opened, false},
	    {"opened", open_request, false},
	    {"pulled", run_save_shown, true},
	};
	const struct plan_item *item = &run->plan.items[place];
	const char *file = item->facts->file;
	struct ledger_pr *p = &ledger_record(&run->ledger, file)->pr;
	struct run_pr way = {
	    .item = item,
	    .etag = run->results[place].etag.s,
	    .pr = p,
	    .waits = ledger_pr_waits(p),
	    .resumed = p->state == LEDGER_PR_OPEN && p->number == 0,
	};
	enum run_end end;

	if (p->branch == NULL)
		p->branch = run_branch_name(run, file);
	taskset_hash(item->after.s, item->after.len, way.hash);
	run->pr = &way;
	end = run_steps(run, steps, ARRAY_LEN(steps), err);
	run->pr = NULL;
	/* The run ends as one whose token may only read, not as a failure. */
	if (end == RUN_STOP && run->read_only)
		return RUN_DONE;
	return end == RUN_STOP && way.refused ? RUN_PART : end;
}

enum run_end
run_pr_push(struct run *run, struct err *err)
{
	bool refused = false;
	enum run_end end;
	size_t i, n = 0;

	for (i = 0; i < run->plan.n && !run->read_only; i++) {
		if (run->plan.items[i].git != PLAN_BY_PR)
			continue;
		if (n++ == PRS)
			return RUN_LATER;
		end = run_keep(run, err);
		if (end == RUN_DONE)
			end = push_one(run, i, err);
		refused = refused || end == RUN_PART;
		if (end != RUN_DONE && end != RUN_PART)
			return end;
	}
	if (run->read_only)
		run_set_state(run);
	else if (refused)
		return RUN_STOP;
	else if (run->prs == RUN_PRS_STALE)
		return RUN_MORE;
	return run->merge_unseen ? RUN_LATER : RUN_DONE;
}
