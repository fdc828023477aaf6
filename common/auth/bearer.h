/*
 * bearer: find the owner of a GitHub token by asking GitHub (design.md 9;
 * GitHub, "Get the authenticated user").
 *
 * Verdicts are remembered under a keyed hash of the token: good ones for
 * BEARER_GOOD_MS, bad ones for BEARER_BAD_MS.  If GitHub does not answer, new
 * tokens are not asked about for BEARER_DOWN_MS, so that a slow GitHub holds
 * up one request and not all; remembered tokens stay good meanwhile.  New
 * tokens of an address that has shown too many bad ones are not asked about
 * either (guest.h), so that it uses up only a part of BEARER_MINUTE_MAX.
 *
 * The caller passes the time by the monotonic clock, so that a clock that is
 * set neither ends nor prolongs a verdict.
 *
 * Only codex-auth uses this.  nginx asks it (auth_request) before it calls a
 * program; the answer travels in the field BEARER_FIELD, which nginx passes on
 * as the parameter CODEX_BEARER of guard.h:
 *
 *	`<id> <login>`	the token is good; id and login as GitHub has them
 *	`denied`	the token is bad, or has not the shape of GitHub's
 *	`unavailable`	GitHub cannot be asked now
 *	`limited`	it is not asked now for this address
 *
 * Calling sequence
 *
 *	bearer = bearer_new(conf, app->meters, err);
 *	bearer_ask(bearer, authorization, may_ask, now_ms, &out);  each request
 *	bearer_free(bearer);
 *
 * Error handling
 *
 * bearer_ask has no error: every failure to learn the owner is `unavailable`.
 */
#ifndef BEARER_H
#define BEARER_H

#include "auth/oauth.h"
#include "settings/conf.h"

#define BEARER_PATH       "/_bearer" /* nginx's internal address */
#define BEARER_FIELD      "X-Codex-Bearer"
#define BEARER_GOOD_MS    INT64_C(300000)
#define BEARER_BAD_MS     INT64_C(30000)
#define BEARER_DOWN_MS    INT64_C(2000)
#define BEARER_TIMEOUT_MS 4000
/* New tokens asked about in a minute, so that a client that makes up tokens
 * cannot use up the requests that GitHub allows our address. */
#define BEARER_MINUTE_MAX 30

struct bearer;

/* Start with an empty memory.  The texts of conf and `meters`, which count the
 * requests and may be NULL, stay the caller's and must outlive the bearer.  NULL
 * with err if http_new fails. */
MUST_USE struct bearer *bearer_new(
    const struct conf *conf, struct meters *meters, struct err *err);
void bearer_free(struct bearer *bearer);

/*
 * Append the answer for the value of a header Authorization as it was sent
 * (may be NULL).  Only a text with the prefix and characters of a GitHub token
 * is sent to GitHub, so that passwords and other sites' tokens are not; and
 * none that memory does not know without `may_ask`.  Return true if GitHub was
 * asked in vain, which the address pays for.
 */
MUST_USE bool bearer_ask(struct bearer *bearer, const char *authorization,
    bool may_ask, int64_t now_ms, struct buf *out);

#endif
