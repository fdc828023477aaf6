/*
 * webhook: GitHub's signature, its two kinds of bodies, and what is read out
 * of a push, however large or hostile.
 */
#include <sys/resource.h>

#include "base/enc.h"
#include "base/json_scan.h"
#include "sync/webhook.h"
#include "t.h"

#define BASE "codex-miroir"
#define OLD  "1111111111111111111111111111111111111111"
#define NEW  "2222222222222222222222222222222222222222"
#define HEAD                                                                   \
	"\"ref\":\"refs/heads/main\",\"before\":\"" OLD "\","                  \
	"\"after\":\"" NEW "\",\"created\":false,\"deleted\":false,"           \
	"\"forced\":false,\"repository\":{\"id\":1,"                           \
	"\"full_name\":\"usera/vault\",\"owner\":{\"full_name\":\"x/y\"}}"
#define COMMIT(added, modified, removed)                                       \
	"{\"id\":\"" NEW "\",\"message\":\"a \\\"b\\\" }]\",\"added\":[" added \
	"],\"modified\":[" modified "],\"removed\":[" removed "]}"
#define PUSH(commits) "{" HEAD ",\"commits\":[" commits "]}"
#define TASK(user)    "\"" BASE "/" user "/tasks/0001-Brot.md\""

static int
scan_len(const char *json, size_t len, struct webhook_push *push)
{
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	*push = (struct webhook_push)WEBHOOK_PUSH_INIT;
	buf_add(&body, json, len);
	rc = webhook_scan(&body, BASE, push, &err);
	if (rc == -1)
		ck_assert_int_eq(err.code, ERR_JSON);
	buf_release(&body);
	return rc;
}

static void
scan(const char *json, struct webhook_push *push)
{
	ck_assert_msg(scan_len(json, strlen(json), push) == 0, "%s", json);
}

static void
refuse(const char *json)
{
	struct webhook_push push;

	ck_assert_msg(scan_len(json, strlen(json), &push) == -1, "%s", json);
	ck_assert_ptr_null(push.users.names);
	ck_assert_uint_eq(push.ref.len, 0);
}

/* The push is read, and the users are those, sorted, with blanks between. */
static void
expect(const char *json, const char *users, bool whole)
{
	struct webhook_push push;
	struct buf names = BUF_INIT;
	size_t i;

	scan(json, &push);
	for (i = 0; i < push.users.n; i++)
		buf_addf(&names, "%s%s", i > 0 ? " " : "", push.users.names[i]);
	ck_assert_msg(strcmp(names.s, users) == 0, "%s: %s", json, names.s);
	ck_assert_msg(push.whole == whole, "%s", json);
	buf_release(&names);
	webhook_push_release(&push);
}

/* Signatures */

#define SECRET "It's a Secret to Everybody"
#define VECTOR                                                                 \
	"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

static bool
is_signed(const char *signature, const char *secret, const char *old)
{
	struct buf body = BUF_INIT;
	bool is;

	buf_adds(&body, "Hello, World!");
	is = webhook_signed(&body, signature, secret, old);
	buf_release(&body);
	return is;
}

START_TEST(the_signature_is_that_of_githubs_example)
{
	ck_assert(is_signed("sha256=" VECTOR, SECRET, NULL));
	ck_assert(!is_signed("sha256=" VECTOR, "another", NULL));
	ck_assert(!is_signed("sha256=" VECTOR, "", NULL));
}
END_TEST

START_TEST(a_signature_with_the_old_secret_is_good)
{
	ck_assert(is_signed("sha256=" VECTOR, "new one", SECRET));
	ck_assert(is_signed("sha256=" VECTOR, SECRET, "old one"));
	ck_assert(!is_signed("sha256=" VECTOR, "new one", "old one"));
}
END_TEST

