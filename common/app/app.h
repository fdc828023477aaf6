/*
 * app: settings, store, versions and meters of a program, opened once at its
 * start.
 *
 * Calling sequence
 *
 *	struct app app;
 *
 *	if (app_open(&app, file, err) == -1)	after fork (store.h)
 *		...
 *	app_bump(&app, user, files, err)	after each write of a user
 *	app_close(&app);
 *
 * Error handling
 *
 * app_open fails with ERR_SETTING, or ERR_INTERNAL if libsodium does not
 * start, and leaves nothing to close.  If app_bump fails (ERR_STORE), the
 * write is stored and other hosts may not see it yet: answer with the error,
 * so that the client tries again.
 */
#ifndef APP_H
#define APP_H

#include "app/base_memory.h"
#include "host/meters.h"
#include "host/version.h"
#include "settings/conf.h"
#include "site/site.h"
#include "store/store.h"
#include "week/slots.h"

struct app {
	struct conf conf;
	struct store *store;
	struct version *version;
	struct meters *meters;
	struct site *site; /* NULL: no Redis */
	struct base_memory *bases;
	struct slots slots;
	/* Hash of the settings that a week depends on, 16 hex digits. */
	char settings[17];
	/* Memory that is valid by time may answer where the store does not
	 * (design.md 6). */
	bool may_be_stale;
	/* Tell for which request the program works (app_request_id); NULL: for
	 * none. */
	const char *(*request_id)(const void *arg);
	const void *request_arg;
	unsigned crash_in; /* SYNC_CRASH_AT: visits of the step until it dies */
};

/* Load the settings and open all parts.  `file` as in conf_load. */
MUST_USE int app_open(struct app *app, const char *file, struct err *err);
/* The same with settings that are loaded; they are the app's from then on,
 * whether it opens or not. */
MUST_USE int app_open_loaded(
    struct app *app, const struct conf *conf, struct err *err);
/* Close what is open and zero the app. */
void app_close(struct app *app);

/* Begin a request: what hosts tell each other is asked anew (site.h). */
void app_begin(struct app *app);
/* Return true if the store or Redis is reached by the network. */
bool app_needs_network(const struct app *app);

/* Return the time in milliseconds since 1970, moved by the offset that tests
 * set. */
int64_t app_now(const struct app *app);

/*
 * Let no batch of the store take long, and memory answer where one has failed:
 * for a program that has much to do without the store (design.md 6).
 */
void app_allow_stale(struct app *app);

/* Put a new token for the user, raise their generation (version_bump), and tell
 * the other hosts (site_version.h).  `files` are the task files that may be
 * others now: CHANGES_NONE, a list, or NULL for any (changes.h). */
MUST_USE int app_bump(const struct app *app, const char *user,
    const struct buf *files, struct err *err);
/* The same, and something else to be done meanwhile (struct version_write). */
MUST_USE int app_bump_beside(const struct app *app, const char *user,
    const struct buf *files, struct store_op *beside, struct err *err);
/*
 * Where hosts share the store, have all processes of this host look at the
 * user's token again: this one has found another week or read tasks, and the
 * next request may come to one that remembers an older week.  `token` is that
 * of the week; of one token they are told once.  NULL: tasks were read, which
 * is told each time, with a Redis, too, as it may not have been told of their
 * write.  `looks` as in version_count_look.
 */
void app_tell_seen(const struct app *app, const char *user, const char *token,
    uint64_t *looks);
/*
 * Raise the version after a write of the blob that failed and may have
 * happened, so that nobody keeps a week without it; else do nothing.  Ignore
 * failures: the caller's request has failed already.
 */
void app_bump_unsure(
    const struct app *app, const char *user, const struct blob *blob);

/* Return the id of the request for which the program works, as nginx gave it,
 * or "".  It goes with what this program sets off in another one. */
const char *app_request_id(const struct app *app);

/* Die by SIGKILL if SYNC_CRASH_AT names this step ("step", or "step:n" for its
 * n-th visit), so that tests can crash a run anywhere. */
void app_step(struct app *app, const char *step);

#endif
