/*
 * import and sweep, on a real fs store.
 */
#include "edit/import.h"

#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "app/freshness.h"
#include "base/enc.h"
#include "edit/build.h"
#include "store/names.h"
#include "sync/sweep.h"
#include "t.h"
#include "week/ledger.h"
#include "week/ledger_json.h"
#include "world.h"

#define TASK "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n\n# Brot\n"

/* A checkout in the scratch folder */

static const char *
checkout(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/checkout%s%s", t_scratch(),
	    *name ? "/" : "", name);
	return path;
}

static void
make_folders(const char *name)
{
	char path[600];
	char *s;

	snprintf(path, sizeof path, "%s/", checkout(name));
	for (s = path + 1; (s = strchr(s, '/')) != NULL; s++) {
		*s = '\0';
		ck_assert(mkdir(path, 0777) == 0 || errno == EEXIST);
		*s = '/';
	}
}

static void
write_file(const char *folder, const char *file, const char *text)
{
	char path[600];
	FILE *f;

	make_folders(folder);
	snprintf(path, sizeof path, "%s/%s", checkout(folder), file);
	f = fopen(path, "wb");
	ck_assert_msg(f != NULL, "%s", path);
	fputs(text, f);
	fclose(f);
}

static void
take_line(void *arg, const struct msg *what)
{
	char line[MSG_TEXT_MAX];

	buf_adds(arg, msg_text(what, line));
	buf_addc(arg, '\n');
}

/* Imports it; what was told, a line each. */
static struct import
take(struct host *host, const char *dir, struct buf *told)
{
	struct import import = {.dir = dir, .tell = take_line, .arg = told};
	struct err err = ERR_INIT;

	buf_reset(told);
	ok(import_run(&host->app, &import, &err), &err);
	return import;
}

static void
expect(struct host *host, const char *key, const char *text)
{
	struct buf got = BUF_INIT;

	host_get(host, key, &got);
	ck_assert_msg(strcmp(got.s, text) == 0, "%s: %s", key, got.s);
	buf_release(&got);
}

#define A "codex-miroir/UserA/tasks"

START_TEST(a_checkout_becomes_the_mirrors_of_its_users)
{
	struct buf told = BUF_INIT, key = BUF_INIT, bytes = BUF_INIT;
	struct import import;
	struct host h;

	host_open(&h, "a");
	buf_adds(&bytes, t_data_path("vault"));
	import = take(&h, bytes.s, &told);
	ck_assert_uint_eq(import.left, 3);
	ck_assert_ptr_nonnull(strstr(told.s, "/12345-fuenfstellig.md: "));
	ck_assert_ptr_nonnull(strstr(told.s, "/notizen.md\n"));
	ck_assert_ptr_nonnull(strstr(told.s, "/unterordner\n"));
	ck_assert_uint_eq(import.users, 4);
	ck_assert_uint_gt(import.added, 50);
	ck_assert_uint_eq(import.same, 0);
	ck_assert_uint_eq(import.kept, 0);

	/* Names are lower-cased, bytes are as they were, none is left out. */
	names_task_key(&key, "edge", "0016-Umlaute-äöüß-und-🎯.md");
	buf_reset(&bytes);
	t_data(&bytes, "vault/codex-miroir/edge/tasks/"
		       "0016-Umlaute-äöüß-und-🎯.md");
	expect(&h, key.s, bytes.s);
	expect(&h, "state/edge/nextId.txt", "21");
	expect(&h, "state/user-c/nextId.txt", "5");
	expect(&h, "raw/edge/tasks/notizen.md", "");
	expect(&h, "raw/edge/tasks/12345-fuenfstellig.md", "");
	expect(&h, "raw/edge/tasks/0099-zu-tief.md", "");
	host_get(&h, "raw/usera/tasks/0003-Balkon-bepflanzen.md", &bytes);
	ck_assert_uint_gt(bytes.len, 0);
	host_get(&h, "state/usera/cacheVersion.txt", &bytes);
	ck_assert_uint_gt(bytes.len, 0);

	host_close(&h);
	buf_release(&told);
	buf_release(&key);
	buf_release(&bytes);
}
END_TEST