START_TEST(a_malformed_signature_is_refused)
{
	char wrong[] = "sha256=" VECTOR;
	size_t i;

	ck_assert(!is_signed(NULL, SECRET, NULL));
	ck_assert(!is_signed("", SECRET, NULL));
	ck_assert(!is_signed(VECTOR, SECRET, NULL));
	ck_assert(!is_signed("sha256=", SECRET, NULL));
	ck_assert(!is_signed("sha1=" VECTOR, SECRET, NULL));
	ck_assert(!is_signed("sha256=" VECTOR "00", SECRET, NULL));
	ck_assert(!is_signed("sha256= " VECTOR, SECRET, NULL));
	for (i = strlen("sha256="); wrong[i] != '\0'; i++) {
		char right = wrong[i];

		wrong[i] = right == '0' ? '1' : '0';
		ck_assert_msg(!is_signed(wrong, SECRET, NULL), "%s", wrong);
		wrong[i] = 'g';
		ck_assert_msg(!is_signed(wrong, SECRET, NULL), "%s", wrong);
		wrong[i] = right;
	}
}
END_TEST

/* Bodies */

static void
payload(const char *body, const char *type, const char *json)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&b, body);
	ck_assert_msg(
	    webhook_payload(&b, type, &err) == 0, "%s: %s", body, t_text(&err));
	ck_assert_str_eq(b.s, json);
	ck_assert_uint_eq(b.len, strlen(json));
	buf_release(&b);
}

static void
no_payload(const char *body, const char *type, enum err_code code)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&b, body);
	ck_assert_msg(webhook_payload(&b, type, &err) == -1, "%s", body);
	ck_assert_int_eq(err.code, code);
	buf_release(&b);
}

START_TEST(a_json_body_is_taken_as_it_is)
{
	payload("{\"a\":\"%2B+\"}", "application/json", "{\"a\":\"%2B+\"}");
	payload("{}", "Application/JSON; charset=utf-8", "{}");
}
END_TEST

START_TEST(a_form_gives_its_payload)
{
	const char *form = "application/x-www-form-urlencoded";

	payload("payload=%7B%22a%22%3A%22b+c%C3%b6%22%7d", form,
	    "{\"a\":\"b cö\"}");
	payload("x=1&payload={}&payload=[]", form, "{}");
	payload("xpayload=1&payload=%2b", "application/x-www-form-urlencoded;x",
	    "+");
	payload("payload=", form, "");
}
END_TEST

START_TEST(a_form_without_a_payload_is_refused)
{
	const char *form = "application/x-www-form-urlencoded";
	const char *const bad[] = {"", "payload", "x=payload=1", "Payload={}",
	    "payload=%", "payload=%2", "payload=a%zz", "payload=%2&x=1"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		no_payload(bad[i], form, ERR_VALUE);
}
END_TEST

START_TEST(another_content_type_is_refused)
{
	no_payload("{}", NULL, ERR_MEDIA_TYPE);
	no_payload("{}", "text/plain", ERR_MEDIA_TYPE);
	no_payload("{}", "application/jsonp", ERR_MEDIA_TYPE);
	no_payload("{}", "application/vnd.github+json", ERR_MEDIA_TYPE);
}
END_TEST

/* Pushes */

START_TEST(a_push_is_read_with_its_branch_and_users)
{
	struct webhook_push push;

	scan(
	    PUSH(COMMIT(TASK("userB"), TASK("userA"), "\"README.md\"")), &push);
	ck_assert_str_eq(push.ref.s, "refs/heads/main");
	ck_assert_str_eq(push.before.s, OLD);
	ck_assert_str_eq(push.after.s, NEW);
	ck_assert_str_eq(push.repository.s, "usera/vault");
	ck_assert(!push.created && !push.deleted && !push.forced);
	ck_assert_uint_eq(push.n_commits, 1);
	ck_assert_uint_eq(push.users.n, 2);
	ck_assert_str_eq(push.users.names[0], "usera");
	ck_assert_str_eq(push.users.names[1], "userb");
	ck_assert(push.whole);
	webhook_push_release(&push);
}
END_TEST

START_TEST(added_modified_and_removed_name_users_alike)
{
	expect(PUSH(COMMIT(TASK("a"), "", "")), "a", true);
	expect(PUSH(COMMIT("", TASK("a"), "")), "a", true);
	expect(PUSH(COMMIT("", "", TASK("a"))), "a", true);
	expect(PUSH(COMMIT(TASK("a"), "", TASK("A")) "," COMMIT(
		   "", "\"x\"," TASK("b"), TASK("a"))),
	    "a b", true);
	expect("{" HEAD ",\"commits\":[" COMMIT(
		   "", "", "") "],"
			       "\"head_commit\":" COMMIT(TASK("c"), "", "") "}",
	    "c", true);
}
END_TEST

START_TEST(only_paths_of_tasks_name_a_user)
{
	const char *const paths[] = {"README.md", BASE, BASE "/a", BASE "/a/x",
	    BASE "/a/tasks", BASE "/a/Tasks/1.md", BASE "/a/tasksx/1",
	    BASE "x/a/tasks/1", BASE "xa/tasks/1", "x/" BASE "/a/tasks/1",
	    BASE "//tasks/1", BASE "/../tasks/1", BASE "/-a/tasks/1",
	    BASE "/a b/tasks/1", BASE "/\\u00e4/tasks/1",
	    BASE "/a\\u0000/tasks/1", BASE "/a\\/b/tasks/1",
	    "Codex-Miroir/a/tasks/1",
	    BASE "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaa/tasks/1"};
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(paths); i++) {
		buf_reset(&json);
		buf_addf(&json,
		    "{" HEAD ",\"commits\":[{\"added\":[\"%s\"],"
		    "\"modified\":[],\"removed\":[]}]}",
		    paths[i]);
		expect(json.s, "", true);
	}
	buf_release(&json);
}
END_TEST

