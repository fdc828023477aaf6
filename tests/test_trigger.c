#include "sync/trigger.h"

#include "t.h"
#include "world.h"

#define A_DAY INT64_C(86400000)

/* Return true if such a view marks ada, and remove the mark. */
static bool
view_marks(struct host *h, bool unsynced, int64_t age_ms)
{
	const struct trigger_view view = {
	    .unsynced = unsynced, .synced_ms = app_now(&h->app) - age_ms};
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	bool marked;

	ok(trigger_background(&h->app, "ada", &view, &err), &err);
	host_get(h, "pending/ada", &bytes);
	marked = bytes.len > 0;
	host_put(h, "pending/ada", "");
	buf_release(&bytes);
	return marked;
}

static void
set_repo(struct host *h, bool background)
{
	free(h->app.conf.github_owner);
	free(h->app.conf.github_repo);
	h->app.conf.github_owner = std_strdup("usera");
	h->app.conf.github_repo = std_strdup("vault");
	h->app.conf.background_sync = background;
}

START_TEST(a_view_without_a_repository_marks_nobody)
{
	struct host h;

	host_open(&h, "a");
	h.app.conf.background_sync = true;
	ck_assert(!view_marks(&h, false, A_DAY));
	host_close(&h);
}
END_TEST

START_TEST(a_view_marks_its_user_when_the_last_sync_is_old)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, false);
	ck_assert(!view_marks(&h, false, A_DAY));
	set_repo(&h, true);
	ck_assert(!view_marks(&h, false, h.app.conf.cache_ttl_blob_ms - 1000));
	ck_assert(view_marks(&h, false, h.app.conf.cache_ttl_blob_ms));
	host_close(&h);
}
END_TEST

START_TEST(a_last_sync_in_the_future_counts_as_old)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, true);
	ck_assert(view_marks(&h, false, -A_DAY));
	host_close(&h);
}
END_TEST

START_TEST(a_view_without_records_marks_its_user)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, false);
	ck_assert(view_marks(&h, true, 0));
	host_close(&h);
}
END_TEST

START_TEST(a_second_view_within_the_time_marks_nobody)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, true);
	ck_assert(view_marks(&h, false, A_DAY));
	ck_assert(!view_marks(&h, false, A_DAY));
	ck_assert(!view_marks(&h, true, A_DAY));
	h.app.conf.now_offset_ms += h.app.conf.cache_ttl_blob_ms;
	ck_assert(view_marks(&h, false, A_DAY));
	ck_assert(!view_marks(&h, false, A_DAY));
	host_close(&h);
}
END_TEST

START_TEST(a_press_marks_its_user)
{
	struct buf mark = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	ok(trigger_press(&h.app, "ada", &err), &err);
	host_get(&h, "pending/ada", &mark);
	ck_assert_uint_gt(mark.len, 0);
	buf_release(&mark);
	host_close(&h);
}
END_TEST

START_TEST(a_press_follows_another_after_sync_min_ms)
{
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.sync_min_ms = 60000;
	ok(trigger_press(&h.app, "ada", &err), &err);
	ck_assert_int_eq(trigger_press(&h.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_RATE);
	ck_assert_uint_ge(err.retry_s, 59);
	ck_assert_uint_le(err.retry_s, 60);
	ok(trigger_press(&h.app, "bob", &err), &err);
	h.app.conf.now_offset_ms += 60000;
	ok(trigger_press(&h.app, "ada", &err), &err);
	host_close(&h);
}
END_TEST

START_TEST(a_press_that_a_wrong_clock_dated_into_the_future_holds_nobody)
{
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.sync_min_ms = 60000;
	h.app.conf.now_offset_ms += A_DAY;
	ok(trigger_press(&h.app, "ada", &err), &err);
	h.app.conf.now_offset_ms -= A_DAY;
	ok(trigger_press(&h.app, "ada", &err), &err);
	/* That one was dated well. */
	ck_assert_int_eq(trigger_press(&h.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_RATE);
	host_close(&h);
}
END_TEST

START_TEST(a_press_that_is_refused_marks_nobody)
{
	struct buf mark = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.sync_min_ms = 60000;
	ok(trigger_press(&h.app, "ada", &err), &err);
	host_put(&h, "pending/ada", "");
	ck_assert_int_eq(trigger_press(&h.app, "ada", &err), -1);
	host_get(&h, "pending/ada", &mark);
	ck_assert_uint_eq(mark.len, 0);
	buf_release(&mark);
	host_close(&h);
}
END_TEST

T_MAIN("trigger", a_view_without_a_repository_marks_nobody,
    a_view_marks_its_user_when_the_last_sync_is_old,
    a_last_sync_in_the_future_counts_as_old,
    a_view_without_records_marks_its_user,
    a_second_view_within_the_time_marks_nobody, a_press_marks_its_user,
    a_press_follows_another_after_sync_min_ms,
    a_press_that_a_wrong_clock_dated_into_the_future_holds_nobody,
    a_press_that_is_refused_marks_nobody)
