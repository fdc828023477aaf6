/*
 * records: find what is stored of a user beside tasks and what Git knows of
 * them, and cannot be read by this program: sessions, API tokens, GitHub's
 * number, claims of an Idempotency-Key.
 *
 *	if (records_check(store, user, tell_record, arg, err) == -1)
 *		...
 *
 * Error handling: -1 with the store's error; some may have been told.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "app/user_cache.h"
#include "store/store.h"

struct record {
	const char *key, *etag;
	enum user_cache_parsed parsed; /* BROKEN or NEWER */
	bool is_claim;                 /* a broken one counts as none */
};

/* Hear of a record that cannot be read. */
typedef void records_tell_fn(void *arg, const struct record *record);

/* Tell of each that is broken, barred, or of a newer program. */
MUST_USE int records_check(struct store *store, const char *user,
    records_tell_fn *tell, void *arg, struct err *err);

#endif
