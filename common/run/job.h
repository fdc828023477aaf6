/*
 * job: what the worker asks a run to do, and what came of it (reconcile.h).
 * Plain data; the job belongs to the caller and outlives the run.
 */
#ifndef JOB_H
#define JOB_H

#include <signal.h>

#include "app/app.h"
#include "git/object.h"
#include "git/object_make.h"
#include "week/ledger.h"

struct job_result {
	enum ledger_state state;
	enum err_code code; /* why it failed, where a word says so */
	char text[400];     /* German sentence about it, or "" */
	char english[400];  /* the same */
	bool busy;          /* another run has the lease */
	bool undecided;     /* run again later: GitHub cannot be believed yet */
	/* Numbers of files: */
	unsigned changed; /* pulled, merged or added in the mirror */
	unsigned removed; /* from the mirror */
	unsigned pushed, conflicts;
	unsigned pulls;               /* commits on branches of pull requests */
	unsigned kept;                /* removals that need `confirm` */
	char head[OBJECT_ID_LEN + 1]; /* believed last; "" none */
};

struct job {
	struct app *app;
	struct github *github;
	const char *branch;
	struct object_person committer;
	const char *user;
	bool full;        /* trust no ETag: compare every byte */
	bool confirm;     /* removals in Git are meant */
	int64_t lag_ms;   /* SYNC_LAG_MS: GitHub's answers may be so old */
	int64_t lease_ms; /* SYNC_LEASE_MS: how long a lease holds */
	int64_t push_ms;  /* SYNC_PUSH_MS: most between intents and push */
	/* Set when the worker is to end; NULL: it never is. */
	const volatile sig_atomic_t *stopping;
	/* Called right after each step that has a name (reconcile.md, "Names
	 * of the steps"): SYNC_CRASH_AT kills the worker there. */
	void (*step)(void *arg, const char *name);
	/* Called when the run gives up queries for many blobs and goes on with
	 * a request for each, with the reason; NULL: nobody wants to know. */
	void (*singly)(void *arg, const char *why);
	/* Called when sync.json is damaged and the run goes on without records;
	 * NULL: nobody wants to know. */
	void (*unread)(void *arg);
	void *arg;
};

#endif
