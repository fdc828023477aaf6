/*
 * etag: entity tags in If-Match and If-None-Match (RFC 9110, 8.8.3).  Pure.
 */
#ifndef ETAG_H
#define ETAG_H

#include "base/std.h"

/*
 * True if the list has this tag, or is `*`; compared weakly.  A tag without
 * quotes, as it stands in our JSON, is fine, too.  So is one that goes on
 * with '-' behind ours: one task's answer has the etag of its content with
 * more behind it (lists.h).  `list` may be NULL.
 */
bool etag_matches(const char *list, const char *etag);

#endif
