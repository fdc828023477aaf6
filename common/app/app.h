/*
 * app: what a worker holds while it runs, opened once at its start.
 */
#ifndef APP_H
#define APP_H

#include "app/version.h"
#include "base/conf.h"
#include "store/store.h"
#include "week/placement.h"

struct app {
	struct conf conf;
	struct store *store;
	struct version *version;
	struct placement_slots slots;
	/* Hash of the settings that a week depends on. */
	char settings[17];
	unsigned crash_in; /* SYNC_CRASH_AT: so many times that step */
};

/* Loads the settings, opens everything.  `file` as in conf_load. */
MUST_USE int app_open(struct app *app, const char *file, struct err *err);
void app_close(struct app *app);

/* The clock, in milliseconds since 1970. */
int64_t app_now(const struct app *app);

/* version_bump with what the app has. */
MUST_USE int app_bump(const struct app *app, const char *user, struct err *err);

/* SYNC_CRASH_AT, "step" or "step:n": dies there as by kill -9. */
void app_step(struct app *app, const char *step);

#endif
