/*
 * site_mark: small facts that all hosts of a site share for a while, in Redis
 * (design.md 6, "Redis"): counts of a minute, what was used up, until when
 * something pauses.  Each host keeps them by itself, too, and goes by its own
 * where Redis does not answer.
 *
 * Keys are `rate:<kind>:<name>:<minute>`, `<kind>:<name>` (of a ticket, and of a
 * button) and `github:<hash>`.
 *
 * Calling sequence
 *
 *	n = site_mark_count(site, "rates", user, now_ms);
 *	if (n > most)				SITE_MARK_UNKNOWN is less
 *		refuse
 *
 * Error handling: no function fails; what is not known has a value of its own.
 */
#ifndef SITE_MARK_H
#define SITE_MARK_H

#include "site/site.h"

#define SITE_MARK_UNKNOWN INT64_C(-1)

/* Add one to the count of this minute, and return it. */
int64_t site_mark_count(
    struct site *site, const char *kind, const char *name, int64_t now_ms);
/* Return the count of this minute. */
int64_t site_mark_counted(
    struct site *site, const char *kind, const char *name, int64_t now_ms);

/* Use up what has that name, for ttl_ms; return false if a host of the site has
 * used it before. */
bool site_mark_use(
    struct site *site, const char *kind, const char *name, int64_t ttl_ms);

/* Note until when GitHub wants no request with the token of that hash, in ms
 * since 1970; return it, or SITE_MARK_UNKNOWN. */
void site_mark_pause(
    struct site *site, const char *hash, int64_t until_ms, int64_t now_ms);
int64_t site_mark_paused(struct site *site, const char *hash);

#endif
