/*
 * err: say what went wrong, to a person and to the log.
 *
 * A function that can fail takes `struct err *err` last and returns 0, or -1
 * with err set.  The error is set where the thing is known, and only there;
 * callers pass it on.  On failure outputs are untouched unless the header of
 * the function says otherwise.
 *
 * `msg` is for the person in front of the page; it never names paths of the
 * host, addresses of upstreams or secrets.  Its sentence is made where the
 * error is written: by reply_error, or for a log or a terminal by err_text.
 * `detail` is for the log alone.  One table (err.c) turns a code into the
 * stable word and the HTTP status of http-api.md, "Errors".
 *
 * Calling sequence
 *
 *	if (!day_is_date(s))
 *		return err_field(err, "deadline", MSG_DEADLINE_NO_DATE);
 *	if (n > TASK_TAGS_MAX) {
 *		err_field(err, "tags", MSG_TAGS_TOO_MANY);
 *		return err_value(err, "%d", TASK_TAGS_MAX);
 *	}
 */
#ifndef ERR_H
#define ERR_H

#include "base/msg.h"
#include "base/std.h"

enum err_code {
	ERR_NONE,
	ERR_INTERNAL, /* 500: our own fault */
	ERR_VALUE,    /* 400: a value that is not allowed; `field` says which */
	ERR_JSON,     /* 400: the body is not the JSON that it must be */
	ERR_LOGIN,    /* 401 */
	ERR_FORBIDDEN,  /* 403 */
	ERR_ORIGIN,     /* 403: a write from a foreign page */
	ERR_NOT_LISTED, /* 403: known, but not on the allow-list */
	ERR_OTHER_ID,   /* 403: the login is bound to another person's id */
	ERR_READ_ONLY,  /* 403: the API token may only read */
	ERR_NOT_FOUND,  /* 404 */
	ERR_METHOD,     /* 405, answered with Allow */
	ERR_AMBIGUOUS,  /* 409: two files share the number */
	ERR_NUMBERS,    /* 409: no number left below 10000 */
	ERR_BAD_FILE,   /* 409: the task file cannot be edited safely */
	ERR_CONTENDED,  /* 409: other writers were faster, again and again */
	ERR_SETTLED,    /* 409: there is no conflict to resolve */
	ERR_MODIFIED,   /* 412: If-Match names another state */
	ERR_NO_MATCH,   /* 428: this needs If-Match (RFC 6585, 3) */
	ERR_TOO_LARGE,  /* 413 */
	ERR_MEDIA_TYPE, /* 415 */
	ERR_KEY_REUSED, /* 422: Idempotency-Key came with another body */
	ERR_RATE,       /* 429 with Retry-After */
	ERR_UNREADY,    /* 503, of GET /readyz alone */
	ERR_BUSY,       /* 503 with Retry-After: a lock or GitHub is busy */
	ERR_STORE,      /* 503 with Retry-After: the blob store fails */
	ERR_NEWER,      /* 503: a newer program wrote what is stored */
	ERR_UNKNOWN,    /* 503 with Retry-After: the login cannot be checked */
	ERR_GITHUB,     /* 502: GitHub gives no answer that can be used */
	ERR_SLOW,       /* 504: GitHub does not answer in time */
	ERR_SETTING,    /* a program cannot start; never on the wire */
	ERR_CODES
};

struct err {
	enum err_code code;
	struct msg msg;   /* what a person is told */
	char field[32];   /* JSON member that the error is about, or "" */
	char detail[400]; /* for the log, or "" */
	unsigned retry_s; /* when to try again, in seconds; 0 unknown */
};

#define ERR_INIT                                                               \
	{                                                                      \
		.code = ERR_NONE                                               \
	}

/*
 * Set err to a code and a message, without field, values and detail.  Return
 * -1, as all of these do, so that `return err_set(...)` reads well.
 */
int err_set(struct err *err, enum err_code code, enum msg_id id);
/* Set err to an ERR_VALUE about one member of the request. */
int err_field(struct err *err, const char *field, enum msg_id id);
/* Add, after those, the next value of the message, and its cause (msg.h). */
int err_value(struct err *err, const char *value, ...) PRINTF(2, 3);
int err_cause(struct err *err, const struct msg *cause);
/* Set what only the log may see. */
int err_detail(struct err *err, const char *detail, ...) PRINTF(2, 3);

/* Write the sentence for a person to `text` and return that; err_text in
 * German. */
const char *err_text_in(
    const struct err *err, enum msg_language language, char text[MSG_TEXT_MAX]);
const char *err_text(const struct err *err, char text[MSG_TEXT_MAX]);

/* Return the stable word and the HTTP status of a code. */
const char *err_word(enum err_code code);
int err_status(enum err_code code);

#endif
