/*
 * user_rate: limit how many costly requests a user may send in a minute
 * (CODEX_USER_RATE, design.md 9).  nginx counts addresses; this counts users,
 * from however many addresses, sessions and tokens they come.
 *
 * The limit holds for all programs of the host together: a shared counter
 * (counters.h, file `<run>/rates`) has the minute, the user's mark and the
 * number of requests.  If two users share a counter, each of them takes it
 * over and begins at one: their limit gets weaker, but no user is ever refused
 * for the requests of another.
 *
 * Error handling
 *
 * ERR_RATE, with err->retry_s the seconds until the next minute.
 */
#ifndef USER_RATE_H
#define USER_RATE_H

#include "base/counters.h"

/*
 * Count one request of the user.  ERR_RATE if the user has sent more than
 * `most` in this minute.  `rates` NULL or `most` 0 means no limit.
 */
MUST_USE int user_rate_take(const struct counters *rates, const char *user,
    int64_t now_ms, int64_t most, struct err *err);

/* Return how many requests were counted in this minute, at most 65,535. */
int64_t user_rate_count(
    const struct counters *rates, const char *user, int64_t now_ms);

/* Fail with the error of a limit that was reached. */
int user_rate_refuse(int64_t now_ms, struct err *err);

#endif
