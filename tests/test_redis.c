/*
 * redis: a server that is there, and all that can be wrong with one.  With the
 * real redis-server; skipped with a word where there is none.
 */
#include "redis/redis.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "redis_t.h"
#include "t.h"

static _Atomic int64_t retry_ms, state, refusal;
static int changes, asked;
static char last_change[80];
static int timeout_ms = 3000; /* a machine under load is slow */

static void
note_op(
    void *arg, const struct redis_op *op, enum redis_outcome outcome, long us)
{
	(void)arg, (void)op, (void)outcome, (void)us;
	asked++;
}

static void
note_change(void *arg, enum redis_state now, const char *why)
{
	(void)arg;
	changes++;
	snprintf(last_change, sizeof last_change, "%s %s",
	    redis_state_word(now), why);
}

static struct redis *
open_at(const char *url, const char *ca)
{
	const struct redis_options options = {
	    .name = "REDIS_URL",
	    .text = url,
	    .ca = ca,
	    .timeout_ms = timeout_ms,
	    .circuit = {&retry_ms, &state, &refusal},
	    .watch = {note_op, note_change, NULL},
	};
	struct redis *redis = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(
	    redis_open(&options, &redis, &err) == 0, "%s", t_text(&err));
	return redis;
}

/* Let what the circuit waits for be over. */
static void
let_time_pass(void)
{
	if (atomic_load(&retry_ms) != 0)
		atomic_store(&retry_ms, clock_monotonic_ms());
}

/* The value of a key, "(absent)", or "(failed)"; valid until the next call. */
static const char *
get(struct redis *redis, const char *key)
{
	static char value[200];
	struct redis_op op = REDIS_OP(REDIS_GET, key);

	if (redis_run(redis, &op, 1) == -1)
		snprintf(value, sizeof value, "(failed)");
	else if (op.reply.kind == REDIS_ABSENT)
		snprintf(value, sizeof value, "(absent)");
	else
		snprintf(value, sizeof value, "%s", op.reply.text.s);
	redis_ops_release(&op, 1);
	return value;
}

static int
write_value(struct redis *redis, enum redis_verb verb, const char *key,
    const char *value, struct redis_reply *reply)
{
	struct redis_op op = REDIS_OP(verb, key);
	int rc;

	op.value = (struct redis_word){value, strlen(value)};
	op.ttl_ms = 60000;
	rc = redis_run(redis, &op, 1);
	*reply = op.reply;
	redis_ops_release(&op, 1);
	return rc;
}

static void
put(struct redis *redis, const char *key, const char *value)
{
	struct redis_reply reply;

	ck_assert_int_eq(write_value(redis, REDIS_PUT, key, value, &reply), 0);
	ck_assert_int_eq(reply.kind, REDIS_TEXT);
}

