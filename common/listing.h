/*
 * listing: what GET /api/tasks and GET /api/tasks/{id} show (API.md).
 */
#ifndef LISTING_H
#define LISTING_H

#include "edit.h"
#include "reply.h"
#include "request.h"
#include "week.h"

/* The query ?status= &kategorie= &tag= &q=, checked. */
struct listing_query {
	struct buf kind, status, tag, search;
	struct week_filter filter; /* borrows tag and search */
};
#define LISTING_QUERY_INIT                                                     \
	{                                                                      \
		.kind = BUF_INIT, .status = BUF_INIT, .tag = BUF_INIT,         \
		.search = BUF_INIT                                             \
	}
MUST_USE int listing_parse(const struct request *request,
    struct listing_query *query, struct err *err);
void listing_query_release(struct listing_query *query);

/*
 * Makes the reply for one task: its fields, its Markdown as text and as a
 * tree, and its etag.  The ETag header is the content's etag, '-' and a part
 * of the body's hash: good for If-Match and for If-None-Match.
 */
void listing_reply(struct reply *reply, const struct week *week,
    const struct edit_found *found, const struct task *task);

#endif
