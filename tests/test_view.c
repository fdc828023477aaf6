/*
 * The rules of design.md 6, each with a test that fails without it.
 */
#include "app/freshness.h"
#include "base/lock.h"
#include "edit/build.h"
#include "edit/create.h"
#include "edit/edit.h"
#include "t.h"
#include "week/ledger.h"
#include "week/ledger_json.h"
#include "world.h"

#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOKEN    "state/ada/cacheVersion.txt"
#define ARTIFACT "artifacts/ada/timeline.json"

/* The week has this text in it. */
static bool
shows(struct host *host, const char *user, const char *text)
{
	struct buf body = BUF_INIT;
	bool has;

	host_show(host, user, false, &body);
	has = strstr(body.s, text) != NULL;
	buf_release(&body);
	return has;
}

/* Two hosts that look at the token once in so many milliseconds. */
static void
two_hosts(struct host *a, struct host *b, int64_t revalidate_ms)
{
	host_open(a, "a");
	host_open(b, "b");
	a->app.conf.cache_revalidate_ms = revalidate_ms;
	b->app.conf.cache_revalidate_ms = revalidate_ms;
}

/* Two processes of one host, whose looks at the token are due in turn, and another
 * host that writes in between. */
static void
open_twins(struct host *one, struct host *two, struct host *far)
{
	two_hosts(far, one, 1000);
	host_open(two, "b");
	two->app.conf.cache_revalidate_ms = 1000;
	host_clock(one, NOON);
	host_clock(two, NOON);
	host_create(far, "ada", "Brot", NULL);
	ck_assert(shows(one, "ada", "Brot"));
	ck_assert(shows(one, "ada", "Brot"));
	host_clock(two, "2026-11-23T11:00:00.900Z");
	ck_assert(shows(two, "ada", "Brot"));
	ck_assert_int_eq(host_source(one, "ada"), VIEW_LOCAL);
	ck_assert_int_eq(host_source(two, "ada"), VIEW_LOCAL);
	host_create(far, "ada", "Milch", NULL);
}

static void
close_twins(struct host *one, struct host *two, struct host *far)
{
	host_close(one);
	host_close(two);
	host_close(far);
}

START_TEST(what_one_process_has_shown_no_other_one_of_the_host_takes_back)
{
	struct host one, two, far;

	open_twins(&one, &two, &far);
	ck_assert(!shows(&two, "ada", "Milch")); /* as it may */
	host_clock(&one, "2026-11-23T11:00:01.500Z");
	ck_assert(shows(&one, "ada", "Milch"));
	ck_assert(shows(&two, "ada", "Milch"));
	/* And then all believe their memory again. */
	host_source(&one, "ada");
	ck_assert_int_eq(host_source(&one, "ada"), VIEW_LOCAL);
	ck_assert_int_eq(host_source(&two, "ada"), VIEW_LOCAL);
	host_requests(&one);
	host_requests(&two);
	host_source(&one, "ada");
	host_source(&two, "ada");
	ck_assert_uint_eq(host_requests(&one) + host_requests(&two), 0);
	close_twins(&one, &two, &far);
}
END_TEST

START_TEST(a_store_that_fails_leaves_what_was_shown_good)
{
	struct host one, two, far;
	struct buf body = BUF_INIT;

	open_twins(&one, &two, &far);
	app_allow_stale(&two.app);
	app_allow_stale(&one.app);
	one.plan = two.plan = (struct store_fault){.at = 1, .count = 1000};
	host_clock(&one, "2026-11-23T11:00:01.500Z");
	host_clock(&two, "2026-11-23T11:00:02.000Z");
	ck_assert_int_eq(host_show(&one, "ada", false, &body), VIEW_STALE);
	ck_assert_int_eq(host_show(&two, "ada", false, &body), VIEW_STALE);
	buf_release(&body);
	close_twins(&one, &two, &far);
}
END_TEST

START_TEST(memory_answers_without_any_request)
{
	struct host h;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	host_requests(&h);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&h), 0);
	host_close(&h);
}
END_TEST

static void
keep_round(void *arg, const struct store_event *event)
{
	struct host *h = arg;

	h->round = event->round;
}

START_TEST(an_artifact_costs_two_requests_in_one_round)
{
	struct host h, restarted;

	host_open(&h, "a");
	host_source(&h, "ada");
	host_open(&restarted, "a");
	store_watch(restarted.app.store, keep_round, &restarted);
	ck_assert_int_eq(host_source(&restarted, "ada"), VIEW_BLOB);
	ck_assert_uint_eq(host_requests(&restarted), 2);
	ck_assert_uint_eq(restarted.round, 1);
	host_close(&h);
	host_close(&restarted);
}
END_TEST

/* What a warm rebuild asks for, all told, and in how many rounds. */
static void
expect_warm(struct host *h, unsigned requests, unsigned rounds)
{
	struct buf body = BUF_INIT;
	struct store_op none = STORE_GET(TOKEN);
	struct err err = ERR_INIT;
	unsigned before;
	int i;

	for (i = 0; i < 40; i++)
		host_create(h, "ada", "Brot", NULL);
	host_source(h, "ada");
	host_create(h, "ada", "Butter", NULL);

	cache_drop(h->cache, "ada");
	store_watch(h->app.store, keep_round, h);
	ok(store_run(h->app.store, &none, 1, &err), &err);
	store_ops_release(&none, 1);
	before = h->round;
	host_requests(h);

	ck_assert_int_eq(host_show(h, "ada", false, &body), VIEW_MISS);
	ck_assert_ptr_nonnull(strstr(body.s, "Butter"));
	ck_assert_uint_le(host_requests(h), requests);
	ck_assert_uint_le(h->round - before, rounds);
	buf_release(&body);
}

/* The host has a repository from now on. */
static void
with_repo(struct host *h)
{
	h->app.conf.github_owner = std_strdup("ada");
	h->app.conf.github_repo = std_strdup("vault");
}

START_TEST(a_warm_rebuild_after_one_edit_costs_eight_requests_in_four_rounds)
{
	struct host h;

	host_open(&h, "a");
	expect_warm(&h, 8, 4);
	host_close(&h);
}
END_TEST

