/*
 * Numbers, creations, changes: design.md 7 "Numbers", http-api.md, and what faults
 * and rivals do to them.
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/numbers.h"
#include "edit/create.h"
#include "edit/edit.h"
#include "edit/mirror.h"
#include "sync/sweep.h"
#include "t.h"
#include "text/lines.h"
#include "week/ledger.h"
#include "week/ledger_json.h"
#include "world.h"

#define TASK                                                                   \
	"---\ntyp: task\nkategorie: arbeit\nstatus: offen\ntags: []\n---\n\n"  \
	"# Brot\n"

static unsigned
take(struct host *h)
{
	struct err err = ERR_INIT;
	unsigned number;

	ok(numbers_take(&h->app, "ada", &number, &err), &err);
	return number;
}

START_TEST(numbers_begin_with_zero_and_rise_by_one)
{
	struct host h;

	host_open(&h, "a");
	ck_assert_uint_eq(take(&h), 0);
	ck_assert_uint_eq(take(&h), 1);
	ck_assert_uint_eq(take(&h), 2);
	host_close(&h);
}
END_TEST

START_TEST(a_missing_next_number_is_found_by_one_list)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0041-Brot.md", TASK);
	host_put(&h, "raw/ada/tasks/12345-zu-lang.md", TASK);
	host_put(&h, "raw/ada/tasks/notizen.md", TASK);
	host_requests(&h);
	ck_assert_uint_eq(take(&h), 42);
	ck_assert_uint_eq(host_requests(&h), 3);
	host_close(&h);
}
END_TEST

START_TEST(a_next_number_that_is_none_is_found_anew)
{
	static const char *const broken[] = {
	    "", "x", "-1", "99999", "1 2", "10001", "0x10", "\xff"};
	struct host h;
	size_t i;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0041-Brot.md", TASK);
	for (i = 0; i < ARRAY_LEN(broken); i++) {
		host_put(&h, "state/ada/nextId.txt", broken[i]);
		ck_assert_uint_eq(take(&h), 42);
	}
	host_close(&h);
}
END_TEST

static void
put_numbered(struct host *h, unsigned number)
{
	struct buf key = BUF_INIT;

	buf_addf(&key, "raw/ada/tasks/%04u-Da.md", number);
	host_put(h, key.s, TASK);
	buf_release(&key);
}

/* Takes a number and stores its file. */
static unsigned
take_and_store(struct host *h)
{
	unsigned number = take(h);

	put_numbered(h, number);
	return number;
}

START_TEST(after_9999_a_creation_goes_on_behind_the_highest_that_has_room)
{
	struct host h;
	struct err err = ERR_INIT;
	unsigned i, next;

	host_open(&h, "a");
	for (i = 1; i <= 30; i++)
		put_numbered(&h, i);
	put_numbered(&h, 9999);
	ok(numbers_look(&h.app, "ada", &next, &err), &err);
	ck_assert_uint_eq(next, 31);
	ck_assert_uint_eq(take_and_store(&h), 31);
	/* A run raises it over Git's highest, and an old program did. */
	ok(numbers_raise(&h.app, "ada", 10000, &err), &err);
	ck_assert_uint_eq(take_and_store(&h), 32);
	put_numbered(&h, 5000);
	ck_assert_uint_eq(take_and_store(&h), 5001);
	put_numbered(&h, 9997);
	ck_assert_uint_eq(take_and_store(&h), 9998);
	ck_assert_uint_eq(take_and_store(&h), 5002);
	ok(numbers_look(&h.app, "ada", &next, &err), &err);
	ck_assert_uint_eq(next, 5003);
	host_close(&h);
}
END_TEST

START_TEST(a_number_given_after_9999_is_used_before_its_file_is_there)
{
	struct host h;
	unsigned i;

	host_open(&h, "a");
	for (i = 0; i <= 30; i++)
		put_numbered(&h, i);
	host_put(&h, "state/ada/nextId.txt", "9998");
	put_numbered(&h, 9997);
	ck_assert_uint_eq(take(&h), 9998);
	ck_assert_uint_eq(take(&h), 9999);
	ck_assert_uint_eq(take(&h), 31);
	ck_assert_uint_eq(take(&h), 32);
	ck_assert_uint_eq(take(&h), 33);
	host_close(&h);
}
END_TEST

START_TEST(only_a_full_house_has_no_number)
{
	static struct numbers_used used;
	unsigned i;

	ck_assert_uint_eq(numbers_next(&used), 0);
	for (i = 0; i < NAMES_NUMBER_END; i++)
		numbers_note(&used, i);
	ck_assert_uint_eq(numbers_next(&used), NAMES_NUMBER_END);
	used.is[0] = false;
	ck_assert_uint_eq(numbers_next(&used), 0);
	used.is[0] = true;
	used.is[4711] = false;
	ck_assert_uint_eq(numbers_next(&used), 4711);
	used.is[9999] = false;
	ck_assert_uint_eq(numbers_next(&used), 9999);
}
END_TEST

/* A file without bytes, past the store: that would sync each of 10,000. */
static void
put_empty(struct host *h, unsigned number)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_addf(&path, "%s/raw/ada/tasks/%04u.md",
	    h->app.conf.store + strlen("fs:"), number);
	f = fopen(path.s, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	buf_release(&path);
}

START_TEST(a_creation_in_a_full_house_is_a_409)
{
	struct host h;
	struct err err = ERR_INIT;
	unsigned i, number;

	host_open(&h, "a");
	put_numbered(&h, 0); /* makes the folder */
	for (i = 1; i < NAMES_NUMBER_END; i++)
		put_empty(&h, i);
	ck_assert_int_eq(numbers_take(&h.app, "ada", &number, &err), -1);
	ck_assert_int_eq(err.code, ERR_NUMBERS);
	ck_assert_int_eq(err_status(err.code), 409);
	ok(numbers_look(&h.app, "ada", &number, &err), &err);
	ck_assert_uint_eq(number, NAMES_NUMBER_END);
	host_close(&h);
}
END_TEST

START_TEST(the_next_number_is_never_lowered)
{
	struct host h;
	struct err err = ERR_INIT;

	host_open(&h, "a");
	ok(numbers_raise(&h.app, "ada", 50, &err), &err);
	ok(numbers_raise(&h.app, "ada", 7, &err), &err);
	ck_assert_uint_eq(take(&h), 50);
	host_close(&h);
}
END_TEST

