/*
 * github: send requests to GitHub's REST interface, and queries to its GraphQL
 * one: with the token, again where that is safe, and not while GitHub has
 * asked for a pause.
 *
 * This is the one place for retries, back-off and rate limits; what is asked
 * stands in refs.h (branches), object.h and object_make.h (commits, trees,
 * blobs), object_bulk.h (many blobs, by GraphQL) and pr.h (pull requests), what
 * came of it in github_result.h.
 *
 *	struct github_options options = {
 *		.api_url = "https://api.github.com",
 *		.token = conf.github_token,
 *		.owner = "octocat",
 *		.repo = "tasks",
 *	};
 *	if (github_open(&options, &github, err) == -1)
 *		goto out;
 *	result = refs_head(github, "main", &head, err);
 *	if (result == GITHUB_LIMITED)
 *		come_back_at(github_limited_until(github));
 *	...
 *	github_close(github);
 *
 * Tries.  These requests may be sent twice: every GET, and those that make
 * blobs, trees and commits, whose ids follow from their content (a commit's
 * only if the request says its time), and every query.  Each is tried `tries`
 * times, the waits between doubling, as long as 5xx, broken connections and
 * time-outs come, or an answer is damaged (github_call.h, `check`), but not when
 * twice the time-out has passed.  Every other request (to move a
 * ref, to open a pull request) is sent again only if nothing was sent at all;
 * if the answer is missing, or is a 5xx, the result is GITHUB_UNKNOWN: GitHub
 * may have done it, so the caller must look.
 *
 * Limits (GitHub, "Rate limits for the REST API").  An answer may say that
 * nothing is to be sent for a time: Retry-After; x-ratelimit-remaining 0,
 * until x-ratelimit-reset, by the clock of the answer's Date; else, with a
 * 429 or a 403 that speaks of a rate limit, `limit_ms`, doubled each time
 * that happens again without a good answer in between.  Until then every
 * call ends in GITHUB_LIMITED without touching the network.  The limit is
 * the token's: a program that starts again with the same token carries it
 * over with github_limited_until and github_limit (github_limit.h).
 *
 * The points of GraphQL are counted apart from the requests of REST (GitHub,
 * "Rate limits and query limits for the GraphQL API"): when they are used up,
 * only queries end in GITHUB_LIMITED until x-ratelimit-reset, in this process.
 * What else an answer to a query says of limits holds for both.
 *
 * The token is in no error, no event and no log; github_close wipes it.
 *
 * A github belongs to one process: open it after fork, not before.
 */
#ifndef GITHUB_H
#define GITHUB_H

#include "base/buf.h"
#include "base/err.h"
#include "git/github_call.h"
#include "git/github_pause.h"

#define GITHUB_IN_FLIGHT 16                /* requests under way at once */
#define GITHUB_REPLY_MAX ((size_t)8 << 20) /* bytes of an answer */

struct github_options {
	const char *api_url; /* https; http only to this machine */
	const char *token;
	const char *owner, *repo;
	const char *proxy; /* http.h; NULL: none */
	/* 0 stands for the default. */
	long retry_ms;   /* before the second try, 500; then doubled */
	long limit_ms;   /* pause after a limit without a time, 60000 */
	long timeout_ms; /* of a request, 15000; GitHub ends at 10000 */
	unsigned tries;  /* in all, 4 */
};

struct github;

/*
 * Make a github without asking the network.  The options are copied.  Fail
 * with ERR_SETTING if they are not usable, and leave *out as it was.
 */
MUST_USE int github_open(
    const struct github_options *options, struct github **out, struct err *err);
/* Close the connections, wipe the token and free github; NULL is ignored. */
void github_close(struct github *github);

/* A request that was sent, for the debug log and for counting. */
struct github_event {
	const char *method;
	const char *path; /* below the repository, with its query */
	int status;       /* 0: no answer */
	enum github_result result;
	/* Requests of REST that GitHub still takes; -1: it did not say. */
	int64_t left;
	long us;
	const char *id; /* GitHub's own (X-GitHub-Request-Id), or "" */
};
typedef void github_watch_fn(void *arg, const struct github_event *event);
/* Call fn after each request that is sent from now on. */
void github_watch(struct github *github, github_watch_fn *fn, void *arg);

/* Return the number of requests that were sent. */
uint64_t github_requests(const struct github *github);

/*
 * Return the time before which nothing is sent, in milliseconds since 1970;
 * 0: no limit is known.
 */
int64_t github_limited_until(const struct github *github);
/* Return true if nothing may be sent now, however the clock was set since. */
bool github_is_limited(const struct github *github);
/* Send nothing before this time; a limit that ends later stays. */
void github_limit(struct github *github, int64_t until_ms);

/* Return the owner and the name of the repository, as the options have them. */
const char *github_owner(const struct github *github);
const char *github_repo(const struct github *github);

/* Run the calls, at most GITHUB_IN_FLIGHT at once; each has its result.  All
 * are requests of REST, or all are queries. */
void github_run(struct github *github, struct github_call *calls, size_t n);

#endif
