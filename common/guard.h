/*
 * guard: who asks, and whether he may (DESIGN 9).
 *
 * Called before anybody looks at the body of a request.
 */
#ifndef GUARD_H
#define GUARD_H

#include "app.h"
#include "request.h"

/* Checks CODEX_AUTH at start: a way in must exist. */
MUST_USE int guard_check(const struct conf *conf, struct err *err);

/* Fills request->user, or ERR_LOGIN. */
MUST_USE int guard_user(
    const struct app *app, struct request *request, struct err *err);

/*
 * A write must come from our own page: Sec-Fetch-Site says same-origin, or
 * where a browser does not send it Origin is CODEX_BASE_URL; neither may
 * say anything else (ERR_ORIGIN).  Its body is JSON (ERR_MEDIA_TYPE), which
 * no foreign form can send.
 */
MUST_USE int guard_write(
    const struct app *app, const struct request *request, struct err *err);

#endif