/* On one host they queue: nobody pays for a swap that he lost. */
static void
rival(int who, int rounds, bool own_host)
{
	struct host h;
	char name[32];
	int i;

	snprintf(name, sizeof name, "%c", own_host ? 'a' + who : 'a');
	host_open(&h, name);
	for (i = 0; i < rounds; i++) {
		host_requests(&h);
		host_create(&h, "ada", "Rivale", NULL);
		if (!own_host && host_requests(&h) > 4)
			_exit(1);
	}
	host_close(&h);
}

static void
rivals(int n, int rounds, bool own_host)
{
	int i, status;

	for (i = 0; i < n; i++)
		if (fork() == 0) {
			rival(i, rounds, own_host);
			_exit(0);
		}
	for (i = 0; i < n; i++) {
		ck_assert_int_ge(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
}

/* Numbers 0 to n - 1, each once. */
static void
check_numbers(struct host *h, size_t n)
{
	struct store_list list = STORE_LIST_INIT;
	struct err err = ERR_INIT;
	size_t i;

	ok(store_list(h->app.store, "raw/ada/tasks/", &list, &err), &err);
	ck_assert_uint_eq(list.n, n);
	for (i = 0; i < n; i++)
		ck_assert_uint_eq((unsigned)atoi(list.items[i].key +
						 strlen("raw/ada/tasks/")),
		    i);
	store_list_release(&list);
}

START_TEST(creators_on_one_host_get_different_numbers_and_skip_none)
{
	struct host h;

	host_open(&h, "z");
	host_create(&h, "ada", "Erste", NULL); /* finds the number by a list */
	rivals(6, 20, false);
	check_numbers(&h, 121);
	host_close(&h);
}
END_TEST

START_TEST(creators_on_many_hosts_get_different_numbers)
{
	struct host h;

	host_open(&h, "z");
	rivals(4, 15, true);
	check_numbers(&h, 60);
	host_close(&h);
}
END_TEST

static unsigned
cost_of_create(struct host *h, const char *key)
{
	struct create_result result = CREATE_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf request = BUF_INIT;
	struct task_edit edit = {.has_kind = true};
	const struct create create = {
	    .user = "ada", .edit = &edit, .key = key, .request = &request};

	host_requests(h);
	ok(create_task(&h->app, &create, &result, &err), &err);
	create_result_release(&result);
	return host_requests(h);
}

START_TEST(a_creation_costs_four_requests_and_seven_with_a_key)
{
	struct host h;

	host_open(&h, "a");
	take(&h);
	ck_assert_uint_le(cost_of_create(&h, NULL), 4);
	ck_assert_uint_le(cost_of_create(&h, "k1"), 7);
	host_close(&h);
}
END_TEST

/* A creation with a key; its file name, or "" and the code of the error. */
static enum err_code
create_with_key(struct host *h, const char *key, const char *title,
    struct buf *file, char etag[ENC_HASH_LEN + 1])
{
	struct create_result result = CREATE_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf request = BUF_INIT;
	struct task_edit edit = {
	    .has_kind = true, .has_title = true, .title = std_strdup(title)};
	const struct create create = {
	    .user = "ada", .edit = &edit, .key = key, .request = &request};
	enum err_code code = ERR_NONE;

	buf_reset(file);
	buf_adds(&request, title);
	if (create_task(&h->app, &create, &result, &err) == -1) {
		code = err.code;
	} else {
		buf_set(file, result.file.s, result.file.len);
		memcpy(etag, result.etag, sizeof result.etag);
	}
	create_result_release(&result);
	task_edit_release(&edit);
	buf_release(&request);
	return code;
}

START_TEST(the_same_key_and_body_give_the_same_answer)
{
	struct host h;
	struct buf one = BUF_INIT, two = BUF_INIT;
	char e1[ENC_HASH_LEN + 1], e2[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	ck_assert_int_eq(create_with_key(&h, "k", "Brot", &one, e1), ERR_NONE);
	ck_assert_int_eq(create_with_key(&h, "k", "Brot", &two, e2), ERR_NONE);
	ck_assert_str_eq(one.s, two.s);
	ck_assert_str_eq(e1, e2);
	check_numbers(&h, 1);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Butter", &two, e2), ERR_KEY_REUSED);
	ck_assert_int_eq(
	    create_with_key(&h, "k2", "Butter", &two, e2), ERR_NONE);
	check_numbers(&h, 2);
	buf_release(&one);
	buf_release(&two);
	host_close(&h);
}
END_TEST

START_TEST(a_claim_holds_for_a_day)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	create_with_key(&h, "k", "Brot", &file, etag);
	h.app.conf.now_offset_ms += DAY_MS - 5000;
	create_with_key(&h, "k", "Brot", &file, etag);
	check_numbers(&h, 1);
	h.app.conf.now_offset_ms += 5000;
	create_with_key(&h, "k", "Brot", &file, etag);
	check_numbers(&h, 2);
	buf_release(&file);
	host_close(&h);
}
END_TEST

/*
 * Whatever request fails, before or after it took place: a retry with the
 * key ends with one task, and its answer is the task that is there.
 */
START_TEST(a_creation_with_a_key_that_fails_anywhere_ends_with_one_task)
{
	struct host h;
	struct buf file = BUF_INIT, bytes = BUF_INIT, key = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];
	unsigned at;
	int when, round = 0;

	host_open(&h, "a");
	for (when = STORE_FAULT_BEFORE; when <= STORE_FAULT_AFTER; when++)
		for (at = 1; at <= 8; at++) {
			struct store_list list = STORE_LIST_INIT;
			struct err err = ERR_INIT;
			char name[16];

			snprintf(name, sizeof name, "k%d", round++);
			h.plan = (struct store_fault){
			    .at = at, .when = (enum store_fault_when)when};
			create_with_key(&h, name, name, &file, etag);
			h.plan.at = 0;
			ck_assert_int_eq(
			    create_with_key(&h, name, name, &file, etag),
			    ERR_NONE);

			ok(store_list(
			       h.app.store, "raw/ada/tasks/", &list, &err),
			    &err);
			ck_assert_uint_eq(list.n, (size_t)round);
			store_list_release(&list);
			buf_reset(&key);
			buf_addf(&key, "raw/ada/tasks/%s", file.s);
			host_get(&h, key.s, &bytes);
			ck_assert_ptr_nonnull(strstr(bytes.s, name));
		}
	buf_release(&file);
	buf_release(&bytes);
	buf_release(&key);
	host_close(&h);
}
END_TEST

START_TEST(a_task_that_was_removed_is_not_made_again_by_a_replay)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];
	struct err err = ERR_INIT;

	host_open(&h, "a");
	create_with_key(&h, "k", "Brot", &file, etag);
	host_put(&h, "trash/ada/0000-Brot/abc.md", TASK);
	struct store_op op =
	    STORE_REMOVE("raw/ada/tasks/0000-Brot.md", STORE_ALWAYS, NULL);
	ok(store_run(h.app.store, &op, 1, &err), &err);
	store_ops_release(&op, 1);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	check_numbers(&h, 0);
	buf_release(&file);
	host_close(&h);
}
END_TEST

