/* stop: a signal ends a wait, whenever it comes, and nothing else. */
#include "base/stop.h"

#include <fcgiapp.h>
#include <unistd.h>

#include "api/channel.h"
#include "base/clock.h"
#include "t.h"

#define LONG_MS 60000 /* nobody waits so long */

/* Two ends of a pipe; with `text` the first one can be read. */
static void
open_pipe(int ends[2], const char *text)
{
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(
	    write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
}

START_TEST(a_descriptor_that_can_be_read_ends_the_wait)
{
	int ends[2];

	stop_catch();
	open_pipe(ends, "x");
	ck_assert_int_eq(stop_poll(ends[0], LONG_MS), 1);
	ck_assert_int_eq(stop_poll(ends[0], -1), 1);
	ck_assert_int_eq(*stop_flag(), 0);
}
END_TEST

START_TEST(a_wait_ends_with_its_time)
{
	long began = clock_monotonic_us();
	int ends[2];

	stop_catch();
	open_pipe(ends, "");
	ck_assert_int_eq(stop_poll(ends[0], 20), 0);
	ck_assert_int_ge(clock_monotonic_us() - began, 20000);
}
END_TEST

START_TEST(a_signal_before_the_wait_is_heard_at_once)
{
	int ends[2];

	stop_catch();
	open_pipe(ends, "");
	raise(SIGTERM);
	ck_assert_int_eq(*stop_flag(), 1);
	ck_assert_int_eq(stop_poll(ends[0], LONG_MS), 0);
}
END_TEST

START_TEST(a_deferred_signal_waits_for_the_wait)
{
	int ends[2];

	stop_catch();
	stop_defer();
	open_pipe(ends, "");
	raise(SIGINT);
	raise(SIGTERM);
	raise(SIGHUP);
	raise(SIGUSR1);
	ck_assert_int_eq(*stop_flag(), 0);
	ck_assert_int_eq(stop_poll(ends[0], LONG_MS), 0);
	ck_assert_int_eq(*stop_flag(), 1);
}
END_TEST

START_TEST(a_signal_is_heard_though_there_is_something_to_read)
{
	int ends[2];

	stop_catch();
	stop_defer();
	open_pipe(ends, "x");
	raise(SIGTERM);
	ck_assert_int_eq(stop_poll(ends[0], LONG_MS), 0);
	ck_assert_int_eq(*stop_flag(), 1);
}
END_TEST

START_TEST(signals_stay_deferred_after_a_wait)
{
	int ends[2];

	stop_catch();
	stop_defer();
	open_pipe(ends, "x");
	ck_assert_int_eq(stop_poll(ends[0], LONG_MS), 1);
	raise(SIGTERM);
	ck_assert_int_eq(*stop_flag(), 0);
}
END_TEST

START_TEST(a_signal_can_be_waited_for_beside_other_descriptors)
{
	int fd;

	stop_catch();
	stop_defer();
	fd = stop_descriptor();
	ck_assert_int_ne(fd, -1);
	stop_take(fd);
	ck_assert_int_eq(*stop_flag(), 0);
	raise(SIGTERM);
	stop_take(fd);
	ck_assert_int_eq(*stop_flag(), 1);
}
END_TEST

/* In libfcgi's place: it hears the signal by a handler of its own. */
static void
miss_signal(int sig)
{
	(void)sig;
}

int
FCGX_Init(void)
{
	struct sigaction act = {.sa_handler = miss_signal};

	sigaction(SIGTERM, &act, NULL);
	raise(SIGTERM);
	return 0;
}

START_TEST(a_signal_while_libfcgi_starts_ends_the_program)
{
	struct channel *channel;
	int ends[2];

	open_pipe(ends, "x");
	ck_assert_int_eq(channel_open(&channel, ends[0]), 0);
	ck_assert_int_eq(channel_accept(channel), 0);
	ck_assert_int_eq(*stop_flag(), 1);
	channel_close(channel);
}
END_TEST

T_MAIN("stop", a_descriptor_that_can_be_read_ends_the_wait,
    a_wait_ends_with_its_time, a_signal_before_the_wait_is_heard_at_once,
    a_deferred_signal_waits_for_the_wait,
    a_signal_is_heard_though_there_is_something_to_read,
    signals_stay_deferred_after_a_wait,
    a_signal_can_be_waited_for_beside_other_descriptors,
    a_signal_while_libfcgi_starts_ends_the_program)
