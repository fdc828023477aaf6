/*
 * request, reply, guard: what comes in, what goes out, and who may.
 */
#include "t.h"
#include "auth/guard.h"
#include "base/enc.h"
#include "base/etag.h"
#include "base/json.h"
#include "web/reply.h"
#include "web/request.h"

/* Routes */

static bool
matches(const char *pattern, const char *target)
{
	struct request request = REQUEST_INIT;
	bool is;

	request.target = target;
	is = request_match(&request, pattern);
	request_release(&request);
	return is;
}

START_TEST(a_path_matches_only_as_a_whole)
{
	ck_assert(matches("/codex", "/codex"));
	ck_assert(matches("/codex", "/codex?nocache=true"));
	ck_assert(matches("/codex", "/codex?"));
	ck_assert(matches("/codex", "/codex#x"));
	ck_assert(!matches("/codex", "/codex/"));
	ck_assert(!matches("/codex", "/codexx"));
	ck_assert(!matches("/codex", "/code"));
	ck_assert(!matches("/codex", "/CODEX"));
	ck_assert(!matches("/codex", "/x/codex"));
	ck_assert(!matches("/codex", "codex"));
	ck_assert(!matches("/codex", ""));
	ck_assert(!matches("/codex", "/"));
	ck_assert(!matches("/codex", "*"));
	ck_assert(!matches("/api/tasks/{id}/complete", "/api/tasks/1"));
	ck_assert(!matches("/api/tasks/{id}", "/api/tasks/1/complete"));
}
END_TEST

START_TEST(odd_ways_of_writing_a_path_match_nothing)
{
	static const char *const odd[] = {"http://127.0.0.1:8080/api/tasks/1",
	    "//api/tasks/1", "/api//tasks/1", "/api/tasks//1", "/api/tasks/",
	    "/api/tasks", "/api/tasks/1/", "/api/tasks//", "/./api/tasks/1",
	    "/api/../api/tasks/1", "/api/tasks/./1", "/%61pi/tasks/1",
	    "/api%2ftasks/1", "/api\\tasks\\1", "/api/tasks?/1",
	    "/api/tasks#/1", " /api/tasks/1", "api/tasks/1", "http://host", "?",
	    "#", ""};
	size_t i;

	for (i = 0; i < ARRAY_LEN(odd); i++)
		ck_assert_msg(
		    !matches("/api/tasks/{id}", odd[i]), "%s", odd[i]);
}
END_TEST

/* {id} as it comes out; NULL if the path does not match. */
static void
expect_id(const char *segment, const char *want)
{
	struct request request = REQUEST_INIT;
	struct buf target = BUF_INIT;

	buf_addf(&target, "/api/tasks/%s/complete", segment);
	request.target = target.s;
	buf_adds(&request.id, "what an earlier route left");
	if (want == NULL) {
		ck_assert_msg(
		    !request_match(&request, "/api/tasks/{id}/complete"), "%s",
		    segment);
	} else {
		ck_assert_msg(
		    request_match(&request, "/api/tasks/{id}/complete"), "%s",
		    segment);
		ck_assert_str_eq(request.id.s, want);
	}
	request_release(&request);
	buf_release(&target);
}

START_TEST(an_id_is_one_decoded_segment)
{
	struct buf id = BUF_INIT;
	int i;

	expect_id("0042", "0042");
	expect_id("0042-Br%C3%B6tchen%20holen", "0042-Brötchen holen");
	expect_id("a+b", "a+b");
	expect_id("a%2Bb", "a+b");
	expect_id("{id}", "{id}");
	/* No key is ever made of these (names_parse_id). */
	expect_id("..", "..");
	expect_id("%2e%2e", "..");
	expect_id("a%5cb", "a\\b");
	expect_id("%ff", "\xff");
	expect_id("%0d%0a", "\r\n");
	for (i = 0; i < 1000; i++)
		buf_adds(&id, "x");
	expect_id(id.s, id.s);
	buf_release(&id);
}
END_TEST

START_TEST(an_id_that_is_no_segment_matches_nothing)
{
	static const char *const broken[] = {"", "%2f", "a%2Fb",
	    "..%2f..%2fother", "%00", "0042%00.md", "%", "%4", "%zz", "%%",
	    "a/b", "/", "/1", "1/", "1?", "1#", "?id=1"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(broken); i++)
		expect_id(broken[i], NULL);
}
END_TEST

/* Queries, cookies */

static void
expect_query(const char *target, const char *want)
{
	struct request request = REQUEST_INIT;
	struct buf value = BUF_INIT;

	request.target = target;
	buf_adds(&value, "old");
	if (want != NULL) {
		ck_assert_msg(
		    request_query(&request, "tag", &value), "%s", target);
		ck_assert_str_eq(value.s, want);
	} else {
		ck_assert_msg(
		    !request_query(&request, "tag", &value), "%s", target);
		ck_assert_str_eq(value.s, "old");
	}
	buf_release(&value);
}