#define FOREIGN                                                                \
	"---\ntyp: task\nkategorie: privat\nstatus: offen\n---\n\n# Fremd\n"

/* What sync.json says of 0000-Brot.md: in Git, or about to be written here. */
static void
put_ledger(struct host *h, bool is_intent)
{
	const char *blob = "0123456789012345678901234567890123456789";
	const char *file = "0000-Brot.md";
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;

	if (is_intent)
		ledger_intent_add(&sync, file)->written = true;
	else
		ledger_set_base(ledger_record(&sync, file), blob, "", "e");
	ledger_json_print(&text, &sync);
	host_put(h, "state/ada/sync.json", text.s);
	buf_release(&text);
	ledger_release(&sync);
}

/* A creation of 0000 whose requests to the store fail from the n-th on. */
static void
die_at_request(struct host *h, int n, const char *key, const char *title)
{
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_put(h, "state/ada/nextId.txt", "0");
	h->plan = (struct store_fault){.at = n, .count = 9};
	ck_assert_int_eq(
	    create_with_key(h, key, title, &file, etag), ERR_STORE);
	h->plan = (struct store_fault){.at = 0};
	buf_release(&file);
}

/* A creation that dies after the claim, before the task is stored. */
static void
die_before_the_file(struct host *h, const char *key, const char *title)
{
	/* The fifth request puts the task, after claim, number and claim. */
	die_at_request(h, 5, key, title);
}

/* The text of the file that a creation has answered with. */
static void
expect_text(struct host *h, const struct buf *file, const char *text)
{
	struct buf key = BUF_INIT, bytes = BUF_INIT;

	buf_addf(&key, "raw/ada/tasks/%s", file->s);
	host_get(h, key.s, &bytes);
	ck_assert_msg(
	    strstr(bytes.s, text) != NULL, "%s: %s", file->s, bytes.s);
	buf_release(&key);
	buf_release(&bytes);
}

static void
check_pulled_name(bool is_intent)
{
	struct host h;
	struct buf file = BUF_INIT, again = BUF_INIT;
	char etag[ENC_HASH_LEN + 1], e2[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	die_before_the_file(&h, "k", "Brot");
	put_ledger(&h, is_intent);
	host_put(&h, "raw/ada/tasks/0000-Brot.md", FOREIGN);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0001-Brot.md");
	expect_text(&h, &file, "# Brot");
	buf_set(&again, "0000-Brot.md", 12);
	expect_text(&h, &again, "# Fremd");
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &again, e2), ERR_NONE);
	ck_assert_str_eq(again.s, file.s);
	ck_assert_str_eq(e2, etag);
	check_numbers(&h, 2);
	buf_release(&file);
	buf_release(&again);
	host_close(&h);
}

START_TEST(a_replay_whose_name_a_pull_has_taken_gets_another_number)
{
	check_pulled_name(false);
}
END_TEST

START_TEST(a_replay_whose_name_a_pull_is_taking_gets_another_number)
{
	check_pulled_name(true);
}
END_TEST

/* A creation that dies after the task is stored, before the claim says so. */
static void
die_before_the_note(struct host *h, const char *key, const char *title)
{
	struct buf file = BUF_INIT;

	die_at_request(h, 6, key, title);
	buf_set(&file, "0000-Brot.md", 12);
	expect_text(h, &file, "# Brot");
	buf_release(&file);
}

static void
check_changed_fields(bool is_in_git)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	die_before_the_note(&h, "k", "Brot");
	host_put(&h, "raw/ada/tasks/0000-Brot.md",
	    "---\ntyp: task\nkategorie: privat\nstatus: abgeschlossen\n"
	    "tags: [neu]\n---\n\n# Brot\n");
	if (is_in_git)
		put_ledger(&h, false);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0000-Brot.md");
	expect_text(&h, &file, "abgeschlossen");
	/* From now on, whatever becomes of it. */
	host_put(&h, "raw/ada/tasks/0000-Brot.md", FOREIGN);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0000-Brot.md");
	check_numbers(&h, 1);
	buf_release(&file);
	host_close(&h);
}

START_TEST(a_replay_answers_for_its_task_whose_fields_were_changed)
{
	check_changed_fields(false);
}
END_TEST

START_TEST(a_replay_answers_for_its_changed_task_that_is_in_git)
{
	check_changed_fields(true);
}
END_TEST

START_TEST(a_replay_makes_no_second_task_where_the_text_may_be_its_own)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];
	int i;

	host_open(&h, "a");
	die_before_the_note(&h, "k", "Brot");
	host_put(&h, "raw/ada/tasks/0000-Brot.md",
	    "---\ntyp: task\nkategorie: privat\nstatus: offen\n---\n\n"
	    "# Brot\n\nRoggen.\n");
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(create_with_key(&h, "k", "Brot", &file, etag),
		    ERR_CONTENDED);
	check_numbers(&h, 1);
	/* Taken back, it is the task again. */
	host_put(&h, "raw/ada/tasks/0000-Brot.md",
	    "---\ntyp: task\nkategorie: privat\nstatus: offen\n---\n\n"
	    "# Brot\n");
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0000-Brot.md");
	check_numbers(&h, 1);
	buf_release(&file);
	host_close(&h);
}
END_TEST

START_TEST(a_foreign_file_in_the_trash_does_not_stand_for_the_claimed_task)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	die_before_the_file(&h, "k", "Brot");
	host_put(&h, "trash/ada/0000-Brot/abc.md", FOREIGN);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	expect_text(&h, &file, "# Brot");
	check_numbers(&h, 1);
	buf_release(&file);
	host_close(&h);
}
END_TEST

START_TEST(a_claim_whose_task_was_lost_without_a_trace_is_finished_again)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];
	struct err err = ERR_INIT;
	struct blob task = BLOB_INIT;

	host_open(&h, "a");
	create_with_key(&h, "k", "Brot", &file, etag);
	buf_adds(&task.key, "raw/ada/tasks/0000-Brot.md");
	ok(blob_remove(h.app.store, &task, &err), &err);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	expect_text(&h, &file, "# Brot");
	check_numbers(&h, 1);
	blob_release(&task);
	buf_release(&file);
	host_close(&h);
}
END_TEST

