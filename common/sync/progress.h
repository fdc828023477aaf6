/*
 * progress: how far a run with Git is, for GET /api/sync, which may be asked
 * on another host than that of the run: so it lies in the store.
 *
 * The blob is `state/<user>/progress.json`:
 *
 *	{"v":1,"run":"<id of the run, as in sync.json>","done":1250,"of":5000}
 *
 * It is apart from sync.json, which has a record for each file and is written
 * by compare-and-swap: this is written without condition, by the run that has
 * the lease, and is read only while that lease holds.  One of another run is
 * what a crash has left behind, and counts as none; so does one of a newer
 * program.  Nothing depends on it.
 *
 * Error handling: the store's.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "app/app.h"

/* In files; of is 0 if nothing is known. */
struct progress {
	int64_t done, of;
};

/* Put the progress of the user's run with that id. */
MUST_USE int progress_put(struct app *app, const char *user, const char *run,
    const struct progress *progress, struct err *err);
/* Remove it; one that is not there is no fault. */
MUST_USE int progress_remove(
    struct app *app, const char *user, struct err *err);
/* Read the progress of the run with that id; none has `of` 0. */
MUST_USE int progress_get(struct app *app, const char *user, const char *run,
    struct progress *progress, struct err *err);

#endif
