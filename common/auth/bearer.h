/*
 * bearer: whose a token of GitHub's is (design.md 9), asked at GitHub and
 * remembered by keyed hash: what is good for BEARER_GOOD_MS, what is not for
 * BEARER_BAD_MS.  Where GitHub does not answer, new tokens are not asked
 * about for BEARER_DOWN_MS, so that a slow GitHub holds nobody for long; what
 * is remembered stays good.
 *
 * For codex-auth alone, whom nginx asks (auth_request) before it calls a
 * worker; the answer travels in a field that nginx makes the parameter
 * CODEX_BEARER of guard.h:
 *
 *	`<id> <login>` · `denied` · `unavailable`
 */
#ifndef BEARER_H
#define BEARER_H

#include "auth/oauth.h"

#define BEARER_PATH       "/_bearer" /* nginx's internal address */
#define BEARER_FIELD      "X-Codex-Bearer"
#define BEARER_GOOD_MS    INT64_C(300000)
#define BEARER_BAD_MS     INT64_C(30000)
#define BEARER_DOWN_MS    INT64_C(2000)
#define BEARER_TIMEOUT_MS 4000
/* So many are asked about in a minute: who makes up tokens must not use up
 * what GitHub allows our address. */
#define BEARER_MINUTE_MAX 30

struct bearer;

/* `api_url` is the caller's and stays.  NULL with err: http_new. */
MUST_USE struct bearer *bearer_new(const char *api_url, struct err *err);
void bearer_free(struct bearer *bearer);

/*
 * Appends the answer for a field Authorization as it was sent (may be NULL).
 * Only what has the shape of GitHub's tokens goes to GitHub.
 */
void bearer_ask(struct bearer *bearer, const char *authorization,
    int64_t now_ms, struct buf *out);

#endif