START_TEST(escapes_in_keys_and_paths_are_read)
{
	expect("{" HEAD ",\"co\\u006dmits\":[{\"a\\u0064ded\":"
	       "[\"codex\\u002Dmiroir\\/us\\u0065rA\\/tasks\\/\\ud83d\\ude00\"]"
	       ",\"modified\":[],\"removed\":[]}]}",
	    "usera", true);
	/* Halves of a character harm nobody. */
	expect("{\"\\ud800\":\"\\udc00\\ud800\\u0041\"," HEAD
	       ",\"commits\":[" COMMIT(
		   "\"\\ud800\"", "\"\\ud800\\ud800\"", "") "]}",
	    "", true);
	/* A NUL ends no name. */
	expect("{\"commits\\u0000\":1," HEAD
	       ",\"commits\":[" COMMIT(TASK("a"), "", "") "]}",
	    "a", true);
}
END_TEST

START_TEST(escapes_become_utf_8)
{
	struct webhook_push push;

	scan("{\"ref\":\"\\u0041\\u00e4\\u20AC\\ud83d\\ude00\\n\\/\","
	     "\"after\":\"\\ud83dx\\ude00\\ud83d\\u0041\"}",
	    &push);
	ck_assert_str_eq(push.ref.s, "Aä€\xf0\x9f\x98\x80\n/");
	ck_assert_str_eq(push.after.s, "\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd"
				       "A");
	webhook_push_release(&push);
}
END_TEST

START_TEST(a_nul_ends_no_text)
{
	struct webhook_push push;

	scan("{\"ref\":\"refs/heads/main\\u0000x\","
	     "\"repository\":{\"full_name\":\"a/b\\u0000\"}}",
	    &push);
	ck_assert_str_eq(push.ref.s, "refs/heads/main\xef\xbf\xbdx");
	ck_assert_str_eq(push.repository.s, "a/b\xef\xbf\xbd");
	webhook_push_release(&push);
}
END_TEST

START_TEST(a_user_of_64_bytes_is_read_whole)
{
	expect(PUSH(COMMIT(TASK("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZ"),
		   "", "")),
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaz",
	    true);
}
END_TEST

