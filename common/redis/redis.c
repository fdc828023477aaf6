#include "redis/redis.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/std.h"
#include "redis/redis_link.h"

#define WORDS_MAX     8
#define CONNECT_TIMES 4 /* a connection may take that many answers */

struct redis {
	struct redis_address address;
	char *ca;
	int timeout_ms;
	struct redis_circuit circuit;
	struct redis_watch watch;
	struct redis_link *link; /* NULL: none */
	struct redis_wire *wire; /* of the link */
	const char *why;         /* of the last fault */
	char refusal[32];        /* what `why` points to, if the server spoke */
};

/* A value is swapped or counted by one command, so that nothing comes in
 * between. */
static const char swap_script[] =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";
static const char count_script[] =
    "local n = redis.call('INCR', KEYS[1]) "
    "if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";

const char *
redis_verb_word(enum redis_verb verb)
{
	static const char *const words[REDIS_VERBS] = {
	    [REDIS_PING] = "ping",
	    [REDIS_GET] = "get",
	    [REDIS_PUT] = "put",
	    [REDIS_ADD] = "add",
	    [REDIS_SWAP] = "swap",
	    [REDIS_REMOVE] = "remove",
	    [REDIS_COUNT] = "count",
	};

	return words[verb];
}

const char *
redis_outcome_word(enum redis_outcome outcome)
{
	static const char *const words[REDIS_OUTCOMES] = {
	    [REDIS_DONE] = "ok",
	    [REDIS_NONE] = "absent",
	    [REDIS_NOT_TAKEN] = "refused",
	    [REDIS_FAILED] = "failed",
	};

	return words[outcome];
}

const char *
redis_state_word(enum redis_state state)
{
	static const char *const words[] = {
	    [REDIS_UP] = "up",
	    [REDIS_DOWN] = "down",
	    [REDIS_NO_WRITES] = "no_writes",
	};

	return words[state];
}

const char *
redis_why(const struct redis *redis)
{
	return redis->why;
}

int
redis_check_built(const char *name, struct err *err)
{
	if (redis_wire_is_built())
		return 0;
	err_set(err, ERR_SETTING, MSG_REDIS_NOT_BUILT);
	return err_value(err, "%s", name);
}

int
redis_open(
    const struct redis_options *options, struct redis **out, struct err *err)
{
	struct redis *redis;
	struct redis_address address = REDIS_ADDRESS_INIT;

	if (redis_check_built(options->name, err) == -1 ||
	    redis_address_parse(&address, options->name, options->text, err) ==
		-1)
		return -1;
	redis = std_zalloc(sizeof *redis);
	redis->address = address;
	redis->ca = options->ca != NULL ? std_strdup(options->ca) : NULL;
	redis->timeout_ms = options->timeout_ms;
	redis->circuit = options->circuit;
	redis->watch = options->watch;
	redis->why = "";
	*out = redis;
	return 0;
}

static void
hang_up(struct redis *redis)
{
	redis_link_close(redis->link);
	redis_wire_free(redis->wire);
	redis->link = NULL;
	redis->wire = NULL;
}

void
redis_close(struct redis *redis)
{
	if (redis == NULL)
		return;
	hang_up(redis);
	redis_address_release(&redis->address);
	free(redis->ca);
	free(redis);
}

void
redis_ops_release(struct redis_op *ops, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_release(&ops[i].reply.text);
}

/* The circuit. */

/* Return the first bytes of the word with which the server refuses; 0 if it is
 * not down, or does not answer: why it does not may be another at each try. */
static int64_t
mark_refusal(const struct redis *redis, enum redis_state state, const char *why)
{
	int64_t mark = 0;

	if (state == REDIS_DOWN && why == redis->refusal)
		memcpy(&mark, redis->refusal, sizeof mark);
	return mark;
}

/* Tell a change once, whichever process sees it first. */
static void
set_state(struct redis *redis, enum redis_state state, const char *why)
{
	int64_t refusal = mark_refusal(redis, state, why);
	bool is_other =
	    atomic_exchange(redis->circuit.refusal, refusal) != refusal;

	is_other = atomic_exchange(redis->circuit.state, (int64_t)state) !=
		       (int64_t)state ||
		   is_other;
	if (is_other && redis->watch.change != NULL)
		redis->watch.change(redis->watch.arg, state, why);
}

/*
 * Return true if the server may be asked now; *is_trial if this process is the
 * one that tries for all.  It claims the trial by moving the moment, so that
 * the others go on without Redis meanwhile.
 */
