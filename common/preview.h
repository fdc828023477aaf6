/*
 * preview: the week that an edit would give (API.md, POST /api/preview).
 */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "app.h"
#include "task.h"

/*
 * The body of GET /codex as it would be after the edit of the task `id`
 * (see edit_find), or after its creation where id is NULL; then the edit
 * needs a kind.  Stores nothing.  The JSON is appended.
 */
MUST_USE int preview_week(struct app *app, const char *user, const char *id,
    const struct task_edit *edit, struct buf *out, struct err *err);

#endif
