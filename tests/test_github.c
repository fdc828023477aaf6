#include <time.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/json.h"
#include "git/object_bulk.h"
#include "git/object_make.h"
#include "git/pr.h"
#include "git/refs.h"
#include "hostile.h"
#include "t.h"

#define TOKEN "ghp_secretSECRETsecret"
#define ID_A  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C  "cccccccccccccccccccccccccccccccccccccccc"
#define ID_X  "c1b0730e0133447badcfd47fd144e254807b06e1" /* of the blob "x" */
#define REF   "{\"ref\":\"refs/heads/main\",\"object\":{\"sha\":\"" ID_A "\"}}"

/* A server with its script, and a client of it. */
struct world {
	struct hostile_step steps[16];
	size_t n;
	struct hostile *server;
	struct github *github;
	struct github_options options;
	struct err err;
};

static char texts[32][2048];
static size_t n_texts;

/* An answer; `fields` are whole lines. */
static const char *
answer(const char *status, const char *fields, const char *body)
{
	char *text = texts[n_texts++ % ARRAY_LEN(texts)];
	int len;

	len = snprintf(text, sizeof texts[0],
	    "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status, fields,
	    strlen(body), body);
	ck_assert_int_lt(len, (int)sizeof texts[0]);
	return text;
}

static void
step(struct world *w, enum hostile_act act, const char *text)
{
	ck_assert_uint_lt(w->n, ARRAY_LEN(w->steps));
	w->steps[w->n++] = (struct hostile_step){.act = act, .text = text};
}

static void
reply(struct world *w, const char *status, const char *fields, const char *body)
{
	step(w, HOSTILE_REPLY, answer(status, fields, body));
}

static void
begin(struct world *w)
{
	static char url[64];

	w->server = hostile_start(w->steps, w->n, 0);
	snprintf(
	    url, sizeof url, "http://127.0.0.1:%u", hostile_port(w->server));
	w->options.api_url = url;
	w->options.token = TOKEN;
	w->options.owner = "octocat";
	w->options.repo = "tasks";
	w->options.retry_ms = w->options.retry_ms ? w->options.retry_ms : 5;
	w->options.timeout_ms = 400;
	w->err = (struct err)ERR_INIT;
	ck_assert_int_eq(github_open(&w->options, &w->github, &w->err), 0);
}

static void
end(struct world *w)
{
	github_close(w->github);
	hostile_stop(w->server);
}

static void
sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static enum github_result
head(struct world *w, struct object_id *id)
{
	return refs_head(w->github, "main", id, &w->err);
}

#define IS(got, want)                                                          \
	ck_assert_str_eq(                                                      \
	    github_result_name(got), github_result_name(GITHUB_##want))

/* What becomes of a head that is answered so; one request. */
static enum github_result
result_of(const char *status, const char *fields, const char *body)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};
	enum github_result result;

	reply(&w, status, fields, body);
	begin(&w);
	result = head(&w, &id);
	if (result == GITHUB_OK) {
		ck_assert_str_eq(id.hex, ID_A);
	} else {
		ck_assert_str_eq(id.hex, "x");
		ck_assert_int_eq((int)w.err.code, (int)ERR_BUSY);
		ck_assert_str_eq(
		    t_text(&w.err), msg_sentence(github_result_msg(result)));
		ck_assert_str_ne(w.err.detail, "");
	}
	end(&w);
	return result;
}

START_TEST(a_head_is_asked_for_as_github_wants_it)
{
	struct world w = {.n = 0};
	struct object_id id;
	const char *asked;

	reply(&w, "200 OK", "", REF);
	begin(&w);
	IS(refs_head(w.github, "codex/tasks-ä#1", &id, &w.err), OK);
	asked = hostile_head(w.server, 0);
	ck_assert_msg(
	    std_starts(asked, "GET /repos/octocat/tasks/git/ref/heads/codex/"
			      "tasks-%C3%A4%231 HTTP/1.1\r\n"),
	    "%s", asked);
	ck_assert_ptr_nonnull(
	    strstr(asked, "\r\nAuthorization: Bearer " TOKEN "\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(asked, "\r\nAccept: application/vnd.github+json\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(asked, "\r\nX-GitHub-Api-Version: 2022-11-28\r\n"));
	ck_assert_ptr_nonnull(strstr(asked, "\r\nUser-Agent: "));
	end(&w);
}
END_TEST

START_TEST(every_status_has_its_own_result)
{
	IS(result_of("200 OK", "", REF), OK);
	IS(result_of("401 Unauthorized", "", "{\"message\":\"Bad\"}"),
	    UNAUTHORIZED);
	IS(result_of("403 Forbidden", "",
	       "{\"message\":\"Resource not accessible\"}"),
	    FORBIDDEN);
	IS(result_of("403 Forbidden", "x-ratelimit-remaining: 4999\r\n", "{}"),
	    FORBIDDEN);
	IS(result_of("451 Unavailable", "", "{}"), FORBIDDEN);
	IS(result_of("404 Not Found", "", "{\"message\":\"Not Found\"}"),
	    ABSENT);
	IS(result_of("410 Gone", "", ""), ABSENT);
	IS(result_of("409 Conflict", "", "{}"), CONFLICT);
	IS(result_of("422 Unprocessable", "", "{}"), INVALID);
	IS(result_of("301 Moved", "Location: https://x/\r\n", "{}"), MOVED);
	IS(result_of("304 Not Modified", "", ""), BROKEN);
	IS(result_of("418 Teapot", "", "{}"), BROKEN);
}
END_TEST

START_TEST(an_empty_repository_has_a_sentence_of_its_own)
{
	struct world w = {.n = 0};
	struct object_id id;

	reply(&w, "409 Conflict", "",
	    "{\"message\":\"Git Repository is empty.\"}");
	begin(&w);
	IS(head(&w, &id), CONFLICT);
	ck_assert_int_eq((int)w.err.msg.id, (int)MSG_GITHUB_EMPTY);
	end(&w);
}
END_TEST

START_TEST(an_answer_of_another_shape_is_broken)
{
	IS(result_of("200 OK", "", ""), BROKEN);
	IS(result_of("200 OK", "", "<html>"), BROKEN);
	IS(result_of("200 OK", "", "null"), BROKEN);
	IS(result_of("200 OK", "", "[]"), BROKEN);
	IS(result_of("200 OK", "", "{\"object\":\"x\"}"), BROKEN);
	IS(result_of("200 OK", "", "{\"object\":{\"sha\":\"abc\"}}"), BROKEN);
	IS(result_of("200 OK", "", "{\"object\":{\"sha\":7}}"), BROKEN);
	IS(result_of("200 OK", "",
	       "{\"object\":{\"sha\":\"../aaaaaaaaaaaaaa"
	       "aaaaaaaaaaaaaaaaaaaaaaa\"}}"),
	    BROKEN);
}
END_TEST

START_TEST(an_oversized_answer_is_refused)
{
	struct world w = {.n = 0};
	struct object_id id;

	step(&w, HOSTILE_REPLY,
	    "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
	begin(&w);
	IS(head(&w, &id), TOO_LARGE);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	end(&w);
}
END_TEST

/* Tries. */

START_TEST(a_passing_failure_is_tried_again)
{
	struct world w = {.n = 0};
	struct object_id id;

	reply(&w, "502 Bad Gateway", "", "<html>");
	step(&w, HOSTILE_REPLY_CLOSE,
	    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"object\"");
	step(&w, HOSTILE_CLOSE, NULL);
	reply(&w, "200 OK", "", REF);
	begin(&w);
	IS(head(&w, &id), OK);
	ck_assert_uint_ge(hostile_requests(w.server), 4);
	ck_assert_uint_eq(github_requests(w.github), 4);
	end(&w);
}
END_TEST

START_TEST(waits_between_tries_double)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t began;

	reply(&w, "500 Oops", "", "");
	w.options.retry_ms = 40;
	begin(&w);
	began = clock_real_ms();
	IS(head(&w, &id), TEMPORARY);
	ck_assert_int_ge(clock_real_ms() - began, 40 + 80 + 160);
	ck_assert_uint_eq(hostile_requests(w.server), 4);
	end(&w);
}
END_TEST

START_TEST(a_slow_answer_ends_in_time)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t began;

	step(&w, HOSTILE_HANG, NULL);
	begin(&w);
	began = clock_real_ms();
	IS(head(&w, &id), TEMPORARY);
	ck_assert_int_lt(clock_real_ms() - began, 3 * 400 + 300);
	end(&w);
}
END_TEST

START_TEST(objects_are_made_again_after_a_lost_answer)
{
	struct world w = {.n = 0};
	struct object_id id;

	step(&w, HOSTILE_CLOSE, NULL);
	reply(&w, "503 Busy", "", "");
	reply(&w, "201 Created", "", "{\"sha\":\"" ID_X "\"}");
	begin(&w);
	IS(object_make_blob(w.github, "x", 1, &id, &w.err), OK);
	ck_assert_str_eq(id.hex, ID_X);
	ck_assert_uint_eq(github_requests(w.github), 3);
	end(&w);
}
END_TEST

