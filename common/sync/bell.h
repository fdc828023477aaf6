/*
 * bell: the socket in the run folder that wakes the worker of this host
 * (design.md 7).  It is only for speed: what must not be lost is marked first
 * (pending.h), and the worker finds a mark without it, too.
 *
 * The bell is the stream socket `<run>/sync.bell`.  A program sends one line
 * of JSON, {"user","full","confirm","later","request"}, and may wait for one line
 * back: the result of the run as the API shows it (worker.h).  A closed
 * connection without a line is no result.
 *
 * Calling sequence, of a program:
 *
 *	if (pending_put(app, user, err) == -1)
 *		return -1;
 *	if (bell_ring(app, user, &wish, wait_ms, &line))
 *		show(&line);
 *
 * Calling sequence, of the worker:
 *
 *	if (bell_listen(app, &bell, err) == -1)
 *		return -1;
 *	fd = accept(bell, NULL, NULL);
 *	if (bell_read(fd, user, &wish))
 *		...send one line to fd, close it
 */
#ifndef BELL_H
#define BELL_H

#include "app/app.h"
#include "store/names.h"

#define BELL_REQUEST_MAX 64

struct bell_wish {
	bool full;    /* compare every byte (reconcile.md, "A run", 5) */
	bool confirm; /* removals in Git are meant */
	/*
	 * Leave the time to the worker: a user whose last run came to nothing
	 * is tried when its back-off ends (backoff.h).  For edits and views,
	 * of which there may be many.
	 */
	bool later;
	/* By bell_read alone: the id of the request that rang (app_request_id),
	 * for the log, or "". */
	char request[BELL_REQUEST_MAX + 1];
};

/*
 * Ring for the user and wait up to wait_ms for the result, which is appended
 * to out.  Return false if there is none (yet): no worker, or no time.
 */
bool bell_ring(const struct app *app, const char *user,
    const struct bell_wish *wish, int64_t wait_ms, struct buf *out);
/* Ring for the user with `later`, and do not wait for a result. */
void bell_ring_later(const struct app *app, const char *user);

/* Return true if a worker listens. */
bool bell_is_heard(const struct app *app);

/*
 * Make the socket, non-blocking, in the place of an earlier worker's, and set
 * *fd to it.  Fail with ERR_SETTING and leave *fd as it was.
 */
MUST_USE int bell_listen(const struct app *app, int *fd, struct err *err);
/*
 * Read what the program at an accepted connection asks for, into user and
 * *wish; wait at most a second for each piece.  Return false if that is no
 * ring; then neither out-parameter counts.  The caller closes fd.
 */
bool bell_read(int fd, char user[NAMES_USER_MAX + 1], struct bell_wish *wish);

#endif
