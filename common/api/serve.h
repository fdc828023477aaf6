/*
 * serve: run a program that answers requests: start, accept (channel.h), route,
 * guard, answer.
 *
 * A program is a table and one line:
 *
 *	static const struct serve_route routes[] = {
 *		{"GET", "/codex", SERVE_USER, show},
 *	};
 *	int main(int argc, char **argv)
 *	{
 *		return serve(argc, argv, &program);
 *	}
 *
 * It serves the listening socket on descriptor 0, one request at a time;
 * several processes share the socket.  INT, TERM, HUP and USR1 end it,
 * after the request whose connection it has accepted.  GET /healthz is
 * answered by all of them.
 * What comes over a socket is read only if it shows nginx's secret
 * (guard_proof); without one a program serves no socket, but in local mode.
 * One that serves tells its supervisor (notify.h); a program with `run` does
 * so itself, once it listens.
 * A program that cannot start says why and leaves after a second, so that a
 * supervisor which starts it again at once does not spin.
 * While it serves a socket, or runs, a program has only the calls of the system
 * that it needs for that (confine.h); -1 leaves it all of them.
 * A program leaves no core dump, and shows its memory and its environment
 * to nobody but root, not even to another program of its user: it may hold
 * secrets (SECURITY.md).
 * Options that every program has:
 *
 *	-c FILE  settings that the environment does not have
 *	-t       check the settings, print them (but with -q), leave
 *	-1       serve one request and leave; if descriptor 0 is no listening
 *		 socket, the request is taken as a CGI script gets it
 *		 (environment and standard input) and answered on standard
 *		 output
 *	--settings  print all settings with their meanings
 *	--help, --version
 */
#ifndef SERVE_H
#define SERVE_H

#include <signal.h>

#include "app/app.h"
#include "auth/auth.h"
#include "web/reply.h"
#include "web/request.h"

enum {
	SERVE_OPEN = 0,     /* no login needed */
	SERVE_USER = 1,     /* guard_user */
	SERVE_WRITE = 2,    /* guard_write */
	SERVE_PERSON = 8,   /* guard_person: not by Bearer */
	SERVE_BEARER = 16,  /* by Bearer alone, with leave to write: a GET
			     * that changes something */
	SERVE_PART = 64,    /* answers nginx, which goes on: no request of its
			    * own (reply.h, is_part) */
	SERVE_STORED = 128, /* shows tasks as the store has them, whatever a
			     * memory has (app_tell_seen) */
	SERVE_FREE = 32, /* costs nothing: user_rate_take does not count it */
	SERVE_INTERNAL = 4, /* matches DOCUMENT_URI by prefix: only nginx's
			     * X-Accel-Redirect gets here */
};

/*
 * Answer a request: return 0 with the reply filled, or -1 with err set, which
 * serve makes the answer (reply_error).
 */
typedef int serve_fn(struct app *app, struct request *request,
    struct reply *reply, struct err *err);

struct serve_route {
	const char *method;  /* "GET" answers HEAD, too */
	const char *pattern; /* see request_match */
	unsigned flags;
	/* NULL: another program serves it; the row is for Allow (405). */
	serve_fn *handler;
};

struct serve_program {
	const char *name;
	const char *summary; /* one line for --help */
	const struct serve_route *routes;
	size_t n_routes;
	size_t body_max;  /* bytes; 0 stands for REQUEST_BODY_MAX */
	bool has_network; /* speaks with GitHub */
	/* Own state, made after the settings are loaded; may be NULL. */
	int (*start)(struct app *app, struct err *err);
	void (*stop)(void);
	/*
	 * Hand a request on to a program that has more time, where the store
	 * did not answer in this one's (app_allow_stale).  Who asks may be
	 * unknown yet.  NULL: the request fails.
	 */
	void (*hand_on)(struct reply *reply);
	/* Instead of serving a socket; until *stopping.  May be NULL. */
	int (*run)(struct app *app, const volatile sig_atomic_t *stopping);
};

/*
 * Return the keys and the allow-list of this program.  They are there from
 * before its start to its stop, if it has a route with SERVE_USER.
 */
const struct auth *serve_auth(void);

/* Run the program; return its exit status. */
int serve(int argc, char **argv, const struct serve_program *program);

#endif
