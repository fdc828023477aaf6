/*
 * github_result: what came of a request to GitHub's REST interface, as one
 * word for the code, one for the log and a sentence for people.
 *
 * Statuses: docs.github.com/rest, "Troubleshooting the REST API" and the
 * page of each request.  A 404 also means that the token may not see it.
 */
#ifndef GITHUB_RESULT_H
#define GITHUB_RESULT_H

#include "base/msg.h"

enum github_result {
	GITHUB_OK,
	GITHUB_UNCHANGED,    /* 304 */
	GITHUB_ABSENT,       /* 404: not there, or not for this token */
	GITHUB_UNAUTHORIZED, /* 401: the token is wrong or has run out */
	GITHUB_FORBIDDEN,    /* 403 that is about rights, 451 */
	GITHUB_MOVED,        /* 301, 302, 307, 308: the repository's name */
	GITHUB_NOT_FORWARD,  /* 422: the branch has gone another way */
	GITHUB_EXISTS,       /* 422: a ref or pull request is already there */
	GITHUB_PROTECTED,    /* 422: a rule of the repository forbids it */
	GITHUB_INVALID,      /* 422 for any other reason; our own refusal */
	GITHUB_CONFLICT,     /* 409: an empty repository, above all */
	GITHUB_LIMITED,      /* not before github_limited_until() */
	GITHUB_TRUNCATED,    /* a tree that is not the whole */
	GITHUB_TOO_LARGE,    /* the answer is larger than allowed */
	GITHUB_BROKEN,       /* an answer that GitHub does not describe */
	GITHUB_DAMAGED,      /* bytes that are not those of their id, after
			      * all tries */
	GITHUB_TEMPORARY,    /* 5xx, connection, time-out; after all tries */
	GITHUB_UNKNOWN,      /* a write without an answer: it may have
			      * happened */
	GITHUB_RESULTS
};

/*
 * Return the result that a status below 500 stands for.  A 403 or 429 about
 * the rate limit and the reasons of a 422 are for the caller to tell.
 */
enum github_result github_result_of_status(int status);

/* "ok", "absent", ...: for the log. */
const char *github_result_name(enum github_result result);
/* The message for the person who waits for Git. */
enum msg_id github_result_msg(enum github_result result);

#endif
