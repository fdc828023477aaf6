/*
 * channel: how a request comes in and its answer goes out: over a listening
 * socket that nginx connects to (FastCGI 1.0), or as a CGI script has it
 * (RFC 3875).  The only module that knows libfcgi (fcgiapp.h).
 *
 * The processes of a program share its socket.  This module waits and accepts
 * by itself, and hands the connection to libfcgi: a signal (stop.h) ends the
 * wait, or comes too late for it and is heard after the request.  In libfcgi
 * it could fall between accept and answer, and the request would be lost.
 *
 * Calling sequence
 *
 *	if (channel_open(&channel, 0) == -1)
 *		...
 *	while (!*stop_flag())
 *		if (channel_accept(channel) == 1)
 *			read from it, then write to it once;
 *	channel_close(channel);
 *
 * Error handling: -1 with errno set.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "base/buf.h"
#include "web/request.h"

/* How long a connection may be silent: before its first byte, and then. */
#define CHANNEL_FIRST_MS 2000
#define CHANNEL_NEXT_MS  10000

struct channel {
	bool is_socket; /* anybody who can open it may send a request */
	request_param_fn *param;
	/* Read part of the body: return how much, 0 at its end, -1 if it
	 * breaks off. */
	int (*read)(void *arg, char *bytes, int len);
	/* Send the answer, which ends the request.  Two empty parts are no
	 * answer: nginx makes it a 502. */
	void (*write)(
	    void *arg, const struct buf *head, const struct buf *body);
	void *arg;
};

/* Return true if the descriptor is a listening socket. */
bool channel_is_listening(int fd);

/* Return the channel of a CGI script: environment, standard input and output.
 */
const struct channel *channel_cgi(void);

/*
 * Serve the listening socket `fd`, which is set to non-blocking for all that
 * share it.  From here on the stop signals are heard in channel_accept alone.
 */
MUST_USE int channel_open(struct channel **out, int fd);
void channel_close(struct channel *channel);

/*
 * Wait for a request: return 1 if one is there; 0 to look at the flag and
 * call again (a stop, or a connection that came to nothing); -1 if there is no
 * descriptor for it (EMFILE and the like), which passes.
 */
MUST_USE int channel_accept(struct channel *channel);

#endif
