/*
 * doctor_host: find out what is wrong with the host of a site: nginx's
 * files, who can read the secrets, and whether every program is there.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_HOST_H
#define DOCTOR_HOST_H

#include "app/app.h"
#include "base/findings.h"

/* Where a host has the parts of its site. */
struct doctor_host_places {
	const char *programs_file; /* scripts/programs, as it is installed */
	const char *sockets;       /* the folder of the sockets */
	/* Of the units, or NULL: */
	const char *secrets;  /* the folder of their secrets */
	const char *settings; /* the path of their settings */
	const char *proof;    /* the file by which nginx knows CODEX_PROOF */
};

/* What root alone can see: what `nginx -t` says, and whether others can read
 * the secrets or change settings and secrets. */
void doctor_host_as_root(
    const struct doctor_host_places *places, struct findings *found);

/* See that nobody else may read the keys or change the folders of the store and
 * of the sockets; make a connection to the socket of each program that the site
 * has (parts.h), and to the worker; warn of the sockets of others. */
void doctor_host(const struct app *app, const struct doctor_host_places *places,
    struct findings *found);

#endif
