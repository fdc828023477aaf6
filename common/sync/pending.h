/*
 * pending: users whom Git shall follow, and the bell that wakes the worker
 * (design.md 7).
 *
 * A mark is the blob `pending/<user>`: `<ms>-<random>`, when it was put, and
 * after a newline the head that a webhook told of, if one did.  It is put
 * without condition and with unique bytes, so that a worker removes only the
 * mark that was there before it looked.  A mark outlives every process; the
 * bell is only for speed.
 *
 * The bell is a stream socket in the run folder.  Who rings sends one line
 * of JSON, {"user","full","confirm","later"}, and may wait for one line
 * back: the result of the run as the API shows it.  After a ring that says
 * `later` a user whose last run came to nothing is tried at his time
 * (backoff.h); otherwise at once, whether somebody waits or not.
 */
#ifndef PENDING_H
#define PENDING_H

#include "app/app.h"
#include "git/object.h"
#include "store/user_set.h"

MUST_USE int pending_put(struct app *app, const char *user, struct err *err);
/* Marks them all in one round; `after` is NULL without a webhook's head. */
MUST_USE int pending_all(struct app *app, const struct user_set *users,
    const char *after, struct err *err);

/* What a mark says; what is none says nothing. */
struct pending_note {
	int64_t at_ms;                 /* when it was put */
	char after[OBJECT_ID_LEN + 1]; /* "" none */
};
void pending_read(const struct buf *bytes, struct pending_note *note);

/*
 * After a look whose build has read the user's records: marks and rings if
 * a repository is set up and there are none yet (it is adopted), or if every
 * look shall see to Git (BACKGROUND_SYNC_ENABLED) and the last run has ended
 * CACHE_TTL_BLOB ago.  On one host not again within that time, however many
 * look while GitHub is down.  Waits for nobody.
 */
struct pending_seen {
	bool unsynced;     /* a repository is set up, but no records */
	int64_t synced_ms; /* their lastSyncAt; 0 never */
};
MUST_USE int pending_background(struct app *app, const char *user,
    const struct pending_seen *seen, struct err *err);

/*
 * The button: ERR_RATE if it was pressed for this user on this host less
 * than SYNC_MIN_MS ago, with the time until then.  Webhooks and edits do not
 * ask.
 */
MUST_USE int pending_press(struct app *app, const char *user, struct err *err);

/* All marked users, each once; free each and the array. */
MUST_USE int pending_list(
    struct app *app, char ***users, size_t *n, struct err *err);

struct pending_ring {
	const char *user;
	bool full, confirm;
	bool later; /* an edit's, or a look's: there may be many of them */
};

/*
 * Rings, and waits up to wait_ms for the result, which is appended to out.
 * False if there is none (yet); the mark stays for the worker.
 */
bool pending_ring(const struct app *app, const struct pending_ring *ring,
    int64_t wait_ms, struct buf *out);

/* Is there a worker at the bell? */
bool pending_is_heard(const struct app *app);

/* The worker's side: the listening socket, non-blocking. */
MUST_USE int pending_listen(const struct app *app, int *fd, struct err *err);

#endif
