/*
 * redis: ask a Redis or Valkey server, over a connection that is kept, or do
 * without it (design.md 6, "Redis").
 *
 * All that it holds can be lost at any moment, and it can be gone: every caller
 * has another way, so nothing here waits long.  A batch of ops is sent at once
 * and has REDIS_BATCH_MS for its replies; making a connection, with name, TLS
 * and password, has REDIS_CONNECT_MS.  After a fault nothing is asked for
 * REDIS_OPEN_MS, by no process of the host (circuit breaker); then one process
 * tries, and the others go on when it has succeeded.
 *
 * A server that answers and takes no writes (it is full, or the user may not
 * write) is asked on: an op that it refuses has REDIS_REFUSED.
 *
 * Calling sequence
 *
 *	struct redis_op op = REDIS_OP(REDIS_GET, "version:ada");
 *
 *	if (redis_run(redis, &op, 1) == 0 && op.reply.kind == REDIS_TEXT)
 *		use(op.reply.text.s);
 *	redis_ops_release(&op, 1);
 *
 * A redis belongs to one process: open it after fork; it connects when it is
 * first asked.
 *
 * Error handling: redis_open fails with ERR_SETTING.  redis_run returns -1 if
 * an op has no reply; it may have been done all the same.  What happened is
 * told by redis_watch, and by a change of the state, once for all processes of
 * the host; a server that is down and begins to refuse, or refuses by another
 * word, is a change, too.
 */
#ifndef REDIS_H
#define REDIS_H

#include <stdatomic.h>

#include "base/err.h"
#include "redis/redis_wire.h"
#include "settings/redis_address.h"

#define REDIS_OPEN_MS 5000

enum redis_verb {
	REDIS_PING,
	REDIS_GET,
	REDIS_PUT,    /* set the value, for ttl_ms */
	REDIS_ADD,    /* the same if there is none: REDIS_ABSENT if there is */
	REDIS_SWAP,   /* the same if it is `old`: REDIS_NUMBER 1, else 0 */
	REDIS_REMOVE, /* REDIS_NUMBER: 1 if there was one */
	REDIS_COUNT,  /* add one, for ttl_ms from the first: REDIS_NUMBER */
	REDIS_VERBS
};

struct redis_op {
	enum redis_verb verb;
	const char *key;
	struct redis_word value, old;
	int64_t ttl_ms;
	struct redis_reply reply;
};

#define REDIS_OP(v, k)                                                         \
	{                                                                      \
		.verb = (v), .key = (k), .reply = REDIS_REPLY_INIT             \
	}

/* What the processes of a host know together, in shared memory; zero at first.
 * By the monotonic clock. */
enum redis_state { REDIS_UP, REDIS_DOWN, REDIS_NO_WRITES };
struct redis_circuit {
	_Atomic int64_t *retry_ms; /* 0: closed; else when to try again */
	_Atomic int64_t *state;
	/* While it is down: the first bytes of the word with which the server
	 * refuses; 0 if it does not answer. */
	_Atomic int64_t *refusal;
};

/* Of each op, and of each change of the state. */
enum redis_outcome { REDIS_DONE, REDIS_NONE, REDIS_NOT_TAKEN, REDIS_FAILED };
#define REDIS_OUTCOMES 4
struct redis_watch {
	void (*op)(void *arg, const struct redis_op *op,
	    enum redis_outcome outcome, long us);
	void (*change)(void *arg, enum redis_state state, const char *why);
	void *arg;
};

struct redis_options {
	const char *name, *text; /* setting and value (redis_address.h) */
	const char *ca;          /* see redis_link_open */
	int timeout_ms;
	struct redis_circuit circuit;
	struct redis_watch watch;
};

struct redis;

/* Fail with ERR_SETTING if this build has no hiredis: it is an error then that
 * the setting of that name has a value. */
MUST_USE int redis_check_built(const char *name, struct err *err);

/* Read the address, if redis_check_built takes it. */
MUST_USE int redis_open(
    const struct redis_options *options, struct redis **out, struct err *err);
void redis_close(struct redis *redis);

/* Send all ops at once and fill their replies; redis NULL is one that is down.
 */
MUST_USE int redis_run(struct redis *redis, struct redis_op *ops, size_t n);
void redis_ops_release(struct redis_op *ops, size_t n);

/* Send one op whatever the processes of the host know, and leave that as it is:
 * return how the server is for this process. */
enum redis_state redis_try(struct redis *redis, struct redis_op *op);

/* Return why the last batch failed, in words for logs; "" if it was not tried,
 * as an earlier one had failed just before. */
const char *redis_why(const struct redis *redis);

/* Return the words for logs and counters: "get", ...; "ok", "absent",
 * "refused", "failed"; "up", "down", "no_writes". */
const char *redis_verb_word(enum redis_verb verb);
const char *redis_outcome_word(enum redis_outcome outcome);
const char *redis_state_word(enum redis_state state);

#endif