START_TEST(a_replay_gives_the_same_answer_after_the_task_was_changed)
{
	struct host h;
	struct buf file = BUF_INIT, again = BUF_INIT;
	char etag[ENC_HASH_LEN + 1], e2[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	create_with_key(&h, "k", "Brot", &file, etag);
	host_put(&h, "raw/ada/tasks/0000-Brot.md", FOREIGN);
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &again, e2), ERR_NONE);
	ck_assert_str_eq(again.s, file.s);
	ck_assert_str_eq(e2, etag);
	check_numbers(&h, 1);
	buf_release(&file);
	buf_release(&again);
	host_close(&h);
}
END_TEST

static void
same_key(int who)
{
	struct host h;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1], name[8];
	enum err_code code;

	snprintf(name, sizeof name, "%c", 'a' + who % 2);
	host_open(&h, name);
	code = create_with_key(&h, "k", "Brot", &file, etag);
	_exit(code == ERR_NONE && strstr(file.s, "-Brot.md") ? 0 : 1);
}

START_TEST(one_key_from_many_at_once_makes_one_task)
{
	struct host h;
	struct store_list list = STORE_LIST_INIT;
	struct err err = ERR_INIT;
	int i, status;

	host_open(&h, "z");
	for (i = 0; i < 8; i++)
		if (fork() == 0)
			same_key(i);
	for (i = 0; i < 8; i++) {
		wait(&status);
		ck_assert_int_eq(status, 0);
	}
	ok(store_list(h.app.store, "raw/ada/tasks/", &list, &err), &err);
	ck_assert_uint_eq(list.n, 1);
	store_list_release(&list);
	host_close(&h);
}
END_TEST

/* A foreign file takes the name that the claim has just been given. */
static void
take_the_name(void *arg, const struct store_op *op)
{
	if (op->verb == STORE_VERB_PUT &&
	    strcmp(op->key, "raw/ada/tasks/0000-Brot.md") == 0)
		host_put(arg, op->key, TASK);
}

START_TEST(a_claim_whose_name_a_foreign_file_took_gets_another_name)
{
	struct host h, other;
	struct buf file = BUF_INIT, again = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	host_open(&other, "b");
	h.plan.hook = take_the_name;
	h.plan.arg = &other;
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	h.plan.hook = NULL;
	ck_assert_str_eq(file.s, "0001-Brot.md");
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &again, etag), ERR_NONE);
	ck_assert_str_eq(again.s, "0001-Brot.md");
	check_numbers(&h, 2);
	buf_release(&file);
	buf_release(&again);
	host_close(&h);
	host_close(&other);
}
END_TEST

/* The task is stored, its answer lost, and another host's edit comes before the
 * store is asked again. */
static void
store_and_edit(void *arg, const struct store_op *op)
{
	struct buf bytes = BUF_INIT;
	const char *status;

	if (op->verb != STORE_VERB_PUT ||
	    strcmp(op->key, "raw/ada/tasks/0000-Brot.md") != 0)
		return;
	buf_add(&bytes, op->bytes, op->len);
	status = strstr(bytes.s, "offen");
	ck_assert_ptr_nonnull(status);
	buf_splice(&bytes, (size_t)(status - bytes.s), strlen("offen"),
	    "abgebrochen", strlen("abgebrochen"));
	host_put_bytes(arg, op->key, &bytes);
	buf_release(&bytes);
}

START_TEST(a_new_task_that_may_be_stored_gets_no_second_name)
{
	struct host h, other;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	host_open(&other, "b");
	h.plan.hook = store_and_edit;
	h.plan.arg = &other;
	h.plan.unsure = true;
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_STORE);
	h.plan.hook = NULL;
	h.plan.unsure = false;
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0000-Brot.md");
	check_numbers(&h, 1);
	buf_release(&file);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_new_task_takes_no_name_that_is_barred)
{
	struct host h;
	struct buf file = BUF_INIT, old = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0009-x.md", TASK);
	ck_assert_int_eq(
	    symlink("0009-x.md", host_path("raw/ada/tasks/0010-Brot.md")), 0);
	ck_assert_int_eq(
	    mkdir(host_path("raw/ada/tasks/0011-Brot.md"), 0700), 0);
	/* Where the list finds the next number, and where it is stored. */
	host_create(&h, "ada", "Milch", &file);
	ck_assert_str_eq(file.s, "0012-Milch.md");
	host_put(&h, "state/ada/nextId.txt", "10");
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0012-Brot.md");
	host_get(&h, "raw/ada/tasks/0009-x.md", &old);
	ck_assert_str_eq(old.s, TASK);
	buf_release(&file);
	buf_release(&old);
	host_close(&h);
}
END_TEST

START_TEST(a_claim_does_not_wait_for_a_file_that_may_not_be_read)
{
	struct host h, other;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];

	host_open(&h, "a");
	host_open(&other, "b");
	h.plan.hook = take_the_name;
	h.plan.arg = &other;
	h.plan.bars = "raw/ada/tasks/0000-Brot.md";
	ck_assert_int_eq(
	    create_with_key(&h, "k", "Brot", &file, etag), ERR_NONE);
	ck_assert_str_eq(file.s, "0001-Brot.md");
	buf_release(&file);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(an_untitled_task_is_named_by_its_body_or_only_by_its_number)
{
	static const struct {
		const char *title, *body, *file;
	} table[] = {
	    {"Release-Notes 4.2 schreiben", NULL,
		"0000-Release-Notes-42-schreiben.md"},
	    {NULL, "# Geschenk für Oma\n", "0001-Geschenk-für-Oma.md"},
	    {NULL, "Milch\nund Honig\n", "0002-Milch.md"},
	    {NULL, NULL, "0003.md"},
	    {"???", NULL, "0004.md"},
	    {NULL, "\n\n", "0005.md"},
	};
	struct host h;
	size_t i;

	host_open(&h, "a");
	for (i = 0; i < ARRAY_LEN(table); i++) {
		struct create_result result = CREATE_RESULT_INIT;
		struct err err = ERR_INIT;
		struct task_edit edit = {
		    .has_kind = true,
		    .has_title = table[i].title != NULL,
		    .title = table[i].title ? std_strdup(table[i].title) : NULL,
		    .has_body = table[i].body != NULL,
		    .body = table[i].body ? std_strdup(table[i].body) : NULL,
		};
		const struct create create = {.user = "ada", .edit = &edit};

		ok(create_task(&h.app, &create, &result, &err), &err);
		ck_assert_str_eq(result.file.s, table[i].file);
		create_result_release(&result);
		task_edit_release(&edit);
	}
	host_close(&h);
}
END_TEST

