/*
 * backoff: how soon a user whose run came to nothing has his next one: after a
 * first wait, then twice that, four times that ...  Pure; in memory only.
 *
 *	if (now >= backoff_next(&pace, "ada"))
 *		...
 *	backoff_failed(&pace, "ada", now, first_ms);    or
 *	backoff_good(&pace, "ada");
 */
#ifndef BACKOFF_H
#define BACKOFF_H

#include "base/std.h"

#define BACKOFF_MAX_MS INT64_C(300000) /* no wait is longer, but the first */

struct backoff {
	struct backoff_user {
		char *name;
		int64_t wait_ms;
		int64_t next_ms;
	} * users;
	size_t n, cap;
};

#define BACKOFF_INIT                                                           \
	{                                                                      \
		.users = NULL                                                  \
	}
void backoff_release(struct backoff *pace);

/* When the next run is due; 0: at once. */
int64_t backoff_next(const struct backoff *pace, const char *user);
void backoff_failed(
    struct backoff *pace, const char *user, int64_t now_ms, int64_t first_ms);
void backoff_good(struct backoff *pace, const char *user);

#endif
