#include "sync/pending.h"

#include "t.h"
#include "world.h"

#define HEAD "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

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

START_TEST(many_users_are_marked_in_one_round)
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
	ok(pending_put_all(&h.app, &users, HEAD, &err), &err);
	ck_assert_uint_le(h.round, round + 1);
	ck_assert_uint_eq(host_requests(&h), 40);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "user%d", i);
		read_mark(&h, name, &note);
		ck_assert_str_eq(note.after, HEAD);
		ck_assert(llabs(note.at_ms - app_now(&h.app)) < 60000);
	}
	user_set_release(&users);
	ok(pending_put_all(&h.app, &users, HEAD, &err), &err);
	ck_assert_uint_eq(host_requests(&h), 40);
	host_close(&h);
}
END_TEST

START_TEST(a_mark_of_an_edit_has_no_head)
{
	struct err err = ERR_INIT;
	struct pending_note note;
	struct host h;

	host_open(&h, "a");
	ok(pending_put(&h.app, "ada", &err), &err);
	read_mark(&h, "ada", &note);
	ck_assert_str_eq(note.after, "");
	ck_assert_int_ne(note.at_ms, 0);
	host_close(&h);
}
END_TEST

START_TEST(a_second_mark_has_other_bytes)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	ok(pending_put(&h.app, "ada", &err), &err);
	host_get(&h, "pending/ada", &first);
	ok(pending_put(&h.app, "ada", &err), &err);
	host_get(&h, "pending/ada", &second);
	ck_assert_str_ne(first.s, second.s);
	buf_release(&first);
	buf_release(&second);
	host_close(&h);
}
END_TEST

START_TEST(marked_users_are_listed_once)
{
	struct err err = ERR_INIT;
	struct host h;
	struct store_list marks = STORE_LIST_INIT;
	struct buf users = BUF_INIT;
	const char *user;
	size_t i;

	host_open(&h, "a");
	ok(pending_put(&h.app, "bob", &err), &err);
	ok(pending_put(&h.app, "ada", &err), &err);
	ok(pending_put(&h.app, "ada", &err), &err);
	host_put(&h, "pending/No-User", "x");
	host_put(&h, "pending/host.0123456789abcdef", "x");
	ok(pending_list(&h.app, &marks, &err), &err);
	for (i = 0; i < marks.n; i++) {
		user = pending_user(&marks.items[i]);
		if (user != NULL)
			buf_addf(&users, "%s ", user);
	}
	ck_assert_str_eq(users.s, "ada bob ");
	buf_release(&users);
	store_list_release(&marks);
	host_close(&h);
}
END_TEST

START_TEST(bytes_that_are_no_mark_have_no_head)
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

T_MAIN("pending", many_users_are_marked_in_one_round,
    a_mark_of_an_edit_has_no_head, a_second_mark_has_other_bytes,
    marked_users_are_listed_once, bytes_that_are_no_mark_have_no_head)