START_TEST(an_import_can_be_repeated_and_what_differs_stays_and_is_told)
{
	struct buf told = BUF_INIT, token = BUF_INIT, token2 = BUF_INIT;
	struct import import;
	struct host h;

	host_open(&h, "a");
	write_file(A, "0001-a.md", "eins");
	write_file(A, "0002.md", "");
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.added, 2);
	host_get(&h, "state/usera/cacheVersion.txt", &token);

	write_file(A, "0001-a.md", "anders");
	write_file(A, "0003.md", "drei");
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.users, 1);
	ck_assert_uint_eq(import.added, 1);
	ck_assert_uint_eq(import.same, 1);
	ck_assert_uint_eq(import.kept, 1);
	ck_assert_str_eq(told.s, "bleibt, wie es im Speicher steht: "
				 "raw/usera/tasks/0001-a.md\n");
	expect(&h, "raw/usera/tasks/0001-a.md", "eins");
	expect(&h, "raw/usera/tasks/0003.md", "drei");
	host_get(&h, "state/usera/cacheVersion.txt", &token2);
	ck_assert_str_ne(token.s, token2.s);

	host_close(&h);
	buf_release(&told);
	buf_release(&token);
	buf_release(&token2);
}
END_TEST

START_TEST(an_import_is_seen_at_once_and_numbers_go_on_behind_it)
{
	struct buf told = BUF_INIT, week = BUF_INIT, file = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	host_create(&h, "usera", "Milch", NULL);
	host_show(&h, "usera", false, &week);
	write_file(A, "0041-Brot.md", TASK);
	take(&h, checkout(""), &told);
	host_show(&h, "usera", false, &week);
	ck_assert_ptr_nonnull(strstr(week.s, "0041-Brot.md"));
	ck_assert_ptr_nonnull(strstr(week.s, "\"nextAvailableId\":\"0042\""));
	host_create(&h, "usera", "Käse", &file);
	ck_assert_str_eq(file.s, "0042-Käse.md");

	/* A lower number lowers nothing. */
	unlink(checkout(A "/0041-Brot.md"));
	write_file(A, "0003.md", TASK);
	take(&h, checkout(""), &told);
	expect(&h, "state/usera/nextId.txt", "43");

	host_close(&h);
	buf_release(&told);
	buf_release(&week);
	buf_release(&file);
}
END_TEST

START_TEST(the_highest_number_leaves_none)
{
	struct buf told = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	write_file(A, "9999.md", TASK);
	take(&h, checkout(""), &told);
	expect(&h, "state/usera/nextId.txt", "10000");
	host_close(&h);
	buf_release(&told);
}
END_TEST

START_TEST(two_folders_that_differ_only_in_case_are_told_and_both_taken)
{
	struct buf told = BUF_INIT;
	struct import import;
	struct host h;

	host_open(&h, "a");
	write_file(A, "0001.md", "von A");
	write_file(A, "0002.md", "von A");
	write_file("codex-miroir/Zoe/tasks", "0001.md", "z");
	write_file("codex-miroir/usera/tasks", "0002.md", "von a");
	write_file("codex-miroir/usera/tasks", "0003.md", "von a");
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.added, 4);
	ck_assert_uint_eq(import.kept, 1);
	ck_assert_str_eq(told.s,
	    "zwei Ordner für einen Benutzer: UserA und usera\n"
	    "bleibt, wie es im Speicher steht: raw/usera/tasks/0002.md\n");
	expect(&h, "raw/usera/tasks/0001.md", "von A");
	expect(&h, "raw/usera/tasks/0002.md", "von A");
	expect(&h, "raw/usera/tasks/0003.md", "von a");
	expect(&h, "state/usera/nextId.txt", "4");
	host_close(&h);
	buf_release(&told);
}
END_TEST

