/*
 * origin: find out where a command has the settings of its site from.
 *
 * They are in the file of -c and the environment, or, if there is neither a
 * file nor one of CODEX_STORE, CODEX_RUN, CODEX_BASE_URL and AZURE_BLOB_CONN in
 * the environment, where the units have them (docs/server.md).  Secrets are
 * then the files of /etc/credstore, which root alone reads, and no credentials
 * of the caller's own unit; for others, and
 * where a file has no credentials beside it, a secret that is missing is no
 * fault, as nobody can say that it is.
 *
 * Calling sequence
 *
 *	origin_load(&places, &origin, &found);
 *	... open what only root may ...
 *	origin_drop_root(&origin, &found);
 *	conf_load(&conf, origin.file, err)
 *
 * or, where nothing is to be opened before, origin_open(&places, &app, err).
 *
 * Error handling: what is wrong is a finding; only origin_open fails.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "app/app.h"
#include "base/err.h"
#include "base/findings.h"

struct origin_places {
	const char *file;     /* of -c, or NULL */
	const char *settings; /* that of the units */
	const char *secrets;  /* the folder of theirs */
	const char *user;     /* theirs, or NULL */
};

/* Where a server has them. */
extern const struct origin_places origin_server;

struct origin {
	const char *file; /* for conf_load; NULL: the environment alone */
	const char *user; /* the units'; NULL: the settings are not theirs */
	bool has_secrets; /* one that is not set is missing */
};

/* Choose, and put what the units have beside their file into the environment. */
void origin_load(const struct origin_places *places, struct origin *origin,
    struct findings *found);

/* Become the user of the units for good, if this is root and the settings are
 * theirs: files are then judged by what the programs may. */
void origin_drop_root(const struct origin *origin, struct findings *found);

/*
 * Open the site with the settings that were found.  Root becomes the owner of the
 * run folder, once it has read them: what root made there or in the store, be it
 * a lock, the programs could not open.  An app that does not open may be closed,
 * as that of app_open.
 */
MUST_USE int origin_open_site(
    const struct origin *origin, struct app *app, struct err *err);

/*
 * All of it: open the site as its programs do, as their user.  ERR_SETTING and
 * app_open's; the first thing that is wrong is told.
 */
MUST_USE int origin_open(
    const struct origin_places *places, struct app *app, struct err *err);

#endif
