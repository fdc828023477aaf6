/*
 * GET /api/sync: what it says of records, marks and lists; that it is true
 * in a living system is tests/34-sync-state.mjs.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "api/status.h"
#include "app/list_memory.h"
#include "backend/fs_changes.h"
#include "base/json.h"
#include "store/names.h"
#include "t.h"
#include "week/ledger_json.h"
#include "world.h"

#define SYNC  "state/ada/sync.json"
#define BLOB  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BREAD "0000-Brot.md"
#define TASKS "raw/ada/tasks/"

/* How many files were looked at. */
static unsigned looks;

int
fstatat(int dir, const char *name, struct stat *st, int flags)
{
	looks += strstr(name, ".md") != NULL;
	return (int)syscall(SYS_newfstatat, dir, name, st, flags);
}

/* By how much the monotonic clock is ahead. */
static time_t later_s;

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, t);

	if (rc == 0 && clock == CLOCK_MONOTONIC)
		t->tv_sec += later_s;
	return rc;
}

/* A host with a repository, one task, and records of it as it is. */
static void
open_world(struct host *h, struct ledger *sync)
{
	struct store_op op = STORE_GET("raw/ada/tasks/" BREAD);
	struct err err = ERR_INIT;

	host_open(h, "a");
	h->app.conf.github_owner = std_strdup("ada");
	h->app.conf.github_repo = std_strdup("vault");
	host_create(h, "ada", "Brot", NULL);
	ok(store_run(h->app.store, &op, 1, &err), &err);
	memset(sync, 0, sizeof *sync);
	ledger_set_state(sync, LEDGER_STATE_OK, t_msg(""));
	ledger_set_base(ledger_record(sync, BREAD), BLOB, "h", op.new_etag.s);
	store_ops_release(&op, 1);
}

static void
close_world(struct host *h, struct ledger *sync)
{
	ledger_release(sync);
	host_close(h);
}

static void
put_sync(struct host *h, const struct ledger *sync)
{
	struct buf text = BUF_INIT;

	ledger_json_print(&text, sync);
	host_put(h, SYNC, text.s);
	buf_release(&text);
}

static void
print_answer(struct host *h, struct list_memory *lists, const char *user,
    struct buf *text)
{
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;

	buf_reset(text);
	ok(status_load(&h->app, lists, user, &status, &err), &err);
	status_print(text, &status, true);
	status_release(&status);
}

/* The answer; caller puts it. */
static struct json_object *
answer(struct host *h)
{
	struct buf text = BUF_INIT;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	print_answer(h, NULL, "ada", &text);
	ck_assert_int_eq(json_parse(text.s, text.len, &json, &err), 0);
	buf_release(&text);
	return json;
}

static void
expect(struct host *h, const struct ledger *sync, const char *state,
    const char *code, const char *text)
{
	struct json_object *json;

	put_sync(h, sync);
	json = answer(h);
	ck_assert_str_eq(json_get_str(json, "state"), state);
	ck_assert_str_eq(json_get_str(json, "code"), code);
	ck_assert_str_eq(json_get_str(json, "text"), text);
	json_object_put(json);
}

START_TEST(each_state_has_its_word_and_its_sentence)
{
	struct host h;
	struct ledger sync;

	open_world(&h, &sync);
	expect(&h, &sync, "ok", "alles_in_git", "Alles ist in Git.");
	ledger_set_state(&sync, LEDGER_STATE_OK, t_msg("Ein Hinweis."));
	expect(&h, &sync, "ok", "hinweis", "Ein Hinweis.");
	ledger_record(&sync, BREAD)->held = true;
	expect(&h, &sync, "ok", "entfernen_bestaetigen", "Ein Hinweis.");
	ledger_set_state(&sync, LEDGER_STATE_READ_ONLY, t_msg("Nur lesen."));
	expect(&h, &sync, "nur_lesen", "nur_lesen", "Nur lesen.");
	ledger_set_state(&sync, LEDGER_STATE_FAILED, t_msg(""));
	expect(&h, &sync, "failed", "fehlgeschlagen",
	    "Der letzte Abgleich mit Git ist gescheitert.");
	ledger_set_state(&sync, LEDGER_STATE_PENDING,
	    t_msg("GitHub ist nicht zu erreichen."));
	ledger_set_base(ledger_record(&sync, BREAD), BLOB, "h", "anders");
	expect(&h, &sync, "pending", "stockt",
	    "GitHub ist nicht zu erreichen. Eine Aufgabe ist noch nicht in "
	    "Git.");
	close_world(&h, &sync);
}
END_TEST