START_TEST(a_query_parameter_is_found_by_its_exact_name)
{
	expect_query("/x?tag=a", "a");
	expect_query("/x?stag=b&tag=a&tag=c", "a");
	expect_query("/x?t%61g=a", "a");
	expect_query("/x?tag", "");
	expect_query("/x?tag=", "");
	expect_query("/x?tag&x", "");
	expect_query("/x?&&=&tag=a=b?c/d&x", "a=b?c/d");
	expect_query("/x?tag=a+b%2Bc%20%C3%A4", "a b+c ä");
	expect_query("/x?tag=a#tag=b", "a");
	expect_query("/x?%zz=1&tag=a", "a");
	expect_query("/x", NULL);
	expect_query("/x?", NULL);
	expect_query("/x?Tag=a", NULL);
	expect_query("/x?tags=a&ta=b", NULL);
	expect_query("/x?x=tag", NULL);
	expect_query("/x?%74ag%00=a", NULL);
}
END_TEST

START_TEST(a_fragment_is_no_query)
{
	expect_query("/x#?tag=a", NULL);
	expect_query("/x?a#&tag=a", NULL);
}
END_TEST

START_TEST(a_value_that_does_not_decode_is_kept_as_sent)
{
	expect_query("/x?tag=%zz&tag=b", "%zz");
	expect_query("/x?tag=a%00b", "a%00b");
	expect_query("/x?tag=%", "%");
	expect_query("/x?tag=a%2", "a%2");
}
END_TEST

static void
expect_cookie(const char *header, const char *want)
{
	struct request request = REQUEST_INIT;
	struct buf value = BUF_INIT;
	bool found;

	request.cookie = header;
	found = request_cookie(&request, "session", &value);
	ck_assert_msg(found == (want != NULL), "%s", header);
	ck_assert_str_eq(value.s, want != NULL ? want : "");
	buf_release(&value);
}

static void
expect_wait(const char *prefer, int seconds)
{
	struct request request = REQUEST_INIT;

	request.prefer = prefer;
	ck_assert_msg(request_wait_s(&request) == seconds, "%s: %d",
	    prefer ? prefer : "none", request_wait_s(&request));
	request_release(&request);
}

START_TEST(a_preferred_wait_is_found_among_preferences)
{
	expect_wait("wait=5", 5);
	expect_wait("WAIT = 10", 10);
	expect_wait("wait=\"7\"", 7);
	expect_wait("wait=0", 0);
	expect_wait("wait=3;foo=bar", 3);
	expect_wait("respond-async, wait=4", 4);
	expect_wait("return=minimal;x=\"a, wait=9\" ,\tWait=2, wait=8", 2);
	expect_wait("x=\"\\\", wait=9\", wait=1", 1);
	expect_wait(", ,wait=6", 6);
	expect_wait("wait=99999999999999999999", REQUEST_WAIT_MAX);
}
END_TEST

START_TEST(a_malformed_preferred_wait_is_ignored)
{
	expect_wait(NULL, -1);
	expect_wait("", -1);
	expect_wait("wait", -1);
	expect_wait("wait=", -1);
	expect_wait("wait=-1", -1);
	expect_wait("wait=1.5", -1);
	expect_wait("wait=5s", -1);
	expect_wait("wait=x, wait=5", -1); /* the first one counts */
	expect_wait("waiting=5", -1);
	expect_wait("await=5", -1);
	expect_wait("x;wait=5", -1); /* a parameter of another */
	expect_wait("x=\"wait=5", -1);
	expect_wait("wait=\"5", -1);
	expect_wait("=;\",\\", -1);
}
END_TEST

START_TEST(a_cookie_is_found_by_its_exact_name)
{
	expect_cookie("session=a", "a");
	expect_cookie("x=1; session=a; session=b", "a");
	expect_cookie("x=1;session=a", "a");
	expect_cookie("x=1;\t session=a=b==", "a=b==");
	expect_cookie(";; ;session=a;", "a");
	expect_cookie("session=", "");
	expect_cookie("session=\"a\"", "\"a\"");
	expect_cookie(NULL, NULL);
	expect_cookie("", NULL);
	expect_cookie(";", NULL);
	expect_cookie("othersession=a", NULL);
	expect_cookie("x=1; other-session=a; session2=b; sessio=c", NULL);
	expect_cookie("x=session=a", NULL);
	expect_cookie("x=\"; \"session=a", NULL);
	expect_cookie("Session=a", NULL);
	expect_cookie("session", NULL);
	expect_cookie("session; =a", NULL);
	expect_cookie("__Host-session=a", NULL);
	expect_cookie("session =a", NULL);
	expect_cookie("=session=a", NULL);
	expect_cookie("$session=a, session=b", NULL);
	expect_cookie("x=\"a; session=b\"", "b\"");
	expect_cookie("session=a b ;", "a b ");
}
END_TEST

