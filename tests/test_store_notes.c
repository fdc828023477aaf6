/*
 * A list that is kept of a store that takes notes: what has changed is known by
 * the note of the user's token alone (changes.h).  On the emulator of Azure Blob
 * Storage (AZURE_BLOB_CONN, which tests/azurite.sh gives).
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "app/list_memory.h"
#include "backend/azure_changes.h"
#include "base/buf.h"
#include "base/enc.h"
#include "edit/create.h"
#include "host/version.h"
#include "store/changes.h"
#include "store_fault.h"
#include "store_t.h"
#include "world.h"

#define FOLDER "raw/ada/tasks/"
#define TOKEN  "state/ada/cacheVersion.txt"

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

/* What somebody keeps of the folder. */
struct kept {
	struct store *store;
	struct store_list list;
	bool changes;      /* the last look was told these alone */
	size_t told;       /* and of so many blobs */
	unsigned requests; /* that it took */
	char mark[STORE_MARK_MAX + 1];
};

static void
look(struct kept *kept)
{
	struct store_list list = STORE_LIST_SINCE(kept->mark, TOKEN);
	struct store_op op = STORE_LIST(FOLDER, &list);

	store_t_expect(kept->store, &op, STORE_OK);
	kept->changes = list.changes;
	kept->told = list.n;
	kept->requests = op.requests;
	list_memory_update(&kept->list, &list, "ada");
	snprintf(kept->mark, sizeof kept->mark, "%s", list.mark);
	store_list_release(&list);
}

static const struct store_item *
find(const struct kept *kept, const char *key)
{
	size_t i;

	for (i = 0; i < kept->list.n; i++)
		if (strcmp(kept->list.items[i].key, key) == 0)
			return &kept->list.items[i];
	return NULL;
}

/* Compare what is kept with what is there, but for one file. */
static void
check_true_but(const struct kept *kept, const char *but)
{
	struct store_list all = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	size_t i, n = 0;

	ck_assert_int_eq(store_list(kept->store, FOLDER, &all, &err), 0);
	for (i = 0; i < all.n; i++) {
		const struct store_item *item = &all.items[i], *own;

		if (but != NULL && strcmp(item->key, but) == 0)
			continue;
		own = find(kept, item->key);
		ck_assert_msg(own != NULL, "%s is missing", item->key);
		ck_assert_str_eq(own->etag, item->etag);
		ck_assert_uint_eq(own->size, item->size);
		ck_assert_int_eq(own->modified_ms, item->modified_ms);
		n++;
	}
	if (but != NULL)
		n += find(kept, but) != NULL;
	ck_assert_uint_eq(kept->list.n, n);
	store_list_release(&all);
}

/* Look, see that only so many blobs were told of, and that nothing is missing. */
static void
expect_changes(struct kept *kept, size_t n)
{
	look(kept);
	ck_assert(kept->changes);
	ck_assert_uint_eq(kept->told, n);
	ck_assert_uint_eq(kept->requests, 1 + n);
	check_true_but(kept, NULL);
}

static void
expect_all(struct kept *kept)
{
	look(kept);
	ck_assert(!kept->changes);
	check_true_but(kept, NULL);
}

static void
open_kept(struct kept *kept)
{
	memset(kept, 0, sizeof *kept);
	kept->store = store_t_open("azure");
}

static void
close_kept(struct kept *kept)
{
	store_list_release(&kept->list);
	store_close(kept->store);
}

/* A host that writes. */
static struct version *
open_version(void)
{
	struct version *version;
	struct err err = ERR_INIT;

	ck_assert_int_eq(version_open(t_scratch(), &version, &err), 0);
	return version;
}

/* Put a token after a change of these files; NULL: of any. */
static void
bump_files(
    struct version *version, struct store *store, const struct buf *files)
{
	const struct version_write write = {"ada", 1764500000000, files, NULL};
	char token[VERSION_TOKEN_MAX];
	struct err err = ERR_INIT;

