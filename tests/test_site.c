/*
 * site: hosts that share a store and a real Redis see each other's writes at
 * the next request, and whatever is wrong with Redis they show no week that
 * they would not show without it (design.md 6, "Redis").
 */
#include "site/site.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "redis_t.h"
#include "site/site_version.h"
#include "t.h"
#include "world.h"

#define MINUTE_MS 60000

static struct host a, b;

/* Two hosts on one store, with weeks of ada in memory; their memory is looked
 * through each minute. */
static void
open_hosts(void)
{
	struct host *const hosts[] = {&a, &b};
	size_t i;

	setenv("REDIS_URL", redis_t_url(), 1);
	setenv("REDIS_TIMEOUT_MS", "3s", 0);
	host_open(&a, "a");
	host_open(&b, "b");
	host_create(&a, "ada", "Zeuge", NULL);
	for (i = 0; i < 2; i++) {
		hosts[i]->app.conf.cache_revalidate_ms = MINUTE_MS;
		site_begin(hosts[i]->app.site);
		host_source(hosts[i], "ada");
		host_source(hosts[i], "ada");
	}
}

static void
close_hosts(void)
{
	host_close(&a);
	host_close(&b);
	redis_t_stop();
}

/* Return true if the host's week has the text, as a request sees it. */
static bool
shows(struct host *host, const char *text)
{
	struct buf body = BUF_INIT;
	bool found;

	site_begin(host->app.site);
	host_requests(host);
	host_show(host, "ada", false, &body);
	found = strstr(body.s, text) != NULL;
	buf_release(&body);
	return found;
}

/* What redis-cli says of the token; a copy that holds. */
static void
read_redis(char token[VERSION_TOKEN_MAX])
{
	snprintf(
	    token, VERSION_TOKEN_MAX, "%.70s", redis_t_cli("GET version:ada"));
}

static void
read_store(char token[VERSION_TOKEN_MAX])
{
	struct buf text = BUF_INIT;

	host_get(&a, "state/ada/cacheVersion.txt", &text);
	snprintf(token, VERSION_TOKEN_MAX, "%s", text.s);
	buf_release(&text);
}

static void
expect_mended(void)
{
	char stored[VERSION_TOKEN_MAX], told[VERSION_TOKEN_MAX];

	read_store(stored);
	read_redis(told);
	ck_assert_str_eq(told, stored);
	/* Once it is mended and the week is in memory, nobody asks the store. */
	shows(&b, "");
	shows(&b, "");
	ck_assert_uint_eq(host_requests(&b), 0);
}

static uint64_t
asked(const struct host *host)
{
	uint64_t n = 0;
	size_t verb, outcome;

	for (verb = 0; verb < REDIS_VERBS; verb++)
		for (outcome = 0; outcome < REDIS_OUTCOMES; outcome++)
			n += host->app.meters->table->redis[verb][outcome];
	return n;
}

/* Let the moment come at which Redis is tried again. */
static void
let_circuit_close(struct host *host)
{
	meters_set(
	    host->app.meters, METERS_REDIS_RETRY_MS, clock_monotonic_ms());
}

START_TEST(another_hosts_write_is_seen_at_the_next_request)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	ck_assert(!shows(&b, "Neues"));
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(shows(&b, "Neues"));
	close_hosts();
}
END_TEST

START_TEST(a_hit_asks_redis_once_and_the_store_never)
{
	uint64_t before;

	if (!redis_t_begin(""))
		return;
	open_hosts();
	shows(&b, "");
	before = asked(&b);
	ck_assert(shows(&b, "Zeuge"));
	ck_assert_uint_eq(host_requests(&b), 0);
	ck_assert_uint_eq(asked(&b) - before, 1);
	/* Another look of the same request asks nobody. */
	ck_assert_int_eq(host_source(&b, "ada"), VIEW_LOCAL);
	ck_assert_uint_eq(asked(&b) - before, 1);
	ck_assert_uint_eq(host_requests(&b), 0);
	close_hosts();
}
END_TEST