/* Entity tags */

START_TEST(a_tag_is_found_in_any_list_weak_or_strong)
{
	ck_assert(etag_matches("\"ab\"", "ab"));
	ck_assert(etag_matches("W/\"ab\"", "ab"));
	ck_assert(etag_matches("\"x\", W/\"ab\" ,\"y\"", "ab"));
	ck_assert(etag_matches("\"x\",\"ab\"", "ab"));
	ck_assert(etag_matches(",, \t\"ab\",", "ab"));
	ck_assert(etag_matches("ab", "ab"));
	ck_assert(etag_matches("x, ab", "ab"));
	ck_assert(!etag_matches(NULL, "ab"));
	ck_assert(!etag_matches("", "ab"));
	ck_assert(!etag_matches("\"\"", "ab"));
	ck_assert(!etag_matches("\"abc\", \"a\", \"b\"", "ab"));
	ck_assert(!etag_matches("\"AB\"", "ab"));
	ck_assert(!etag_matches("W/", "ab"));
	ck_assert(!etag_matches("w/\"ab\"", "ab"));
	ck_assert(!etag_matches("\" ab\"", "ab"));
}
END_TEST

START_TEST(a_comma_within_a_tag_does_not_part_it)
{
	ck_assert(!etag_matches("\"x,ab\"", "ab"));
	ck_assert(!etag_matches("\"ab,x\"", "ab"));
	ck_assert(!etag_matches("\"x,ab,y\"", "ab"));
	ck_assert(etag_matches("\"x,y\", \"ab\"", "ab"));
	ck_assert(etag_matches("\"x,y\"", "x,y"));
}
END_TEST

START_TEST(a_star_stands_for_any_tag_only_when_it_stands_alone)
{
	ck_assert(etag_matches("*", "ab"));
	ck_assert(etag_matches(" * ", "ab"));
	ck_assert(!etag_matches("*x", "ab"));
	ck_assert(!etag_matches("\"*\"", "ab"));
	ck_assert(!etag_matches("W/*", "ab"));
	ck_assert(!etag_matches("\"x\", *", "ab"));
}
END_TEST

START_TEST(a_content_is_known_by_sixteen_digits_of_its_hash_and_by_more)
{
	const char *hash = "00112233445566778899aabbccddeeff"
			   "0123456789abcdef0123456789abcdef";

	ck_assert(etag_matches_content("\"0011223344556677\"", hash));
	ck_assert(etag_matches_content("0011223344556677", hash));
	ck_assert(
	    etag_matches_content("\"00112233445566778899aabbccddeeff\"", hash));
	ck_assert(
	    etag_matches_content("W/\"x\", W/\"0011223344556677-0123\"", hash));
	ck_assert(etag_matches_content(hash, hash));
	ck_assert(etag_matches_content("*", hash));
	ck_assert(!etag_matches_content("\"001122334455667\"", hash));
	ck_assert(!etag_matches_content("\"001122334455667-7889\"", hash));
	ck_assert(!etag_matches_content("\"00112233445566770\"", hash));
	ck_assert(!etag_matches_content("\"0011223344556676\"", hash));
	ck_assert(!etag_matches_content("\"\", \"-\"", hash));
	ck_assert(!etag_matches_content("\"00112233445566778899aabbccddeeff"
					"0123456789abcdef0123456789abcdef0\"",
	    hash));
	ck_assert(!etag_matches_content(NULL, hash));
}
END_TEST

START_TEST(a_long_list_of_tags_takes_linear_time)
{
	struct buf list = BUF_INIT;
	int i;

	for (i = 0; i < 100000; i++)
		buf_adds(&list, "W/\"x,");
	ck_assert(!etag_matches(list.s, "ab"));
	buf_adds(&list, "\", \"ab\"");
	(void)etag_matches(list.s, "ab");
	buf_release(&list);
}
END_TEST

/* CGI parameters */

static void
take(char **envp, const char *values[PARAM_COUNT])
{
	struct param_index index;

	param_index_fill(&index);
	param_take(&index, envp, values);
}

static size_t
count_values(const char *const *values)
{
	size_t i, n = 0;

	for (i = 0; i < PARAM_COUNT; i++)
		n += values[i] != NULL;
	return n;
}

START_TEST(a_parameter_is_taken_by_its_name)
{
	const char *values[PARAM_COUNT];
	struct buf text = BUF_INIT;
	char *envp[] = {NULL, NULL};
	size_t i;

	for (i = 0; i < PARAM_COUNT; i++) {
		buf_reset(&text);
		buf_addf(&text, "%s=a=b", param_name((enum param)i));
		envp[0] = text.s;
		take(envp, values);
		ck_assert_str_eq(values[i], "a=b");
		ck_assert_uint_eq(count_values(values), 1);
	}
	buf_release(&text);
}
END_TEST