START_TEST(with_git_a_warm_rebuild_costs_nine_requests_in_four_rounds)
{
	struct host h;

	host_open(&h, "a");
	with_repo(&h);
	expect_warm(&h, 9, 4);
	host_close(&h);
}
END_TEST

/* Counts the gets of task files. */
static void
count_files(void *arg, const struct store_op *op)
{
	unsigned *n = arg;

	*n += op->verb == STORE_VERB_GET && strncmp(op->key, "raw/", 4) == 0;
}

START_TEST(each_rebuild_fetches_only_what_changed_since_the_last)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct task_edit edit = {
	    .has_status = true, .to = {.status = TASK_ABGEBROCHEN}};
	struct err err = ERR_INIT;
	struct host h;
	unsigned n = 0;
	char id[16];
	int i;

	host_open(&h, "a");
	for (i = 0; i < 5; i++)
		host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	for (i = 0; i < 3; i++) { /* an edit, then a new one, each time */
		struct edit_change change = {
		    .user = "ada", .id = id, .edit = &edit};

		snprintf(id, sizeof id, "%04d", i);
		ok(edit_change(&h.app, &change, &result, &err), &err);
		h.plan.hook = count_files;
		h.plan.arg = &n;
		n = 0;
		host_source(&h, "ada");
		ck_assert_uint_eq(n, 1);
		h.plan.hook = NULL;
		host_create(&h, "ada", "Butter", NULL);
		h.plan.hook = count_files;
		n = 0;
		host_source(&h, "ada");
		ck_assert_uint_eq(n, 1);
		h.plan.hook = NULL;
	}
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

START_TEST(a_cold_rebuild_costs_at_most_eight_requests_more_than_tasks)
{
	struct host h;
	int i;

	host_open(&h, "a");
	for (i = 0; i < 40; i++)
		host_create(&h, "ada", "Brot", NULL);
	host_requests(&h);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	ck_assert_uint_le(host_requests(&h), 40 + 8);
	host_close(&h);
}
END_TEST

START_TEST(every_worker_of_the_host_sees_a_write_at_once)
{
	struct host writer, reader;

	host_open(&writer, "a");
	host_open(&reader, "a");
	ck_assert(!shows(&reader, "ada", "Brot"));
	ck_assert(!shows(&reader, "ada", "Brot"));
	host_create(&writer, "ada", "Brot", NULL);
	ck_assert(shows(&reader, "ada", "Brot"));
	host_close(&writer);
	host_close(&reader);
}
END_TEST

/* Notes the order in which a write goes: T task, V version, and for each
 * whether the generation was raised by then. */
struct order {
	struct host *host;
	uint64_t generation;
	char seen[8];
};

static void
note_order(void *arg, const struct store_op *op)
{
	struct order *o = arg;
	size_t n = strlen(o->seen);

	if (op->verb != STORE_VERB_PUT || n + 2 >= sizeof o->seen)
		return;
	if (strncmp(op->key, "raw/", 4) == 0)
		o->seen[n] = 'T';
	else if (strcmp(op->key, TOKEN) == 0)
		o->seen[n] = 'V';
	else
		return;
	if (version_generation(o->host->app.version, "ada") != o->generation)
		o->seen[n + 1] = '!';
}

START_TEST(a_write_goes_task_then_token_then_generation)
{
	struct host h;
	struct order order = {.host = &h};

	host_open(&h, "a");
	order.generation = version_generation(h.app.version, "ada");
	h.plan.hook = note_order;
	h.plan.arg = &order;
	host_create(&h, "ada", "Brot", NULL);
	ck_assert_str_eq(order.seen, "TV");
	ck_assert_uint_ne(
	    version_generation(h.app.version, "ada"), order.generation);
	host_close(&h);
}
END_TEST

static void
keep_tokens(void *arg, const struct store_op *op)
{
	struct buf *all = arg;

	if (op->verb == STORE_VERB_PUT && strcmp(op->key, TOKEN) == 0) {
		buf_add(all, op->bytes, op->len);
		buf_addc(all, ' ');
	}
}

START_TEST(each_attempt_to_put_a_token_has_a_new_one)
{
	struct host h;
	struct err err = ERR_INIT;
	struct buf all = BUF_INIT;
	char first[80], second[80];

	host_open(&h, "a");
	h.plan.at = 1;
	h.plan.hook = keep_tokens;
	h.plan.arg = &all;
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	ck_assert_int_eq(sscanf(all.s, "%79s %79s", first, second), 2);
	ck_assert_str_ne(first, second);
	buf_release(&all);
	host_close(&h);
}
END_TEST

START_TEST(a_token_that_lands_late_brings_no_old_state_back)
{
	struct host h;
	struct err err = ERR_INIT;
	struct buf all = BUF_INIT;
	char hung[80];

	host_open(&h, "a");
	h.plan.at = 1;
	h.plan.hook = keep_tokens;
	h.plan.arg = &all;
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	ck_assert_int_eq(sscanf(all.s, "%79s", hung), 1);
	h.plan.hook = NULL;
	h.plan.at = 0;

	host_source(&h, "ada");
	host_create(&h, "ada", "Brot", NULL);
	host_put(&h, TOKEN, hung);
	cache_drop(h.cache, "ada");
	ck_assert(shows(&h, "ada", "Brot"));
	buf_release(&all);
	host_close(&h);
}
END_TEST