START_TEST(what_is_still_to_be_done_is_pending)
{
	struct host h;
	struct ledger sync;
	static const char noted[] = "Der nächste Abgleich mit Git ist "
				    "vorgemerkt.";

	open_world(&h, &sync);
	memcpy(sync.after, BLOB, sizeof BLOB);
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	sync.after[0] = '\0';
	ledger_intent_add(&sync, BREAD);
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	ledger_intents_clear(&sync);
	expect(&h, &sync, "ok", "alles_in_git", "Alles ist in Git.");
	host_put(&h, "pending/ada", "x");
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	close_world(&h, &sync);
}
END_TEST

START_TEST(many_conflicts_are_counted_and_the_first_are_listed)
{
	char hash[ENC_HASH_LEN + 1], file[16];
	struct json_object *json, *list;
	struct host h;
	struct ledger sync;
	unsigned i;

	open_world(&h, &sync);
	memset(hash, 'a', ENC_HASH_LEN);
	hash[ENC_HASH_LEN] = '\0';
	for (i = 1; i <= STATUS_LISTED + 5; i++) {
		snprintf(file, sizeof file, "%04u.md", i % NAMES_NUMBER_END);
		ledger_set_conflict(ledger_record(&sync, file), hash, NULL);
	}
	put_sync(&h, &sync);
	json = answer(&h);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), STATUS_LISTED + 5);
	ck_assert_str_eq(
	    json_get_str(json, "text"), "25 Konflikte sind zu entscheiden.");
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), STATUS_LISTED);
	json_object_put(json);
	close_world(&h, &sync);
}
END_TEST

START_TEST(each_conflict_of_a_file_is_counted_and_listed_with_its_copy)
{
	static const char *const texts[] = {"alt", "neu"};
	char hash[2][ENC_HASH_LEN + 1];
	struct json_object *json, *list, *item;
	struct buf key = BUF_INIT;
	struct host h;
	struct ledger sync;
	size_t i;

	open_world(&h, &sync);
	for (i = 0; i < 2; i++) {
		enc_hash(texts[i], 3, hash[i]);
		buf_reset(&key);
		names_copy_key(&key, NAMES_CONFLICTS, "ada", BREAD, hash[i]);
		host_put(&h, key.s, texts[i]);
		ledger_set_conflict(ledger_record(&sync, BREAD), hash[i],
		    i == 0 ? "body" : NULL);
	}
	put_sync(&h, &sync);
	json = answer(&h);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), 2);
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), 2);
	for (i = 0; i < 2; i++) {
		item = json_object_array_get_idx(list, 1 - i);
		ck_assert_str_eq(json_get_str(item, "file"), BREAD);
		ck_assert_str_eq(json_get_str(item, "copy"), hash[i]);
		ck_assert_str_eq(json_get_str(item, "mine"), texts[i]);
		ck_assert(std_streq(json_get_str(item, "fields"), "body") ==
			  (i == 0));
	}
	json_object_put(json);
	buf_release(&key);
	close_world(&h, &sync);
}
END_TEST

