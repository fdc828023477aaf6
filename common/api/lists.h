/*
 * lists: answer GET /api/tasks and GET /api/tasks/{id} (http-api.md).
 *
 * Error handling: lists_parse fails with ERR_VALUE; then release the query all
 * the same.  What else can fail says how.
 */
#ifndef LISTS_H
#define LISTS_H

#include "edit/mirror.h"
#include "edit/search.h"
#include "web/reply.h"
#include "web/request.h"
#include "week/week.h"

/* The query ?status= &kategorie= &tag= &q= &text=, checked. */
struct lists_query {
	struct buf kind, status, tag, search;
	struct filter filter; /* borrows tag and search */
	bool in_texts;        /* look for `search` in the texts, too, */
	struct search found;  /* and what that finds */
};
#define LISTS_QUERY_INIT                                                       \
	{                                                                      \
		.kind = BUF_INIT, .status = BUF_INIT, .tag = BUF_INIT,         \
		.search = BUF_INIT, .found = SEARCH_INIT                       \
	}
/* Read and check the query of the request. */
MUST_USE int lists_parse(
    const struct request *request, struct lists_query *query, struct err *err);
void lists_query_release(struct lists_query *query);

/* Load the mirror, and look into the texts of its tasks if the query asks for
 * that (search.h); `found` borrows from the mirror. */
MUST_USE int lists_load(struct app *app, const char *user,
    struct mirror *mirror, struct lists_query *query, struct err *err);

/* Append the member `unread` of such a search: of how many tasks it left out
 * the text. */
void lists_add_unread(struct buf *out, const struct lists_query *query);

/*
 * Read ?from= of GET /api/week, `today` without it.  ERR_VALUE for what is no
 * date, or beyond the limits of week.h.
 */
MUST_USE int lists_parse_from(const struct request *request, struct day today,
    struct day *from, struct err *err);

/*
 * Make the reply for one task, from its file and record alone: its fields, the
 * bytes before its Markdown, that as text and as a tree, and its etag; of its newest conflict the copy
 * (status.h), how many older ones there are, the fields in conflict (null: the
 * whole file) and both sides: `mine` (null: the copy is gone) and what the
 * mirror has.  The ETag header is the content's etag, '-' and a part of the
 * body's hash: good for If-Match and for If-None-Match.  ERR_BAD_FILE if it is
 * no task, or the store's error.
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
