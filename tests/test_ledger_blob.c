#include <unistd.h>

#include "api/status.h"
#include "app/base_memory.h"
#include "carry/downgrade.h"
#include "edit/mirror.h"
#include "store/blob.h"
#include "store/names.h"
#include "sync/ledger_blob.h"
#include "sync/sweep.h"
#include "t.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_json.h"
#include "world.h"

#define A    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SYNC "state/ada/sync.json"

/* Records of n files whose ETag is `etag`. */
static void
add_records(struct ledger *sync, unsigned n, const char *etag)
{
	char name[16];

	while (n-- > 0) {
		snprintf(name, sizeof name, "%04u.md", n);
		ledger_set_base(ledger_record(sync, name), A, A, etag);
	}
}

/* Write sync.json as a run does, or fail. */
static int
save(struct host *host, struct ledger *sync, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = ledger_blob_print(&host->app, "ada", sync, &text, err);

	if (rc == 0)
		host_put(host, SYNC, text.s);
	buf_release(&text);
	return rc;
}

/* Write records that lie on a base, and append the base's key. */
static void
save_based(struct host *host, const char *etag, struct buf *key)
{
	struct ledger sync = LEDGER_INIT;
	struct err err = ERR_INIT;

	add_records(&sync, 70, etag);
	ok(save(host, &sync, &err), &err);
	ck_assert_ptr_nonnull(sync.under);
	buf_reset(key);
	names_records_key(key, "ada", sync.under->id);
	ledger_release(&sync);
}

/* Read sync.json as every program but a run does. */
static void
load(struct host *host, struct ledger *sync)
{
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;

	ok(ledger_blob_load(&host->app, "ada", sync, &blob, &err), &err);
	blob_release(&blob);
}

static bool
is_there(struct host *host, const char *key)
{
	struct buf bytes = BUF_INIT;
	bool is;

	host_get(host, key, &bytes);
	is = bytes.len > 0;
	buf_release(&bytes);
	return is;
}

START_TEST(records_on_a_base_are_read)
{
	struct ledger sync = LEDGER_INIT;
	struct buf key = BUF_INIT;
	struct host h, other;

	host_open(&h, "a");
	host_open(&other, "b");
	save_based(&h, "e", &key);
	load(&other, &sync);
	ck_assert_uint_eq(sync.n, 70);
	ck_assert_uint_eq(host_requests(&other), 2);
	ledger_release(&sync);
	load(&other, &sync); /* it remembers the base */
	ck_assert_uint_eq(sync.n, 70);
	ck_assert_uint_eq(host_requests(&other), 1);
	ledger_release(&sync);
	host_close(&h);
	host_close(&other);
	buf_release(&key);
}
END_TEST

START_TEST(each_reader_asks_for_the_base_once)
{
	struct mirror mirror = MIRROR_INIT;
	struct mirror_one one = MIRROR_ONE_INIT;
	struct status status = STATUS_INIT;
	struct buf key = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h, hosts[3];
	size_t i, again;

	host_open(&h, "a");
	save_based(&h, "e", &key);
	host_put(&h, "raw/ada/tasks/0007.md", "# Sieben\n");
	for (i = 0; i < ARRAY_LEN(hosts); i++) {
		host_open(&hosts[i], "b");
		hosts[i].app.conf.github_owner = std_strdup("ada");
		hosts[i].app.conf.github_repo = std_strdup("vault");
		host_requests(&hosts[i]);
	}
	for (again = 0; again < 2; again++) {
		ok(mirror_load(&hosts[0].app, "ada", &mirror, &err), &err);
		ck_assert(mirror.synced && mirror.sync.n == 70);
		mirror_release(&mirror);
		/* Index, number, list, records; the file. */
		ck_assert_uint_eq(host_requests(&hosts[0]), 6 - again);

		ok(mirror_load_one(&hosts[1].app, "ada", "0007", &one, &err),
		    &err);
		ck_assert_uint_eq(one.sync.n, 1);
		ck_assert_str_eq(one.sync.files[0]->file, "0007.md");
		mirror_one_release(&one);
		one = (struct mirror_one)MIRROR_ONE_INIT;
		/* List, the file, records. */
		ck_assert_uint_eq(host_requests(&hosts[1]), 4 - again);

		ok(status_load(&hosts[2].app, NULL, "ada", &status, &err),
		    &err);
		ck_assert(status.synced && status.sync.n == 70);
		status_release(&status);
		/* List, records, mark. */
		ck_assert_uint_eq(host_requests(&hosts[2]), 4 - again);
	}
	for (i = 0; i < ARRAY_LEN(hosts); i++)
		host_close(&hosts[i]);
	host_close(&h);
	buf_release(&key);
}
END_TEST

