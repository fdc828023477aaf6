#include "sync/bell.h"

#include <sys/socket.h>
#include <unistd.h>

#include "t.h"
#include "world.h"

static int
listen_at(struct host *h)
{
	struct err err = ERR_INIT;
	int bell;

	ok(bell_listen(&h->app, &bell, &err), &err);
	return bell;
}

/* Two connected sockets, of which the first one has sent `text`. */
static void
send_text(int pair[2], const char *text)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(
	    write(pair[0], text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(shutdown(pair[0], SHUT_WR), 0);
}

static void
close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

START_TEST(a_ring_without_a_worker_has_no_result)
{
	const struct bell_wish wish = {.full = true};
	struct buf line = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	ck_assert(!bell_is_heard(&h.app));
	ck_assert(!bell_ring(&h.app, "ada", &wish, 1000, &line));
	ck_assert_uint_eq(line.len, 0);
	bell_ring_later(&h.app, "ada");
	host_close(&h);
}
END_TEST

START_TEST(a_ring_nobody_answers_ends_with_its_time)
{
	const struct bell_wish wish = {.full = true};
	struct buf line = BUF_INIT;
	struct host h;
	int bell;

	host_open(&h, "a");
	bell = listen_at(&h);
	ck_assert(bell_is_heard(&h.app));
	ck_assert(!bell_ring(&h.app, "ada", &wish, 1, &line));
	ck_assert_uint_eq(line.len, 0);
	close(bell);
	host_close(&h);
}
END_TEST

START_TEST(a_worker_reads_what_was_rung)
{
	struct bell_wish wish = {.full = true, .confirm = true};
	char user[NAMES_USER_MAX + 1];
	struct buf line = BUF_INIT;
	struct host h;
	int bell, fd;

	host_open(&h, "a");
	bell = listen_at(&h);
	ck_assert(!bell_ring(&h.app, "ada", &wish, 0, &line));
	bell_ring_later(&h.app, "bob");

	fd = accept(bell, NULL, NULL);
	ck_assert(bell_read(fd, user, &wish));
	ck_assert_str_eq(user, "ada");
	ck_assert(wish.full && wish.confirm && !wish.later);
	close(fd);
	fd = accept(bell, NULL, NULL);
	ck_assert(bell_read(fd, user, &wish));
	ck_assert_str_eq(user, "bob");
	ck_assert(!wish.full && !wish.confirm && wish.later);
	close(fd);
	close(bell);
	host_close(&h);
}
END_TEST

static const char *
tell_id(const void *arg)
{
	return arg;
}

START_TEST(a_ring_has_the_id_of_its_request)
{
	static const char *const ids[][2] = {
	    {"0123456789abcdef0123456789abcdef",
		"0123456789abcdef0123456789abcdef"},
	    {"a level=err", ""}, {"", ""}, {NULL, ""}};
	struct bell_wish wish;
	char user[NAMES_USER_MAX + 1];
	struct host h;
	int bell, fd;
	size_t i;

	host_open(&h, "a");
	bell = listen_at(&h);
	for (i = 0; i < ARRAY_LEN(ids); i++) {
		h.app.request_id = tell_id;
		h.app.request_arg = ids[i][0];
		bell_ring_later(&h.app, "ada");
		fd = accept(bell, NULL, NULL);
		ck_assert(bell_read(fd, user, &wish));
		ck_assert_str_eq(wish.request, ids[i][1]);
		close(fd);
	}
	close(bell);
	host_close(&h);
}
END_TEST

START_TEST(a_new_worker_takes_the_place_of_a_dead_one)
{
	struct host h;

	host_open(&h, "a");
	close(listen_at(&h));
	ck_assert(!bell_is_heard(&h.app));
	close(listen_at(&h));
	host_close(&h);
}
END_TEST

START_TEST(bytes_that_are_no_ring_are_refused)
{
	static const char *const bad[] = {"", "\n", "ada\n", "{}\n",
	    "{\"user\":\"../x\"}\n", "{\"user\":7}\n", "{\"user\":\"ada\"",
	    "[\"ada\"]\n"};
	struct bell_wish wish = {.later = true};
	char user[NAMES_USER_MAX + 1];
	int pair[2];
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		send_text(pair, bad[i]);
		ck_assert_msg(!bell_read(pair[1], user, &wish), "%s", bad[i]);
		close_pair(pair);
	}
}
END_TEST

START_TEST(a_ring_that_never_ends_is_cut)
{
	struct bell_wish wish;
	char user[NAMES_USER_MAX + 1];
	char text[10000];
	int pair[2];

	memset(text, ' ', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	send_text(pair, text);
	ck_assert(!bell_read(pair[1], user, &wish));
	/* What lies beyond the limit was not read. */
	ck_assert_int_gt(recv(pair[1], text, sizeof text, 0), 0);
	close_pair(pair);
}
END_TEST

T_MAIN("bell", a_ring_without_a_worker_has_no_result,
    a_ring_nobody_answers_ends_with_its_time, a_worker_reads_what_was_rung,
    a_ring_has_the_id_of_its_request,
    a_new_worker_takes_the_place_of_a_dead_one,
    bytes_that_are_no_ring_are_refused, a_ring_that_never_ends_is_cut)
