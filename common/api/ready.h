/*
 * ready: answer GET /readyz: whether this host can serve (http-api.md).
 *
 * It can if each program answers at its socket, the worker of Git hears, the
 * store answers, the keys of sessions and the list of users can be read, and
 * no program runs with other settings than this one.  GitHub is not asked.
 *
 * How Redis is stands in the answer where there is one: a host serves without
 * it.
 *
 * Which programs the site has is for parts.h to say.
 * What was found holds for READY_KEEP_MS; what a look may take besides is well
 * below that, so that a program that stops is told within 10 s.
 *
 * Error handling: no function fails.
 */
#ifndef READY_H
#define READY_H

#include "auth/auth.h"
#include "redis/redis.h"
#include "web/reply.h"
#include "web/request.h"

#define READY_KEEP_MS INT64_C(5000)

enum ready_part {
	/* First the programs, by meters_program_word. */
	READY_STORE = 16,
	READY_KEYS,
	READY_SETTINGS,
	READY_PARTS
};

/* What was found last; zero is nothing yet. */
struct ready {
	int64_t looked_ms;      /* by the monotonic clock */
	enum redis_state redis; /* told where there is one; never a fault */
	bool faulty[READY_PARTS];
};

/* Fill the answer: 200, or 503 with the parts that are not ready, and err, which
 * is for the log. */
void ready_show(const struct auth *auth, const struct request *request,
    struct ready *ready, struct reply *reply, struct err *err);

#endif
