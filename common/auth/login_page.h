/*
 * login_page: the HTML page of a login that failed (design.md 9).  Pure.
 *
 * It uses style sheet and icon of the week's page, and no script.  All words
 * on it but the sentence of the error stand in one table at the top of
 * login_page.c, so that a second language needs no other change.
 */
#ifndef LOGIN_PAGE_H
#define LOGIN_PAGE_H

#include "base/buf.h"

/*
 * Append the page: `sentence` says why the login failed; a link starts it
 * again and comes back to `back`, a path of the site.  Both may hold any
 * character, as they are escaped here.
 */
void login_page_print(struct buf *out, const char *sentence, const char *back);

#endif
