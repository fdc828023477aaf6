/*
 * audit: find all that is wrong with the settings of a site, without starting
 * it: what conf_read finds, and what the programs check when they start, for
 * all of them together (`codex check`).
 *
 * The settings are those that the units have (docs/server.md), if nothing else
 * is given: neither a file, nor one of CODEX_STORE, CODEX_RUN, CODEX_BASE_URL
 * and AZURE_BLOB_CONN in the environment.  Secrets are then the files of
 * /etc/credstore, which root alone reads; for others, and where a file has no
 * credentials beside it, a secret that is missing is no fault, as nobody can
 * say that it is.
 *
 * Nothing is made or changed, and no network is used.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "base/findings.h"

struct audit_places {
	const char *file;     /* of -c, or NULL */
	const char *settings; /* that of the units */
	const char *secrets;  /* the folder of theirs */
	const char *user;     /* theirs, or NULL */
};

/* Where a server has them. */
extern const struct audit_places audit_server;

/*
 * Append all that is wrong.  Sets variables of the environment; if the
 * settings are those of the units, root becomes their user for good once the
 * secrets are read, so that files are judged by what the programs may.
 */
void audit_settings(const struct audit_places *places, struct findings *found);

#endif
