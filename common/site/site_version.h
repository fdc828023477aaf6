/*
 * site_version: learn of another host's write at the next request, instead of
 * after CACHE_REVALIDATE_MS (design.md 6, "Redis").
 *
 * `version:<user>` is the token that was put last (version.h), "-" for none.
 * It only ever takes trust away: another value than memory's, or none, means
 * that the store must be asked; the same value gives memory no more time than
 * it has without Redis.  So whatever Redis has lost, or was never told, no
 * week is shown that would not be shown without it.
 *
 * What Redis has is mended by the reader that found it other than the store:
 * it is replaced only if it is still what was found before the store was
 * read, so that a write in between stays.
 *
 * Calling sequence
 *
 *	if (site_version_is(site, user, entry->token))
 *		believe the entry
 *	else
 *		read the token in the store,
 *		site_version_mend(site, user, token)
 *	...
 *	site_version_put(site, user, token)	after the token was put
 *
 * Error handling: no function fails.  A server that does not answer says
 * nothing against memory.
 */
#ifndef SITE_VERSION_H
#define SITE_VERSION_H

#include "site/site.h"

/* Return false if Redis has another token for the user, or none. */
bool site_version_is(struct site *site, const char *user, const char *token);

/* Let Redis have the token that was read in the store, after site_version_is
 * has found another one; else do nothing. */
void site_version_mend(struct site *site, const char *user, const char *token);

/* Tell the other hosts of a write.  token "": whether it was put is unknown,
 * so they look in the store. */
void site_version_put(struct site *site, const char *user, const char *token);

#endif