static bool
may_ask(struct redis *redis, bool *is_trial)
{
	int64_t now = clock_monotonic_ms();
	int64_t retry = atomic_load(redis->circuit.retry_ms);

	*is_trial = false;
	if (retry == 0)
		return true;
	/* A moment that is further ahead is one of before the host started. */
	if (now < retry && retry - now <= REDIS_OPEN_MS)
		return false;
	*is_trial = atomic_compare_exchange_strong(
	    redis->circuit.retry_ms, &retry, now + REDIS_OPEN_MS);
	return *is_trial;
}

static void
open_circuit(struct redis *redis)
{
	hang_up(redis);
	atomic_store(
	    redis->circuit.retry_ms, clock_monotonic_ms() + REDIS_OPEN_MS);
	set_state(redis, REDIS_DOWN, redis->why);
}

/* Commands. */

static struct redis_word
word(const char *s)
{
	return (struct redis_word){s, strlen(s)};
}

static void
print_script(struct buf *out, const char *script, const struct redis_op *op,
    const struct redis_word *args, size_t n)
{
	struct redis_word words[WORDS_MAX] = {
	    word("EVAL"), word(script), word("1"), word(op->key)};
	size_t i;

	for (i = 0; i < n; i++)
		words[4 + i] = args[i];
	redis_wire_print(out, words, 4 + n);
}

static void
print_op(struct buf *out, const struct redis_op *op)
{
	char number[24];
	struct redis_word ttl = {number, 0}, key = word(op->key);

	ttl.len = (size_t)snprintf(
	    number, sizeof number, "%lld", (long long)op->ttl_ms);
	switch (op->verb) {
	case REDIS_GET:
		redis_wire_print(
		    out, (struct redis_word[]){word("GET"), key}, 2);
		break;
	case REDIS_REMOVE:
		redis_wire_print(
		    out, (struct redis_word[]){word("DEL"), key}, 2);
		break;
	case REDIS_PUT:
	case REDIS_ADD:
		redis_wire_print(out,
		    (struct redis_word[]){word("SET"), key, op->value,
			word("PX"), ttl, word("NX")},
		    op->verb == REDIS_ADD ? 6 : 5);
		break;
	case REDIS_SWAP:
		print_script(out, swap_script, op,
		    (struct redis_word[]){op->old, op->value, ttl}, 3);
		break;
	case REDIS_COUNT:
		print_script(
		    out, count_script, op, (struct redis_word[]){ttl}, 1);
		break;
	default:
		redis_wire_print(out, (struct redis_word[]){word("PING")}, 1);
	}
}

/* Read one reply. */
static int
read_reply(struct redis *redis, struct redis_reply *reply, int64_t until_ms)
{
	struct buf in = BUF_INIT;
	int rc;

	while ((rc = redis_wire_next(redis->wire, reply)) == 0) {
		buf_reset(&in);
		if (redis_link_receive(
			redis->link, &in, until_ms, &redis->why) == -1)
			break;
		redis_wire_feed(redis->wire, &in);
	}
	if (rc == -1)
		redis->why = "no reply that can be read";
	buf_release(&in);
	return rc == 1 ? 0 : -1;
}

/* Note what the server has said against it; its first word, which is none of
 * ours. */
static void
note_refusal(struct redis *redis, const struct redis_reply *reply)
{
	memset(redis->refusal, 0, sizeof redis->refusal);
	snprintf(redis->refusal, sizeof redis->refusal, "%s", reply->text.s);
	redis->why = redis->refusal;
}

/* Connections. */

/* Print what comes first on a connection; return how many commands it is. */
static size_t
print_greeting(struct buf *out, const struct redis_address *address)
{
	struct redis_word words[3] = {word("AUTH")};
	char number[24];
	size_t n = 1, commands = 0;

	if (address->user.len > 0)
		words[n++] =
		    (struct redis_word){address->user.s, address->user.len};
	if (address->password.len > 0) {
		words[n++] = (struct redis_word){
		    address->password.s, address->password.len};
		redis_wire_print(out, words, n);
		commands++;
	}
	if (address->number != 0) {
		snprintf(number, sizeof number, "%ld", address->number);
		redis_wire_print(out,
		    (struct redis_word[]){word("SELECT"), word(number)}, 2);
		commands++;
	}
	return commands;
}

static int
log_in(struct redis *redis, int64_t until_ms)
{
	struct buf out = BUF_INIT;
	struct redis_reply reply = REDIS_REPLY_INIT;
	size_t left = print_greeting(&out, &redis->address);
	int rc = redis_link_send(redis->link, &out, until_ms, &redis->why);

	for (; rc == 0 && left > 0; left--) {
		rc = read_reply(redis, &reply, until_ms);
		if (rc == 0 && reply.kind == REDIS_REFUSED) {
			note_refusal(redis, &reply);
			rc = -1;
		}
	}
	explicit_bzero(out.s, out.len);
	buf_release(&out);
	buf_release(&reply.text);
	return rc;
}