START_TEST(a_parameter_that_nothing_reads_is_none)
{
	char none[] = "", no_value[] = "REQUEST_METHOD", no_name[] = "=x",
	     shorter[] = "REQUEST_METHO=x", longer[] = "REQUEST_METHODS=x",
	     other[] = "REQUEST_MEXHOD=x", small[] = "request_method=x";
	char *envp[] = {
	    none, no_value, no_name, shorter, longer, other, small, NULL};
	const char *values[PARAM_COUNT];

	take(envp, values);
	ck_assert_uint_eq(count_values(values), 0);
}
END_TEST

START_TEST(of_two_parameters_with_one_name_the_first_counts)
{
	char first[] = "HTTP_COOKIE=", second[] = "HTTP_COOKIE=b",
	     other[] = "HTTP_PREFER=c";
	char *envp[] = {first, second, other, NULL};
	const char *values[PARAM_COUNT];

	take(envp, values);
	ck_assert_str_eq(values[PARAM_COOKIE], "");
	ck_assert_str_eq(values[PARAM_PREFER], "c");
	ck_assert_uint_eq(count_values(values), 2);
}
END_TEST

struct sent {
	const char *name, *value;
};

static const char *
look_up(void *arg, enum param param)
{
	const struct sent *p;

	for (p = arg; p->name != NULL; p++)
		if (strcmp(p->name, param_name(param)) == 0)
			return p->value;
	return NULL;
}

START_TEST(a_request_is_made_of_its_parameters)
{
	struct sent params[] = {
	    {"REQUEST_METHOD", "PUT"},
	    {"REQUEST_URI", "/api/tasks/1?x"},
	    {"DOCUMENT_URI", "/_build/1/-"},
	    {"CONTENT_TYPE", ""},
	    {"HTTP_COOKIE", "a=b"},
	    {"HTTP_IF_NONE_MATCH", "*"},
	    {"HTTP_X_CODEX_USER", "evil"},
	    {NULL, NULL},
	};
	struct request request = REQUEST_INIT;

	request_from_params(&request, look_up, params);
	ck_assert_str_eq(request.method, "PUT");
	ck_assert_str_eq(request.target, "/api/tasks/1?x");
	ck_assert_str_eq(request.internal, "/_build/1/-");
	ck_assert_str_eq(request.cookie, "a=b");
	ck_assert_str_eq(request.if_none_match, "*");
	ck_assert_ptr_null(request.content_type);
	ck_assert_ptr_null(request.origin);
	ck_assert_str_eq(request.user, "");
}
END_TEST

START_TEST(a_request_without_parameters_is_harmless)
{
	struct sent none = {NULL, NULL};
	struct request request = REQUEST_INIT;
	struct buf value = BUF_INIT;

	request_from_params(&request, look_up, &none);
	ck_assert(!request_match(&request, "/codex"));
	ck_assert(!request_query(&request, "x", &value));
	ck_assert(!request_cookie(&request, "x", &value));
	request_release(&request);
}
END_TEST