START_TEST(no_sync_json_names_a_base_that_could_not_be_put)
{
	struct ledger sync = LEDGER_INIT;
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	add_records(&sync, 64, "e");
	ok(save(&h, &sync, &err), &err);
	host_get(&h, SYNC, &before);
	add_records(&sync, 65, "e");
	h.plan = (struct store_fault){.at = 1};
	ck_assert_int_eq(save(&h, &sync, &err), -1);
	host_get(&h, SYNC, &after);
	ck_assert_str_eq(before.s, after.s);
	ck_assert_ptr_null(sync.under);
	ledger_release(&sync);
	host_close(&h);
	buf_release(&before);
	buf_release(&after);
}
END_TEST

/* Change the records and swap them; true if that succeeded. */
static bool
swap_records(struct host *host, unsigned n)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool saved = false;
	int rc = ledger_blob_load(&host->app, "ada", &sync, &blob, &err);

	add_records(&sync, n, "new");
	if (rc == 0)
		rc = ledger_blob_print(&host->app, "ada", &sync, &text, &err);
	if (rc == 0)
		rc = blob_swap(host->app.store, &blob, &text, &saved, &err);
	ledger_release(&sync);
	blob_release(&blob);
	buf_release(&text);
	return rc == 0 && saved;
}

START_TEST(whatever_request_fails_the_records_are_the_old_or_the_new_ones)
{
	struct ledger sync = LEDGER_INIT;
	struct buf key = BUF_INIT;
	struct host h, other;
	unsigned i;

	host_open(&other, "b");
	/* Get sync.json, its base, put another base, swap: each fails before
	 * and after it has happened. */
	for (i = 0; i < 10; i++) {
		host_open(&h, "a");
		save_based(&other, "old", &key);
		h.plan = (struct store_fault){.at = 1 + i / 2,
		    .when = i % 2 ? STORE_FAULT_AFTER : STORE_FAULT_BEFORE};
		ck_assert(swap_records(&h, 70) == (i >= 8));
		load(&other, &sync);
		ck_assert_uint_eq(sync.n, 70);
		ck_assert_str_eq(sync.files[0]->etag, i >= 7 ? "new" : "old");
		ledger_release(&sync);
		host_close(&h);
	}
	host_close(&other);
	buf_release(&key);
}
END_TEST

START_TEST(records_whose_base_is_lost_or_damaged_are_none)
{
	struct ledger sync = LEDGER_INIT;
	struct buf key = BUF_INIT;
	struct host h, other;

	host_open(&h, "a");
	host_open(&other, "b");
	save_based(&h, "e", &key);
	host_put(&h, key.s, "{\"v\":1,\"files\":[]}");
	load(&other, &sync);
	ck_assert_uint_eq(sync.n, 0);
	ck_assert_int_eq(unlink(host_path(key.s)), 0);
	load(&other, &sync);
	ck_assert_uint_eq(sync.n, 0);
	/* Who remembers it, needs no more. */
	load(&h, &sync);
	ck_assert_uint_eq(sync.n, 70);
	ledger_release(&sync);
	host_close(&h);
	host_close(&other);
	buf_release(&key);
}
END_TEST

/* Put other records, and remove the base of those before, when a base is
 * read. */
struct replace {
	struct host *host;
	bool done;
};

static void
replace_base(void *arg, const struct store_op *op)
{
	struct replace *replace = arg;
	struct buf key = BUF_INIT;

	if (replace->done || !names_is_records(op->key))
		return;
	replace->done = true;
	save_based(replace->host, "f", &key);
	ck_assert_int_eq(unlink(host_path(op->key)), 0);
	buf_release(&key);
}

START_TEST(a_reader_that_misses_a_base_reads_sync_json_again)
{
	struct ledger sync = LEDGER_INIT;
	struct buf key = BUF_INIT;
	struct host h, other;
	struct replace replace = {.host = &h};

	host_open(&h, "a");
	host_open(&other, "b");
	save_based(&h, "e", &key);
	other.plan.hook = replace_base;
	other.plan.arg = &replace;
	load(&other, &sync);
	ck_assert(replace.done);
	ck_assert_uint_eq(sync.n, 70);
	ck_assert_str_eq(sync.files[0]->etag, "f");
	ledger_release(&sync);
	host_close(&h);
	host_close(&other);
	buf_release(&key);
}
END_TEST

static void
sweep(struct host *host)
{
	struct err err = ERR_INIT;

	ok(sweep_user(&host->app, "ada", &err), &err);
}

#define LONG (SWEEP_BASE_MS + 60000)

