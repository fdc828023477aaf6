/*
 * session: a person that is logged in, as a sealed cookie (design.md 9).
 *
 * All of a session is in the cookie `__Host-cm_session`, sealed (seal.h):
 *
 *	<id> <user> <issued_ms> <expires_ms> <epoch> <serial>
 *
 * It ends when it was not used for SESSION_IDLE_MS, and SESSION_MAX_MS after
 * the login at the latest.  A logout (account.h) and the removal of its user
 * from the allow-list end it earlier; both are for the caller to check.
 *
 * The prefix `__Host-` makes browsers refuse the cookie from other hosts, with
 * another path and from insecure origins (RFC 6265bis, 4.1.3.2); loopback
 * counts as secure (platforms.md).
 *
 * Calling sequence
 *
 *	session_start(&session, id, user, epoch, now_ms);	at login
 *	session_print(&cookie, key, &session, now_ms);
 *	...
 *	if (session_parse(&session, key, value, len, now_ms) == -1)
 *		... no session ...
 *	account_session_over(auth, &session, &over, err)
 *	if (session_renew(&session, now_ms))
 *		session_print(&cookie, key, &session, now_ms);
 *
 * Error handling
 *
 * session_parse does not say why a cookie is no session: the answer is the
 * same for one that is forged, damaged or over.
 */
#ifndef SESSION_H
#define SESSION_H

#include "base/buf.h"
#include "keys/keyring.h"
#include "store/names.h"

#define SESSION_COOKIE   "__Host-cm_session"
#define SESSION_IDLE_MS  INT64_C(43200000)  /* 12 h */
#define SESSION_MAX_MS   INT64_C(604800000) /* 7 days */
#define SESSION_RENEW_MS INT64_C(600000)    /* 10 min */
/* A session of another host may be issued this far in the future, as clocks of
 * hosts differ, perhaps by a day. */
#define SESSION_SKEW_MS INT64_C(90000000) /* 25 h */
#define SESSION_SERIAL  16                /* hex digits */

struct session {
	int64_t id;                    /* GitHub's number of the person, > 0 */
	char user[NAMES_USER_MAX + 1]; /* the login in lower case */
	int64_t issued_ms, expires_ms;
	int64_t epoch;
	char serial[SESSION_SERIAL + 1]; /* random; stays when it is renewed */
};

/* Fill a session that begins now, with a new serial.  `user` must be
 * names_user_ok. */
void session_start(struct session *session, int64_t id, const char *user,
    int64_t epoch, int64_t now_ms);

/*
 * Move the end to now + SESSION_IDLE_MS, never beyond issued + SESSION_MAX_MS.
 * Return true if the cookie is to be sent again.  Return false and change
 * nothing if that gains less than SESSION_RENEW_MS, so that not every answer
 * sets a cookie.
 */
bool session_renew(struct session *session, int64_t now_ms);

/* Append the value of Set-Cookie for the session. */
void session_print(struct buf *out, const struct keyring *key,
    const struct session *session, int64_t now_ms);
/* Append the value of Set-Cookie that makes the browser forget its session. */
void session_print_end(struct buf *out);

/*
 * Read the cookie's value.  -1, and *session is untouched, if no key of ours
 * sealed it as a session, or it is over, or it is issued later than now +
 * SESSION_SKEW_MS.
 */
MUST_USE int session_parse(struct session *session, const struct keyring *key,
    const char *value, size_t len, int64_t now_ms);

#endif
