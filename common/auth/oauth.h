/*
 * oauth: GitHub's web flow, our side of it: where a person is sent, and who
 * it is that comes back (design.md 9; GitHub, "Authorizing OAuth apps"; RFC
 * 6749, sections 4.1 and 10.12; RFC 7636).
 *
 * No scope is asked for: all that we want to hear is who it is.  The token
 * that GitHub gives serves for that one question and is then wiped.
 *
 * Of the secret, the code and the token nothing is in an address that we ask
 * for, in an error or in a log.
 */
#ifndef OAUTH_H
#define OAUTH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

#define OAUTH_LOGIN_MAX  100  /* bytes; GitHub's have at most 39 and a suffix */
#define OAUTH_TIMEOUT_MS 5000 /* for both questions together */

/* What the settings say; the strings are the caller's. */
struct oauth {
	const char *pages_url; /* "https://github.com", no slash at the end */
	const char *api_url;   /* "https://api.github.com" */
	const char *client_id, *client_secret;
	const char *redirect_url; /* where GitHub sends people back */
};

/* Who it is.  A login can be renamed and given to another; the id cannot. */
struct oauth_user {
	int64_t id;                      /* 1 or more */
	char login[OAUTH_LOGIN_MAX + 1]; /* as GitHub writes it */
};

/*
 * Appends what PKCE sends ahead for a verifier: its SHA-256 in base64url
 * (method S256; RFC 7636, 4.2).
 */
void oauth_challenge(struct buf *out, const char *verifier);

/* Appends the address of GitHub's page that asks the person. */
void oauth_page(struct buf *out, const struct oauth *oauth, const char *state,
    const char *verifier);

/*
 * Asks GitHub for a token (which takes the code, so it is sent once) and then
 * whose it is.  ERR_VALUE: GitHub does not take the code (used before, run
 * out, another's).  ERR_GITHUB: no answer that can be used, or GitHub does
 * not take our secret.  ERR_SLOW: not within OAUTH_TIMEOUT_MS.
 * ERR_BUSY: GitHub wants a pause.
 */
MUST_USE int oauth_exchange(const struct oauth *oauth, struct http *http,
    const char *code, const char *verifier, struct oauth_user *user,
    struct err *err);

/*
 * What the two answers, both with status 200, say.  Errors of the first come
 * with that status, too, as a member `error`.
 */
MUST_USE int oauth_read_token(
    const struct buf *answer, struct buf *token, struct err *err);
MUST_USE int oauth_read_user(
    const struct buf *answer, struct oauth_user *user, struct err *err);

#endif
