/*
 * request: hold one HTTP request as plain data, so that a test can write it as
 * a literal, and read its parts (RFC 3875, 9110, 6265).  The strings belong to
 * the caller that made the request; NULL is "not sent".
 *
 * Error handling: no function fails; what is absent or malformed is false.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "base/buf.h"
#include "base/err.h"
#include "store/names.h"
#include "web/param.h"

/* Of a body, in bytes; nginx takes no longer one (limits.conf), but for programs
 * that say more. */
#define REQUEST_BODY_MAX ((size_t)64 << 10)

/* How the user was identified (guard.h). */
enum request_way {
	REQUEST_NOBODY,
	REQUEST_LOCAL,
	REQUEST_SESSION, /* a browser: its cookie comes along by itself */
	REQUEST_BEARER,
};

/* Look up a parameter; NULL if absent. */
typedef const char *request_param_fn(void *arg, enum param param);

struct request {
	const char *method;   /* "GET" */
	const char *target;   /* REQUEST_URI: path and query as sent */
	const char *internal; /* DOCUMENT_URI: after X-Accel-Redirect */
	const char *content_type;
	const char *origin;
	const char *fetch_site; /* Sec-Fetch-Site */
	const char *cookie;
	const char *authorization;
	const char *bearer; /* codex-auth's word on it; never a header */
	const char *guest;  /* the address, where nginx counts it (guest.h) */
	const char *if_match;
	const char *if_none_match;
	const char *idempotency_key;
	const char *prefer;
	const char *accept_language;
	const char *signature; /* X-Hub-Signature-256 */
	const char *event;     /* X-GitHub-Event */
	/* For what few handlers ask; NULL: nothing. */
	request_param_fn *param;
	void *param_arg;
	struct buf body;
	bool body_too_large; /* more than the route takes; body is empty */
	/* Found out on the way: */
	char user[NAMES_USER_MAX + 1]; /* by guard, as the next four */
	enum request_way way;
	bool read_only;        /* by an API token that may not write */
	char token_id[17];     /* of an API token, or "" */
	struct buf set_cookie; /* of a session that goes on, or "" */
	struct buf id;         /* by request_match: {id}, decoded */
};

#define REQUEST_INIT                                                           \
	{                                                                      \
		.body = BUF_INIT, .set_cookie = BUF_INIT, .id = BUF_INIT       \
	}
void request_release(struct request *request);

/* Fill everything but the body from CGI parameters (RFC 3875). */
void request_from_params(
    struct request *request, request_param_fn *param, void *arg);

/* Return a parameter that has no member, as PARAM_ADDRESS; NULL if absent. */
const char *request_param(const struct request *request, enum param param);

/*
 * Return true if the path of the target has the shape of the pattern, as in
 * "/api/tasks/{id}/complete"; {id} is one segment, percent-decoded into
 * request->id.  A segment that decodes to something with '/' or NUL, or not
 * at all, matches nothing; neither does an empty one.  The rest of the path
 * must stand there as it does in the pattern, unescaped and with its slashes
 * single.  Where it is false, request->id means nothing.
 */
bool request_match(struct request *request, const char *pattern);

/*
 * Set value to the first query parameter of that name, decoded; return false
 * if there is none.  A value that does not decode is given as it was sent, so
 * that the caller refuses it as any other unknown value.
 */
bool request_query(
    const struct request *request, const char *name, struct buf *value);
/* Return true if that parameter is there and says `true`. */
bool request_query_is_true(const struct request *request, const char *name);

/*
 * Return how long the client prefers to wait, in seconds (RFC 7240, 4.3:
 * `wait`, the first one that is sent counts); -1 if it does not say.
 */
#define REQUEST_WAIT_MAX 9999
int request_wait_s(const struct request *request);

/*
 * Return the language that the client prefers of those that there are (RFC
 * 9110, 12.5.4): the one of higher quality, of equal ones that which is named
 * first; German if it names neither.
 */
enum msg_language request_language(const struct request *request);

/*
 * Return true if the client takes gzip, and not rather the bytes as they are
 * (RFC 9110, 12.5.3).  If it says nothing, it does not: it might be a program
 * that does not unpack.
 */
bool request_takes_gzip(const struct request *request);

/*
 * Set value to that of the cookie of exactly that name; return false if there
 * is none.
 */
bool request_cookie(
    const struct request *request, const char *name, struct buf *value);

#endif
