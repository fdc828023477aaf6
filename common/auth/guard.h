/*
 * guard: find the user that sends a request, and refuse what they may not do
 * (design.md 9).
 *
 * There are four ways in, tried in this order:
 *
 *   local     CODEX_AUTH=local:USER: every request is USER's
 *   session   the cookie of session.h, unless it was logged out (account.h);
 *	       of several cookies of that name only the first counts: a
 *	       browser, which takes `__Host-` for Path=/ only, sends no second
 *   token     Authorization: Bearer with an API token (api_token.h)
 *   GitHub    Authorization: Bearer with a GitHub token, which nginx has had
 *	       checked by codex-auth (bearer.h): no other program asks GitHub
 *	       about a token.  The verdict comes in the parameter
 *	       CODEX_BEARER, which no header of a client can set.
 *
 * In all but local mode the user must be on the allow-list, too.  An API token
 * of somebody who is not on it is refused like any bad one, unread.
 *
 * All that a request says, and CODEX_BEARER most of all, is believed because
 * nginx says it.  So each request has to show the secret that nginx and the
 * programs share (guard_proof), before anything else of it is read.
 *
 * Calling sequence
 *
 *	if (guard_user(auth, request, err) == -1 ||
 *	    guard_write(auth->app, request, err) == -1)	writes only
 *		... answer with err, without a look at the body ...
 *
 * Error handling
 *
 * On failure request->user is "", so that no later step can act for a user
 * that was not let in.  ERR_STORE comes from the look at logged-out sessions
 * and tokens: a program that cannot check lets nobody in.
 */
#ifndef GUARD_H
#define GUARD_H

#include "app/app.h"
#include "auth/auth.h"
#include "web/request.h"

/* Check CODEX_AUTH, so that a program with a bad value refuses to start.
 * ERR_SETTING. */
MUST_USE int guard_check(const struct conf *conf, struct err *err);

/* Check CODEX_PROOF: in local mode it may be absent.  ERR_SETTING. */
MUST_USE int guard_check_proof(const struct conf *conf, struct err *err);

/*
 * Refuse a request whose `proof` (PARAM_PROOF, which no header of a client can
 * set; may be NULL) is not CODEX_PROOF
 * (ERR_FORBIDDEN): another process than our nginx has opened the socket.  The
 * time does not depend on how much of the proof is right.  In local mode
 * without CODEX_PROOF every request is taken.
 */
MUST_USE int guard_proof(
    const struct conf *conf, const char *proof, struct err *err);

/*
 * Fill request->user and request->way; for an API token request->read_only and
 * request->token_id, too; for a session that was renewed request->set_cookie.
 *
 * ERR_LOGIN: no valid session and no valid token.  ERR_NOT_LISTED: the person
 * is known, but not on the list.  ERR_OTHER_ID: GitHub gave the login to
 * another person.  ERR_UNKNOWN: GitHub cannot be asked about the token.
 * ERR_RATE: the address has shown too many bad tokens (guest.h).  ERR_STORE.
 */
MUST_USE int guard_user(
    const struct auth *auth, struct request *request, struct err *err);

/*
 * Refuse a write that does not come from our own page (ERR_ORIGIN):
 * Sec-Fetch-Site must be same-origin (W3C, "Fetch Metadata Request Headers"),
 * or where a browser does not send it Origin must be CODEX_BASE_URL (RFC
 * 6454); neither may say anything else.  This does not hold for Bearer, which
 * no foreign page can make a browser send; but that token must be one that may
 * write (ERR_READ_ONLY).  Refuse a body, or the type of one, that is not
 * application/json (ERR_MEDIA_TYPE): no foreign form can send that type.  A
 * request without body needs none.
 */
MUST_USE int guard_write(
    const struct app *app, const struct request *request, struct err *err);

/* Refuse a write by an API token that may only read (ERR_READ_ONLY). */
MUST_USE int guard_access(const struct request *request, struct err *err);

/* Refuse a request with Bearer (ERR_FORBIDDEN): a token that leaked must not
 * be able to make further tokens. */
MUST_USE int guard_person(const struct request *request, struct err *err);

#endif
