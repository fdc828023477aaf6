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

/*
 * Of the hash of a content so many digits are its etag.  64 bits tell the
 * contents apart that a task ever has, and hashes do not pack: at 32 digits they
 * were three quarters of a packed week.
 */
#define ETAG_CONTENT_LEN 16

/*
 * Return true if the list has the beginning of that hash, of ETAG_CONTENT_LEN
 * digits or more, as etags had more of them before; what stands behind a '-' is
 * not looked at.  Else as etag_matches.
 */
bool etag_matches_content(const char *list, const char *hash);

#endif