static void
check_move(enum hostile_act act, const char *text, enum github_result want)
{
	struct world w = {.n = 0};
	enum github_result got;

	step(&w, act, text);
	begin(&w);
	got = refs_update(w.github, "main", ID_A, &w.err);
	ck_assert_str_eq(github_result_name(got), github_result_name(want));
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	end(&w);
}

START_TEST(a_branch_is_never_moved_twice)
{
	check_move(HOSTILE_CLOSE, NULL, GITHUB_UNKNOWN);
	check_move(HOSTILE_HANG, NULL, GITHUB_UNKNOWN);
	check_move(HOSTILE_REPLY, answer("500 Oops", "", ""), GITHUB_UNKNOWN);
	check_move(HOSTILE_REPLY, answer("504 Late", "", "{}"), GITHUB_UNKNOWN);
	check_move(
	    HOSTILE_REPLY, answer("200 OK", "", "{\"obj"), GITHUB_UNKNOWN);
	check_move(HOSTILE_REPLY_CLOSE,
	    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", GITHUB_UNKNOWN);
	check_move(HOSTILE_REPLY,
	    answer("200 OK", "", "{\"object\":{\"sha\":\"" ID_B "\"}}"),
	    GITHUB_UNKNOWN);
}
END_TEST

/* What the person is told of a 422 with these words. */
static void
expect_words(const char *body, const char *expected)
{
	struct world w = {.n = 0};
	char text[MSG_TEXT_MAX];

	reply(&w, "422 No", "", body);
	begin(&w);
	IS(refs_update(w.github, "main", ID_A, &w.err), INVALID);
	ck_assert_str_eq(err_text(&w.err, text), expected);
	end(&w);
}

START_TEST(a_refusal_is_told_in_githubs_words)
{
	expect_words("{\"message\":\"Object does not exist\"}",
	    "GitHub hat die Änderung abgelehnt: „Object does not exist“");
	expect_words(
	    "{\"message\":\" Two\\nlines\\u0007 \",\"errors\":[\"a text\","
	    "{\"code\":\"custom\",\"message\":\"a reason\"},7]}",
	    "GitHub hat die Änderung abgelehnt: „Two lines: a text: a "
	    "reason“");
	/* Nothing of what holds the token, and no letter is cut in two. */
	expect_words("{\"message\":\"" TOKEN "\"}",
	    "GitHub hat die Änderung als ungültig abgelehnt.");
	expect_words(
	    "no JSON", "GitHub hat die Änderung als ungültig abgelehnt.");
}
END_TEST

START_TEST(a_branch_in_the_way_is_found)
{
	struct world w = {.n = 0};
	struct buf name = BUF_INIT;

	reply(&w, "404 No", "", "{}");
	reply(&w, "200 OK", "", REF);
	reply(&w, "404 No", "", "{}");
	reply(&w, "404 No", "", "{}");
	reply(&w, "200 OK", "", "[]");
	reply(&w, "200 OK", "",
	    "[{\"ref\":\"refs/heads/abcd\"},{\"ref\":\"refs/heads/abc/d\"}]");
	reply(&w, "200 OK", "", "{\"ref\":\"refs/heads/abc/d\"}");
	begin(&w);
	IS(refs_in_way(w.github, "a/b/c", &name, &w.err), OK);
	ck_assert_str_eq(name.s, "a/b");
	IS(refs_in_way(w.github, "a/b/c", &name, &w.err), ABSENT);
	IS(refs_in_way(w.github, "abc", &name, &w.err), OK);
	ck_assert_str_eq(name.s, "abc/d");
	IS(refs_in_way(w.github, "abc", &name, &w.err), ABSENT);
	ck_assert_uint_eq(hostile_requests(w.server), 7);
	buf_release(&name);
	end(&w);
}
END_TEST

START_TEST(a_refused_move_says_why)
{
	check_move(HOSTILE_REPLY, answer("200 OK", "", REF), GITHUB_OK);
	check_move(HOSTILE_REPLY,
	    answer(
		"422 No", "", "{\"message\":\"Update is not a fast forward\"}"),
	    GITHUB_NOT_FORWARD);
	check_move(HOSTILE_REPLY,
	    answer("422 No", "", "{\"message\":\"Reference does not exist\"}"),
	    GITHUB_ABSENT);
	check_move(HOSTILE_REPLY,
	    answer("422 No", "", "{\"message\":\"Protected branch\"}"),
	    GITHUB_PROTECTED);
	check_move(HOSTILE_REPLY,
	    answer("422 No", "",
		"{\"message\":\"Repository rule violations found\\n\\nChanges "
		"must be made through a pull request.\\n\\n\"}"),
	    GITHUB_PROTECTED);
	check_move(HOSTILE_REPLY,
	    answer("422 No", "",
		"{\"message\":\"2 of 2 required status checks are "
		"expected.\"}"),
	    GITHUB_PROTECTED);
	check_move(HOSTILE_REPLY,
	    answer("422 No", "", "{\"message\":\"Reference update failed\"}"),
	    GITHUB_INVALID);
	check_move(HOSTILE_REPLY, answer("403 No", "", "{}"), GITHUB_FORBIDDEN);
	check_move(HOSTILE_REPLY, answer("409 No", "", "{}"), GITHUB_CONFLICT);
}
END_TEST

START_TEST(a_request_that_never_left_did_not_happen)
{
	struct world w = {.n = 0};

	reply(&w, "200 OK", "", REF);
	begin(&w);
	hostile_stop(w.server);
	IS(refs_update(w.github, "main", ID_A, &w.err), TEMPORARY);
	ck_assert_uint_eq(github_requests(w.github), 4);
	github_close(w.github);
}
END_TEST

/* Limits. */

/* The answer makes us wait so long, and nothing is sent before. */
static void
check_limit(const char *status, const char *fields, const char *body,
    int64_t least_ms, int64_t most_ms)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t began = clock_real_ms(), until;

	reply(&w, status, fields, body);
	reply(&w, "200 OK", "", REF);
	w.options.limit_ms = 60000;
	begin(&w);
	IS(head(&w, &id), LIMITED);
	until = github_limited_until(w.github);
	ck_assert_int_ge(until - began, least_ms);
	ck_assert_int_le(until - clock_real_ms(), most_ms);
	IS(head(&w, &id), LIMITED);
	IS(refs_update(w.github, "main", ID_A, &w.err), LIMITED);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	ck_assert_uint_eq(github_requests(w.github), 1);
	end(&w);
}

#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" /* 784111777 */

START_TEST(an_answer_about_the_limit_stops_the_sending)
{
	check_limit("403 No", "Retry-After: 7\r\n", "{}", 7000, 7000);
	check_limit("429 No", "Retry-After: 7\r\n", "{}", 7000, 7000);
	check_limit("403 No",
	    DATE "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 784111787\r\n",
	    "{}", 10000, 10000);
	check_limit("429 No", "", "{}", 60000, 60000);
	check_limit("403 No", "",
	    "{\"message\":\"You have exceeded a secondary rate limit.\"}",
	    60000, 60000);
	check_limit("403 No",
	    DATE "Retry-After: Sun, 06 Nov 1994 08:49:39 GMT\r\n", "{}", 2000,
	    2000);
}
END_TEST

START_TEST(an_odd_limit_is_a_careful_one)
{
	check_limit("429 No", "Retry-After: soon\r\n", "{}", 60000, 60000);
	check_limit("429 No", "Retry-After: -1\r\n", "{}", 60000, 60000);
	check_limit("429 No", "Retry-After: 0\r\n", "{}", 60000, 60000);
	check_limit("429 No", "Retry-After: 999999999999999\r\n", "{}",
	    GITHUB_WAIT_MAX_MS, GITHUB_WAIT_MAX_MS);
	check_limit("429 No",
	    DATE "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 784111700\r\n",
	    "{}", 60000, 60000);
	/* Both: the longer one. */
	check_limit("403 No",
	    DATE "Retry-After: 1\r\nx-ratelimit-remaining: 0\r\n"
		 "x-ratelimit-reset: 784111787\r\n",
	    "{}", 10000, 10000);
}
END_TEST

START_TEST(requests_go_on_after_the_limit)
{
	struct world w = {.n = 0};
	enum github_result result;
	struct object_id id;
	int64_t until;

	reply(&w, "403 No", "Retry-After: 1\r\n", "{}");
	reply(&w, "200 OK", "", REF);
	begin(&w);
	IS(head(&w, &id), LIMITED);
	until = github_limited_until(w.github);
	/* The pause goes by the monotonic clock, which is not ahead or behind by
	 * more than what is read of both is rounded. */
	while ((result = head(&w, &id)) == GITHUB_LIMITED) {
		ck_assert_uint_eq(hostile_requests(w.server), 1);
		ck_assert_int_lt(clock_real_ms(), until + 1000);
		sleep_ms(100);
	}
	IS(result, OK);
	ck_assert_int_ge(clock_real_ms(), until - 10);
	ck_assert_uint_eq(hostile_requests(w.server), 2);
	end(&w);
}
END_TEST

