#include "sync/pending.h"

#include "t.h"
#include "world.h"

#define HEAD  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A_DAY INT64_C(86400000)

static void
read_mark(struct host *h, const char *user, struct pending_note *note)
{
	struct buf key = BUF_INIT, bytes = BUF_INIT;

	buf_addf(&key, "pending/%s", user);
	host_get(h, key.s, &bytes);
	pending_read(&bytes, note);
	buf_release(&key);
	buf_release(&bytes);
}

START_TEST(many_are_marked_in_one_round_and_each_has_the_head)
{
	struct user_set users = USER_SET_INIT;
	struct err err = ERR_INIT;
	struct pending_note note;
	struct host h;
	unsigned round;
	char name[16];
	int i;

	host_open(&h, "a");
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "user%d", i);
		user_set_add(&users, name, strlen(name));
	}
	round = h.round;
	ok(pending_all(&h.app, &users, HEAD, &err), &err);
	ck_assert_uint_le(h.round, round + 1);
	ck_assert_uint_eq(host_requests(&h), 40);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "user%d", i);
		read_mark(&h, name, &note);
		ck_assert_str_eq(note.after, HEAD);
		ck_assert(llabs(note.at_ms - app_now(&h.app)) < 60000);
	}
	user_set_release(&users);
	ok(pending_all(&h.app, &users, HEAD, &err), &err);
	ck_assert_uint_eq(host_requests(&h), 40);
	host_close(&h);
}
END_TEST

START_TEST(a_mark_of_an_edit_has_no_head_and_other_bytes_each_time)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err = ERR_INIT;
	struct pending_note note;
	struct host h;

	host_open(&h, "a");
	ok(pending_put(&h.app, "ada", &err), &err);
	host_get(&h, "pending/ada", &first);
	ok(pending_put(&h.app, "ada", &err), &err);
	host_get(&h, "pending/ada", &second);
	ck_assert_str_ne(first.s, second.s);
	read_mark(&h, "ada", &note);
	ck_assert_str_eq(note.after, "");
	ck_assert_int_ne(note.at_ms, 0);
	buf_release(&first);
	buf_release(&second);
	host_close(&h);
}
END_TEST

START_TEST(what_is_no_mark_says_nothing)
{
	static const char *const bad[] = {"", "x", "\n" HEAD "b", "\n../x",
	    "1-2\nAAAAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1-2\n" HEAD "\n"};
	struct buf bytes = BUF_INIT;
	struct pending_note note;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&bytes);
		buf_adds(&bytes, bad[i]);
		pending_read(&bytes, &note);
		ck_assert_msg(note.after[0] == '\0', "%s", bad[i]);
	}
	buf_release(&bytes);
}
END_TEST

/* Did that look mark ada?  It is forgotten then. */
static bool
marks(struct host *h, bool unsynced, int64_t age_ms)
{
	const struct pending_seen seen = {
	    .unsynced = unsynced, .synced_ms = app_now(&h->app) - age_ms};
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	bool marked;

	ok(pending_background(&h->app, "ada", &seen, &err), &err);
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

START_TEST(without_a_repository_no_look_marks)
{
	struct host h;

	host_open(&h, "a");
	h.app.conf.background_sync = true;
	ck_assert(!marks(&h, false, A_DAY));
	host_close(&h);
}
END_TEST

START_TEST(a_look_marks_where_that_is_on_and_the_last_sync_is_old)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, false);
	ck_assert(!marks(&h, false, A_DAY));
	set_repo(&h, true);
	ck_assert(!marks(&h, false, h.app.conf.cache_ttl_blob_ms - 1000));
	ck_assert(marks(&h, false, h.app.conf.cache_ttl_blob_ms));
	host_close(&h);
}
END_TEST

START_TEST(a_last_sync_to_come_was_a_wrong_clocks)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, true);
	ck_assert(marks(&h, false, -A_DAY));
	host_close(&h);
}
END_TEST

START_TEST(a_look_without_records_marks_whatever_is_on)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, false);
	ck_assert(marks(&h, true, 0));
	host_close(&h);
}
END_TEST

START_TEST(looks_mark_once_in_a_while_however_many_there_are)
{
	struct host h;

	host_open(&h, "a");
	set_repo(&h, true);
	ck_assert(marks(&h, false, A_DAY));
	ck_assert(!marks(&h, false, A_DAY));
	ck_assert(!marks(&h, true, A_DAY));
	h.app.conf.now_offset_ms += h.app.conf.cache_ttl_blob_ms;
	ck_assert(marks(&h, false, A_DAY));
	ck_assert(!marks(&h, false, A_DAY));
	host_close(&h);
}
END_TEST

T_MAIN("mark", many_are_marked_in_one_round_and_each_has_the_head,
    a_mark_of_an_edit_has_no_head_and_other_bytes_each_time,
    what_is_no_mark_says_nothing, without_a_repository_no_look_marks,
    a_look_marks_where_that_is_on_and_the_last_sync_is_old,
    a_last_sync_to_come_was_a_wrong_clocks,
    a_look_without_records_marks_whatever_is_on,
    looks_mark_once_in_a_while_however_many_there_are)
