#include "base/span.h"

bool
span_lasts(int64_t from_ms, int64_t len_ms, int64_t now_ms)
{
	/* Stored numbers may be anything: compare before subtracting. */
	if (from_ms < 0 || from_ms > now_ms + SPAN_NUDGE_MS)
		return false;
	return now_ms - from_ms < len_ms;
}
