#include "run/run_pr_look.h"

#include "base/std.h"
#include "git/pr.h"
#include "plan/settle.h"
#include "run/run_head.h"
#include "week/ledger.h"

/*
 * Read what settle_pr needs of a request that is merged: whether the head has
 * the merge, and if so, which of our pushes was merged.  The push before the
 * last one is asked for only if the last one came too late for the merge.
 */
static enum github_result
read_merged(struct run *run, const struct ledger_pr *pr,
    const struct pr *request, struct settle_pr_seen *seen, struct err *err)
{
	enum github_result result = run_head_has(run, request->merge.hex,
	    run->ledger.head, &seen->merge_in_head, err);

	if (result != GITHUB_OK || !seen->merge_in_head)
		return result;
	result =
	    run_head_has(run, pr->tip, request->head.hex, &seen->tip_in, err);
	if (result == GITHUB_OK && !seen->tip_in && pr->old_blob[0] != '\0')
		result = run_head_has(
		    run, pr->old, request->head.hex, &seen->old_in, err);
	return result;
}

/* Let settle_pr decide about one file's request, and note what that shows. */
static enum github_result
settle_request(struct run *run, struct ledger_file *f, const struct pr *request,
    struct err *err)
{
	struct settle_pr_seen seen = {
	    .open = request->open,
	    .merged = request->merged,
	    .head = request->head.hex,
	};
	const struct settle_clock clock = run_clock(run);
	enum github_result result = GITHUB_OK;

	if (!request->open && request->merged)
		result = read_merged(run, &f->pr, request, &seen, err);
	if (result != GITHUB_OK)
		return result;
	switch (settle_pr(f, &seen, &clock)) {
	case SETTLE_PR_SAME:
		break;
	case SETTLE_PR_WAITS:
		run->merge_unseen = true;
		break;
	case SETTLE_PR_LANDED:
		run->ledger.tree[0] = run->ledger.tree_head[0] = '\0';
		run->shown = true;
		break;
	case SETTLE_PR_SHOWN:
		run->shown = true;
		break;
	}
	return GITHUB_OK;
}

/*
 * Settle a file's request from the list of the open ones; if it is not among
 * these, ask for it by its number.
 */
static enum github_result
look_at_request(struct run *run, struct ledger_file *f,
    const struct pr_list *open, struct err *err)
{
	struct pr request = PR_INIT;
	enum github_result result;
	size_t i;

	for (i = 0; i < open->n; i++)
		if (open->pulls[i].number == f->pr.number)
			return settle_request(run, f, &open->pulls[i], err);
	result = pr_get(run->job->github, f->pr.number, &request, err);
	if (result == GITHUB_OK)
		result = settle_request(run, f, &request, err);
	pr_release(&request);
	/* GitHub answers 404, too, for what the token may not see: leave the
	 * record as it is. */
	return result == GITHUB_ABSENT ? GITHUB_OK : result;
}

/* Return true if the file waits for a request that GitHub knows. */
static bool
is_asked_for(const struct ledger_file *f)
{
	return ledger_pr_waits(&f->pr) && f->pr.number > 0;
}

/*
 * Settle all requests.  Keep the lease, and with it what is settled, between
 * them: many on a slow day last longer than it.
 */
static enum run_end
look_at_requests(struct run *run, const struct pr_list *open, struct err *err)
{
	struct ledger *ledger = &run->ledger;
	enum github_result result;
	enum run_end end;
	size_t i;

	for (i = 0; i < ledger->n; i++) {
		if (!is_asked_for(ledger->files[i]))
			continue;
		end = run_keep(run, err);
		if (end != RUN_DONE)
			return end;
		result = look_at_request(run,
		    ledger_record(ledger, ledger->files[i]->file), open, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
	}
	return RUN_DONE;
}

enum run_end
run_pr_look(struct run *run, struct err *err)
{
	struct pr_list open = PR_LIST_INIT;
	enum github_result result;
	enum run_end end = RUN_DONE;
	size_t i = 0;

	while (i < run->ledger.n && !is_asked_for(run->ledger.files[i]))
		i++;
	if (run->prs == RUN_PRS_ASKED || i == run->ledger.n)
		return RUN_IDLE;
	run->merge_unseen = false;
	run->prs = RUN_PRS_UNASKED;
	result = pr_find(run->job->github, NULL, PR_OPEN, &open, err);
	if (result == GITHUB_OK)
		end = look_at_requests(run, &open, err);
	else if (result != GITHUB_FORBIDDEN && result != GITHUB_ABSENT)
		end = run_refused(run, result, err);
	pr_list_release(&open);
	if (end == RUN_DONE)
		run->prs = RUN_PRS_ASKED;
	return end;
}
