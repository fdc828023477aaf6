#include "run/run_head.h"

#include "app/app.h"
#include "base/span.h"
#include "base/std.h"
#include "git/refs.h"
#include "week/ledger.h"

/*
 * Return the head that GitHub most likely still has, or "" if the ref itself
 * must be asked: if a webhook told of another head, if everything is compared
 * (mode=full), and from the second look on, since something has moved then.
 */
static const char *
expect_head(const struct run *run)
{
	const struct ledger *ledger = &run->ledger;
	const char *after = run->note.after;

	if (run->looked_ms != 0 || run->job->full || ledger->after[0] != '\0' ||
	    (after[0] != '\0' && strcmp(after, ledger->head) != 0))
		return "";
	return ledger->head;
}

enum run_end
run_head_read(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	const char *known = expect_head(run);
	enum github_result result;

	/* Before the request: the answer may be as old as the question. */
	run->looked_ms = app_now(job->app);
	result = refs_poll(job->github, job->branch, known, &run->seen, err);
	return result == GITHUB_OK ? RUN_DONE : run_refused(run, result, err);
}

enum github_result
run_head_has(const struct run *run, const char *commit, const char *head,
    bool *has, struct err *err)
{
	enum refs_order order = REFS_IDENTICAL;
	enum github_result result = GITHUB_OK;

	if (strcmp(commit, head) != 0)
		result =
		    refs_compare(run->job->github, commit, head, &order, err);
	*has = result == GITHUB_OK &&
	       (order == REFS_IDENTICAL || order == REFS_AHEAD);
	return result;
}

/*
 * Note the head that a webhook told of, if it is not known yet, not that of
 * our own push, and not all zeros (the branch was removed).  The wait for it
 * begins when its mark was put, so that reading the mark again does not
 * prolong it.
 */
static void
note_after(struct run *run)
{
	static const char none[] = "0000000000000000000000000000000000000000";
	const char *after = run->note.after;
	int64_t now = app_now(run->job->app);
	int64_t at = run->note.at_ms < now ? run->note.at_ms : now;
	struct ledger *ledger = &run->ledger;

	if (after[0] == '\0' || now - at >= run->job->lag_ms ||
	    strcmp(after, none) == 0 || strcmp(after, ledger->head) == 0 ||
	    strcmp(after, ledger->after) == 0)
		return;
	snprintf(ledger->after, sizeof ledger->after, "%s", after);
	ledger->after_ms = at;
}

/*
 * Return RUN_LATER while the head lacks the one that a webhook told of.  Give
 * that up once GitHub's lag is over: a force push took it away, or it never
 * was there.
 */
static enum run_end
await_after(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *ledger = &run->ledger;
	enum github_result result;
	bool has;

	note_after(run);
	if (ledger->after[0] == '\0')
		return RUN_DONE;
	result = run_head_has(run, ledger->after, run->seen.hex, &has, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	if (!has && span_lasts(ledger->after_ms, job->lag_ms, run->looked_ms))
		return RUN_LATER;
	ledger->after[0] = '\0';
	ledger->after_ms = 0;
	return RUN_DONE;
}

/*
 * Believe a head that is not ahead of the recorded one only if the record is
 * older than GitHub's lag: until then GitHub may answer with an old head.
 */
enum run_end
run_head_believe(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	struct ledger *ledger = &run->ledger;
	enum github_result result;
	enum run_end end = await_after(run, err);
	bool has;

	if (end != RUN_DONE)
		return end;
	if (ledger->head[0] != '\0') {
		result =
		    run_head_has(run, ledger->head, run->seen.hex, &has, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
		if (!has &&
		    span_lasts(ledger->head_ms, job->lag_ms, run->looked_ms))
			return RUN_LATER;
	}
	snprintf(ledger->head, sizeof ledger->head, "%s", run->seen.hex);
	ledger->head_ms = app_now(job->app);
	return RUN_DONE;
}
