/*
 * users: a set of user names, each once, sorted bytewise.
 */
#ifndef USERS_H
#define USERS_H

#include "std.h"

struct users {
	char **names; /* names_user_ok */
	size_t n, cap;
};

#define USERS_INIT                                                             \
	{                                                                      \
		.names = NULL                                                  \
	}
void users_release(struct users *users);

/*
 * Adds the name of `len` bytes, its capitals made small; nothing happens if
 * it is in the set already, or can be no user's (names_user_ok).
 */
void users_add(struct users *users, const char *name, size_t len);

bool users_has(const struct users *users, const char *name);

#endif
