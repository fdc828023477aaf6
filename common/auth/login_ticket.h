/*
 * login_ticket: what a browser carries while its person is at GitHub's login page
 * (design.md 9): a sealed cookie, good for one return within 10 minutes.
 *
 * It ties the answer to the browser that asked: the state comes back in the
 * address (RFC 6749, 10.12), the verifier never leaves cookie and server
 * (RFC 7636).  And it keeps where to go afterwards, so that no address of
 * GitHub's redirect decides that.
 */
#ifndef LOGIN_TICKET_H
#define LOGIN_TICKET_H

#include "auth/keyring.h"
#include "base/buf.h"
#include "base/err.h"

#define LOGIN_TICKET_COOKIE   "__Host-cm_login"
#define LOGIN_TICKET_MS       INT64_C(600000)
#define LOGIN_TICKET_BACK_MAX 1000 /* bytes */

struct login_ticket {
	int64_t made_ms;
	char state[33];    /* hex digits */
	char verifier[65]; /* the same */
	struct buf back;   /* as login_ticket_back makes it */
};

#define LOGIN_TICKET_INIT                                                      \
	{                                                                      \
		.back = BUF_INIT                                               \
	}
void login_ticket_release(struct login_ticket *ticket); /* wipes it, too */

/* A new one.  `wanted` is as in login_ticket_back. */
void login_ticket_make(
    struct login_ticket *ticket, const char *wanted, int64_t now_ms);

/*
 * Appends the value of Set-Cookie for it, and for its end.  SameSite=Lax lets
 * it come along when GitHub sends the browser back.
 */
void login_ticket_print(struct buf *out, const struct keyring *key,
    const struct login_ticket *ticket);
void login_ticket_print_end(struct buf *out);

/*
 * Reads the cookie's value into an empty ticket; -1 if it is none of ours, or
 * too old.
 */
MUST_USE int login_ticket_parse(struct login_ticket *ticket,
    const struct keyring *key, const char *value, size_t len, int64_t now_ms);

/*
 * Uses it up, among all processes of the host: a file in `<run>/tickets/`
 * with the hash of its state in its name, which goes when the ticket would be
 * too old anyway.  ERR_VALUE if it was used before.
 */
MUST_USE int login_ticket_use(const struct login_ticket *ticket,
    const char *run, int64_t now_ms, struct err *err);

/* Compares in a time that tells nothing.  NULL is nobody's state. */
bool login_ticket_is_state(
    const struct login_ticket *ticket, const char *state);

/*
 * Appends where to go after the login: `wanted` if that is a path of this
 * site (one '/' and then neither '/' nor '\', no backslash and no control
 * character anywhere, UTF-8), with what an address cannot hold
 * percent-encoded, and with that at most LOGIN_TICKET_BACK_MAX bytes; else "/".
 * NULL is "/", too.
 */
void login_ticket_back(struct buf *out, const char *wanted);

#endif