/* Waits for the limit; how long it was. */
static int64_t
next_pause(struct world *w)
{
	struct object_id id;
	int64_t pause;

	IS(head(w, &id), LIMITED);
	pause = github_limited_until(w->github) - clock_real_ms();
	sleep_ms(pause + 2);
	return pause;
}

START_TEST(limits_without_a_time_double_until_all_is_well)
{
	struct world w = {.n = 0};
	struct object_id id;
	int i;

	for (i = 0; i < 3; i++)
		reply(&w, "429 No", "", "{}");
	reply(&w, "200 OK", "", REF);
	reply(&w, "429 No", "", "{}");
	w.options.limit_ms = 100;
	begin(&w);
	for (i = 0; i < 3; i++) {
		int64_t pause = next_pause(&w);

		ck_assert_int_le(pause, 100 << i);
		ck_assert_int_gt(pause, (100 << i) - 50);
	}
	IS(head(&w, &id), OK);
	ck_assert_int_le(next_pause(&w), 100);
	end(&w);
}
END_TEST

START_TEST(a_limit_of_writing_doubles_though_reading_goes_well)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t pause;
	int i;

	for (i = 0; i < 3; i++) {
		reply(&w, "200 OK", "", REF);
		reply(&w, "403 No", "",
		    "{\"message\":\"You have exceeded a secondary rate "
		    "limit.\"}");
	}
	w.options.limit_ms = 100;
	begin(&w);
	for (i = 0; i < 3; i++) {
		IS(head(&w, &id), OK);
		IS(object_make_blob(w.github, "x", 1, &id, &w.err), LIMITED);
		pause = github_limited_until(w.github) - clock_real_ms();
		ck_assert_int_gt(pause, (100 << i) - 50);
		sleep_ms(pause + 2);
	}
	end(&w);
}
END_TEST

START_TEST(the_last_request_that_is_left_ends_the_sending)
{
	struct world w = {.n = 0};
	struct object_id id;

	reply(&w, "200 OK",
	    DATE "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 784111797\r\n",
	    REF);
	begin(&w);
	IS(head(&w, &id), OK);
	IS(head(&w, &id), LIMITED);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	end(&w);
}
END_TEST

START_TEST(a_busy_server_that_names_a_time_is_left_alone)
{
	struct world w = {.n = 0};
	struct object_id id;

	reply(&w, "503 Busy", "Retry-After: 9\r\n", "");
	begin(&w);
	IS(head(&w, &id), LIMITED);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	ck_assert_int_gt(
	    github_limited_until(w.github), clock_real_ms() + 8000);
	end(&w);
}
END_TEST

START_TEST(a_limit_from_before_a_restart_holds)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t until = clock_real_ms() + 60000;

	reply(&w, "200 OK", "", REF);
	begin(&w);
	github_limit(w.github, until);
	github_limit(w.github, 5);
	ck_assert_int_eq(github_limited_until(w.github), until);
	IS(head(&w, &id), LIMITED);
	ck_assert_uint_eq(hostile_requests(w.server), 0);
	end(&w);
}
END_TEST

/* The id of the blob "bytes". */
#define ID_BYTES "b6862c638cdf872a1946aeff705f4b4d90f71f41"

static void
ask_blobs(struct object_blob *blobs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		blobs[i] = (struct object_blob){.bytes = BUF_INIT};
		memcpy(blobs[i].id.hex, ID_BYTES, sizeof ID_BYTES);
	}
}

static void
ask_calls(struct github_call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		calls[i] = (struct github_call)GITHUB_CALL_INIT;
		buf_addf(&calls[i].path, "/git/blobs/%zu", i);
	}
}

static void
end_calls(struct github_call *calls, size_t n)
{
	while (n > 0)
		github_call_release(&calls[--n]);
}

START_TEST(a_limit_stops_the_calls_that_are_not_yet_sent)
{
	struct world w = {.n = 0};
	struct github_call calls[50];
	size_t i;

	reply(&w, "200 OK", "", "bytes");
	w.steps[0].times = 20;
	reply(&w, "429 No", "", "{}");
	w.options.limit_ms = 1000;
	begin(&w);
	ask_calls(calls, 50);
	github_run(w.github, calls, 50);
	ck_assert_uint_eq(hostile_requests(w.server), 32);
	/* Twelve such answers at once are one. */
	ck_assert_int_le(
	    github_limited_until(w.github), clock_real_ms() + 1000);
	for (i = 0; i < 16; i++)
		ck_assert_str_eq(calls[i].reply.s, "bytes");
	for (i = 32; i < 50; i++)
		IS(calls[i].result, LIMITED);
	end_calls(calls, 50);
	end(&w);
}
END_TEST

START_TEST(sixteen_calls_are_under_way_at_once)
{
	struct world w = {.n = 0};
	struct github_call calls[48];
	size_t i;

	step(&w, HOSTILE_HOLD, answer("200 OK", "", "bytes"));
	w.steps[0].hold = 16;
	begin(&w);
	ask_calls(calls, 48);
	github_run(w.github, calls, 48);
	for (i = 0; i < 48; i++)
		ck_assert_str_eq(calls[i].reply.s, "bytes");
	ck_assert_uint_eq(hostile_connections(w.server), 16);
	end_calls(calls, 48);
	end(&w);
}
END_TEST

START_TEST(a_call_that_fails_does_not_hurt_the_others)
{
	struct world w = {.n = 0};
	struct github_call calls[4];
	unsigned missing = 0;
	size_t i;

	reply(&w, "404 No", "", "{}");
	reply(&w, "502 No", "", "{}");
	reply(&w, "200 OK", "", "bytes");
	begin(&w);
	ask_calls(calls, 4);
	github_run(w.github, calls, 4);
	for (i = 0; i < 4; i++) {
		missing += calls[i].result == GITHUB_ABSENT;
		if (calls[i].result == GITHUB_OK)
			ck_assert_str_eq(calls[i].reply.s, "bytes");
	}
	ck_assert_uint_eq(missing, 1);
	ck_assert_uint_eq(hostile_requests(w.server), 5);
	end_calls(calls, 4);
	end(&w);
}
END_TEST

START_TEST(a_blob_is_asked_for_once)
{
	struct world w = {.n = 0};
	struct object_blob blobs[6];
	size_t i;

	reply(&w, "200 OK", "", "bytes");
	begin(&w);
	ask_blobs(blobs, 6);
	IS(object_get_blobs(w.github, blobs, 6, &w.err), OK);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	ck_assert_ptr_nonnull(strstr(hostile_head(w.server, 0),
	    "\r\nAccept: application/vnd.github.raw+json\r\n"));
	for (i = 0; i < 6; i++)
		ck_assert_str_eq(blobs[i].bytes.s, "bytes");
	object_blobs_release(blobs, 6);

	ask_blobs(blobs, 2);
	blobs[1].id.hex[3] = '/';
	IS(object_get_blobs(w.github, blobs, 2, &w.err), INVALID);
	IS(object_get_blobs(w.github, NULL, 0, &w.err), OK);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	end(&w);
}
END_TEST

/* Ask for the blob "bytes" and return what comes of these answers. */
static enum github_result
take_blob(struct world *w, struct buf *bytes)
{
	struct object_blob blob;
	enum github_result result;

	begin(w);
	ask_blobs(&blob, 1);
	result = object_get_blobs(w->github, &blob, 1, &w->err);
	if (result == GITHUB_OK)
		buf_move(bytes, &blob.bytes);
	object_blobs_release(&blob, 1);
	return result;
}

START_TEST(bytes_of_another_id_are_asked_for_again)
{
	static const char *const damaged[] = {"", "byte", "bytes\n",
	    "<html>Anmelden</html>",
	    "{\"content\":\"Ynl0ZQ==\",\"encoding\":"
	    "\"base64\"}",
	    "{\"content\":\"Ynl0ZXM=\"}", "null"};
	struct buf bytes = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(damaged); i++) {
		struct world w = {.n = 0};

		reply(&w, "200 OK", "", damaged[i]);
		reply(&w, "200 OK", "", "bytes");
		IS(take_blob(&w, &bytes), OK);
		ck_assert_str_eq(bytes.s, "bytes");
		ck_assert_uint_eq(hostile_requests(w.server), 2);
		end(&w);
	}
	buf_release(&bytes);
}
END_TEST

START_TEST(a_blob_that_stays_damaged_is_none)
{
	struct world w = {.n = 0};
	struct buf bytes = BUF_INIT;

	reply(&w, "200 OK", "", "byte");
	IS(take_blob(&w, &bytes), DAMAGED);
	ck_assert_uint_eq(hostile_requests(w.server), 4);
	ck_assert_str_eq(t_text(&w.err), msg_sentence(MSG_GITHUB_DAMAGED));
	ck_assert_ptr_nonnull(strstr(w.err.detail, "4 bytes that are not"));
	ck_assert_uint_eq(bytes.len, 0);
	end(&w);
}
END_TEST

