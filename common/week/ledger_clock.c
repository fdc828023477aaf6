#include "week/ledger_clock.h"

#include "base/span.h"

/* Later than any clock can show: sync.json may say anything. */
#define TIME_MAX (INT64_C(1) << 50)

static bool
is_time(int64_t ms)
{
	return ms > 0 && ms < TIME_MAX;
}

/* 0 stands for never, and stays that. */
static void
move_time(int64_t *ms, int64_t by_ms)
{
	if (is_time(*ms))
		*ms = *ms + by_ms > 0 ? *ms + by_ms : 1;
}

static bool
has_waits(const struct ledger_file *f)
{
	return is_time(f->pr.pushed_ms) || is_time(f->pr.merged_ms);
}

static void
move_pr_times(struct ledger_pr *pr, int64_t by_ms)
{
	move_time(&pr->pushed_ms, by_ms);
	move_time(&pr->merged_ms, by_ms);
}

/* Of what runs wait for.  What is shown (lastSyncAt), and what is kept for days
 * (resolved conflicts), may be off by as much as clocks are. */
static void
move_times(struct ledger *ledger, int64_t by_ms)
{
	size_t i;

	move_time(&ledger->run_until_ms, by_ms);
	move_time(&ledger->head_ms, by_ms);
	move_time(&ledger->after_ms, by_ms);
	move_time(&ledger->intent_ms, by_ms);
	for (i = 0; i < ledger->n; i++)
		if (has_waits(ledger->files[i]))
			move_pr_times(
			    &ledger_record(ledger, ledger->files[i]->file)->pr,
			    by_ms);
}

void
ledger_clock_read(struct ledger *ledger, int64_t now_ms, int64_t age_ms)
{
	int64_t by_ms;

	if (!is_time(ledger->saved_ms))
		return;

	by_ms = now_ms - ledger->saved_ms;
	if (age_ms >= 0)
		by_ms -= age_ms;
	else if (by_ms > 0)
		by_ms = 0;
	if (llabs(by_ms) > LEDGER_CLOCK_NEAR_MS)
		move_times(ledger, by_ms);
}

bool
ledger_clock_is_leased(
    const struct ledger *ledger, int64_t lease_ms, int64_t now_ms)
{
	return ledger->run_id != NULL && ledger->run_until_ms > 0 &&
	       span_lasts(ledger->run_until_ms - lease_ms, lease_ms, now_ms);
}
