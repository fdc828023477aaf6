/*
 * login_ticket: a sealed cookie that a browser carries while its person is at
 * GitHub's login page, good for one return within 10 minutes (design.md 9).
 *
 * The ticket ties GitHub's answer to the browser that began the login: the
 * state comes back in the address (RFC 6749, 10.12); the verifier never leaves
 * cookie and server (RFC 7636).  It also keeps the path to go to afterwards,
 * so that no parameter of the callback decides that.
 *
 * The sealed text is `<made_ms> <state> <verifier> <back>`.
 *
 * Calling sequence
 *
 *	struct login_ticket ticket = LOGIN_TICKET_INIT;
 *
 *	login_ticket_make(&ticket, wanted, now_ms);	the browser leaves
 *	login_ticket_print(&cookie, key, &ticket);
 *	...
 *	login_ticket_parse(&ticket, key, value, len, now_ms)	it comes back
 *	login_ticket_is_state(&ticket, state)
 *	login_ticket_use(&ticket, run, now_ms, err)	before GitHub is asked
 *	login_ticket_release(&ticket);
 *
 * Error handling
 *
 * A ticket that cannot be parsed is empty.  If login_ticket_use fails with
 * ERR_INTERNAL, its use could not be noted and the login must be refused.
 */
#ifndef LOGIN_TICKET_H
#define LOGIN_TICKET_H

#include "base/buf.h"
#include "base/err.h"
#include "keys/keyring.h"
#include "site/site.h"

#define LOGIN_TICKET_COOKIE   "__Host-cm_login"
#define LOGIN_TICKET_MS       INT64_C(600000)
#define LOGIN_TICKET_BACK_MAX 1000 /* bytes */

struct login_ticket {
	int64_t made_ms;
	char state[33];    /* hex digits */
	char verifier[65]; /* hex digits */
	struct buf back;   /* a path, as login_ticket_back makes it */
};

#define LOGIN_TICKET_INIT                                                      \
	{                                                                      \
		.back = BUF_INIT                                               \
	}
/* Free the ticket, wipe its secrets and leave it empty. */
void login_ticket_release(struct login_ticket *ticket);

/* Fill the ticket with new secrets and the path of login_ticket_back. */
void login_ticket_make(
    struct login_ticket *ticket, const char *wanted, int64_t now_ms);

/*
 * Append the value of Set-Cookie for the ticket.  SameSite=Lax and not Strict:
 * the cookie must come along when GitHub sends the browser back.
 */
void login_ticket_print(struct buf *out, const struct keyring *key,
    const struct login_ticket *ticket);
/* Append the value of Set-Cookie that makes the browser forget its ticket. */
void login_ticket_print_end(struct buf *out);

/*
 * Read the cookie's value into an empty ticket.  -1 if no key of ours sealed
 * it as a ticket, or it is older than LOGIN_TICKET_MS.
 */
MUST_USE int login_ticket_parse(struct login_ticket *ticket,
    const struct keyring *key, const char *value, size_t len, int64_t now_ms);

/*
 * Use up the ticket for all processes of the host, and with Redis of the site
 * (site_mark.h; site may be NULL): create the file
 * `<run>/tickets/<made_ms>-<hash of the state>`.  A later call removes the
 * file when the ticket is too old anyway.  ERR_VALUE if the ticket was used
 * before; ERR_INTERNAL if the file cannot be created.
 */
MUST_USE int login_ticket_use(const struct login_ticket *ticket,
    const char *run, struct site *site, int64_t now_ms, struct err *err);

/* Return true if `state` is the ticket's; NULL never is.  Compare in constant
 * time, so that the time of an answer tells nothing about the state. */
bool login_ticket_is_state(
    const struct login_ticket *ticket, const char *state);

/*
 * Append the path to go to after the login: `wanted` if it is a path of this
 * site, else "/" (for NULL, too).  A path of this site begins with one '/',
 * has no backslash and no control character, as browsers take "/\" for "//",
 * and is UTF-8.  Percent-encode what an address cannot hold (RFC 3986, 2.2);
 * with that it has at most LOGIN_TICKET_BACK_MAX bytes.
 */
void login_ticket_back(struct buf *out, const char *wanted);

#endif
