/*
 * guard: who asks, and whether he may (design.md 9).
 *
 * Called before anybody looks at the body of a request.  There are four ways
 * in, tried in this order:
 *
 *   local     CODEX_AUTH=local:USER: everybody is USER
 *   session   the cookie of session.h, unless it was logged out (account.h);
 *	       of several of that name the first alone counts: a browser,
 *	       which knows `__Host-` for one path only, sends no second
 *   token     Authorization: Bearer with an API token (api_token.h)
 *   GitHub    Authorization: Bearer with a token of GitHub's, which nginx
 *	       has had checked by codex-auth (bearer.h): a worker never
 *	       speaks with GitHub.  What came of it is in the parameter
 *	       CODEX_BEARER, which no header can be taken for.
 *
 * But for the first, the user must be on the allow-list, too.
 */
#ifndef GUARD_H
#define GUARD_H

#include "app/app.h"
#include "auth/auth.h"
#include "web/request.h"

/* Checks CODEX_AUTH at start. */
MUST_USE int guard_check(const struct conf *conf, struct err *err);

/*
 * Fills request->user and how he came in; where a session is to go on,
 * request->set_cookie, too.  ERR_LOGIN, ERR_NOT_LISTED, ERR_OTHER_ID (GitHub
 * gave the login to somebody else), ERR_UNKNOWN (GitHub cannot be asked),
 * ERR_STORE.  On failure the user is "".
 */
MUST_USE int guard_user(
    const struct auth *auth, struct request *request, struct err *err);

/*
 * A write must come from our own page: Sec-Fetch-Site says same-origin, or
 * where a browser does not send it Origin is CODEX_BASE_URL; neither may
 * say anything else (ERR_ORIGIN).  That does not hold for Bearer, which no
 * foreign page can make a browser send; but its token must be one that may
 * write (ERR_READ_ONLY).  The body is JSON (ERR_MEDIA_TYPE), which no
 * foreign form can send.
 */
MUST_USE int guard_write(
    const struct app *app, const struct request *request, struct err *err);

/* The part of it that is about the token. */
MUST_USE int guard_access(const struct request *request, struct err *err);

/* Not by Bearer: a token must not make tokens (ERR_FORBIDDEN). */
MUST_USE int guard_person(const struct request *request, struct err *err);

#endif
