/*
 * build: making a week and storing it (design.md 6), the build pool's half.
 *
 * A build reads the token (or is told it), then lists, then fetches what
 * changed, then places, and puts artifact and index.  The artifact carries
 * the token from before the list, so a write in between makes it worthless
 * by value, and nobody is ever shown it.
 */
#ifndef BUILD_H
#define BUILD_H

#include "app/version.h"
#include "app/view.h"

#define BUILD_WAIT_MS 5000

/*
 * Builds, one at a time per user and host; `state` is what the look has
 * read.  Who had to wait for another build starts again at the generation,
 * and the artifact answers him if it is good.  With `anew` it builds even
 * then.  ERR_BUSY after BUILD_WAIT_MS.
 *
 * Whether artifact and index could be stored does not matter for the
 * answer; *stored says it for the log.
 */
struct build_job {
	const char *user;
	struct version_state state;
	bool anew;
	bool stored;    /* out */
	bool sweep_due; /* out: a day has passed since the last sweep */
	/* Out, of a build (without one false and 0): a repository is set up,
	 * but the user has no good sync.json; and else his lastSyncAt, 0 if
	 * no run was ever done. */
	bool unsynced;
	int64_t synced_ms;
};
MUST_USE int build_week(struct app *app, struct build_job *job,
    struct view_answer *answer, struct err *err);

#endif
