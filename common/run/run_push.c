#include "run/run_push.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/std.h"
#include "git/refs.h"
#include "plan/plan.h"
#include "plan/plan_record.h"
#include "task/strays.h"

/* Return true if a push now cannot be taken for dead by another run. */
static bool
is_push_in_time(const struct run *run)
{
	int64_t age = clock_monotonic_ms() - run->intended_ms;

	return run_holds(run) && age < run->job->push_ms &&
	       age < run->job->lease_ms;
}

enum run_end
run_push_check(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct object_id head;
	enum github_result result;

	if (run->push == RUN_NO_COMMIT)
		return RUN_IDLE;
	result = refs_head(job->github, job->branch, &head, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	if (strcmp(head.hex, run->ledger.head) != 0 || !is_push_in_time(run))
		return RUN_AGAIN;
	return RUN_DONE;
}

enum run_end
run_push_send(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *ledger = &run->ledger;
	enum github_result result;

	if (run->push == RUN_NO_COMMIT)
		return RUN_IDLE;
	result = refs_update(job->github, job->branch, run->commit.hex, err);
	switch (result) {
	case GITHUB_OK:
		run->push = RUN_LANDED;
		snprintf(
		    ledger->head, sizeof ledger->head, "%s", run->commit.hex);
		ledger->head_ms = app_now(job->app);
		return RUN_DONE;
	case GITHUB_NOT_FORWARD:
		return RUN_AGAIN;
	case GITHUB_FORBIDDEN:
	case GITHUB_PROTECTED:
		run_forbidden(run, err);
		return RUN_DONE;
	case GITHUB_UNKNOWN:
		run->push = RUN_SENT;
		return run_refused(run, result, err);
	default:
		return run_refused(run, result, err);
	}
}

/* Count in the result what was done. */
static void
count_done(struct run *run, bool landed)
{
	struct job_result *result = run->result;
	size_t i;

	for (i = 0; i < run->plan.n; i++) {
		const struct plan_item *item = &run->plan.items[i];

		if (!plan_record_is_done(item, &run->results[i], landed))
			continue;
		result->removed += item->mirror == PLAN_REMOVE;
		result->changed +=
		    item->mirror == PLAN_WRITE || item->mirror == PLAN_YIELD;
		result->conflicts += item->mirror == PLAN_YIELD;
		result->pushed += item->git == PLAN_PUSH && landed;
	}
}

/*
 * Note what Git's folder has that is no task: the names when the folder was
 * read, the files that are too large when no portion is left to ask for more.
 */
static void
record_strays(struct run *run)
{
	const struct plan *plan = &run->plan;
	struct strays *strays = &run->ledger.strays, seen = STRAYS_INIT;
	size_t i;

	if (!run->remote.same && strays_set_names(strays, &run->remote.strays))
		run->shown = true;
	for (i = 0; i < plan->n; i++)
		if (plan->items[i].facts->theirs.state == FACTS_TOO_LARGE)
			strays_add_large(&seen, plan->items[i].facts->file);
	if (!plan->more && strays_set_large(strays, &seen))
		run->shown = true;
	strays_release(&seen);
}

/* Bring the ledger up to date with what was done; it is not saved yet. */
static void
record_all(struct run *run)
{
	bool landed = run->push == RUN_LANDED;
	const struct plan_git_after git = {
	    .landed = landed,
	    .tasks = landed ? run->made_tasks.hex : run->remote.tasks.hex,
	    .folder = run->remote.folder,
	};

	if (plan_record_done(&run->plan, run->results, &run->ledger, &git))
		run->shown = true;
	count_done(run, landed);
}

/*
 * Return true if this attempt ended before bytes were moved from one name to
 * another: the old name may be overwritten already, so that they stand
 * nowhere.  The next attempt settles the intents, as after a crash.
 */
static bool
is_move_broken(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->plan.n; i++)
		if (plan_brings_bytes(&run->plan.items[i]) &&
		    plan_writes(&run->plan.items[i]) &&
		    !run->results[i].written)
			return true;
	return false;
}

enum run_end
run_push_record(struct run *run, struct err *err)
{
	bool done = run->so_far == RUN_DONE;
	enum run_end end;

	if (run->push == RUN_SENT)
		return RUN_IDLE;
	if (is_move_broken(run)) {
		run->ledger.commit[0] = '\0'; /* it was never sent */
		return run_save(run, err);
	}
	record_all(run);
	if (done)
		record_strays(run);
	if (done)
		run_set_state(run);
	/* If nothing that is shown has changed, the save that gives the lease
	 * back is enough. */
	if (done && !run->ledger.raise && !run->shown && !run->plan.more)
		return RUN_IDLE;
	end = run_save_shown(run, err);
	return end == RUN_DONE && run->plan.more ? RUN_MORE : end;
}
