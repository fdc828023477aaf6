/*
 * sync_log: write the worker's lines of the log, and have all lines that are
 * written in a run say whose it is: `user=`, and `request=`, the id of the
 * request that rang for it (bell.h).  A run that no request rang for has an id
 * of its own, so that its lines are found, too.
 *
 * Calling sequence
 *
 *	sync_log_begin(&run, app, user, wish.request);
 *	...
 *	sync_log_done(&run, &result);
 *	sync_log_end(&run);
 *
 * Error handling: no function fails.
 */
#ifndef SYNC_LOG_H
#define SYNC_LOG_H

#include "app/app.h"
#include "git/github.h"
#include "host/meters.h"
#include "run/job.h"
#include "sync/bell.h"

struct sync_log {
	struct app *app;
	char id[BELL_REQUEST_MAX + 1];
	const char *user; /* the caller's */
	struct meters_cost before;
	long began_us;
};

/* The run, the app and the user must outlive sync_log_end. */
void sync_log_begin(struct sync_log *run, struct app *app, const char *user,
    const char *request);
/* Return how many requests the run has cost until now, and how long it takes. */
struct meters_cost sync_log_cost(const struct sync_log *run);
long sync_log_us(const struct sync_log *run);
/* Write what a run came to, how long it took, and how many requests to the
 * store and to GitHub; of one that found nothing to do with CODEX_DEBUG alone. */
void sync_log_done(const struct sync_log *run, const struct job_result *result);
void sync_log_end(struct sync_log *run);

/* Write a request to GitHub: with CODEX_DEBUG alone, unless GitHub fails or
 * refuses it.  `github_request` is GitHub's id for it. */
void sync_log_call(const struct github_event *event);

/* Write that a user's sync.json is damaged, so that the run compares all files as
 * a first one does. */
void sync_log_unread(void);
/* Write that a run asks for blobs singly, as a query for many failed, why. */
void sync_log_singly(const char *why);

/* Write that the state of a run's user, or that of all marks, has become this
 * word (outcome.h), and why. */
void sync_log_outcome(bool of_run, const char *word, const char *text);

#endif
