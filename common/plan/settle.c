#include "plan/settle.h"

#include "base/span.h"
#include "base/std.h"

bool
settle_is_recent(const struct settle_clock *clock, int64_t ms)
{
	return span_lasts(ms, clock->lag_ms, clock->looked_ms);
}

enum settle_fate
settle_fate(
    const struct ledger *ledger, bool in_head, const struct settle_clock *clock)
{
	/* The earlier run may have pushed as late as its lease ended, and the
	 * head that was read may be older than that by GitHub's lag. */
	int64_t unknown_ms = clock->lag_ms + clock->lease_ms + 1;

	if (ledger->commit[0] == '\0')
		return SETTLE_DEAD;
	if (in_head)
		return SETTLE_LANDED;
	return span_lasts(ledger->intent_ms, unknown_ms, clock->looked_ms)
		   ? SETTLE_OPEN
		   : SETTLE_DEAD;
}

bool
settle_is_as_before(
    const struct ledger_intent *intent, const char *etag, bool landed)
{
	if (intent->written)
		return strcmp(etag, intent->before) == 0;
	return !landed || intent->pushed[0] == '\0';
}

static bool
is_removal(const struct ledger_intent *intent)
{
	return intent->written && intent->after[0] == '\0';
}

/* Settle an intent whose bytes the mirror has: set the base they stand for. */
static void
settle_meant(struct ledger *ledger, const struct ledger_intent *i,
    const char *etag, bool pushed)
{
	struct ledger_file *f = ledger_record(ledger, i->file);
	bool at_base = strcmp(i->hash, i->after) == 0;

	/* Bytes of a closed request are not pushed again, and what a merge
	 * has made of them is not either. */
	if (f->pr.state == LEDGER_PR_CLOSED && std_streq(f->pr.etag, i->before))
		ledger_decline(&f->pr, i->after, etag);
	if (pushed) {
		ledger_set_base(f, i->pushed, i->after, etag);
		ledger_pr_end(&f->pr);
	} else {
		ledger_set_base(f, i->base, i->hash, at_base ? etag : "");
	}
	if (i->conflict[0] != '\0')
		ledger_set_conflict(f, i->conflict, i->fields);
}

/*
 * Settle an intent whose file has other bytes: the user has edited the file
 * since, or removed it.
 */
static void
settle_edited(struct ledger *ledger, const struct ledger_intent *i, bool pushed)
{
	struct ledger_file *f = ledger_record(ledger, i->file);

	if (pushed)
		ledger_set_base(f, i->pushed, i->after, "");
	else if (i->written)
		ledger_set_base(f, "", "", "");
	if (i->written && i->conflict[0] != '\0')
		ledger_set_conflict(f, i->conflict, i->fields);
}

void
settle_intent(struct ledger *ledger, struct ledger_intent *intent,
    const struct settle_seen *seen, bool landed)
{
	bool pushed = landed && intent->pushed[0] != '\0';

	intent->settled = true;
	if (!seen->there && is_removal(intent))
		return; /* settle_moves forgets it, with the others */
	if (seen->there && strcmp(seen->hash, intent->after) == 0) {
		settle_meant(ledger, intent, seen->etag, pushed);
	} else {
		intent->settled = false;
		settle_edited(ledger, intent, pushed);
	}
}

void
settle_moves(struct ledger *ledger)
{
	struct ledger_move *moves =
	    std_alloc(ledger->n_intents * sizeof *moves);
	size_t i, n = 0;

	for (i = 0; i < ledger->n_intents; i++) {
		const struct ledger_intent *intent = &ledger->intents[i];

		if (intent->settled && intent->renamed != NULL)
			moves[n++] =
			    (struct ledger_move){intent->file, intent->renamed};
	}
	ledger_move(ledger, moves, n);
	free(moves);
	for (i = 0; i < ledger->n_intents; i++)
		if (ledger->intents[i].settled &&
		    is_removal(&ledger->intents[i]))
			ledger_forget(ledger, ledger->intents[i].file);
}

bool
settle_lacks_bytes(const struct ledger_intent *intent)
{
	return intent->source != NULL && intent->written && !intent->settled;
}

static enum settle_pr
show_pr(struct ledger_pr *pr, enum ledger_pr_state state)
{
	if (pr->state == state)
		return SETTLE_PR_SAME;
	ledger_pr_set_state(pr, state);
	return SETTLE_PR_SHOWN;
}

/*
 * Settle a request that was merged: the base is the last of our pushes that
 * was merged.  A push that came too late for the merge is dirty again.  If a
 * reviewer took all of ours out of the branch before, the old base holds.
 */
static enum settle_pr
land_pr(struct ledger_file *f, const struct settle_pr_seen *seen)
{
	struct ledger_pr *pr = &f->pr;

	if (seen->tip_in)
		ledger_set_base(
		    f, pr->blob, pr->hash, pr->etag != NULL ? pr->etag : "");
	else if (seen->old_in)
		ledger_set_base(f, pr->old_blob, pr->old_hash, "");
	ledger_pr_end(pr);
	return SETTLE_PR_LANDED;
}

/*
 * Settle a request that is open.  A tip that is not ours makes it `fremd`, but
 * only when GitHub's answer cannot be older than our push.
 */
static enum settle_pr
settle_open(struct ledger_pr *pr, const struct settle_pr_seen *seen,
    const struct settle_clock *clock)
{
	bool ours = strcmp(seen->head, pr->tip) == 0 ||
		    (pr->moving && strcmp(seen->head, pr->old) == 0);

	if (!ours && settle_is_recent(clock, pr->pushed_ms))
		return SETTLE_PR_SAME;
	return show_pr(pr, ours ? LEDGER_PR_OPEN : LEDGER_PR_FOREIGN);
}

/*
 * A merge that the believed head lacks may be too new for it, so wait.  One
 * that does not come within GitHub's lag (it was forced away, or went into
 * another branch) counts as closed.
 */
enum settle_pr
settle_pr(struct ledger_file *f, const struct settle_pr_seen *seen,
    const struct settle_clock *clock)
{
	struct ledger_pr *pr = &f->pr;

	if (seen->open)
		return settle_open(pr, seen, clock);
	if (seen->merged && seen->merge_in_head)
		return land_pr(f, seen);
	if (seen->merged) {
		if (pr->merged_ms == 0)
			pr->merged_ms = clock->now_ms;
		if (settle_is_recent(clock, pr->merged_ms))
			return SETTLE_PR_WAITS;
	}
	pr->merged_ms = 0;
	return show_pr(pr, LEDGER_PR_CLOSED);
}
