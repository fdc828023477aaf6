/*
 * clock: tell the time to modules that are not pure.  No function fails.
 *
 * Two clocks, as clock_gettime(2) has them.  The real one says what day it is,
 * may be set back, and is what users, GitHub and other hosts mean: what is
 * stored of it is judged by span.h.  The monotonic one only goes forward, and
 * its zero is the start of the host: it is for deadlines and durations within
 * one process, or between those of one host.  Values of the two must never be
 * compared.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include "base/std.h"

/* Return the real time in milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_real_ms(void);

/* Return the monotonic time, in milliseconds or microseconds. */
int64_t clock_monotonic_ms(void);
long clock_monotonic_us(void);

#endif
