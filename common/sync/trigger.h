/*
 * trigger: what starts a run with Git for a user besides a write (publish.h)
 * and a push (push_event.h): the button, a view of the week, the first login
 * (design.md 7).
 *
 * Each of them marks the user (pending.h), which is what lasts, and wakes the
 * worker (bell.h).  How often is limited for each user on each host: the
 * files of the locks `sync-<user>` and `background-<user>` (lock.h) hold the
 * time of the last one, milliseconds since 1970.  The files stay, as those of
 * all locks do.
 *
 * Error handling: -1 with the store's error (store.h), with ERR_STORE if a
 * file of a lock cannot be read or written, or with what lock_take says.  The
 * user is not marked then, or nobody knows.
 */
#ifndef TRIGGER_H
#define TRIGGER_H

#include "app/app.h"

/* Mark the user and ring, without waiting for a result. */
MUST_USE int trigger_start(struct app *app, const char *user, struct err *err);

/*
 * Mark the user for the button; the caller rings, to hear the result.  Fail
 * with ERR_RATE, and err->retry_s set, if the button was pressed for this
 * user on this host less than SYNC_MIN_MS ago.
 */
MUST_USE int trigger_press(struct app *app, const char *user, struct err *err);

/* What the build of a view has read in the user's records. */
struct trigger_view {
	bool unsynced;     /* a repository is set up, but no records */
	int64_t synced_ms; /* their lastSyncAt; 0 never */
};

/*
 * Start a run after such a view if a repository is set up and there are no
 * records yet (the run adopts the repository), or if views start runs
 * (BACKGROUND_SYNC_ENABLED) and the last run ended CACHE_TTL_BLOB ago or
 * earlier.  Do nothing if a view on this host has started one within that
 * time: while GitHub is down, lastSyncAt stays old however many people look.
 */
MUST_USE int trigger_background(struct app *app, const char *user,
    const struct trigger_view *view, struct err *err);

#endif