START_TEST(links_and_pipes_are_not_followed)
{
	struct buf told = BUF_INIT, to = BUF_INIT;
	struct import import;
	struct host h;

	host_open(&h, "a");
	write_file(A, "0001.md", "eins");
	write_file("elsewhere/tasks", "0007.md", "geheim");
	buf_adds(&to, checkout("elsewhere/tasks/0007.md"));
	ck_assert_int_eq(symlink(to.s, checkout(A "/0002.md")), 0);
	ck_assert_int_eq(symlink("nowhere", checkout(A "/0003.md")), 0);
	ck_assert_int_eq(mkfifo(checkout(A "/0004.md"), 0600), 0);
	ck_assert_int_eq(mkdir(checkout(A "/0005.md"), 0700), 0);
	/* A user's folder, and one's folder of tasks. */
	buf_reset(&to);
	buf_adds(&to, checkout("elsewhere"));
	ck_assert_int_eq(symlink(to.s, checkout("codex-miroir/linked")), 0);
	make_folders("codex-miroir/other");
	buf_adds(&to, "/tasks");
	ck_assert_int_eq(
	    symlink(to.s, checkout("codex-miroir/other/tasks")), 0);

	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.users, 1);
	ck_assert_uint_eq(import.added, 1);
	ck_assert_ptr_nonnull(strstr(told.s, "übergangen: "));
	ck_assert_ptr_nonnull(strstr(told.s, A "/0002.md\n"));
	ck_assert_ptr_nonnull(strstr(told.s, A "/0003.md\n"));
	ck_assert_ptr_nonnull(strstr(told.s, A "/0004.md\n"));
	ck_assert_ptr_nonnull(strstr(told.s, A "/0005.md\n"));
	ck_assert_ptr_null(strstr(told.s, "0001.md"));
	expect(&h, "raw/linked/tasks/0007.md", "");
	expect(&h, "raw/other/tasks/0007.md", "");
	host_close(&h);
	buf_release(&told);
	buf_release(&to);
}
END_TEST

START_TEST(each_entry_that_is_no_task_is_named_with_its_reason)
{
	struct buf told = BUF_INIT, want = BUF_INIT;
	struct import import;
	struct host h;
	const char *folder;

	host_open(&h, "a");
	write_file(A, "0001.md", "x");
	write_file(A, "0010-A.MD", "x");
	write_file(A, "0012 Leer.md", "x");
	write_file(A, "0016-a\\b.md", "x");
	write_file(A, "0117-.md", "x");
	write_file(A, "12345-x.md", "x");
	write_file(A, "notizen.md", "x");
	write_file(A, ".gitkeep", "");
	make_folders(A "/bilder");
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.added, 1);
	ck_assert_uint_eq(import.left, 7);
	folder = checkout(A);
	buf_addf(&want,
	    "keine Aufgabe: %s/0010-A.MD: Die Endung einer Aufgabe ist .md, "
	    "klein geschrieben.\n"
	    "keine Aufgabe: %s/0012 Leer.md: Hinter den vier Ziffern fehlt "
	    "das -.\n",
	    folder, folder);
	buf_addf(&want,
	    "keine Aufgabe: %s/0016-a\\b.md: Der Dateiname enthält \\ oder "
	    "ein Steuerzeichen.\n"
	    "keine Aufgabe: %s/0117-.md: Hinter dem - fehlt der Titel.\n",
	    folder, folder);
	buf_addf(&want,
	    "keine Aufgabe: %s/12345-x.md: Der Name einer Aufgabe beginnt mit "
	    "genau vier Ziffern.\n"
	    "keine Aufgabe: %s/bilder\n"
	    "keine Aufgabe: %s/notizen.md\n",
	    folder, folder, folder);
	ck_assert_str_eq(told.s, want.s);
	host_close(&h);
	buf_release(&told);
	buf_release(&want);
}
END_TEST

START_TEST(what_is_no_user_is_left_out_and_told)
{
	struct buf told = BUF_INIT;
	struct import import;
	struct host h;

	host_open(&h, "a");
	write_file(A, "0001.md", "x");
	write_file("codex-miroir/Jörg/tasks", "0001.md", "x");
	write_file("codex-miroir/-x/tasks", "0001.md", "x");
	write_file("codex-miroir/.git/tasks", "0001.md", "x");
	write_file("codex-miroir/empty/tasks", "README.md", "x");
	make_folders("codex-miroir/Not A User");
	write_file("codex-miroir", "README.md", "x");
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.users, 1);
	ck_assert_uint_eq(import.added, 1);
	ck_assert(std_starts(told.s, "kein Benutzername, übergangen: -x\n"
				     "kein Benutzername, übergangen: Jörg\n"
				     "keine Aufgabe: "));
	ck_assert_ptr_nonnull(strstr(told.s, "/empty/tasks/README.md\n"));
	expect(&h, "state/empty/cacheVersion.txt", "");
	host_close(&h);
	buf_release(&told);
}
END_TEST

START_TEST(a_checkout_without_the_base_folder_is_an_error)
{
	struct buf told = BUF_INIT;
	struct import import = {.tell = take_line, .arg = &told};
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	import.dir = checkout("");
	ck_assert_int_eq(import_run(&h.app, &import, &err), -1);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "codex-miroir"));
	host_close(&h);
}
END_TEST