/* Changes */

static const struct task_edit cancelled = {
    .has_status = true, .to = {.status = TASK_ABGEBROCHEN}};

static enum err_code
change(struct host *h, const char *id, const char *if_match,
    struct edit_result *result, struct err *err)
{
	const struct edit_change change = {
	    .user = "ada", .id = id, .if_match = if_match, .edit = &cancelled};

	if (edit_change(&h->app, &change, result, err) == 0)
		return ERR_NONE;
	return err->code;
}

/* Sets the tags of the file 0001-Viele.md, which has 40, to n of them. */
static enum err_code
set_tags(struct host *h, size_t n)
{
	char *list[64], tag[32];
	struct task_edit edit = {
	    .has_tags = true, .to = {.tags = list, .n_tags = n}};
	const struct edit_change job = {
	    .user = "ada", .id = "0001-Viele", .edit = &edit};
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(tag, sizeof tag, "t%zu", i);
		list[i] = std_strdup(tag);
	}
	if (edit_change(&h->app, &job, &result, &err) == 0)
		err.code = ERR_NONE;
	edit_result_release(&result);
	while (n > 0)
		free(list[--n]);
	return err.code;
}

START_TEST(a_file_keeps_and_loses_tags_beyond_the_limit_and_gets_none)
{
	struct host h;
	struct buf file = BUF_INIT;
	size_t i;

	buf_adds(&file, "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"
			"tags:\n");
	for (i = 0; i < 40; i++)
		buf_addf(&file, "- t%zu\n", i);
	buf_adds(&file, "---\n");
	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-Viele.md", file.s);
	ck_assert_int_eq(set_tags(&h, 41), ERR_VALUE);
	ck_assert_int_eq(set_tags(&h, 40), ERR_NONE);
	ck_assert_int_eq(set_tags(&h, 39), ERR_NONE);
	ck_assert_int_eq(set_tags(&h, 40), ERR_VALUE);
	ck_assert_int_eq(set_tags(&h, 31), ERR_NONE);
	ck_assert_int_eq(set_tags(&h, 32), ERR_NONE);
	ck_assert_int_eq(set_tags(&h, 33), ERR_VALUE);
	host_close(&h);
	buf_release(&file);
}
END_TEST

START_TEST(a_change_costs_four_requests_by_number_and_three_by_stem)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_create(&h, "ada", "Butter", NULL);
	host_requests(&h);
	ck_assert_int_eq(change(&h, "0000", NULL, &result, &err), ERR_NONE);
	ck_assert_uint_le(host_requests(&h), 4);
	ck_assert_int_eq(
	    change(&h, "0001-Butter", NULL, &result, &err), ERR_NONE);
	ck_assert_uint_le(host_requests(&h), 3);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

static void
set_mode(const char *key, mode_t mode)
{
	ck_assert_int_eq(chmod(host_path(key), mode), 0);
}

/* Load the tasks as a program that is not root. */
static int
load_as_other(struct host *h, struct mirror *mirror, struct err *err)
{
	int rc;

	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	rc = mirror_load(&h->app, "ada", mirror, err);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	return rc;
}

START_TEST(a_closed_folder_among_the_tasks_takes_none_away)
{
	static const char *const folders[] = {
	    "", "raw", "raw/ada", "raw/ada/tasks"};
	struct mirror mirror = MIRROR_INIT;
	struct err err = ERR_INIT;
	struct host h;
	size_t i;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-Brot.md", TASK);
	ck_assert_int_eq(mkdir(host_path("raw/ada/tasks/Archiv"), 0), 0);
	ck_assert_int_eq(mkdir(host_path("raw/ada/tasks/0003-Zu.md"), 0), 0);
	set_mode("raw/ada/tasks/0001-Brot.md", 0644);
	for (i = 0; i < ARRAY_LEN(folders); i++)
		set_mode(folders[i], 0755);
	ok(load_as_other(&h, &mirror, &err), &err);
	ck_assert_uint_eq(mirror.set.n, 1);
	ck_assert_uint_eq(mirror.set.strays.others, 1);
	ck_assert_uint_eq(mirror.set.strays.n_barred, 1);
	ck_assert_str_eq(mirror.set.strays.barred[0].name, "0003-Zu.md");
	mirror_release(&mirror);

	/* Nor does the folder of tasks read as empty when it is closed. */
	set_mode("raw/ada/tasks", 0);
	ck_assert_int_eq(load_as_other(&h, &mirror, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	set_mode("raw/ada/tasks", 0700);
	host_close(&h);
}
END_TEST

/* What it costs to show a task of many. */
static unsigned
cost_of_one(struct host *h, const char *id)
{
	struct mirror_one one = MIRROR_ONE_INIT;
	struct err err = ERR_INIT;

	host_requests(h);
	ok(mirror_load_one(&h->app, "ada", id, &one, &err), &err);
	ck_assert_str_eq(one.task.file.s, "0007-Da.md");
	ck_assert_uint_eq(one.sync.n, one.has_repo ? 1 : 0);
	mirror_one_release(&one);
	return host_requests(h);
}

START_TEST(a_task_is_read_without_the_others)
{
	struct host h;
	unsigned i;

	host_open(&h, "a");
	for (i = 0; i < 20; i++)
		put_numbered(&h, i);
	ck_assert_uint_eq(cost_of_one(&h, "0007-Da"), 1);
	ck_assert_uint_eq(cost_of_one(&h, "0007"), 2);

	h.app.conf.github_owner = std_strdup("ada");
	h.app.conf.github_repo = std_strdup("vault");
	host_put(&h, "state/ada/sync.json",
	    "{\"v\":1,\"files\":[{\"file\":\"0006-Da.md\",\"etag\":\"e\"},"
	    "{\"file\":\"0007-Da.md\",\"etag\":\"e\"}]}");
	ck_assert_uint_eq(cost_of_one(&h, "0007-Da"), 2);
	ck_assert_uint_eq(cost_of_one(&h, "0007"), 3);
	host_close(&h);
}
END_TEST

START_TEST(where_git_shall_follow_an_edit_costs_one_request_more)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf mark = BUF_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_get(&h, "pending/ada", &mark);
	ck_assert_uint_eq(mark.len, 0);

	h.app.conf.sync_on_operation = true;
	host_requests(&h);
	ck_assert_int_eq(
	    change(&h, "0000-Brot", NULL, &result, &err), ERR_NONE);
	ck_assert_uint_le(host_requests(&h), 3 + 1);
	host_get(&h, "pending/ada", &mark);
	ck_assert_uint_gt(mark.len, 0);
	ck_assert_uint_le(cost_of_create(&h, NULL), 4 + 1);
	edit_result_release(&result);
	buf_release(&mark);
	host_close(&h);
}
END_TEST

static void
note_round(void *arg, const struct store_event *event)
{
	unsigned *last = arg;

	*last = event->round;
}

/* Return for how many rounds of the store an edit waits. */
static unsigned
rounds_of_change(struct host *h, const char *stem)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned before = 0, after = 0;

	store_watch(h->app.store, note_round, &before);
	host_get(h, "raw/ada/tasks/0000-Brot.md", &bytes);
	store_watch(h->app.store, note_round, &after);
	ck_assert_int_eq(change(h, stem, NULL, &result, &err), ERR_NONE);
	ck_assert(result.changed);
	store_watch(h->app.store, NULL, NULL);
	edit_result_release(&result);
	buf_release(&bytes);
	return after - before;
}

