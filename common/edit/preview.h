/*
 * preview: show the week that an edit would give (http-api.md, "POST
 * /api/preview").  Stores nothing.
 *
 * Error handling: -1 with ERR_JSON or ERR_VALUE for the request, with what
 * edit_find and task_splice say, with ERR_NUMBERS if no number is left, or
 * with the store's error; out is untouched then.
 */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "app/app.h"

/*
 * Append the body of GET /codex as it would be after the request, an object
 * that is still open.  `request` is the body of a creation or, with a member
 * `id` (see edit_find), of an update; append to ignored what it has besides
 * (fields_add_unknown).
 */
MUST_USE int preview_week(struct app *app, const char *user,
    const struct buf *request, struct buf *out, struct buf *ignored,
    struct err *err);

#endif
