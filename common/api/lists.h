/*
 * lists: answer GET /api/tasks and GET /api/tasks/{id} (http-api.md).
 *
 * Error handling: lists_parse fails with ERR_VALUE; then release the query all
 * the same.  The others cannot fail.
 */
#ifndef LISTS_H
#define LISTS_H

#include "edit/edit.h"
#include "web/reply.h"
#include "web/request.h"
#include "week/week.h"

/* The query ?status= &kategorie= &tag= &q=, checked. */
struct lists_query {
	struct buf kind, status, tag, search;
	struct week_filter filter; /* borrows tag and search */
};
#define LISTS_QUERY_INIT                                                       \
	{                                                                      \
		.kind = BUF_INIT, .status = BUF_INIT, .tag = BUF_INIT,         \
		.search = BUF_INIT                                             \
	}
/* Read and check the query of the request. */
MUST_USE int lists_parse(
    const struct request *request, struct lists_query *query, struct err *err);
void lists_query_release(struct lists_query *query);

/*
 * Make the reply for one task, from its file and record alone: its fields, its
 * Markdown as text and as a tree, and its etag; of its newest conflict the copy
 * (status.h), how many older ones there are, the fields in conflict (null: the
 * whole file) and both sides: `mine` (null: the copy is gone) and what the
 * mirror has.  The ETag header is the content's etag, '-' and a part of the
 * body's hash: good for If-Match and for If-None-Match.
 */
struct lists_one {
	const struct ledger *sync; /* as in struct week */
	const struct edit_found *found;
	const struct task *task;
	const struct ledger_file
	    *conflict; /* its record; NULL: there is none */
	const struct buf *mine;
};
void lists_reply(struct reply *reply, const struct lists_one *one);

/*
 * Append the members `fields`, `mine`, `theirs` and `etag` (of theirs, for
 * If-Match) of a conflict; each that is NULL becomes null.
 */
void lists_add_sides(struct buf *out, const char *fields,
    const struct buf *mine, const struct buf *theirs);

#endif
