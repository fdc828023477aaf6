/*
 * client: ask a running system over its HTTP API, with an API token, for the
 * commands that a person calls in a shell (cmd_tasks.h).
 *
 * Where the system is stands in CODEX_URL, or is this machine's scripts/run; the
 * token in CODEX_TOKEN, or in the file that CODEX_TOKEN_FILE names, or in
 * ~/.config/codex-miroir/token.  Without a token nothing is sent as one: a
 * system in local mode wants none.  A token goes over TLS or loopback only
 * (address.h).
 *
 * Calling sequence
 *
 *	struct client client;
 *	struct json_object *json = NULL;
 *
 *	const struct client_request asked = {"GET", "/codex", NULL, NULL};
 *
 *	if (client_open(&client) == 0 && client_ask(&client, &asked, &json) == 0)
 *		use(json);
 *	json_object_put(json);
 *	client_close(&client);
 *
 * Error handling: -1, after a sentence on standard error: what the server said,
 * in the language of LANG, or what kept us from asking it.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "base/buf.h"
#include "base/http.h"
#include "base/json.h"
#include "web/reply.h"

struct client {
	struct http *http;
	struct buf base;          /* without a slash at its end */
	struct buf authorization; /* a header, or "" */
	struct buf origin;        /* a header */
	struct buf language;      /* a header */
	struct buf reply;         /* the last answer as it came */
};

MUST_USE int client_open(struct client *client);
void client_close(struct client *client);

/* A header by which a host looks for what an earlier command has done at another
 * one (reply_set_fresh): from one command to the next no cookie is kept. */
#define CLIENT_FRESH "Cookie: " REPLY_FRESH_COOKIE "=1"

struct client_request {
	const char *method;
	const char *path;
	const struct buf *body; /* JSON, or NULL */
	const char *header;     /* one more, or NULL */
};

/*
 * Send a request.  On success *json is the answer, to be put by the caller.  A
 * creation (with an Idempotency-Key) whose answer is lost, or that is to come
 * again, is sent again.
 */
MUST_USE int client_ask(struct client *client,
    const struct client_request *asked, struct json_object **json);

#endif
