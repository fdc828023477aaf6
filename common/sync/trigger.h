/*
 * trigger: what starts a run with Git for a user besides a write (publish.h)
 * and a push (push_event.h): the button, a view of the week, the first login
 * (design.md 7).
 *
 * Each of them marks the user (pending.h), which is what lasts, and wakes the
 * worker (bell.h).  How often is limited for each user on each host: the
 * files of the locks `sync-<user>` and `background-<user>` (lock.h) hold the
 * time of the last one.  They stay, as all locks do.
 */
#ifndef TRIGGER_H
#define TRIGGER_H

#include "app/app.h"

/* Mark the user and ring; wait for nobody. */
MUST_USE int trigger_start(struct app *app, const char *user, struct err *err);

/*
 * Mark the user for the button; the caller rings, to hear the result.
 * ERR_RATE, with the time to wait, if the button was pressed for this user on
 * this host less than SYNC_MIN_MS ago.
 */
MUST_USE int trigger_press(struct app *app, const char *user, struct err *err);

/* What a view whose build has read the user's records knows of them. */
struct trigger_view {
	bool unsynced;     /* a repository is set up, but no records */
	int64_t synced_ms; /* their lastSyncAt; 0 never */
};

/*
 * Start a run after such a view if a repository is set up and there are no
 * records yet (it is adopted), or if views look after Git
 * (BACKGROUND_SYNC_ENABLED) and the last run ended CACHE_TTL_BLOB ago.  Do
 * nothing if a view did so on this host within that time: while GitHub is
 * down, lastSyncAt stays old however many people look.
 */
MUST_USE int trigger_background(struct app *app, const char *user,
    const struct trigger_view *view, struct err *err);

#endif