START_TEST(gzip_is_sent_to_a_client_that_takes_it)
{
	static const struct {
		const char *header;
		bool takes;
	} table[] = {
	    {NULL, false},
	    {"", false},
	    {"gzip", true},
	    {"GZip", true},
	    {"x-gzip", true},
	    {"gzip, deflate, br, zstd", true},
	    {"deflate, gzip;q=0.5", true},
	    {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
	    {"*", true},
	    {"*;q=0.1", true},
	    {"identity;q=0, *", true},
	    {"identity;q=0.5, gzip;q=0.5", true},
	    {"gzip ; q=0.001", true},
	    {"gzip;q=0", false},
	    {"gzip;q=0.000", false},
	    {"gzip;q=0, *", false},
	    {"*;q=0", false},
	    {"identity", false},
	    {"identity;q=0", false},
	    {"identity, gzip;q=0.5", false},
	    {"gzip;q=0.5, *", false},
	    {"deflate, br", false},
	    {"gzipped", false},
	    {"not-gzip", false},
	    {",, ,", false},
	    {";q=1", false},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		struct sent params[] = {
		    {"HTTP_ACCEPT_ENCODING", table[i].header}, {NULL, NULL}};
		struct request request = REQUEST_INIT;

		request_from_params(&request, look_up, params);
		ck_assert_msg(request_takes_gzip(&request) == table[i].takes,
		    "%s", table[i].header ? table[i].header : "(none)");
	}
}
END_TEST

/* Replies */

static void
print_whole(struct buf *out, const struct reply *reply, bool head)
{
	const struct buf *body = reply_body(reply, head);

	reply_print_head(out, reply);
	buf_add(out, body->s, body->len);
}

START_TEST(a_reply_is_status_headers_and_body)
{
	struct reply reply = REPLY_INIT;
	struct buf out = BUF_INIT;

	reply_header(&reply, "X-Cache", "miss");
	buf_adds(&reply.body, "{\"ok\":true}");
	print_whole(&out, &reply, false);
	ck_assert_str_eq(out.s,
	    "Status: 200 OK\r\nX-Cache: miss\r\n"
	    "Content-Type: application/json; charset=utf-8\r\n"
	    "Content-Length: 11\r\n\r\n{\"ok\":true}");
	buf_reset(&out);
	print_whole(&out, &reply, true);
	ck_assert_ptr_nonnull(strstr(out.s, "Content-Length: 11\r\n\r\n"));
	ck_assert_ptr_null(strstr(out.s, "ok"));
	reply_release(&reply);
	buf_release(&out);
}
END_TEST

START_TEST(a_304_has_neither_body_nor_length)
{
	struct buf shared = BUF_INIT, out = BUF_INIT;
	struct reply reply = REPLY_INIT;

	buf_adds(&shared, "[1]");
	reply.shared = &shared;
	print_whole(&out, &reply, false);
	ck_assert_ptr_nonnull(strstr(out.s, "Content-Length: 3\r\n\r\n[1]"));
	buf_reset(&out);
	reply.status = 304;
	print_whole(&out, &reply, false);
	ck_assert_str_eq(out.s, "Status: 304 Not Modified\r\n\r\n");
	buf_release(&shared);
	buf_release(&out);
}
END_TEST

START_TEST(a_packed_reply_says_so_but_neither_its_304_nor_an_error_does)
{
	struct buf packed = BUF_INIT, out = BUF_INIT;
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;

	buf_add(&packed, "\x1f\x8b\0z", 4);
	reply.shared = &packed;
	reply_set_gzip(&reply, true);
	print_whole(&out, &reply, true);
	ck_assert_str_eq(out.s,
	    "Status: 200 OK\r\nVary: Accept-Encoding\r\n"
	    "Content-Type: application/json; charset=utf-8\r\n"
	    "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n");
	buf_reset(&out);
	reply.status = 304;
	print_whole(&out, &reply, false);
	ck_assert_str_eq(
	    out.s, "Status: 304 Not Modified\r\nVary: Accept-Encoding\r\n\r\n");
	buf_reset(&out);
	err_set(&err, ERR_STORE, MSG_SYNC_SAYS);
	reply_error(&reply, &err);
	print_whole(&out, &reply, false);
	ck_assert_ptr_null(strstr(out.s, "Content-Encoding"));
	reply_release(&reply);
	buf_release(&packed);
	buf_release(&out);
}
END_TEST

START_TEST(no_value_begins_a_header_of_its_own)
{
	struct reply reply = REPLY_INIT;
	struct buf value = BUF_INIT;
	int i;

	reply_headerf(&reply, "X-A", "a\r\nSet-Cookie: b%s", "\n\x7f\tc ä");
	ck_assert_str_eq(reply.headers.s, "X-A: a  Set-Cookie: b   c ä\r\n");
	buf_reset(&reply.headers);
	for (i = 0; i < 3000; i++)
		buf_adds(&value, "x");
	reply_header(&reply, "X", value.s);
	ck_assert_uint_eq(reply.headers.len, 3000 + strlen("X: \r\n"));
	reply_release(&reply);
	buf_release(&value);
}
END_TEST

START_TEST(a_value_keeps_all_but_control_characters)
{
	const char *name = "X: ";
	char sent[] = "0123456789abcdefghij";
	struct reply reply = REPLY_INIT;
	size_t at;
	int c;

	for (at = 0; at < strlen(sent); at++) {
		const char was = sent[at];

		for (c = 1; c <= 0xff; c++) {
			const char *got;

			sent[at] = (char)c;
			buf_reset(&reply.headers);
			reply_header(&reply, "X", sent);
			got = reply.headers.s + strlen(name);
			if (c < 0x20 || c == 0x7f)
				sent[at] = ' ';
			ck_assert_msg(
			    strncmp(got, sent, strlen(sent)) == 0 &&
				strcmp(got + strlen(sent), "\r\n") == 0,
			    "%02x at %zu: %s", (unsigned)c, at, got);
		}
		sent[at] = was;
	}
	reply_release(&reply);
}
END_TEST

static void
expect_error(enum err_code code, int status, bool retry)
{
	struct json_object *json = NULL;
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT, why = ERR_INIT;

	buf_adds(&reply.body, "half an answ");
	reply.shared = &reply.headers;
	err_set(&err, code, MSG_SYNC_SAYS);
	err_value(&err, "Es ging \"nicht\".");
	err_detail(&err, "secret of the house");
	reply_error(&reply, &err);
	ck_assert_int_eq(reply.status, status);
	ck_assert_ptr_null(reply.shared);
	ck_assert(retry == (strstr(reply.headers.s, "Retry-After: ") != NULL));
	ck_assert_ptr_null(strstr(reply.body.s, "secret"));
	ck_assert_int_eq(
	    json_parse(reply.body.s, reply.body.len, &json, &why), 0);
	ck_assert_str_eq(json_get_str(json, "error"), "Es ging \"nicht\".");
	ck_assert_str_eq(json_get_str(json, "code"), err_word(code));
	ck_assert_ptr_null(json_get_str(json, "field"));
	ck_assert(
	    !json_object_get_boolean(json_get(json, "ok", json_type_boolean)));
	json_object_put(json);
	reply_release(&reply);
}

START_TEST(an_error_replaces_the_reply)
{
	expect_error(ERR_LOGIN, 401, false);
	expect_error(ERR_NOT_FOUND, 404, false);
	expect_error(ERR_MODIFIED, 412, false);
	expect_error(ERR_RATE, 429, true);
	expect_error(ERR_BUSY, 503, true);
	expect_error(ERR_STORE, 503, true);
	expect_error(ERR_INTERNAL, 500, false);
}
END_TEST

START_TEST(an_error_about_a_member_names_it)
{
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;

	err_field(&err, "tags", MSG_TAGS_TOO_MANY);
	err_value(&err, "%d", 20);
	reply_error(&reply, &err);
	ck_assert_str_eq(reply.body.s,
	    "{\"ok\":false,\"error\":\"Es sind höchstens 20 Tags.\","
	    "\"code\":\"ungueltiger_wert\",\"field\":\"tags\"}");
	reply_release(&reply);
}
END_TEST

START_TEST(an_error_says_when_to_try_again_if_that_is_known)
{
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;

	err_set(&err, ERR_RATE, MSG_SYNC_TOO_SOON);
	err.retry_s = 17;
	reply_error(&reply, &err);
	ck_assert_str_eq(
	    reply.headers.s, "Vary: Accept-Language\r\nRetry-After: 17\r\n");
	buf_reset(&reply.headers);
	err_set(&err, ERR_RATE, MSG_SYNC_TOO_SOON);
	reply_error(&reply, &err);
	ck_assert_str_eq(
	    reply.headers.s, "Vary: Accept-Language\r\nRetry-After: 2\r\n");
	reply_release(&reply);
}
END_TEST

START_TEST(every_status_that_errors_have_has_its_phrase)
{
	struct buf out = BUF_INIT;
	int code;

	for (code = ERR_NONE + 1; code < ERR_CODES; code++) {
		struct reply reply = REPLY_INIT;

		reply.status = err_status((enum err_code)code);
		buf_reset(&out);
		print_whole(&out, &reply, true);
		ck_assert_msg((reply.status == 500) ==
				  (strstr(out.s, "Internal") != NULL),
		    "%s", out.s);
	}
	buf_release(&out);
}
END_TEST

/* Guard */

static struct app
app_at(const char *base_url, const char *auth)
{
	static char url[100], who[100];
	struct app app;

	memset(&app, 0, sizeof app);
	snprintf(url, sizeof url, "%s", base_url);
	snprintf(who, sizeof who, "%s", auth);
	app.conf.base_url = url;
	app.conf.auth = who;
	return app;
}

/* ERR_NONE if that write may pass. */
static enum err_code
write_from(const char *base_url, const char *fetch_site, const char *origin)
{
	struct app app = app_at(base_url, "local:usera");
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;

	request.method = "POST";
	request.content_type = "application/json";
	request.fetch_site = fetch_site;
	request.origin = origin;
	return guard_write(&app, &request, &err) == -1 ? err.code : ERR_NONE;
}

#define HERE "http://127.0.0.1:8080"

START_TEST(a_write_from_our_own_page_may_pass)
{
	ck_assert_int_eq(write_from(HERE, "same-origin", HERE), ERR_NONE);
	ck_assert_int_eq(write_from(HERE, "same-origin", NULL), ERR_NONE);
	ck_assert_int_eq(write_from(HERE, NULL, HERE), ERR_NONE);
}
END_TEST

START_TEST(a_write_from_another_origin_is_refused)
{
	static const char *const sites[] = {"cross-site", "same-site", "none",
	    "", "SAME-ORIGIN", "same-origin "};
	static const char *const origins[] = {"http://evil.example", "null", "",
	    "http://127.0.0.1", "http://127.0.0.1:80800",
	    "http://127.0.0.1:808", "https://127.0.0.1:8080",
	    "http://127.0.0.1:8080/", "http://localhost:8080",
	    "http://127.0.0.1:8080.evil.example",
	    "http://127.0.0.1:8080, http://evil.example"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(sites); i++) {
		ck_assert_int_eq(write_from(HERE, sites[i], HERE), ERR_ORIGIN);
		ck_assert_int_eq(write_from(HERE, sites[i], NULL), ERR_ORIGIN);
	}
	for (i = 0; i < ARRAY_LEN(origins); i++) {
		ck_assert_int_eq(
		    write_from(HERE, NULL, origins[i]), ERR_ORIGIN);
		ck_assert_int_eq(
		    write_from(HERE, "same-origin", origins[i]), ERR_ORIGIN);
	}
	ck_assert_int_eq(write_from(HERE, NULL, NULL), ERR_ORIGIN);
}
END_TEST

START_TEST(the_default_port_is_not_part_of_an_origin)
{
	ck_assert_int_eq(
	    write_from("http://127.0.0.1:80", NULL, "http://127.0.0.1"),
	    ERR_NONE);
	ck_assert_int_eq(
	    write_from("https://a.example:443", NULL, "https://a.example"),
	    ERR_NONE);
	ck_assert_int_eq(
	    write_from("https://A.example", NULL, "https://a.example"),
	    ERR_NONE);
	ck_assert_int_eq(
	    write_from("https://a.example:80", NULL, "https://a.example"),
	    ERR_ORIGIN);
	ck_assert_int_eq(
	    write_from("http://[::1]:80", NULL, "http://[::1]"), ERR_NONE);
	ck_assert_int_eq(
	    write_from("http://[::]", NULL, "http://["), ERR_ORIGIN);
}
END_TEST

static enum err_code
write_as(const char *method, const char *type, const char *body)
{
	struct app app = app_at(HERE, "local:usera");
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;
	int rc;

	request.method = method;
	request.content_type = type;
	request.fetch_site = "same-origin";
	buf_adds(&request.body, body);
	rc = guard_write(&app, &request, &err);
	request_release(&request);
	return rc == -1 ? err.code : ERR_NONE;
}

START_TEST(a_write_that_a_form_can_send_is_refused)
{
	static const char *const forms[] = {"text/plain",
	    "application/x-www-form-urlencoded", "multipart/form-data",
	    "application/jsonp", "application/json+x",
	    "application/json,text/plain", "text/plain; application/json",
	    "json", "application/"};
	size_t i;

	ck_assert_int_eq(write_as("POST", "application/json", "{}"), ERR_NONE);
	ck_assert_int_eq(
	    write_as("PUT", "Application/JSON; charset=utf-8", "{}"), ERR_NONE);
	for (i = 0; i < ARRAY_LEN(forms); i++) {
		ck_assert_int_eq(
		    write_as("POST", forms[i], "{}"), ERR_MEDIA_TYPE);
		ck_assert_int_eq(
		    write_as("POST", forms[i], ""), ERR_MEDIA_TYPE);
		ck_assert_int_eq(
		    write_as("DELETE", forms[i], "{}"), ERR_MEDIA_TYPE);
	}
	ck_assert_int_eq(write_as("DELETE", "text/plain", ""), ERR_MEDIA_TYPE);
}
END_TEST

START_TEST(only_a_body_needs_a_content_type)
{
	static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(methods); i++) {
		ck_assert_int_eq(write_as(methods[i], NULL, ""), ERR_NONE);
		ck_assert_int_eq(
		    write_as(methods[i], NULL, "{}"), ERR_MEDIA_TYPE);
	}
}
END_TEST

