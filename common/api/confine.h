/*
 * confine: let a process give up the calls of the system that it needs no
 * more, once it has started and before it reads what strangers send
 * (seccomp(2), by libseccomp).
 *
 * Files, memory, threads, clocks and sockets that it has stay.  Two kinds are
 * gone:
 *
 * - what only somebody would ask for who acts in our place: to start a program
 *   or a process, to trace, to signal others, to change the root, mounts and
 *   name spaces.  Such a call ends the process by SIGSYS, behind a line of the
 *   log that names it;
 * - all the rest of the kernel, and memory that is executable.  Such a call
 *   fails with ENOSYS, as if the kernel were older: C library and libcurl then
 *   go the way that they know for that (clone3, a late module of NSS).
 *
 *	if (confine_self(CONFINE_NETWORK) == -1)
 *		log_warn("... %s", strerror(errno));
 *
 * It holds for all threads of the process, and there is no way back.  -1 with
 * errno if the kernel takes no filter; the process is what it was.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include "base/err.h"

enum {
	CONFINE_NETWORK = 1, /* keep: make sockets of the Internet, and threads,
			      * in which libcurl looks names up */
	CONFINE_LISTEN = 2,  /* keep: listen at an address */
};

MUST_USE int confine_self(unsigned keep);

#endif
