/*
 * user_rate: limit how many costly requests a user may send in a minute
 * (CODEX_USER_RATE, design.md 9).  nginx counts addresses; this counts users,
 * from however many addresses, sessions and tokens they come.
 *
 * The limit holds for all programs of the host together: a shared counter
 * (counters.h, file `<run>/<name>`) has the minute, the user's mark and the
 * number of requests.  If two users share a counter, each of them takes it
 * over and begins at one: their limit gets weaker, but no user is ever refused
 * for the requests of another.
 *
 * Where hosts share a Redis (site_mark.h), it holds for all of them together:
 * a request must be within the count of the host and that of the site.
 *
 * Error handling
 *
 * ERR_RATE, with err->retry_s the seconds until the next minute.
 */
#ifndef USER_RATE_H
#define USER_RATE_H

#include "base/err.h"
#include "site/site.h"

struct user_rates;

/* Open the counters `<run>/<name>`; site NULL: they are of this host alone. */
MUST_USE int user_rate_open(const char *run, const char *name,
    struct site *site, struct user_rates **out, struct err *err);
void user_rate_close(struct user_rates *rates);

/*
 * Count one request of the user.  ERR_RATE if the user has sent more than
 * `most` in this minute.  `rates` NULL or `most` 0 means no limit.
 */
MUST_USE int user_rate_take(const struct user_rates *rates, const char *user,
    int64_t now_ms, int64_t most, struct err *err);
/* The same of what is this host's alone. */
MUST_USE int user_rate_take_here(const struct user_rates *rates,
    const char *user, int64_t now_ms, int64_t most, struct err *err);

/* Count one request, however many there were, and return how many there are
 * now. */
int64_t user_rate_add(
    const struct user_rates *rates, const char *user, int64_t now_ms);
/* Return how many requests were counted in this minute, on this host at most
 * 65,535. */
int64_t user_rate_count(
    const struct user_rates *rates, const char *user, int64_t now_ms);

/* Fail with the error of a limit that was reached. */
int user_rate_refuse(int64_t now_ms, struct err *err);

#endif