START_TEST(bytes_in_base64_are_decoded)
{
	static const char *const wrapped[] = {
	    "{\"content\":\"Ynl0\\nZXM=\\n\",\"encoding\":\"base64\"}",
	    "{\"content\":\"bytes\",\"encoding\":\"utf-8\"}"};
	struct buf bytes = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(wrapped); i++) {
		struct world w = {.n = 0};

		reply(&w, "200 OK", "", wrapped[i]);
		IS(take_blob(&w, &bytes), OK);
		ck_assert_str_eq(bytes.s, "bytes");
		ck_assert_uint_eq(hostile_requests(w.server), 1);
		end(&w);
	}
	buf_release(&bytes);
}
END_TEST

START_TEST(a_blob_has_the_id_that_git_gives_it)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *id;
	} rows[] = {
	    {"", 0, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},
	    {"bytes", 5, ID_BYTES},
	    {"a\0b\xff", 4, "f63bd877fcd57b07f0339277c3de5bf7bd442cac"},
	};
	struct object_id id;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		object_id_of_blob(rows[i].bytes, rows[i].len, &id);
		ck_assert_str_eq(id.hex, rows[i].id);
	}
}
END_TEST

START_TEST(a_blob_that_github_has_made_of_other_bytes_is_none)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};

	reply(&w, "201 Created", "", "{\"sha\":\"" ID_BYTES "\"}");
	begin(&w);
	IS(object_make_blob(w.github, "byte", 4, &id, &w.err), DAMAGED);
	ck_assert_str_eq(id.hex, "x");
	IS(object_make_blob(w.github, "bytes", 5, &id, &w.err), OK);
	ck_assert_str_eq(id.hex, ID_BYTES);
	end(&w);
}
END_TEST

/* Reading. */

static enum github_result
tree_of_id(const char *id, const char *json, struct object_tree *tree)
{
	struct world w = {.n = 0};
	enum github_result result;

	reply(&w, "200 OK", "", json);
	begin(&w);
	result = object_get_tree(w.github, id, tree, &w.err);
	end(&w);
	return result;
}

static enum github_result
tree_of(const char *json, struct object_tree *tree)
{
	return tree_of_id(ID_A, json, tree);
}

#define TREE_ID(id, truncated, entries)                                        \
	"{\"sha\":\"" id "\",\"truncated\":" truncated ",\"tree\":[" entries   \
	"]}"
#define TREE(truncated, entries) TREE_ID(ID_A, truncated, entries)
#define ENTRY(name, mode, type, rest)                                          \
	"{\"path\":\"" name "\",\"mode\":\"" mode "\",\"type\":\"" type        \
	"\",\"sha\":\"" ID_B "\"" rest "}"

static const struct object_entry *
find_entry(const struct object_tree *tree, const char *name)
{
	size_t i;

	for (i = 0; i < tree->n; i++)
		if (strcmp(tree->entries[i].name, name) == 0)
			return &tree->entries[i];
	return NULL;
}

/* As git mktree names them. */
#define TREE_3 "9b720ad5e214cce96389d851bec15900c01559eb"
#define TREE_4 "823a339d788f1a37270e20419865de4f33058950"

/* Ask for the blobs "bytes", "x" and one of ID_A by a query. */
static enum github_result
query_blobs(struct world *w, struct object_blob blobs[3])
{
	ask_blobs(blobs, 3);
	memcpy(blobs[1].id.hex, ID_X, sizeof ID_X);
	memcpy(blobs[2].id.hex, ID_A, sizeof ID_A);
	return object_bulk_get(w->github, blobs, 3, &w->err);
}

/* Return what comes of that, and forget the blobs. */
static enum github_result
result_of_query(struct world *w)
{
	struct object_blob blobs[3];
	enum github_result result = query_blobs(w, blobs);

	object_blobs_release(blobs, 3);
	return result;
}

#define TEXTS(first, second)                                                   \
	"{\"data\":{\"repository\":{\"b0\":{\"text\":" first                   \
	"},\"b1\":{\"text\":" second "},\"b2\":null}}}"

START_TEST(a_text_is_taken_only_if_it_has_the_id)
{
	struct world w = {.n = 0};
	struct object_blob blobs[3];

	reply(&w, "200 OK", "", TEXTS("\"bytes\"", "\"X\""));
	begin(&w);
	IS(query_blobs(&w, blobs), OK);
	IS(blobs[0].result, OK);
	ck_assert_str_eq(blobs[0].bytes.s, "bytes");
	IS(blobs[1].result, DAMAGED);
	IS(blobs[2].result, ABSENT);
	object_blobs_release(blobs, 3);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	ck_assert_ptr_nonnull(
	    strstr(hostile_head(w.server, 0), "POST /graphql HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(hostile_head(w.server, 0),
	    "\r\nContent-Type: application/json\r\n"));

	ask_blobs(blobs, 1);
	blobs[0].id.hex[3] = '"';
	IS(object_bulk_get(w.github, blobs, 1, &w.err), INVALID);
	IS(object_bulk_get(w.github, NULL, 0, &w.err), OK);
	ck_assert_uint_eq(hostile_requests(w.server), 1);
	end(&w);
}
END_TEST

START_TEST(a_query_to_an_enterprise_server_goes_beside_its_rest)
{
	struct world w = {.n = 0};
	char url[80];

	reply(&w, "200 OK", "", TEXTS("\"bytes\"", "null"));
	begin(&w);
	github_close(w.github);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v3/",
	    hostile_port(w.server));
	w.options.api_url = url;
	ck_assert_int_eq(github_open(&w.options, &w.github, &w.err), 0);
	IS(result_of_query(&w), OK);
	ck_assert_ptr_nonnull(strstr(
	    hostile_head(w.server, 0), "POST /api/graphql HTTP/1.1\r\n"));
	end(&w);
}
END_TEST

START_TEST(blobs_go_into_as_many_queries_as_their_bytes_need)
{
	struct world w = {.n = 0};
	struct object_blob blobs[5];
	size_t i;

	reply(&w, "200 OK", "", TEXTS("\"bytes\"", "\"bytes\""));
	begin(&w);
	ask_blobs(blobs, 5);
	for (i = 0; i < 5; i++)
		blobs[i].size = OBJECT_BULK_BYTES / 2;
	IS(object_bulk_get(w.github, blobs, 5, &w.err), OK);
	ck_assert_uint_eq(hostile_requests(w.server), 3);
	for (i = 0; i < 5; i++)
		IS(blobs[i].result, OK);
	object_blobs_release(blobs, 5);
	end(&w);
}
END_TEST

START_TEST(a_query_that_is_not_answered_well_is_sent_again)
{
	static const char *const damaged[] = {"<html>Anmelden</html>", "",
	    "null", "{\"data\":{\"repository\":{\"b0\""};
	size_t i;

	for (i = 0; i < ARRAY_LEN(damaged); i++) {
		struct world w = {.n = 0};

		reply(&w, "200 OK", "", damaged[i]);
		reply(&w, "200 OK", "", TEXTS("\"bytes\"", "null"));
		begin(&w);
		IS(result_of_query(&w), OK);
		ck_assert_uint_eq(hostile_requests(w.server), 2);
		end(&w);
	}
}
END_TEST

START_TEST(a_query_without_a_good_text_is_not_repeated)
{
	static const struct {
		const char *answer;
		enum github_result want;
	} rows[] = {
	    {TEXTS("null", "\"y\""), GITHUB_BROKEN},
	    {"[]", GITHUB_BROKEN},
	    {"{\"errors\":[]}", GITHUB_BROKEN},
	    {"{\"errors\":[{\"message\":\"Parse error\"}]}", GITHUB_BROKEN},
	    {"{\"data\":{\"repository\":null},\"errors\":"
	     "[{\"type\":\"NOT_FOUND\"}]}",
		GITHUB_ABSENT},
	    {"{\"data\":null,\"errors\":[{\"type\":\"FORBIDDEN\"}]}",
		GITHUB_FORBIDDEN},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w = {.n = 0};

		reply(&w, "200 OK", "", rows[i].answer);
		begin(&w);
		ck_assert_msg(result_of_query(&w) == rows[i].want, "%s: %s",
		    rows[i].answer, w.err.detail);
		ck_assert_uint_eq(github_requests(w.github), 1);
		end(&w);
	}
}
END_TEST

START_TEST(a_slow_query_ends_in_time)
{
	struct world w = {.n = 0};
	int64_t began;

	step(&w, HOSTILE_HANG, NULL);
	begin(&w);
	began = clock_real_ms();
	IS(result_of_query(&w), TEMPORARY);
	ck_assert_int_lt(clock_real_ms() - began, 3 * 400 + 300);
	end(&w);
}
END_TEST

#define SPENT "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 784111787\r\n"

