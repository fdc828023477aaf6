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
 * Add the name of `len` bytes in lower case.  Do nothing if it is in the set
 * already, or is no user name (names_user_ok).
 */
void user_set_add(struct user_set *users, const char *name, size_t len);

/* Return true if the name, in lower case, is in the set. */
bool user_set_has(const struct user_set *users, const char *name);

#endif