START_TEST(bases_go_some_time_after_they_were_used_last)
{
	struct buf first = BUF_INIT, second = BUF_INIT, third = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.now_offset_ms = 0;
	save_based(&h, "1", &first);
	save_based(&h, "2", &second);
	save_based(&h, "3", &third);
	sweep(&h);
	ck_assert(is_there(&h, first.s) && is_there(&h, second.s));
	/* The second one was used until the third was put, just now. */
	host_set_age(first.s, 3 * LONG);
	host_set_age(second.s, 2 * LONG);
	sweep(&h);
	ck_assert(!is_there(&h, first.s) && is_there(&h, second.s));
	host_set_age(third.s, LONG);
	sweep(&h);
	ck_assert(!is_there(&h, second.s) && is_there(&h, third.s));
	/* One that is used again is put again. */
	save_based(&h, "4", &first);
	host_set_age(first.s, LONG);
	host_set_age(third.s, 2 * LONG);
	save_based(&h, "3", &third);
	sweep(&h);
	ck_assert(is_there(&h, first.s) && is_there(&h, third.s));
	host_close(&h);
	buf_release(&first);
	buf_release(&second);
	buf_release(&third);
}
END_TEST

START_TEST(bases_stay_while_sync_json_cannot_be_read)
{
	struct buf key = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	h.app.conf.now_offset_ms = 0;
	save_based(&h, "e", &key);
	host_put(&h, SYNC, "{\"v\":1");
	host_set_age(key.s, LONG);
	sweep(&h);
	ck_assert(is_there(&h, key.s));
	host_put(&h, SYNC, "{\"v\":1,\"files\":[]}");
	sweep(&h);
	ck_assert(!is_there(&h, key.s));
	host_close(&h);
	buf_release(&key);
}
END_TEST

/* What a program that knows no base would write of these records. */
static void
print_whole(struct ledger *sync, int64_t saved_ms, struct buf *out)
{
	ledger_base_set(&sync->under, NULL);
	sync->saved_ms = saved_ms;
	ledger_json_print(out, sync);
}

/* sync.json with a member moved to its end, printed by another program. */
static void
reprint(const struct buf *sync, const char *last, int flags, struct buf *out)
{
	struct json_object *json = NULL, *value;
	struct err err = ERR_INIT;

	ok(json_parse(sync->s, sync->len, &json, &err), &err);
	value = json_object_get(json_object_object_get(json, last));
	json_object_object_del(json, last);
	json_object_object_add(json, last, value);
	buf_reset(out);
	buf_adds(out, json_object_to_json_string_ext(json, flags));
	json_object_put(json);
}

static void
check_one(struct host *host, const char *id, const char *etag)
{
	struct mirror_one one = MIRROR_ONE_INIT;
	struct err err = ERR_INIT;
	const struct ledger_file *f;

	ok(mirror_load_one(&host->app, "ada", id, &one, &err), &err);
	f = ledger_find(&one.sync, one.task.file.s);
	ck_assert_str_eq(f != NULL ? f->etag : "none", etag);
	mirror_one_release(&one);
}

/* A reader without any memory must know these records by sync.json. */
static void
check_records(struct ledger *wanted, const char *form)
{
	struct ledger sync = LEDGER_INIT;
	struct buf mine = BUF_INIT, theirs = BUF_INIT;
	struct host h;

	host_open(&h, "c");
	h.app.conf.github_owner = std_strdup("ada");
	h.app.conf.github_repo = std_strdup("vault");
	check_one(&h, "0007", "none");
	check_one(&h, "0008", "new");
	check_one(&h, "0009", "e");
	load(&h, &sync);
	print_whole(wanted, sync.saved_ms, &mine);
	print_whole(&sync, sync.saved_ms, &theirs);
	ck_assert_msg(strcmp(mine.s, theirs.s) == 0, "%s", form);
	ledger_release(&sync);
	host_close(&h);
	buf_release(&mine);
	buf_release(&theirs);
}

START_TEST(records_on_a_base_are_read_in_any_form_of_json)
{
	static const char *const members[] = {
	    "v", "base", "gone", "files", "aside", "headAt"};
	static const int flags[] = {JSON_C_TO_STRING_PLAIN,
	    JSON_C_TO_STRING_SPACED,
	    JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_PRETTY};
	struct ledger sync = LEDGER_INIT;
	struct buf bytes = BUF_INIT, other = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;
	size_t i;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0007.md", "# Sieben\n");
	host_put(&h, "raw/ada/tasks/0008.md", "# Acht\n");
	host_put(&h, "raw/ada/tasks/0009.md", "# Neun\n");
	save_based(&h, "e", &bytes);
	load(&h, &sync);
	ledger_remove(&sync, "0007.md");
	ledger_set_base(ledger_record(&sync, "0008.md"), A, A, "new");
	ok(save(&h, &sync, &err), &err);
	host_get(&h, SYNC, &bytes);
	ck_assert(std_starts(bytes.s, "{\"v\":2,"));
	for (i = 0; i < ARRAY_LEN(members) * ARRAY_LEN(flags); i++) {
		reprint(&bytes, members[i / ARRAY_LEN(flags)],
		    flags[i % ARRAY_LEN(flags)], &other);
		host_put(&h, SYNC, other.s);
		check_records(&sync, other.s);
	}
	ledger_release(&sync);
	host_close(&h);
	buf_release(&bytes);
	buf_release(&other);
}
END_TEST

