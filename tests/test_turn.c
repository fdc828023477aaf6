/*
 * turn: when the workers of several hosts look through pending/.  Time is
 * turned: each host has its clock, and what the store says of the age of a name
 * is set by it.
 */
#include "worker/turn.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/std.h"
#include "redis_t.h"
#include "sync/pending.h"
#include "t.h"
#include "world.h"

#define PERIOD INT64_C(30000) /* SYNC_POLL_MS by default */
#define BASE   INT64_C(1800000000000)
#define HOSTS  10
#define SLACK  2000 /* between our clock and the real one that goes on */

struct worker {
	struct host host;
	struct turn turn;
	bool is_dead;
	int64_t clock_ms; /* how wrong it is */
	int64_t named_ns; /* time of its name in the store, as set by us */
	int64_t last_ms;  /* of its last look */
	unsigned looks, names;
};

/* The site: its time goes on by run_until alone. */
static struct worker workers[HOSTS];
static unsigned n_workers;
static int64_t now_ms;  /* monotonic */
static int64_t last_ms; /* of the last look of any host */
static int64_t gap_ms;  /* the longest between two looks */
static int64_t own_gap_ms;

static void
set_clock(struct worker *w)
{
	w->host.app.conf.now_offset_ms =
	    BASE + now_ms + w->clock_ms - clock_real_ms();
}

static const char *
name_path(const struct worker *w)
{
	struct buf key = BUF_INIT;
	const char *path;

	names_host_key(&key, w->turn.id);
	path = host_path(key.s);
	buf_release(&key);
	return path;
}

static int64_t
modified_ns(const struct worker *w)
{
	struct stat st;

	if (stat(name_path(w), &st) == -1)
		return 0;
	return st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
}

/* A name that was put has the store's time. */
static void
date_name(struct worker *w)
{
	int64_t at = BASE + now_ms;
	const struct timespec time = {at / 1000, at % 1000 * 1000000};
	const struct timespec times[] = {time, time};

	if (modified_ns(w) == 0 || modified_ns(w) == w->named_ns)
		return;
	w->names++;
	ck_assert_int_eq(utimensat(AT_FDCWD, name_path(w), times, 0), 0);
	w->named_ns = modified_ns(w);
}

static void
note_look(struct worker *w)
{
	if (now_ms - last_ms > gap_ms)
		gap_ms = now_ms - last_ms;
	if (w->looks > 0 && now_ms - w->last_ms > own_gap_ms)
		own_gap_ms = now_ms - w->last_ms;
	last_ms = w->last_ms = now_ms;
	w->looks++;
}

/* Let the worker do what is due. */
static void
work(struct worker *w)
{
	struct store_list marks = STORE_LIST_INIT;
	struct err err = ERR_INIT;

	set_clock(w);
	if (!turn_take(&w->turn, &w->host.app, now_ms))
		return;
	ok(pending_list(&w->host.app, &marks, &err), &err);
	turn_end(&w->turn, &w->host.app, &marks, now_ms);
	store_list_release(&marks);
	note_look(w);
	date_name(w);
}

static struct worker *
find_next(void)
{
	struct worker *next = NULL;
	unsigned i;

	for (i = 0; i < n_workers; i++)
		if (!workers[i].is_dead &&
		    (next == NULL ||
			workers[i].turn.next_ms < next->turn.next_ms))
			next = &workers[i];
	return next;
}

/* Let so many periods go by, and count anew what happens in them. */
static void
run_periods(int periods)
{
	int64_t until = now_ms + periods * PERIOD;
	struct worker *w;
	unsigned i;

	for (i = 0; i < n_workers; i++)
		workers[i].looks = workers[i].names = 0;
	gap_ms = own_gap_ms = 0;
	while ((w = find_next())->turn.next_ms < until) {
		if (w->turn.next_ms > now_ms)
			now_ms = w->turn.next_ms;
		work(w);
	}
	now_ms = until;
}

static unsigned
all_looks(void)
{
	unsigned i, n = 0;

	for (i = 0; i < n_workers; i++)
		n += workers[i].looks;
	return n;
}

