/*
 * The contract of store.h, on every backend: the same tests run on a folder,
 * on Azure Blob Storage (AZURE_BLOB_CONN, which tests/azurite.sh gives) and
 * through the store that can fail.
 */
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/enc.h"
#include "store_fault.h"
#include "store_t.h"

/* One test for each backend, by the names fs_x, azure_x and fault_x. */
#define ON_EACH(name)                                                          \
	static void name(const char *kind);                                    \
	START_TEST(fs_##name)                                                  \
	{                                                                      \
		name("fs");                                                    \
	}                                                                      \
	END_TEST                                                               \
	START_TEST(azure_##name)                                               \
	{                                                                      \
		name("azure");                                                 \
	}                                                                      \
	END_TEST                                                               \
	START_TEST(fault_##name)                                               \
	{                                                                      \
		name("fault");                                                 \
	}                                                                      \
	END_TEST                                                               \
	static void name(const char *kind)

ON_EACH(a_put_is_read_back_with_its_etag)
{
	static const char bytes[] = "a\0b\r\n\xff";
	struct store *store = store_t_open(kind);
	struct store_op put = STORE_PUT(
	    "raw/u/x.md", STORE_ALWAYS, NULL, bytes, sizeof bytes - 1);
	struct store_op get = STORE_GET("raw/u/x.md");

	store_t_expect(store, &put, STORE_OK);
	store_t_expect(store, &get, STORE_OK);
	ck_assert_uint_eq(get.body.len, sizeof bytes - 1);
	ck_assert_mem_eq(get.body.s, bytes, sizeof bytes);
	ck_assert_str_eq(get.new_etag.s, put.new_etag.s);
	ck_assert_str_ne(get.new_etag.s, "");
	ck_assert_ptr_null(strchr(get.new_etag.s, '"'));
	store_ops_release(&put, 1);
	store_ops_release(&get, 1);
	store_close(store);
}

ON_EACH(an_empty_blob_is_a_blob)
{
	struct store *store = store_t_open(kind);
	struct store_op put = STORE_PUT("a", STORE_IF_NEW, NULL, NULL, 0);

	store_t_expect(store, &put, STORE_OK);
	store_t_check(store, "a", "");
	store_ops_release(&put, 1);
	store_close(store);
}

ON_EACH(a_large_blob_is_whole)
{
	struct store *store = store_t_open(kind);
	size_t len = (size_t)5 << 20, i;
	char *bytes = std_alloc(len);
	struct store_op put =
	    STORE_PUT("large", STORE_ALWAYS, NULL, bytes, len);
	struct store_op get = STORE_GET("large");

	for (i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 ^ i >> 11);
	store_t_expect(store, &put, STORE_OK);
	store_t_expect(store, &get, STORE_OK);
	ck_assert_uint_eq(get.body.len, len);
	ck_assert(memcmp(get.body.s, bytes, len) == 0);
	store_ops_release(&put, 1);
	store_ops_release(&get, 1);
	free(bytes);
	store_close(store);
}

ON_EACH(a_missing_blob_is_absent)
{
	struct store *store = store_t_open(kind);
	struct store_op get = STORE_GET("no/such/blob");
	struct store_op remove = STORE_REMOVE("no/such", STORE_ALWAYS, NULL);
	struct store_list list = STORE_LIST_INIT;
	struct err err;

	/* Before there is anything at all, and after. */
	store_t_expect(store, &get, STORE_ABSENT);
	store_t_expect(store, &remove, STORE_ABSENT);
	ck_assert_int_eq(store_list(store, "no/", &list, &err), 0);
	ck_assert_uint_eq(list.n, 0);

	store_t_put(store, "no/other", "x");
	store_t_expect(store, &get, STORE_ABSENT);
	get.cond = STORE_IF_CHANGED;
	get.etag = "1-2-3";
	store_t_expect(store, &get, STORE_ABSENT);
	store_t_expect(store, &remove, STORE_ABSENT);
	store_ops_release(&get, 1);
	store_ops_release(&remove, 1);
	store_close(store);
}

ON_EACH(a_removed_blob_is_absent)
{
	struct store *store = store_t_open(kind);
	struct store_op remove = STORE_REMOVE("a/b", STORE_ALWAYS, NULL);

	store_t_put(store, "a/b", "x");
	store_t_expect(store, &remove, STORE_OK);
	store_t_check(store, "a/b", NULL);
	store_t_expect(store, &remove, STORE_ABSENT);
	store_ops_release(&remove, 1);
	store_close(store);
}

ON_EACH(an_etag_never_comes_back)
{
	struct store *store = store_t_open(kind);
	struct store_op remove = STORE_REMOVE("a", STORE_ALWAYS, NULL);
	char *etags[60];
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(etags); i++) {
		store_t_put(store, "a", "the same");
		etags[i] = store_t_etag(store, "a");
		for (k = 0; k < i; k++)
			ck_assert_str_ne(etags[i], etags[k]);
		if (i % 3 == 0)
			store_t_expect(store, &remove, STORE_OK);
	}
	for (i = 0; i < ARRAY_LEN(etags); i++)
		free(etags[i]);
	store_ops_release(&remove, 1);
	store_close(store);
}

ON_EACH(an_unchanged_blob_is_not_sent_again)
{
	struct store *store = store_t_open(kind);
	struct store_op get = STORE_GET("a");
	char *etag;

	store_t_put(store, "a", "one");
	etag = store_t_etag(store, "a");
	get.cond = STORE_IF_CHANGED;
	get.etag = etag;
	store_t_expect(store, &get, STORE_UNCHANGED);
	ck_assert_uint_eq(get.body.len, 0);

	store_t_put(store, "a", "two");
	store_t_expect(store, &get, STORE_OK);
	ck_assert_str_eq(get.body.s, "two");

	/* An empty ETag is that of no blob. */
	get.etag = "";
	store_t_expect(store, &get, STORE_OK);
	get.etag = NULL;
	store_t_expect(store, &get, STORE_OK);
	store_ops_release(&get, 1);
	free(etag);
	store_close(store);
}

ON_EACH(create_only_refuses_an_existing_blob)
{
	struct store *store = store_t_open(kind);
	struct store_op put = STORE_PUT("n/a", STORE_IF_NEW, NULL, "mine", 4);

	store_t_expect(store, &put, STORE_OK);
	put.bytes = "late";
	store_t_expect(store, &put, STORE_EXISTS);
	store_t_check(store, "n/a", "mine");

	/* Also where the bytes are the same. */
	put.bytes = "mine";
	store_t_expect(store, &put, STORE_EXISTS);
	store_ops_release(&put, 1);
	store_close(store);
}

ON_EACH(a_put_refuses_another_state)
{
	struct store *store = store_t_open(kind);
	struct store_op put = STORE_PUT("a/b", STORE_IF_MATCH, "1-2", "x", 1);
	struct store_op remove = STORE_REMOVE("a/b", STORE_ALWAYS, NULL);
	char *first, *second;

	store_t_expect(store, &put, STORE_CHANGED);
	store_t_put(store, "a/b", "one");
	store_t_expect(store, &put, STORE_CHANGED);
	first = store_t_etag(store, "a/b");
	put.etag = first;
	store_t_expect(store, &put, STORE_OK);
	second = std_strdup(put.new_etag.s);
	store_t_expect(store, &put, STORE_CHANGED);
	put.etag = second;
	store_t_expect(store, &put, STORE_OK);

	/* Absent is another state too. */
	store_t_expect(store, &remove, STORE_OK);
	put.etag = second;
	store_t_expect(store, &put, STORE_CHANGED);
	store_t_check(store, "a/b", NULL);
	store_ops_release(&put, 1);
	store_ops_release(&remove, 1);
	free(first);
	free(second);
	store_close(store);
}

ON_EACH(a_removal_refuses_another_state)
{
	struct store *store = store_t_open(kind);
	struct store_op remove = STORE_REMOVE("a/b", STORE_IF_MATCH, "1-2");
	char *etag;

	store_t_expect(store, &remove, STORE_CHANGED);
	store_t_put(store, "a/b", "one");
	store_t_expect(store, &remove, STORE_CHANGED);
	store_t_check(store, "a/b", "one");

	etag = store_t_etag(store, "a/b");
	remove.etag = etag;
	store_t_expect(store, &remove, STORE_OK);
	store_t_check(store, "a/b", NULL);
	store_ops_release(&remove, 1);
	free(etag);
	store_close(store);
}

static void
check_list(struct store *store, const char *prefix, const char *want)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf got = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	ck_assert_msg(
	    store_list(store, prefix, &list, &err) == 0, "%s", err.detail);
	for (i = 0; i < list.n; i++)
		buf_addf(&got, "%s ", list.items[i].key);
	ck_assert_str_eq(got.s, want);
	buf_release(&got);
	store_list_release(&list);
}

ON_EACH(a_list_has_what_starts_with_the_prefix)
{
	static const char *const keys[] = {"raw/u/tasks/0001.md",
	    "raw/u/tasks/0001-x.md", "raw/u/tasks/0010.md", "raw/u/z",
	    "raw/u2/tasks/0001.md", "raw/u/tasks/B", "raw/u/tasks/a", "top"};
	struct store *store = store_t_open(kind);
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		store_t_put(store, keys[i], "x");
	check_list(store, "raw/u/tasks/",
	    "raw/u/tasks/0001-x.md raw/u/tasks/0001.md raw/u/tasks/0010.md "
	    "raw/u/tasks/B raw/u/tasks/a ");
	check_list(store, "raw/u/tasks/0001",
	    "raw/u/tasks/0001-x.md raw/u/tasks/0001.md ");
	check_list(store, "raw/u/tasks/0001.md", "raw/u/tasks/0001.md ");
	check_list(store, "raw/u2", "raw/u2/tasks/0001.md ");
	check_list(store, "raw/u/z", "raw/u/z ");
	check_list(store, "raw/u/zz", "");
	check_list(store, "raw/u/z/", "");
	check_list(store, "to", "top ");
	check_list(store, "none/", "");
	check_list(store, "",
	    "raw/u/tasks/0001-x.md raw/u/tasks/0001.md raw/u/tasks/0010.md "
	    "raw/u/tasks/B raw/u/tasks/a raw/u/z raw/u2/tasks/0001.md top ");
	store_close(store);
}

ON_EACH(a_list_tells_etag_size_and_time)
{
	struct store *store = store_t_open(kind);
	struct store_list list = STORE_LIST_INIT;
	int64_t now = (int64_t)time(NULL) * 1000;
	struct err err;
	char *etag;

	store_t_put(store, "a/b", "12345");
	etag = store_t_etag(store, "a/b");
	ck_assert_int_eq(store_list(store, "a/", &list, &err), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(list.items[0].etag, etag);
	ck_assert_uint_eq(list.items[0].size, 5);
	ck_assert_int_gt(list.items[0].modified_ms, now - 5000);
	ck_assert_int_lt(list.items[0].modified_ms, now + 60000);
	store_list_release(&list);
	free(etag);
	store_close(store);
}

ON_EACH(a_get_tells_how_long_ago_the_blob_was_written)
{
	struct store *store = store_t_open(kind);
	struct store_op ops[] = {STORE_GET("a/b"), STORE_GET("a/none")};
	struct err err;

	store_t_put(store, "a/b", "12345");
	usleep(1100000);
	ck_assert_int_eq(store_run(store, ops, ARRAY_LEN(ops), &err), 0);
	ck_assert_int_ge(ops[0].age_ms, 1000);
	ck_assert_int_lt(ops[0].age_ms, 60000);
	ck_assert_int_eq(ops[1].age_ms, -1);
	store_ops_release(ops, ARRAY_LEN(ops));
	store_close(store);
}

static const char *const strange[] = {
    "raw/u/tasks/0001-Müller.md",
    "raw/u/tasks/0002-Mu\xcc\x88ller.md", /* decomposed */
    "raw/u/tasks/0003-a#b?c%20d%zz+e f.md",
    "raw/u/tasks/0004-\xf0\x9f\x98\x80.md",
    "raw/u/tasks/0005-<&>\"';=@,:$!*()[]{}|^`~.md",
    "raw/u/tasks/0006- x .md",
    "raw/u/tasks/0007-..md",
    "raw/u/tasks/0008-%2e%2e%2f.md",
    "raw/u/tasks/0009-\xef\xbf\xbd.md",
};

ON_EACH(strange_keys_keep_their_bytes)
{
	struct store *store = store_t_open(kind);
	struct store_list list = STORE_LIST_INIT;
	struct store_op remove = STORE_REMOVE("", STORE_ALWAYS, NULL);
	struct err err;
	size_t i;

	for (i = 0; i < ARRAY_LEN(strange); i++)
		store_t_put(store, strange[i], strange[i]);
	for (i = 0; i < ARRAY_LEN(strange); i++)
		store_t_check(store, strange[i], strange[i]);

	ck_assert_int_eq(store_list(store, "raw/u/tasks/", &list, &err), 0);
	ck_assert_uint_eq(list.n, ARRAY_LEN(strange));
	for (i = 0; i < ARRAY_LEN(strange); i++)
		ck_assert_str_eq(list.items[i].key, strange[i]);
	store_list_release(&list);
	check_list(store, "raw/u/tasks/0003-a#b?c%20d%zz+e",
	    "raw/u/tasks/0003-a#b?c%20d%zz+e f.md ");

	for (i = 0; i < ARRAY_LEN(strange); i++) {
		remove.key = strange[i];
		store_t_expect(store, &remove, STORE_OK);
	}
	check_list(store, "", "");
	store_ops_release(&remove, 1);
	store_close(store);
}

ON_EACH(long_keys_are_kept)
{
	struct store *store = store_t_open(kind);
	struct buf key = BUF_INIT;
	int i;

	buf_adds(&key, "a/");
	for (i = 0; i < 255; i++)
		buf_addc(&key, 'b');
	store_t_put(store, key.s, "x");
	store_t_check(store, key.s, "x");
	buf_release(&key);
	store_close(store);
}

static void
refuse(struct store *store, struct store_op op)
{
	struct store_op ops[] = {
	    STORE_PUT("fine", STORE_ALWAYS, NULL, "x", 1), op};
	struct err err = ERR_INIT;

	ck_assert_msg(store_run(store, ops, 2, &err) == -1, "taken: %s",
	    op.key ? op.key : "(null)");
	ck_assert_int_eq(err.code, ERR_INTERNAL);
	ck_assert_int_eq(ops[0].result, STORE_FAILED);
	ck_assert_int_eq(ops[1].result, STORE_FAILED);
	store_ops_release(ops, 2);
}

ON_EACH(what_is_no_key_is_refused_with_its_batch)
{
	static const char *const keys[] = {"", "/", "/a", "a/", "a//b", ".",
	    "..", "a/..", "../a", "a/../b", ".tmp/x", "a/.b", "a\nb", "a\\b",
	    "a\x7f", "a\xc2\x80", "a\xff", "\xc0\xaf", NULL};
	struct store *store = store_t_open(kind);
	struct buf key = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++) {
		refuse(store, (struct store_op)STORE_GET(keys[i]));
		refuse(store, (struct store_op)STORE_PUT(
				  keys[i], STORE_ALWAYS, NULL, "x", 1));
	}
	for (i = 0; i < 256; i++)
		buf_addc(&key, 'b');
	refuse(store, (struct store_op)STORE_GET(key.s));
	for (i = 0; i < 1024; i++)
		buf_adds(&key, i % 2 ? "a" : "/");
	refuse(store, (struct store_op)STORE_GET(key.s));
	buf_release(&key);
	check_list(store, "", "");
	store_close(store);
}

ON_EACH(conditions_that_make_no_sense_are_refused)
{
	struct store *store = store_t_open(kind);
	struct store_op get = STORE_GET("a");
	struct store_list list = STORE_LIST_INIT;

	get.cond = STORE_IF_NEW;
	refuse(store, get);
	get.cond = STORE_IF_MATCH;
	get.etag = "x";
	refuse(store, get);
	get.cond = STORE_IF_CHANGED;
	get.etag = "x\r\nX-Evil: 1";
	refuse(store, get);
	refuse(store, (struct store_op)STORE_REMOVE("a", STORE_IF_NEW, NULL));
	refuse(store,
	    (struct store_op)STORE_PUT("a", STORE_IF_MATCH, NULL, "x", 1));
	refuse(
	    store, (struct store_op)STORE_PUT("a", STORE_IF_MATCH, "", "x", 1));
	refuse(store,
	    (struct store_op)STORE_PUT("a", STORE_IF_MATCH, "\"", "x", 1));
	refuse(store,
	    (struct store_op)STORE_PUT("a", STORE_IF_CHANGED, "x", "x", 1));
	refuse(store, (struct store_op)STORE_PUT(
			  "a", STORE_ALWAYS, NULL, "x", STORE_BLOB_MAX + 1));
	refuse(store, (struct store_op)STORE_LIST("../", &list));
	refuse(store, (struct store_op)STORE_LIST("a", NULL));
	check_list(store, "", "");
	store_close(store);
}

#define MANY 1000

ON_EACH(a_batch_of_a_thousand_gets_is_right_in_each)
{
	struct store *store = store_t_open(kind);
	struct store_op *ops = std_alloc((MANY + 2) * sizeof *ops);
	static char keys[MANY][32];
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < MANY; i++) {
		snprintf(keys[i], sizeof keys[i], "raw/u/%04zu.md", i);
		ops[i] = (struct store_op)STORE_PUT(
		    keys[i], STORE_IF_NEW, NULL, keys[i], strlen(keys[i]));
	}
	ck_assert_msg(store_run(store, ops, MANY, &err) == 0, "%s", err.detail);
	store_ops_release(ops, MANY);

	for (i = 0; i < MANY; i++)
		ops[i] = (struct store_op)STORE_GET(keys[i]);
	ops[MANY] = (struct store_op)STORE_GET("raw/u/none");
	ops[MANY + 1] = (struct store_op)STORE_GET("else/none");
	ck_assert_msg(
	    store_run(store, ops, MANY + 2, &err) == 0, "%s", err.detail);
	for (i = 0; i < MANY; i++) {
		ck_assert_int_eq(ops[i].result, STORE_OK);
		ck_assert_str_eq(ops[i].body.s, keys[i]);
	}
	ck_assert_int_eq(ops[MANY].result, STORE_ABSENT);
	ck_assert_int_eq(ops[MANY + 1].result, STORE_ABSENT);
	store_ops_release(ops, MANY + 2);
	free(ops);
	store_close(store);
}