	ck_assert_int_eq(version_bump(version, store, &write, token, &err), 0);
	store_t_check(store, TOKEN, token);
}

/* The same of one file; "": of none. */
static void
bump(struct version *version, struct store *store, const char *file)
{
	struct buf files = BUF_INIT;

	if (*file != '\0')
		changes_add_file(&files, file);
	bump_files(version, store, &files);
	buf_release(&files);
}

static void
drop(struct store *store, const char *key)
{
	struct store_op remove = STORE_REMOVE(key, STORE_ALWAYS, NULL);

	store_t_expect(store, &remove, STORE_OK);
	store_ops_release(&remove, 1);
}

/* Put three blobs and a token, and keep their list. */
static struct version *
begin(struct kept *kept)
{
	struct version *version = open_version();

	open_kept(kept);
	store_t_put(kept->store, FOLDER "0001-a.md", "a");
	store_t_put(kept->store, FOLDER "0002-b.md", "b");
	store_t_put(kept->store, FOLDER "0003-c.md", "c");
	bump_files(version, kept->store, NULL);
	expect_all(kept);
	ck_assert_str_ne(kept->mark, "");
	return version;
}

START_TEST(only_what_the_writes_have_changed_is_looked_at)
{
	struct kept kept;
	struct version *version = begin(&kept);
	struct store *other = store_t_open("azure");

	expect_changes(&kept, 0);
	store_t_put(other, FOLDER "0002-b.md", "other");
	bump(version, other, "0002-b.md");
	expect_changes(&kept, 1);
	store_t_put(other, FOLDER "0004-Grüße, ü.md", "d");
	bump(version, other, "0004-Grüße, ü.md");
	bump(version, other, "");
	drop(other, FOLDER "0001-a.md");
	bump(version, other, "0001-a.md");
	store_t_put(other, FOLDER "0004-Grüße, ü.md", "dd");
	bump(version, other, "0004-Grüße, ü.md");
	expect_changes(&kept, 2);
	expect_changes(&kept, 0);
	store_close(other);
	version_close(version);
	close_kept(&kept);
}
END_TEST

START_TEST(a_write_of_any_files_lists_all)
{
	struct kept kept;
	struct version *version = begin(&kept);

	store_t_put(kept.store, FOLDER "0005-e.md", "e");
	bump_files(version, kept.store, NULL);
	expect_all(&kept);
	expect_changes(&kept, 0);
	version_close(version);
	close_kept(&kept);
}
END_TEST

START_TEST(a_token_of_a_program_without_notes_lists_all)
{
	struct kept kept;
	struct version *version = begin(&kept);

	store_t_put(kept.store, FOLDER "0005-e.md", "e");
	store_t_put(kept.store, TOKEN, "1764500000001-0123456789abcdef");
	expect_all(&kept);
	/* And the next one does not know of what was before. */
	store_t_put(kept.store, FOLDER "0006-f.md", "f");
	store_t_put(kept.store, TOKEN, "1764500000002-0123456789abcdef");
	bump(version, kept.store, "0001-a.md");
	expect_all(&kept);
	/* A token that is none of ours, and none at all. */
	store_t_put(kept.store, TOKEN, "By hand");
	expect_all(&kept);
	ck_assert_str_eq(kept.mark, "");
	drop(kept.store, TOKEN);
	expect_all(&kept);
	ck_assert_str_eq(kept.mark, "");
	bump(version, kept.store, "0001-a.md");
	expect_all(&kept);
	expect_changes(&kept, 0);
	version_close(version);
	close_kept(&kept);
}
END_TEST

/* Let one write change so many files. */
static void
change_many(struct version *version, struct kept *kept, unsigned n)
{
	struct buf key = BUF_INIT, files = BUF_INIT;
	unsigned i;

	for (i = 0; i < n; i++) {
		buf_reset(&key);
		buf_addf(&key, FOLDER "%04u.md", 100 + i);
		store_t_put(kept->store, key.s, "x");
		changes_add_file(&files, key.s + strlen(FOLDER));
	}
	bump_files(version, kept->store, &files);
	buf_release(&key);
	buf_release(&files);
}

