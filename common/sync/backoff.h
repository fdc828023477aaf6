/*
 * backoff: how soon the worker runs again for a user whose run came to
 * nothing: after a first wait, then twice that, four times that, up to
 * BACKOFF_MAX_MS (design.md 7).
 *
 * Pure: the caller passes the time, in milliseconds of the monotonic clock.  In
 * memory only: after a restart the worker tries every marked user at once.
 *
 * Calling sequence
 *
 *	struct backoff pace = BACKOFF_INIT;
 *
 *	if (now >= backoff_next(&pace, "ada") && run_for("ada") == 0)
 *		backoff_good(&pace, "ada");
 *	else
 *		backoff_failed(&pace, "ada", now, first_ms);
 *	...
 *	backoff_release(&pace);
 *
 * Error handling: no function fails; without memory the process ends (std.h).
 */
#ifndef BACKOFF_H
#define BACKOFF_H

#include "base/std.h"

#define BACKOFF_MAX_MS INT64_C(300000) /* no wait but the first is longer */

/* The users whose last run failed, in the order of names (sorted.h); a user that
 * is absent may run. */
struct backoff {
	struct backoff_user {
		char *name;
		int64_t wait_ms; /* the wait after the last failure */
		int64_t next_ms; /* when that wait ends */
	} * users;
	size_t n, cap;
};

#define BACKOFF_INIT                                                           \
	{                                                                      \
		.users = NULL                                                  \
	}
/* Free what pace holds and leave it empty. */
void backoff_release(struct backoff *pace);

/* Return when the user's next run is due; 0: at once. */
int64_t backoff_next(const struct backoff *pace, const char *user);
/*
 * Note a run that failed at now_ms: the next is due after first_ms, or after
 * twice the last wait if an earlier run failed, too.
 */
void backoff_failed(
    struct backoff *pace, const char *user, int64_t now_ms, int64_t first_ms);
/* Note a good run: forget the user's failures. */
void backoff_good(struct backoff *pace, const char *user);

#endif
