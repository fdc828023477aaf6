#include "sync/backoff.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/enc.h"
#include "git/github_limit.h"
#include "sync/outcome.h"
#include "t.h"

START_TEST(each_change_of_a_users_sync_is_told_once)
{
	struct outcome o = OUTCOME_INIT;

	ck_assert(!outcome_note(&o, "ada", OUTCOME_GOOD));
	ck_assert(outcome_note(&o, "ada", "failed"));
	ck_assert(!outcome_note(&o, "ada", "failed"));
	ck_assert(outcome_note(&o, "bob", "failed"));
	ck_assert(outcome_note(&o, "ada", "readonly"));
	ck_assert(!outcome_note(&o, "bob", "failed"));
	ck_assert(outcome_note(&o, "ada", OUTCOME_GOOD));
	ck_assert(!outcome_note(&o, "ada", OUTCOME_GOOD));
	ck_assert(!outcome_note(&o, "bob", "failed"));
	ck_assert(outcome_note(&o, "ada", "failed"));
	ck_assert(outcome_note(&o, "ada", OUTCOME_GOOD));
	ck_assert(outcome_note(&o, "bob", OUTCOME_GOOD));
	ck_assert_uint_eq(o.n, 0);
	outcome_release(&o);
}
END_TEST

START_TEST(a_user_without_a_failure_is_due_at_once)
{
	struct backoff pace = BACKOFF_INIT;

	ck_assert_int_eq(backoff_next(&pace, "ada"), 0);
	backoff_good(&pace, "ada");
	backoff_failed(&pace, "ada", 1000, 10);
	ck_assert_int_eq(backoff_next(&pace, "bob"), 0);
	backoff_good(&pace, "ada");
	ck_assert_int_eq(backoff_next(&pace, "ada"), 0);
	backoff_release(&pace);
}
END_TEST

START_TEST(each_failure_doubles_the_wait_up_to_a_limit)
{
	struct backoff pace = BACKOFF_INIT;
	int64_t wait = 0;
	int i;

	backoff_failed(&pace, "bob", 1000, 7);
	for (i = 0; i < 40; i++) {
		backoff_failed(&pace, "ada", 1000, 10);
		wait = backoff_next(&pace, "ada") - 1000;
		if (i < 10)
			ck_assert_int_eq(wait, INT64_C(10) << i);
	}
	ck_assert_int_eq(wait, BACKOFF_MAX_MS);
	ck_assert_int_eq(backoff_next(&pace, "bob"), 1007);

	/* It begins anew. */
	backoff_good(&pace, "ada");
	backoff_failed(&pace, "ada", 1000, 10);
	ck_assert_int_eq(backoff_next(&pace, "ada"), 1010);
	backoff_release(&pace);
}
END_TEST

/* A second opinion: an array with a place for each user. */
START_TEST(many_users_wait_each_for_their_own_time)
{
	struct backoff pace = BACKOFF_INIT;
	int64_t next[300] = {0};
	char user[16];
	unsigned seed = 7, i, step;

	for (step = 1; step <= 5000; step++) {
		seed = seed * 1103515245u + 12345u;
		i = (seed >> 16) % 300;
		snprintf(user, sizeof user, "user%u", i);
		if (next[i] != 0 && step % 3 == 0) {
			backoff_good(&pace, user);
			next[i] = 0;
		} else if (next[i] == 0) {
			backoff_failed(&pace, user, step, 1000);
			next[i] = step + 1000;
		}
		ck_assert_int_eq(backoff_next(&pace, user), next[i]);
	}
	for (i = 0; i < 300; i++) {
		snprintf(user, sizeof user, "user%u", i);
		ck_assert_int_eq(backoff_next(&pace, user), next[i]);
		ck_assert(
		    i == 0 || i >= pace.n ||
		    strcmp(pace.users[i - 1].name, pace.users[i].name) < 0);
	}
	ck_assert_uint_gt(pace.n, 100);
	backoff_release(&pace);
}
END_TEST

START_TEST(a_first_wait_may_be_longer_than_the_limit)
{
	struct backoff pace = BACKOFF_INIT;

	backoff_failed(&pace, "ada", 0, 2 * BACKOFF_MAX_MS);
	backoff_failed(&pace, "ada", 0, 2 * BACKOFF_MAX_MS);
	ck_assert_int_eq(backoff_next(&pace, "ada"), 2 * BACKOFF_MAX_MS);
	backoff_release(&pace);
}
END_TEST

static struct github *
new_github(const char *token)
{
	const struct github_options options = {
	    .api_url = "https://api.example",
	    .token = token,
	    .owner = "o",
	    .repo = "r",
	};
	struct github *github;
	struct err err = ERR_INIT;

	ck_assert_int_eq(github_open(&options, &github, &err), 0);
	return github;
}

/* What a program that starts now with that token takes for its limit. */
static int64_t
limit_at_start(const char *token)
{
	struct github *github = new_github(token);
	struct err err = ERR_INIT;
	struct github_limit limit;
	int64_t until;

	ck_assert_int_eq(
	    github_limit_open(&limit, t_scratch(), token, github, &err), 0);
	until = github_limited_until(github);
	github_limit_close(&limit);
	github_close(github);
	return until;
}

static void
set_limit(const char *token, int64_t until)
{
	struct github *github = new_github(token);
	struct err err = ERR_INIT;
	struct github_limit limit;

	ck_assert_int_eq(
	    github_limit_open(&limit, t_scratch(), token, github, &err), 0);
	ck_assert_int_eq(github_limit_keep(&limit, github), 0);
	github_limit(github, until);
	ck_assert_int_eq(github_limit_keep(&limit, github), 0);
	github_limit_close(&limit);
	github_close(github);
}

START_TEST(a_limit_outlives_the_program)
{
	int64_t soon = ((int64_t)time(NULL) + 60) * 1000;

	ck_assert_int_eq(limit_at_start("geheim"), 0);
	set_limit("geheim", soon);
	ck_assert_int_eq(limit_at_start("geheim"), soon);
	ck_assert_int_eq(limit_at_start("anders"), 0);
	set_limit("geheim", soon + 5);
	ck_assert_int_eq(limit_at_start("geheim"), soon + 5);
	set_limit("geheim", soon);
	ck_assert_int_eq(limit_at_start("geheim"), soon + 5);
}
END_TEST

START_TEST(a_limit_of_a_wrong_clock_is_ignored)
{
	set_limit(
	    "geheim", (int64_t)time(NULL) * 1000 + GITHUB_WAIT_MAX_MS + 100000);
	ck_assert_int_eq(limit_at_start("geheim"), 0);
}
END_TEST

START_TEST(a_limit_that_cannot_be_kept_is_a_wrong_setting)
{
	struct github *github = new_github("geheim");
	struct err err = ERR_INIT;
	struct github_limit limit;

	ck_assert_int_eq(
	    github_limit_open(&limit, "/dev/null", "geheim", github, &err), -1);
	ck_assert_int_eq(err.code, ERR_SETTING);
	ck_assert_ptr_null(strstr(err.detail, "geheim"));
	github_limit_close(&limit);
	github_close(github);
}
END_TEST

T_MAIN("backoff", each_change_of_a_users_sync_is_told_once,
    a_user_without_a_failure_is_due_at_once,
    each_failure_doubles_the_wait_up_to_a_limit,
    many_users_wait_each_for_their_own_time,
    a_first_wait_may_be_longer_than_the_limit, a_limit_outlives_the_program,
    a_limit_of_a_wrong_clock_is_ignored,
    a_limit_that_cannot_be_kept_is_a_wrong_setting)
