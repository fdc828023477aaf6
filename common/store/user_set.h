/*
 * user_set: a set of user names, each once, sorted bytewise.
 */
#ifndef USER_SET_H
#define USER_SET_H

#include "base/std.h"

struct user_set {
	char **names; /* names_user_ok */
	size_t n, cap;
};

#define USER_SET_INIT                                                          \
	{                                                                      \
		.names = NULL                                                  \
	}
void user_set_release(struct user_set *users);

/*
 * Adds the name of `len` bytes, its capitals made small; nothing happens if
 * it is in the set already, or can be no user's (names_user_ok).
 */
void user_set_add(struct user_set *users, const char *name, size_t len);

bool user_set_has(const struct user_set *users, const char *name);

#endif
