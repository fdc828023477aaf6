/*
 * lists: answer GET /api/tasks, GET /api/tasks/{id} and GET /api/week
 * (http-api.md).
 *
 * Error handling: a query that is wrong is ERR_VALUE; the store's errors are as
 * they are.  What else can fail says how.
 */
#ifndef LISTS_H
#define LISTS_H

#include "edit/mirror.h"
#include "edit/mirror_memory.h"
#include "web/reply.h"
#include "web/request.h"

/* Make the reply of all tasks that the query ?status= &kategorie= &tag= &q=
 * &text= asks for, from the index and what `memory` has of the user
 * (mirror.h). */
MUST_USE int lists_reply_all(struct app *app, struct mirror_memory *memory,
    const struct request *request, struct reply *reply, struct err *err);
/*
 * Make the reply of the week that begins with ?from=, without it with today, in
 * the same way.  ERR_VALUE, too, for a day beyond the limits of week.h.
 */
MUST_USE int lists_reply_week(struct app *app, struct mirror_memory *memory,
    const struct request *request, struct reply *reply, struct err *err);

/*
 * Make the reply for one task, from its file and record alone: its fields, the
 * bytes before its Markdown, that as text and as a tree, and its etag; of its
 * newest conflict the copy (status.h), how many older ones there are, the
 * fields in conflict (null: the whole file) and both sides: `mine` (null: the
 * copy is gone) and what the mirror has.  The ETag header is the content's
 * etag, '-' and a part of the body's hash: good for If-Match and for
 * If-None-Match.  ERR_BAD_FILE if it is no task, or the store's error.
 */
MUST_USE int lists_reply_one(struct app *app, const char *user,
    const struct mirror_one *found, struct reply *reply, struct err *err);

/*
 * Append the members `fields`, `mine`, `theirs` and `etag` (of theirs, for
 * If-Match) of a conflict; each that is NULL becomes null.
 */
void lists_add_sides(struct buf *out, const char *fields,
    const struct buf *mine, const struct buf *theirs);

#endif
