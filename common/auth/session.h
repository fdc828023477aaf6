/*
 * session: who is logged in, as a sealed cookie (design.md 9).
 *
 * All of a session is in the cookie `__Host-cm_session`, sealed (seal.h).  It
 * ends when it was not used for SESSION_IDLE_MS, and SESSION_MAX_MS after the
 * login at the latest.  What ends it before that the server keeps: a logout,
 * of this session or of all, account.h; and the allow-list.  Both are for the
 * caller to ask.
 *
 * The name's `__Host-` makes browsers refuse it from other hosts, paths and
 * insecure origins (RFC 6265bis, 4.1.3.2); loopback counts as secure.
 */
#ifndef SESSION_H
#define SESSION_H

#include "auth/keyring.h"
#include "base/buf.h"
#include "store/names.h"

#define SESSION_COOKIE   "__Host-cm_session"
#define SESSION_IDLE_MS  INT64_C(43200000)  /* 12 h */
#define SESSION_MAX_MS   INT64_C(604800000) /* 7 days */
#define SESSION_RENEW_MS INT64_C(600000)    /* 10 min */
/* Clocks of hosts may differ by that much. */
#define SESSION_SKEW_MS 2000
#define SESSION_SERIAL  16 /* hex digits */

struct session {
	int64_t id;                    /* GitHub's number of the person, > 0 */
	char user[NAMES_USER_MAX + 1]; /* the login in lower case */
	int64_t issued_ms, expires_ms;
	int64_t epoch;
	char serial[SESSION_SERIAL + 1]; /* random; stays when it is renewed */
};

/* One that begins now.  `user` is names_user_ok. */
void session_start(struct session *session, int64_t id, const char *user,
    int64_t epoch, int64_t now_ms);

/*
 * Moves the end to now + SESSION_IDLE_MS, never beyond issued +
 * SESSION_MAX_MS; false, and nothing changes, where that would win less than
 * SESSION_RENEW_MS.  If true, the cookie is to be sent again.
 */
bool session_renew(struct session *session, int64_t now_ms);

/*
 * Appends the value of Set-Cookie for it, and for its end: the browser
 * forgets it.
 */
void session_print(struct buf *out, const struct keyring *key,
    const struct session *session, int64_t now_ms);
void session_print_end(struct buf *out);

/*
 * Reads the cookie's value.  -1, and *session is untouched, if it is none of
 * ours, or over, or not begun.
 */
MUST_USE int session_parse(struct session *session, const struct keyring *key,
    const char *value, size_t len, int64_t now_ms);

#endif