START_TEST(the_origin_is_checked_before_the_content_type)
{
	struct app app = app_at(HERE, "local:usera");
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;

	request.method = "POST";
	request.content_type = "text/plain";
	request.origin = "http://evil.example";
	ck_assert_int_eq(guard_write(&app, &request, &err), -1);
	ck_assert_int_eq(err.code, ERR_ORIGIN);
}
END_TEST

START_TEST(local_mode_lets_everybody_in_as_its_user)
{
	struct app app = app_at(HERE, "local:user-a_1");
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;

	request.cookie = "session=other";
	ck_assert_int_eq(guard_check(&app.conf, &err), 0);
	ck_assert_int_eq(
	    guard_user(&(struct auth){.app = &app}, &request, &err), 0);
	ck_assert_str_eq(request.user, "user-a_1");
}
END_TEST

START_TEST(without_authentication_every_request_is_refused)
{
	static const char *const none[] = {"", "local", "local:", "local:UserA",
	    "local:../b", "local:a/b", "local:a b", "LOCAL:usera", "github",
	    "local:-a"};
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;
	struct app app;
	size_t i;

	for (i = 0; i < ARRAY_LEN(none); i++) {
		app = app_at(HERE, none[i]);
		ck_assert_msg(
		    guard_check(&app.conf, &err) == -1, "%s", none[i]);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_int_eq(
		    guard_user(&(struct auth){.app = &app}, &request, &err),
		    -1);
		ck_assert_int_eq(err.code, ERR_LOGIN);
		ck_assert_str_eq(request.user, "");
	}
	app.conf.auth = NULL;
	ck_assert_int_eq(guard_check(&app.conf, &err), 0);
	ck_assert_int_eq(
	    guard_user(&(struct auth){.app = &app}, &request, &err), -1);
	ck_assert_int_eq(err.code, ERR_LOGIN);
}
END_TEST