START_TEST(a_redis_that_was_emptied_costs_one_look_at_the_store)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	redis_t_cli("FLUSHALL");
	ck_assert(shows(&b, "Zeuge"));
	ck_assert_uint_eq(host_requests(&b), 1);
	expect_mended();
	close_hosts();
}
END_TEST

START_TEST(a_write_that_redis_lost_is_seen_at_the_next_request)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	host_create(&a, "ada", "Neues", NULL);
	redis_t_stop();
	redis_t_start("");
	ck_assert(shows(&b, "Neues"));
	expect_mended();
	close_hosts();
}
END_TEST

START_TEST(an_older_token_in_redis_is_mended_by_who_knows_the_newer_one)
{
	char older[VERSION_TOKEN_MAX], command[200];

	if (!redis_t_begin(""))
		return;
	open_hosts();
	read_redis(older);
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(shows(&b, "Neues"));
	/* The first of two writers is the last one heard. */
	snprintf(command, sizeof command, "SET version:ada %s", older);
	redis_t_cli(command);
	ck_assert(shows(&b, "Neues"));
	ck_assert(shows(&b, "Neues"));
	expect_mended();
	close_hosts();
}
END_TEST

START_TEST(a_write_that_redis_was_not_told_of_is_seen_as_without_redis)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	/* Only the writer's way to Redis is broken. */
	meters_set(a.app.meters, METERS_REDIS_RETRY_MS,
	    clock_monotonic_ms() + REDIS_OPEN_MS);
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(!shows(&b, "Neues"));
	/* What Redis says gives memory no more time. */
	b.app.conf.now_offset_ms += MINUTE_MS - 5000;
	ck_assert(!shows(&b, "Neues"));
	b.app.conf.now_offset_ms += 5000;
	ck_assert(shows(&b, "Neues"));
	close_hosts();
}
END_TEST

START_TEST(what_redis_was_not_told_of_no_process_of_the_host_takes_back)
{
	struct host twin;

	if (!redis_t_begin(""))
		return;
	open_hosts();
	host_open(&twin, "b");
	twin.app.conf.cache_revalidate_ms = MINUTE_MS;
	ck_assert(shows(&twin, "Zeuge"));
	ck_assert(shows(&b, "Zeuge"));
	/* Only the writer's way to Redis is broken. */
	meters_set(a.app.meters, METERS_REDIS_RETRY_MS,
	    clock_monotonic_ms() + REDIS_OPEN_MS);
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(!shows(&twin, "Neues"));
	/* The look of one of the two is due. */
	b.app.conf.now_offset_ms += MINUTE_MS;
	ck_assert(shows(&b, "Neues"));
	ck_assert(shows(&twin, "Neues"));
	host_close(&twin);
	close_hosts();
}
END_TEST

START_TEST(the_host_that_wrote_sees_its_write_whatever_redis_says)
{
	char older[VERSION_TOKEN_MAX], command[200];

	if (!redis_t_begin(""))
		return;
	open_hosts();
	read_redis(older);
	host_create(&a, "ada", "Neues", NULL);
	snprintf(command, sizeof command, "SET version:ada %s", older);
	redis_t_cli(command);
	ck_assert(shows(&a, "Neues"));
	close_hosts();
}
END_TEST

START_TEST(a_full_redis_forgets_the_token_that_it_cannot_replace)
{
	if (!redis_t_begin("--maxmemory-policy noeviction"))
		return;
	open_hosts();
	redis_t_cli("CONFIG SET maxmemory 1");
	host_create(&a, "ada", "Neues", NULL);
	ck_assert_str_eq(redis_t_cli("EXISTS version:ada"), "0");
	ck_assert(shows(&b, "Neues"));
	/* It takes no token, so each request looks in the store. */
	ck_assert(shows(&b, "Neues"));
	ck_assert(shows(&b, "Neues"));
	ck_assert_uint_eq(host_requests(&b), 1);
	redis_t_cli("CONFIG SET maxmemory 0");
	shows(&b, "");
	expect_mended();
	close_hosts();
}
END_TEST

