/*
 * users: whom this system knows: everybody who has a version or a sync
 * record in the store (design.md 5: state/<user>/cacheVersion.txt, sync.json).
 */
#ifndef USERS_H
#define USERS_H

#include "store/store.h"
#include "store/user_set.h"

/* Adds them all; one list of `state/`. */
MUST_USE int users_list(
    struct store *store, struct user_set *users, struct err *err);

#endif