START_TEST(an_import_that_fails_anywhere_is_settled_by_the_next)
{
	struct buf told = BUF_INIT;
	struct import import = {.tell = take_line, .arg = &told};
	struct err err = ERR_INIT;
	struct host h;
	char name[16];
	unsigned i, at, tries = 0;

	for (i = 0; i < 70; i++) {
		snprintf(name, sizeof name, "%04u.md", i);
		write_file(A, name, name);
	}
	import.dir = checkout("");
	host_open(&h, "a");
	/* A batch of 64, one of six: the gets, the number, the token. */
	for (at = 1; at < 200; at += 9) {
		h.plan = (struct store_fault){
		    .at = at, .count = 5, .when = STORE_FAULT_AFTER};
		if (import_run(&h.app, &import, &err) == 0)
			break;
		tries++;
		ck_assert_int_eq(err.code, ERR_STORE);
	}
	ck_assert_uint_gt(tries, 7);
	h.plan = (struct store_fault){.at = 0};
	import = take(&h, checkout(""), &told);
	ck_assert_uint_eq(import.added + import.same, 70);
	ck_assert_uint_eq(import.kept, 0);
	expect(&h, "raw/usera/tasks/0069.md", "0069.md");
	expect(&h, "state/usera/nextId.txt", "70");
	host_close(&h);
	buf_release(&told);
}
END_TEST

START_TEST(what_an_import_has_stored_before_it_failed_is_shown)
{
	struct buf told = BUF_INIT, week = BUF_INIT;
	struct import import = {.tell = take_line, .arg = &told};
	struct err err = ERR_INIT;
	struct host h;
	char name[16];
	unsigned i;

	for (i = 0; i < 70; i++) {
		snprintf(name, sizeof name, "%04u.md", i);
		write_file(A, name, TASK);
	}
	import.dir = checkout("");
	host_open(&h, "a");
	host_show(&h, "usera", true, &week);
	ck_assert_ptr_null(strstr(week.s, "Brot"));
	/* The second batch; the token is put again. */
	h.plan = (struct store_fault){.at = 65, .count = 1};
	ck_assert_int_eq(import_run(&h.app, &import, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	h.plan = (struct store_fault){.at = 0};
	host_show(&h, "usera", true, &week);
	ck_assert_ptr_nonnull(strstr(week.s, "Brot"));
	host_close(&h);
	buf_release(&told);
	buf_release(&week);
}
END_TEST

/* At the first line told, a file that the import has listed goes. */
static void
remove_next(void *arg, const struct msg *what)
{
	(void)what;
	unlink(arg);
}

START_TEST(an_import_that_cannot_read_a_file_ends_and_gives_all_back)
{
	char victim[600];
	struct import import = {.tell = remove_next, .arg = victim};
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	write_file(A, "0001.md", "x");
	ck_assert_int_eq(symlink("x", checkout(A "/0002.md")), 0);
	write_file(A, "0003.md", "x");
	snprintf(victim, sizeof victim, "%s", checkout(A "/0003.md"));
	import.dir = checkout("");
	ck_assert_int_eq(import_run(&h.app, &import, &err), -1);
	ck_assert_ptr_nonnull(strstr(t_text(&err), A "/0003.md"));
	expect(&h, "raw/usera/tasks/0001.md", "");
	host_close(&h);
}
END_TEST

/* Sweep */

#define DAYS(n) ((n)*24 * 60 * 60)

/* Puts a blob that was last written so many seconds ago. */
static void
put_aged(struct host *host, const char *key, long seconds)
{
	struct timeval now[2];
	char path[512];

	host_put(host, key, key);
	snprintf(path, sizeof path, "%s/store/%s", t_scratch(), key);
	gettimeofday(&now[0], NULL);
	now[0].tv_sec -= seconds;
	now[1] = now[0];
	ck_assert_msg(utimes(path, now) == 0, "%s", path);
}

static void
sweep(struct host *host)
{
	struct err err = ERR_INIT;

	ok(sweep_user(&host->app, "ada", &err), &err);
}

START_TEST(old_claims_and_trash_go_and_all_else_stays)
{
	static const char *const stay[] = {"state/ada/idempotency/young",
	    "trash/ada/0001-a/young", "state/ada/nextId.txt",
	    "raw/ada/tasks/0001-a.md", "state/adam/idempotency/old",
	    "trash/adam/0001-a/old", "conflicts/ada/0001-a/old",
	    "artifacts/ada/tasks.json"};
	struct host h;
	size_t i;

	host_open(&h, "a");
	h.app.conf.now_offset_ms = 0;
	put_aged(&h, "state/ada/idempotency/old", SWEEP_CLAIM_MS / 1000 + 60);
	put_aged(&h, "trash/ada/0001-a/old", DAYS(30) + 60);
	put_aged(&h, "trash/ada/0002/old", DAYS(300));
	put_aged(&h, stay[0], SWEEP_CLAIM_MS / 1000 - 60);
	put_aged(&h, stay[1], DAYS(30) - 60);
	for (i = 2; i < ARRAY_LEN(stay); i++)
		put_aged(&h, stay[i], DAYS(3000));
	sweep(&h);
	expect(&h, "state/ada/idempotency/old", "");
	expect(&h, "trash/ada/0001-a/old", "");
	expect(&h, "trash/ada/0002/old", "");
	for (i = 0; i < ARRAY_LEN(stay); i++)
		expect(&h, stay[i], stay[i]);
	host_close(&h);
}
END_TEST

START_TEST(the_clock_of_a_sweep_is_the_apps)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, "state/ada/idempotency/x", "x");
	host_put(&h, "trash/ada/0001/x", "x");
	h.app.conf.now_offset_ms = SWEEP_CLAIM_MS - 60000;
	sweep(&h);
	expect(&h, "state/ada/idempotency/x", "x");
	h.app.conf.now_offset_ms = SWEEP_CLAIM_MS + 60000;
	sweep(&h);
	expect(&h, "state/ada/idempotency/x", "");
	expect(&h, "trash/ada/0001/x", "x");
	h.app.conf.now_offset_ms = SWEEP_TRASH_MS + 60000;
	sweep(&h);
	expect(&h, "trash/ada/0001/x", "");
	sweep(&h);
	host_close(&h);
}
END_TEST

