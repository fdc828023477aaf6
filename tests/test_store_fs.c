/* What only a folder can do wrong: links, kills, full disks, other clocks. */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backend/store_fs.h"
#include "base/clock.h"
#include "base/enc.h"
#include "store_t.h"

/*
 * What makes a put last, in the order in which it happened: m for mkdir, f
 * and d for fsync of a file and of a folder, r for rename.  These stand
 * before the C library's own.
 */
static char steps[64];
static bool disk_is_broken;
/* The n-th fsync of a folder from now on fails, from 1; 0: none. */
static unsigned broken_folder;

static void
add_step(char step)
{
	size_t len = strlen(steps);

	if (len + 1 < sizeof steps) {
		steps[len] = step;
		steps[len + 1] = '\0';
	}
}

int
fsync(int fd)
{
	struct stat st;

	if (disk_is_broken) {
		errno = EIO;
		return -1;
	}
	if (fstat(fd, &st) == 0)
		add_step(S_ISDIR(st.st_mode) ? 'd' : 'f');
	if (S_ISDIR(st.st_mode) && broken_folder > 0 && --broken_folder == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	add_step('r');
	return (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
}

/* How often a folder was read: its reader alone locks it so. */
static unsigned reads;

int
flock(int fd, int how)
{
	struct stat st;

	reads +=
	    (how & LOCK_EX) != 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
	return (int)syscall(SYS_flock, fd, how);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
	add_step('m');
	return (int)syscall(SYS_mkdirat, dir, name, mode);
}

/* A path in the store's folder, by itself; valid for four calls. */
static const char *
path(const char *name)
{
	static char paths[4][1024];
	static unsigned next;
	char *p = paths[next++ % 4];

	snprintf(p, sizeof paths[0], "%s/%s", store_t_dir(), name);
	return p;
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static unsigned
count_entries(const char *name)
{
	DIR *dir = opendir(path(name));
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void
expect_put(struct store *store, const char *key, enum store_result result)
{
	struct store_op put = STORE_PUT(key, STORE_ALWAYS, NULL, "evil", 4);

	store_t_expect(store, &put, result);
	store_ops_release(&put, 1);
}

static void
expect_remove(struct store *store, const char *key, enum store_result result)
{
	struct store_op remove = STORE_REMOVE(key, STORE_ALWAYS, NULL);

	store_t_expect(store, &remove, result);
	store_ops_release(&remove, 1);
}

static void
expect_names(struct store *store, const char *prefix, size_t n)
{
	struct store_list list = STORE_LIST_INIT;
	struct err err;

	ck_assert_int_eq(store_list(store, prefix, &list, &err), 0);
	ck_assert_uint_eq(list.n, n);
	store_list_release(&list);
}

START_TEST(a_linked_file_is_absent_and_stays_untouched)
{
	struct store *store = store_t_open("fs");
	struct buf outside = BUF_INIT;

	store_t_put(store, "a/real", "x");
	write_file("../secret", "secret");
	ck_assert_int_eq(symlink("../../secret", path("a/link")), 0);
	ck_assert_int_eq(symlink("real", path("a/inner")), 0);
	store_t_check(store, "a/link", NULL);
	store_t_check(store, "a/inner", NULL);
	expect_names(store, "a/", 1);
	expect_put(store, "a/link", STORE_FAILED);
	expect_put(store, "a/inner", STORE_FAILED);
	expect_remove(store, "a/link", STORE_ABSENT);

	t_read(&outside, path("../secret"));
	ck_assert_str_eq(outside.s, "secret");
	store_t_check(store, "a/real", "x");
	buf_release(&outside);
	store_close(store);
}
END_TEST

START_TEST(a_linked_folder_leads_nowhere)
{
	struct store *store = store_t_open("fs");
	struct store_list list = STORE_LIST_INIT;
	struct err err;

	ck_assert_int_eq(mkdir(path("../out"), 0755), 0);
	write_file("../out/file", "secret");
	ck_assert_int_eq(symlink("../out", path("a")), 0);
	store_t_check(store, "a/file", NULL);
	expect_names(store, "", 0);
	ck_assert_int_eq(store_list(store, "a/", &list, &err), -1);
	ck_assert_int_eq(store_list(store, "a/b/", &list, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	expect_put(store, "a/file", STORE_FAILED);
	expect_put(store, "a/new", STORE_FAILED);
	expect_put(store, "a/b/new", STORE_FAILED);
	expect_remove(store, "a/file", STORE_ABSENT);
	ck_assert_uint_eq(count_entries("../out"), 1);
	store_close(store);
}
END_TEST

START_TEST(an_entry_that_is_no_file_is_absent)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "a/b/c", "x");
	store_t_put(store, "file", "x");
	ck_assert_int_eq(mkfifo(path("a/pipe"), 0600), 0);
	store_t_check(store, "a/pipe", NULL);
	store_t_check(store, "a/b", NULL);
	store_t_check(store, "file/below", NULL);
	expect_remove(store, "a/b", STORE_ABSENT);
	expect_remove(store, "file/below", STORE_ABSENT);
	expect_put(store, "a/pipe", STORE_FAILED);
	expect_put(store, "a/b", STORE_FAILED);
	expect_put(store, "file/below", STORE_FAILED);
	expect_names(store, "file/", 0);
	expect_names(store, "", 2);
	store_close(store);
}
END_TEST

/* Check what lies there under names that are no keys, in any order. */
static void
expect_strange(
    struct store *store, const char *prefix, const char *const names[])
{
	struct store_list list = STORE_LIST_INIT;
	struct err err;
	size_t i, k;

	ck_assert_int_eq(store_list(store, prefix, &list, &err), 0);
	for (i = 0; names[i] != NULL; i++) {
		for (k = 0; k < list.n_strange; k++)
			if (strcmp(list.strange[k].name, names[i]) == 0)
				break;
		ck_assert_msg(k < list.n_strange, "%s", names[i]);
	}
	ck_assert_uint_eq(list.n_strange, i);
	store_list_release(&list);
}

START_TEST(what_is_no_file_is_listed_apart_by_its_kind)
{
	static const struct {
		const char *name;
		enum store_strange_kind kind;
	} rows[] = {{"a/0001-L.md", STORE_STRANGE_LINK},
	    {"a/0002-P.md", STORE_STRANGE_OTHER},
	    {"a/0003-F.md", STORE_STRANGE_FOLDER},
	    {"a/0004/in", STORE_STRANGE_FOLDER}};
	struct store *store = store_t_open("fs");
	struct store_list list = STORE_LIST_INIT;
	struct err err;
	size_t i, k;

	store_t_put(store, "a/0004/file", "x");
	ck_assert_int_eq(symlink("0004/file", path("a/0001-L.md")), 0);
	ck_assert_int_eq(mkfifo(path("a/0002-P.md"), 0600), 0);
	ck_assert_int_eq(mkdir(path("a/0003-F.md"), 0700), 0);
	ck_assert_int_eq(mkdir(path("a/0004/in"), 0700), 0);
	ck_assert_int_eq(store_list(store, "a/000", &list, &err), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_uint_eq(list.n_strange, ARRAY_LEN(rows));
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		for (k = 0; strcmp(list.strange[k].name, rows[i].name) != 0;)
			ck_assert_uint_lt(++k, list.n_strange);
		ck_assert_int_eq(list.strange[k].kind, rows[i].kind);
	}
	store_list_release(&list);
	expect_strange(store, "a/0001x", (const char *const[]){NULL});
	store_close(store);
}
END_TEST

START_TEST(a_put_onto_what_is_no_file_is_barred)
{
	static const char *const names[] = {"a/link", "a/pipe", "a/folder"};
	struct store *store = store_t_open("fs");
	size_t i;

	store_t_put(store, "a/file", "x");
	ck_assert_int_eq(symlink("file", path("a/link")), 0);
	ck_assert_int_eq(mkfifo(path("a/pipe"), 0600), 0);
	ck_assert_int_eq(mkdir(path("a/folder"), 0700), 0);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		struct store_op put =
		    STORE_PUT(names[i], STORE_IF_NEW, NULL, "y", 1);

		store_t_expect(store, &put, STORE_FAILED);
		ck_assert(put.barred);
		ck_assert(store_only_barred(&put, 1));
		store_ops_release(&put, 1);
	}
	store_t_check(store, "a/file", "x");
	store_close(store);
}
END_TEST

START_TEST(a_file_that_may_not_be_read_is_barred_and_others_are_read)
{
	struct store *store = store_t_open("fs");
	struct store_op gets[] = {STORE_GET("a/closed"), STORE_GET("a/open")};
	struct err err;

	store_t_put(store, "a/closed", "x");
	store_t_put(store, "a/open", "y");
	ck_assert_int_eq(chmod(path("a/closed"), 0), 0);
	ck_assert_int_eq(chmod(path(""), 0755), 0);
	ck_assert_int_eq(chmod(path("a"), 0755), 0);
	ck_assert_int_eq(chmod(path("a/open"), 0644), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(store_run(store, gets, ARRAY_LEN(gets), &err), -1);
	ck_assert(gets[0].barred);
	ck_assert_int_eq(gets[1].result, STORE_OK);
	ck_assert(store_only_barred(gets, ARRAY_LEN(gets)));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);

	/* A folder that may not be searched is a fault of all. */
	ck_assert_int_eq(chmod(path("a"), 0600), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(store_run(store, gets, ARRAY_LEN(gets), &err), -1);
	ck_assert(!gets[0].barred);
	ck_assert(!gets[1].barred);
	ck_assert(!store_only_barred(gets, ARRAY_LEN(gets)));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	store_ops_release(gets, ARRAY_LEN(gets));
	store_close(store);
}
END_TEST

START_TEST(names_that_are_no_keys_are_listed_apart)
{
	static const char *const strange[] = {
	    "a/back\\slash", "a/new\nline", "a/latin\xe4", "a/fol\\der", NULL};
	struct store *store = store_t_open("fs");

	store_t_put(store, "a/b", "x");
	write_file("a/.hidden", "x");
	write_file("a/back\\slash", "x");
	write_file("a/new\nline", "x");
	write_file("a/latin\xe4", "x");
	ck_assert_int_eq(mkdir(path("a/fol\\der"), 0755), 0);
	write_file("a/fol\\der/c", "x");
	expect_names(store, "", 1);
	expect_names(store, "a/", 1);
	expect_strange(store, "a/", strange);
	expect_strange(store, "b/", strange + ARRAY_LEN(strange) - 1);
	store_close(store);
}
END_TEST

START_TEST(an_unreadable_folder_is_a_fault_and_not_empty)
{
	struct store *store = store_t_open("fs");
	struct store_op get = STORE_GET("a/b");
	struct store_list list = STORE_LIST_INIT;
	struct err err;

	store_t_put(store, "a/b", "x");
	ck_assert_int_eq(chmod(path("a"), 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	store_t_expect(store, &get, STORE_FAILED);
	expect_put(store, "a/b", STORE_FAILED);
	expect_remove(store, "a/b", STORE_FAILED);
	ck_assert_int_eq(store_list(store, "", &list, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	ck_assert_ptr_null(list.items);
	ck_assert_ptr_null(strstr(t_text(&err), store_t_dir()));

	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(path("a"), 0700), 0);
	store_t_check(store, "a/b", "x");
	store_ops_release(&get, 1);
	store_close(store);
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_bytes_and_no_rest)
{
	struct store *store = store_t_open("fs");
	const struct rlimit small = {4096, RLIM_INFINITY};
	char bytes[10000] = {0};
	struct store_op put =
	    STORE_PUT("a/b", STORE_ALWAYS, NULL, bytes, sizeof bytes);
	char *before, *after;

	store_t_put(store, "a/b", "old");
	before = store_t_etag(store, "a/b");
	/* The write comes back short first, then not at all. */
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	store_t_expect(store, &put, STORE_FAILED);
	put.key = "a/new";
	store_t_expect(store, &put, STORE_FAILED);

	store_t_check(store, "a/b", "old");
	store_t_check(store, "a/new", NULL);
	after = store_t_etag(store, "a/b");
	ck_assert_str_eq(before, after);
	ck_assert_uint_eq(count_entries(".tmp"), 0);
	free(before);
	free(after);
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

#define A_PUT(key) STORE_PUT(key, STORE_ALWAYS, NULL, "x", 1)

START_TEST(a_put_is_on_the_disk_before_it_is_acknowledged)
{
	struct store *store = store_t_open("fs");

	steps[0] = '\0';
	store_t_put(store, "a/b/c", "x");
	ck_assert_str_eq(steps, "dmdmdfrd"); /* the root's own entry first */
	steps[0] = '\0';
	store_t_put(store, "a/b/c", "x");
	ck_assert_str_eq(steps, "frd");
	steps[0] = '\0';
	expect_remove(store, "a/b/c", STORE_OK);
	ck_assert_str_eq(steps, "d");
	store_close(store);
}
END_TEST

START_TEST(a_folder_that_was_there_is_synced_once_by_each_process)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "a/b/c", "x");
	store_close(store);
	store = store_t_open("fs");
	steps[0] = '\0';
	store_t_put(store, "a/b/c", "x");
	ck_assert_str_eq(steps, "dddfrd");
	steps[0] = '\0';
	store_t_put(store, "a/b/d", "x");
	ck_assert_str_eq(steps, "frd");
	store_close(store);
}
END_TEST

START_TEST(a_put_after_a_failed_sync_of_its_new_folder_syncs_it)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "x", "x"); /* the root's own entry is synced */
	broken_folder = 2;            /* the root has "a" now, "a" has "b" */
	expect_put(store, "a/b/c", STORE_FAILED);
	steps[0] = '\0';
	store_t_put(store, "a/b/c", "x");
	ck_assert_str_eq(steps, "ddfrd");
	store_close(store);
}
END_TEST

START_TEST(a_batch_syncs_a_folder_once_after_its_last_rename)
{
	struct store *store = store_t_open("fs");
	struct store_op puts[] = {A_PUT("a/1"), A_PUT("a/2"), A_PUT("a/3")};
	struct store_op removes[] = {STORE_REMOVE("a/1", STORE_ALWAYS, NULL),
	    STORE_REMOVE("a/2", STORE_ALWAYS, NULL)};
	struct store_op both[] = {A_PUT("a/1"), A_PUT("b/1"), A_PUT("a/2")};
	struct err err = ERR_INIT;

	store_t_put(store, "a/b", "x");
	store_t_put(store, "b/b", "x");
	steps[0] = '\0';
	ck_assert_int_eq(store_run(store, puts, ARRAY_LEN(puts), &err), 0);
	ck_assert_str_eq(steps, "frfrfrd");
	steps[0] = '\0';
	ck_assert_int_eq(
	    store_run(store, removes, ARRAY_LEN(removes), &err), 0);
	ck_assert_str_eq(steps, "d");
	steps[0] = '\0';
	ck_assert_int_eq(store_run(store, both, ARRAY_LEN(both), &err), 0);
	ck_assert_str_eq(steps, "frdfrdfrd");
	store_ops_release(puts, ARRAY_LEN(puts));
	store_ops_release(removes, ARRAY_LEN(removes));
	store_ops_release(both, ARRAY_LEN(both));
	store_close(store);
}
END_TEST

START_TEST(a_folder_that_cannot_be_synced_fails_all_its_writes_of_the_batch)
{
	struct store *store = store_t_open("fs");
	struct store_op ops[] = {A_PUT("a/1"), A_PUT("b/1"), A_PUT("b/2"),
	    STORE_REMOVE("b/b", STORE_ALWAYS, NULL), STORE_GET("b/3"),
	    A_PUT("c/1"), A_PUT("b/4")};
	static const enum store_result results[] = {STORE_OK, STORE_FAILED,
	    STORE_FAILED, STORE_FAILED, STORE_OK, STORE_OK, STORE_OK};
	struct err err = ERR_INIT;
	size_t i;

	store_t_put(store, "a/b", "x");
	store_t_put(store, "b/b", "x");
	store_t_put(store, "b/3", "x");
	store_t_put(store, "c/b", "x");
	broken_folder = 2; /* that of b/ */
	ck_assert_int_eq(store_run(store, ops, ARRAY_LEN(ops), &err), -1);
	for (i = 0; i < ARRAY_LEN(ops); i++)
		ck_assert_msg(ops[i].result == results[i], "%zu", i);
	ck_assert(!ops[1].barred);
	ck_assert_str_eq(ops[1].new_etag.s, "");
	store_ops_release(ops, ARRAY_LEN(ops));
	store_close(store);
}
END_TEST

START_TEST(a_new_folder_syncs_no_more_than_the_one_that_it_is_in)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "t/u/1/a", "x");
	steps[0] = '\0';
	store_t_put(store, "t/u/2/a", "x");
	ck_assert_str_eq(steps, "mdfrd");
	/* A folder that somebody took away is made with all above it. */
	ck_assert_int_eq(rename(path("t"), path("../t")), 0);
	steps[0] = '\0';
	store_t_put(store, "t/u/3/a", "x");
	ck_assert_str_eq(steps, "mdmdmdfrd");
	store_close(store);
}
END_TEST

/* Fails the sync of the folder after the rename. */
static void
put_half(struct store *store, const char *key)
{
	store_t_put(store, "a/first", "x");
	broken_folder = 1;
	expect_put(store, key, STORE_FAILED);
	store_t_check(store, key, "evil");
	steps[0] = '\0';
}

START_TEST(a_blob_that_exists_is_synced_before_that_is_said)
{
	struct store *store = store_t_open("fs");
	struct store_op put = STORE_PUT("a/b", STORE_IF_NEW, NULL, "evil", 4);

	put_half(store, "a/b");
	store_t_expect(store, &put, STORE_EXISTS);
	ck_assert_str_eq(steps, "d");
	broken_folder = 1;
	store_t_expect(store, &put, STORE_FAILED);
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

START_TEST(a_removal_of_nothing_is_synced_before_that_is_said)
{
	struct store *store = store_t_open("fs");

	put_half(store, "a/b");
	broken_folder = 1;
	expect_remove(store, "a/b", STORE_FAILED);
	store_t_check(store, "a/b", NULL);
	steps[0] = '\0';
	expect_remove(store, "a/b", STORE_ABSENT);
	ck_assert_str_eq(steps, "d");
	expect_remove(store, "no/folder", STORE_ABSENT);
	store_close(store);
}
END_TEST

START_TEST(what_was_seen_lasts_once_it_is_persisted)
{
	struct store *store = store_t_open("fs");
	struct err err = ERR_INIT;

	put_half(store, "a/b");
	ck_assert_int_eq(store_persist(store, "a/b", &err), 0);
	ck_assert_str_eq(steps, "d");
	broken_folder = 1;
	ck_assert_int_eq(store_persist(store, "a/", &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	ck_assert_int_eq(store_persist(store, "no/folder/", &err), 0);
	store_close(store);
}
END_TEST

START_TEST(a_broken_disk_fails_the_put_and_leaves_no_rest)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "a/b", "old");
	disk_is_broken = true;
	expect_put(store, "a/b", STORE_FAILED);
	expect_put(store, "new/b", STORE_FAILED);
	disk_is_broken = false;
	store_t_check(store, "a/b", "old");
	store_t_check(store, "new/b", NULL);
	ck_assert_uint_eq(count_entries(".tmp"), 0);
	store_close(store);
}
END_TEST

/* Puts blobs of one letter each, for ever. */
static void
write_for_ever(unsigned seed)
{
	struct store *store = store_t_open("fs");
	size_t len = 200000;
	char *bytes = std_alloc(len);
	struct err err;
	unsigned i;

	for (i = seed;; i++) {
		char key[32];
		struct store_op put = STORE_PUT(
		    key, STORE_ALWAYS, NULL, bytes, 1000 + i * 7919 % 190000);

		snprintf(key, sizeof key, "kill/%u/%u", i % 3, i % 5);
		memset(bytes, 'a' + (int)(i % 26), len);
		if (store_run(store, &put, 1, &err) == -1)
			_exit(1);
		store_ops_release(&put, 1);
	}
}

static void
check_whole(struct store *store)
{
	struct store_list list = STORE_LIST_INIT;
	struct err err;
	size_t i;

	ck_assert_int_eq(store_list(store, "kill/", &list, &err), 0);
	for (i = 0; i < list.n; i++) {
		struct store_op get = STORE_GET(list.items[i].key);

		store_t_expect(store, &get, STORE_OK);
		ck_assert_str_eq(get.new_etag.s, list.items[i].etag);
		ck_assert_uint_ge(get.body.len, 1000);
		/* One letter: each byte is as its neighbour. */
		ck_assert(
		    memcmp(get.body.s, get.body.s + 1, get.body.len - 1) == 0);
		store_ops_release(&get, 1);
	}
	store_list_release(&list);
}

START_TEST(kills_leave_no_half_blob_and_no_lock)
{
	struct store *store = store_t_open("fs");
	unsigned i, rounds = t_long() ? 500 : 40;
	int status;

	for (i = 0; i < rounds; i++) {
		const struct timespec t = {
		    0, (long)(i * 977 % 20 + 1) * 1000000};
		pid_t pid = fork();

		ck_assert_int_ne(pid, -1);
		if (pid == 0)
			write_for_ever(i * 31);
		nanosleep(&t, NULL); /* the moment varies */
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		ck_assert(WIFSIGNALED(status));
		check_whole(store);
	}
	store_t_put(store, "kill/0/0", "still to be written");
	store_close(store);
}
END_TEST

static pid_t
begin(void (*fn)(struct store *))
{
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		fn(store_t_open("fs"));
		_exit(0);
	}
	return pid;
}

/* It ends, and all was well with it. */
static void
expect_end(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
check_waits(void (*fn)(struct store *), int fd, int how)
{
	pid_t pid;

	ck_assert_int_eq(flock(fd, how), 0);
	pid = begin(fn);
	ck_assert(t_await_waiter(fd));
	ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	expect_end(pid);
}

static void
put_it(struct store *store)
{
	store_t_put(store, "a/b", "new");
}

static void
remove_it(struct store *store)
{
	expect_remove(store, "a/b", STORE_OK);
}

static void
read_it(struct store *store)
{
	struct store_op get = STORE_GET("a/b");

	store_t_expect(store, &get, STORE_OK);
}

static void
list_it(struct store *store)
{
	expect_names(store, "a/", 1);
}

/* The file in .locks/ of the only key that was written so far. */
static int
lock_file(void)
{
	DIR *dir = opendir(path(".locks"));
	struct dirent *entry;
	int fd = -1;

	ck_assert_uint_eq(count_entries(".locks"), 1);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			fd = openat(dirfd(dir), entry->d_name, O_RDWR);
	closedir(dir);
	ck_assert_int_ne(fd, -1);
	return fd;
}

START_TEST(writers_of_a_key_wait_for_each_other_but_readers_pass)
{
	struct store *store = store_t_open("fs");
	pid_t reader;
	int fd;

	store_t_put(store, "a/b", "x");
	fd = lock_file();
	check_waits(put_it, fd, LOCK_EX);

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	reader = begin(read_it);
	expect_end(reader);
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	check_waits(remove_it, fd, LOCK_EX);
	close(fd);
	store_close(store);
}
END_TEST

/* Expects the op to end soon after its deadline, though a lock is held. */
static void
check_gives_up(struct store *store, struct store_op *op)
{
	int64_t began = clock_monotonic_ms();

	store_set_deadline(store, began + 200);
	store_t_expect(store, op, STORE_FAILED);
	ck_assert_int_eq(op->err.code, ERR_STORE);
	ck_assert_ptr_nonnull(strstr(op->err.detail, strerror(ETIMEDOUT)));
	ck_assert_int_ge(clock_monotonic_ms() - began, 190);
	ck_assert_int_lt(clock_monotonic_ms() - began, 5000);
	store_set_deadline(store, 0);
	store_ops_release(op, 1);
}

/* A worker that is stopped (SIGSTOP) keeps its locks. */
START_TEST(a_stopped_writer_holds_up_nobody_past_a_deadline)
{
	struct store *store = store_t_open("fs");
	struct store_list list = STORE_LIST_INIT;
	struct store_op put = STORE_PUT("a/b", STORE_ALWAYS, NULL, "y", 1);
	struct store_op remove = STORE_REMOVE("a/b", STORE_ALWAYS, NULL);
	struct store_op names = STORE_LIST("a/", &list);
	int fd, folder;

	store_t_put(store, "a/b", "x");
	fd = lock_file();
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	check_gives_up(store, &put);
	check_gives_up(store, &remove);
	store_t_check(store, "a/b", "x");
	close(fd);

	folder = open(path("a"), O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(folder, -1);
	ck_assert_int_eq(flock(folder, LOCK_EX), 0);
	check_gives_up(store, &names);
	check_gives_up(store, &put);
	store_t_check(store, "a/b", "x");
	ck_assert_uint_eq(count_entries(".tmp"), 0);
	close(folder);
	store_t_put(store, "a/b", "z");
	store_close(store);
}
END_TEST

START_TEST(no_entry_moves_while_names_are_read)
{
	struct store *store = store_t_open("fs");
	int fd;

	store_t_put(store, "a/b", "x");
	fd = open(path("a"), O_RDONLY | O_DIRECTORY);
	check_waits(list_it, fd, LOCK_SH);
	check_waits(put_it, fd, LOCK_EX);
	check_waits(remove_it, fd, LOCK_EX);
	close(fd);
	store_close(store);
}
END_TEST

static void
set_mtime(const char *name, time_t t)
{
	const struct timespec times[2] = {{t, 0}, {t, 0}};

	ck_assert_int_eq(utimensat(AT_FDCWD, path(name), times, 0), 0);
}

START_TEST(files_of_dead_writers_are_swept_at_the_start)
{
	struct store *store = store_t_open("fs");
	int fd;

	write_file(".tmp/dead", "x");
	write_file(".tmp/alive", "x");
	set_mtime(".tmp/alive", 0);
	fd = open(path(".tmp/alive"), O_RDONLY);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	store_close(store);

	store = store_t_open("fs");
	ck_assert_int_eq(access(path(".tmp/dead"), F_OK), -1);
	ck_assert_int_eq(access(path(".tmp/alive"), F_OK), 0);
	expect_names(store, "", 0);
	store_close(store);
	close(fd);
}
END_TEST

/* Puts while another process starts again and again. */
static void
open_for_ever(struct store *store)
{
	for (;;) {
		store_close(store);
		store = store_t_open("fs");
	}
}

START_TEST(a_start_leaves_the_files_of_live_writers)
{
	struct store *store = store_t_open("fs");
	pid_t pid = begin(open_for_ever);
	int i;

	for (i = 0; i < 200; i++)
		store_t_put(store, "a/b", "x");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_uint_eq(count_entries(".tmp"), 0);
	store_close(store);
}
END_TEST

static struct timespec
mtime(const char *name)
{
	struct stat st;

	ck_assert_int_eq(stat(path(name), &st), 0);
	return st.st_mtim;
}

static void
check_rises(struct timespec from, struct timespec to)
{
	ck_assert(to.tv_sec > from.tv_sec ||
		  (to.tv_sec == from.tv_sec && to.tv_nsec > from.tv_nsec));
}

START_TEST(times_rise_though_the_clock_was_set_back)
{
	struct store *store = store_t_open("fs");
	struct store_op get = STORE_GET("a");
	struct timespec first, second, third;

	store_t_put(store, "a", "x");
	set_mtime("a", 4000000000);
	/* Nobody knows how old it is. */
	store_t_expect(store, &get, STORE_OK);
	ck_assert_int_eq(get.age_ms, -1);
	store_ops_release(&get, 1);
	first = mtime("a");
	store_t_put(store, "a", "x");
	second = mtime("a");
	check_rises(first, second);

	/* The lock remembers what the removed blob had. */
	expect_remove(store, "a", STORE_OK);
	store_t_put(store, "a", "x");
	third = mtime("a");
	check_rises(second, third);
	store_close(store);
}
END_TEST

START_TEST(an_etag_outlives_the_process)
{
	struct store *store = store_t_open("fs");
	char *before, *after;

	store_t_put(store, "a", "x");
	before = store_t_etag(store, "a");
	store_close(store);
	store = store_t_open("fs");
	after = store_t_etag(store, "a");
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	store_close(store);
}
END_TEST

START_TEST(a_moved_folder_is_noticed)
{
	struct store *store = store_t_open("fs");

	store_t_put(store, "a/b", "x");
	store_t_check(store, "a/b", "x");
	ck_assert_int_eq(rename(path("a"), path("moved")), 0);
	store_t_check(store, "a/b", NULL);
	store_t_check(store, "moved/b", "x");
	store_close(store);
}
END_TEST

/* List the keys that begin with t/0042, which are `n`; return how often that
 * read a folder. */
static unsigned
list_some(struct store *store, size_t n)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op op = STORE_LIST("t/0042", &list);
	struct err err = ERR_INIT;
	unsigned before = reads;

	ck_assert_int_eq(store_run(store, &op, 1, &err), 0);
	ck_assert_uint_eq(list.n, n);
	store_list_release(&list);
	return reads - before;
}

START_TEST(a_folder_is_read_for_some_of_it_only_after_a_change)
{
	struct store *store = store_t_open("fs"), *other = store_t_open("fs");
	int64_t until = clock_monotonic_ms() + 10000;

	store_t_put(store, "t/0042-a", "x");
	store_t_put(store, "t/0420-b", "x");
	store_t_put(store, "t/0041-c", "x");
	/* Once the change is past. */
	while (list_some(store, 1) != 0)
		ck_assert_int_lt(clock_monotonic_ms(), until);
	ck_assert_uint_eq(list_some(store, 1), 0);

	store_t_put(other, "t/0042-d", "x");
	ck_assert_uint_eq(list_some(store, 2), 1);
	/* Changes of one moment, which have one time. */
	store_t_put(other, "t/0042-e", "x");
	ck_assert_uint_eq(list_some(store, 3), 1);
	ck_assert_int_eq(unlink(path("t/0042-d")), 0);
	ck_assert_uint_eq(list_some(store, 2), 1);
	ck_assert_int_eq(rename(path("t/0041-c"), path("t/0042-c")), 0);
	ck_assert_uint_eq(list_some(store, 3), 1);

	while (list_some(store, 3) != 0)
		ck_assert_int_lt(clock_monotonic_ms(), until);
	ck_assert_int_eq(rename(path("t"), path("old")), 0);
	ck_assert_uint_eq(list_some(store, 0), 0);
	store_t_put(other, "t/0042-f", "x");
	ck_assert_uint_eq(list_some(store, 1), 1);
	store_close(store);
	store_close(other);
}
END_TEST

/* How often an entry of a folder was read. */
static unsigned entries;

struct dirent *
readdir(DIR *dir)
{
	static struct dirent *(*next)(DIR *);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "readdir");
	entries++;
	return next(dir);
}

/* List the keys that begin with t/0042, which are `n`, and assert that no folder
 * was read for that, or that one was. */
static void
expect_some(struct store *store, size_t n, bool read)
{
	entries = 0;
	list_some(store, n);
	ck_assert_int_eq(entries > 0, read);
}

START_TEST(what_the_store_has_changed_is_found_without_reading_the_folder)
{
	struct store *store = store_t_open("fs"), *other = store_t_open("fs");
	/* Of the clock by which old kernels date folders. */
	const struct timespec tick = {0, 11000000};

	store_t_put(store, "t/0042-a", "x");
	store_t_put(store, "t/0420-b", "x");
	expect_some(store, 1, true);
	store_t_put(other, "t/0042-c", "x");
	store_t_put(other, "t/0042-a", "y");
	store_t_put(other, "t/0042", "y");
	expect_some(store, 3, false);
	expect_remove(other, "t/0042-a", STORE_OK);
	store_t_put(other, "t/0042-d", "x");
	expect_remove(other, "t/0042-d", STORE_OK);
	expect_some(store, 2, false);
	store_t_put(store, "t/0042-a", "again");
	expect_some(store, 3, false);
	nanosleep(&tick, NULL);
	ck_assert_int_eq(unlink(path("t/0042-a")), 0);
	expect_some(store, 2, true);
	store_close(store);
	store_close(other);
}
END_TEST

START_TEST(stored_blobs_are_closed_to_other_users)
{
	struct store *store = store_t_open("fs");
	struct stat st;

	umask(0);
	store_t_put(store, "a/b/c", "x");
	ck_assert_int_eq(stat(path("a"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(stat(path("a/b/c"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(stat(path(""), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	store_close(store);
}
END_TEST

START_TEST(a_folder_is_made_with_its_parents)
{
	struct store *store = NULL;
	struct err err;
	char dir[1024];
	const struct store_options options = {.fs_dir = dir};

	snprintf(dir, sizeof dir, "%s/x/y//z/", t_scratch());
	ck_assert_int_eq(store_fs_open(&options, &store, &err), 0);
	store_t_put(store, "a", "x");
	store_close(store);
	ck_assert_int_eq(store_fs_open(&options, &store, &err), 0);
	store_t_check(store, "a", "x");
	ck_assert_str_eq(store_kind(store), "fs");
	store_close(store);
}
END_TEST

START_TEST(a_folder_that_is_only_read_stays_as_it_is)
{
	struct store *store = NULL;
	struct err err = ERR_INIT;
	struct stat st;
	char dir[1024], file[1100];
	struct store_options options = {.fs_dir = dir, .only_read = true};

	snprintf(dir, sizeof dir, "%s/only", t_scratch());
	ck_assert_int_eq(store_fs_open(&options, &store, &err), -1);
	ck_assert_int_eq(stat(dir, &st), -1);
	ck_assert_int_eq(mkdir(dir, 0500), 0);
	ck_assert_int_eq(store_fs_open(&options, &store, &err), 0);
	store_close(store);
	snprintf(file, sizeof file, "%s/.tmp", dir);
	ck_assert_int_eq(stat(file, &st), -1);
	snprintf(file, sizeof file, "%s/.locks", dir);
	ck_assert_int_eq(stat(file, &st), -1);
}
END_TEST

START_TEST(an_impossible_folder_is_a_bad_setting)
{
	static const char *const dirs[] = {
	    "", "/proc/nothing/here", "/dev/null", "/dev/null/x"};
	struct store *store = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(dirs); i++) {
		const struct store_options options = {.fs_dir = dirs[i]};
		struct err err = ERR_INIT;

		ck_assert_int_eq(store_fs_open(&options, &store, &err), -1);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_str_ne(err.detail, "");
		ck_assert_ptr_null(store);
	}
}
END_TEST

T_MAIN("store_fs", a_linked_file_is_absent_and_stays_untouched,
    a_linked_folder_leads_nowhere, an_entry_that_is_no_file_is_absent,
    what_is_no_file_is_listed_apart_by_its_kind,
    a_put_onto_what_is_no_file_is_barred,
    a_file_that_may_not_be_read_is_barred_and_others_are_read,
    names_that_are_no_keys_are_listed_apart,
    an_unreadable_folder_is_a_fault_and_not_empty,
    a_full_disk_leaves_the_old_bytes_and_no_rest,
    a_put_is_on_the_disk_before_it_is_acknowledged,
    a_folder_that_was_there_is_synced_once_by_each_process,
    a_batch_syncs_a_folder_once_after_its_last_rename,
    a_folder_that_cannot_be_synced_fails_all_its_writes_of_the_batch,
    a_new_folder_syncs_no_more_than_the_one_that_it_is_in,
    a_put_after_a_failed_sync_of_its_new_folder_syncs_it,
    a_blob_that_exists_is_synced_before_that_is_said,
    a_removal_of_nothing_is_synced_before_that_is_said,
    what_was_seen_lasts_once_it_is_persisted,
    a_broken_disk_fails_the_put_and_leaves_no_rest,
    kills_leave_no_half_blob_and_no_lock,
    writers_of_a_key_wait_for_each_other_but_readers_pass,
    a_stopped_writer_holds_up_nobody_past_a_deadline,
    no_entry_moves_while_names_are_read,
    files_of_dead_writers_are_swept_at_the_start,
    a_start_leaves_the_files_of_live_writers,
    times_rise_though_the_clock_was_set_back, an_etag_outlives_the_process,
    a_moved_folder_is_noticed,
    a_folder_is_read_for_some_of_it_only_after_a_change,
    what_the_store_has_changed_is_found_without_reading_the_folder,
    stored_blobs_are_closed_to_other_users, a_folder_is_made_with_its_parents,
    a_folder_that_is_only_read_stays_as_it_is,
    an_impossible_folder_is_a_bad_setting)
