/*
 * pending: the marks of users whom Git shall follow (design.md 7).
 *
 * A mark is the blob `pending/<user>`: `<ms>-<random>`, when it was put, and
 * after a newline the head that a webhook told of, if one did.  It outlives
 * every process: once it is put, a run follows, whatever dies.
 *
 * It is put without condition and with unique bytes, so that a run removes
 * only the mark that it read before it looked at the mirror (reconcile.md,
 * "A run", 3 and 11): a mark that was put in between has another ETag and
 * stays for the next run.
 */
#ifndef PENDING_H
#define PENDING_H

#include "app/app.h"
#include "git/object.h"
#include "store/user_set.h"

MUST_USE int pending_put(struct app *app, const char *user, struct err *err);
/*
 * Mark them all in one round.  `after` is the head that a webhook told of,
 * or NULL.  On failure some may be marked, which is harmless.
 */
MUST_USE int pending_put_all(struct app *app, const struct user_set *users,
    const char *after, struct err *err);

/* What a mark says. */
struct pending_note {
	int64_t at_ms;                 /* when it was put */
	char after[OBJECT_ID_LEN + 1]; /* "" none */
};
/* Read a mark.  Bytes that are none have no head. */
void pending_read(const struct buf *bytes, struct pending_note *note);

/* List all marked users, each once; free each and the array. */
MUST_USE int pending_list(
    struct app *app, char ***users, size_t *n, struct err *err);

#endif