START_TEST(points_that_are_used_up_stop_queries_alone)
{
	static const struct {
		const char *status, *fields, *body;
		bool good;
	} rows[] = {
	    {"200 OK", DATE SPENT, TEXTS("\"bytes\"", "null"), true},
	    {"200 OK", DATE SPENT, "{\"errors\":[{\"type\":\"RATE_LIMIT\"}]}",
		false},
	    {"200 OK", "", "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}", false},
	    {"403 No", DATE SPENT, "{}", false},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w = {.n = 0};
		struct object_id id;

		reply(&w, rows[i].status, rows[i].fields, rows[i].body);
		reply(&w, "200 OK", "", REF);
		begin(&w);
		ck_assert_int_eq((int)result_of_query(&w),
		    (int)(rows[i].good ? GITHUB_OK : GITHUB_LIMITED));
		IS(result_of_query(&w), LIMITED);
		ck_assert(!github_is_limited(w.github));
		ck_assert_uint_eq(hostile_requests(w.server), 1);
		IS(head(&w, &id), OK);
		end(&w);
	}
}
END_TEST

START_TEST(a_limit_of_a_query_that_is_no_matter_of_points_stops_all)
{
	static const struct {
		const char *status, *fields, *body;
	} rows[] = {
	    {"200 OK", "",
		"{\"errors\":[{\"message\":\"You have exceeded a secondary "
		"rate "
		"limit.\"}]}"},
	    {"403 No", "Retry-After: 7\r\n", "{}"},
	    {"429 No", DATE SPENT "Retry-After: 7\r\n", "{}"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w = {.n = 0};
		struct object_id id;

		reply(&w, rows[i].status, rows[i].fields, rows[i].body);
		begin(&w);
		IS(result_of_query(&w), LIMITED);
		ck_assert(github_is_limited(w.github));
		IS(head(&w, &id), LIMITED);
		ck_assert_uint_eq(hostile_requests(w.server), 1);
		end(&w);
	}
}
END_TEST

/* GitHub, "Rate limits and query limits for the GraphQL API": the status of a
 * secondary limit is 200 or 403. */
START_TEST(a_limit_of_a_query_with_200_lasts_as_long_as_it_says)
{
	struct world w = {.n = 0};
	int64_t wait;

	reply(&w, "200 OK", "Retry-After: 300\r\n",
	    "{\"errors\":[{\"type\":\"RATE_LIMITED\",\"message\":\"You have "
	    "exceeded a secondary rate limit.\"}]}");
	begin(&w);
	IS(result_of_query(&w), LIMITED);
	wait = github_limited_until(w.github) - clock_real_ms();
	ck_assert_int_gt(wait, 290000);
	ck_assert_int_le(wait, 300000);
	end(&w);
}
END_TEST

START_TEST(an_answer_that_is_good_asks_for_no_pause)
{
	struct world w = {.n = 0};
	struct object_id id;

	reply(&w, "200 OK", "Retry-After: 300\r\n", REF);
	begin(&w);
	IS(head(&w, &id), OK);
	ck_assert(!github_is_limited(w.github));
	end(&w);
}
END_TEST

START_TEST(a_tree_has_its_entries)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	const struct object_entry *entry;

	IS(tree_of_id(TREE_3,
	       TREE_ID(TREE_3, "false",
		   ENTRY("0001-\\u00fc.md", "100644", "blob",
		       ",\"size\":12") "," ENTRY("x", "040000", "tree",
		       "") "," ENTRY("m", "160000", "commit", "")),
	       &tree),
	    OK);
	ck_assert_uint_eq(tree.n, 3);
	entry = find_entry(&tree, "0001-ü.md");
	ck_assert_ptr_nonnull(entry);
	ck_assert_int_eq((int)entry->kind, (int)OBJECT_BLOB);
	ck_assert_uint_eq(entry->mode, 0100644);
	ck_assert_uint_eq(entry->size, 12);
	ck_assert_str_eq(entry->id.hex, ID_B);
	ck_assert_int_eq((int)find_entry(&tree, "x")->kind, (int)OBJECT_TREE);
	ck_assert_int_eq((int)find_entry(&tree, "m")->kind, (int)OBJECT_COMMIT);
	ck_assert_ptr_null(find_entry(&tree, "y"));
	object_tree_release(&tree);

	IS(tree_of(TREE("false", ""), &tree), OK);
	ck_assert_uint_eq(tree.n, 0);
	object_tree_release(&tree);
}
END_TEST

START_TEST(a_tree_that_is_not_whole_is_none)
{
	struct object_tree tree = OBJECT_TREE_INIT;

#define GOOD ENTRY("a", "100644", "blob", ",\"size\":1")
	IS(tree_of(TREE("true", GOOD), &tree), TRUNCATED);
	IS(tree_of(TREE("0", GOOD), &tree), BROKEN);
	IS(tree_of("{\"sha\":\"" ID_A "\",\"tree\":[]}", &tree), BROKEN);
	IS(tree_of("{\"sha\":\"" ID_A "\",\"truncated\":false}", &tree),
	    BROKEN);
	IS(tree_of(
	       "{\"sha\":\"" ID_B "\",\"truncated\":false,\"tree\":[]}", &tree),
	    BROKEN);
	IS(tree_of(TREE("false", GOOD ",7"), &tree), BROKEN);
	IS(tree_of(TREE("false",
		       GOOD "," ENTRY("a/b", "100644", "blob", ",\"size\":1")),
	       &tree),
	    BROKEN);
	IS(tree_of(TREE("false", ENTRY("..", "040000", "tree", "")), &tree),
	    BROKEN);
	IS(tree_of(TREE("false", ENTRY("a", "100644", "blob", "")), &tree),
	    BROKEN);
	IS(tree_of(TREE("false", ENTRY("a", "100648", "blob", ",\"size\":1")),
	       &tree),
	    BROKEN);
	IS(tree_of(TREE("false", ENTRY("a", "100644", "bolb", ",\"size\":1")),
	       &tree),
	    BROKEN);
	ck_assert_ptr_null(tree.entries);
}
END_TEST

#define FILE_OF(name)   ENTRY(name, "100644", "blob", ",\"size\":1")
#define FOLDER_OF(name) ENTRY(name, "040000", "tree", "")
#define A0              ENTRY("a0", "100755", "blob", ",\"size\":1")
#define LINK            ENTRY("b", "120000", "blob", ",\"size\":1")

static enum github_result
parse_tree_4(const char *entries)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	struct json_object *json = NULL;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	enum github_result result;
	const char *why;

	buf_addf(&text, TREE_ID(TREE_4, "false", "%s"), entries);
	ck_assert_int_eq(json_parse(text.s, text.len, &json, &err), 0);
	result = object_parse_tree(json, TREE_4, &tree, &why);
	ck_assert(result == GITHUB_OK || tree.entries == NULL);
	object_tree_release(&tree);
	json_object_put(json);
	buf_release(&text);
	return result;
}

START_TEST(a_tree_is_taken_only_if_its_entries_have_its_id)
{
	static const struct {
		const char *entries;
		enum github_result result;
	} rows[] = {
	    {FILE_OF("a.md") "," FOLDER_OF("a") "," A0 "," LINK, GITHUB_OK},
	    /* Git's order is not that of the answer. */
	    {LINK "," A0 "," FOLDER_OF("a") "," FILE_OF("a.md"), GITHUB_OK},
	    /* One is missing, and nobody says so. */
	    {FILE_OF("a.md") "," FOLDER_OF("a") "," A0, GITHUB_DAMAGED},
	    {FILE_OF("a.md"), GITHUB_DAMAGED},
	    /* One too many, and one twice. */
	    {FILE_OF("a.md") "," FOLDER_OF("a") "," A0 "," LINK
						"," FILE_OF("c"),
		GITHUB_DAMAGED},
	    {FILE_OF("a.md") "," FOLDER_OF("a") "," A0 "," LINK "," LINK,
		GITHUB_DAMAGED},
	    /* Another name, kind, mode. */
	    {FILE_OF("a.mb") "," FOLDER_OF("a") "," A0 "," LINK,
		GITHUB_DAMAGED},
	    {FILE_OF("a.md") "," FILE_OF("a") "," A0 "," LINK, GITHUB_DAMAGED},
	    {FILE_OF("a.md") "," FOLDER_OF("a") "," FILE_OF("a0") "," LINK,
		GITHUB_DAMAGED},
	    /* A name that JSON cannot hold. */
	    {FILE_OF("a.md") "," FILE_OF("\\ufffd"), GITHUB_OK}};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(parse_tree_4(rows[i].entries) == rows[i].result,
		    "%s", rows[i].entries);
}
END_TEST

START_TEST(a_damaged_tree_is_asked_for_again)
{
	struct object_tree tree = OBJECT_TREE_INIT;
	struct world w = {.n = 0};
	size_t i;

	reply(&w, "200 OK", "", TREE_ID(TREE_4, "false", A0));
	reply(&w, "200 OK", "",
	    TREE_ID(TREE_4, "false",
		FILE_OF("a.md") "," FOLDER_OF("a") "," A0 "," LINK));
	for (i = 0; i < 4; i++)
		reply(&w, "200 OK", "", TREE_ID(TREE_4, "false", A0));
	begin(&w);
	IS(object_get_tree(w.github, TREE_4, &tree, &w.err), OK);
	ck_assert_uint_eq(tree.n, 4);
	object_tree_release(&tree);
	IS(object_get_tree(w.github, TREE_4, &tree, &w.err), DAMAGED);
	ck_assert_uint_eq(tree.n, 0);
	end(&w);
}
END_TEST