START_TEST(more_changes_than_are_worth_a_look_list_all)
{
	struct kept kept;
	struct version *version = begin(&kept);

	change_many(version, &kept, AZURE_CHANGES_MAX);
	expect_changes(&kept, AZURE_CHANGES_MAX);
	change_many(version, &kept, AZURE_CHANGES_MAX + 1);
	expect_all(&kept);
	ck_assert_uint_eq(kept.requests, 2);
	expect_changes(&kept, 0);
	version_close(version);
	close_kept(&kept);
}
END_TEST

START_TEST(more_writes_than_a_note_has_list_all)
{
	struct kept kept;
	struct version *version = begin(&kept);
	unsigned i;

	for (i = 0; i < 40; i++)
		bump(version, kept.store, "0001-a.md");
	expect_all(&kept);
	for (i = 0; i < 5; i++)
		bump(version, kept.store, "0001-a.md");
	expect_changes(&kept, 1);
	version_close(version);
	close_kept(&kept);
}
END_TEST

START_TEST(what_nobody_has_noted_is_seen_once_the_list_is_old)
{
	struct kept kept;
	struct version *version = begin(&kept);

	store_t_put(kept.store, FOLDER "0009-hand.md", "by hand");
	later_s += AZURE_CHANGES_TRUST_MS / 2000;
	look(&kept);
	ck_assert(kept.changes);
	ck_assert_uint_eq(kept.told, 0);
	later_s += AZURE_CHANGES_TRUST_MS / 2000;
	expect_all(&kept);
	version_close(version);
	close_kept(&kept);
}
END_TEST

/* Another writer, who is faster: once amid a bump, or always. */
struct faster {
	struct store *store;
	struct version *version;
	unsigned times;
};

static void
be_faster(void *arg, const struct store_op *op)
{
	struct faster *faster = arg;

	if (op->verb != STORE_VERB_PUT || faster->times == 0)
		return;
	faster->times--;
	store_t_put(faster->store, FOLDER "0002-b.md", "faster");
	bump(faster->version, faster->store, "0002-b.md");
}

static void
race(unsigned times, bool known)
{
	struct kept kept;
	struct version *version = begin(&kept);
	struct faster faster = {store_t_open("azure"), version, times};
	struct store_fault plan = {.hook = be_faster, .arg = &faster};
	struct store *slow = store_fault_new(store_t_open("azure"), &plan);

	store_t_put(kept.store, FOLDER "0001-a.md", "slow");
	bump(version, slow, "0001-a.md");
	ck_assert_uint_eq(faster.times, 0);
	if (known)
		expect_changes(&kept, 2);
	else
		expect_all(&kept);
	store_close(slow);
	store_close(faster.store);
	version_close(version);
	close_kept(&kept);
}

START_TEST(of_two_tokens_at_once_each_change_is_noted)
{
	race(1, true);
}
END_TEST

START_TEST(a_token_that_always_comes_late_is_put_without_a_note)
{
	race(2, false);
}
END_TEST

START_TEST(a_put_of_a_token_that_fails_is_tried_again_with_a_note)
{
	static const enum store_fault_when when[] = {
	    STORE_FAULT_BEFORE, STORE_FAULT_AFTER};
	struct kept kept;
	struct version *version = begin(&kept);
	size_t i;

	for (i = 0; i < 2 * ARRAY_LEN(when); i++) {
		/* The get of the token, or its put. */
		struct store_fault plan = {
		    .at = 1 + i % 2, .when = when[i / 2]};
		struct store *store =
		    store_fault_new(store_t_open("azure"), &plan);

		store_t_put(kept.store, FOLDER "0003-c.md", "again");
		bump(version, store, "0003-c.md");
		expect_changes(&kept, 1);
		store_close(store);
	}
	version_close(version);
	close_kept(&kept);
}
END_TEST

