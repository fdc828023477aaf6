/*
 * build: make a week and store it (design.md 6), for the build pool.
 *
 * A build reads the token (or is given it), then lists the mirror, fetches
 * the files that changed, places the tasks, and puts artifact and index.  The
 * artifact carries the token from before the list: if a task is written in
 * between, the token differs by then and no program shows the artifact.
 *
 * Hosts whose clocks differ find each other's artifacts not good (design.md
 * 6), and would build at each look.  So a process that builds remembers its
 * weeks, and answers with one while its token is the stored one and it is
 * valid by this host's clock.
 *
 * Calling sequence: after view_load has found no good artifact (view.h).
 *
 * Error handling: -1 with ERR_BUSY or the store's error (store.h); nothing is
 * left behind but what other programs can use.  An artifact or index that
 * could not be put is no failure: the week is answered, *stored is false, and
 * the next build puts them.
 */
#ifndef BUILD_H
#define BUILD_H

#include "app/view.h"
#include "host/version.h"

#define BUILD_WAIT_MS 5000 /* at most for another build of the same user */

struct build_job {
	const char *user;
	struct cache *cache; /* what this process has built; NULL: nothing */
	struct mirror_memory *memory; /* and has loaded; NULL: nothing */
	struct version_state
	    state;      /* generation and token, as view_load read */
	bool anew;      /* build whatever is good, and leave nothing older so */
	bool gzip;      /* the client takes the week packed */
	bool stored;    /* out: artifact and index were put; for the log */
	bool sweep_due; /* out: a day has passed since the last sweep */
	/* Out, of a build; false and 0 if an artifact answered.  unsynced: a
	 * repository is set up, but the user has no good sync.json.
	 * synced_ms: lastSyncAt, milliseconds since 1970; 0: never. */
	bool unsynced;
	int64_t synced_ms;
};

/*
 * Build a user's week into answer, one build at a time for a user and host.
 * A caller that had to wait for another build reads the state again; if that
 * build's artifact is good, it is the answer.  With job->anew the version is
 * raised instead, so that no host shows an older week after this one.
 * ERR_BUSY after BUILD_WAIT_MS.
 */
MUST_USE int build_week(struct app *app, struct build_job *job,
    struct view_answer *answer, struct err *err);

#endif
