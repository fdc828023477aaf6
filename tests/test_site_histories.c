/*
 * Random histories of two hosts that share a store and a Redis which loses,
 * refuses and mixes up what it has.  Whatever happens, a host shows
 *
 *	- its own writes at once,
 *	- another one's at the latest CACHE_REVALIDATE_MS later, as without
 *	  Redis, and at the next request if Redis is well,
 *	- never less than it has shown before.
 *
 * T_SEED names the first history.
 */
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "redis_t.h"
#include "site/site.h"
#include "t.h"
#include "world.h"

#define REVALIDATE_MS 60000
#define STEPS         60
#define TOKENS        (STEPS + 1)

static struct host hosts[2];
static int shown[2];                  /* the last write that each showed */
static bool is_cut[2], is_full;       /* a way to Redis; Redis */
static int written;                   /* writes until now, from 1 */
static int64_t written_ms[STEPS + 2]; /* when, by the hosts' clock */
static char tokens[TOKENS][80];       /* that Redis had after a write */
static unsigned seed;
static char user[20]; /* of a history; all are in one store */

static unsigned
roll(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

static int64_t
now_ms(void)
{
	return app_now(&hosts[0].app);
}

/* Cut a host's way to Redis, or mend it, as a process of the host sees it. */
static void
cut(unsigned i, bool on)
{
	is_cut[i] = on;
	meters_set(hosts[i].app.meters, METERS_REDIS_RETRY_MS,
	    on ? clock_monotonic_ms() + REDIS_OPEN_MS : 0);
}

static void
write_on(unsigned i)
{
	char title[20], command[100];

	snprintf(title, sizeof title, "W%03d.", ++written);
	site_begin(hosts[i].app.site);
	host_create(&hosts[i], user, title, NULL);
	written_ms[written] = now_ms();
	shown[i] = written; /* what a host has written it must show */
	snprintf(command, sizeof command, "GET version:%s", user);
	snprintf(tokens[written], sizeof tokens[written], "%.79s",
	    redis_t_cli(command));
	snprintf(
	    command, sizeof command, "COPY timeline:%s alt%d", user, written);
	redis_t_cli(command);
}

/* Let Redis have an older token, or an older week. */
static void
mix_up(void)
{
	char command[200];
	unsigned i = 1 + roll((unsigned)written);

	if (roll(2) == 0 && tokens[i][0] != '\0')
		snprintf(
		    command, sizeof command, "SET version:ada %s", tokens[i]);
	else
		snprintf(command, sizeof command,
		    "COPY alt%u timeline:%s REPLACE", i, user);
	redis_t_cli(command);
}

static void
fill(void)
{
	is_full = !is_full;
	redis_t_cli(
	    is_full ? "CONFIG SET maxmemory 1" : "CONFIG SET maxmemory 0");
}

static void
pass_time(void)
{
	int64_t ms = roll(2) == 0 ? roll(3000) : roll(2 * REVALIDATE_MS);
	size_t i;

	for (i = 0; i < ARRAY_LEN(hosts); i++)
		hosts[i].app.conf.now_offset_ms += ms;
}

/* Take a step; return true if it was a write and Redis is well. */
static bool
step(void)
{
	unsigned host = roll(2);

	switch (roll(10)) {
	case 0:
	case 1:
	case 2:
	case 3:
		write_on(host);
		return !is_cut[0] && !is_cut[1];
	case 4:
		redis_t_cli("FLUSHALL");
		return false;
	case 5:
		cut(host, !is_cut[host]);
		return false;
	case 6:
	case 7:
		mix_up();
		return false;
	case 8:
		fill();
		return false;
	default:
		pass_time();
		return false;
	}
}

/* The last write that the host's week has. */
static int
look(unsigned i)
{
	struct buf body = BUF_INIT;
	char title[20];
	int n;

	/* Longer than REDIS_OPEN_MS would end by itself. */
	cut(i, is_cut[i]);
	site_begin(hosts[i].app.site);
	host_show(&hosts[i], user, false, &body);
	for (n = written; n > 0; n--) {
		snprintf(title, sizeof title, "W%03d.", n);
		if (strstr(body.s, title) != NULL)
			break;
	}
	buf_release(&body);
	return n;
}

/* The last write that was known REVALIDATE_MS ago. */
static int
find_least(void)
{
	int n = written;

	while (n > 0 && written_ms[n] > now_ms() - REVALIDATE_MS)
		n--;
	return n;
}

static void
check(unsigned first, int at, bool is_told)
{
	unsigned i;

	for (i = 0; i < ARRAY_LEN(hosts); i++) {
		int least = is_told ? written : find_least(), n = look(i);

		ck_assert_msg(n >= least && n >= shown[i],
		    "T_SEED=%u, step %d: host %u shows %d, not %d, after %d",
		    first, at, i, n, least, shown[i]);
		shown[i] = n;
	}
}

static void
run_history(unsigned first)
{
	size_t i;
	int at;

	seed = first;
	snprintf(user, sizeof user, "u%u", first);
	redis_t_start("--maxmemory-policy noeviction");
	host_open(&hosts[0], "a");
	host_open(&hosts[1], "b");
	for (i = 0; i < ARRAY_LEN(hosts); i++) {
		hosts[i].app.conf.cache_revalidate_ms = REVALIDATE_MS;
		shown[i] = 0;
		cut((unsigned)i, false);
	}
	is_full = false;
	written = 0;
	write_on(0);
	for (at = 0; at < STEPS; at++)
		check(first, at, step());
	host_close(&hosts[0]);
	host_close(&hosts[1]);
	redis_t_stop();
}

START_TEST(no_history_shows_less_than_the_store_would)
{
	const char *given = getenv("T_SEED");
	unsigned first =
	    given != NULL ? (unsigned)atoi(given) : (unsigned)time(NULL);
	int i, n = t_long() ? 60 : 3;

	if (!redis_t_is_there())
		return;
	setenv("REDIS_URL", redis_t_url(), 1);
	setenv("REDIS_TIMEOUT_MS", "3s", 1);
	setenv("CACHE_REDIS_WEEKS", "true", 1);
	for (i = 0; i < n; i++)
		run_history(first + (unsigned)i);
}
END_TEST

T_MAIN("site_histories", no_history_shows_less_than_the_store_would)
