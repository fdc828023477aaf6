#include <sys/time.h>
#include <time.h>

#include "base/clock.h"
#include "base/http.h"
#include "hostile.h"
#include "t.h"

#define OK_HELLO                                                               \
	"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Say:  hi there "            \
	"\r\n\r\nhello"

static struct http *
new_http_by(const char *proxy)
{
	struct err err = ERR_INIT;
	struct http *http = http_new(proxy, &err);

	ck_assert_ptr_nonnull(http);
	return http;
}

static struct http *
new_http(void)
{
	return new_http_by(NULL);
}

static const char *
address(const struct hostile *server)
{
	static char url[64];

	snprintf(
	    url, sizeof url, "http://127.0.0.1:%u/x", hostile_port(server));
	return url;
}

static struct http_request
request_to(const struct hostile *server, const char *method)
{
	return (struct http_request){
	    .method = method,
	    .url = address(server),
	    .reply_max = 1000,
	    .reply = BUF_INIT,
	};
}

/* One GET against a server that has one thing to say. */
static struct http_request
get_once(enum hostile_act act, const char *text)
{
	const struct hostile_step step = {.act = act, .text = text};
	struct hostile *server = hostile_start(&step, 1, 0);
	struct http *http = new_http();
	struct http_request request = request_to(server, "GET");

	request.timeout_ms = 500;
	http_run(http, &request, 1);
	http_free(http);
	hostile_stop(server);
	return request;
}

static enum http_fault
fault_of(enum hostile_act act, const char *text)
{
	struct http_request request = get_once(act, text);

	ck_assert_str_eq(request.reply.s,
	    request.fault == HTTP_ANSWERED ? request.reply.s : "");
	http_release(&request, 1);
	return request.fault;
}

