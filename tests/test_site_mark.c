/*
 * site_mark: rates, used tickets and GitHub's pauses hold for all hosts of a
 * site that share a real Redis, and for each host by itself without it.
 */
#include "site/site_mark.h"

#include "app/app.h"
#include "auth/guest.h"
#include "auth/user_rate.h"
#include "base/clock.h"
#include "git/github.h"
#include "keys/login_ticket.h"
#include "redis_t.h"
#include "sync/trigger.h"
#include "t.h"
#include "worker/site_pause.h"
#include "world.h"

#define NOW INT64_C(1800000000000) /* the start of a minute */

static struct host a, b;

static bool
open_hosts(void)
{
	if (!redis_t_is_there())
		return false;
	redis_t_start("");
	setenv("REDIS_URL", redis_t_url(), 1);
	setenv("REDIS_TIMEOUT_MS", "3s", 0);
	host_open(&a, "a");
	host_open(&b, "b");
	return true;
}

static void
close_hosts(void)
{
	host_close(&a);
	host_close(&b);
	redis_t_stop();
}

static struct user_rates *
open_rates(struct host *host, const char *name)
{
	struct user_rates *rates;
	struct err err = ERR_INIT;

	ok(user_rate_open(
	       host->app.conf.run, name, host->app.site, &rates, &err),
	    &err);
	return rates;
}

/* How many of n requests get through. */
static unsigned
take(const struct user_rates *rates, const char *user, unsigned n)
{
	struct err err;
	unsigned good = 0;

	for (; n > 0; n--)
		good += user_rate_take(rates, user, NOW, 5, &err) == 0;
	return good;
}

START_TEST(a_user_has_one_rate_on_all_hosts)
{
	struct user_rates *on_a, *on_b;
	struct err err = ERR_INIT;

	if (!open_hosts())
		return;
	on_a = open_rates(&a, "rates");
	on_b = open_rates(&b, "rates");
	ck_assert_uint_eq(take(on_a, "ada", 3), 3);
	ck_assert_uint_eq(take(on_b, "ada", 9), 2);
	ck_assert_uint_eq(take(on_a, "ada", 1), 0);
	ck_assert_int_ge(user_rate_count(on_a, "ada", NOW), 5);
	ck_assert_uint_eq(take(on_b, "bob", 9), 5);
	/* What is a host's alone is counted there. */
	ck_assert_int_eq(user_rate_take_here(on_a, "#x", NOW, 1, &err), 0);
	ck_assert_int_eq(user_rate_take_here(on_b, "#x", NOW, 1, &err), 0);
	ck_assert_int_eq(user_rate_take(on_b, "ada", NOW + 60000, 5, &err), 0);
	user_rate_close(on_a);
	user_rate_close(on_b);
	close_hosts();
}
END_TEST

START_TEST(without_redis_each_host_has_a_rate_of_its_own)
{
	struct user_rates *on_a, *on_b;

	setenv("REDIS_TIMEOUT_MS", "50ms", 1);
	if (!open_hosts())
		return;
	on_a = open_rates(&a, "rates");
	on_b = open_rates(&b, "rates");
	redis_t_hang();
	ck_assert_uint_eq(take(on_a, "ada", 9), 5);
	ck_assert_uint_eq(take(on_b, "ada", 9), 5);
	user_rate_close(on_a);
	user_rate_close(on_b);
	redis_t_go_on();
	close_hosts();
}
END_TEST

START_TEST(an_address_is_spent_on_all_hosts)
{
	struct user_rates *on_a, *on_b;
	int i;

	if (!open_hosts())
		return;
	on_a = open_rates(&a, "guests");
	on_b = open_rates(&b, "guests");
	for (i = 0; i < GUEST_FAILURES_MAX; i++) {
		ck_assert(!guest_is_spent(on_b, "192.0.2.1", NOW));
		guest_fail(i % 2 == 0 ? on_a : on_b, "192.0.2.1", NOW);
	}
	ck_assert(guest_is_spent(on_a, "192.0.2.1", NOW));
	ck_assert(guest_is_spent(on_b, "192.0.2.1", NOW));
	ck_assert(!guest_is_spent(on_b, "192.0.2.2", NOW));
	user_rate_close(on_a);
	user_rate_close(on_b);
	close_hosts();
}
END_TEST

static int
use_on(const struct host *host, const struct login_ticket *ticket)
{
	struct err err = ERR_INIT;
	int rc = login_ticket_use(ticket, host->app.conf.run, host->app.site,
	    app_now(&host->app), &err);

	if (rc == -1)
		ck_assert_int_eq(err.code, ERR_VALUE);
	return rc;
}