START_TEST(a_write_whose_token_fails_is_settled_by_its_retry)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct task_edit edit = {
	    .has_status = true, .to = {.status = TASK_ABGEBROCHEN}};
	const struct edit_change change = {
	    .user = "ada", .id = "0000", .edit = &edit};

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ck_assert(shows(&h, "ada", "Brot"));
	host_requests(&h);
	h.plan.at = 4; /* list, get, put, token: all three attempts */
	h.plan.count = 3;
	ck_assert_int_eq(edit_change(&h.app, &change, &result, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);

	h.plan.at = 0;
	ok(edit_change(&h.app, &change, &result, &err), &err);
	ck_assert(!result.changed);
	ck_assert(!shows(&h, "ada", "Brot"));
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

/* Writes once, in the middle of somebody else's reading. */
struct intruder {
	struct host *writer;
	const char *before; /* key of the op that it comes before */
	bool done;
};

static void
intrude(void *arg, const struct store_op *op)
{
	struct intruder *i = arg;

	if (i->done || strcmp(op->key, i->before) != 0)
		return;
	i->done = true;
	host_create(i->writer, "ada", "Dazwischen", NULL);
}

START_TEST(a_write_between_token_and_artifact_is_noticed_by_the_generation)
{
	struct host reader, writer;
	struct intruder intruder = {.writer = &writer, .before = ARTIFACT};

	host_open(&reader, "a");
	host_open(&writer, "a");
	host_source(&reader, "ada");
	reader.plan.hook = intrude;
	reader.plan.arg = &intruder;
	ck_assert_int_eq(host_source(&reader, "ada"), VIEW_BLOB);
	ck_assert(intruder.done);
	/* Remembered with the generation from before: looked at again. */
	ck_assert(shows(&reader, "ada", "Dazwischen"));
	host_close(&reader);
	host_close(&writer);
}
END_TEST

START_TEST(a_write_during_a_build_makes_its_artifact_invalid)
{
	struct host reader, writer;
	struct intruder intruder = {
	    .writer = &writer, .before = "artifacts/ada/timeline.json"};
	struct buf body = BUF_INIT;
	struct version_state state;
	struct build_job job = {.user = "ada"};
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct err err = ERR_INIT;

	host_open(&reader, "a");
	host_open(&writer, "a");
	ok(freshness_read_state(&reader.app, "ada", &state, &err), &err);
	job.state = state;
	reader.plan.hook = intrude; /* before the artifact is put */
	reader.plan.arg = &intruder;
	ok(build_week(&reader.app, &job, &answer, &err), &err);
	view_answer_release(&answer);
	ck_assert(intruder.done);

	ck_assert_int_eq(host_show(&reader, "ada", false, &body), VIEW_MISS);
	ck_assert_ptr_nonnull(strstr(body.s, "Dazwischen"));
	buf_release(&body);
	host_close(&reader);
	host_close(&writer);
}
END_TEST

START_TEST(a_build_reads_the_token_before_it_lists)
{
	struct host reader, writer;
	struct intruder intruder = {
	    .writer = &writer, .before = "raw/ada/tasks/0000-Brot.md"};

	host_open(&reader, "a");
	host_open(&writer, "a");
	host_create(&writer, "ada", "Brot", NULL);
	/* After the list, before the files: the new one is not seen. */
	reader.plan.hook = intrude;
	reader.plan.arg = &intruder;
	ck_assert(!shows(&reader, "ada", "Dazwischen"));
	ck_assert(intruder.done);
	ck_assert(shows(&reader, "ada", "Dazwischen"));
	host_close(&reader);
	host_close(&writer);
}
END_TEST

START_TEST(a_late_artifact_is_invalid_by_value)
{
	struct host h;
	struct buf old = BUF_INIT;

	host_open(&h, "a");
	host_source(&h, "ada");
	host_get(&h, ARTIFACT, &old);
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_put(&h, ARTIFACT, old.s);
	ck_assert(shows(&h, "ada", "Brot"));
	buf_release(&old);
	host_close(&h);
}
END_TEST

START_TEST(a_week_ends_with_its_slot)
{
	struct host h;
	struct buf body = BUF_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_clock(&h, "2026-11-23T11:29:30.000Z"); /* 12:29:30 */
	host_source(&h, "ada");
	host_source(&h, "ada");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	host_clock(&h, "2026-11-23T11:30:00.000Z"); /* 12:30: it is over */
	ck_assert_int_eq(host_show(&h, "ada", false, &body), VIEW_MISS);
	ck_assert_ptr_null(
	    strstr(body.s, "morgens\",\"task\":{\"id\":\"0000\""));
	buf_release(&body);
	host_close(&h);
}
END_TEST

START_TEST(a_week_ends_at_midnight)
{
	struct host h;

	host_open(&h, "a");
	host_clock(&h, "2026-11-23T22:59:50.000Z");
	host_source(&h, "ada");
	host_source(&h, "ada");
	host_clock(&h, "2026-11-23T23:00:00.000Z");
	ck_assert(shows(&h, "ada", "\"weekStart\":\"24.11.2026\""));
	host_close(&h);
}
END_TEST

START_TEST(a_week_ends_with_its_ttl)
{
	struct host h;

	host_open(&h, "a");
	host_clock(&h, "2026-11-23T08:30:00.000Z");
	host_source(&h, "ada");
	host_source(&h, "ada");
	h.app.conf.now_offset_ms += 15 * 60 * 1000 - 5000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	h.app.conf.now_offset_ms += 5000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	host_close(&h);
}
END_TEST

START_TEST(memory_is_read_anew_after_its_ttl)
{
	struct host h;

	host_open(&h, "a");
	host_clock(&h, "2026-11-23T08:30:00.000Z");
	host_source(&h, "ada");
	host_source(&h, "ada");
	h.app.conf.now_offset_ms += 5 * 60 * 1000 - 5000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	h.app.conf.now_offset_ms += 5000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	host_close(&h);
}
END_TEST

START_TEST(memory_from_before_a_clock_was_set_back_is_not_shown)
{
	struct host h;

	host_open(&h, "a");
	host_source(&h, "ada");
	host_source(&h, "ada");
	h.app.conf.now_offset_ms -= 60000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	host_close(&h);
}
END_TEST

START_TEST(two_users_in_one_slot_cost_a_token_read_and_no_rebuild)
{
	struct host h;
	char twin[HOST_TWIN_MAX];

	host_open(&h, "a");
	host_find_twin(&h, "ada", twin);
	host_source(&h, "ada");
	host_source(&h, "ada");
	host_create(&h, twin, "Fremd", NULL);
	host_requests(&h);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&h), 1);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&h), 0);
	host_close(&h);
}
END_TEST

