/*
 * request_log: write the line of the log about one request, and have all lines
 * that are written meanwhile say whose it is: `request=`, the id by which nginx's
 * log and the answer (X-Request-Id) know it, `user=`, as far as guard has found
 * one, and `address=`.  What it sets off in another program has the id, too
 * (app_request_id).
 *
 * Calling sequence
 *
 *	request_log_begin(&log, app, &request);
 *	...answer it...
 *	request_log_answer(&log, &reply, &err, us);
 *	if (there is more to do)
 *		request_log_keep(&log);
 *	...send the answer, which ends what the request points to...
 *	request_log_end(&log);
 *
 * The line has method, path without its query, status, the word of an error and
 * its detail, microseconds, and how many requests to the store and to GitHub it
 * took.  What the site could not do, refused to somebody or took over a second
 * for is a warning; an answer to a client's mistake and a write that was done
 * are information; all else, a week from memory above all, has a line only with
 * CODEX_DEBUG, as nginx has one for each.  What a handler calls an event
 * (reply.h), a login or a new token, is always information, and said in its
 * words.
 *
 * Error handling: no function fails.
 */
#ifndef REQUEST_LOG_H
#define REQUEST_LOG_H

#include "app/app.h"
#include "base/err.h"
#include "store/store.h"
#include "web/reply.h"
#include "web/request.h"

struct request_log {
	struct app *app;
	const struct request *request;
	struct meters_cost before;
	/* What the request's parameters say, once they are kept. */
	bool is_kept;
	char id[64], address[64];
};

/* The log and the request must outlive request_log_end. */
void request_log_begin(
    struct request_log *log, struct app *app, const struct request *request);
/* Write the line of an answer that took so many microseconds. */
void request_log_answer(const struct request_log *log,
    const struct reply *reply, const struct err *err, long us);
/* Write that the request's API token was used (api_token_touch). */
void request_log_token(const struct request_log *log);
/* Write the line of a request whose body broke off. */
void request_log_broken(const struct request_log *log);
/* Copy what the lines need of the request's parameters. */
void request_log_keep(struct request_log *log);
void request_log_end(struct request_log *log);

/* Count a request to the store, and write a line of it with CODEX_DEBUG; `arg`
 * is the app (store_watch). */
void request_log_store(void *arg, const struct store_event *event);

#endif