static void
open_worker(struct worker *w, const char *name)
{
	struct err err = ERR_INIT;

	host_open(&w->host, name);
	w->host.app.conf.cache_revalidate_ms = 1000;
	ok(turn_open(&w->turn, &w->host.app, &err), &err);
	/* They start one after the other. */
	w->turn.next_ms = now_ms + (n_workers * 7919) % PERIOD;
}

static void
open_site(unsigned hosts)
{
	char name[16];

	memset(workers, 0, sizeof workers);
	now_ms = last_ms = INT64_C(5000000);
	for (n_workers = 0; n_workers < hosts; n_workers++) {
		snprintf(name, sizeof name, "h%u", n_workers);
		open_worker(&workers[n_workers], name);
	}
}

static void
close_site(void)
{
	unsigned i;

	for (i = 0; i < n_workers; i++)
		host_close(&workers[i].host);
}

/* Without Redis. */

START_TEST(hosts_without_redis_take_turns)
{
	static const unsigned counts[] = {1, 2, 3, 8};
	unsigned i, k;

	for (k = 0; k < ARRAY_LEN(counts); k++) {
		open_site(counts[k]);
		run_periods(3 * TURN_MOST);
		run_periods(240);
		ck_assert_uint_ge(all_looks(), 239);
		ck_assert_uint_le(all_looks(), 241);
		ck_assert_int_le(gap_ms, PERIOD + SLACK);
		for (i = 0; i < n_workers; i++) {
			ck_assert_uint_ge(
			    workers[i].looks, 240 / counts[k] - 1);
			turn_leave(&workers[i].turn, &workers[i].host.app);
		}
		close_site();
	}
}
END_TEST

START_TEST(of_ten_hosts_each_looks_in_eight_periods)
{
	unsigned i;

	open_site(10);
	run_periods(3 * TURN_MOST);
	run_periods(240);
	ck_assert_uint_le(all_looks(), 240 * 10 / TURN_MOST + 10);
	ck_assert_int_le(gap_ms, PERIOD + SLACK);
	ck_assert_int_le(own_gap_ms, TURN_MOST * PERIOD + SLACK);
	for (i = 0; i < n_workers; i++)
		ck_assert_uint_le(workers[i].names, 16);
	close_site();
}
END_TEST

START_TEST(a_name_is_put_once_in_sixteen_periods)
{
	open_site(1);
	run_periods(160);
	ck_assert_uint_ge(workers[0].names, 10);
	ck_assert_uint_le(workers[0].names, 11);
	close_site();
}
END_TEST

START_TEST(the_turns_of_a_killed_host_are_taken_once_its_name_is_old)
{
	open_site(2);
	run_periods(10);
	workers[1].is_dead = true;
	run_periods(30);
	ck_assert_int_le(gap_ms, 2 * PERIOD + SLACK);
	run_periods(20);
	run_periods(100);
	ck_assert_uint_ge(workers[0].looks, 99);
	ck_assert_int_le(gap_ms, PERIOD + SLACK);
	close_site();
}
END_TEST

START_TEST(a_host_that_stops_leaves_its_turns_at_once)
{
	open_site(2);
	run_periods(10);
	turn_leave(&workers[1].turn, &workers[1].host.app);
	workers[1].is_dead = true;
	run_periods(3);
	ck_assert_int_le(gap_ms, 2 * PERIOD + SLACK);
	run_periods(20);
	ck_assert_uint_ge(workers[0].looks, 19);
	close_site();
}
END_TEST

START_TEST(a_host_that_is_started_looks_at_once)
{
	struct turn again;
	struct err err = ERR_INIT;

	open_site(2);
	run_periods(10);
	ck_assert_int_gt(workers[0].turn.next_ms, now_ms);
	ok(turn_open(&again, &workers[0].host.app, &err), &err);
	ck_assert_int_eq(again.next_ms, 0);
	ck_assert(turn_take(&again, &workers[0].host.app, now_ms));
	close_site();
}
END_TEST

