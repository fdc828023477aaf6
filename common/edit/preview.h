/*
 * preview: show the week that an edit would give (http-api.md, "POST
 * /api/preview").  Stores nothing.
 *
 * Error handling: -1 with ERR_JSON or ERR_VALUE for the request, with what
 * edit_find and edit_make say, with ERR_NUMBERS if no number is left, or
 * with the store's error; out is untouched then.
 */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "app/app.h"

struct preview_job {
	const char *user;
	const char *if_match; /* or NULL */
	/* The body of a creation; with a member `id` (see edit_find) that of a
	 * change, or `complete` with the body of a completion. */
	const struct buf *request;
};

/*
 * Append the body of GET /codex as it would be after the request, with the
 * member `moves` (moves.h), an object that is still open.  Append to ignored
 * what the request has besides (fields_add_unknown).
 */
MUST_USE int preview_week(struct app *app, const struct preview_job *job,
    struct buf *out, struct buf *ignored, struct err *err);

#endif
