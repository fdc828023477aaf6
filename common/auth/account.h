/*
 * account: which GitHub person a user is, and which of their sessions are
 * over (design.md 9).
 *
 *	state/<user>/githubId.txt  GitHub's number of the person that logged
 *				   in under this name first: 1 to 18 digits
 *	state/<user>/session.json  {"epoch":N,"ended":[{"id":..,"until":ms}]}:
 *				   a session is over if its epoch is another
 *				   or its serial stands in `ended`; a missing
 *				   blob means epoch 0 and an empty list
 *
 * Both are remembered under the rule of design.md 6 (user_cache.h).  The
 * serial of a logged-out session is kept for as long as its cookie could have
 * lived.  At most ACCOUNT_ENDED_MAX serials are kept: one more raises the
 * epoch, which ends all sessions of the user.
 *
 * Calling sequence
 *
 *	login	account_bind(auth, user, id, err)
 *		account_epoch(auth, user, &epoch, err)
 *		session_start(&session, id, user, epoch, now)
 *	request	account_session_over(auth, &session, &over, err)
 *	logout	account_end_session(auth, &session, err)
 *
 * Error handling
 *
 * ERR_STORE if the store fails or one of the blobs is broken: a session that
 * cannot be checked is not good.  Readers leave their output untouched then.
 * A change that failed may be in the store all the same; call it again.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "app/user_cache.h"
#include "auth/auth.h"
#include "keys/session.h"

#define ACCOUNT_ENDED_MAX 100

/*
 * Bind the user's name to the GitHub number `id` at their first login; check
 * at every later one that it is the same.  ERR_OTHER_ID if it is not: GitHub
 * lets a login go from one person to another (GitHub, "Changing your
 * username").
 */
MUST_USE int account_bind(
    const struct auth *auth, const char *user, int64_t id, struct err *err);

/* Get the number that the user is bound to, 0 if there is none yet. */
MUST_USE int account_id(
    const struct auth *auth, const char *user, int64_t *id, struct err *err);

/* Read the epoch for a new session from the store, not from memory: another
 * host may just have raised it, and the new session would be over at once. */
MUST_USE int account_epoch(
    const struct auth *auth, const char *user, int64_t *epoch, struct err *err);

/* Set *over to whether the session was logged out, alone or with all others of
 * its user.  Its times are for session_parse to check. */
MUST_USE int account_session_over(const struct auth *auth,
    const struct session *session, bool *over, struct err *err);

/*
 * End this session, or all sessions of the user: at once on this host, within
 * CACHE_REVALIDATE_MS on others.  Ending a session twice is no error.
 * ERR_CONTENDED if account_end_session lost every swap to other writers.
 * After any failure the sessions may be over or not: call again.
 */
MUST_USE int account_end_session(
    const struct auth *auth, const struct session *session, struct err *err);
MUST_USE int account_end_sessions(
    const struct auth *auth, const char *user, struct err *err);

/* Say what the bytes of a session.json or githubId.txt are. */
enum user_cache_parsed account_judge_sessions(const struct buf *bytes);
enum user_cache_parsed account_judge_id(const struct buf *bytes);

#endif
