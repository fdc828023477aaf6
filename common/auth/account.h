/*
 * account: which person a user is, and since when his sessions count
 * (design.md 9).
 *
 *	state/<user>/githubId.txt  the number of the person at GitHub, who
 *				   was the first to come by that login
 *	state/<user>/session.json  {"epoch":N,"ended":[{"id":..,"until":ms}]}:
 *				   a session of another epoch is over, and so
 *				   is one whose serial is among those that
 *				   were logged out; no such blob is epoch 0
 *
 * Both are remembered (user_cache.h).  What was logged out is kept for as long
 * as the cookie could have lived, at most ACCOUNT_ENDED_MAX of them: one more
 * ends them all.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "auth/auth.h"
#include "auth/session.h"

#define ACCOUNT_ENDED_MAX 100

/*
 * The user's first login binds his name to the number; every later one must
 * come with the same.  ERR_OTHER_ID if it does not: GitHub lets a login go
 * from one person to another.
 */
MUST_USE int account_bind(
    const struct auth *auth, const char *user, int64_t id, struct err *err);

/* The number that the user is bound to; 0 if to none yet. */
MUST_USE int account_id(
    const struct auth *auth, const char *user, int64_t *id, struct err *err);

/* The epoch that a new session must have: asked of the store, as another
 * host may just have raised it. */
MUST_USE int account_epoch(
    const struct auth *auth, const char *user, int64_t *epoch, struct err *err);

/* *over: it was logged out, or all were. */
MUST_USE int account_session_over(const struct auth *auth,
    const struct session *session, bool *over, struct err *err);

/*
 * Ends this one session, or all of the user: at once on this host, within
 * CACHE_REVALIDATE_MS on others.  What failed may have happened or not, and
 * may be called again.
 */
MUST_USE int account_end_session(
    const struct auth *auth, const struct session *session, struct err *err);
MUST_USE int account_end_sessions(
    const struct auth *auth, const char *user, struct err *err);

#endif