START_TEST(a_ticket_that_one_host_has_used_is_refused_by_the_other)
{
	struct login_ticket one = LOGIN_TICKET_INIT, two = LOGIN_TICKET_INIT;

	if (!open_hosts())
		return;
	login_ticket_make(&one, "/", app_now(&a.app));
	login_ticket_make(&two, "/", app_now(&a.app));
	ck_assert_int_eq(use_on(&a, &one), 0);
	ck_assert_int_eq(use_on(&b, &one), -1);
	ck_assert_int_eq(use_on(&a, &one), -1);
	ck_assert_int_eq(use_on(&b, &two), 0);
	/* With Redis gone the host's own files tell. */
	redis_t_stop();
	ck_assert_int_eq(use_on(&b, &two), -1);
	login_ticket_release(&one);
	login_ticket_release(&two);
	redis_t_start("");
	close_hosts();
}
END_TEST

START_TEST(a_button_that_was_pressed_on_one_host_rests_on_the_other)
{
	struct err err = ERR_INIT;

	if (!open_hosts())
		return;
	ok(trigger_press(&a.app, "ada", &err), &err);
	ck_assert_int_eq(trigger_press(&b.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_RATE);
	ck_assert_uint_eq(err.retry_s, 30);
	ok(trigger_press(&b.app, "bob", &err), &err);
	/* 0: as often as one likes. */
	a.app.conf.sync_min_ms = b.app.conf.sync_min_ms = 0;
	ok(trigger_press(&a.app, "eve", &err), &err);
	ok(trigger_press(&b.app, "eve", &err), &err);
	close_hosts();
}
END_TEST

/* A worker's GitHub, of which nobody asks anything. */
static struct github *
open_github(void)
{
	const struct github_options options = {
	    .api_url = "http://127.0.0.1:1",
	    .token = "ghp_x",
	    .owner = "o",
	    .repo = "r",
	};
	struct github *github;
	struct err err = ERR_INIT;

	ok(github_open(&options, &github, &err), &err);
	return github;
}

START_TEST(a_pause_that_github_asks_one_host_for_is_the_others_too)
{
	struct github *on_a, *on_b;
	struct site_pause pause_a, pause_b, other;
	int64_t until = clock_real_ms() + 30000;

	if (!open_hosts())
		return;
	on_a = open_github();
	on_b = open_github();
	site_pause_init(&pause_a, "ghp_x");
	site_pause_init(&pause_b, "ghp_x");
	site_pause_init(&other, "ghp_y");
	site_pause_learn(&pause_b, &b.app, on_b);
	ck_assert(!github_is_limited(on_b));

	github_limit(on_a, until);
	site_pause_tell(&pause_a, &a.app, on_a);
	site_pause_learn(&other, &b.app, on_b);
	ck_assert(!github_is_limited(on_b));
	site_pause_learn(&pause_b, &b.app, on_b);
	ck_assert(github_is_limited(on_b));
	ck_assert_int_eq(github_limited_until(on_b), until);
	github_close(on_a);
	github_close(on_b);
	close_hosts();
}
END_TEST

START_TEST(a_pause_that_no_github_asks_for_is_none)
{
	struct github *github;
	struct site_pause pause;
	char command[200];

	if (!open_hosts())
		return;
	github = open_github();
	site_pause_init(&pause, "ghp_x");
	snprintf(command, sizeof command, "SET github:%s %lld", pause.hash,
	    (long long)(clock_real_ms() + 3 * GITHUB_WAIT_MAX_MS));
	redis_t_cli(command);
	site_pause_learn(&pause, &a.app, github);
	ck_assert(!github_is_limited(github));
	snprintf(command, sizeof command, "SET github:%s x", pause.hash);
	redis_t_cli(command);
	site_pause_learn(&pause, &a.app, github);
	ck_assert(!github_is_limited(github));
	github_close(github);
	close_hosts();
}
END_TEST

T_MAIN("site_mark", a_user_has_one_rate_on_all_hosts,
    without_redis_each_host_has_a_rate_of_its_own,
    an_address_is_spent_on_all_hosts,
    a_ticket_that_one_host_has_used_is_refused_by_the_other,
    a_button_that_was_pressed_on_one_host_rests_on_the_other,
    a_pause_that_github_asks_one_host_for_is_the_others_too,
    a_pause_that_no_github_asks_for_is_none)
