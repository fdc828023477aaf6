/*
 * login: GitHub's web flow as a browser goes through it (design.md 9).
 *
 *	GET /auth/login?return=/path	send the browser to GitHub's page, with
 *					a ticket (login_ticket.h)
 *	GET /auth/callback?code=&state=	take the browser back: ask GitHub for
 *					the person, check the allow-list, start
 *					a session, go on to /path
 *
 * The flow is GitHub's, "Authorizing OAuth apps" (RFC 6749, 4.1).
 *
 * Calling sequence
 *
 *	if (login_open(&auth, &login, err) == -1)	after auth_open
 *		...
 *	login_begin(login, request, reply)
 *	login_finish(login, request, reply, err)
 *	login_close(login);
 *
 * Error handling
 *
 * A login that fails starts no session.  Its answer is a page with a sentence
 * and a link to try again, with the HTTP status of the error (login_page.h).
 * The link and the redirect lead only where login_ticket_back allows: any
 * other address in `return` would let a foreign site use ours to send people
 * on.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include "auth/auth.h"
#include "web/reply.h"
#include "web/request.h"

struct login;

/*
 * Prepare logins.  In local mode, where nobody logs in, set *out to NULL.
 * ERR_SETTING if id or secret of the OAuth app is missing.  Call it after
 * fork: it opens a handle for HTTP.
 */
MUST_USE int login_open(
    const struct auth *auth, struct login **out, struct err *err);
void login_close(struct login *login);

/* Answer GET /auth/login: 302 to GitHub, and a new ticket as cookie. */
void login_begin(
    struct login *login, const struct request *request, struct reply *reply);

/*
 * Answer GET /auth/callback: 302 to the path in the ticket, with the cookie of
 * a new session.  On failure return -1; the reply is the page for err then.
 * Have the browser forget the ticket in both cases, and use it up before
 * GitHub is asked, so that a failed login spends it, too.  The request's user
 * is who has logged in.
 *
 * If a repository is set up, the first login of a user marks them for the
 * worker, which fetches their tasks while the browser is on its way back.
 *
 * ERR_VALUE: the ticket is missing, too old, used or another browser's, or
 * GitHub does not take the code.  ERR_FORBIDDEN: the person said no, or has a
 * login that is no user name here.  ERR_NOT_LISTED, ERR_OTHER_ID; ERR_GITHUB,
 * ERR_SLOW and ERR_BUSY of oauth_exchange; ERR_STORE.
 */
MUST_USE int login_finish(struct login *login, struct request *request,
    struct reply *reply, struct err *err);

/*
 * Answer POST /auth/logout, with the body `{"everywhere": true|false}` or
 * none: end the session of the cookie, so that every copy of it is over, and
 * have the browser forget it.  A session that is over already is no error.
 * With `everywhere` end all sessions of the user, who must be logged in for
 * that.
 *
 * ERR_JSON or ERR_VALUE for another body; ERR_STORE, ERR_CONTENDED.  On
 * failure the browser keeps its cookie, as the session may still be good.
 * The request's user is whose session was ended, if the cookie was good.
 */
MUST_USE int login_end(const struct auth *auth, struct request *request,
    struct reply *reply, struct err *err);

/*
 * Append the answer to GET /auth/me, for a request that guard_user let in:
 * {userId, login, auth, id?, expires?}.  `auth` is local, github (a session)
 * or token.  Only a session has `id`, GitHub's number of the person, and
 * `expires` (RFC 3339), when it ends unless it is used again.
 */
void login_tell(
    const struct auth *auth, const struct request *request, struct buf *out);

#endif