/* Both sides of a conflict, the user's with `size` bytes. */
static void
put_copy(struct host *h, struct ledger *sync, const char *file, size_t size)
{
	struct buf bytes = BUF_INIT, key = BUF_INIT;
	char hash[ENC_HASH_LEN + 1];

	while (bytes.len < size)
		buf_addc(&bytes, 'x');
	enc_hash(bytes.s, bytes.len, hash);
	names_copy_key(&key, NAMES_CONFLICTS, "ada", file, hash);
	host_put(h, key.s, bytes.s);
	ledger_set_conflict(ledger_record(sync, file), hash, "body");
	buf_release(&bytes);
	buf_release(&key);
}

START_TEST(texts_that_are_too_long_are_left_for_later)
{
	struct json_object *json, *list;
	struct host h;
	struct ledger sync;

	open_world(&h, &sync);
	put_copy(&h, &sync, "0001.md", STATUS_TEXT_MAX + 1);
	put_copy(&h, &sync, "0002.md", 1);
	put_sync(&h, &sync);
	json = answer(&h);
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), 1);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), 2);
	json_object_put(json);
	close_world(&h, &sync);
}
END_TEST

START_TEST(a_store_that_fails_is_an_error_and_leaves_nothing)
{
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;
	struct host h;
	struct ledger sync;
	unsigned at;

	open_world(&h, &sync);
	put_copy(&h, &sync, BREAD, 10);
	put_sync(&h, &sync);
	for (at = 1; at <= 5; at++) {
		h.plan.ops = 0;
		h.plan.at = at;
		ck_assert_int_eq(
		    status_load(&h.app, NULL, "ada", &status, &err), -1);
		ck_assert_ptr_null(status.sync.files);
	}
	h.plan.at = 0;
	ok(status_load(&h.app, NULL, "ada", &status, &err), &err);
	ck_assert_uint_eq(status.n_listed, 1);
	ck_assert(status.listed[0].has_mine && status.listed[0].has_theirs);
	status_release(&status);
	close_world(&h, &sync);
}
END_TEST

/* A host that keeps lists, another process beside it, and a user with some
 * tasks that are in Git. */
#define MANY 30

struct kept {
	struct host host, other;
	struct list_memory *lists;
	struct ledger sync;
};

static void
task_key(char key[64], unsigned number)
{
	snprintf(key, 64, TASKS "%04u.md", number);
}

/* Let the records be those of what is there. */
static void
record_all(struct kept *k)
{
	struct store_list list = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	size_t i;

	ok(store_list(k->other.app.store, TASKS, &list, &err), &err);
	for (i = 0; i < list.n; i++)
		ledger_set_base(
		    ledger_record(&k->sync, list.items[i].key + strlen(TASKS)),
		    BLOB, "h", list.items[i].etag);
	put_sync(&k->other, &k->sync);
	store_list_release(&list);
}

static void
open_kept(struct kept *k, size_t max_bytes)
{
	char key[64];
	unsigned i;

	open_world(&k->host, &k->sync);
	host_open(&k->other, "a");
	k->lists = list_memory_new(max_bytes);
	for (i = 1; i < MANY; i++) {
		task_key(key, i);
		host_put(&k->other, key, "x");
	}
	record_all(k);
}

static void
close_kept(struct kept *k)
{
	list_memory_free(k->lists);
	host_close(&k->other);
	close_world(&k->host, &k->sync);
}

/* Ask, see that the answer is the one of a process that knows nothing, and return
 * how many tasks it says are not in Git. */
static int64_t
ask(struct kept *k)
{
	struct buf kept = BUF_INIT, fresh = BUF_INIT;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	int64_t pending;
	unsigned looked;

	looks = 0;
	print_answer(&k->host, k->lists, "ada", &kept);
	looked = looks;
	print_answer(&k->host, NULL, "ada", &fresh);
	looks = looked;
	ck_assert_str_eq(kept.s, fresh.s);
	ck_assert_int_eq(json_parse(kept.s, kept.len, &json, &err), 0);
	pending = json_get_int(json, "pending", -1);
	json_object_put(json);
	buf_release(&kept);
	buf_release(&fresh);
	return pending;
}

