/*
 * span: decide whether a span of time that began at a stored moment still
 * lasts: a lease, a pause, the age up to which something is believed.
 *
 * Pure: the caller passes all times, of one clock, in milliseconds.
 *
 * Moments that were written down by the real clock may lie ahead: the clock
 * was wrong and has been set back, or another host's is ahead.  Nothing tells
 * how old they are, and whoever waited for them would wait until then.  So
 * they count as over.  What one process alone waits for it keeps by the
 * monotonic clock (clock.h), which has no such moments.
 *
 *	if (span_lasts(lease_until_ms - lease_ms, lease_ms, app_now(app)))
 *		return RUN_LOST;
 *
 * Error handling: no function fails, whatever the numbers are.
 */
#ifndef SPAN_H
#define SPAN_H

#include "base/std.h"

/* NTP sets clocks back by this much, and hosts with it differ by this much:
 * such a moment counts as the present one. */
#define SPAN_NUDGE_MS INT64_C(2000)

/* Return true if less than len_ms have passed since from_ms; false, too, if
 * from_ms is ahead of now_ms, or is no time (below 0). */
bool span_lasts(int64_t from_ms, int64_t len_ms, int64_t now_ms);

#endif