START_TEST(what_is_put_is_got_until_it_is_removed)
{
	struct redis_op op = REDIS_OP(REDIS_REMOVE, "a");
	struct redis *redis;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	ck_assert_str_eq(get(redis, "a"), "(absent)");
	put(redis, "a", "eins zwei\r\n$3");
	ck_assert_str_eq(get(redis, "a"), "eins zwei\r\n$3");
	ck_assert_int_gt(atoi(redis_t_cli("PTTL a")), 50000);
	ck_assert_int_eq(redis_run(redis, &op, 1), 0);
	ck_assert_int_eq(op.reply.number, 1);
	ck_assert_str_eq(get(redis, "a"), "(absent)");
	ck_assert_int_eq(changes, 0);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(an_added_value_does_not_replace_one)
{
	struct redis_reply reply;
	struct redis *redis;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	ck_assert_int_eq(
	    write_value(redis, REDIS_ADD, "a", "erster", &reply), 0);
	ck_assert_int_eq(reply.kind, REDIS_TEXT);
	ck_assert_int_eq(
	    write_value(redis, REDIS_ADD, "a", "zweiter", &reply), 0);
	ck_assert_int_eq(reply.kind, REDIS_ABSENT);
	ck_assert_str_eq(get(redis, "a"), "erster");
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_swap_replaces_only_the_value_that_it_names)
{
	struct redis_op op = REDIS_OP(REDIS_SWAP, "a");
	struct redis *redis;
	int i;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	put(redis, "a", "alt");
	op.old = (struct redis_word){"alt", 3};
	op.value = (struct redis_word){"neu", 3};
	op.ttl_ms = 60000;
	for (i = 1; i >= 0; i--) {
		ck_assert_int_eq(redis_run(redis, &op, 1), 0);
		ck_assert_int_eq(op.reply.kind, REDIS_NUMBER);
		ck_assert_int_eq(op.reply.number, i);
		ck_assert_str_eq(get(redis, "a"), "neu");
	}
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_count_begins_at_one_and_ends_with_its_time)
{
	struct redis_op op = REDIS_OP(REDIS_COUNT, "n");
	struct redis *redis;
	int i;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	op.ttl_ms = 60000;
	for (i = 1; i <= 3; i++) {
		ck_assert_int_eq(redis_run(redis, &op, 1), 0);
		ck_assert_int_eq(op.reply.number, i);
	}
	ck_assert_int_gt(atoi(redis_t_cli("PTTL n")), 50000);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_batch_has_the_reply_of_each_op)
{
	struct redis_op ops[] = {REDIS_OP(REDIS_PING, ""),
	    REDIS_OP(REDIS_GET, "fehlt"), REDIS_OP(REDIS_GET, "a")};
	char large[300000];
	struct redis *redis;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	put(redis, "a", large);
	ck_assert_int_eq(redis_run(redis, ops, 3), 0);
	ck_assert_str_eq(ops[0].reply.text.s, "PONG");
	ck_assert_int_eq(ops[1].reply.kind, REDIS_ABSENT);
	ck_assert_uint_eq(ops[2].reply.text.len, sizeof large - 1);
	ck_assert_int_eq(asked, 4);
	redis_ops_release(ops, 3);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_server_that_is_gone_is_told_once_and_not_asked_until_later)
{
	struct redis *redis;
	int i;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	put(redis, "a", "x");
	redis_t_stop();
	for (i = 0; i < 3; i++)
		ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_int_eq(changes, 1);
	ck_assert_ptr_nonnull(strstr(last_change, "down "));
	let_time_pass();
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_int_eq(changes, 1);

	redis_t_start("");
	ck_assert_str_eq(get(redis, "a"), "(failed)"); /* the circuit is open */
	let_time_pass();
	ck_assert_str_eq(get(redis, "a"), "(absent)");
	ck_assert_str_eq(last_change, "up ");
	ck_assert_int_eq(changes, 2);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(another_reason_is_told_if_the_server_has_spoken)
{
	struct redis *dead, *redis;

	if (!redis_t_begin("--requirepass geheim"))
		return;
	dead = open_at("redis://127.0.0.1:1", NULL);
	redis = open_at(redis_t_url(), NULL);
	ck_assert_str_eq(get(dead, "a"), "(failed)");
	ck_assert_int_eq(changes, 1);

	let_time_pass();
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_int_eq(changes, 2);
	ck_assert_str_eq(last_change, "down NOAUTH");
	let_time_pass();
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_int_eq(changes, 2);

	let_time_pass();
	ck_assert_str_eq(get(dead, "a"), "(failed)");
	ck_assert_int_eq(changes, 3);
	redis_close(dead);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

static enum redis_state
try_ping(struct redis *redis)
{
	struct redis_op op = REDIS_OP(REDIS_PING, "");
	enum redis_state found = redis_try(redis, &op);

	redis_ops_release(&op, 1);
	return found;
}

START_TEST(a_trial_neither_heeds_nor_changes_what_the_host_knows)
{
	struct redis *redis, *other;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	put(redis, "a", "x");
	other = open_at("unix:/nowhere/at/all", NULL);
	ck_assert_int_eq(try_ping(other), REDIS_DOWN);
	ck_assert_str_ne(redis_why(other), "");
	ck_assert_str_eq(get(redis, "a"), "x");
	ck_assert_int_eq(changes, 0);

	ck_assert_str_eq(get(other, "a"), "(failed)");
	ck_assert_int_eq(changes, 1);
	ck_assert_int_eq(try_ping(redis), REDIS_UP);
	ck_assert_int_eq(changes, 1);
	ck_assert_str_eq(get(redis, "a"), "(failed)"); /* the circuit is open */
	ck_assert_int_eq(try_ping(other), REDIS_DOWN);
	ck_assert_str_ne(redis_why(other), "");
	redis_close(other);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_server_that_restarts_between_two_requests_is_not_missed)
{
	struct redis *redis;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	put(redis, "a", "x");
	redis_t_stop();
	redis_t_start("");
	ck_assert_str_eq(get(redis, "a"), "(absent)");
	ck_assert_int_eq(changes, 0);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_server_that_hangs_costs_one_process_its_deadline_once)
{
	struct redis *redis, *other;
	int64_t began;
	int i;

	if (!redis_t_begin(""))
		return;
	timeout_ms = 400;
	redis = open_at(redis_t_url(), NULL);
	other = open_at(redis_t_url(), NULL);
	put(redis, "a", "x");
	put(other, "b", "x");
	redis_t_hang();
	began = clock_monotonic_ms();
	for (i = 0; i < 50; i++)
		ck_assert_str_eq(
		    get(i % 2 == 0 ? redis : other, "a"), "(failed)");
	/* One deadline, not fifty, nor two. */
	ck_assert_int_ge(clock_monotonic_ms() - began, timeout_ms - 5);
	ck_assert_int_lt(clock_monotonic_ms() - began, 20 * timeout_ms);
	ck_assert_str_eq(last_change, "down no answer in time");
	redis_t_go_on();
	let_time_pass();
	ck_assert_str_eq(get(other, "a"), "x");
	/* A late reply to the first question is nobody's. */
	ck_assert_str_eq(get(redis, "b"), "x");
	ck_assert_int_eq(changes, 2);
	redis_close(redis);
	redis_close(other);
	redis_t_stop();
}
END_TEST

START_TEST(a_full_server_refuses_writes_and_answers_reads)
{
	struct redis_op gone = REDIS_OP(REDIS_REMOVE, "a");
	struct redis_reply reply;
	struct redis *redis;
	int i;

	if (!redis_t_begin(""))
		return;
	redis = open_at(redis_t_url(), NULL);
	put(redis, "a", "x");
	redis_t_cli("CONFIG SET maxmemory 1");
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(
		    write_value(redis, REDIS_PUT, "b", "y", &reply), 0);
		ck_assert_int_eq(reply.kind, REDIS_REFUSED);
		ck_assert_str_eq(get(redis, "a"), "x");
	}
	ck_assert_int_eq(redis_run(redis, &gone, 1), 0);
	ck_assert_int_eq(gone.reply.number, 1);
	ck_assert_int_eq(changes, 1);
	ck_assert_str_eq(last_change, "no_writes OOM");
	redis_t_cli("CONFIG SET maxmemory 0");
	put(redis, "b", "y");
	ck_assert_int_eq(changes, 2);
	ck_assert_str_eq(last_change, "up ");
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(a_user_without_scripts_is_refused_them_and_may_write)
{
	struct redis_op op = REDIS_OP(REDIS_COUNT, "n");
	struct redis *redis;
	char url[200];
	int i;

	if (!redis_t_is_there())
		return;
	redis_t_start_tcp("");
	redis_t_cli("ACL SETUSER ada on '>geheim' '~*' +@all -@scripting");
	snprintf(
	    url, sizeof url, "redis://ada:geheim@127.0.0.1:%d", redis_t_port());
	redis = open_at(url, NULL);
	op.ttl_ms = 60000;
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(redis_run(redis, &op, 1), 0);
		ck_assert_int_eq(op.reply.kind, REDIS_REFUSED);
		ck_assert_str_eq(op.reply.text.s, "NOPERM");
		put(redis, "a", "x");
	}
	ck_assert_int_eq(changes, 0);
	redis_ops_release(&op, 1);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

/* Append +NAME for each command that docs/operating.md names. */
static void
add_documented_commands(struct buf *out)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	const char *at, *end;

	buf_addf(&path, "%s/docs/operating.md", getenv("srcdir"));
	t_read(&text, path.s);
	at = strstr(text.s, "site's account there needs");
	ck_assert_ptr_nonnull(at);
	end = strchr(at, '.');
	while ((at = strchr(at, '`')) != NULL && at < end) {
		size_t len = strcspn(++at, "`");

		buf_addf(out, " +%.*s", (int)len, at);
		at += len + 1;
	}
	buf_release(&text);
	buf_release(&path);
}

START_TEST(the_documented_commands_are_all_that_a_user_needs)
{
	struct buf cli = BUF_INIT;
	struct redis_reply reply;
	struct redis *redis;
	char url[200];
	enum redis_verb verb;

	if (!redis_t_is_there())
		return;
	redis_t_start_tcp("");
	buf_adds(&cli, "ACL SETUSER ada on '>geheim' '~*' -@all");
	add_documented_commands(&cli);
	redis_t_cli(cli.s);
	snprintf(url, sizeof url, "redis://ada:geheim@127.0.0.1:%d/2",
	    redis_t_port());
	redis = open_at(url, NULL);
	for (verb = 0; verb < REDIS_VERBS; verb++) {
		const char *name = redis_verb_word(verb);

		ck_assert_int_eq(
		    write_value(redis, verb, name, "x", &reply), 0);
		ck_assert_msg(reply.kind != REDIS_REFUSED, "%s", name);
	}
	redis_close(redis);
	buf_release(&cli);
	redis_t_stop();
}
END_TEST

START_TEST(a_password_opens_and_a_wrong_one_is_told_without_it)
{
	char good[400], wrong[400];
	struct redis *redis;

	if (!redis_t_begin("--requirepass geheim"))
		return;
	redis = open_at(redis_t_url(), NULL);
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_str_eq(last_change, "down NOAUTH");
	redis_close(redis);
	redis_t_stop();
	atomic_store(&retry_ms, 0);
	atomic_store(&state, REDIS_UP);

	redis_t_start_tcp("--requirepass geheim --databases 4");
	snprintf(good, sizeof good, "redis://:geheim@127.0.0.1:%d/3",
	    redis_t_port());
	snprintf(wrong, sizeof wrong, "redis://:falsch@127.0.0.1:%d",
	    redis_t_port());
	redis = open_at(good, NULL);
	put(redis, "a", "x");
	ck_assert_str_eq(
	    redis_t_cli("--no-auth-warning -a geheim -n 3 GET a"), "x");
	redis_close(redis);
	snprintf(good, sizeof good, "unix://:%%67eheim@%s?db=3",
	    redis_t_url() + strlen("unix:"));
	redis = open_at(good, NULL);
	ck_assert_str_eq(get(redis, "a"), "x");
	redis_close(redis);
	redis = open_at(wrong, NULL);
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_str_eq(last_change, "down WRONGPASS");
	redis_close(redis);
	redis_t_stop();
}
END_TEST

START_TEST(tls_is_used_and_a_foreign_certificate_is_refused)
{
	char command[2000], options[1200], azure[200];
	struct redis *redis;

	if (!redis_t_is_there())
		return;
	snprintf(command, sizeof command,
	    "cd %s && openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
	    "-addext subjectAltName=DNS:localhost -keyout key -out ca "
	    "2>/dev/null",
	    t_scratch());
	ck_assert_int_eq(system(command), 0);
	snprintf(options, sizeof options,
	    "--tls-cert-file %s/ca --tls-key-file %s/key --tls-ca-cert-file "
	    "%s/ca --tls-auth-clients no --requirepass geheim=",
	    t_scratch(), t_scratch(), t_scratch());
	redis_t_start_tls(options);
	snprintf(azure, sizeof azure,
	    "localhost:%d,password=geheim=,ssl=True,abortConnect=False",
	    redis_t_port());
	snprintf(command, sizeof command, "%s/ca", t_scratch());
	redis = open_at(azure, command);
	put(redis, "a", "x");
	ck_assert_str_eq(get(redis, "a"), "x");
	ck_assert_int_eq(changes, 0);
	redis_close(redis);

	redis = open_at(azure, NULL);
	ck_assert_str_eq(get(redis, "a"), "(failed)");
	ck_assert_int_eq(changes, 1);
	redis_close(redis);
	redis_t_stop();
}
END_TEST

T_MAIN("redis", what_is_put_is_got_until_it_is_removed,
    an_added_value_does_not_replace_one,
    a_swap_replaces_only_the_value_that_it_names,
    a_count_begins_at_one_and_ends_with_its_time,
    a_batch_has_the_reply_of_each_op,
    a_server_that_is_gone_is_told_once_and_not_asked_until_later,
    another_reason_is_told_if_the_server_has_spoken,
    a_trial_neither_heeds_nor_changes_what_the_host_knows,
    a_server_that_restarts_between_two_requests_is_not_missed,
    a_server_that_hangs_costs_one_process_its_deadline_once,
    a_full_server_refuses_writes_and_answers_reads,
    a_user_without_scripts_is_refused_them_and_may_write,
    the_documented_commands_are_all_that_a_user_needs,
    a_password_opens_and_a_wrong_one_is_told_without_it,
    tls_is_used_and_a_foreign_certificate_is_refused)
