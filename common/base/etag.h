/*
 * etag: compare entity tags in If-Match and If-None-Match (RFC 9110, 8.8.3).
 * Pure.
 */
#ifndef ETAG_H
#define ETAG_H

#include "base/std.h"

/*
 * Return true if the list has this tag, or is `*`; compared weakly.  A tag
 * without quotes, as in our JSON, matches, too; so does one that goes on with
 * '-' after ours, as the answer for one task has the etag of its content with
 * more after it (lists.h).  `list` may be NULL.
 */
bool etag_matches(const char *list, const char *etag);

#endif