START_TEST(of_two_members_with_one_name_the_last_counts)
{
	struct webhook_push push;

	scan("{" HEAD ",\"ref\":\"b\",\"deleted\":true,\"after\":null,"
	     "\"repository\":{\"full_name\":\"c/d\"},\"commits\":[" COMMIT(
		 TASK("a"), "", "") "],\"commits\":[" COMMIT(TASK("b"), "",
		 "") "]}",
	    &push);
	ck_assert_str_eq(push.ref.s, "b");
	ck_assert_str_eq(push.after.s, "");
	ck_assert_str_eq(push.repository.s, "c/d");
	ck_assert(push.deleted);
	ck_assert_uint_eq(push.users.n, 2);
	webhook_push_release(&push);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_cut)
{
	struct webhook_push push;
	struct buf json = BUF_INIT;
	size_t i;

	buf_adds(&json, "{\"ref\":\"");
	for (i = 0; i < 100000; i++)
		buf_adds(&json, "\\u20ac");
	buf_adds(&json, "\",\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaref\":"
			"\"x\"}");
	ck_assert_int_eq(scan_len(json.s, json.len, &push), 0);
	ck_assert_uint_eq(push.ref.len, 1024);
	webhook_push_release(&push);
	buf_release(&json);
}
END_TEST

/* What is not the whole */

START_TEST(lists_that_are_not_the_difference_are_not_the_whole)
{
	const char *const words[] = {"created", "deleted", "forced"};
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++) {
		buf_reset(&json);
		buf_addf(&json, "{" HEAD ",\"commits\":[%s],\"%s\":true}",
		    COMMIT(TASK("a"), "", ""), words[i]);
		expect(json.s, "a", false);
	}
	buf_release(&json);
}
END_TEST

START_TEST(lists_that_are_absent_are_not_the_whole)
{
	expect("{}", "", false);
	expect("{" HEAD "}", "", false);
	expect("{" HEAD ",\"commits\":null}", "", false);
	expect("{" HEAD ",\"commits\":[]}", "", false);
	expect("{" HEAD ",\"commits\":[null]}", "", false);
	expect(PUSH("{\"added\":[" TASK("a") "],\"removed\":[]}"), "a", false);
	expect(
	    PUSH("{\"added\":[1],\"modified\":[],\"removed\":[]}"), "", false);
	expect(
	    PUSH("{\"added\":[],\"modified\":null,\"removed\":[]}"), "", false);
	expect(PUSH(COMMIT("", "", "") ",{}"), "", false);
}
END_TEST

static void
add_commits(struct buf *json, size_t commits, size_t files)
{
	size_t i, k;

	buf_adds(json, "{" HEAD ",\"commits\":[");
	for (i = 0; i < commits; i++) {
		buf_addf(json, "%s{\"added\":[", i > 0 ? "," : "");
		for (k = 0; k < files; k++)
			buf_addf(json, "%s\"" BASE "/u%zu/tasks/%04zu.md\"",
			    k > 0 ? "," : "", i % 10, k);
		buf_adds(json, "],\"modified\":[],\"removed\":[]}");
	}
	buf_adds(json, "]}");
}

START_TEST(lists_at_githubs_limits_are_not_the_whole)
{
	const struct {
		size_t commits, files;
		bool whole;
	} cases[] = {
	    {2047, 1, true},
	    {2048, 1, false},
	    {2, 2999, true},
	    {2, 3000, false},
	};
	struct webhook_push push;
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&json);
		add_commits(&json, cases[i].commits, cases[i].files);
		scan(json.s, &push);
		ck_assert_uint_eq(push.n_commits, cases[i].commits);
		ck_assert_uint_eq(push.users.n, cases[i].commits > 2 ? 10 : 2);
		ck_assert_int_eq(push.whole, cases[i].whole);
		webhook_push_release(&push);
	}
	buf_release(&json);
}
END_TEST

START_TEST(too_many_users_are_not_the_whole)
{
	struct webhook_push push;
	struct buf json = BUF_INIT;
	unsigned i;

	buf_adds(&json, "{" HEAD ",\"commits\":[");
	for (i = 0; i < WEBHOOK_USERS_MAX + 5; i++)
		buf_addf(&json,
		    "%s{\"added\":[\"" BASE "/U%u/tasks/1.md\"],"
		    "\"modified\":[],\"removed\":[]}",
		    i > 0 ? "," : "", i % 5000);
	buf_adds(&json, "]}");
	scan(json.s, &push);
	ck_assert_uint_eq(push.users.n, WEBHOOK_USERS_MAX);
	ck_assert(!push.whole);
	webhook_push_release(&push);
	buf_release(&json);
}
END_TEST

