/*
 * settle: decide what has become of an earlier run's intents and of the pull
 * requests (docs/reconcile.md 2 and "By pull request").  Before anything is
 * planned the records must say what has really happened.  Pure: what the
 * store and GitHub say comes in as data.
 *
 * Error handling: no function fails.
 *
 * Calling sequence
 *
 *	if (settle_fate(&ledger, in_head, &clock) == SETTLE_OPEN)
 *		decide nothing, look again later;
 *	for each intent:
 *		if (settle_is_as_before(intent, listed_etag, landed))
 *			continue;
 *		settle_intent(&ledger, intent, &seen, landed);
 *	for each intent with settle_lacks_bytes(intent):
 *		rescue them if their old name was overwritten;
 *	settle_moves(&ledger);
 */
#ifndef SETTLE_H
#define SETTLE_H

#include "week/ledger.h"

struct settle_clock {
	int64_t now_ms;
	int64_t looked_ms; /* when GitHub was asked for the head */
	int64_t lag_ms;    /* GitHub's answers may be as old as that */
	int64_t lease_ms;  /* a push may come so long after its intent */
};

/* Return true if GitHub's answers in this run may be older than that moment. */
bool settle_is_recent(const struct settle_clock *clock, int64_t ms);

enum settle_fate {
	SETTLE_LANDED, /* the commit is in the head's history */
	SETTLE_DEAD,   /* it never will be; or there was no commit */
	SETTLE_OPEN,   /* nobody can know yet */
};
/*
 * Return what has become of the intents' commit; in_head is whether the
 * believed head has it in its history.
 */
enum settle_fate settle_fate(const struct ledger *ledger, bool in_head,
    const struct settle_clock *clock);

/*
 * Return true if nothing has come of the intent, so that the old base holds:
 * its file's ETag ("" absent) is still the one before, or it was to be
 * pushed only and the commit is dead.
 */
bool settle_is_as_before(
    const struct ledger_intent *intent, const char *etag, bool landed);

/* What stands in the mirror under the intent's name. */
struct settle_seen {
	bool there;
	const char *etag; /* the one that came with the bytes */
	const char *hash; /* of these bytes */
};

/*
 * Write into the records what has come of an intent that is not as before, and
 * note in it whether it was carried out.
 */
void settle_intent(struct ledger *ledger, struct ledger_intent *intent,
    const struct settle_seen *seen, bool landed);
/*
 * After all of them: let conflicts and pull requests follow the files that
 * were renamed, and forget the removed ones.
 */
void settle_moves(struct ledger *ledger);
/*
 * Return true if the intent should have brought bytes of ours here and was not
 * carried out, so that they are lost if their old name was overwritten.
 */
bool settle_lacks_bytes(const struct ledger_intent *intent);

/* What GitHub says of a file's pull request. */
struct settle_pr_seen {
	bool open, merged;
	const char *head;   /* tip of its branch */
	bool merge_in_head; /* if merged: the believed head has the merge */
	/* Then: the request's head has our last push; the one before it. */
	bool tip_in, old_in;
};

enum settle_pr {
	SETTLE_PR_SAME,
	SETTLE_PR_SHOWN,  /* something that is shown has changed */
	SETTLE_PR_LANDED, /* the same, and the file has another base */
	SETTLE_PR_WAITS,  /* merged, but the believed head is too old for it */
};
/* Write into the file's record what has become of its pull request. */
enum settle_pr settle_pr(struct ledger_file *f,
    const struct settle_pr_seen *seen, const struct settle_clock *clock);

#endif
