/*
 * site_week: finished weeks in Redis, where CACHE_REDIS_WEEKS asks for it
 * (design.md 6, "Redis").
 *
 * `timeline:<user>` is the token that the week is for, a line end, and the
 * artifact (artifact.h); it lasts SITE_WEEK_MS, and a write removes it.  The
 * artifact in the store stays behind it.  Like that one it is good by its
 * values alone: a week of an older token that comes late is shown to nobody.
 *
 * Calling sequence
 *
 *	if (site_week_get(site, user, token, &bytes))
 *		... read the token in the store: is it that one? ...
 *	site_week_put(site, user, token, &bytes)	after a build, or
 *							what the store had
 *
 * Error handling: no function fails.  A server that does not answer has no
 * week.
 */
#ifndef SITE_WEEK_H
#define SITE_WEEK_H

#include "base/buf.h"
#include "host/version.h"
#include "site/site.h"

#define SITE_WEEK_MS  INT64_C(900000)
#define SITE_WEEK_MAX ((size_t)1 << 20) /* bytes; a larger one is not kept */

/* Get the artifact and the token that it is for; false if there is none. */
MUST_USE bool site_week_get(struct site *site, const char *user,
    char token[VERSION_TOKEN_MAX], struct buf *artifact);

/* Keep the artifact of that token. */
void site_week_put(struct site *site, const char *user, const char *token,
    const struct buf *artifact);

#endif