START_TEST(a_commit_has_its_tree_and_parents)
{
	struct world w = {.n = 0};
	struct object_commit commit = OBJECT_COMMIT_INIT;

	reply(&w, "200 OK", "",
	    "{\"sha\":\"" ID_A "\",\"tree\":{\"sha\":\"" ID_B
	    "\"},\"parents\":[{\"sha\":\"" ID_A "\"},{\"sha\":\"" ID_C "\"}]}");
	reply(&w, "200 OK", "",
	    "{\"sha\":\"" ID_A "\",\"tree\":{\"sha\":\"" ID_B
	    "\"},\"parents\":[{\"sha\":\"x\"}]}");
	/* Another one, as a cache on the way may have it. */
	reply(&w, "200 OK", "",
	    "{\"sha\":\"" ID_C "\",\"tree\":{\"sha\":\"" ID_B
	    "\"},\"parents\":[]}");
	begin(&w);
	IS(object_get_commit(w.github, ID_A, &commit, &w.err), OK);
	ck_assert_str_eq(commit.tree.hex, ID_B);
	ck_assert_uint_eq(commit.n_parents, 2);
	ck_assert_str_eq(commit.parents[1].hex, ID_C);
	object_commit_release(&commit);
	IS(object_get_commit(w.github, ID_A, &commit, &w.err), BROKEN);
	IS(object_get_commit(w.github, ID_A, &commit, &w.err), BROKEN);
	IS(object_get_commit(w.github, "main", &commit, &w.err), INVALID);
	ck_assert_uint_eq(hostile_requests(w.server), 3);
	end(&w);
}
END_TEST

START_TEST(a_poll_of_an_unchanged_branch_is_one_conditional_request)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};

	reply(&w, "304 Not Modified", "", "");
	begin(&w);
	IS(refs_poll(w.github, "main", ID_A, &id, &w.err), OK);
	ck_assert_str_eq(id.hex, ID_A);
	ck_assert_ptr_nonnull(strstr(
	    hostile_head(w.server, 0), "\r\nIf-None-Match: \"" ID_A "\"\r\n"));
	ck_assert_ptr_nonnull(strstr(hostile_head(w.server, 0),
	    "\r\nAccept: application/vnd.github.sha\r\n"));
	ck_assert(std_starts(hostile_head(w.server, 0),
	    "GET /repos/octocat/tasks/commits/heads/main HTTP/1.1\r\n"));
	end(&w);
}
END_TEST

START_TEST(a_poll_of_a_moved_branch_takes_the_head_from_the_ref)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};

	/* An old head, as a cache might hold it. */
	reply(&w, "200 OK", "", ID_C);
	reply(&w, "200 OK", "", "{\"object\":{\"sha\":\"" ID_B "\"}}");
	begin(&w);
	IS(refs_poll(w.github, "main", ID_A, &id, &w.err), OK);
	ck_assert_str_eq(id.hex, ID_B);
	ck_assert(std_starts(hostile_head(w.server, 1),
	    "GET /repos/octocat/tasks/git/ref/heads/main HTTP/1.1\r\n"));
	end(&w);
}
END_TEST

START_TEST(a_poll_without_a_known_head_asks_for_the_ref)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};

	reply(&w, "200 OK", "", "{\"object\":{\"sha\":\"" ID_B "\"}}");
	reply(&w, "200 OK", "", "{\"object\":{\"sha\":\"" ID_B "\"}}");
	begin(&w);
	IS(refs_poll(w.github, "main", NULL, &id, &w.err), OK);
	ck_assert_str_eq(id.hex, ID_B);
	IS(refs_poll(w.github, "main", "", &id, &w.err), OK);
	ck_assert(std_starts(hostile_head(w.server, 1),
	    "GET /repos/octocat/tasks/git/ref/heads/main HTTP/1.1\r\n"));
	end(&w);
}
END_TEST

START_TEST(a_poll_that_fails_leaves_its_output_alone)
{
	struct world w = {.n = 0};
	struct object_id id = {"x"};

	reply(&w, "422 No", "", "{\"message\":\"No commit found for SHA\"}");
	reply(&w, "401 No", "", "{}");
	begin(&w);
	IS(refs_poll(w.github, "main", ID_A, &id, &w.err), ABSENT);
	IS(refs_poll(w.github, "main", ID_A, &id, &w.err), UNAUTHORIZED);
	ck_assert_str_eq(id.hex, "x");
	end(&w);
}
END_TEST

static enum github_result
order_of(const char *status, const char *json, enum refs_order *order)
{
	struct world w = {.n = 0};
	enum github_result result;

	reply(&w, status, "", json);
	begin(&w);
	result = refs_compare(w.github, ID_A, ID_B, order, &w.err);
	ck_assert(std_starts(hostile_head(w.server, 0),
	    "GET /repos/octocat/tasks/compare/" ID_A "..." ID_B
	    "?per_page=1 HTTP/1.1\r\n"));
	end(&w);
	return result;
}

START_TEST(commits_are_compared)
{
	static const struct {
		const char *status, *json;
		enum refs_order order;
	} cases[] = {
	    {"200 OK", "{\"status\":\"identical\"}", REFS_IDENTICAL},
	    {"200 OK", "{\"status\":\"ahead\"}", REFS_AHEAD},
	    {"200 OK", "{\"status\":\"behind\"}", REFS_BEHIND},
	    {"200 OK", "{\"status\":\"diverged\"}", REFS_DIVERGED},
	    {"404 No", "{\"message\":\"No common ancestor between a and b.\"}",
		REFS_UNRELATED},
	};
	enum refs_order order;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		IS(order_of(cases[i].status, cases[i].json, &order), OK);
		ck_assert_int_eq((int)order, (int)cases[i].order);
	}
	IS(order_of("200 OK", "{\"status\":\"odd\"}", &order), BROKEN);
	IS(order_of("200 OK", "{}", &order), BROKEN);
	IS(order_of("401 No", "{}", &order), UNAUTHORIZED);
}
END_TEST

/* Compare where GitHub says 404, and then so of base and head. */
static enum github_result
order_after_404(const char *base, const char *head, enum refs_order *order)
{
	struct world w = {.n = 0};
	enum github_result result;

	reply(&w, "404 No", "", "{\"message\":\"Not Found\"}");
	reply(&w, base, "", "{\"sha\":\"" ID_A "\"}");
	reply(&w, head, "", "{\"sha\":\"" ID_B "\"}");
	begin(&w);
	result = refs_compare(w.github, ID_A, ID_B, order, &w.err);
	end(&w);
	return result;
}

START_TEST(a_404_for_a_comparison_of_known_commits_is_no_answer)
{
	enum refs_order order = REFS_AHEAD;

	IS(order_after_404("200 OK", "200 OK", &order), TEMPORARY);
	IS(order_after_404("500 No", "200 OK", &order), TEMPORARY);
	ck_assert_int_eq((int)order, (int)REFS_AHEAD);
	IS(order_after_404("404 No", "200 OK", &order), OK);
	ck_assert_int_eq((int)order, (int)REFS_UNRELATED);
	order = REFS_AHEAD;
	IS(order_after_404("200 OK", "404 No", &order), OK);
	ck_assert_int_eq((int)order, (int)REFS_UNRELATED);
}
END_TEST

/* Pull requests. */

#define PULL(number, state, merged, owner, branch)                             \
	"{\"number\":" number ",\"state\":\"" state "\",\"merged_at\":" merged \
	",\"merge_commit_sha\":\"" ID_C "\",\"html_url\":\"https://x/1\","     \
	"\"head\":{\"label\":\"" owner ":" branch "\",\"ref\":\"" branch       \
	"\",\"sha\":\"" ID_A "\"}}"

START_TEST(a_pull_request_is_opened_once)
{
	static const struct pr_new what = {
	    .title = "T", .branch = "codex/x", .into = "main"};
	struct world w = {.n = 0};
	struct pr pull = PR_INIT;
	char text[MSG_TEXT_MAX];

	reply(&w, "201 Created", "",
	    PULL("7", "open", "null", "octocat", "codex/x"));
	reply(&w, "422 No", "",
	    "{\"message\":\"Validation Failed\",\"errors\":[{\"message\":\"A "
	    "pull request already exists for octocat:codex/x.\"}]}");
	reply(&w, "422 No", "",
	    "{\"message\":\"Validation Failed\",\"errors\":[{\"message\":\"No "
	    "commits between main and codex/x\"}]}");
	step(&w, HOSTILE_CLOSE, NULL);
	begin(&w);
	IS(pr_open(w.github, &what, &pull, &w.err), OK);
	ck_assert_int_eq(pull.number, 7);
	ck_assert(pull.open && !pull.merged);
	ck_assert_str_eq(pull.head.hex, ID_A);
	ck_assert_str_eq(pull.merge.hex, "");
	ck_assert_str_eq(pull.branch, "codex/x");
	ck_assert_str_eq(pull.url, "https://x/1");
	pr_release(&pull);
	IS(pr_open(w.github, &what, &pull, &w.err), EXISTS);
	IS(pr_open(w.github, &what, &pull, &w.err), INVALID);
	ck_assert_str_eq(err_text(&w.err, text),
	    "GitHub hat die Änderung abgelehnt: „Validation Failed: No commits "
	    "between main and codex/x“");
	IS(pr_open(w.github, &what, &pull, &w.err), UNKNOWN);
	ck_assert_uint_eq(hostile_requests(w.server), 4);
	end(&w);
}
END_TEST

