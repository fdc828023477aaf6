/*
 * site_pause: let the workers of all hosts of a site pause when GitHub has
 * asked one of them to (reconcile.md, "Limits of GitHub"; site_mark.h).  Without
 * Redis it does nothing: each worker learns it from GitHub.
 *
 * Calling sequence
 *
 *	site_pause_init(&pause, token);
 *	site_pause_learn(&pause, app, github);		before a run
 *	site_pause_tell(&pause, app, github);		after each request
 *
 * Error handling: no function fails.
 */
#ifndef SITE_PAUSE_H
#define SITE_PAUSE_H

#include "app/app.h"
#include "base/enc.h"
#include "git/github.h"

struct site_pause {
	char hash[ENC_HASH_LEN + 1]; /* of the token */
	int64_t until_ms;            /* as it was told or learnt last */
};

void site_pause_init(struct site_pause *pause, const char *token);

/* Set the pause that another host has told of in github.  One that is longer
 * than GITHUB_WAIT_MAX_MS counts as none. */
void site_pause_learn(
    struct site_pause *pause, const struct app *app, struct github *github);

/* Tell the other hosts of github's pause, if it is a new one. */
void site_pause_tell(struct site_pause *pause, const struct app *app,
    const struct github *github);

#endif
