/*
 * preview: the week that an edit would give (http-api.md, POST /api/preview).
 */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "app/app.h"

/*
 * `request` is the body of a creation, or, with a member `id` (see
 * edit_find), of an update.  Stores nothing.  The body of GET /codex as it
 * would be after that is appended.
 */
MUST_USE int preview_week(struct app *app, const char *user,
    const struct buf *request, struct buf *out, struct err *err);

#endif
