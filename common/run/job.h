/*
 * job: what a run is asked to do, and what came of it (reconcile.h).  Plain
 * data; the job belongs to the caller and outlives the run.
 */
#ifndef JOB_H
#define JOB_H

#include "app/app.h"
#include "git/object.h"
#include "git/object_make.h"
#include "week/ledger.h"

struct job_result {
	enum ledger_state state;
	char text[400];   /* German sentence to it */
	bool busy;        /* another run has the lease */
	bool undecided;   /* run again later: GitHub cannot be believed yet */
	unsigned changed; /* pulled, merged or added */
	unsigned removed, pushed, conflicts;
	unsigned pulls; /* commits on branches of pull requests */
	unsigned kept;  /* removals that need `confirm` */
	char head[OBJECT_ID_LEN + 1];
};

struct job {
	struct app *app;
	struct github *github;
	const char *branch;
	struct object_person committer;
	const char *user;
	bool full;        /* trust no ETag */
	bool confirm;     /* removals are meant */
	int64_t lag_ms;   /* SYNC_LAG_MS */
	int64_t lease_ms; /* SYNC_LEASE_MS */
	int64_t push_ms;  /* SYNC_PUSH_MS */
	/* Called right after each step that has a name: SYNC_CRASH_AT kills
	 * the worker there. */
	void (*step)(void *arg, const char *name);
	void *arg;
};

#endif
