/*
 * login_page: the HTML page of a login that failed (design.md 9).  Pure.
 *
 * It has the looks of the week's page, whose style sheet and icon it uses,
 * and no script.  All words on it but the sentence of the error stand in one
 * table at the top of login_page.c.
 */
#ifndef LOGIN_PAGE_H
#define LOGIN_PAGE_H

#include "base/buf.h"

/*
 * Appends the page: `sentence` says why, a link starts the login again and
 * comes back to `back`, a path of the site.  Both may hold any character.
 */
void login_page_print(struct buf *out, const char *sentence, const char *back);

#endif
