/*
 * listener: find out whether a program listens at a socket, and where what it
 * says goes.
 *
 * Error handling: -1 with errno.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <sys/types.h>

#include "base/buf.h"

/* Connect to the socket, and set *pid to the process that listens there, or has
 * opened it for those that do; pid may be NULL. */
MUST_USE int listener_connect(const char *path, pid_t *pid);

/*
 * Append where the process writes its standard error to: a path, or, of a pipe,
 * what reads it, and where that writes to.
 */
MUST_USE int listener_output(pid_t pid, struct buf *out);

#endif
