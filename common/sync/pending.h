/*
 * pending: the marks of users whom Git shall follow (design.md 7).
 *
 * A mark is the blob `pending/<user>`: `<ms>-<random>`, when it was put, and
 * after a newline the head that a webhook told of, if one did.  It outlives
 * every process: once it is put, a run follows, whatever dies.
 *
 * Calling sequence: put the mark first, then ring the bell (bell.h).
 *
 *	if (pending_put(app, user, err) == -1)
 *		return -1;
 *	bell_ring_later(app, user);
 *
 * Error handling: -1 with the store's error (store.h); the mark may be there
 * all the same, which is harmless: a run that finds nothing to do ends.
 *
 * A mark is put without condition and with unique bytes, so that a run removes
 * only the mark that it read before it looked at the mirror (reconcile.md,
 * "A run", 3 and 11): a mark that was put in between has another ETag and
 * stays for the next run.
 */
#ifndef PENDING_H
#define PENDING_H

#include "app/app.h"
#include "git/object.h"
#include "store/store.h"
#include "store/user_set.h"

/* Mark the user, without a head. */
MUST_USE int pending_put(struct app *app, const char *user, struct err *err);
/* A mark that goes out with other requests: its put.  The user's name is the
 * caller's. */
struct pending_mark {
	struct buf key, bytes;
	struct store_op put;
};
/* Make the mark of a user; `after` is the head that a webhook told of, or NULL.
 * Then free it. */
void pending_mark_make(const struct app *app, const char *user,
    const char *after, struct pending_mark *mark);
void pending_mark_release(struct pending_mark *mark);
/*
 * Mark all these users in one round of the store, with `after` in each mark.
 */
MUST_USE int pending_put_all(struct app *app, const struct user_set *users,
    const char *after, struct err *err);

/* What a mark says. */
struct pending_note {
	int64_t at_ms; /* when it was put, by the clock of who put it */
	char after[OBJECT_ID_LEN + 1]; /* "" none */
};
/*
 * Read the bytes of a mark into note.  Bytes that are no mark give no head,
 * and 0 or whatever number they begin with as the time.
 */
void pending_read(const struct buf *bytes, struct pending_note *note);

/*
 * List what lies under pending/ into an empty list, for the caller to release.
 * pending_user says of each item whose mark it is; NULL of one that is none.
 */
MUST_USE int pending_list(
    struct app *app, struct store_list *marks, struct err *err);
const char *pending_user(const struct store_item *item);

#endif
