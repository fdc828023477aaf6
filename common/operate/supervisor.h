/*
 * supervisor: start programs, keep each at its number of processes, and end
 * all of them.
 *
 * A process tells that it serves by READY=1 (notify.h).  The first one
 * must have done so before the others start: what is wrong for all of them is
 * said once.  A process that ends before, without ever having served, ends the
 * start.  Later, one that somebody ended is started again at once; after a
 * failure it waits a little, and longer each time, until it has lived for
 * some seconds.  INT, TERM and HUP end everything: each process gets TERM and
 * some seconds for the request under way, then KILL.  All die with us, too,
 * whatever ends us.
 *
 * Calling sequence
 *
 *	struct supervisor_program programs[] = {{.args = args, .fd = fd,
 *	    .processes = 2}};
 *	return supervisor_run(programs, ARRAY_LEN(programs), say_ready, arg);
 *
 * Error handling: what goes wrong is logged; the result is an exit status.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "base/std.h"

struct supervisor_program {
	char *const *args; /* args[0] is the path; NULL ends them */
	int fd;            /* its listening socket, or -1 */
	unsigned processes;
	/* Called in a new process before the program; may be NULL. */
	void (*prepare)(const struct supervisor_program *program);
	const void *arg; /* prepare's own */
};

/* Run until a signal ends it (0) or the start fails (1).  Once all serve, call
 * when_ready. */
MUST_USE int supervisor_run(const struct supervisor_program *programs, size_t n,
    void (*when_ready)(void));

#endif
