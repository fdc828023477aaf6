/*
 * users: the known users: those with a token or a sync record in the store
 * (design.md 5: state/<user>/cacheVersion.txt, sync.json).
 */
#ifndef USERS_H
#define USERS_H

#include "store/store.h"
#include "store/user_set.h"

/* Add all known users to the set, by one list of `state/`.  ERR_STORE; the set
 * is untouched then. */
MUST_USE int users_list(
    struct store *store, struct user_set *users, struct err *err);

#endif
