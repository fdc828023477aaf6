/*
 * github: how requests to GitHub's REST interface are sent: who we are, what
 * an answer means, what is tried again, and when nothing may be sent.
 *
 * This is the one place for retries, back-off and rate limits; what is asked
 * stands in repo.h (refs, commits, trees, blobs) and pr.h (pull requests).
 *
 *	struct github_options options = {
 *		.api_url = "https://api.github.com",
 *		.token = conf.github_token,
 *		.owner = "octocat",
 *		.repo = "tasks",
 *	};
 *	if (github_open(&options, &github, err) == -1)
 *		goto out;
 *	result = repo_head(github, "main", &head, err);
 *	if (result == GITHUB_LIMITED)
 *		come_back_at(github_limited_until(github));
 *	...
 *	github_close(github);
 *
 * Tries.  What may be sent twice is: every GET, and the making of blobs,
 * trees and commits, whose names follow from their content (a commit's only
 * if it says its time).  It is tried `tries` times, the waits between
 * doubling, as long as 5xx, broken connections and time-outs come, but not
 * when twice the time-out has passed.  Everything else (a ref that moves, a
 * pull request that is opened) is sent again only where nothing was sent at
 * all; where the answer is missing, or is a 5xx, the result is
 * GITHUB_UNKNOWN: it may have happened, so look.
 *
 * Limits (GitHub, "Rate limits for the REST API").  An answer may say that
 * nothing is to be sent for a time: Retry-After; x-ratelimit-remaining 0,
 * until x-ratelimit-reset, by the clock of the answer's Date; else, with a
 * 429 or a 403 that speaks of a rate limit, `limit_ms`, doubled each time
 * that happens again without a good answer in between.  Until then every
 * call ends in GITHUB_LIMITED without touching the network.  The limit is
 * the token's: who uses it in several programs or after a restart carries it
 * over with github_limited_until and github_limit.
 *
 * The token is in no error, no event and no log; github_close wipes it.
 *
 * A github belongs to one process: open it after fork, not before.
 */
#ifndef GITHUB_H
#define GITHUB_H

#include "base/buf.h"
#include "base/err.h"

#define GITHUB_IN_FLIGHT   16                /* requests under way at once */
#define GITHUB_REPLY_MAX   ((size_t)8 << 20) /* bytes of an answer */
#define GITHUB_WAIT_MAX_MS INT64_C(86400000) /* no limit lasts longer */

enum github_result {
	GITHUB_OK,
	GITHUB_UNCHANGED,    /* 304 */
	GITHUB_ABSENT,       /* 404: not there, or not for this token */
	GITHUB_UNAUTHORIZED, /* 401: the token is wrong or has run out */
	GITHUB_FORBIDDEN,    /* 403 that is about rights, 451 */
	GITHUB_MOVED,        /* 301, 302, 307, 308: the repository's name */
	GITHUB_NOT_FORWARD,  /* 422: the branch has gone another way */
	GITHUB_EXISTS,       /* 422: a ref or pull request is already there */
	GITHUB_INVALID,      /* 422 for any other reason; our own refusal */
	GITHUB_CONFLICT,     /* 409: an empty repository, above all */
	GITHUB_LIMITED,      /* not before github_limited_until() */
	GITHUB_TRUNCATED,    /* a tree that is not the whole */
	GITHUB_TOO_LARGE,    /* the answer is larger than allowed */
	GITHUB_BROKEN,       /* an answer that nobody could give */
	GITHUB_TEMPORARY,    /* 5xx, connection, time-out; after all tries */
	GITHUB_UNKNOWN,      /* a write without an answer: it may have
			      * happened */
	GITHUB_RESULTS
};

/* "ok", "absent", ...: for the log. */
const char *github_result_name(enum github_result result);
/* A German sentence for the person who waits for Git. */
const char *github_result_text(enum github_result result);

struct github_options {
	const char *api_url; /* https; http only to this machine */
	const char *token;
	const char *owner, *repo;
	/* 0 stands for the default. */
	long retry_ms;   /* before the second try, 500; then doubled */
	long limit_ms;   /* pause after a limit without a time, 60000 */
	long timeout_ms; /* of a request, 15000; GitHub ends at 10000 */
	unsigned tries;  /* in all, 4 */
};

struct github;

/*
 * Does no network I/O.  The options are copied.  Fails with ERR_SETTING if
 * they cannot be.
 */
MUST_USE int github_open(
    const struct github_options *options, struct github **out, struct err *err);
void github_close(struct github *github);

/* Each request, for the debug log and for counting. */
struct github_event {
	const char *method;
	const char *path; /* below the repository, with its query */
	int status;       /* 0: no answer */
	const char *result;
	long us;
};
typedef void github_watch_fn(void *arg, const struct github_event *event);
void github_watch(struct github *github, github_watch_fn *fn, void *arg);

/* Requests that were sent. */
uint64_t github_requests(const struct github *github);

/* Milliseconds since 1970 before which nothing is sent; 0: no limit known. */
int64_t github_limited_until(const struct github *github);
/* Nothing before this time; never shortens a limit. */
void github_limit(struct github *github, int64_t until_ms);

const char *github_owner(const struct github *github);

/* One request, as repo.c and pr.c write it. */
struct github_call {
	const char *method;
	struct buf path;    /* below the repository, encoded: "/git/refs" */
	struct buf body;    /* JSON; empty: none */
	const char *accept; /* NULL: application/vnd.github+json */
	const char *known;  /* for If-None-Match, without quotes; or NULL */
	size_t reply_max;   /* 0: GITHUB_REPLY_MAX */
	bool once;          /* sent twice it would do something else */

	/* What came of it. */
	enum github_result result;
	int status; /* of the last answer; 0: none */
	struct buf reply;
	char why[200]; /* for the log: what GitHub or the network said */
	bool pending;  /* github_run's own */
};

#define GITHUB_CALL_INIT                                                       \
	{                                                                      \
		.method = "GET", .path = BUF_INIT, .body = BUF_INIT,           \
		.reply = BUF_INIT                                              \
	}

/* Runs the calls, at most GITHUB_IN_FLIGHT at once; each has its result. */
void github_run(struct github *github, struct github_call *calls, size_t n);
void github_call_release(struct github_call *call);

/* True if an answer that is no success holds these words, in any case. */
bool github_says(const struct github_call *call, const char *words);

/*
 * Sets err (ERR_BUSY: what a client of ours would get) from the call's
 * result and returns that; nothing happens to err if it is GITHUB_OK.
 */
enum github_result github_end(const struct github_call *call, struct err *err);

#endif
