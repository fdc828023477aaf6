/*
 * hostile: an HTTP server for tests that does with each request what its
 * script says, in the order in which the requests come.  It runs in a
 * process of its own on a free port of 127.0.0.1 and ends with its parent.
 *
 *	static const struct hostile_step steps[] = {
 *		{.act = HOSTILE_CLOSE},
 *		{.act = HOSTILE_REPLY, .text = "HTTP/1.1 503 Busy\r\n..."},
 *	};
 *	struct hostile *server = hostile_start(steps, 2, 0);
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "base/std.h"

enum hostile_act {
	HOSTILE_REPLY,       /* send `text`, keep the connection */
	HOSTILE_REPLY_CLOSE, /* send `text`, close */
	HOSTILE_CLOSE,       /* read the request, close without a word */
	HOSTILE_HANG,        /* read the request, never answer */
	HOSTILE_HOLD,        /* answer with `text` once `hold` requests of
			      * this kind wait, all together */
	HOSTILE_RELAY,       /* hand it on, and the answer back */
	HOSTILE_RELAY_CLOSE, /* hand it on, drop the answer, close */
};

struct hostile_step {
	enum hostile_act act;
	const char *text;
	unsigned hold;
	unsigned times; /* 0 stands for once */
};

struct hostile;

/*
 * After the script: HOSTILE_RELAY to that port, or with port 0 the last step
 * for ever.  The script is copied by the fork.
 */
struct hostile *hostile_start(
    const struct hostile_step *steps, size_t n, unsigned relay_port);
void hostile_stop(struct hostile *server);

unsigned hostile_port(const struct hostile *server);
unsigned hostile_requests(const struct hostile *server);
unsigned hostile_connections(const struct hostile *server);
/* Head of the i-th request, from 0, cut at 4 KB; "" if there was none. */
const char *hostile_head(const struct hostile *server, unsigned i);

#endif