struct filewatch {
	unsigned events, rounds, lists, failed;
	char results[256];
};

static void
see(void *arg, const struct store_event *event)
{
	struct filewatch *seen = arg;
	size_t len = strlen(seen->results);

	seen->events++;
	seen->rounds = event->round;
	seen->lists += event->verb == STORE_VERB_LIST;
	seen->failed += !event->again && event->result == STORE_FAILED;
	snprintf(seen->results + len, sizeof seen->results - len, "%s:%s:%zu ",
	    store_verb_name(event->verb), store_event_name(event),
	    event->bytes);
	ck_assert_int_ge(event->us, 0);
}

ON_EACH(the_watch_counts_requests_rounds_and_bytes)
{
	struct store *store = store_t_open(kind);
	struct store_list list = STORE_LIST_INIT;
	struct store_op first[] = {
	    STORE_GET("a"), STORE_GET("none"), STORE_LIST("a", &list)};
	struct store_op second[] = {STORE_REMOVE("a", STORE_ALWAYS, NULL),
	    STORE_PUT("b", STORE_ALWAYS, NULL, "four", 4)};
	struct filewatch seen = {.events = 0};
	struct err err;

	store_t_put(store, "a", "xyz");
	store_close(store);
	store = store_t_open(kind);
	store_watch(store, see, &seen);
	ck_assert_int_eq(store_run(store, first, 3, &err), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(seen.results, "get:ok:3 get:absent:0 list:ok:0 ");
	ck_assert_uint_eq(seen.rounds, 1);
	seen.results[0] = '\0';
	ck_assert_int_eq(store_run(store, second, 2, &err), 0);
	ck_assert_str_eq(seen.results, "remove:ok:0 put:ok:4 ");
	ck_assert_uint_eq(seen.rounds, 2);
	ck_assert_uint_eq(seen.events, 5);
	store_list_release(&list);
	store_ops_release(first, 3);
	store_ops_release(second, 2);
	store_close(store);
}

static bool
create_mine(unsigned i, void *kind)
{
	struct store *store = store_t_open(kind);
	char text[32];
	struct store_op put;
	struct err err;
	int k;

	snprintf(text, sizeof text, "writer %u", i);
	for (k = 0; k < 20; k++) {
		char key[32], done[32];

		snprintf(key, sizeof key, "race/%d", k);
		put = (struct store_op)STORE_PUT(
		    key, STORE_IF_NEW, NULL, text, strlen(text));
		if (store_run(store, &put, 1, &err) == -1)
			return false;
		if (put.result == STORE_OK) {
			snprintf(done, sizeof done, "won/%d-%u", k, i);
			store_t_put(store, done, text);
		}
		store_ops_release(&put, 1);
	}
	store_close(store);
	return true;
}

ON_EACH(one_of_eight_creators_wins)
{
	struct store_list list = STORE_LIST_INIT;
	struct store *store;
	struct err err;
	char name[16];
	size_t i;

	strcpy(name, kind);
	store_t_fork(8, create_mine, name);
	store = store_t_open(kind);
	ck_assert_int_eq(store_list(store, "won/", &list, &err), 0);
	ck_assert_uint_eq(list.n, 20);
	for (i = 0; i < list.n; i++) {
		struct store_op get = STORE_GET(list.items[i].key);
		char key[32];

		store_t_expect(store, &get, STORE_OK);
		snprintf(key, sizeof key, "race/%d",
		    atoi(list.items[i].key + strlen("won/")));
		store_t_check(store, key, get.body.s);
		store_ops_release(&get, 1);
	}
	store_list_release(&list);
	store_close(store);
}

#define RISES 25

/* Raises a counter by compare-and-swap, as often as asked. */
static bool
raise_it(unsigned i, void *kind)
{
	struct store *store = store_t_open(kind);
	unsigned raised = 0, tries;
	struct err err;

	(void)i;
	for (tries = 0; raised < RISES && tries < 100000; tries++) {
		struct store_op get = STORE_GET("counter");
		struct store_op put;
		char text[16];

		if (store_run(store, &get, 1, &err) == -1)
			return false;
		snprintf(text, sizeof text, "%d", atoi(get.body.s) + 1);
		put = (struct store_op)STORE_PUT("counter", STORE_IF_MATCH,
		    get.new_etag.s, text, strlen(text));
		if (store_run(store, &put, 1, &err) == -1)
			return false;
		raised += put.result == STORE_OK;
		store_ops_release(&get, 1);
		store_ops_release(&put, 1);
	}
	store_close(store);
	return raised == RISES;
}

ON_EACH(no_increment_is_lost_between_processes)
{
	struct store *store = store_t_open(kind);
	char name[16];

	strcpy(name, kind);
	store_t_put(store, "counter", "0");
	store_close(store);
	store_t_fork(4, raise_it, name);
	store = store_t_open(kind);
	store_t_check(store, "counter", "100");
	store_close(store);
}

#define NAMES 60

/* Child 0 replaces blobs all the time, the others list them. */
static bool
replace_or_list(unsigned i, void *kind)
{
	struct store *store = store_t_open(kind);
	struct store_list list = STORE_LIST_INIT;
	struct err err;
	char key[32];
	int k, rounds = 4;

	for (k = 0; i == 0 && k < rounds * NAMES; k++) {
		snprintf(key, sizeof key, "all/%02d", k % NAMES);
		store_t_put(store, key, "new");
	}
	for (k = 0; i > 0 && k < 50; k++) {
		if (store_list(store, "all/", &list, &err) == -1 ||
		    list.n != NAMES)
			return false;
		store_list_release(&list);
	}
	store_close(store);
	return true;
}

ON_EACH(a_list_misses_nothing_while_blobs_are_replaced)
{
	struct store *store = store_t_open(kind);
	char name[16], key[32];
	int i;

	strcpy(name, kind);
	for (i = 0; i < NAMES; i++) {
		snprintf(key, sizeof key, "all/%02d", i);
		store_t_put(store, key, "old");
	}
	store_close(store);
	store_t_fork(3, replace_or_list, name);
}

ON_EACH(five_thousand_names_are_listed)
{
	struct store *store = store_t_open(kind);
	struct store_list list = STORE_LIST_INIT;
	size_t n = t_long() ? 5001 : 600, i;
	char(*keys)[32] = std_alloc(n * sizeof *keys);
	struct store_op *ops = std_alloc(n * sizeof *ops);
	struct err err;

	for (i = 0; i < n; i++) {
		snprintf(keys[i], sizeof keys[i], "raw/u/%04zu.md", i);
		ops[i] = (struct store_op)STORE_PUT(
		    keys[i], STORE_ALWAYS, NULL, "x", 1);
	}
	ck_assert_int_eq(store_run(store, ops, n, &err), 0);
	ck_assert_int_eq(store_list(store, "raw/u/", &list, &err), 0);
	ck_assert_uint_eq(list.n, n);
	for (i = 0; i < n; i++) {
		ck_assert_str_eq(list.items[i].key, keys[i]);
		ck_assert_str_eq(list.items[i].etag, ops[i].new_etag.s);
	}
	store_list_release(&list);
	store_ops_release(ops, n);
	free(ops);
	free(keys);
	store_close(store);
}

static void
count_ops(void *arg, const struct store_op *op)
{
	(void)op;
	++*(unsigned *)arg;
}

START_TEST(the_planned_op_fails_before_or_after_it_happened)
{
	unsigned hooked = 0;
	struct store_fault plan = {
	    .at = 2, .count = 2, .hook = count_ops, .arg = &hooked};
	struct store *store = store_fault_new(store_t_open("fs"), &plan);
	struct store_op ops[] = {
	    STORE_PUT("a", STORE_ALWAYS, NULL, "x", 1),
	    STORE_PUT("b", STORE_ALWAYS, NULL, "x", 1),
	    STORE_GET("a"),
	    STORE_GET("a"),
	};
	struct err err;

	ck_assert_int_eq(store_run(store, ops, 4, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	ck_assert_int_eq(ops[0].result, STORE_OK);
	ck_assert_int_eq(ops[1].result, STORE_FAILED);
	ck_assert_int_eq(ops[2].result, STORE_FAILED);
	ck_assert_int_eq(ops[3].result, STORE_OK);
	ck_assert_uint_eq(hooked, 4);
	store_t_check(store, "b", NULL);

	plan.ops = 0;
	plan.at = plan.count = 1;
	plan.when = STORE_FAULT_AFTER;
	store_t_expect(store, &ops[1], STORE_FAILED);
	ck_assert_uint_eq(ops[1].new_etag.len, 0);
	store_t_check(store, "b", "x");
	store_ops_release(ops, 4);
	store_close(store);
}
END_TEST

#define CONTRACT(kind)                                                         \
	kind##_a_put_is_read_back_with_its_etag,                               \
	    kind##_an_empty_blob_is_a_blob, kind##_a_large_blob_is_whole,      \
	    kind##_a_missing_blob_is_absent, kind##_a_removed_blob_is_absent,  \
	    kind##_an_etag_never_comes_back,                                   \
	    kind##_an_unchanged_blob_is_not_sent_again,                        \
	    kind##_create_only_refuses_an_existing_blob,                       \
	    kind##_a_put_refuses_another_state,                                \
	    kind##_a_removal_refuses_another_state,                            \
	    kind##_a_list_has_what_starts_with_the_prefix,                     \
	    kind##_a_list_tells_etag_size_and_time,                            \
	    kind##_a_get_tells_how_long_ago_the_blob_was_written,              \
	    kind##_strange_keys_keep_their_bytes, kind##_long_keys_are_kept,   \
	    kind##_what_is_no_key_is_refused_with_its_batch,                   \
	    kind##_conditions_that_make_no_sense_are_refused,                  \
	    kind##_a_batch_of_a_thousand_gets_is_right_in_each,                \
	    kind##_the_watch_counts_requests_rounds_and_bytes,                 \
	    kind##_one_of_eight_creators_wins,                                 \
	    kind##_no_increment_is_lost_between_processes,                     \
	    kind##_a_list_misses_nothing_while_blobs_are_replaced,             \
	    kind##_five_thousand_names_are_listed

int
main(void)
{
	const TTest *const on_fs[] = {CONTRACT(fs)};
	const TTest *const on_fault[] = {
	    CONTRACT(fault), the_planned_op_fails_before_or_after_it_happened};
	const TTest *const on_azure[] = {CONTRACT(azure)};
	struct err err;
	int rc;

	if (enc_start(&err) == -1)
		return 1;
	rc = t_run("store on fs", on_fs, ARRAY_LEN(on_fs));
	rc |= t_run("store through fault", on_fault, ARRAY_LEN(on_fault));
	if (getenv("AZURE_BLOB_CONN") != NULL)
		return rc |
		       t_run("store on azure", on_azure, ARRAY_LEN(on_azure));

	puts("store on azure was not run: AZURE_BLOB_CONN is not set "
	     "(tests/azurite.sh sets it, STORE_ONLY=fs does without)");
	return std_streq(getenv("STORE_ONLY"), "fs") ? rc : 1;
}