START_TEST(a_redis_that_hangs_changes_no_answer)
{
	if (!redis_t_begin(""))
		return;
	setenv("REDIS_TIMEOUT_MS", "100ms", 1);
	open_hosts();
	redis_t_hang();
	ck_assert(shows(&b, "Zeuge"));
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(shows(&a, "Neues"));
	ck_assert(!shows(&b, "Neues"));
	b.app.conf.now_offset_ms += MINUTE_MS;
	ck_assert(shows(&b, "Neues"));
	redis_t_go_on();
	let_circuit_close(&a);
	let_circuit_close(&b);
	shows(&b, "");
	expect_mended();
	close_hosts();
}
END_TEST

START_TEST(a_key_of_another_kind_is_as_a_redis_that_is_gone)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	redis_t_cli("DEL version:ada");
	redis_t_cli("RPUSH version:ada x");
	ck_assert(shows(&b, "Zeuge"));
	ck_assert_int_eq(
	    meters_get(b.app.meters, METERS_REDIS_STATE), REDIS_DOWN);
	close_hosts();
}
END_TEST

START_TEST(a_write_between_a_look_and_its_mending_stays)
{
	char stored[VERSION_TOKEN_MAX];

	if (!redis_t_begin(""))
		return;
	open_hosts();
	read_store(stored);
	redis_t_cli("SET version:ada 1-alt");
	site_begin(b.app.site);
	ck_assert(!site_version_is(b.app.site, "ada", stored));
	redis_t_cli("SET version:ada 2-neu");
	site_version_mend(b.app.site, "ada", stored);
	ck_assert_str_eq(redis_t_cli("GET version:ada"), "2-neu");

	redis_t_cli("DEL version:ada");
	site_begin(b.app.site);
	ck_assert(!site_version_is(b.app.site, "ada", stored));
	redis_t_cli("SET version:ada 3-neu");
	site_version_mend(b.app.site, "ada", stored);
	ck_assert_str_eq(redis_t_cli("GET version:ada"), "3-neu");
	close_hosts();
}
END_TEST

START_TEST(a_write_whose_token_may_not_be_stored_sends_others_to_the_store)
{
	struct err err = ERR_INIT;

	if (!redis_t_begin(""))
		return;
	open_hosts();
	a.plan = (struct store_fault){
	    .at = 1, .count = 100, .when = STORE_FAULT_AFTER};
	ck_assert_int_eq(app_bump(&a.app, "ada", NULL, &err), -1);
	a.plan = (struct store_fault){.at = 0};
	ck_assert_str_eq(redis_t_cli("EXISTS version:ada"), "0");
	ck_assert(shows(&b, "Zeuge"));
	ck_assert_uint_gt(host_requests(&b), 0);
	close_hosts();
}
END_TEST

/* Let weeks be in Redis, too. */
static void
keep_weeks(void)
{
	setenv("CACHE_REDIS_WEEKS", "true", 1);
}

START_TEST(a_week_that_one_host_built_is_the_others_from_redis)
{
	struct host c;

	if (!redis_t_begin(""))
		return;
	keep_weeks();
	open_hosts();
	ck_assert_int_gt(atoi(redis_t_cli("PTTL timeline:ada")), 800000);
	ck_assert_int_le(atoi(redis_t_cli("PTTL timeline:ada")), 900000);
	host_open(&c, "c");
	ck_assert_int_eq(host_source(&c, "ada"), VIEW_BLOB);
	/* The token alone: what Redis has is judged by it. */
	ck_assert_uint_eq(host_requests(&c), 1);
	ck_assert(shows(&c, "Zeuge"));
	host_close(&c);
	close_hosts();
}
END_TEST

