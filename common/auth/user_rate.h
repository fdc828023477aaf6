/*
 * user_rate: how often in a minute a user may ask for what costs something
 * (CODEX_USER_RATE).  nginx counts addresses; this counts users, from
 * wherever and with however many sessions and tokens they come.
 *
 * It holds for all programs of the host together: a shared counter
 * (counters.h, file `<run>/rates`) has the minute, whose it is and how many.
 * Who shares a counter with somebody takes it over and begins at one, so that
 * nobody is ever held back for another; that only makes the limit of these
 * two weaker.
 */
#ifndef USER_RATE_H
#define USER_RATE_H

#include "base/counters.h"

/*
 * Counts one request.  ERR_RATE with the time until the next minute if that
 * is more than `most`; `rates` NULL or `most` 0 is no limit.
 */
MUST_USE int user_rate_take(const struct counters *rates, const char *user,
    int64_t now_ms, int64_t most, struct err *err);

#endif
