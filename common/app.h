/*
 * app: what a worker holds while it runs, opened once at its start.
 */
#ifndef APP_H
#define APP_H

#include "conf.h"
#include "store.h"
#include "timeline.h"
#include "version.h"

struct app {
	struct conf conf;
	struct store *store;
	struct version *version;
	struct timeline_slots slots;
	/* Hash of the settings that a week depends on. */
	char settings[17];
};

/* Loads the settings, opens everything.  `file` as in conf_load. */
MUST_USE int app_open(struct app *app, const char *file, struct err *err);
void app_close(struct app *app);

/* The clock, in milliseconds since 1970. */
int64_t app_now(const struct app *app);

/* version_bump with what the app has. */
MUST_USE int app_bump(struct app *app, const char *user, struct err *err);

#endif
