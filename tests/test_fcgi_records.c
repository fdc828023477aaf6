/*
 * fcgi_records: what nginx reads of an answer (FastCGI 1.0).
 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/fcgi_records.h"
#include "t.h"

#define REQUEST 0x102

/* Send it from another process, and read until that ends. */
static void
read_answer(const struct buf *head, const struct buf *body, struct buf *out)
{
	char bytes[5000];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid = fork();
	if (pid == 0)
		_exit(fcgi_records_send(ends[0], REQUEST, head, body) == 0 ? 0
									   : 1);
	close(ends[0]);
	while ((n = read(ends[1], bytes, sizeof bytes)) > 0)
		buf_add(out, bytes, (size_t)n);
	close(ends[1]);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
}

/* Take the next record off, and append its content if it is output. */
static int
next_record(const struct buf *all, size_t *at, struct buf *output)
{
	const unsigned char *s = (const unsigned char *)all->s + *at;
	size_t len;

	ck_assert_uint_le(*at + 8, all->len);
	len = (size_t)s[4] << 8 | s[5];
	ck_assert_int_eq(s[0], 1);
	ck_assert_int_eq(s[2] << 8 | s[3], REQUEST);
	ck_assert_int_eq(s[6], 0);
	ck_assert_uint_le(*at + 8 + len, all->len);
	*at += 8 + len;
	if (s[1] == 6) {
		buf_add(output, s + 8, len);
		return len == 0 ? 0 : 6;
	}
	ck_assert_int_eq(s[1], 3);
	ck_assert_int_eq(memcmp(s + 8, "\0\0\0\0\0", 5), 0);
	return 3;
}

static void
expect_answer(size_t head_len, size_t body_len)
{
	struct buf head = BUF_INIT, body = BUF_INIT, all = BUF_INIT;
	struct buf output = BUF_INIT, whole = BUF_INIT;
	size_t at = 0, i;
	int type;

	for (i = 0; i < head_len; i++)
		buf_addc(&head, (char)(i % 251));
	for (i = 0; i < body_len; i++)
		buf_addc(&body, (char)(i % 241));
	read_answer(&head, &body, &all);
	while ((type = next_record(&all, &at, &output)) == 6)
		;
	ck_assert_int_eq(type, 0);
	ck_assert_int_eq(next_record(&all, &at, &output), 3);
	ck_assert_uint_eq(at, all.len);
	buf_add(&whole, head.s, head.len);
	buf_add(&whole, body.s, body.len);
	ck_assert(buf_eq(&output, &whole));
	buf_release(&head);
	buf_release(&body);
	buf_release(&all);
	buf_release(&output);
	buf_release(&whole);
}

START_TEST(an_answer_of_any_length_arrives_whole_and_ends)
{
	const size_t most = FCGI_RECORDS_CONTENT_MAX;

	expect_answer(0, 0);
	expect_answer(300, 0);
	expect_answer(300, 1);
	expect_answer(300, most - 301);
	expect_answer(300, most - 300);
	expect_answer(300, most - 299);
	expect_answer(most, 7);
	expect_answer(most + 1, most);
	expect_answer(300, 3000000);
}
END_TEST

START_TEST(a_small_answer_and_its_end_are_sent_at_once)
{
	struct buf head = BUF_INIT, body = BUF_INIT;
	char bytes[20000];
	int ends[2];

	buf_adds(&head, "Status: 200 OK\r\n\r\n");
	while (body.len < 15000)
		buf_adds(&body, "{}");
	/* Of a datagram socket one read gives what was sent at once. */
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	ck_assert_int_eq(fcgi_records_send(ends[0], REQUEST, &head, &body), 0);
	ck_assert_int_eq(read(ends[1], bytes, sizeof bytes),
	    (int)(8 + head.len + body.len + 8 + 16));
	close(ends[0]);
	close(ends[1]);
	buf_release(&head);
	buf_release(&body);
}
END_TEST

START_TEST(a_client_that_has_gone_is_an_error_and_no_signal)
{
	struct buf head = BUF_INIT, body = BUF_INIT;
	int ends[2];

	signal(SIGPIPE, SIG_DFL);
	buf_adds(&head, "Status: 200 OK\r\n\r\n");
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	close(ends[1]);
	ck_assert_int_eq(fcgi_records_send(ends[0], REQUEST, &head, &body), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(ends[0]);
	buf_release(&head);
	buf_release(&body);
}
END_TEST

T_MAIN("fcgi_records", an_answer_of_any_length_arrives_whole_and_ends,
    a_small_answer_and_its_end_are_sent_at_once,
    a_client_that_has_gone_is_an_error_and_no_signal)