START_TEST(an_answer_comes_with_its_fields_and_body)
{
	const struct hostile_step step = {.text = OK_HELLO};
	struct hostile *server = hostile_start(&step, 1, 0);
	struct http *http = new_http();
	struct http_field fields[] = {{"x-say", BUF_INIT}, {"etag", BUF_INIT}};
	static const char *const headers[] = {"X-A: b"};
	struct http_request request = request_to(server, "PUT");

	request.headers = headers;
	request.n_headers = 1;
	request.body = "abc";
	request.len = 3;
	request.want = fields;
	request.n_want = 2;
	http_run(http, &request, 1);
	ck_assert_int_eq(request.fault, HTTP_ANSWERED);
	ck_assert_int_eq(request.status, 200);
	ck_assert_str_eq(request.reply.s, "hello");
	ck_assert_str_eq(fields[0].value.s, "hi there");
	ck_assert_str_eq(fields[1].value.s, "");

	ck_assert(std_starts(hostile_head(server, 0), "PUT /x HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(hostile_head(server, 0), "\r\nX-A: b\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(hostile_head(server, 0), "\r\nContent-Length: 3\r\n"));
	ck_assert_ptr_null(strstr(hostile_head(server, 0), "Content-Type"));
	ck_assert_ptr_null(strstr(hostile_head(server, 0), "Expect"));
	http_release(&request, 1);
	http_free(http);
	hostile_stop(server);
}
END_TEST

START_TEST(connections_are_kept)
{
	const struct hostile_step step = {.text = OK_HELLO};
	struct hostile *server = hostile_start(&step, 1, 0);
	struct http *http = new_http();
	int i;

	for (i = 0; i < 10; i++) {
		struct http_request request = request_to(server, "GET");

		http_run(http, &request, 1);
		ck_assert_int_eq(request.fault, HTTP_ANSWERED);
		http_release(&request, 1);
	}
	ck_assert_uint_eq(hostile_connections(server), 1);
	http_free(http);
	hostile_stop(server);
}
END_TEST

/* The server answers nobody until all of them wait. */
START_TEST(thirty_two_requests_are_in_flight)
{
	const struct hostile_step step = {
	    .act = HOSTILE_HOLD, .text = OK_HELLO, .hold = HTTP_IN_FLIGHT};
	struct hostile *server = hostile_start(&step, 1, 0);
	struct http *http = new_http();
	struct http_request requests[2 * HTTP_IN_FLIGHT];
	size_t i;

	for (i = 0; i < ARRAY_LEN(requests); i++)
		requests[i] = request_to(server, "GET");
	http_run(http, requests, ARRAY_LEN(requests));
	for (i = 0; i < ARRAY_LEN(requests); i++) {
		ck_assert_int_eq(requests[i].fault, HTTP_ANSWERED);
		ck_assert_str_eq(requests[i].reply.s, "hello");
	}
	ck_assert_uint_eq(hostile_connections(server), HTTP_IN_FLIGHT);
	http_release(requests, ARRAY_LEN(requests));
	http_free(http);
	hostile_stop(server);
}
END_TEST

/* The first request leaves a kept connection, which dies with the second. */
static unsigned
sent_on_a_dead_connection(const char *method, bool once, const char *body)
{
	static const struct hostile_step steps[] = {
	    {.text = OK_HELLO},
	    {.act = HOSTILE_CLOSE},
	    {.text = OK_HELLO},
	};
	struct hostile *server = hostile_start(steps, ARRAY_LEN(steps), 0);
	struct http *http = new_http();
	struct http_request first = request_to(server, "GET");
	struct http_request second = request_to(server, method);
	unsigned sent;

	http_run(http, &first, 1);
	second.once = once;
	second.body = body;
	second.len = body != NULL ? strlen(body) : 0;
	http_run(http, &second, 1);
	sent = hostile_requests(server) - 1;
	ck_assert_int_eq(second.fault, once ? HTTP_LOST : HTTP_ANSWERED);

	http_release(&first, 1);
	http_release(&second, 1);
	http_free(http);
	hostile_stop(server);
	return sent;
}

START_TEST(a_dead_kept_connection_sends_a_get_again)
{
	ck_assert_uint_eq(sent_on_a_dead_connection("GET", false, NULL), 2);
}
END_TEST

START_TEST(a_dead_kept_connection_does_not_send_a_put_again)
{
	ck_assert_uint_eq(sent_on_a_dead_connection("PUT", true, "abc"), 1);
	ck_assert_uint_eq(sent_on_a_dead_connection("PUT", true, ""), 1);
	ck_assert_uint_eq(sent_on_a_dead_connection("DELETE", true, NULL), 1);
}
END_TEST

START_TEST(a_cut_answer_is_lost)
{
	ck_assert_int_eq(fault_of(HOSTILE_REPLY_CLOSE,
			     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"),
	    HTTP_LOST);
	ck_assert_int_eq(
	    fault_of(HOSTILE_REPLY_CLOSE, "HTTP/1.1 200 OK\r\nConte"),
	    HTTP_LOST);
	ck_assert_int_eq(fault_of(HOSTILE_REPLY_CLOSE,
			     "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
			     "chunked\r\n\r\n5\r\nhello\r\n"),
	    HTTP_LOST);
	ck_assert_int_eq(
	    fault_of(HOSTILE_REPLY_CLOSE, "HTTP/1.1 200 OK\r\n\r\nhello"),
	    HTTP_LOST);
	ck_assert_int_eq(fault_of(HOSTILE_CLOSE, NULL), HTTP_LOST);
}
END_TEST

#define MANY 100 /* more than are under way at once */

START_TEST(a_batch_ends_at_its_deadline_however_long_it_is)
{
	const struct hostile_step hang = {.act = HOSTILE_HANG};
	struct hostile *server = hostile_start(&hang, 1, 0);
	struct http_request requests[MANY];
	struct http *http = new_http();
	int64_t began = clock_monotonic_ms();
	size_t i, lost = 0;

	for (i = 0; i < MANY; i++) {
		requests[i] = request_to(server, "GET");
		requests[i].until_ms = began + 700;
	}
	http_run(http, requests, MANY);
	ck_assert_int_ge(clock_monotonic_ms() - began, 690);
	ck_assert_int_lt(clock_monotonic_ms() - began, 3000);
	for (i = 0; i < MANY; i++) {
		ck_assert_int_ne(requests[i].fault, HTTP_ANSWERED);
		ck_assert_str_ne(requests[i].why, "");
		lost += requests[i].fault == HTTP_LOST;
	}
	/* Those that would have begun later were not sent. */
	ck_assert_uint_le(lost, HTTP_IN_FLIGHT);
	http_release(requests, MANY);
	http_free(http);
	hostile_stop(server);
}
END_TEST

START_TEST(a_malformed_answer_is_lost)
{
	ck_assert_int_eq(
	    fault_of(HOSTILE_REPLY_CLOSE, "SSH-2.0-x\r\n"), HTTP_LOST);
	ck_assert_int_eq(fault_of(HOSTILE_REPLY_CLOSE,
			     "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
	    HTTP_LOST);
}
END_TEST

START_TEST(a_slow_answer_is_lost_in_time)
{
	struct timespec began, ended;

	clock_gettime(CLOCK_MONOTONIC, &began);
	ck_assert_int_eq(fault_of(HOSTILE_HANG, NULL), HTTP_LOST);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	ck_assert_int_le(ended.tv_sec - began.tv_sec, 2);
}
END_TEST

START_TEST(an_oversized_answer_is_refused)
{
	struct buf text = BUF_INIT;
	int i;

	ck_assert_int_eq(fault_of(HOSTILE_REPLY,
			     "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"),
	    HTTP_TOO_LARGE);

	buf_adds(&text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			"\r\n3e9\r\n");
	for (i = 0; i < 1001; i++)
		buf_addc(&text, 'x');
	buf_adds(&text, "\r\n0\r\n\r\n");
	ck_assert_int_eq(fault_of(HOSTILE_REPLY, text.s), HTTP_TOO_LARGE);

	buf_reset(&text);
	buf_adds(&text, "HTTP/1.1 200 OK\r\n");
	for (i = 0; i < 2000; i++)
		buf_addf(&text, "X-%d: 0123456789012345678901234567890\r\n", i);
	buf_adds(&text, "Content-Length: 0\r\n\r\n");
	ck_assert_int_eq(fault_of(HOSTILE_REPLY, text.s), HTTP_TOO_LARGE);
	buf_release(&text);
}
END_TEST

START_TEST(a_redirect_is_not_followed)
{
	struct http_request request = get_once(HOSTILE_REPLY,
	    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
	    "Content-Length: 0\r\n\r\n");

	ck_assert_int_eq(request.fault, HTTP_ANSWERED);
	ck_assert_int_eq(request.status, 302);
	http_release(&request, 1);
}
END_TEST

START_TEST(a_request_to_an_unreachable_host_was_not_sent)
{
	static const char *const urls[] = {"http://127.0.0.1:1/",
	    "file:///etc/passwd", "gopher://127.0.0.1/", "http://", ""};
	struct http *http = new_http();
	size_t i;

	for (i = 0; i < ARRAY_LEN(urls); i++) {
		struct http_request request = {.method = "GET",
		    .url = urls[i],
		    .reply_max = 10,
		    .reply = BUF_INIT};

		http_run(http, &request, 1);
		ck_assert_int_eq(request.fault, HTTP_UNREACHED);
		ck_assert_str_ne(request.why, "");
		http_release(&request, 1);
	}
	http_free(http);
}
END_TEST

START_TEST(proxies_of_the_environment_are_not_used)
{
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	ck_assert_int_eq(fault_of(HOSTILE_REPLY, OK_HELLO), HTTP_ANSWERED);
}
END_TEST

/* Ask for an address by way of a proxy that says this; its fault, and in head
 * what the proxy was asked. */
static enum http_fault
fault_by_proxy(const char *url, const char *answer, struct buf *head)
{
	const struct hostile_step step = {.text = answer};
	struct hostile *proxy = hostile_start(&step, 1, 0);
	struct http_request request = {.method = "GET",
	    .url = url,
	    .reply_max = 1000,
	    .reply = BUF_INIT,
	    .timeout_ms = 2000};
	struct http *http;
	char by[64];

	snprintf(by, sizeof by, "http://ada:ge%%20heim@127.0.0.1:%u",
	    hostile_port(proxy));
	http = new_http_by(by);
	http_run(http, &request, 1);
	buf_reset(head);
	if (hostile_requests(proxy) > 0)
		buf_adds(head, hostile_head(proxy, 0));
	ck_assert_ptr_null(strstr(request.why, "heim"));
	http_release(&request, 1);
	http_free(http);
	hostile_stop(proxy);
	return request.fault;
}

START_TEST(another_host_is_asked_by_way_of_the_proxy)
{
	struct buf head = BUF_INIT;

	ck_assert_int_eq(
	    fault_by_proxy("http://codex.invalid/x", OK_HELLO, &head),
	    HTTP_ANSWERED);
	ck_assert(
	    std_starts(head.s, "GET http://codex.invalid/x HTTP/1.1\r\n"));
	/* ada:ge heim */
	ck_assert_ptr_nonnull(strstr(
	    head.s, "\r\nProxy-Authorization: Basic YWRhOmdlIGhlaW0=\r\n"));
	buf_release(&head);
}
END_TEST

/* No tunnel, so nothing of the request has left. */
START_TEST(a_proxy_that_refuses_a_tunnel_was_sent_no_request)
{
	struct buf head = BUF_INIT;

	ck_assert_int_eq(
	    fault_by_proxy("https://codex.invalid/x",
		"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", &head),
	    HTTP_UNREACHED);
	ck_assert(std_starts(head.s, "CONNECT codex.invalid:443 HTTP/1.1\r\n"));
	ck_assert_ptr_null(strstr(head.s, "/x"));
	buf_release(&head);
}
END_TEST

START_TEST(this_machine_is_asked_without_the_proxy)
{
	static const char *const hosts[] = {"127.0.0.1", "127.0.0.1:1",
	    "127.8.8.8:1", "localhost:1", "[::1]:1"};
	struct buf head = BUF_INIT, url = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(hosts); i++) {
		buf_reset(&url);
		buf_addf(&url, "http://%s/x", hosts[i]);
		(void)!fault_by_proxy(url.s, OK_HELLO, &head);
		ck_assert_str_eq(head.s, "");
	}
	buf_release(&url);
	buf_release(&head);
}
END_TEST

T_MAIN("http", another_host_is_asked_by_way_of_the_proxy,
    a_proxy_that_refuses_a_tunnel_was_sent_no_request,
    this_machine_is_asked_without_the_proxy,
    an_answer_comes_with_its_fields_and_body, connections_are_kept,
    thirty_two_requests_are_in_flight, a_dead_kept_connection_sends_a_get_again,
    a_dead_kept_connection_does_not_send_a_put_again, a_cut_answer_is_lost,
    a_batch_ends_at_its_deadline_however_long_it_is, a_malformed_answer_is_lost,
    a_slow_answer_is_lost_in_time, an_oversized_answer_is_refused,
    a_redirect_is_not_followed, a_request_to_an_unreachable_host_was_not_sent,
    proxies_of_the_environment_are_not_used)