START_TEST(a_write_under_way_is_seen_once_it_is_noted)
{
	struct kept kept;
	struct version *version = begin(&kept);
	unsigned i;

	/* A look before, between and after what two writers do. */
	for (i = 0; i < 8; i++) {
		char text[8];

		snprintf(text, sizeof text, "%u", i);
		if (i & 1)
			look(&kept);
		store_t_put(kept.store, FOLDER "0001-a.md", text);
		if (i & 2)
			look(&kept);
		store_t_put(kept.store, FOLDER "0002-b.md", text);
		bump(version, kept.store, "0002-b.md");
		if (i & 4) {
			look(&kept);
			check_true_but(&kept, FOLDER "0001-a.md");
		}
		bump(version, kept.store, "0001-a.md");
		look(&kept);
		ck_assert(kept.changes);
		check_true_but(&kept, NULL);
	}
	version_close(version);
	close_kept(&kept);
}
END_TEST

/* A host of the store, which sees others' writes at once. */
/* One op of the bump fails, of the token or of what goes out with it. */
static void
bump_beside(const char *kind, unsigned at, enum store_fault_when when)
{
	struct store_fault plan = {.at = at, .when = when};
	struct store *store = store_fault_new(store_t_open(kind), &plan);
	struct version *version = open_version();
	struct store_op mark =
	    STORE_PUT("pending/ada", STORE_ALWAYS, NULL, "mark", 4);
	struct buf files = BUF_INIT;
	const struct version_write write = {
	    "ada", 1764500000000, &files, &mark};
	char token[VERSION_TOKEN_MAX];
	struct err err = ERR_INIT;

	changes_add_file(&files, "0001-a.md");
	ck_assert_int_eq(version_bump(version, store, &write, token, &err), 0);
	plan.at = 0;
	store_t_check(store, TOKEN, token);
	store_t_check(store, "pending/ada", "mark");
	drop(store, "pending/ada");
	store_ops_release(&mark, 1);
	buf_release(&files);
	version_close(version);
	store_close(store);
}

static void
bump_beside_each_fault(const char *kind)
{
	unsigned at;

	for (at = 0; at <= 3; at++) {
		bump_beside(kind, at, STORE_FAULT_BEFORE);
		bump_beside(kind, at, STORE_FAULT_AFTER);
	}
}

START_TEST(what_goes_out_with_a_token_is_done_whatever_fails_once)
{
	bump_beside_each_fault("fs");
}
END_TEST

START_TEST(what_goes_out_with_a_noted_token_is_done_whatever_fails_once)
{
	bump_beside_each_fault("azure");
}
END_TEST

static void
open_host(struct host *host, const char *name)
{
	char *conn = std_strdup(getenv("AZURE_BLOB_CONN"));

	host_open(host, name);
	setenv("AZURE_BLOB_CONN", conn, 1);
	store_close(host->app.store);
	host->app.store = store_fault_new(store_t_open("azure"), &host->plan);
	free(conn);
}

static bool
shows(struct host *host, const char *text)
{
	struct buf week = BUF_INIT;
	bool is;

	host_show(host, "ada", true, &week);
	is = strstr(week.s, text) != NULL;
	buf_release(&week);
	return is;
}