#define EIGHT(c) c c c c c c c c
#define COPY(c)  EIGHT(EIGHT(c))

static void
copy_key(struct buf *key, const char *file, const char *hash)
{
	names_copy_key(key, NAMES_CONFLICTS, "ada", file, hash);
}

static void
put_records(struct host *h, const struct ledger *sync)
{
	struct buf text = BUF_INIT;

	ledger_json_print(&text, sync);
	host_put(h, "state/ada/sync.json", text.s);
	buf_release(&text);
}

/* Resolves a conflict of each file, one a day; the copies are there. */
static void
resolve_three(struct host *h, struct ledger *sync, const char *const *hashes)
{
	struct buf key = BUF_INIT;
	static const char *const files[] = {
	    "0001-a.md", "0002-b.md", "0003-c.md"};
	int64_t now = app_now(&h->app);
	size_t i;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		buf_reset(&key);
		copy_key(&key, files[i], hashes[i]);
		host_put(h, key.s, "unseres");
		ledger_set_conflict(
		    ledger_record(sync, files[i]), hashes[i], "body");
		ledger_resolve(
		    sync, files[i], hashes[i], now + (int64_t)i * DAY_MS);
	}
	put_records(h, sync);
	buf_release(&key);
}

static void
expect_copy(struct host *h, const char *file, const char *hash, bool there)
{
	struct buf key = BUF_INIT;

	copy_key(&key, file, hash);
	expect(h, key.s, there ? "unseres" : "");
	buf_release(&key);
}

static void
read_records(struct host *h, struct ledger *sync)
{
	struct buf text = BUF_INIT;

	host_get(h, "state/ada/sync.json", &text);
	ck_assert_int_eq(ledger_json_parse(&text, sync), 0);
	buf_release(&text);
}

START_TEST(a_copy_of_a_conflict_goes_30_days_after_it_was_resolved)
{
	static const char *const hashes[] = {COPY("a"), COPY("b"), COPY("c")};
	struct ledger sync = LEDGER_INIT, after = LEDGER_INIT;
	struct host h;

	host_open(&h, "a");
	resolve_three(&h, &sync, hashes);
	sweep(&h);
	h.app.conf.now_offset_ms += SWEEP_RESOLVED_MS - 60000;
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], true);
	/* The second is in conflict again, with the same bytes. */
	ledger_set_conflict(
	    ledger_record(&sync, "0002-b.md"), hashes[1], "body");
	h.app.conf.now_offset_ms += DAY_MS + 120000;
	put_records(&h, &sync);
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], false);
	expect_copy(&h, "0002-b.md", hashes[1], true);
	expect_copy(&h, "0003-c.md", hashes[2], true);
	read_records(&h, &after);
	ck_assert_uint_eq(after.n_resolved, 1);
	ck_assert_str_eq(after.resolved[0].file, "0003-c.md");
	ck_assert_ptr_null(after.run_id);
	ledger_release(&after);
	ledger_release(&sync);
	host_close(&h);
}
END_TEST

