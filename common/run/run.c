#include "run/run.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "base/zone.h"
#include "git/github.h"
#include "store/blob.h"
#include "sync/ledger_blob.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"

/* Report a step, so that SYNC_CRASH_AT can kill the worker behind it. */
static void
tell_step(const struct run *run, const char *name)
{
	if (run->job->step != NULL)
		run->job->step(run->job->arg, name);
}

/*
 * Run one step until it has no further batch, and report each batch.  err is set
 * only by a step that failed: that of a refusal has gone into the ledger's
 * state.
 */
static enum run_end
repeat_step(struct run *run, const struct run_step *step, struct err *err)
{
	enum run_end end;

	run->at = 0;
	do {
		struct err why = ERR_INIT;

		end = step->run(run, &why);
		if (end == RUN_FAILED)
			*err = why;
		else if (end != RUN_IDLE && step->name != NULL)
			tell_step(run, step->name);
	} while (end == RUN_PART && !run_is_stopping(run));
	if (end == RUN_PART)
		return RUN_LATER;
	return end == RUN_IDLE ? RUN_DONE : end;
}

enum run_end
run_steps(
    struct run *run, const struct run_step *steps, size_t n, struct err *err)
{
	enum run_end end = RUN_DONE, got;
	size_t i;

	for (i = 0; i < n; i++) {
		if (end != RUN_DONE && !steps[i].always)
			continue;
		run->so_far = end;
		got = repeat_step(run, &steps[i], err);
		/* Even a step for `always` must not write without a lease. */
		if (got == RUN_LOST || got == RUN_FAILED)
			return got;
		if (end == RUN_DONE)
			end = got;
	}
	return end;
}

int
run_load(struct run *run, struct err *err)
{
	enum ledger_json parsed = LEDGER_JSON_GOOD;
	struct blob *blob = &run->blob;

	ledger_release(&run->ledger);
	run->prs = RUN_PRS_UNASKED; /* what was settled is read over */
	if (blob_get(run->job->app->store, blob, err) == -1)
		return -1;
	/* The week shows no records while sync.json is broken.  This run
	 * writes new ones, so the version must follow. */
	if (blob->is_there && ledger_blob_parse(run->job->app, run->job->user,
				  blob, &run->ledger, &parsed, err) == -1)
		return -1;
	ledger_clock_read(&run->ledger, app_now(run->job->app), blob->age_ms);
	if (parsed == LEDGER_JSON_NEWER) {
		err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
		return err_detail(err, "newer: %s", blob->key.s);
	}
	if (parsed == LEDGER_JSON_BROKEN) {
		run->shown = true;
		if (run->job->unread != NULL)
			run->job->unread(run->job->arg);
	}
	return 0;
}

enum run_end
run_save(struct run *run, struct err *err)
{
	/* The lease begins before the save: whoever reads it counts from when
	 * the store has it. */
	int64_t lease_end = clock_monotonic_ms() + run->job->lease_ms;
	const struct ledger_base *base = run->ledger.under;
	struct buf text = BUF_INIT;
	bool saved = false;
	int rc;

	run->ledger.saved_ms = app_now(run->job->app);
	/* The save that gives the lease back must not extend it. */
	if (run->ledger.run_id != NULL)
		run->ledger.run_until_ms =
		    run->ledger.saved_ms + run->job->lease_ms;
	rc = ledger_blob_print(
	    run->job->app, run->job->user, &run->ledger, &text, err);
	if (rc == 0 && run->ledger.under != base)
		tell_step(run, "base");
	if (rc == 0)
		rc = blob_swap(
		    run->job->app->store, &run->blob, &text, &saved, err);
	buf_release(&text);
	if (rc == -1)
		return RUN_FAILED;
	if (!saved)
		return RUN_LOST;
	run->lease_end_ms = lease_end;
	run->raise_saved = run->ledger.raise;
	return RUN_DONE;
}

enum run_end
run_save_shown(struct run *run, struct err *err)
{
	run->ledger.raise = run->ledger.raise || run->shown;
	return run_save(run, err);
}

bool
run_holds(const struct run *run)
{
	return clock_monotonic_ms() < run->lease_end_ms;
}

enum run_end
run_keep(struct run *run, struct err *err)
{
	int64_t left = run->lease_end_ms - clock_monotonic_ms();

	return left > run->job->lease_ms / 2 ? RUN_DONE
					     : run_save_shown(run, err);
}

bool
run_is_stopping(const struct run *run)
{
	return run->job->stopping != NULL && *run->job->stopping;
}