static void
drop(struct host *h, const char *key)
{
	struct store_op op = STORE_REMOVE(key, STORE_ALWAYS, NULL);
	struct err err = ERR_INIT;

	ok(store_run(h->app.store, &op, 1, &err), &err);
	store_ops_release(&op, 1);
}

/* Let the kernel's clock tick, which old kernels date folders by. */
static void
tick(void)
{
	const struct timespec t = {0, 11000000};

	nanosleep(&t, NULL);
}

static void
write_by_hand(const char *key, const char *text)
{
	FILE *f;

	tick();
	f = fopen(host_path(key), "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

START_TEST(only_files_that_have_changed_are_looked_at)
{
	struct kept k;

	open_kept(&k, 1 << 20);
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_uint_eq(looks, MANY);
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_uint_eq(looks, 0);
	host_put(&k.host, TASKS "0007.md", "y");
	ck_assert_int_eq(ask(&k), 1);
	ck_assert_uint_eq(looks, 1);
	ck_assert_int_eq(ask(&k), 1);
	ck_assert_uint_eq(looks, 0);
	close_kept(&k);
}
END_TEST

START_TEST(an_edit_by_another_process_is_counted)
{
	struct kept k;

	open_kept(&k, 1 << 20);
	ck_assert_int_eq(ask(&k), 0);
	host_put(&k.other, TASKS "0007.md", "y");
	host_put(&k.other, TASKS "0099-Neu.md", "new");
	host_put(&k.other, TASKS "README.md", "no task");
	ck_assert_int_eq(ask(&k), 2);
	ck_assert_uint_eq(looks, 3);
	host_put(&k.other, TASKS "README.md", "none now either");
	drop(&k.other, TASKS "0099-Neu.md");
	drop(&k.other, TASKS "0008.md");
	ck_assert_int_eq(ask(&k), 1);
	close_kept(&k);
}
END_TEST

START_TEST(a_file_put_beside_the_api_is_counted_at_once)
{
	struct kept k;

	open_kept(&k, 1 << 20);
	ck_assert_int_eq(ask(&k), 0);
	write_by_hand(TASKS "0050-Hand.md", "by hand");
	ck_assert_int_eq(ask(&k), 1);
	tick();
	ck_assert_int_eq(unlink(host_path(TASKS "0050-Hand.md")), 0);
	ck_assert_int_eq(ask(&k), 0);
	close_kept(&k);
}
END_TEST

START_TEST(bytes_written_in_place_are_counted_after_a_minute)
{
	struct kept k;

	open_kept(&k, 1 << 20);
	ck_assert_int_eq(ask(&k), 0);
	write_by_hand(TASKS "0007.md", "in place");
	later_s = FS_CHANGES_TRUST_MS / 1000 + 1;
	ck_assert_int_eq(ask(&k), 1);
	ck_assert_uint_eq(looks, MANY);
	close_kept(&k);
}
END_TEST

START_TEST(new_records_are_counted_by_the_kept_list)
{
	struct kept k;

	open_kept(&k, 1 << 20);
	host_put(&k.other, TASKS "0007.md", "y");
	ck_assert_int_eq(ask(&k), 1);
	record_all(&k);
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_uint_eq(looks, 0);
	ledger_remove(&k.sync, "0003.md");
	ledger_remove(&k.sync, "0029.md");
	put_sync(&k.other, &k.sync);
	ck_assert_int_eq(ask(&k), 2);
	ck_assert_uint_eq(looks, 0);
	drop(&k.other, SYNC);
	ck_assert_int_eq(ask(&k), MANY);
	ck_assert_uint_eq(looks, 0);
	close_kept(&k);
}
END_TEST

START_TEST(a_list_without_room_is_asked_for_anew)
{
	struct kept k;

	open_kept(&k, 100);
	ck_assert_int_eq(ask(&k), 0);
	host_put(&k.other, TASKS "0007.md", "y");
	ck_assert_int_eq(ask(&k), 1);
	ck_assert_uint_eq(looks, MANY);
	close_kept(&k);
}
END_TEST

START_TEST(who_was_asked_about_longest_ago_is_forgotten)
{
	/* For one such user, and a bit. */
	const size_t room = sizeof(struct store_item) * 2 * MANY + 3000;
	struct buf text = BUF_INIT;
	struct kept k;
	char key[64];
	unsigned i;

	open_kept(&k, room);
	for (i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "raw/eve/tasks/%04u.md", i);
		host_put(&k.other, key, "x");
	}
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_uint_eq(looks, 0);
	print_answer(&k.host, k.lists, "eve", &text);
	ck_assert_int_eq(ask(&k), 0);
	ck_assert_uint_eq(looks, MANY);
	buf_release(&text);
	close_kept(&k);
}
END_TEST

START_TEST(a_list_that_failed_is_asked_for_anew)
{
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;
	unsigned at;
	struct kept k;

	open_kept(&k, 1 << 20);
	for (at = 1; at <= 3; at++) {
		ck_assert_int_eq(ask(&k), 0);
		ck_assert_int_eq(ask(&k), 0);
		ck_assert_uint_eq(looks, 0);
		k.host.plan.ops = 0;
		k.host.plan.at = at;
		ck_assert_int_eq(
		    status_load(&k.host.app, k.lists, "ada", &status, &err),
		    -1);
		k.host.plan.at = 0;
		ck_assert_int_eq(ask(&k), 0);
		ck_assert_uint_eq(looks, MANY);
	}
	close_kept(&k);
}
END_TEST

/* Put a file in place of another one, without the store. */
static void
replace_by_hand(const char *key)
{
	struct buf from = BUF_INIT;

	write_by_hand(TASKS ".hand", "by hand");
	buf_adds(&from, host_path(TASKS ".hand"));
	ck_assert_int_eq(rename(from.s, host_path(key)), 0);
	buf_release(&from);
}

/* Change something, mostly by way of the store. */
static void
change_one(struct kept *k)
{
	char key[64];

	task_key(key, (unsigned)random() % (2 * MANY));
	switch (random() % 12) {
	case 0:
		replace_by_hand(key);
		break;
	case 1:
		tick();
		unlink(host_path(key));
		break;
	case 2:
		record_all(k);
		break;
	case 3:
		host_put(&k->other, TASKS "0001.MD", "no task");
		break;
	default:
		host_put(random() % 2 == 0 ? &k->other : &k->host, key, key);
	}
}

START_TEST(whatever_changes_a_kept_list_answers_as_a_fresh_one)
{
	unsigned i, none = 0;
	struct kept k;

	open_kept(&k, 1 << 20);
	srandom(3);
	for (i = 0; i < 300; i++) {
		if (random() % 3 > 0)
			change_one(&k);
		ask(&k);
		none += looks < MANY / 2;
	}
	ck_assert_uint_gt(none, 100);
	close_kept(&k);
}
END_TEST

T_MAIN("status", each_state_has_its_word_and_its_sentence,
    what_is_still_to_be_done_is_pending,
    many_conflicts_are_counted_and_the_first_are_listed,
    each_conflict_of_a_file_is_counted_and_listed_with_its_copy,
    texts_that_are_too_long_are_left_for_later,
    a_store_that_fails_is_an_error_and_leaves_nothing,
    only_files_that_have_changed_are_looked_at,
    an_edit_by_another_process_is_counted,
    a_file_put_beside_the_api_is_counted_at_once,
    bytes_written_in_place_are_counted_after_a_minute,
    new_records_are_counted_by_the_kept_list,
    a_list_without_room_is_asked_for_anew,
    who_was_asked_about_longest_ago_is_forgotten,
    a_list_that_failed_is_asked_for_anew,
    whatever_changes_a_kept_list_answers_as_a_fresh_one)