/* Hostile */

START_TEST(a_body_that_is_no_json_object_is_refused)
{
	const char *const bad[] = {"", " ", "null", "[]", "\"a\"", "{", "{}x",
	    "{}{}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1]",
	    "{\"a\":[1}", "{\"a\":[1,]}", "{\"a\":[,]}", "{\"a\":\"}",
	    "{\"a\":\"\\", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
	    "{\"a\":\"\\ud800\\u1\"}", "{\"a\":\"\n\"}", "{a:1}",
	    "{\"commits\":[{\"added\":[}]}", "{\"repository\":{}",
	    "{\"ref\":\"x\",\"commits\":[{\"added\":[\"" BASE "/a/tasks/1\"]"};
	struct webhook_push push;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		refuse(bad[i]);
	ck_assert_int_eq(scan_len("{}\0", 3, &push), -1);
	ck_assert_int_eq(scan_len("{\"a\":\"\0\"}", 9, &push), -1);
}
END_TEST

static void
nest(struct buf *json, unsigned depth, const char *open, const char *end)
{
	unsigned i;

	buf_reset(json);
	buf_adds(json, "{\"x\":");
	for (i = 0; i < depth; i++)
		buf_adds(json, open);
	buf_adds(json, "1");
	for (i = 0; i < depth; i++)
		buf_adds(json, end);
	buf_addc(json, '}');
}

START_TEST(json_that_is_too_deep_is_refused)
{
	struct buf json = BUF_INIT;

	nest(&json, JSON_SCAN_DEPTH_MAX - 1, "[", "]");
	expect(json.s, "", false);
	nest(&json, JSON_SCAN_DEPTH_MAX - 1, "{\"a\":", "}");
	expect(json.s, "", false);
	nest(&json, JSON_SCAN_DEPTH_MAX, "[", "]");
	refuse(json.s);
	nest(&json, JSON_SCAN_DEPTH_MAX, "{\"a\":", "}");
	refuse(json.s);
	nest(&json, 5000000, "[", "]");
	refuse(json.s);
	buf_release(&json);
}
END_TEST

/* A random number below n, the same ones in each run. */
static unsigned
draw(uint64_t *state, size_t n)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)((*state >> 33) % n);
}

START_TEST(a_push_with_a_changed_byte_is_read_or_refused)
{
	static const char good[] = PUSH(COMMIT(TASK("us\\u0065rA"), TASK("b"),
	    "\"x\"") "," COMMIT(TASK("c"), "", "\"\\ud83d\\ude00\""));
	static const char bytes[] = "{}[]\":,\\u0dD9 \n\x01\xff\xc3/t";
	const unsigned runs = t_long() ? 1000000 : 20000;
	struct webhook_push push;
	struct buf json = BUF_INIT;
	uint64_t state = 7;
	unsigned i, k;

	for (i = 0; i < runs; i++) {
		buf_set(&json, good, sizeof good - 1);
		for (k = draw(&state, 4); k < 4; k++) {
			size_t at = draw(&state, json.len);
			size_t cut = draw(&state, 4) == 0
					 ? draw(&state, json.len - at)
					 : draw(&state, 2);

			buf_splice(&json, at, cut,
			    bytes + draw(&state, sizeof bytes - 1), 1);
		}
		if (scan_len(json.s, json.len, &push) == 0)
			webhook_push_release(&push);
	}
	buf_release(&json);
}
END_TEST

START_TEST(a_push_that_is_cut_is_refused)
{
	static const char good[] = PUSH(COMMIT(TASK("a"), "", "\"\\u00e4\""));
	struct webhook_push push;
	size_t len;

	for (len = 0; len < sizeof good - 1; len++)
		ck_assert_int_eq(scan_len(good, len, &push), -1);
	ck_assert_int_eq(scan_len(good, len, &push), 0);
	webhook_push_release(&push);
}
END_TEST

/* Size */