struct settle_clock
run_clock(const struct run *run)
{
	return (struct settle_clock){
	    .now_ms = app_now(run->job->app),
	    .looked_ms = run->looked_ms,
	    .lag_ms = run->job->lag_ms,
	    .lease_ms = run->job->lease_ms,
	};
}

/*
 * Put into the state until when GitHub wants a pause ("GitHub verlangt eine
 * Pause bis 18:32 Uhr.").  The limit is real time; the page's clock may be
 * offset (CODEX_NOW).
 */
static void
set_limited(struct run *run)
{
	const struct conf *conf = &run->job->app->conf;
	struct buf clock = BUF_INIT;
	struct msg msg;

	/* Round up to a whole minute, so that the pause is over by then. */
	day_add_clock(&clock,
	    github_limited_until(run->job->github) + conf->now_offset_ms +
		59999,
	    zone_of(conf->zone));
	msg_set(&msg, MSG_GITHUB_LIMITED_UNTIL);
	msg_value(&msg, "%s", clock.s);
	ledger_set_state(&run->ledger, LEDGER_STATE_PENDING, &msg);
	buf_release(&clock);
}

enum run_end
run_refused(struct run *run, enum github_result result, const struct err *err)
{
	bool passes = result == GITHUB_TEMPORARY || result == GITHUB_LIMITED ||
		      result == GITHUB_UNKNOWN || result == GITHUB_DAMAGED;
	struct msg msg;

	if (result == GITHUB_LIMITED) {
		set_limited(run);
		return RUN_LATER;
	}
	if (err->msg.id != MSG_NONE)
		msg = err->msg;
	else
		msg_set(&msg, github_result_msg(result));
	ledger_set_state(&run->ledger,
	    passes ? LEDGER_STATE_PENDING : LEDGER_STATE_FAILED, &msg);
	return passes ? RUN_LATER : RUN_STOP;
}

enum github_result
run_unseen(enum github_result result, struct err *err)
{
	if (result != GITHUB_ABSENT)
		return result;
	err_set(err, ERR_BUSY, github_result_msg(GITHUB_TEMPORARY));
	return GITHUB_TEMPORARY;
}

/* "0008-X.md: Unter diesem Namen steht in Git ein Ordner; …" */
static void
name_blocked(const struct plan_item *item, struct msg *msg)
{
	struct msg why;

	msg_set(&why, item->facts->barred
			  ? MSG_SYNC_NAME_BARRED
			  : ledger_foreign_msg(item->facts->foreign));
	msg_set(msg, MSG_SYNC_NAME_TAKEN);
	msg_value(msg, "%s", item->facts->file);
	msg_cause(msg, &why);
}

/* Name a file that is too large, and say how many more there are. */
static void
name_large(const struct run *run, struct msg *msg)
{
	const struct strays_names *large = &run->ledger.strays.large;

	msg_value(msg, "%s", large->n > 0 ? large->list[0] : "");
	if (large->n > 1)
		msg_value(msg, "%zu", large->n - 1);
}

void
run_forbidden(struct run *run, const struct err *err)
{
	run->read_only = true;
	msg_set(&run->forbidden, MSG_NONE);
	if (err->msg.id == MSG_GITHUB_SAYS) {
		run->forbidden = err->msg;
		run->forbidden.id = MSG_SYNC_READ_ONLY_SAYS;
	}
}

void
run_set_state(struct run *run)
{
	const struct plan *plan = &run->plan;
	enum msg_id id = MSG_NONE;
	struct msg msg;

	if (run->read_only && run->forbidden.id != MSG_NONE) {
		ledger_set_state(
		    &run->ledger, LEDGER_STATE_READ_ONLY, &run->forbidden);
		return;
	}
	if (run->read_only)
		id = MSG_SYNC_READ_ONLY;
	else if (plan->kept > 0 && run->remote.tasks.hex[0] == '\0')
		id = MSG_SYNC_FOLDER_GONE;
	else if (plan->kept > 0)
		id = MSG_SYNC_MANY_GONE;
	else if (plan->too_large)
		id = run->ledger.strays.large.n > 1 ? MSG_SYNC_FILES_TOO_LARGE
						    : MSG_SYNC_FILE_TOO_LARGE;
	else if (plan->revived > 0)
		id = MSG_SYNC_REVIVED;
	msg_set(&msg, id);
	if (id == MSG_SYNC_FILE_TOO_LARGE || id == MSG_SYNC_FILES_TOO_LARGE)
		name_large(run, &msg);
	else if (id == MSG_NONE && plan->blocked != NULL)
		name_blocked(plan->blocked, &msg);
	ledger_set_state(&run->ledger,
	    run->read_only ? LEDGER_STATE_READ_ONLY : LEDGER_STATE_OK, &msg);
}
