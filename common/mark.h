/*
 * mark: users whom Git shall follow, and the bell that wakes the worker
 * (DESIGN 7).
 *
 * A mark is the blob `pending/<user>`.  It is put without condition and with
 * unique bytes, so that a worker removes only the mark that was there before
 * it looked.  A mark outlives every process; the bell is only for speed.
 *
 * The bell is a stream socket in the run folder.  Who rings sends one line
 * of JSON, {"user","full","confirm","after"}, and may wait for one line back:
 * the result of the run as the API shows it.
 */
#ifndef MARK_H
#define MARK_H

#include "app.h"

MUST_USE int mark_put(struct app *app, const char *user, struct err *err);

/*
 * After a write of the user: marks and rings if every edit shall go to Git
 * at once (GITHUB_SYNC_ON_OPERATION); else does nothing.  Waits for nobody.
 */
MUST_USE int mark_follow(struct app *app, const char *user, struct err *err);

/*
 * The button: ERR_RATE if it was pressed for this user on this host less
 * than SYNC_MIN_MS ago.  Webhooks and edits do not ask.
 */
MUST_USE int mark_press(struct app *app, const char *user, struct err *err);

/* All marked users, each once; free each and the array. */
MUST_USE int mark_list(
    struct app *app, char ***users, size_t *n, struct err *err);

struct mark_ring {
	const char *user;
	bool full, confirm;
	const char *after; /* head that a webhook told of, or NULL */
};

/*
 * Rings, and waits up to wait_ms for the result, which is appended to out.
 * False if there is none (yet); the mark stays for the worker.
 */
bool mark_ring(const struct app *app, const struct mark_ring *ring,
    int64_t wait_ms, struct buf *out);

/* The worker's side: the listening socket, non-blocking. */
MUST_USE int mark_listen(const struct app *app, int *fd, struct err *err);

#endif