START_TEST(without_the_setting_no_week_is_in_redis)
{
	if (!redis_t_begin(""))
		return;
	open_hosts();
	ck_assert_str_eq(redis_t_cli("EXISTS timeline:ada"), "0");
	close_hosts();
}
END_TEST

START_TEST(a_write_removes_the_week_from_redis)
{
	if (!redis_t_begin(""))
		return;
	keep_weeks();
	open_hosts();
	ck_assert_str_eq(redis_t_cli("EXISTS timeline:ada"), "1");
	host_create(&a, "ada", "Neues", NULL);
	ck_assert_str_eq(redis_t_cli("EXISTS timeline:ada"), "0");
	ck_assert(shows(&b, "Neues"));
	ck_assert_str_eq(redis_t_cli("EXISTS timeline:ada"), "1");
	close_hosts();
}
END_TEST

START_TEST(an_older_week_in_redis_is_shown_to_nobody)
{
	char token[VERSION_TOKEN_MAX];
	struct host c;

	if (!redis_t_begin(""))
		return;
	keep_weeks();
	open_hosts();
	redis_t_cli("COPY timeline:ada alt");
	host_create(&a, "ada", "Neues", NULL);
	ck_assert(shows(&a, "Neues"));
	redis_t_cli("COPY alt timeline:ada REPLACE");
	ck_assert(shows(&b, "Neues"));
	redis_t_cli("COPY alt timeline:ada REPLACE");
	host_open(&c, "c");
	ck_assert(shows(&c, "Neues"));
	/* It came from the store, and is in Redis now. */
	read_redis(token);
	ck_assert(std_starts(redis_t_cli("--raw GET timeline:ada"), token));
	host_close(&c);
	close_hosts();
}
END_TEST

START_TEST(a_broken_week_in_redis_is_built_anew)
{
	static const char *const broken[] = {"APPEND timeline:ada x",
	    "SET timeline:ada x", "SETRANGE timeline:ada 300 '\"\"\"'"};
	struct host c;
	size_t i;

	if (!redis_t_begin(""))
		return;
	keep_weeks();
	open_hosts();
	for (i = 0; i < ARRAY_LEN(broken); i++) {
		redis_t_cli(broken[i]);
		host_open(&c, "c");
		ck_assert(shows(&c, "Zeuge"));
		host_close(&c);
	}
	close_hosts();
}
END_TEST

START_TEST(a_week_of_redis_is_over_at_its_time)
{
	struct host c;

	if (!redis_t_begin(""))
		return;
	keep_weeks();
	open_hosts();
	host_open(&c, "c");
	host_clock(&c, "2026-11-24T11:00:00.000Z");
	ck_assert_int_eq(host_source(&c, "ada"), VIEW_MISS);
	host_close(&c);
	close_hosts();
}
END_TEST

T_MAIN("site", another_hosts_write_is_seen_at_the_next_request,
    a_hit_asks_redis_once_and_the_store_never,
    a_redis_that_was_emptied_costs_one_look_at_the_store,
    a_write_that_redis_lost_is_seen_at_the_next_request,
    an_older_token_in_redis_is_mended_by_who_knows_the_newer_one,
    a_write_that_redis_was_not_told_of_is_seen_as_without_redis,
    what_redis_was_not_told_of_no_process_of_the_host_takes_back,
    the_host_that_wrote_sees_its_write_whatever_redis_says,
    a_full_redis_forgets_the_token_that_it_cannot_replace,
    a_redis_that_hangs_changes_no_answer,
    a_key_of_another_kind_is_as_a_redis_that_is_gone,
    a_write_between_a_look_and_its_mending_stays,
    a_write_whose_token_may_not_be_stored_sends_others_to_the_store,
    a_week_that_one_host_built_is_the_others_from_redis,
    without_the_setting_no_week_is_in_redis,
    a_write_removes_the_week_from_redis,
    an_older_week_in_redis_is_shown_to_nobody,
    a_broken_week_in_redis_is_built_anew, a_week_of_redis_is_over_at_its_time)