START_TEST(the_mark_of_an_edit_goes_out_with_what_comes_before_it)
{
	struct host h;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	host_create(&h, "ada", "Milch", NULL);
	ck_assert_uint_eq(rounds_of_change(&h, "0000-Brot"), 3);
	h.app.conf.sync_on_operation = true;
	ck_assert_uint_eq(rounds_of_change(&h, "0001-Milch"), 3);
	host_close(&h);
}
END_TEST

START_TEST(what_is_so_already_changes_no_byte_and_raises_the_version)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct buf token = BUF_INIT, token_after = BUF_INIT;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	change(&h, "0000", NULL, &result, &err);
	ck_assert(result.changed);
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &before);
	host_get(&h, "state/ada/cacheVersion.txt", &token);
	ck_assert_int_eq(change(&h, "0000", NULL, &result, &err), ERR_NONE);
	ck_assert(!result.changed);
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &after);
	host_get(&h, "state/ada/cacheVersion.txt", &token_after);
	ck_assert_str_eq(before.s, after.s);
	ck_assert_str_ne(token.s, token_after.s);
	edit_result_release(&result);
	buf_release(&before);
	buf_release(&after);
	buf_release(&token);
	buf_release(&token_after);
	host_close(&h);
}
END_TEST

/* Asserts that the week shows "Brot" if its file is stored and open. */
static void
check_shown(struct host *h)
{
	struct buf body = BUF_INIT, file = BUF_INIT;

	host_show(h, "ada", false, &body);
	host_get(h, "raw/ada/tasks/0001-Brot.md", &file);
	ck_assert((strstr(body.s, "Brot") != NULL) ==
		  (strstr(file.s, "status: offen") != NULL));
	buf_release(&body);
	buf_release(&file);
}

/* Lets the at-th op of the next request fail although it takes place. */
static void
lose_answer(struct host *h, unsigned at)
{
	host_source(h, "ada");
	host_source(h, "ada");
	ck_assert_int_eq(host_source(h, "ada"), VIEW_LOCAL);
	h->plan = (struct store_fault){.at = at, .when = STORE_FAULT_AFTER};
}

START_TEST(a_write_that_failed_after_it_was_stored_is_shown)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf file = BUF_INIT;
	char etag[ENC_HASH_LEN + 1];
	struct err err = ERR_INIT;
	unsigned at;

	for (at = 1; at <= 5; at++) {
		char name[8];
		struct host h;

		snprintf(name, sizeof name, "h%u", at);
		host_open(&h, name);
		host_put(&h, "state/ada/nextId.txt", "1");
		lose_answer(&h, at);
		create_with_key(&h, NULL, "Brot", &file, etag);
		h.plan.at = 0;
		check_shown(&h);

		host_put(&h, "raw/ada/tasks/0001-Brot.md", TASK);
		ok(app_bump(&h.app, "ada", NULL, &err), &err);
		lose_answer(&h, at);
		change(&h, "0001-Brot", NULL, &result, &err);
		h.plan.at = 0;
		check_shown(&h);
		host_close(&h);
	}
	edit_result_release(&result);
	buf_release(&file);
}
END_TEST

START_TEST(a_number_that_two_files_share_is_a_conflict_naming_both)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0007-Brot.md", TASK);
	host_put(&h, "raw/ada/tasks/0007-Butter.md", TASK);
	ck_assert_int_eq(
	    change(&h, "0007", NULL, &result, &err), ERR_AMBIGUOUS);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "0007-Brot.md"));
	ck_assert_ptr_nonnull(strstr(t_text(&err), "0007-Butter.md"));
	ck_assert_int_eq(
	    change(&h, "0007-Brot", NULL, &result, &err), ERR_NONE);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

START_TEST(two_names_that_look_the_same_are_told_apart)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0007-\xc3\x84pfel.md", TASK);
	host_put(&h, "raw/ada/tasks/0007-A\xcc\x88pfel.md", TASK);
	ck_assert_int_eq(
	    change(&h, "0007", NULL, &result, &err), ERR_AMBIGUOUS);
	ck_assert_ptr_nonnull(
	    strstr(t_text(&err), "0007-\xc3\x84pfel.md (NFC)"));
	ck_assert_ptr_nonnull(
	    strstr(t_text(&err), "0007-A\xcc\x88pfel.md (NFD)"));
	host_close(&h);
}
END_TEST

START_TEST(an_edit_of_a_file_that_may_not_be_read_is_a_409)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0007-Zu.md", TASK);
	h.plan.bars = "raw/ada/tasks/0007-Zu.md";
	ck_assert_int_eq(change(&h, "0007", NULL, &result, &err), ERR_BAD_FILE);
	ck_assert_int_eq(err_status(err.code), 409);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

START_TEST(ids_that_name_nothing_are_not_found)
{
	static const char *const ids[] = {"0001", "1", "00000", "abcd", "",
	    "0000-Brot.md", "../ada", "0000-", "0000/x", "0000-\xff"};
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	size_t i;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	for (i = 0; i < ARRAY_LEN(ids); i++)
		ck_assert_msg(
		    change(&h, ids[i], NULL, &result, &err) == ERR_NOT_FOUND,
		    "%s", ids[i]);
	host_close(&h);
}
END_TEST