START_TEST(only_the_user_concerned_is_invalidated)
{
	struct host h;
	struct buf token = BUF_INIT, after = BUF_INIT;
	struct buf artifact = BUF_INIT, artifact_after = BUF_INIT;

	host_open(&h, "a");
	host_source(&h, "ada");
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_source(&h, "ada");
	host_get(&h, TOKEN, &token);
	host_get(&h, ARTIFACT, &artifact);

	host_create(&h, "bob", "Butter", NULL);
	host_requests(&h);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&h), 0);
	host_get(&h, TOKEN, &after);
	host_get(&h, ARTIFACT, &artifact_after);
	ck_assert_str_eq(token.s, after.s);
	ck_assert(buf_eq(&artifact, &artifact_after));
	buf_release(&token);
	buf_release(&after);
	buf_release(&artifact);
	buf_release(&artifact_after);
	host_close(&h);
}
END_TEST

START_TEST(another_hosts_write_is_seen_when_the_look_is_too_old)
{
	struct host a, b;

	two_hosts(&a, &b, 1000);
	host_source(&a, "ada");
	host_source(&a, "ada");
	host_create(&b, "ada", "Brot", NULL);
	host_requests(&a);
	ck_assert_int_eq(host_source(&a, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&a), 0);
	a.app.conf.now_offset_ms += 1000;
	ck_assert(shows(&a, "ada", "Brot"));
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_look_at_the_token_is_one_request_per_period)
{
	struct host a, b;

	two_hosts(&a, &b, 1000);
	host_source(&a, "ada");
	host_source(&a, "ada");
	a.app.conf.now_offset_ms += 1000;
	host_requests(&a);
	ck_assert_int_eq(host_source(&a, "ada"), VIEW_LOCAL);
	ck_assert_int_eq(host_source(&a, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&a), 1);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_look_dated_in_the_future_does_not_count)
{
	struct host a, b;

	two_hosts(&a, &b, 60000);
	host_source(&a, "ada");
	host_source(&a, "ada");
	a.app.conf.now_offset_ms -= 1500;
	host_requests(&a);
	ck_assert_int_eq(host_source(&a, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(host_requests(&a), 1);
	host_close(&a);
	host_close(&b);
}
END_TEST

static void
lose_time(void *arg, const struct store_op *op)
{
	struct host *h = arg;

	(void)op;
	h->app.conf.now_offset_ms += 700;
}

START_TEST(the_period_counts_from_where_the_last_look_began)
{
	struct host a, b;

	two_hosts(&a, &b, 1000);
	host_source(&a, "ada");
	host_source(&a, "ada");
	a.app.conf.now_offset_ms += 1000;
	a.plan.hook = lose_time; /* the look takes 700 ms */
	a.plan.arg = &a;
	host_source(&a, "ada");
	a.plan.hook = NULL;
	a.app.conf.now_offset_ms += 300;
	host_requests(&a);
	host_source(&a, "ada");
	ck_assert_uint_eq(host_requests(&a), 1);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(with_zero_the_token_is_read_at_every_request)
{
	struct host a, b;

	two_hosts(&a, &b, 0);
	host_source(&a, "ada");
	host_source(&a, "ada");
	host_create(&b, "ada", "Brot", NULL);
	ck_assert(shows(&a, "ada", "Brot"));
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_user_sees_their_own_write_on_another_host)
{
	struct host a, b;
	struct buf body = BUF_INIT;

	two_hosts(&a, &b, 60000);
	host_source(&a, "ada");
	host_source(&a, "ada");
	host_create(&b, "ada", "Brot", NULL);
	host_show(&a, "ada", true, &body); /* with the cookie */
	ck_assert_ptr_nonnull(strstr(body.s, "Brot"));
	buf_release(&body);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_corrupt_artifact_is_a_miss)
{
	struct host h;
	struct buf good = BUF_INIT, bad = BUF_INIT;
	size_t i;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_get(&h, ARTIFACT, &good);
	for (i = 0; i < good.len; i += 1 + good.len / 60) {
		buf_set(&bad, good.s, i);
		host_put_bytes(&h, ARTIFACT, &bad);
		cache_drop(h.cache, "ada");
		ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);

		buf_set(&bad, good.s, good.len);
		bad.s[i] = bad.s[i] == '1' ? '2' : '1';
		host_put_bytes(&h, ARTIFACT, &bad);
		cache_drop(h.cache, "ada");
		ck_assert(shows(&h, "ada", "Brot"));
	}
	buf_release(&good);
	buf_release(&bad);
	host_close(&h);
}
END_TEST

START_TEST(an_artifact_from_the_future_or_of_other_settings_is_a_miss)
{
	struct host h;

	host_open(&h, "a");
	host_source(&h, "ada");
	h.app.conf.now_offset_ms -= 3000;
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	h.app.settings[0] ^= 1;
	cache_drop(h.cache, "ada");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	host_close(&h);
}
END_TEST

/* Shows the week on both hosts in turn, each time by a process that has
 * nothing in memory; how many builds that took. */
static unsigned
count_builds_in_turn(struct host *a, struct host *b)
{
	struct host *const hosts[] = {a, b};
	unsigned builds = 0, i;

	for (i = 0; i < 8; i++) {
		struct host *h = hosts[i % 2];

		cache_drop(h->cache, "ada");
		builds += host_source(h, "ada") == VIEW_MISS;
	}
	return builds;
}

START_TEST(hosts_with_different_clocks_do_not_build_at_each_look)
{
	static const int64_t apart_ms[] = {1200000, -1200000, 86400000};
	struct host a, b;
	size_t i;

	two_hosts(&a, &b, 0);
	for (i = 0; i < ARRAY_LEN(apart_ms); i++) {
		host_clock(&b, NOON);
		b.app.conf.now_offset_ms += apart_ms[i];
		host_create(&a, "ada", "Eins", NULL);
		ck_assert_uint_le(count_builds_in_turn(&a, &b), 2);
		/* What either has written the other shows at once. */
		host_create(&b, "ada", "Zwei", NULL);
		ck_assert(shows(&a, "ada", "Zwei"));
		ck_assert_uint_le(count_builds_in_turn(&a, &b), 2);
	}
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_remembered_build_is_no_answer_for_a_missing_artifact)
{
	struct host h;

	host_open(&h, "a");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	cache_drop(h.cache, "ada");
	host_put(&h, ARTIFACT, "{");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	host_close(&h);
}
END_TEST

/* Looks at the week while every request to the store fails. */
static int
look_so_without_store(
    struct host *h, const struct view_query *query, struct view_answer *answer)
{
	struct version_state state;
	struct err err = ERR_INIT;
	int rc;

	h->plan = (struct store_fault){.at = 1, .count = UINT_MAX};
	rc = view_look(&h->app, h->cache, query, answer, &state, &err);
	h->plan = (struct store_fault){.at = 0};
	ck_assert(rc == 0 || err.code == ERR_STORE);
	return rc;
}

static int
look_without_store(struct host *h, bool recheck, struct view_answer *answer)
{
	const struct view_query query = {.user = "ada", .recheck = recheck};

	return look_so_without_store(h, &query, answer);
}

START_TEST(memory_answers_where_the_store_does_not)
{
	/* Some time ago, on another host. */
	const struct view_query wrote = {.user = "ada", .wrote = true};
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct host h, other;

	two_hosts(&h, &other, 1000);
	h.app.may_be_stale = true;
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_source(&h, "ada");
	h.app.conf.now_offset_ms += 1500;
	ck_assert_int_eq(look_without_store(&h, false, &answer), 0);
	ck_assert_int_eq(answer.source, VIEW_STALE);
	ck_assert_ptr_nonnull(strstr(answer.body->s, "Brot"));
	/* It is no look at the token. */
	host_create(&other, "ada", "Milch", NULL);
	ck_assert(shows(&h, "ada", "Milch"));
	host_source(&h, "ada");

	/* Not for another program, and not for one who has just written,
	 * on another host or on this one. */
	h.app.conf.now_offset_ms += 1500;
	h.app.may_be_stale = false;
	ck_assert_int_eq(look_without_store(&h, false, &answer), -1);
	h.app.may_be_stale = true;
	ck_assert_int_eq(look_without_store(&h, true, &answer), -1);
	ck_assert_int_eq(look_so_without_store(&h, &wrote, &answer), -1);
	ck_assert_int_eq(look_without_store(&h, false, &answer), 0);
	version_raise(h.app.version, "ada");
	ck_assert_int_eq(look_without_store(&h, false, &answer), -1);

	/* And not past its time. */
	ck_assert(shows(&h, "ada", "Milch"));
	host_source(&h, "ada");
	ck_assert_int_eq(look_without_store(&h, false, &answer), 0);
	h.app.conf.now_offset_ms += h.app.conf.cache_ttl_local_ms;
	ck_assert_int_eq(look_without_store(&h, false, &answer), -1);
	view_answer_release(&answer);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(what_is_shown_is_not_taken_back_after_others_were_told)
{
	struct host one, two, far;

	two_hosts(&far, &one, 1000);
	host_open(&two, "b");
	two.app.conf.cache_revalidate_ms = 1000;
	host_clock(&one, NOON);
	host_clock(&two, NOON);
	host_create(&far, "ada", "Brot", NULL);
	ck_assert(shows(&one, "ada", "Brot"));
	ck_assert(shows(&one, "ada", "Brot"));
	ck_assert(shows(&two, "ada", "Brot"));

	/* A list of tasks, and one of the two has looked since. */
	app_tell_seen(&one.app, "ada", NULL, NULL);
	ck_assert(shows(&two, "ada", "Brot"));
	host_create(&far, "ada", "Milch", NULL);
	ck_assert(shows(&one, "ada", "Milch"));
	ck_assert(shows(&two, "ada", "Milch"));
	close_twins(&one, &two, &far);
}
END_TEST

/* The look of the hit pool came to nothing, and it has handed on. */
START_TEST(what_a_build_has_shown_after_a_failed_look_is_not_taken_back)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {
	    .user = "ada", .state = {.generation = VERSION_UNKNOWN}};
	struct host one, two, far;
	struct err err = ERR_INIT;

	open_twins(&one, &two, &far);
	ck_assert(!shows(&two, "ada", "Milch"));
	ok(build_week(&one.app, &job, &answer, &err), &err);
	ck_assert_ptr_nonnull(strstr(answer.body->s, "Milch"));
	ck_assert(shows(&two, "ada", "Milch"));
	view_answer_release(&answer);
	close_twins(&one, &two, &far);
}
END_TEST

START_TEST(each_list_tells_what_it_has_seen)
{
	struct host one, two, far;

	open_twins(&one, &two, &far);
	app_tell_seen(&one.app, "ada", NULL, NULL);
	ck_assert(shows(&two, "ada", "Milch"));
	ck_assert(shows(&two, "ada", "Milch"));
	ck_assert_int_eq(host_source(&two, "ada"), VIEW_LOCAL);
	host_create(&far, "ada", "Eier", NULL);
	app_tell_seen(&one.app, "ada", NULL, NULL);
	ck_assert(shows(&two, "ada", "Eier"));
	close_twins(&one, &two, &far);
}
END_TEST

START_TEST(a_list_bars_no_stale_week)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.cache_revalidate_ms = 1000;
	h.app.may_be_stale = true;
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_source(&h, "ada");
	app_tell_seen(&h.app, "ada", NULL, NULL);
	ck_assert_int_eq(look_without_store(&h, false, &answer), 0);
	ck_assert_int_eq(answer.source, VIEW_STALE);
	view_answer_release(&answer);
	host_close(&h);
}
END_TEST

/* The locked build of another process, which does `work` while we wait and
 * ends; without work it holds the lock until it is killed. */
static pid_t
hold_lock(const char *host_name, void (*work)(struct host *))
{
	int ready[2], lock;
	struct host other;
	struct err err = ERR_INIT;
	char c = 0;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		host_open(&other, host_name);
		ok(lock_take(other.app.conf.run, "build-ada", 0, &lock, &err),
		    &err);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		while (work == NULL)
			pause();
		if (!t_await_waiter(lock))
			_exit(1);
		work(&other);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	return pid;
}

static void
write_brot(struct host *h)
{
	host_create(h, "ada", "Brot", NULL);
}

/* As the build whose lock it holds would. */
static void
store_week(struct host *h)
{
	struct host other;

	host_open(&other, "elsewhere");
	host_source(&other, "ada");
	(void)h;
}

static enum view_source
build_while_locked(struct host *h, bool anew, struct buf *body)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada", .anew = anew};
	struct err err = ERR_INIT;
	enum view_source source;

	ok(freshness_read_state(&h->app, "ada", &job.state, &err), &err);
	ok(build_week(&h->app, &job, &answer, &err), &err);
	source = answer.source;
	buf_set(body, answer.body->s, answer.body->len);
	view_answer_release(&answer);
	return source;
}

