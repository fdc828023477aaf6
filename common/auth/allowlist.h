/*
 * allowlist: who may use the site (CODEX_ALLOWED_USERS, design.md 9).
 *
 * The setting is a list of GitHub logins (any case) and of GitHub's numeric
 * ids, with commas or blanks between them; or, if it begins with '/', the
 * path of a file with such a list, where '#' begins a comment.  Nobody is on
 * an empty list.
 *
 * What is all digits is an id, never a login: else somebody could take the
 * name that another one's number looks like.  A login can be given up and
 * taken by somebody else; an id cannot.
 */
#ifndef ALLOWLIST_H
#define ALLOWLIST_H

#include "base/err.h"

#define ALLOWLIST_FILE_MAX ((size_t)1 << 20) /* bytes */

struct allowlist;

/* `setting` may be NULL: nobody.  ERR_SETTING. */
MUST_USE int allowlist_open(const char *setting, int64_t now_ms,
    struct allowlist **out, struct err *err);
void allowlist_close(struct allowlist *allow);

/*
 * Reads the file again if it has changed; looks at most once a second.  Where
 * it is gone or broken, the list stays as it was, and this fails once for
 * each change.
 */
MUST_USE int allowlist_refresh(
    struct allowlist *allow, int64_t now_ms, struct err *err);

/* `user` in lower case; an id of 0 is nobody's. */
bool allowlist_has(const struct allowlist *allow, const char *user, int64_t id);

#endif