START_TEST(if_match_lets_only_the_known_state_be_changed)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	char tag[200];

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ck_assert_int_eq(
	    change(&h, "0000", "\"abc\"", &result, &err), ERR_MODIFIED);
	ck_assert_int_eq(change(&h, "0000", "*", &result, &err), ERR_NONE);
	snprintf(tag, sizeof tag, "W/\"%s\"", result.etag);
	ck_assert_int_eq(change(&h, "0000", tag, &result, &err), ERR_NONE);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

/* A process that dies between the task and the token leaves weeks whose etags no
 * edit passes with. */
START_TEST(who_is_refused_for_another_state_is_shown_that_state)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf before = BUF_INIT, after = BUF_INIT;
	char seen[200];

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	change(&h, "0000", NULL, &result, &err);
	snprintf(seen, sizeof seen, "\"%s\"", result.etag);
	host_put(&h, "raw/ada/tasks/0000-Brot.md",
	    "---\nkategorie: privat\nstatus: offen\n---\n");
	host_get(&h, "state/ada/cacheVersion.txt", &before);
	ck_assert_int_eq(change(&h, "0000", seen, &result, &err), ERR_MODIFIED);
	host_get(&h, "state/ada/cacheVersion.txt", &after);
	ck_assert_str_ne(before.s, after.s);
	edit_result_release(&result);
	buf_release(&before);
	buf_release(&after);
	host_close(&h);
}
END_TEST

/* Tick a box of 0000 and return the error's code. */
static enum err_code
tick_line(struct host *h, struct task_tick tick, const char *if_match,
    struct edit_result *result)
{
	const struct edit_change change = {
	    .user = "ada", .id = "0000", .if_match = if_match, .tick = &tick};
	struct err err = ERR_INIT;

	return edit_change(&h->app, &change, result, &err) == 0 ? ERR_NONE
								: err.code;
}

START_TEST(a_tick_changes_one_byte_and_the_tick_back_that_byte)
{
	static const char *const eols[] = {"\n", "\r\n"};
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf file = BUF_INIT, now = BUF_INIT;
	char tag[ENC_HASH_LEN + 3], *box;
	size_t i;

	for (i = 0; i < ARRAY_LEN(eols); i++) {
		buf_reset(&file);
		lines_add(&file, TASK "\n- [ ] a\n- [X] b",
		    strlen(TASK "\n- [ ] a\n- [X] b"), eols[i]);
		host_open(&h, "a");
		host_put(&h, "raw/ada/tasks/0000-Brot.md", file.s);
		ck_assert_int_eq(
		    tick_line(&h, (struct task_tick){10, true}, "*", &result),
		    ERR_NONE);
		ck_assert(result.changed);
		host_get(&h, "raw/ada/tasks/0000-Brot.md", &now);
		box = strstr(now.s, "[x] a");
		ck_assert_ptr_nonnull(box);
		box[1] = ' ';
		ck_assert(buf_eq(&now, &file));
		snprintf(tag, sizeof tag, "\"%s\"", result.etag);
		ck_assert_int_eq(
		    tick_line(&h, (struct task_tick){10, false}, tag, &result),
		    ERR_NONE);
		buf_reset(&now);
		host_get(&h, "raw/ada/tasks/0000-Brot.md", &now);
		ck_assert(buf_eq(&now, &file));
		/* A tick that is there keeps its byte. */
		ck_assert_int_eq(
		    tick_line(&h, (struct task_tick){11, true}, "*", &result),
		    ERR_NONE);
		ck_assert(!result.changed);
		buf_reset(&now);
		host_close(&h);
	}
	edit_result_release(&result);
	buf_release(&file);
	buf_release(&now);
}
END_TEST

START_TEST(a_tick_needs_the_known_state_and_a_box)
{
	static const struct task_tick box = {10, true}, none = {8, true},
				      front = {2, true};
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0000-Brot.md", TASK "\n- [ ] a\n");
	ck_assert_int_eq(tick_line(&h, box, NULL, &result), ERR_NO_MATCH);
	ck_assert_int_eq(tick_line(&h, box, "\"abc\"", &result), ERR_MODIFIED);
	ck_assert_int_eq(tick_line(&h, none, "*", &result), ERR_VALUE);
	ck_assert_int_eq(tick_line(&h, front, "*", &result), ERR_VALUE);
	host_put(&h, "raw/ada/tasks/0000-Brot.md", TASK "\n```\n- [ ] a\n");
	ck_assert_int_eq(
	    tick_line(&h, (struct task_tick){11, true}, "*", &result),
	    ERR_VALUE);
	host_put(&h, "raw/ada/tasks/0000-Brot.md", "- [ ] a\n");
	ck_assert_int_eq(
	    tick_line(&h, (struct task_tick){1, true}, "*", &result),
	    ERR_BAD_FILE);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

/* Somebody else writes the file just before our put. */
struct rewriter {
	struct host *other;
	const char *bytes;
	int times;
};

static void
rewrite(void *arg, const struct store_op *op)
{
	struct rewriter *r = arg;
	char bytes[400];

	if (op->verb != STORE_VERB_PUT ||
	    strcmp(op->key, "raw/ada/tasks/0000-Brot.md") != 0 ||
	    r->times-- <= 0)
		return;
	snprintf(bytes, sizeof bytes, "%sFremd %d\n", r->bytes, r->times);
	host_put(r->other, op->key, bytes);
}

/* Make the task that one host changes and the other rewrites. */
static void
open_rivals(struct host *h, struct rewriter *r)
{
	host_open(h, "a");
	host_open(r->other, "b");
	host_create(h, "ada", "Brot", NULL);
	h->plan.hook = rewrite;
	h->plan.arg = r;
}

START_TEST(a_change_that_was_overtaken_starts_again_and_loses_nothing)
{
	struct host h, other;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf bytes = BUF_INIT;
	struct rewriter r = {.other = &other, .bytes = TASK, .times = 3};

	open_rivals(&h, &r);
	ck_assert_int_eq(change(&h, "0000", NULL, &result, &err), ERR_NONE);
	h.plan.hook = NULL;
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &bytes);
	ck_assert_ptr_nonnull(strstr(bytes.s, "abgebrochen"));
	ck_assert_ptr_nonnull(strstr(bytes.s, "Fremd 0"));
	edit_result_release(&result);
	buf_release(&bytes);
	host_close(&h);
	host_close(&other);
}
END_TEST

/* Else a cancellation whose answer was lost would undo the completion that was
 * made and acknowledged after it. */