START_TEST(a_lease_that_ends_amid_a_sweep_leaves_the_rest_to_the_next)
{
	static const char *const hashes[] = {COPY("a"), COPY("b"), COPY("c")};
	struct ledger sync = LEDGER_INIT;
	struct host h;

	host_open(&h, "a");
	resolve_three(&h, &sync, hashes);
	h.app.conf.now_offset_ms += SWEEP_RESOLVED_MS + DAY_MS / 2;
	h.app.conf.sync_lease_ms = -1; /* over before it begins */
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], true);
	h.app.conf.sync_lease_ms = 60000;
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], false);
	expect_copy(&h, "0002-b.md", hashes[1], true);
	ledger_release(&sync);
	host_close(&h);
}
END_TEST

/* Found in review: only the newest conflict and the first time counted. */
START_TEST(a_copy_stays_while_an_older_conflict_or_a_later_resolve_names_it)
{
	static const char *const hashes[] = {COPY("a"), COPY("b"), COPY("c")};
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f;
	struct host h;

	host_open(&h, "a");
	resolve_three(&h, &sync, hashes);
	f = ledger_record(&sync, "0001-a.md");
	ledger_set_conflict(f, hashes[0], "body");
	ledger_set_conflict(f, hashes[1], "body");
	ledger_set_conflict(
	    ledger_record(&sync, "0002-b.md"), hashes[1], "body");
	ledger_resolve(
	    &sync, "0002-b.md", hashes[1], app_now(&h.app) + 9 * DAY_MS);
	h.app.conf.now_offset_ms += SWEEP_RESOLVED_MS + 3 * DAY_MS;
	put_records(&h, &sync);
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], true);
	expect_copy(&h, "0002-b.md", hashes[1], true);
	expect_copy(&h, "0003-c.md", hashes[2], false);
	h.app.conf.now_offset_ms += 9 * DAY_MS;
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], true);
	expect_copy(&h, "0002-b.md", hashes[1], false);
	ledger_release(&sync);
	host_close(&h);
}
END_TEST

START_TEST(a_run_is_not_disturbed_by_a_sweep)
{
	static const char *const hashes[] = {COPY("a"), COPY("b"), COPY("c")};
	struct ledger sync = LEDGER_INIT;
	struct host h;

	host_open(&h, "a");
	sync.run_id = std_strdup("lauf");
	h.app.conf.sync_lease_ms = 31 * DAY_MS;
	sync.run_until_ms = app_now(&h.app) + 31 * DAY_MS;
	resolve_three(&h, &sync, hashes);
	h.app.conf.now_offset_ms += SWEEP_RESOLVED_MS + 60000;
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], true);
	h.app.conf.now_offset_ms += DAY_MS;
	sweep(&h);
	expect_copy(&h, "0001-a.md", hashes[0], false);
	ledger_release(&sync);
	host_close(&h);
}
END_TEST

START_TEST(more_than_one_batch_goes_at_once)
{
	char key[64];
	struct host h;
	int i;

	host_open(&h, "a");
	for (i = 0; i < 64 + 64 + 1; i++) {
		snprintf(key, sizeof key, "state/ada/idempotency/%03d", i);
		host_put(&h, key, "x");
	}
	/* The last one is young: the others must not wait for it. */
	host_put(&h, "state/ada/idempotency/zzz", "x");
	h.app.conf.now_offset_ms = SWEEP_CLAIM_MS + 60000;
	put_aged(&h, "state/ada/idempotency/zzz", -3600);
	sweep(&h);
	expect(&h, "state/ada/idempotency/000", "");
	expect(&h, "state/ada/idempotency/128", "");
	expect(&h, "state/ada/idempotency/zzz", "state/ada/idempotency/zzz");
	host_close(&h);
}
END_TEST

