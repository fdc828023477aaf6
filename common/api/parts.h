/*
 * parts: which programs of scripts/programs this site has, for all that look
 * whether they are there: /readyz (ready.h) and `codex doctor`
 * (inspect/doctor_host.h).
 *
 * Some of them every site has.  The others are on if the settings ask for them
 * and the secret that they need is set.  A program that may not know the secret
 * goes by the file of the part's socket instead, which is removed when the part
 * is turned off: by its unit as it stops, by `codex run` as it starts.
 *
 * Error handling: no function fails.
 */
#ifndef PARTS_H
#define PARTS_H

#include "settings/conf.h"

/* What is known of the secret in the row's column `needs`. */
enum parts_secret {
	PARTS_SECRET_UNKNOWN,
	PARTS_SECRET_MISSING,
	PARTS_SECRET_SET
};

enum parts_state {
	PARTS_OFF,  /* the site does not have it */
	PARTS_LEFT, /* the same, but the file of its socket is there */
	PARTS_ON,   /* it must answer */
};

/* Look for the program of that name, whose socket is in that folder. */
enum parts_state parts_look(const struct conf *conf, const char *sockets,
    const char *name, enum parts_secret secret);

#endif
