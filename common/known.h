/*
 * known: whom this system knows: everybody who has a version or a sync
 * record in the store (DESIGN 5: state/<user>/cacheVersion.txt, sync.json).
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "store.h"
#include "users.h"

/* Adds them all; one list of `state/`. */
MUST_USE int known_users(
    struct store *store, struct users *users, struct err *err);

#endif
