/*
 * channel: how a request comes in and its answer goes out: over a listening
 * socket that nginx connects to (FastCGI 1.0), or as a CGI script has it
 * (RFC 3875).  The only module that knows libfcgi (fcgiapp.h).
 *
 * The processes of a program share its socket.  This module waits and accepts
 * by itself, and hands a connection to libfcgi once its next request has begun
 * to come.  A signal (stop.h) ends the wait, or comes too late for it and is
 * heard after the request.  In libfcgi it could fall between accept and answer,
 * and the request would be lost.
 *
 * A client that asks for it (FCGI_KEEP_CONN, FastCGI 1.0, 3.5) keeps its
 * connection for further requests, one after the other.  A kept connection
 * belongs to this process: what a client sends over it waits until the process
 * is free, though others may be.  Whoever is about to wait for long lets go of
 * them (channel_let_go); nginx asks again over another one.
 *
 * Calling sequence
 *
 *	if (channel_open(&channel, 0) == -1)
 *		...
 *	while ((n = channel_accept(channel)) != 0)
 *		if (n == 1)
 *			read from it, then write to it once;
 *	channel_close(channel);
 *
 * Error handling: -1 with errno set.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "base/buf.h"
#include "web/request.h"

/* How long a new connection is waited for before it is put aside, one may be
 * silent amid a request, and a program that ends waits for new ones. */
#define CHANNEL_FIRST_MS 2
#define CHANNEL_NEXT_MS  10000
#define CHANNEL_LAST_MS  2000
/* How many connections are kept while nothing comes over them, and how many
 * requests one of them may bring: then others get their share of them. */
#define CHANNEL_PARKED   64
#define CHANNEL_REQUESTS 1000

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
 * Wait for a request: return 1 if one is there; 0 once a stop signal has come
 * and what came before it is answered; -1 if there is no descriptor for it
 * (EMFILE and the like), which passes.
 */
MUST_USE int channel_accept(struct channel *channel);

/* Close the connections of a channel that are kept while no request has been
 * taken from them; in the shape of a store_before_fn (store.h). */
void channel_let_go(void *channel);

#endif