START_TEST(pull_requests_are_found_by_their_branch_alone)
{
	struct world w = {.n = 0};
	struct pr_list list = PR_LIST_INIT;

	reply(&w, "200 OK", "",
	    "[" PULL("9", "closed", "\"2026-11-22T06:00:00Z\"", "OctoCat",
		"codex/x") "," PULL("8", "open", "null", "mallory",
		"codex/x") "," PULL("7", "open", "null", "octocat",
		"codex/y") "]");
	reply(&w, "200 OK", "", "{}");
	begin(&w);
	IS(pr_find(w.github, "codex/x", PR_ALL, &list, &w.err), OK);
	ck_assert_uint_eq(list.n, 1);
	ck_assert(list.pulls[0].merged && !list.pulls[0].open);
	ck_assert_str_eq(list.pulls[0].merge.hex, ID_C);
	ck_assert(std_starts(hostile_head(w.server, 0),
	    "GET /repos/octocat/tasks/pulls?state=all&sort=created&"
	    "direction=desc&per_page=100&head=octocat%3Acodex/x HTTP/1.1"));
	pr_list_release(&list);
	IS(pr_find(w.github, "codex/x", PR_OPEN, &list, &w.err), BROKEN);
	IS(pr_find(w.github, "../x", PR_OPEN, &list, &w.err), INVALID);
	ck_assert_uint_eq(hostile_requests(w.server), 2);
	end(&w);
}
END_TEST

/* What must not be. */

START_TEST(names_that_lead_elsewhere_are_not_asked_for)
{
	static const char *const names[] = {NULL, "", "/", "a//b", "../x",
	    "a/../b", "a/.b", "a b", "a?b", "a\nb", "-a", "a.", "a:b", "\xff",
	    "a@{1}"};
	struct world w = {.n = 0};
	struct object_id id;
	size_t i;

	reply(&w, "200 OK", "", REF);
	begin(&w);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		IS(refs_head(w.github, names[i], &id, &w.err), INVALID);
		IS(refs_update(w.github, names[i], ID_A, &w.err), INVALID);
		IS(refs_create(w.github, names[i], ID_A, &w.err), INVALID);
	}
	IS(refs_update(w.github, "main", "abc", &w.err), INVALID);
	ck_assert_uint_eq(hostile_requests(w.server), 0);
	end(&w);
}
END_TEST

static void
look_for_token(void *arg, const struct github_event *event)
{
	unsigned *events = arg;

	ck_assert_ptr_null(strstr(event->path, TOKEN));
	ck_assert_str_eq(event->method, "GET");
	ck_assert_str_eq(event->path, "/git/ref/heads/main");
	ck_assert_int_eq(
	    event->result, *events == 0 ? GITHUB_TEMPORARY : GITHUB_ABSENT);
	ck_assert_int_eq(event->status, *events == 0 ? 502 : 404);
	ck_assert_int_gt(event->us, 0);
	++*events;
}

START_TEST(the_token_is_told_to_nobody)
{
	struct world w = {.n = 0};
	struct object_id id;
	unsigned events = 0;

	reply(&w, "502 No", "", "{\"message\":\"you said " TOKEN "\"}");
	reply(&w, "404 No", "", "{\"message\":\"you said " TOKEN "\"}");
	begin(&w);
	github_watch(w.github, look_for_token, &events);
	IS(head(&w, &id), ABSENT);
	ck_assert_uint_eq(events, 2);
	ck_assert_ptr_null(strstr(t_text(&w.err), TOKEN));
	ck_assert_ptr_null(strstr(w.err.detail, TOKEN));
	ck_assert_ptr_nonnull(strstr(w.err.detail, "status 404"));
	end(&w);
}
END_TEST

static void
take_left(void *arg, const struct github_event *event)
{
	*(int64_t *)arg = event->left;
}

START_TEST(points_that_are_left_are_not_taken_for_requests)
{
	struct world w = {.n = 0};
	struct object_id id;
	int64_t left = 0;

	reply(&w, "200 OK", "x-ratelimit-remaining: 7\r\n",
	    TEXTS("\"bytes\"", "null"));
	reply(&w, "200 OK", "x-ratelimit-remaining: 9\r\n", REF);
	begin(&w);
	github_watch(w.github, take_left, &left);
	IS(result_of_query(&w), OK);
	ck_assert_int_eq(left, -1);
	IS(head(&w, &id), OK);
	ck_assert_int_eq(left, 9);
	end(&w);
}
END_TEST

START_TEST(the_token_goes_to_no_address_in_the_clear)
{
	static const char *const bad[] = {NULL, "", "http://example.org",
	    "http://127.0.0.1.example.org", "http://localhostx",
	    "http://127.0.0.1@example.org", "ftp://127.0.0.1", "https://",
	    "https:///x", "https://a?b", "https://a#b", "https://a b"};
	static const char *const good[] = {"https://api.github.com",
	    "https://host/api/v3/", "http://127.0.0.1:80", "http://[::1]:80",
	    "http://localhost/x"};
	struct github_options options = {
	    .token = TOKEN, .owner = "o", .repo = "r"};
	struct github *github;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		options.api_url = bad[i];
		ck_assert_int_eq(github_open(&options, &github, &err), -1);
		ck_assert_int_eq((int)err.code, (int)ERR_SETTING);
		ck_assert_ptr_null(strstr(t_text(&err), TOKEN));
	}
	for (i = 0; i < ARRAY_LEN(good); i++) {
		options.api_url = good[i];
		ck_assert_int_eq(github_open(&options, &github, &err), 0);
		github_close(github);
	}
	options.token = "a\r\nX: y";
	ck_assert_int_eq(github_open(&options, &github, &err), -1);
	options.token = TOKEN;
	options.owner = "..";
	ck_assert_int_eq(github_open(&options, &github, &err), -1);
	github_close(NULL);
}
END_TEST

/*
 * A whole push against the fake GitHub, if there is one: FAKE_GITHUB_URL, and
 * FAKE_GITHUB_REPO (usera/vault), FAKE_GITHUB_TOKEN (write-token).
 */

struct fake {
	struct github *github;
	struct err err;
	struct object_id head, tree, commit;
};

static struct fake
open_fake(const char *url)
{
	const char *repo = getenv("FAKE_GITHUB_REPO");
	const char *token = getenv("FAKE_GITHUB_TOKEN");
	struct github_options options = {.api_url = url,
	    .token = token != NULL ? token : "write-token",
	    .owner = "usera",
	    .repo = "vault"};
	struct fake fake = {.err = ERR_INIT};
	char owner[100];

	if (repo != NULL && sscanf(repo, "%99[^/]", owner) == 1) {
		options.owner = owner;
		options.repo = strchr(repo, '/') + 1;
	}
	ck_assert_int_eq(github_open(&options, &fake.github, &fake.err), 0);
	return fake;
}

#define FINE(call)                                                             \
	do {                                                                   \
		enum github_result result_ = (call);                           \
		ck_assert_msg(result_ == GITHUB_OK, "%s: %s",                  \
		    github_result_name(result_), fake->err.detail);            \
	} while (0)

/* A commit on `parent` with these changes; leaves tree and commit. */
static void
commit_on(struct fake *fake, const struct object_id *parent,
    const struct object_change *changes, size_t n)
{
	struct object_commit old = OBJECT_COMMIT_INIT;
	const char *parents[] = {parent->hex};
	struct object_new_commit new = {
	    .message = "[codex] Tëst",
	    .parents = parents,
	    .n_parents = 1,
	    .author = {"octocat", "octocat@example.org"},
	    .committer = {"Codex", "codex@example.org"},
	    .when = INT64_C(1795000000123),
	};
	struct object_id again;

	FINE(object_get_commit(fake->github, parent->hex, &old, &fake->err));
	FINE(object_make_tree(
	    fake->github, old.tree.hex, changes, n, &fake->tree, &fake->err));
	new.tree = fake->tree.hex;
	FINE(object_make_commit(fake->github, &new, &fake->commit, &fake->err));
	FINE(object_make_commit(fake->github, &new, &again, &fake->err));
	ck_assert_str_eq(again.hex, fake->commit.hex);
	object_commit_release(&old);
}