static long
memory_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Scans it and sees that memory is that of the body. */
static void
scan_large(struct buf *json, int rc)
{
	struct webhook_push push = WEBHOOK_PUSH_INIT;
	struct err err = ERR_INIT;
	long before = memory_kib();

	ck_assert_uint_lt(json->len, WEBHOOK_BODY_MAX);
	ck_assert_uint_gt(json->len, (size_t)24 << 20);
	ck_assert_int_eq(webhook_scan(json, BASE, &push, &err), rc);
	ck_assert_int_lt(memory_kib() - before, 8192);
	webhook_push_release(&push);
}

static void
fill(struct buf *json, const char *head, const char *piece, const char *tail)
{
	const size_t size = (size_t)25 << 20;

	buf_reset(json);
	buf_reserve(json, size);
	buf_adds(json, head);
	while (json->len + strlen(piece) + strlen(tail) < size)
		buf_adds(json, piece);
	buf_adds(json, tail);
}

START_TEST(pushes_of_25_mb_need_no_more_memory_than_their_bytes)
{
	struct buf json = BUF_INIT;

	fill(&json, "{" HEAD ",\"commits\":[",
	    COMMIT(TASK("a"), TASK("B"), TASK("c")) ",",
	    COMMIT("", "", "") "]}");
	scan_large(&json, 0);
	fill(&json, "{\"x\":[{}", ",{}", "]}");
	scan_large(&json, 0);
	fill(&json, "{\"x\":\"", "\\u0041", "\"}");
	scan_large(&json, 0);
	fill(&json, "{\"", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "\":1}");
	scan_large(&json, 0);
	fill(&json, "{\"ref\":\"x\"", ",\"ref\":\"x\"", "}");
	scan_large(&json, 0);
	fill(&json, "{\"x\":1", "                ", "}");
	scan_large(&json, 0);
	fill(&json, "{\"x\":", "[[[[[[[[[[[[[[[[", "");
	scan_large(&json, -1);
	fill(&json, "", "{\"x\":", "");
	scan_large(&json, -1);
	buf_release(&json);
}
END_TEST

START_TEST(a_form_of_25_mb_is_decoded_in_its_place)
{
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	struct webhook_push push = WEBHOOK_PUSH_INIT;
	char *place;
	long before;

	fill(&body, "payload=%7B%22x%22:%22", "%C3%B6+", "%22%7D");
	place = body.s;
	before = memory_kib();
	ck_assert_int_eq(
	    webhook_payload(&body, "application/x-www-form-urlencoded", &err),
	    0);
	ck_assert_ptr_eq(body.s, place);
	ck_assert_int_eq(webhook_scan(&body, BASE, &push, &err), 0);
	ck_assert_int_lt(memory_kib() - before, 8192);
	webhook_push_release(&push);
	buf_release(&body);
}
END_TEST

T_MAIN("webhook", the_signature_is_that_of_githubs_example,
    a_signature_with_the_old_secret_is_good, a_malformed_signature_is_refused,
    a_json_body_is_taken_as_it_is, a_form_gives_its_payload,
    a_form_without_a_payload_is_refused, another_content_type_is_refused,
    a_push_is_read_with_its_branch_and_users,
    added_modified_and_removed_name_users_alike,
    only_paths_of_tasks_name_a_user, escapes_in_keys_and_paths_are_read,
    escapes_become_utf_8, a_nul_ends_no_text, a_user_of_64_bytes_is_read_whole,
    of_two_members_with_one_name_the_last_counts,
    a_text_that_is_too_long_is_cut,
    lists_that_are_not_the_difference_are_not_the_whole,
    lists_that_are_absent_are_not_the_whole,
    lists_at_githubs_limits_are_not_the_whole, too_many_users_are_not_the_whole,
    a_body_that_is_no_json_object_is_refused, json_that_is_too_deep_is_refused,
    a_push_with_a_changed_byte_is_read_or_refused,
    a_push_that_is_cut_is_refused,
    pushes_of_25_mb_need_no_more_memory_than_their_bytes,
    a_form_of_25_mb_is_decoded_in_its_place)