/* Create a task with a key, by which the note in its claim comes last. */
static void
create_but_for_the_note(struct host *host, const char *title)
{
	struct create_result result = CREATE_RESULT_INIT;
	struct err err = ERR_INIT;
	struct buf request = BUF_INIT;
	struct task_edit edit = {
	    .has_kind = true,
	    .to = {.kind = TASK_ARBEIT},
	    .has_title = true,
	    .title = std_strdup(title),
	};
	const struct create create = {
	    .user = "ada", .key = title, .request = &request, .edit = &edit};

	/* After the claim, the number (twice), the claim and the task. */
	host->plan = (struct store_fault){.at = 6};
	ck_assert_int_eq(create_task(&host->app, &create, &result, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	create_result_release(&result);
	task_edit_release(&edit);
}

START_TEST(a_task_whose_creation_fails_once_it_is_stored_is_shown)
{
	struct host writer, reader;

	open_host(&writer, "writer");
	open_host(&reader, "reader");
	host_create(&writer, "ada", "Brot", NULL);
	ck_assert(shows(&reader, "Brot"));
	create_but_for_the_note(&writer, "Milch");
	ck_assert(shows(&reader, "Milch"));
	host_close(&writer);
	host_close(&reader);
}
END_TEST

/* On a folder nothing is noted, and nothing is read for it. */
START_TEST(a_store_that_takes_no_notes_is_written_as_ever)
{
	struct store_fault plan = {.at = 0};
	struct store *store = store_fault_new(store_t_open("fs"), &plan);
	struct version *version = open_version();
	struct store_op get = STORE_GET(TOKEN);

	ck_assert(!store_takes_notes(store));
	bump(version, store, "0001-a.md");
	ck_assert_uint_eq(plan.ops, 2); /* the put, and the check of bump() */
	store_t_expect(store, &get, STORE_OK);
	ck_assert_uint_eq(get.note.len, 0);
	store_ops_release(&get, 1);
	version_close(version);
	store_close(store);
}
END_TEST

START_TEST(a_note_that_cannot_stand_in_a_header_is_refused)
{
	static const char *const bad[] = {"a b", "a\nb", "ü"};
	struct store *store = store_t_open("fs");
	struct buf note = BUF_INIT;
	struct err err;
	size_t i;

	for (i = 0; i <= ARRAY_LEN(bad); i++) {
		struct store_op put =
		    STORE_PUT("a", STORE_ALWAYS, NULL, "x", 1);

		while (note.len <= STORE_NOTE_MAX)
			buf_addc(&note, 'x');
		put.put_note = i < ARRAY_LEN(bad) ? bad[i] : note.s;
		ck_assert_int_eq(store_run(store, &put, 1, &err), -1);
		ck_assert_int_eq(err.code, ERR_INTERNAL);
	}
	buf_release(&note);
	store_close(store);
}
END_TEST

int
main(void)
{
	const TTest *const folder[] = {
	    a_store_that_takes_no_notes_is_written_as_ever,
	    what_goes_out_with_a_token_is_done_whatever_fails_once,
	    a_note_that_cannot_stand_in_a_header_is_refused};
	const TTest *const behind[] = {
	    only_what_the_writes_have_changed_is_looked_at,
	    a_write_of_any_files_lists_all,
	    a_token_of_a_program_without_notes_lists_all,
	    more_changes_than_are_worth_a_look_list_all,
	    more_writes_than_a_note_has_list_all,
	    what_nobody_has_noted_is_seen_once_the_list_is_old,
	    of_two_tokens_at_once_each_change_is_noted,
	    a_token_that_always_comes_late_is_put_without_a_note,
	    a_put_of_a_token_that_fails_is_tried_again_with_a_note,
	    what_goes_out_with_a_noted_token_is_done_whatever_fails_once,
	    a_write_under_way_is_seen_once_it_is_noted,
	    a_task_whose_creation_fails_once_it_is_stored_is_shown};
	struct err err;
	int rc;

	if (enc_start(&err) == -1)
		return 1;
	rc = t_run("store_notes", folder, ARRAY_LEN(folder));
	if (getenv("AZURE_BLOB_CONN") != NULL)
		return rc | t_run("store_notes with the emulator", behind,
				ARRAY_LEN(behind));

	puts("store_notes with the emulator was not run: AZURE_BLOB_CONN is "
	     "not set (tests/azurite.sh sets it, STORE_ONLY=fs does without)");
	return std_streq(getenv("STORE_ONLY"), "fs") ? rc : 1;
}