static void
check_files(struct fake *fake, const struct object_change *changes, size_t n)
{
	struct object_tree tree = OBJECT_TREE_INIT, folder = OBJECT_TREE_INIT;
	struct object_blob blobs[8];
	const struct object_entry *entry;
	size_t i;

	FINE(object_get_tree(fake->github, fake->tree.hex, &tree, &fake->err));
	entry = find_entry(&tree, "t-äß#?%");
	ck_assert_ptr_nonnull(entry);
	FINE(object_get_tree(fake->github, entry->id.hex, &folder, &fake->err));
	for (i = 0; i < n; i++) {
		entry = find_entry(&folder, strrchr(changes[i].path, '/') + 1);
		ck_assert_ptr_nonnull(entry);
		ck_assert_uint_eq(entry->size, changes[i].len);
		blobs[i] =
		    (struct object_blob){.id = entry->id, .bytes = BUF_INIT};
	}
	/* One that is missing does not hurt the others. */
	blobs[n] = (struct object_blob){.id = {ID_A}, .bytes = BUF_INIT};
	IS(object_get_blobs(fake->github, blobs, n + 1, &fake->err), ABSENT);
	IS(blobs[n].result, ABSENT);
	for (i = 0; i < n; i++) {
		IS(blobs[i].result, OK);
		ck_assert_uint_eq(blobs[i].bytes.len, changes[i].len);
		ck_assert_mem_eq(
		    blobs[i].bytes.s, changes[i].bytes, changes[i].len);
	}
	object_blobs_release(blobs, n + 1);
	object_tree_release(&tree);
	object_tree_release(&folder);
}

static void
check_orders(struct fake *fake)
{
	enum refs_order order;

	FINE(refs_compare(fake->github, fake->head.hex, fake->commit.hex,
	    &order, &fake->err));
	ck_assert_int_eq((int)order, (int)REFS_AHEAD);
	FINE(refs_compare(fake->github, fake->commit.hex, fake->head.hex,
	    &order, &fake->err));
	ck_assert_int_eq((int)order, (int)REFS_BEHIND);
	FINE(refs_compare(
	    fake->github, fake->head.hex, fake->head.hex, &order, &fake->err));
	ck_assert_int_eq((int)order, (int)REFS_IDENTICAL);
	FINE(refs_compare(
	    fake->github, fake->head.hex, ID_A, &order, &fake->err));
	ck_assert_int_eq((int)order, (int)REFS_UNRELATED);
}

static void
check_pulls(struct fake *fake, const char *into)
{
	static const char branch[] = "codex/tasks-0042";
	const struct pr_new what = {
	    .title = "0042 Tëst", .body = "x", .branch = branch, .into = into};
	struct pr pull = PR_INIT, same = PR_INIT;
	struct pr_list list = PR_LIST_INIT;

	pr_list_release(&list);
	FINE(pr_open(fake->github, &what, &pull, &fake->err));
	IS(pr_open(fake->github, &what, &same, &fake->err), EXISTS);
	FINE(pr_get(fake->github, pull.number, &same, &fake->err));
	ck_assert_str_eq(same.head.hex, fake->commit.hex);
	ck_assert(same.open && !same.merged);
	FINE(pr_find(fake->github, branch, PR_OPEN, &list, &fake->err));
	ck_assert_uint_eq(list.n, 1);
	ck_assert_int_eq(list.pulls[0].number, pull.number);
	pr_list_release(&list);
	FINE(pr_find(fake->github, "codex/none", PR_ALL, &list, &fake->err));
	ck_assert_uint_eq(list.n, 0);
	IS(pr_get(fake->github, 9999, &same, &fake->err), ABSENT);
	pr_release(&pull);
	pr_release(&same);
}

START_TEST(a_push_goes_through_a_real_repository)
{
	static const struct object_change added[] = {
	    {.path = "t-äß#?%/0001-ü.md", .bytes = "ä\r\n\"x\"\n", .len = 8},
	    {.path = "t-äß#?%/bin", .bytes = "\0\xff\n", .len = 3},
	    {.path = "t-äß#?%/empty", .bytes = "", .len = 0},
	};
	static const struct object_change removed[] = {
	    {.path = "t-äß#?%/bin", .gone = true}};
	const char *url = getenv("FAKE_GITHUB_URL");
	struct fake fake_, *fake = &fake_;
	struct object_id id, first;
	uint64_t n;
	struct object_tree tree = OBJECT_TREE_INIT;

	if (url == NULL)
		return;
	fake_ = open_fake(url);
	FINE(refs_head(fake->github, "main", &fake->head, &fake->err));
	commit_on(fake, &fake->head, added, ARRAY_LEN(added));
	check_files(fake, added, ARRAY_LEN(added));
	check_orders(fake);
	first = fake->commit;
	FINE(refs_update(fake->github, "main", first.hex, &fake->err));
	n = github_requests(fake->github);
	FINE(refs_poll(fake->github, "main", first.hex, &id, &fake->err));
	ck_assert_str_eq(id.hex, first.hex);
	ck_assert_uint_eq(github_requests(fake->github), n + 1);
	FINE(refs_poll(fake->github, "main", fake->head.hex, &id, &fake->err));
	ck_assert_str_eq(id.hex, first.hex);

	/* Another one on the old head, and one on top. */
	commit_on(fake, &fake->head, &added[2], 1);
	IS(refs_update(fake->github, "main", fake->commit.hex, &fake->err),
	    NOT_FORWARD);
	commit_on(fake, &first, removed, 1);
	FINE(refs_create(
	    fake->github, "codex/tasks-0042", fake->commit.hex, &fake->err));
	IS(refs_create(
	       fake->github, "codex/tasks-0042", fake->commit.hex, &fake->err),
	    EXISTS);
	check_pulls(fake, "main");
	IS(refs_update(fake->github, "codex/gone", first.hex, &fake->err),
	    ABSENT);
	IS(refs_head(fake->github, "codex/gone", &id, &fake->err), ABSENT);
	IS(object_get_tree(fake->github, ID_A, &tree, &fake->err), ABSENT);
	github_close(fake->github);
}
END_TEST

T_MAIN("github", a_head_is_asked_for_as_github_wants_it,
    every_status_has_its_own_result,
    an_empty_repository_has_a_sentence_of_its_own,
    an_answer_of_another_shape_is_broken, an_oversized_answer_is_refused,
    a_passing_failure_is_tried_again, waits_between_tries_double,
    a_slow_answer_ends_in_time, objects_are_made_again_after_a_lost_answer,
    a_branch_is_never_moved_twice, a_refusal_is_told_in_githubs_words,
    a_branch_in_the_way_is_found, a_refused_move_says_why,
    a_request_that_never_left_did_not_happen,
    an_answer_about_the_limit_stops_the_sending, an_odd_limit_is_a_careful_one,
    requests_go_on_after_the_limit,
    limits_without_a_time_double_until_all_is_well,
    a_limit_of_writing_doubles_though_reading_goes_well,
    the_last_request_that_is_left_ends_the_sending,
    a_busy_server_that_names_a_time_is_left_alone,
    a_limit_from_before_a_restart_holds,
    a_limit_stops_the_calls_that_are_not_yet_sent,
    sixteen_calls_are_under_way_at_once,
    a_call_that_fails_does_not_hurt_the_others, a_blob_is_asked_for_once,
    bytes_of_another_id_are_asked_for_again, a_blob_that_stays_damaged_is_none,
    bytes_in_base64_are_decoded, a_blob_has_the_id_that_git_gives_it,
    a_blob_that_github_has_made_of_other_bytes_is_none,
    a_text_is_taken_only_if_it_has_the_id,
    a_query_to_an_enterprise_server_goes_beside_its_rest,
    blobs_go_into_as_many_queries_as_their_bytes_need,
    a_query_that_is_not_answered_well_is_sent_again,
    a_query_without_a_good_text_is_not_repeated, a_slow_query_ends_in_time,
    points_that_are_used_up_stop_queries_alone,
    points_that_are_left_are_not_taken_for_requests,
    a_limit_of_a_query_that_is_no_matter_of_points_stops_all,
    a_limit_of_a_query_with_200_lasts_as_long_as_it_says,
    an_answer_that_is_good_asks_for_no_pause, a_tree_has_its_entries,
    a_tree_that_is_not_whole_is_none,
    a_tree_is_taken_only_if_its_entries_have_its_id,
    a_damaged_tree_is_asked_for_again, a_commit_has_its_tree_and_parents,
    a_poll_of_an_unchanged_branch_is_one_conditional_request,
    a_poll_of_a_moved_branch_takes_the_head_from_the_ref,
    a_poll_without_a_known_head_asks_for_the_ref,
    a_poll_that_fails_leaves_its_output_alone, commits_are_compared,
    a_404_for_a_comparison_of_known_commits_is_no_answer,
    a_pull_request_is_opened_once,
    pull_requests_are_found_by_their_branch_alone,
    names_that_lead_elsewhere_are_not_asked_for, the_token_is_told_to_nobody,
    the_token_goes_to_no_address_in_the_clear,
    a_push_goes_through_a_real_repository)
