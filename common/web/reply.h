/*
 * reply: hold one HTTP answer as plain data, and print it as CGI wants it
 * (RFC 3875, 6).
 *
 * Error handling: no function fails.
 */
#ifndef REPLY_H
#define REPLY_H

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"

/* For an answer whose body shows no state, so that it has no ETag. */
#define REPLY_NO_ETAG ""

struct reply {
	int status;
	const char *type;   /* media type; NULL: JSON */
	struct buf headers; /* `Name: value\r\n` each */
	struct buf body;
	enum msg_language language; /* of an error's sentence */
	struct buf ignored;       /* names of the request's unknown members, the
			     * items of a JSON array; "" none */
	const struct buf *shared; /* instead of body: borrowed bytes */
	bool gzip;                /* the body is packed (gzip.h) */
	bool varies;              /* Vary says that it may be */
	const char *etag;         /* without quotes; NULL: hash of the body */
	char etag_room[160];      /* for an etag of the reply's own */
	/* Another program answers (X-Accel-Redirect); nginx would keep some
	 * of this reply's headers beside that program's. */
	bool handed_on;
	/* It is no answer to whoever asks, but to nginx, which goes on: it does
	 * not count as a request (meters.h). */
	bool is_part;
	/* It waits for Git, so the time it takes is no sign of trouble. */
	bool waits;
	/* What has happened, for the log, if it is more than an answer, as
	 * "logged in"; and about what, never a secret.  NULL and "": nothing. */
	const char *event;
	struct buf about;
	/* What is left to do when the answer is out; NULL = nothing. */
	void (*after)(struct app *app, const char *user);
};

#define REPLY_INIT                                                             \
	{                                                                      \
		.status = 200, .headers = BUF_INIT, .body = BUF_INIT,          \
		.ignored = BUF_INIT, .about = BUF_INIT                         \
	}
void reply_release(struct reply *reply);

/* Append the member `ignored` to the open object of the body, if there is
 * anything to tell. */
void reply_add_ignored(struct reply *reply);

/* Append a header that is always the same, with its end. */
void reply_header_line(struct reply *reply, const char *line);

/* Append a header, its value as it is or printed; control characters in it
 * become spaces. */
void reply_header(struct reply *reply, const char *name, const char *value);
void reply_headerf(struct reply *reply, const char *name, const char *fmt, ...)
    PRINTF(3, 4);

/* Say the moment of the answer, in ms since 1970, in a header: the ETag is of
 * the body, and a 304 has none. */
void reply_set_now(struct reply *reply, int64_t now);

/* Say whether the body is packed, and that this is as the client takes it. */
void reply_set_gzip(struct reply *reply, bool gzip);

/* Make it a 304.  Its Vary is that of the 200 (RFC 9110, 15.4.5): one that is not
 * packed here nginx may pack. */
void reply_set_unchanged(struct reply *reply);

/*
 * Add the header ETag.  That of a packed body has "-gz" behind reply->etag, as
 * both forms are strong; but they are one state, and etag_matches, which looks
 * past the '-', takes either for the other.
 */
void reply_add_etag(struct reply *reply);

/*
 * If other hosts write, too, give the client that has just raised the version
 * two cookies.  Each request with the first looks at the token, so that any host
 * shows that state.  With the second, which stays as long as a process may
 * believe what it had before, none is shown what memory has because the store
 * does not answer.
 */
#define REPLY_FRESH_COOKIE "cm_fresh"
#define REPLY_WROTE_COOKIE "cm_wrote"
void reply_set_fresh(struct reply *reply, const struct conf *conf);

/*
 * Make it the error answer of http-api.md: {ok:false, error, code, field?},
 * in reply->language, with Vary, Retry-After for 429 and 503,
 * WWW-Authenticate for 401.  Status and body
 * take the place of what was there; headers stay (Allow, cookies), so a handler
 * that may still fail has set none.
 */
void reply_error(struct reply *reply, const struct err *err);

/*
 * Print the answer as a CGI script does (RFC 3875, 6.2), in two parts, so that
 * no body is copied: reply_print_head appends status, headers and the empty
 * line; reply_body returns the body where it is, empty for a 304 and for HEAD
 * (`head`).
 */
void reply_print_head(struct buf *out, const struct reply *reply);
const struct buf *reply_body(const struct reply *reply, bool head);

#endif