/* Writes the claim anew when the sweep is about to remove it. */
static void
rewrite(void *arg, const struct store_op *op)
{
	struct host *other = arg;

	if (op->verb == STORE_VERB_REMOVE)
		host_put(other, op->key, "neu");
}

START_TEST(what_was_written_since_the_list_stays)
{
	struct host h, other;

	host_open(&h, "a");
	host_open(&other, "a");
	host_put(&h, "state/ada/idempotency/x", "alt");
	h.app.conf.now_offset_ms = SWEEP_CLAIM_MS + 60000;
	h.plan.hook = rewrite;
	h.plan.arg = &other;
	sweep(&h);
	h.plan.hook = NULL;
	expect(&h, "state/ada/idempotency/x", "neu");
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_sweep_that_fails_says_so_and_the_next_one_finishes)
{
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	host_put(&h, "state/ada/idempotency/x", "x");
	host_put(&h, "trash/ada/0001/x", "x");
	h.app.conf.now_offset_ms = SWEEP_TRASH_MS + 60000;
	h.plan = (struct store_fault){.at = 2};
	ck_assert_int_eq(sweep_user(&h.app, "ada", &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	h.plan = (struct store_fault){.at = 0};
	sweep(&h);
	expect(&h, "state/ada/idempotency/x", "");
	expect(&h, "trash/ada/0001/x", "");
	host_close(&h);
}
END_TEST

#define HOUR INT64_C(3600000)

/* Lets time pass, builds ada's week and tells if the sweep is due. */
static bool
build_finds_sweep_due(struct host *h, int64_t later_ms)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {.user = "ada", .anew = true};
	struct err err = ERR_INIT;

	h->app.conf.now_offset_ms += later_ms;
	ok(freshness_read_state(&h->app, "ada", &job.state, &err), &err);
	ok(build_week(&h->app, &job, &answer, &err), &err);
	view_answer_release(&answer);
	return job.sweep_due;
}

START_TEST(a_build_finds_the_sweep_due_once_a_day)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-brot.md", TASK);
	/* There is nothing old of a user who is new. */
	ck_assert(!build_finds_sweep_due(&h, 0));
	ck_assert(!build_finds_sweep_due(&h, 23 * HOUR));
	ck_assert(build_finds_sweep_due(&h, 2 * HOUR));
	ck_assert(!build_finds_sweep_due(&h, 0));
	ck_assert(!build_finds_sweep_due(&h, 23 * HOUR));
	ck_assert(build_finds_sweep_due(&h, 2 * HOUR));
	host_close(&h);
}
END_TEST

START_TEST(a_sweep_that_a_wrong_clock_dated_into_the_future_is_due)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-brot.md", TASK);
	ck_assert(!build_finds_sweep_due(&h, 0));
	ck_assert(build_finds_sweep_due(&h, 100 * HOUR));
	ck_assert(build_finds_sweep_due(&h, -90 * HOUR));
	ck_assert(!build_finds_sweep_due(&h, HOUR));
	host_close(&h);
}
END_TEST

T_MAIN("import", a_checkout_becomes_the_mirrors_of_its_users,
    an_import_can_be_repeated_and_what_differs_stays_and_is_told,
    an_import_is_seen_at_once_and_numbers_go_on_behind_it,
    the_highest_number_leaves_none,
    two_folders_that_differ_only_in_case_are_told_and_both_taken,
    links_and_pipes_are_not_followed,
    each_entry_that_is_no_task_is_named_with_its_reason,
    what_is_no_user_is_left_out_and_told,
    a_checkout_without_the_base_folder_is_an_error,
    an_import_that_fails_anywhere_is_settled_by_the_next,
    what_an_import_has_stored_before_it_failed_is_shown,
    an_import_that_cannot_read_a_file_ends_and_gives_all_back,
    old_claims_and_trash_go_and_all_else_stays,
    the_clock_of_a_sweep_is_the_apps,
    a_copy_of_a_conflict_goes_30_days_after_it_was_resolved,
    a_lease_that_ends_amid_a_sweep_leaves_the_rest_to_the_next,
    a_copy_stays_while_an_older_conflict_or_a_later_resolve_names_it,
    a_run_is_not_disturbed_by_a_sweep, more_than_one_batch_goes_at_once,
    what_was_written_since_the_list_stays,
    a_sweep_that_fails_says_so_and_the_next_one_finishes,
    a_build_finds_the_sweep_due_once_a_day,
    a_sweep_that_a_wrong_clock_dated_into_the_future_is_due)