START_TEST(a_waiting_builder_starts_again_at_the_generation)
{
	struct host h;
	struct buf body = BUF_INIT;
	int status;
	pid_t pid;

	host_open(&h, "a");
	host_create(&h, "ada", "Alt", NULL);
	pid = hold_lock("a", write_brot);
	ck_assert_int_eq(build_while_locked(&h, false, &body), VIEW_MISS);
	ck_assert_ptr_nonnull(strstr(body.s, "Brot"));
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	/* Built with the new token, so it is good for the next one. */
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	buf_release(&body);
	host_close(&h);
}
END_TEST

START_TEST(a_waiting_builder_answers_with_a_good_artifact)
{
	struct host h;
	struct buf body = BUF_INIT;
	int status;
	pid_t pid;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	pid = hold_lock("a", store_week);
	ck_assert_int_eq(build_while_locked(&h, false, &body), VIEW_BLOB);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	buf_release(&body);
	host_close(&h);
}
END_TEST

START_TEST(a_waiting_builder_that_must_build_builds)
{
	struct host h;
	struct buf body = BUF_INIT;
	int status;
	pid_t pid;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	pid = hold_lock("a", store_week);
	ck_assert_int_eq(build_while_locked(&h, true, &body), VIEW_MISS);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	buf_release(&body);
	host_close(&h);
}
END_TEST

