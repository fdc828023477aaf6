#include <sys/wait.h>
#include <unistd.h>

#include "auth/user_rate.h"
#include "t.h"

#define NOW INT64_C(1800000000000) /* the start of a minute */

static struct user_rates *
start(void)
{
	struct user_rates *rates;
	struct err err = ERR_INIT;

	ck_assert_msg(
	    user_rate_open(t_scratch(), "rates", NULL, &rates, &err) == 0, "%s",
	    t_text(&err));
	return rates;
}

/* How many of n requests get through. */
static unsigned
take(const struct user_rates *rates, const char *user, int64_t now, unsigned n)
{
	struct err err;
	unsigned good = 0;

	for (; n > 0; n--)
		good += user_rate_take(rates, user, now, 5, &err) == 0;
	return good;
}

START_TEST(a_request_over_the_limit_of_the_minute_is_refused)
{
	struct user_rates *rates = start();
	struct err err = ERR_INIT;

	ck_assert_uint_eq(take(rates, "ada", NOW, 9), 5);
	ck_assert_int_eq(user_rate_take(rates, "ada", NOW + 500, 5, &err), -1);
	ck_assert_int_eq(err.code, ERR_RATE);
	ck_assert_uint_eq(err.retry_s, 60);
	ck_assert_int_eq(
	    user_rate_take(rates, "ada", NOW + 59001, 5, &err), -1);
	ck_assert_uint_eq(err.retry_s, 1);
	ck_assert_uint_eq(take(rates, "ada", NOW + 60000, 9), 5);
	/* A clock that went back begins anew, too: nobody waits for it. */
	ck_assert_uint_eq(take(rates, "ada", NOW, 9), 5);
	user_rate_close(rates);
}
END_TEST

START_TEST(a_user_is_never_refused_for_the_requests_of_another)
{
	struct user_rates *rates = start();
	char user[16];
	unsigned i;

	/* So many users that some of them share a counter. */
	for (i = 0; i < 2000; i++) {
		snprintf(user, sizeof user, "user%u", i);
		ck_assert_uint_eq(take(rates, user, NOW, 6), 5);
	}
	user_rate_close(rates);
}
END_TEST

START_TEST(processes_of_a_host_count_together)
{
	struct user_rates *rates = start();
	int status, i;
	unsigned good = 0;

	for (i = 0; i < 4; i++)
		if (fork() == 0)
			_exit((int)take(rates, "ada", NOW, 4));
	for (i = 0; i < 4; i++) {
		ck_assert_int_ne(wait(&status), -1);
		good += (unsigned)WEXITSTATUS(status);
	}
	ck_assert_uint_eq(good, 5);
	user_rate_close(rates);
}
END_TEST

START_TEST(the_count_of_a_minute_can_be_read_without_counting)
{
	struct user_rates *rates = start();

	ck_assert_int_eq(user_rate_count(rates, "ada", NOW), 0);
	take(rates, "ada", NOW, 7);
	ck_assert_int_eq(user_rate_count(rates, "ada", NOW + 59999), 7);
	ck_assert_int_eq(user_rate_count(rates, "ada", NOW), 7);
	ck_assert_int_eq(user_rate_count(rates, "bob", NOW), 0);
	ck_assert_int_eq(user_rate_count(rates, "ada", NOW + 60000), 0);
	user_rate_close(rates);
}
END_TEST

START_TEST(without_a_limit_no_request_is_counted)
{
	struct user_rates *rates = start();
	struct err err = ERR_INIT;
	int i;

	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(user_rate_take(rates, "ada", NOW, 0, &err), 0);
		ck_assert_int_eq(user_rate_take(NULL, "ada", NOW, 1, &err), 0);
	}
	ck_assert_uint_eq(take(rates, "ada", NOW, 9), 5);
	user_rate_close(rates);
}
END_TEST

START_TEST(a_full_counter_still_refuses)
{
	struct user_rates *rates = start();

	ck_assert_uint_eq(take(rates, "ada", NOW, 70000), 5);
	user_rate_close(rates);
}
END_TEST

T_MAIN("rate", a_request_over_the_limit_of_the_minute_is_refused,
    a_user_is_never_refused_for_the_requests_of_another,
    the_count_of_a_minute_can_be_read_without_counting,
    processes_of_a_host_count_together, without_a_limit_no_request_is_counted,
    a_full_counter_still_refuses)
