/*
 * account: which person a user is, and since when his sessions count
 * (DESIGN 9).
 *
 *	state/<user>/githubId.txt  the number of the person at GitHub, who
 *				   was the first to come by that login
 *	state/<user>/session.json  {"epoch":N}: a session of another epoch is
 *				   over; no such blob is epoch 0
 *
 * Both are remembered (recall.h).
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "app.h"

/*
 * The user's first login binds his name to the number; every later one must
 * come with the same.  ERR_OTHER_ID if it does not: GitHub lets a login go
 * from one person to another.
 */
MUST_USE int account_bind(
    const struct app *app, const char *user, int64_t id, struct err *err);

/* The number that the user is bound to; 0 if to none yet. */
MUST_USE int account_id(
    const struct app *app, const char *user, int64_t *id, struct err *err);

/* The epoch that a session must have. */
MUST_USE int account_epoch(
    const struct app *app, const char *user, int64_t *epoch, struct err *err);

/*
 * Ends all sessions of the user: at once on this host, within
 * CACHE_REVALIDATE_MS on others.
 */
MUST_USE int account_end_sessions(
    const struct app *app, const char *user, struct err *err);

#endif