START_TEST(a_look_that_failed_is_tried_a_period_later)
{
	struct worker *w = &workers[0];

	open_site(3);
	run_periods(30);
	ck_assert(turn_take(&w->turn, &w->host.app, now_ms));
	turn_end(&w->turn, &w->host.app, NULL, now_ms);
	ck_assert_int_eq(w->turn.next_ms, now_ms + PERIOD);
	close_site();
}
END_TEST

START_TEST(clocks_that_are_seconds_apart_move_turns_by_as_much)
{
	open_site(2);
	workers[0].clock_ms = -2000;
	workers[1].clock_ms = 2000;
	run_periods(3 * TURN_MOST);
	run_periods(240);
	ck_assert_uint_le(all_looks(), 242);
	ck_assert_int_le(gap_ms, PERIOD + 4000 + SLACK);
	close_site();
}
END_TEST

START_TEST(a_clock_that_is_hours_wrong_never_makes_looks_fewer)
{
	open_site(2);
	workers[1].clock_ms = 3600000;
	run_periods(240);
	ck_assert_uint_ge(all_looks(), 239);
	ck_assert_int_le(gap_ms, 2 * PERIOD + SLACK);
	close_site();
}
END_TEST

START_TEST(names_that_nobody_has_put_for_a_day_are_removed)
{
	open_site(2);
	run_periods(10);
	workers[1].is_dead = true;
	run_periods(2870);
	ck_assert_int_ne(modified_ns(&workers[1]), 0);
	run_periods(20);
	ck_assert_int_eq(modified_ns(&workers[1]), 0);
	ck_assert_int_ne(modified_ns(&workers[0]), 0);
	close_site();
}
END_TEST

START_TEST(a_host_that_has_its_folder_alone_puts_no_name)
{
	struct worker *w = &workers[0];

	open_site(1);
	w->host.app.conf.cache_revalidate_ms = CONF_OFF;
	run_periods(20);
	ck_assert_uint_ge(w->looks, 19);
	ck_assert_uint_eq(w->names, 0);
	host_requests(&w->host);
	turn_leave(&w->turn, &w->host.app);
	ck_assert_uint_eq(host_requests(&w->host), 0);
	close_site();
}
END_TEST

START_TEST(a_name_that_could_not_be_put_is_put_at_the_next_look)
{
	struct worker *w = &workers[0];

	open_site(1);
	host_requests(&w->host);
	w->host.plan.at = 2; /* behind the list */
	run_periods(1);
	ck_assert_uint_eq(w->looks, 1);
	ck_assert_uint_eq(w->names, 0);
	ck_assert_int_eq(w->turn.next_ms, now_ms);
	run_periods(1);
	ck_assert_uint_eq(w->looks, 1);
	ck_assert_uint_eq(w->names, 1);
	close_site();
}
END_TEST

START_TEST(an_id_lasts_as_long_as_the_run_folder)
{
	struct turn again;
	struct err err = ERR_INIT;

	open_site(2);
	ok(turn_open(&again, &workers[0].host.app, &err), &err);
	ck_assert_str_eq(again.id, workers[0].turn.id);
	ck_assert_str_ne(again.id, workers[1].turn.id);
	close_site();
}
END_TEST

/* With Redis, whose time cannot be turned: a claim that is over is removed. */

static bool
open_redis_site(unsigned hosts)
{
	if (!redis_t_begin(""))
		return false;
	setenv("REDIS_URL", redis_t_url(), 1);
	setenv("REDIS_TIMEOUT_MS", "3s", 0);
	open_site(hosts);
	return true;
}

/* Whether the host looks in this period. */
static bool
looks(struct worker *w)
{
	unsigned before = w->looks;

	now_ms += 1000;
	work(w);
	return w->looks > before;
}

static void
end_claim(void)
{
	redis_t_cli("DEL turn:pending");
}

/* Both have looked after their start, and a claim is there. */
static void
settle(void)
{
	looks(&workers[0]);
	looks(&workers[1]);
}