static void
check_language(const char *header, enum msg_language language)
{
	const struct request request = {.accept_language = header};

	ck_assert_msg(request_language(&request) == language, "%s",
	    header != NULL ? header : "none");
}

START_TEST(the_language_is_the_one_that_is_preferred_or_german)
{
	static const char *const english[] = {"en", "EN", "en-GB,en;q=0.9",
	    "en-US,en;q=0.5", "fr, en", "en, de", "de;q=0.5, en;q=0.9",
	    "fr-FR, en;q=0.1", "de;q=0, en;q=0.001", "\ten ; q=1",
	    "en-DE, de;q=0.9", "fr;q=1,de;q=0.1,en-AU;q=0.11", "*, en"};
	static const char *const german[] = {"", "de", "*", "fr", "de, en",
	    "de-DE,de;q=0.9,en;q=0.8", "en;q=0", "en;q=0.8,de;q=0.9", "eng",
	    "english", "x-en", "de-CH, en", ",,", ";q=1", "den", "fr-en"};
	size_t i;

	check_language(NULL, MSG_GERMAN);
	for (i = 0; i < ARRAY_LEN(english); i++)
		check_language(english[i], MSG_ENGLISH);
	for (i = 0; i < ARRAY_LEN(german); i++)
		check_language(german[i], MSG_GERMAN);
}
END_TEST

