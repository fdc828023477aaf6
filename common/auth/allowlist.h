/*
 * allowlist: the users that may use the site (CODEX_ALLOWED_USERS, design.md
 * 9).
 *
 * The setting is a list of GitHub logins (any case) and of GitHub's numeric
 * ids, with commas or blanks between them; or, if it begins with '/', the
 * path of a file with such a list, at most ALLOWLIST_FILE_MAX bytes.  '#'
 * begins a comment that ends with its line.  An empty list lets nobody in.
 *
 * An entry of digits alone is an id, never a login.  Otherwise a person could
 * get in by registering a login that equals the id of a listed person.  A
 * login can be given up and taken by another person; an id cannot.
 *
 * Calling sequence
 *
 *	if (allowlist_open(conf->allowed_users, now_ms, &allow, err) == -1)
 *		...
 *	allowlist_refresh(allow, now_ms, err)	before each request
 *	allowlist_has(allow, user, id)
 *	allowlist_close(allow);
 *
 * Error handling
 *
 * A setting with an entry that is neither login nor id is ERR_SETTING.  A file
 * fails closed instead, at the start as later, so that a program that is
 * started again meanwhile goes on when it is mended: a line with such an entry
 * does not count, the other lines do; a file that is missing, too large or
 * cannot be read lets nobody in.
 */
#ifndef ALLOWLIST_H
#define ALLOWLIST_H

#include "base/err.h"

#define ALLOWLIST_FILE_MAX ((size_t)1 << 20) /* bytes */

struct allowlist;

/* Read the list.  A `setting` of NULL is the empty list. */
MUST_USE int allowlist_open(const char *setting, int64_t now_ms,
    struct allowlist **out, struct err *err);
void allowlist_close(struct allowlist *allow);

/*
 * Read the file again if it has changed; look at most once a second.
 * ERR_SETTING for as long as the file is not sound; the list is what can be
 * read of it.
 */
MUST_USE int allowlist_refresh(
    struct allowlist *allow, int64_t now_ms, struct err *err);

/* Return true if the list names somebody by number: for a login that is not on
 * it, the number has to be found out then. */
bool allowlist_has_ids(const struct allowlist *allow);

/* Return true if the login `user` (lower case) or the GitHub number `id` is on
 * the list.  An `id` of 0 stands for an unknown number and matches nothing. */
bool allowlist_has(const struct allowlist *allow, const char *user, int64_t id);

#endif
