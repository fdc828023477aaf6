/*
 * allow: who may use the site (CODEX_ALLOWED_USERS, DESIGN 9).
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
#ifndef ALLOW_H
#define ALLOW_H

#include "err.h"

#define ALLOW_FILE_MAX ((size_t)1 << 20) /* bytes */

struct allow;

/* `setting` may be NULL: nobody.  ERR_SETTING. */
MUST_USE int allow_open(
    const char *setting, int64_t now_ms, struct allow **out, struct err *err);
void allow_close(struct allow *allow);

/*
 * Reads the file again if it has changed; looks at most once a second.  Where
 * it is gone or broken, the list stays as it was, and this fails once for
 * each change.
 */
MUST_USE int allow_refresh(
    struct allow *allow, int64_t now_ms, struct err *err);

/* `user` in lower case; an id of 0 is nobody's. */
bool allow_has(const struct allow *allow, const char *user, int64_t id);

#endif
