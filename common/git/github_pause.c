#include "git/github_pause.h"

#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/std.h"

static bool
parse_digits(const char *s, int64_t *out)
{
	size_t len = strlen(s);

	if (len == 0 || len > 15 || strspn(s, "0123456789") != len)
		return false;
	*out = strtoll(s, NULL, 10);
	return true;
}

/* RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`. */
static bool
parse_date(const char *s, int64_t *out_s)
{
	struct tm tm = {0};
	const char *end = strptime(s, "%a, %d %b %Y %H:%M:%S GMT", &tm);

	if (end == NULL || *end != '\0')
		return false;
	*out_s = timegm(&tm);
	return true;
}

/* Return the time of the answer, by its own clock if it tells. */
static int64_t
date_of(const struct github_told *told)
{
	return told->date_s != 0 ? told->date_s : clock_real_ms() / 1000;
}

void
github_pause_read(
    struct github_told *told, const struct github_fields *fields, int status)
{
	int64_t value;

	told->status = status;
	if (!parse_date(fields->date, &told->date_s))
		told->date_s = 0;
	if (!parse_digits(fields->remaining, &told->left))
		told->left = -1;
	if (!parse_digits(fields->reset, &told->reset_s))
		told->reset_s = 0;
	told->after_ms = -1;
	if (parse_digits(fields->retry_after, &value))
		told->after_ms = value * 1000;
	else if (parse_date(fields->retry_after, &value))
		told->after_ms = (value - date_of(told)) * 1000;
	else if (*fields->retry_after != '\0')
		told->after_ms = 0;
}

bool
github_pause_is_limit(
    const struct github_call *call, const struct github_told *told)
{
	return told->status == 429 ||
	       (told->status == 403 &&
		   (told->after_ms != -1 || told->left == 0 ||
		       github_call_says(call, "rate limit") ||
		       github_call_says(call, "abuse detection")));
}

void
github_pause_set(struct github_pause *pause, int64_t until_ms)
{
	int64_t left = until_ms - clock_real_ms();
	int64_t end = clock_monotonic_ms() + left;

	/* The clock may have been set since the last limit. */
	if (left <= 0 || end <= pause->paused_until)
		return;
	pause->limited_until = until_ms;
	pause->paused_until = end;
}

bool
github_pause_holds(const struct github_pause *pause, bool graphql)
{
	int64_t now = clock_monotonic_ms();

	return now < pause->paused_until ||
	       (graphql && now < pause->spent_until);
}

/* 60 s, 120 s, 240 s, ... */
static int64_t
next_pause_ms(struct github_pause *pause)
{
	int64_t wait = pause->limit_ms << pause->strikes;

	if (pause->strikes < 12)
		pause->strikes++;
	return wait;
}

static int64_t
cap(int64_t wait_ms)
{
	return wait_ms < GITHUB_WAIT_MAX_MS ? wait_ms : GITHUB_WAIT_MAX_MS;
}

/* Return how long it is until there are requests, or points, again; -1: some
 * are left. */
static int64_t
reset_ms(const struct github_told *told)
{
	if (told->left != 0 || told->reset_s == 0)
		return -1;
	return (told->reset_s - date_of(told)) * 1000;
}

/* Return true if the error about a limit is not about points alone. */
static bool
is_secondary(const struct github_call *call, const struct github_told *told)
{
	return told->after_ms != -1 ||
	       github_call_says(call, "secondary rate limit") ||
	       github_call_says(call, "abuse detection");
}

/*
 * Note of the answer to a query that the points are used up.  An error about a
 * limit that is not called secondary and gives no time is about them, too.
 */
static void
note_points(struct github_pause *pause, int64_t reset, bool is_about_points)
{
	if (reset <= 0 && !is_about_points)
		return;
	pause->spent_until =
	    clock_monotonic_ms() + cap(reset > 0 ? reset : pause->limit_ms);
}

void
github_pause_note(struct github_pause *pause, const struct github_call *call,
    const struct github_told *told)
{
	bool limited = call->result == GITHUB_LIMITED;
	int64_t wait = told->after_ms, reset = reset_ms(told);
	int64_t now = clock_real_ms();

	/* The answer to a query may tell of a limit with a 200. */
	if (!limited && told->status < 400)
		wait = -1;
	if (call->graphql) {
		bool is_about_points = limited && !is_secondary(call, told);

		note_points(pause, reset, is_about_points);
		limited = limited && !is_about_points;
	} else if (reset > wait) {
		wait = reset;
	}

	if (wait > 0) {
		github_pause_set(pause, now + cap(wait));
	} else if (limited && !github_pause_holds(pause, false)) {
		/* Sixteen such answers at once are one. */
		github_pause_set(pause, now + cap(next_pause_ms(pause)));
		pause->writes = github_call_writes(call);
	}

	/* After a limit of writing each run reads well before it writes. */
	if (call->result != GITHUB_LIMITED && told->status < 500 &&
	    pause->writes == github_call_writes(call) &&
	    !github_pause_holds(pause, false))
		pause->strikes = 0;
}
