/*
 * ticket: what a browser carries while its person is at GitHub's login page
 * (DESIGN 9): a sealed cookie, good for one return within 10 minutes.
 *
 * It ties the answer to the browser that asked: the state comes back in the
 * address (RFC 6749, 10.12), the verifier never leaves cookie and server
 * (RFC 7636).  And it keeps where to go afterwards, so that no address of
 * GitHub's redirect decides that.
 */
#ifndef TICKET_H
#define TICKET_H

#include "buf.h"
#include "err.h"
#include "key.h"

#define TICKET_COOKIE   "__Host-cm_login"
#define TICKET_MS       INT64_C(600000)
#define TICKET_BACK_MAX 1000 /* bytes */

struct ticket {
	int64_t made_ms;
	char state[33];    /* hex digits */
	char verifier[65]; /* the same */
	struct buf back;   /* as ticket_back makes it */
};

#define TICKET_INIT                                                            \
	{                                                                      \
		.back = BUF_INIT                                               \
	}
void ticket_release(struct ticket *ticket); /* wipes it, too */

/* A new one.  `wanted` is as in ticket_back. */
void ticket_make(struct ticket *ticket, const char *wanted, int64_t now_ms);

/*
 * Appends the value of Set-Cookie for it, and for its end.  SameSite=Lax lets
 * it come along when GitHub sends the browser back.
 */
void ticket_print(
    struct buf *out, const struct key *key, const struct ticket *ticket);
void ticket_print_end(struct buf *out);

/*
 * Reads the cookie's value into an empty ticket; -1 if it is none of ours, or
 * too old.
 */
MUST_USE int ticket_parse(struct ticket *ticket, const struct key *key,
    const char *value, size_t len, int64_t now_ms);

/*
 * Uses it up, among all processes of the host: a file in `<run>/tickets/`
 * with the hash of its state in its name, which goes when the ticket would be
 * too old anyway.  ERR_VALUE if it was used before.
 */
MUST_USE int ticket_use(const struct ticket *ticket, const char *run,
    int64_t now_ms, struct err *err);

/* Compares in a time that tells nothing.  NULL is nobody's state. */
bool ticket_is_state(const struct ticket *ticket, const char *state);

/*
 * Appends where to go after the login: `wanted` if that is a path of this
 * site (one '/' and then neither '/' nor '\', no backslash and no control
 * character anywhere, UTF-8), with what an address cannot hold
 * percent-encoded, and with that at most TICKET_BACK_MAX bytes; else "/".
 * NULL is "/", too.
 */
void ticket_back(struct buf *out, const char *wanted);

#endif