START_TEST(an_error_is_a_sentence_in_the_language_of_the_reply)
{
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;

	err_field(&err, "tags", MSG_TAGS_NO_LIST);
	reply.language = MSG_ENGLISH;
	reply_error(&reply, &err);
	ck_assert_ptr_nonnull(strstr(reply.body.s, "tags must be a list."));
	ck_assert_ptr_nonnull(
	    strstr(reply.body.s, "\"code\":\"ungueltiger_wert\""));
	ck_assert_ptr_nonnull(
	    strstr(reply.headers.s, "Vary: Accept-Language\r\n"));
	reply.language = MSG_GERMAN;
	reply_error(&reply, &err);
	ck_assert_ptr_nonnull(
	    strstr(reply.body.s, "tags muss eine Liste sein."));
	reply_release(&reply);
}
END_TEST

T_MAIN("request", the_language_is_the_one_that_is_preferred_or_german,
    an_error_is_a_sentence_in_the_language_of_the_reply,
    a_path_matches_only_as_a_whole, odd_ways_of_writing_a_path_match_nothing,
    an_id_is_one_decoded_segment, an_id_that_is_no_segment_matches_nothing,
    a_query_parameter_is_found_by_its_exact_name, a_fragment_is_no_query,
    a_value_that_does_not_decode_is_kept_as_sent,
    a_preferred_wait_is_found_among_preferences,
    a_malformed_preferred_wait_is_ignored, a_cookie_is_found_by_its_exact_name,
    a_tag_is_found_in_any_list_weak_or_strong,
    a_comma_within_a_tag_does_not_part_it,
    a_star_stands_for_any_tag_only_when_it_stands_alone,
    a_content_is_known_by_sixteen_digits_of_its_hash_and_by_more,
    a_long_list_of_tags_takes_linear_time, a_parameter_is_taken_by_its_name,
    a_parameter_that_nothing_reads_is_none,
    of_two_parameters_with_one_name_the_first_counts,
    a_request_is_made_of_its_parameters,
    a_request_without_parameters_is_harmless,
    gzip_is_sent_to_a_client_that_takes_it, a_reply_is_status_headers_and_body,
    a_304_has_neither_body_nor_length,
    a_packed_reply_says_so_but_neither_its_304_nor_an_error_does,
    no_value_begins_a_header_of_its_own,
    a_value_keeps_all_but_control_characters, an_error_replaces_the_reply,
    an_error_about_a_member_names_it,
    an_error_says_when_to_try_again_if_that_is_known,
    every_status_that_errors_have_has_its_phrase,
    a_write_from_our_own_page_may_pass, a_write_from_another_origin_is_refused,
    the_default_port_is_not_part_of_an_origin,
    a_write_that_a_form_can_send_is_refused, only_a_body_needs_a_content_type,
    the_origin_is_checked_before_the_content_type,
    local_mode_lets_everybody_in_as_its_user,
    without_authentication_every_request_is_refused)
