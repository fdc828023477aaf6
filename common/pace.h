/*
 * pace: how soon a user whose run came to nothing has his next one: after a
 * first wait, then twice that, four times that ...  Pure; in memory only.
 *
 *	if (now >= pace_next(&pace, "ada"))
 *		...
 *	pace_failed(&pace, "ada", now, first_ms);    or
 *	pace_good(&pace, "ada");
 */
#ifndef PACE_H
#define PACE_H

#include "std.h"

#define PACE_MAX_MS INT64_C(300000) /* no wait is longer, but the first */

struct pace {
	struct pace_user {
		char *name;
		int64_t wait_ms;
		int64_t next_ms;
	} * users;
	size_t n, cap;
};

#define PACE_INIT                                                              \
	{                                                                      \
		.users = NULL                                                  \
	}
void pace_release(struct pace *pace);

/* When the next run is due; 0: at once. */
int64_t pace_next(const struct pace *pace, const char *user);
void pace_failed(
    struct pace *pace, const char *user, int64_t now_ms, int64_t first_ms);
void pace_good(struct pace *pace, const char *user);

#endif
