/*
 * oauth: our side of GitHub's web flow: make the address that a person is sent
 * to, and turn the code that comes back into login and id (design.md 9;
 * GitHub, "Authorizing OAuth apps"; RFC 6749, sections 4.1 and 10.12; RFC
 * 7636).
 *
 * No scope is asked for, as login and id need none.  The token that GitHub
 * gives serves for that one question and is then wiped.
 *
 * The secret, the code and the token never stand in an address that we ask
 * for, in an error or in a log.
 *
 * Calling sequence
 *
 *	oauth_page(&address, &oauth, state, verifier);	302 to the address
 *	...
 *	oauth_exchange(&oauth, http, code, verifier, &user, err)
 *
 * Error handling
 *
 * After any failure of oauth_exchange the code is spent or unknown: start the
 * login anew.  *user is untouched.
 */
#ifndef OAUTH_H
#define OAUTH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

#define OAUTH_LOGIN_MAX  100  /* bytes; GitHub's have at most 39 and a suffix */
#define OAUTH_TIMEOUT_MS 5000 /* for both requests together */

/* The OAuth app, from the settings; the strings are the caller's. */
struct oauth {
	const char *pages_url; /* "https://github.com", no slash at the end */
	const char *api_url;   /* "https://api.github.com" */
	const char *client_id, *client_secret;
	const char *redirect_url; /* where GitHub sends people back */
	struct meters *meters;    /* count the requests; NULL: none does */
};

/* A person.  A login can be renamed and given to another; the id cannot. */
struct oauth_user {
	int64_t id;                      /* 1 or more */
	char login[OAUTH_LOGIN_MAX + 1]; /* as GitHub writes it */
};

/*
 * Append the PKCE challenge for a verifier: its SHA-256 in base64url without
 * padding (method S256; RFC 7636, 4.2).
 */
void oauth_challenge(struct buf *out, const char *verifier);

/* Append the address of GitHub's page where the person logs in. */
void oauth_page(struct buf *out, const struct oauth *oauth, const char *state,
    const char *verifier);

/*
 * Ask GitHub for a token in exchange for the code, then for the person it
 * belongs to.  The code is sent once, as GitHub takes it once.
 *
 * ERR_VALUE: GitHub refuses the code (used before, too old, another app's).
 * ERR_GITHUB: no answer that can be used, or GitHub refuses our secret.
 * ERR_SLOW: no answer within OAUTH_TIMEOUT_MS.  ERR_BUSY: GitHub answers 403
 * or 429 and wants a pause.
 */
MUST_USE int oauth_exchange(const struct oauth *oauth, struct http *http,
    const char *code, const char *verifier, struct oauth_user *user,
    struct err *err);

/*
 * Read the two answers, both with status 200: append the token; fill the
 * person.  GitHub reports a refused code with status 200, too, as a member
 * `error`.  ERR_VALUE or ERR_GITHUB as above.
 */
MUST_USE int oauth_read_token(
    const struct buf *answer, struct buf *token, struct err *err);
MUST_USE int oauth_read_user(
    const struct buf *answer, struct oauth_user *user, struct err *err);

#endif
