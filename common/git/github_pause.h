/*
 * github_pause: what an answer of GitHub says of its limits, and until when
 * nothing is to be sent (GitHub, "Rate limits for the REST API" and "Rate
 * limits and query limits for the GraphQL API"; github.h, "Limits").
 *
 * There are two ends of silence.  One is the token's, for all requests.  The
 * other is that of the points of GraphQL, which are counted apart: it holds
 * for queries alone.
 *
 *	struct github_pause pause = {.limit_ms = 60000};
 *	struct github_told told;
 *
 *	github_pause_read(&told, &fields, status);
 *	github_pause_note(&pause, call, &told);
 *	...
 *	if (github_pause_holds(&pause, call->graphql))
 *		send nothing;
 *
 * Error handling: no function fails; a field that is none counts as absent.
 */
#ifndef GITHUB_PAUSE_H
#define GITHUB_PAUSE_H

#include "git/github_call.h"

#define GITHUB_WAIT_MAX_MS INT64_C(86400000) /* no limit lasts longer */

struct github_pause {
	int64_t limit_ms;      /* after a limit without a time; then doubled */
	int64_t limited_until; /* milliseconds since 1970, to be shown */
	int64_t paused_until;  /* the same moment, by the monotonic clock */
	int64_t spent_until;   /* no points for a query before, likewise */
	unsigned strikes;      /* limits without a time, one after another */
	bool writes;           /* the last of them was of a request that writes,
				* of which GitHub allows fewer */
};

/* The fields of an answer as they came, "" where it lacks one. */
struct github_fields {
	const char *date, *retry_after, *remaining, *reset;
};

/* What they say. */
struct github_told {
	int status;
	int64_t date_s;   /* 0: not told */
	int64_t left;     /* requests, or points; -1: not told */
	int64_t reset_s;  /* when there are all of them again; 0: not told */
	int64_t after_ms; /* silence by Retry-After; -1: not told, 0: no time */
};

void github_pause_read(
    struct github_told *told, const struct github_fields *fields, int status);

/* Return true if the answer is about a limit: a 403 is about rights unless
 * something in it speaks of one. */
bool github_pause_is_limit(
    const struct github_call *call, const struct github_told *told);

/* Note what the answer to a call, whose result is known, says of limits. */
void github_pause_note(struct github_pause *pause,
    const struct github_call *call, const struct github_told *told);

/* Send nothing before this time; a limit that ends later stays. */
void github_pause_set(struct github_pause *pause, int64_t until_ms);

/* Return true if no request, or no query, may be sent now. */
bool github_pause_holds(const struct github_pause *pause, bool graphql);

#endif