START_TEST(one_record_of_another_form_lets_no_base_outgrow_the_memory)
{
	struct buf bytes = BUF_INIT, other = BUF_INIT, key = BUF_INIT;
	struct ledger sync = LEDGER_INIT;
	struct ledger_base *base;
	struct host h;

	host_open(&h, "a");
	h.app.conf.github_owner = std_strdup("ada");
	h.app.conf.github_repo = std_strdup("vault");
	host_put(&h, "raw/ada/tasks/0009.md", "# Neun\n");
	save_based(&h, "e", &key);
	load(&h, &sync);
	host_get(&h, SYNC, &bytes);
	reprint(&bytes, "v", JSON_C_TO_STRING_SPACED, &other);
	host_put(&h, SYNC, other.s);

	/* There is room for the base, and none for its records. */
	base_memory_free(h.app.bases);
	h.app.bases = base_memory_new(ledger_base_bytes(sync.under) + 1000);
	check_one(&h, "0009", "e");
	base = base_memory_find(h.app.bases, "ada", sync.under->id);
	ck_assert_ptr_nonnull(base);
	ck_assert_ptr_null(base->read);
	ledger_base_drop(base);
	ledger_release(&sync);
	host_close(&h);
	buf_release(&bytes);
	buf_release(&other);
	buf_release(&key);
}
END_TEST

START_TEST(a_downgrade_writes_what_the_version_before_would)
{
	struct ledger sync = LEDGER_INIT, after = LEDGER_INIT;
	struct buf key = BUF_INIT, bytes = BUF_INIT, whole = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	save_based(&h, "e", &key);
	load(&h, &sync);
	ledger_remove(&sync, "0007.md");
	ledger_record(&sync, "0008.md")->held = true;
	ok(save(&h, &sync, &err), &err);
	ok(downgrade_user(&h.app, "ada", &err), &err);
	host_get(&h, SYNC, &bytes);
	ck_assert_int_eq(ledger_json_parse(&bytes, &after), LEDGER_JSON_GOOD);
	print_whole(&sync, after.saved_ms, &whole);
	ck_assert_str_eq(bytes.s, whole.s);
	ck_assert(std_starts(bytes.s, "{\"v\":1,"));
	/* Again it changes nothing. */
	ok(downgrade_user(&h.app, "ada", &err), &err);
	host_get(&h, SYNC, &whole);
	ck_assert_str_eq(bytes.s, whole.s);
	ledger_release(&sync);
	ledger_release(&after);
	host_close(&h);
	buf_release(&key);
	buf_release(&bytes);
	buf_release(&whole);
}
END_TEST

START_TEST(no_downgrade_disturbs_a_sync_or_hides_that_records_are_broken)
{
	struct ledger sync = LEDGER_INIT;
	struct buf key = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	save_based(&h, "e", &key);
	load(&h, &sync);
	sync.run_id = std_strdup("r");
	sync.saved_ms = app_now(&h.app);
	sync.run_until_ms = sync.saved_ms + h.app.conf.sync_lease_ms / 2;
	ok(save(&h, &sync, &err), &err);
	ck_assert_int_eq(downgrade_user(&h.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	ck_assert(is_there(&h, key.s));
	host_put(&h, SYNC, "{\"v\":1");
	ck_assert_int_eq(downgrade_user(&h.app, "ada", &err), -1);
	ck_assert(is_there(&h, key.s));
	host_put(&h, SYNC, "{\"v\":99,\"files\":[]}");
	ck_assert_int_eq(downgrade_user(&h.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_NEWER);
	ledger_release(&sync);
	host_close(&h);
	buf_release(&key);
}
END_TEST

T_MAIN("ledger_blob", records_on_a_base_are_read,
    each_reader_asks_for_the_base_once,
    no_sync_json_names_a_base_that_could_not_be_put,
    whatever_request_fails_the_records_are_the_old_or_the_new_ones,
    records_whose_base_is_lost_or_damaged_are_none,
    a_reader_that_misses_a_base_reads_sync_json_again,
    bases_go_some_time_after_they_were_used_last,
    bases_stay_while_sync_json_cannot_be_read,
    records_on_a_base_are_read_in_any_form_of_json,
    one_record_of_another_form_lets_no_base_outgrow_the_memory,
    a_downgrade_writes_what_the_version_before_would,
    no_downgrade_disturbs_a_sync_or_hides_that_records_are_broken)
