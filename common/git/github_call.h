/*
 * github_call: one request to GitHub, as refs, object and pr write it, and
 * what came of it.  Pure: github_run (github.h) sends it.
 *
 * Calling sequence
 *
 *	struct github_call call = GITHUB_CALL_INIT;
 *
 *	buf_adds(&call.path, "/git/commits");
 *	call.method = "POST";
 *	json_open(&call.body, '{');
 *	...
 *	github_run(github, &call, 1);
 *	json = github_call_json(&call);
 *	if (call.result == GITHUB_OK && !read_something(json, &thing))
 *		github_call_spoil(&call, "the answer lacks something");
 *	json_object_put(json);
 *	result = github_call_end(&call, err);
 *	github_call_release(&call);
 *
 * Error handling
 *
 * `result` is what all go by.  A function that finds more in an answer than
 * its status says (a 422 that is about a fast-forward, a body that is not
 * what GitHub describes) changes it before github_call_end, which turns it
 * into err.
 */
#ifndef GITHUB_CALL_H
#define GITHUB_CALL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "git/github_result.h"

struct github_call {
	const char *method;
	struct buf path;    /* below the repository, encoded: "/git/refs" */
	struct buf body;    /* JSON; empty: none */
	const char *accept; /* NULL: application/vnd.github+json */
	const char *known;  /* for If-None-Match, without quotes; or NULL */
	size_t reply_max;   /* 0: GITHUB_REPLY_MAX */
	bool graphql;       /* for the GraphQL interface; path is for the log */
	bool once;          /* sent twice it would do something else */
	/*
	 * Judge an answer of status 2xx, or NULL; it may put something else
	 * into reply.  GITHUB_DAMAGED: send the call again.  Not for `once`.
	 * GITHUB_LIMITED, only of GraphQL: the answer is an error about limits.
	 */
	enum github_result (*check)(struct github_call *call);
	void *into; /* check's: where it puts what it has read */

	/* What came of it. */
	enum github_result result;
	int status;      /* of the last answer; 0: none */
	int64_t date_s;  /* its Date; 0: none */
	int64_t left;    /* requests left of the rate limit; -1: not told */
	int64_t reset_s; /* when there are all of them again; 0: not told */
	struct buf reply;
	char why[200]; /* what GitHub or the network said */
	bool pending;  /* github_run's own */
};

#define GITHUB_CALL_INIT                                                       \
	{                                                                      \
		.method = "GET", .path = BUF_INIT, .body = BUF_INIT,           \
		.reply = BUF_INIT                                              \
	}
void github_call_release(struct github_call *call);

/* Return true if the call is one of REST that changes something. */
bool github_call_writes(const struct github_call *call);

/*
 * Note in `why` what an answer of 300 and above says, for the log and, of a
 * change that is refused, for people: "message" and those of its "errors", in
 * one line of UTF-8.
 * Nothing of an answer that holds the secret.
 */
void github_call_note_words(struct github_call *call, const char *secret);

/* Return true if the answer holds these words, in any case. */
bool github_call_says(const struct github_call *call, const char *words);

/*
 * Return the answer as JSON, which the caller puts.  If the call failed or
 * the answer is no JSON, return NULL; call->result says why.
 */
struct json_object *github_call_json(struct github_call *call);

/*
 * Note that the answer is not what it must be: GITHUB_BROKEN, but
 * GITHUB_UNKNOWN for a call that must not be sent twice, since GitHub did
 * answer and may have done it.
 */
void github_call_spoil(struct github_call *call, const char *why);

/* Refuse the call before it is sent: GITHUB_INVALID, with err set. */
enum github_result github_call_refuse(
    struct github_call *call, const char *why, struct err *err);

/*
 * Return the call's result, and set err (ERR_BUSY, since GitHub is what is
 * in the way) unless that is GITHUB_OK.  Of a 422, and of a 403 or 409 to a
 * request that writes, its message has GitHub's own words, since the status
 * alone says nothing.
 */
enum github_result github_call_end(
    const struct github_call *call, struct err *err);

#endif