/* The week as ?nocache=true gives it. */
static void
build_anew(struct host *h, struct buf *body)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada", .anew = true};
	struct err err = ERR_INIT;

	ok(build_week(&h->app, &job, &answer, &err), &err);
	ck_assert_int_eq(answer.source, VIEW_MISS);
	buf_set(body, answer.body->s, answer.body->len);
	view_answer_release(&answer);
}

/* A file that a program outside puts, and that raises no version. */
static void
put_beside(struct host *h)
{
	host_put(h, "raw/ada/tasks/0041-Fremd.md",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n"
	    "# Fremd\n");
}

START_TEST(a_week_that_was_built_anew_is_never_followed_by_an_older_one)
{
	struct host h, other;
	struct buf body = BUF_INIT;

	host_open(&h, "a");
	host_open(&other, "a"); /* another worker of the host */
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_source(&other, "ada");
	host_source(&h, "ada");
	host_source(&other, "ada");
	put_beside(&h);
	ck_assert(!shows(&h, "ada", "Fremd"));

	build_anew(&h, &body);
	ck_assert_ptr_nonnull(strstr(body.s, "Fremd"));
	ck_assert(shows(&h, "ada", "Fremd"));
	ck_assert(shows(&other, "ada", "Fremd"));
	ck_assert_int_eq(host_source(&other, "ada"), VIEW_LOCAL);
	buf_release(&body);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_week_that_was_built_anew_is_what_other_hosts_show_next)
{
	struct host a, b;
	struct buf body = BUF_INIT;

	two_hosts(&a, &b, 60000);
	host_source(&b, "ada");
	host_source(&b, "ada");
	put_beside(&a);
	build_anew(&a, &body);
	host_show(&b, "ada", true, &body); /* with the cookie */
	ck_assert_ptr_nonnull(strstr(body.s, "Fremd"));
	buf_release(&body);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_build_anew_whose_artifact_is_lost_leaves_no_older_week)
{
	struct host h;
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada", .anew = true};
	struct err err = ERR_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	put_beside(&h);
	host_requests(&h);
	h.plan.at = 7; /* token: put, get; index, next, list, file; the puts */
	h.plan.count = 2;
	ok(build_week(&h.app, &job, &answer, &err), &err);
	ck_assert(!job.stored);
	view_answer_release(&answer);
	h.plan.at = 0;
	ck_assert(shows(&h, "ada", "Fremd"));
	host_close(&h);
}
END_TEST

