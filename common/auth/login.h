/*
 * login: GitHub's web flow as a browser goes through it (design.md 9).
 *
 *	GET /auth/login?return=/path    to GitHub's page, with a ticket
 *	GET /auth/callback?code=&state= back from there: who it is, whether he
 *	                                may, his session, and on to /path
 *
 * What goes wrong on the way is a page with a sentence and a link to try
 * again, with the status of the error; there is no session then.  Nothing of
 * an address is ever taken as a place to go to, but what login_ticket_back allows.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include "auth/auth.h"
#include "web/reply.h"
#include "web/request.h"

struct login;

/*
 * NULL in *out in local mode, where nobody logs in.  ERR_SETTING if the
 * settings are not whole.  After fork.
 */
MUST_USE int login_open(
    const struct auth *auth, struct login **out, struct err *err);
void login_close(struct login *login);

/* GET /auth/login: 302 to GitHub. */
void login_begin(
    struct login *login, const struct request *request, struct reply *reply);

/*
 * GET /auth/callback: 302 to where the ticket says, logged in; or -1, and
 * the reply is the page for err.  The ticket is over in any case.
 *
 * The first login of a user marks him for the worker, where a repository is
 * set up: his tasks are fetched while he comes back.
 */
MUST_USE int login_finish(struct login *login, const struct request *request,
    struct reply *reply, struct err *err);

/*
 * POST /auth/logout, `{everywhere: true|false}` or no body: the session is
 * over wherever its cookie may be, and the browser forgets it, even one that
 * was over before; with `everywhere` all sessions of the user are over, for
 * which he must be logged in.  ERR_STORE, ERR_CONTENDED: the cookie stays, as
 * it may still be good.
 */
MUST_USE int login_end(const struct auth *auth, struct request *request,
    struct reply *reply, struct err *err);

/*
 * GET /auth/me, for a request that guard_user let in: appends {userId, login,
 * auth, id?, expires?}; auth: local, github (a session; it alone has an id,
 * and an end unless it is used again), token.
 */
void login_tell(
    const struct auth *auth, const struct request *request, struct buf *out);

#endif
