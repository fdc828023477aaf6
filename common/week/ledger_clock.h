/*
 * ledger_clock: read the times of sync.json by this host's clock (reconcile.md,
 * "Clocks").  Pure.
 *
 * All times in sync.json are of the clock of the host that wrote it last.
 * `savedAt` says what that clock showed then, and the store, by its own clock,
 * how long ago that was.  What is between the two and this host's clock is by
 * how much the clocks differ, and the times by which a run waits are moved by
 * it.  So a lease that another host holds lasts as long here as there, however
 * its clock stands, and one that this host's wrong clock has dated ends in
 * time.
 *
 *	if (ledger_json_parse(&blob.bytes, &ledger) == LEDGER_JSON_GOOD)
 *		ledger_clock_read(&ledger, now_ms, blob.age_ms);
 *	...
 *	ledger.saved_ms = now_ms;
 *	ledger_json_print(&text, &ledger);
 *
 * Error handling: no function fails.
 */
#ifndef LEDGER_CLOCK_H
#define LEDGER_CLOCK_H

#include "week/ledger.h"

/* By this much clocks may differ before anything is moved: the store's may be
 * cut to seconds, and the answer takes a while. */
#define LEDGER_CLOCK_NEAR_MS INT64_C(5000)

/*
 * Move the times of a ledger that was just read.  age_ms is how long ago it
 * was written by the store's clock; below 0: the store cannot tell, and then
 * only a ledger from a time to come is moved back to now.  Without savedAt
 * nothing is moved.
 */
void ledger_clock_read(struct ledger *ledger, int64_t now_ms, int64_t age_ms);

/*
 * Return true if a run holds the lease.  One that would last longer than
 * lease_ms from now was dated by a wrong clock, and counts as over.
 */
bool ledger_clock_is_leased(
    const struct ledger *ledger, int64_t lease_ms, int64_t now_ms);

#endif
