/*
 * probe: ask programs of this host through their sockets whether they answer,
 * as nginx would (FastCGI 1.0, a Responder's request without a body).
 *
 * Any worker of a program may take the question, behind what waits already:
 * so an answer says that the program serves, and none that it is stopped, dead
 * or busy with more than it can do.
 *
 * Calling sequence
 *
 *	struct probe probes[] = {{.name = "render"}, {.name = "tasks"}};
 *
 *	probe_run(&app->conf, probes, 2, 2500);
 *	if (!probes[0].answers)
 *		...
 *
 * Error handling: whatever fails is no answer.
 */
#ifndef PROBE_H
#define PROBE_H

#include "settings/conf.h"

#define PROBE_PATH "/_probe" /* an internal address: nginx has none of it */
#define PROBE_MAX  16        /* at once */

struct probe {
	const char *name; /* of the socket, without `.sock` */
	bool answers;
	bool same_settings; /* its settings are those of this process */
	int fd;             /* probe_run's own */
};

/* Ask all of them at once, and wait for the last answer, up to wait_ms. */
void probe_run(
    const struct conf *conf, struct probe *probes, size_t n, int wait_ms);

/*
 * Append the folder of the programs' sockets, with a slash: that of the socket
 * that this process serves (standard input, FastCGI 1.0, 2.2), since systemd
 * may have bound them elsewhere than in CODEX_RUN; else CODEX_RUN.
 */
void probe_folder(struct buf *out, const struct conf *conf);

/* Append what a program answers. */
void probe_print(struct buf *out, const struct conf *conf);

#endif