START_TEST(with_redis_the_host_that_claims_a_period_looks)
{
	if (!open_redis_site(2))
		return;
	ck_assert(looks(&workers[0]));
	ck_assert(looks(&workers[1])); /* its first one */
	ck_assert(!looks(&workers[1]));
	ck_assert(!looks(&workers[0]));
	ck_assert_int_eq(workers[0].turn.next_ms, now_ms + PERIOD);
	end_claim();
	ck_assert(looks(&workers[1]));
	ck_assert(!looks(&workers[0]));
	ck_assert_uint_eq(workers[0].names + workers[1].names, 0);
	close_site();
	redis_t_stop();
}
END_TEST

START_TEST(a_claim_is_over_before_its_period_is)
{
	long left;

	if (!open_redis_site(1))
		return;
	looks(&workers[0]);
	left = strtol(redis_t_cli("PTTL turn:pending"), NULL, 10);
	ck_assert_int_gt(left, 0);
	ck_assert_int_le(left, PERIOD * 9 / 10);
	close_site();
	redis_t_stop();
}
END_TEST

START_TEST(whatever_is_claimed_a_host_looks_in_eight_periods)
{
	unsigned i;

	if (!open_redis_site(2))
		return;
	settle();
	redis_t_cli("PERSIST turn:pending");
	for (i = 1; i < 3 * TURN_MOST; i++)
		ck_assert_int_eq(looks(&workers[1]), i % TURN_MOST == 0);
	close_site();
	redis_t_stop();
}
END_TEST

START_TEST(a_redis_that_was_emptied_costs_one_look)
{
	if (!open_redis_site(2))
		return;
	settle();
	ck_assert(!looks(&workers[0]));
	redis_t_cli("FLUSHALL");
	ck_assert(looks(&workers[0]));
	ck_assert(!looks(&workers[0]));
	ck_assert(!looks(&workers[1]));
	close_site();
	redis_t_stop();
}
END_TEST

START_TEST(without_an_answer_of_redis_each_host_looks)
{
	if (!open_redis_site(2))
		return;
	settle();
	redis_t_stop();
	ck_assert(looks(&workers[0]));
	ck_assert(looks(&workers[1]));
	ck_assert(looks(&workers[0]));
	close_site();
}
END_TEST

START_TEST(a_full_redis_lets_each_host_look)
{
	if (!open_redis_site(2))
		return;
	redis_t_cli("CONFIG SET maxmemory 1");
	settle();
	ck_assert(looks(&workers[0]));
	ck_assert(looks(&workers[1]));
	close_site();
	redis_t_stop();
}
END_TEST

START_TEST(a_host_whose_look_failed_claims_nothing)
{
	struct worker *w = &workers[0];

	if (!open_redis_site(2))
		return;
	settle();
	end_claim();
	ck_assert(turn_take(&w->turn, &w->host.app, now_ms));
	turn_end(&w->turn, &w->host.app, NULL, now_ms);
	end_claim();
	ck_assert(looks(w));
	ck_assert(looks(&workers[1]));
	ck_assert(!looks(w));
	close_site();
	redis_t_stop();
}
END_TEST

T_MAIN("turn", hosts_without_redis_take_turns,
    of_ten_hosts_each_looks_in_eight_periods,
    a_name_is_put_once_in_sixteen_periods,
    the_turns_of_a_killed_host_are_taken_once_its_name_is_old,
    a_host_that_stops_leaves_its_turns_at_once,
    a_host_that_is_started_looks_at_once,
    a_look_that_failed_is_tried_a_period_later,
    clocks_that_are_seconds_apart_move_turns_by_as_much,
    a_clock_that_is_hours_wrong_never_makes_looks_fewer,
    names_that_nobody_has_put_for_a_day_are_removed,
    a_host_that_has_its_folder_alone_puts_no_name,
    a_name_that_could_not_be_put_is_put_at_the_next_look,
    an_id_lasts_as_long_as_the_run_folder,
    with_redis_the_host_that_claims_a_period_looks,
    a_claim_is_over_before_its_period_is,
    whatever_is_claimed_a_host_looks_in_eight_periods,
    a_redis_that_was_emptied_costs_one_look,
    without_an_answer_of_redis_each_host_looks,
    a_full_redis_lets_each_host_look, a_host_whose_look_failed_claims_nothing)