START_TEST(a_builder_that_waits_too_long_answers_busy)
{
	struct host h;
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada"};
	struct err err = ERR_INIT;
	int status;
	pid_t pid;

	host_open(&h, "a");
	pid = hold_lock("a", NULL);
	ck_assert_int_eq(build_week(&h.app, &job, &answer, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	ck_assert_int_eq(err_status(err.code), 503);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	host_close(&h);
}
END_TEST

START_TEST(a_dead_builder_holds_no_lock)
{
	struct host h;
	struct err err = ERR_INIT;
	int status, lock;
	pid_t pid;

	host_open(&h, "a");
	pid = hold_lock("a", NULL);
	ck_assert_int_eq(
	    lock_take(h.app.conf.run, "build-ada", 0, &lock, &err), -1);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(lock_take(h.app.conf.run, "build-ada", 0, &lock, &err), &err);
	lock_drop(lock);
	host_close(&h);
}
END_TEST

START_TEST(a_write_since_the_look_gives_the_build_a_new_token)
{
	struct host h;
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada"};
	struct err err = ERR_INIT;

	host_open(&h, "a");
	ok(freshness_read_state(&h.app, "ada", &job.state, &err), &err);
	host_create(&h, "ada", "Brot", NULL);
	ok(build_week(&h.app, &job, &answer, &err), &err);
	view_answer_release(&answer);
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	host_close(&h);
}
END_TEST

START_TEST(a_week_that_cannot_be_stored_is_shown_all_the_same)
{
	struct host h;
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada"};
	struct err err = ERR_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ok(freshness_read_state(&h.app, "ada", &job.state, &err), &err);
	host_requests(&h);
	h.plan.at = 5; /* index, next, list, one file: then the puts */
	h.plan.count = 2;
	ok(build_week(&h.app, &job, &answer, &err), &err);
	ck_assert(!job.stored);
	ck_assert_ptr_nonnull(strstr(answer.body->s, "Brot"));
	view_answer_release(&answer);
	host_close(&h);
}
END_TEST

START_TEST(files_put_by_another_program_raise_the_next_number)
{
	struct host h;
	struct buf next = BUF_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_put(&h, "raw/ada/tasks/0041-Fremd.md",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n");
	cache_drop(h.cache, "ada");
	ck_assert(shows(&h, "ada", "\"nextAvailableId\":\"0042\""));
	host_get(&h, "state/ada/nextId.txt", &next);
	ck_assert_str_eq(next.s, "42");
	buf_release(&next);
	host_close(&h);
}
END_TEST

#define TASKS    "raw/ada/tasks/"
#define HAS_TASK "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n"

START_TEST(a_name_that_is_barred_is_a_problem_and_its_number_is_used)
{
	static const struct {
		const char *file, *code;
	} rows[] = {{"0002-Link.md", "name_belegt"},
	    {"0003-Ordner.md", "name_belegt"}, {"0004-Voll.md", "name_belegt"},
	    {"0041-Pipe.md", "name_belegt"}};
	struct host h;
	char text[128];
	size_t i;

	host_open(&h, "a");
	host_put(&h, TASKS "0001-Brot.md", HAS_TASK);
	host_put(&h, TASKS "0004-Voll.md/0005-Innen.md", HAS_TASK);
	host_put(&h, TASKS "0004-Voll.md/x", HAS_TASK);
	host_put(&h, TASKS "bilder/1.png", "x");
	host_put(&h, TASKS "bilder/2.png", "x");
	ck_assert_int_eq(
	    symlink("0001-Brot.md", host_path(TASKS "0002-Link.md")), 0);
	ck_assert_int_eq(mkdir(host_path(TASKS "0003-Ordner.md"), 0700), 0);
	ck_assert_int_eq(mkdir(host_path(TASKS "leer"), 0700), 0);
	ck_assert_int_eq(mkfifo(host_path(TASKS "0041-Pipe.md"), 0600), 0);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(text, sizeof text,
		    "{\"file\":\"%s\",\"line\":0,\"code\":\"%s\"", rows[i].file,
		    rows[i].code);
		ck_assert_msg(shows(&h, "ada", text), "%s", text);
	}
	ck_assert(shows(&h, "ada", "\"nextAvailableId\":\"0042\""));
	/* Two folders: each is one entry, whatever is in it. */
	ck_assert(shows(&h, "ada", "\"otherFiles\":2"));
	ck_assert(shows(&h, "ada", "\"file\":\"0001-Brot.md\",\"title\""));
	host_close(&h);
}
END_TEST

START_TEST(a_file_that_may_not_be_read_is_a_problem_until_it_may)
{
	static const char problem[] =
	    "{\"file\":\"0007-Zu.md\",\"line\":0,\"code\":\"nicht_lesbar\"";
	struct host h;

	host_open(&h, "a");
	host_put(&h, TASKS "0001-Brot.md", HAS_TASK);
	host_put(&h, TASKS "0007-Zu.md", HAS_TASK);
	h.plan.bars = TASKS "0007-Zu.md";
	ck_assert(shows(&h, "ada", problem));
	ck_assert(shows(&h, "ada", "\"file\":\"0001-Brot.md\",\"title\""));
	ck_assert(shows(&h, "ada", "\"nextAvailableId\":\"0008\""));
	/* A change of rights changes no ETag. */
	h.plan.bars = NULL;
	host_create(&h, "ada", "Neu", NULL);
	ck_assert(!shows(&h, "ada", problem));
	ck_assert(shows(&h, "ada", "\"file\":\"0007-Zu.md\",\"title\""));
	host_close(&h);
}
END_TEST

#define SYNC  "state/ada/sync.json"
#define BLOB  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BREAD "0000-Brot.md"

static void
etag_of(struct host *h, const char *key, struct buf *etag)
{
	struct store_op op = STORE_GET(key);
	struct err err = ERR_INIT;

	ok(store_run(h->app.store, &op, 1, &err), &err);
	buf_set(etag, op.new_etag.s, op.new_etag.len);
	store_ops_release(&op, 1);
}

/* Stores records of the one file, as a run leaves them. */
static void
put_records(struct host *h, void (*fill)(struct ledger_file *, const char *))
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT, etag = BUF_INIT;
	struct err err = ERR_INIT;

	etag_of(h, "raw/ada/tasks/" BREAD, &etag);
	fill(ledger_record(&sync, BREAD), etag.s);
	sync.last_ms = 1795417200000;
	ledger_json_print(&text, &sync);
	host_put(h, SYNC, text.s);
	ok(app_bump(&h->app, "ada", NULL, &err), &err);
	ledger_release(&sync);
	buf_release(&text);
	buf_release(&etag);
}

static void
in_git(struct ledger_file *f, const char *etag)
{
	ledger_set_base(f, BLOB, "h", etag);
}

static void
changed_since(struct ledger_file *f, const char *etag)
{
	(void)etag;
	ledger_set_base(f, BLOB, "h", "frueher");
}

static void
in_pull(struct ledger_file *f, const char *etag)
{
	f->pr.state = LEDGER_PR_OPEN;
	f->pr.branch = std_strdup("codex/tasks/0000");
	f->pr.number = 7;
	f->pr.url = std_strdup("https://git.example/7");
	f->pr.etag = std_strdup(etag);
}

static void
in_new_pull(struct ledger_file *f, const char *etag)
{
	in_pull(f, etag);
	f->pr.number = 0;
	free(f->pr.url);
	f->pr.url = NULL;
}

static void
in_conflict(struct ledger_file *f, const char *etag)
{
	in_git(f, etag);
	ledger_set_conflict(f, "c", "status");
}

START_TEST(the_week_says_how_each_task_stands_to_git)
{
	struct host h;

	host_open(&h, "a");
	with_repo(&h);
	host_create(&h, "ada", "Brot", NULL);
	put_records(&h, in_git);
	ck_assert(shows(&h, "ada", "\"sync\":\"clean\""));
	put_records(&h, changed_since);
	ck_assert(shows(&h, "ada", "\"sync\":\"pending\""));
	put_records(&h, in_conflict);
	ck_assert(shows(&h, "ada", "\"sync\":\"conflict\""));
	put_records(&h, in_pull);
	ck_assert(shows(&h, "ada",
	    "\"sync\":\"pr\",\"pr\":{\"number\":7,"
	    "\"url\":\"https://git.example/7\",\"state\":\"open\"}"));
	put_records(&h, in_new_pull);
	ck_assert(shows(&h, "ada", "\"sync\":\"pending\",\"deadlineRisk\":"));
	host_close(&h);
}
END_TEST

START_TEST(without_good_records_every_task_is_pending)
{
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ck_assert(shows(&h, "ada", "\"sync\":\"clean\""));
	with_repo(&h);
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	ck_assert(shows(&h, "ada", "\"sync\":\"pending\""));
	put_records(&h, in_git);
	ck_assert(shows(&h, "ada", "\"sync\":\"clean\""));
	host_put(&h, SYNC, "{kaputt");
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	ck_assert(shows(&h, "ada", "\"sync\":\"pending\""));
	host_close(&h);
}
END_TEST

static void
build_now(struct host *h, struct build_job *job)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct err err = ERR_INIT;

	memset(job, 0, sizeof *job);
	job->user = "ada";
	job->anew = true;
	ok(build_week(&h->app, job, &answer, &err), &err);
	view_answer_release(&answer);
}

