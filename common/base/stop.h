/*
 * stop: hear the signals that end a program (INT, TERM, HUP, and USR1, which
 * managers of FastCGI programs send) without losing one, and without cutting
 * off what is under way.
 *
 * A signal sets a flag.  A program that looks at the flag and then sleeps
 * misses a signal that comes in between, so it sleeps in stop_poll() alone,
 * which looks and sleeps in one step (ppoll(2)), or waits for a descriptor that
 * stands for the signals (signalfd(2)).
 *
 * Calling sequence
 *
 *	stop_catch();
 *	stop_defer();	if nothing else may be interrupted
 *	while (!*stop_flag())
 *		if (stop_poll(fd, 1000) == 1)
 *			serve(fd);
 *
 * Error handling: only stop_poll fails, with errno set.
 */
#ifndef STOP_H
#define STOP_H

#include <signal.h>

#include "base/std.h"

/* Let the signals set the flag from now on, and ignore SIGPIPE. */
void stop_catch(void);

/* Block the signals everywhere but in stop_poll: no call of the program ends
 * early because of one (EINTR). */
void stop_defer(void);

/*
 * For who waits for more than one descriptor, with the signals deferred: return
 * a descriptor that can be read once a signal has come, -1 if there is none.
 * stop_take() then sets the flag.
 */
MUST_USE int stop_descriptor(void);
void stop_take(int fd);

/* Return where the flag is: 1 once a signal has come. */
const volatile sig_atomic_t *stop_flag(void);

/*
 * Wait until fd can be read (or accepted from): return 1 then; 0 when wait_ms
 * milliseconds are over (-1: never) or the flag is set, even if fd can be
 * read, too; -1 if poll fails.
 */
MUST_USE int stop_poll(int fd, int wait_ms);

#endif