static int
connect_server(struct redis *redis)
{
	int64_t until_ms =
	    clock_monotonic_ms() + (int64_t)CONNECT_TIMES * redis->timeout_ms;

	if (redis->link != NULL && redis_link_is_over(redis->link))
		hang_up(redis);
	if (redis->link != NULL)
		return 0;
	redis->link =
	    redis_link_open(&redis->address, redis->ca, until_ms, &redis->why);
	if (redis->link == NULL)
		return -1;
	redis->wire = redis_wire_new();
	return log_in(redis, until_ms);
}

/* Batches. */

static bool
changes_value(enum redis_verb verb)
{
	return verb != REDIS_GET && verb != REDIS_PING;
}

/* Return true if the refusal is of the connection or the server, and not of
 * this one write. */
static bool
is_fault(const struct redis_op *op)
{
	static const char *const words[] = {"NOAUTH", "LOADING", "READONLY",
	    "MASTERDOWN", "CLUSTERDOWN", "MOVED"};
	size_t i;

	if (!changes_value(op->verb))
		return true;
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(op->reply.text.s, words[i]) == 0)
			return true;
	return false;
}

static enum redis_outcome
judge_reply(struct redis *redis, const struct redis_op *op)
{
	if (op->reply.kind == REDIS_REFUSED) {
		note_refusal(redis, &op->reply);
		return is_fault(op) ? REDIS_FAILED : REDIS_NOT_TAKEN;
	}
	return op->reply.kind == REDIS_ABSENT ? REDIS_NONE : REDIS_DONE;
}

/* Note that the server takes writes, or none.  Only plain ones tell: a removal is
 * taken by one that is full, and a user who may write may lack the right to
 * scripts. */
static void
note_state(
    struct redis *redis, const struct redis_op *op, enum redis_outcome outcome)
{
	if (op->verb != REDIS_PUT && op->verb != REDIS_ADD)
		return;
	if (outcome == REDIS_NOT_TAKEN)
		set_state(redis, REDIS_NO_WRITES, redis->why);
	else if (atomic_load(redis->circuit.state) == REDIS_NO_WRITES)
		set_state(redis, REDIS_UP, "");
}

static int
run_ops(struct redis *redis, struct redis_op *ops, size_t n)
{
	struct buf out = BUF_INIT;
	int64_t until_ms = clock_monotonic_ms() + redis->timeout_ms;
	long began = clock_monotonic_us();
	enum redis_outcome outcome;
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		print_op(&out, &ops[i]);
	rc = redis_link_send(redis->link, &out, until_ms, &redis->why);
	for (i = 0; rc == 0 && i < n; i++) {
		rc = read_reply(redis, &ops[i].reply, until_ms);
		outcome = rc == 0 ? judge_reply(redis, &ops[i]) : REDIS_FAILED;
		if (outcome == REDIS_FAILED)
			rc = -1;
		else
			note_state(redis, &ops[i], outcome);
		if (redis->watch.op != NULL)
			redis->watch.op(redis->watch.arg, &ops[i], outcome,
			    clock_monotonic_us() - began);
	}
	buf_release(&out);
	return rc;
}

int
redis_run(struct redis *redis, struct redis_op *ops, size_t n)
{
	bool is_trial;

	if (redis == NULL)
		return -1;
	redis->why = "";
	if (!may_ask(redis, &is_trial))
		return -1;
	if (connect_server(redis) == -1 || run_ops(redis, ops, n) == -1) {
		open_circuit(redis);
		return -1;
	}
	if (is_trial)
		atomic_store(redis->circuit.retry_ms, 0);
	/* Also after a process that was killed between the two. */
	if (atomic_load(redis->circuit.state) == REDIS_DOWN &&
	    atomic_load(redis->circuit.retry_ms) == 0)
		set_state(redis, REDIS_UP, "");
	return 0;
}

enum redis_state
redis_try(struct redis *redis, struct redis_op *op)
{
	_Atomic int64_t retry_ms = 0, state = REDIS_UP, refusal = 0;
	struct redis_circuit shared = redis->circuit;
	struct redis_watch watch = redis->watch;
	int rc;

	redis->circuit = (struct redis_circuit){&retry_ms, &state, &refusal};
	redis->watch.change = NULL;
	rc = redis_run(redis, op, 1);
	redis->circuit = shared;
	redis->watch = watch;
	return rc == 0 ? (enum redis_state)atomic_load(&state) : REDIS_DOWN;
}