START_TEST(a_build_says_when_git_was_last_met)
{
	struct build_job job;
	struct host h;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	build_now(&h, &job);
	ck_assert(!job.unsynced);
	with_repo(&h);
	build_now(&h, &job);
	ck_assert(job.unsynced);
	put_records(&h, in_git);
	build_now(&h, &job);
	ck_assert(!job.unsynced);
	ck_assert_int_eq(job.synced_ms, 1795417200000);
	host_close(&h);
}
END_TEST

START_TEST(a_restarted_worker_finds_the_artifact)
{
	struct host h, restarted;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_source(&h, "ada");
	host_close(&h);
	host_open(&restarted, "a");
	ck_assert_int_eq(host_source(&restarted, "ada"), VIEW_BLOB);
	host_close(&restarted);
}
END_TEST

START_TEST(a_foreign_token_in_a_safe_form_still_tells_states_apart)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, TOKEN, "17/../x\n");
	host_source(&h, "ada");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_BLOB);
	host_put(&h, TOKEN, "18/../x\n");
	version_raise(h.app.version, "ada");
	ck_assert_int_eq(host_source(&h, "ada"), VIEW_MISS);
	host_close(&h);
}
END_TEST

T_MAIN("view", memory_answers_without_any_request,
    what_one_process_has_shown_no_other_one_of_the_host_takes_back,
    a_store_that_fails_leaves_what_was_shown_good,
    what_is_shown_is_not_taken_back_after_others_were_told,
    what_a_build_has_shown_after_a_failed_look_is_not_taken_back,
    each_list_tells_what_it_has_seen, a_list_bars_no_stale_week,
    an_artifact_costs_two_requests_in_one_round,
    a_warm_rebuild_after_one_edit_costs_eight_requests_in_four_rounds,
    with_git_a_warm_rebuild_costs_nine_requests_in_four_rounds,
    the_week_says_how_each_task_stands_to_git,
    without_good_records_every_task_is_pending,
    a_build_says_when_git_was_last_met,
    each_rebuild_fetches_only_what_changed_since_the_last,
    a_cold_rebuild_costs_at_most_eight_requests_more_than_tasks,
    every_worker_of_the_host_sees_a_write_at_once,
    a_write_goes_task_then_token_then_generation,
    each_attempt_to_put_a_token_has_a_new_one,
    a_token_that_lands_late_brings_no_old_state_back,
    a_write_whose_token_fails_is_settled_by_its_retry,
    a_write_between_token_and_artifact_is_noticed_by_the_generation,
    a_write_during_a_build_makes_its_artifact_invalid,
    a_build_reads_the_token_before_it_lists,
    a_late_artifact_is_invalid_by_value, a_week_ends_with_its_slot,
    a_week_ends_at_midnight, a_week_ends_with_its_ttl,
    memory_is_read_anew_after_its_ttl,
    memory_from_before_a_clock_was_set_back_is_not_shown,
    two_users_in_one_slot_cost_a_token_read_and_no_rebuild,
    only_the_user_concerned_is_invalidated,
    another_hosts_write_is_seen_when_the_look_is_too_old,
    a_look_at_the_token_is_one_request_per_period,
    a_look_dated_in_the_future_does_not_count,
    the_period_counts_from_where_the_last_look_began,
    with_zero_the_token_is_read_at_every_request,
    a_user_sees_their_own_write_on_another_host, a_corrupt_artifact_is_a_miss,
    an_artifact_from_the_future_or_of_other_settings_is_a_miss,
    hosts_with_different_clocks_do_not_build_at_each_look,
    memory_answers_where_the_store_does_not,
    a_remembered_build_is_no_answer_for_a_missing_artifact,
    a_waiting_builder_starts_again_at_the_generation,
    a_waiting_builder_answers_with_a_good_artifact,
    a_waiting_builder_that_must_build_builds,
    a_week_that_was_built_anew_is_never_followed_by_an_older_one,
    a_week_that_was_built_anew_is_what_other_hosts_show_next,
    a_build_anew_whose_artifact_is_lost_leaves_no_older_week,
    a_builder_that_waits_too_long_answers_busy, a_dead_builder_holds_no_lock,
    a_write_since_the_look_gives_the_build_a_new_token,
    a_week_that_cannot_be_stored_is_shown_all_the_same,
    files_put_by_another_program_raise_the_next_number,
    a_name_that_is_barred_is_a_problem_and_its_number_is_used,
    a_file_that_may_not_be_read_is_a_problem_until_it_may,
    a_restarted_worker_finds_the_artifact,
    a_foreign_token_in_a_safe_form_still_tells_states_apart)