START_TEST(a_change_that_may_be_stored_is_not_made_again_over_a_later_one)
{
	struct host h, other;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf bytes = BUF_INIT;
	struct rewriter r = {.other = &other, .bytes = TASK, .times = 1};

	open_rivals(&h, &r);
	h.plan.unsure = true;
	ck_assert_int_eq(change(&h, "0000", NULL, &result, &err), ERR_STORE);
	h.plan.hook = NULL;
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &bytes);
	ck_assert_ptr_null(strstr(bytes.s, "abgebrochen"));
	ck_assert_ptr_nonnull(strstr(bytes.s, "Fremd 0"));
	buf_release(&bytes);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_change_that_is_overtaken_for_ever_gives_up_clearly)
{
	struct host h, other;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct rewriter r = {.other = &other, .bytes = TASK, .times = 1000};

	open_rivals(&h, &r);
	ck_assert_int_eq(
	    change(&h, "0000", NULL, &result, &err), ERR_CONTENDED);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_completed_task_stays_as_it_was_completed)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct task_edit edit = {.has_status = true,
	    .has_done = true,
	    .to = {.status = TASK_ABGESCHLOSSEN,
		.has_done = true,
		.done = {{2026, 11, 23}, TASK_MORGENS}}};
	const struct edit_change job = {
	    .user = "ada", .id = "0000", .edit = &edit, .complete = true};

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	ok(edit_change(&h.app, &job, &result, &err), &err);
	ck_assert(result.changed);
	edit.to.done.time = TASK_ABENDS;
	ok(edit_change(&h.app, &job, &result, &err), &err);
	ck_assert(!result.changed);
	ck_assert_int_eq(result.done.time, TASK_MORGENS);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

START_TEST(a_bad_file_is_not_edited)
{
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf bytes = BUF_INIT;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0000-Brot.md", "kein Frontmatter\n");
	ck_assert_int_eq(change(&h, "0000", NULL, &result, &err), ERR_BAD_FILE);
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &bytes);
	ck_assert_str_eq(bytes.s, "kein Frontmatter\n");
	buf_release(&bytes);
	host_close(&h);
}
END_TEST

START_TEST(an_edit_that_outgrows_a_file_is_a_413_and_stores_nothing)
{
	struct task_edit edit = {.has_deadline = true,
	    .to = {.has_deadline = true, .deadline = {2026, 12, 5}}};
	const struct edit_change change = {
	    .user = "ada", .id = "0000", .edit = &edit};
	struct host h;
	struct edit_result result = EDIT_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf before = BUF_INIT, after = BUF_INIT;

	host_open(&h, "a");
	buf_adds(&before, TASK);
	while (before.len < TASK_FILE_MAX)
		buf_addc(&before, 'x');
	host_put(&h, "raw/ada/tasks/0000-Brot.md", before.s);
	ck_assert_int_eq(edit_change(&h.app, &change, &result, &err), -1);
	ck_assert_str_eq(err_word(err.code), "zu_gross");
	ck_assert_int_eq(err_status(err.code), 413);
	host_get(&h, "raw/ada/tasks/0000-Brot.md", &after);
	ck_assert(buf_eq(&before, &after));
	buf_release(&before);
	buf_release(&after);
	edit_result_release(&result);
	host_close(&h);
}
END_TEST

T_MAIN("edit", numbers_begin_with_zero_and_rise_by_one,
    a_missing_next_number_is_found_by_one_list,
    a_next_number_that_is_none_is_found_anew,
    after_9999_a_creation_goes_on_behind_the_highest_that_has_room,
    a_number_given_after_9999_is_used_before_its_file_is_there,
    only_a_full_house_has_no_number, a_creation_in_a_full_house_is_a_409,
    the_next_number_is_never_lowered,
    creators_on_one_host_get_different_numbers_and_skip_none,
    creators_on_many_hosts_get_different_numbers,
    a_creation_costs_four_requests_and_seven_with_a_key,
    the_same_key_and_body_give_the_same_answer, a_claim_holds_for_a_day,
    a_creation_with_a_key_that_fails_anywhere_ends_with_one_task,
    a_task_that_was_removed_is_not_made_again_by_a_replay,
    one_key_from_many_at_once_makes_one_task,
    a_claim_whose_name_a_foreign_file_took_gets_another_name,
    a_replay_whose_name_a_pull_has_taken_gets_another_number,
    a_replay_whose_name_a_pull_is_taking_gets_another_number,
    a_replay_answers_for_its_task_whose_fields_were_changed,
    a_replay_answers_for_its_changed_task_that_is_in_git,
    a_replay_makes_no_second_task_where_the_text_may_be_its_own,
    a_foreign_file_in_the_trash_does_not_stand_for_the_claimed_task,
    a_claim_whose_task_was_lost_without_a_trace_is_finished_again,
    a_replay_gives_the_same_answer_after_the_task_was_changed,
    a_new_task_that_may_be_stored_gets_no_second_name,
    a_new_task_takes_no_name_that_is_barred,
    a_claim_does_not_wait_for_a_file_that_may_not_be_read,
    an_edit_of_a_file_that_may_not_be_read_is_a_409,
    an_untitled_task_is_named_by_its_body_or_only_by_its_number,
    a_file_keeps_and_loses_tags_beyond_the_limit_and_gets_none,
    a_change_costs_four_requests_by_number_and_three_by_stem,
    a_closed_folder_among_the_tasks_takes_none_away,
    a_task_is_read_without_the_others,
    where_git_shall_follow_an_edit_costs_one_request_more,
    the_mark_of_an_edit_goes_out_with_what_comes_before_it,
    what_is_so_already_changes_no_byte_and_raises_the_version,
    a_write_that_failed_after_it_was_stored_is_shown,
    a_number_that_two_files_share_is_a_conflict_naming_both,
    two_names_that_look_the_same_are_told_apart,
    ids_that_name_nothing_are_not_found,
    if_match_lets_only_the_known_state_be_changed,
    who_is_refused_for_another_state_is_shown_that_state,
    a_tick_changes_one_byte_and_the_tick_back_that_byte,
    a_tick_needs_the_known_state_and_a_box,
    a_change_that_was_overtaken_starts_again_and_loses_nothing,
    a_change_that_may_be_stored_is_not_made_again_over_a_later_one,
    a_change_that_is_overtaken_for_ever_gives_up_clearly,
    a_completed_task_stays_as_it_was_completed, a_bad_file_is_not_edited,
    an_edit_that_outgrows_a_file_is_a_413_and_stores_nothing)
