/*
 * http: send HTTP requests, many at once, over kept connections (RFC 9112).
 *
 * This only sends: what a request says, how it is signed and whether it is
 * tried again is the caller's.  Redirects are not followed, proxies of the
 * environment not used, certificates checked, through a proxy too.  HTTP/1.1.
 *
 *	struct http_field want[] = {{.name = "ETag", .value = BUF_INIT}};
 *	struct http_request request = {
 *		.method = "GET",
 *		.url = "https://example.org/x",
 *		.want = want,
 *		.n_want = 1,
 *		.reply_max = 1 << 20,
 *		.reply = BUF_INIT,
 *	};
 *
 *	http_run(http, &request, 1);
 *	if (request.fault == HTTP_ANSWERED && request.status == 200)
 *		use(request.reply.s, request.reply.len);
 *	...
 *	http_release(&request, 1);
 *
 * A http belongs to one process: make it after fork, not before.
 *
 * Error handling: http_run does not fail; each request has its `fault`, and
 * `why` for the log.  HTTP_LOST means that the server may have done it.
 */
#ifndef HTTP_H
#define HTTP_H

#include "base/buf.h"
#include "base/err.h"

#define HTTP_IN_FLIGHT  32    /* requests under way at once */
#define HTTP_CONNECT_MS 2000  /* name, connection and TLS together */
#define HTTP_TIMEOUT_MS 30000 /* a whole request, unless it says otherwise */

enum http_fault {
	HTTP_ANSWERED,  /* an answer came whole, whatever its status */
	HTTP_UNREACHED, /* nothing was sent: no name, no connection, no TLS */
	HTTP_LOST,      /* sent, at least in part; no whole answer came */
	HTTP_TOO_LARGE, /* the answer is larger than reply_max */
};

/* A field of the answer that the caller asks for, by name (any case). */
struct http_field {
	const char *name;
	struct buf value; /* "" if the answer lacks it; the last one if many */
};

struct http_request {
	const char *method;
	const char *url;            /* http or https, already encoded */
	const char *const *headers; /* n_headers times "Name: value" */
	size_t n_headers;
	const void *body; /* NULL: the request has no body at all */
	size_t len;
	struct http_field *want;
	size_t n_want;
	size_t reply_max; /* bytes of the answer's body */
	long timeout_ms;  /* 0: HTTP_TIMEOUT_MS */
	/* No later than that, by the monotonic clock, however long it waits for
	 * the others of its batch; 0: no such time. */
	int64_t until_ms;
	/*
	 * Never send it twice.  Without this a request that finds its kept
	 * connection dead is sent again on a new one, though the other side
	 * may have read it.
	 */
	bool once;
	bool want_certificate; /* tell until when it holds */

	/* What came of it. */
	enum http_fault fault;
	int status; /* with HTTP_ANSWERED */
	struct buf reply;
	long us;
	int64_t certificate_until_s; /* of a new connection; 0: not told */
	char why[200]; /* without HTTP_ANSWERED: for the log; no query, no
			* header, so no secret */
};

struct http;

/*
 * Make a http; NULL with err set if libcurl does not start.  All goes by way of
 * the proxy (address_check_proxy; copied; NULL: none) but to this machine: what
 * is sent there has no TLS.
 */
MUST_USE struct http *http_new(const char *proxy, struct err *err);
void http_free(struct http *http);

/*
 * Run all requests, at most HTTP_IN_FLIGHT of them at once, in no order, and
 * return when each has its outcome.  An answer whose end is marked
 * neither by a length nor by chunks counts as HTTP_LOST: it may be cut off.
 */
void http_run(struct http *http, struct http_request *requests, size_t n);

/* Free what the answers hold. */
void http_release(struct http_request *requests, size_t n);

#endif
