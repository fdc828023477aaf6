/* A list that is kept, and what the store tells of changes since. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/list_memory.h"
#include "backend/fs_changes.h"
#include "base/buf.h"
#include "base/std.h"
#include "store_t.h"

#define FOLDER  "raw/ada/tasks/"
#define TOLD_BY "state/ada/cacheVersion.txt"

/* A process that dies in the middle of a put. */
static bool dies;

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (dies)
		_exit(0);
	return (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
}

/* An old kernel: all that happens is within one tick of its clock. */
static bool ticks;
static struct timespec ticked;

int
fstat(int fd, struct stat *st)
{
	int rc = (int)syscall(SYS_fstat, fd, st);

	if (rc == 0 && ticks && S_ISDIR(st->st_mode))
		st->st_ctim = ticked;
	return rc;
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

/* What somebody keeps of the folder. */
struct kept {
	struct store *store;
	struct store_list list;
	bool changes; /* the last look was told these alone */
	size_t told;  /* and of so many blobs */
	char mark[STORE_MARK_MAX + 1];
};

static void
open_kept(struct kept *kept)
{
	memset(kept, 0, sizeof *kept);
	kept->store = store_t_open("fs");
}

static void
close_kept(struct kept *kept)
{
	store_list_release(&kept->list);
	store_close(kept->store);
}

static void
look(struct kept *kept)
{
	struct store_list list = STORE_LIST_SINCE(kept->mark, TOLD_BY);
	struct err err = ERR_INIT;

	ck_assert_int_eq(store_list(kept->store, FOLDER, &list, &err), 0);
	kept->changes = list.changes;
	kept->told = list.n;
	list_memory_update(&kept->list, &list, "ada");
	snprintf(kept->mark, sizeof kept->mark, "%s", list.mark);
	store_list_release(&list);
}

/* Compare what is kept with what is there. */
static void
check_true(struct kept *kept)
{
	struct store_list all = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	size_t i;

	ck_assert_int_eq(store_list(kept->store, FOLDER, &all, &err), 0);
	ck_assert_uint_eq(kept->list.n, all.n);
	for (i = 0; i < all.n; i++) {
		const char *key = all.items[i].key;
		size_t k;

		for (k = 0; k < kept->list.n &&
			    strcmp(kept->list.items[k].key, key) != 0;
		     k++)
			;
		ck_assert_uint_lt(k, kept->list.n);
		ck_assert_str_eq(kept->list.items[k].etag, all.items[i].etag);
	}
	store_list_release(&all);
}

/* Look, see that only so many blobs were told of, and that nothing is missing. */
static void
expect_changes(struct kept *kept, size_t n)
{
	look(kept);
	ck_assert(kept->changes);
	ck_assert_uint_eq(kept->told, n);
	check_true(kept);
}

/* Look, and see that all were looked at. */
static void
expect_all(struct kept *kept)
{
	look(kept);
	ck_assert(!kept->changes);
	check_true(kept);
}

static const char *
path_of(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof path, "%s/" FOLDER "%s", store_t_dir(), name);
	return path;
}

/* Let the kernel's clock tick, which old kernels date folders by. */
static void
tick(void)
{
	const struct timespec t = {0, 11000000};

	nanosleep(&t, NULL);
}

static void
write_by_hand(const char *name, const char *text)
{
	FILE *f;

	tick();
	f = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void
drop(struct store *store, const char *key)
{
	struct store_op remove = STORE_REMOVE(key, STORE_ALWAYS, NULL);

	store_t_expect(store, &remove, STORE_OK);
	store_ops_release(&remove, 1);
}

/* Put three blobs, and keep their list. */
static void
begin(struct kept *kept)
{
	open_kept(kept);
	store_t_put(kept->store, FOLDER "0001-a.md", "a");
	store_t_put(kept->store, FOLDER "0002-b.md", "b");
	store_t_put(kept->store, FOLDER "0003-c.md", "c");
	expect_all(kept);
	ck_assert_str_ne(kept->mark, "");
}

START_TEST(only_what_has_changed_is_told)
{
	struct kept kept;
	struct store *other = store_t_open("fs");

	begin(&kept);
	expect_changes(&kept, 0);
	store_t_put(other, FOLDER "0002-b.md", "other");
	store_t_put(other, FOLDER "0004-d.md", "d");
	store_t_put(other, FOLDER "0004-d.md", "dd");
	store_t_put(other, "raw/eve/tasks/0001-e.md", "e");
	drop(other, FOLDER "0001-a.md");
	expect_changes(&kept, 3);
	expect_changes(&kept, 0);
	/* Back to what there was. */
	store_t_put(kept.store, FOLDER "0001-a.md", "a");
	drop(kept.store, FOLDER "0004-d.md");
	expect_changes(&kept, 2);
	store_close(other);
	close_kept(&kept);
}
END_TEST

START_TEST(two_who_keep_a_list_do_not_disturb_each_other)
{
	struct kept one, two;

	begin(&one);
	open_kept(&two);
	expect_all(&two);
	store_t_put(one.store, FOLDER "0001-a.md", "1");
	expect_changes(&two, 1);
	store_t_put(two.store, FOLDER "0002-b.md", "2");
	expect_changes(&two, 1);
	expect_changes(&one, 2);
	close_kept(&one);
	close_kept(&two);
}
END_TEST

START_TEST(a_list_that_nobody_keeps_makes_no_log)
{
	struct store *store = store_t_open("fs");
	struct store_list list = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	char logs[1024];

	store_t_put(store, FOLDER "0001-a.md", "a");
	ck_assert_int_eq(store_list(store, FOLDER, &list, &err), 0);
	ck_assert_str_eq(list.mark, "");
	store_list_release(&list);
	snprintf(logs, sizeof logs, "%s/.locks/.changes", store_t_dir());
	ck_assert_int_eq(rmdir(logs), 0);
	store_close(store);
}
END_TEST

START_TEST(a_change_by_somebody_else_makes_everything_be_looked_at)
{
	struct kept kept;

	begin(&kept);
	write_by_hand("0009-hand.md", "by hand");
	expect_all(&kept);
	expect_changes(&kept, 0);
	/* Between two of the store. */
	store_t_put(kept.store, FOLDER "0001-a.md", "1");
	tick();
	ck_assert_int_eq(unlink(path_of("0009-hand.md")), 0);
	store_t_put(kept.store, FOLDER "0002-b.md", "2");
	expect_all(&kept);
	expect_changes(&kept, 0);
	close_kept(&kept);
}
END_TEST

/* Let so much time have passed since all files were looked at. */
static void
age_mark(struct kept *kept, long ms)
{
	char *last = strrchr(kept->mark, '-');
	long at = atol(last + 1);

	sprintf(last + 1, "%ld", at - ms);
}

START_TEST(bytes_written_in_place_are_seen_once_the_mark_is_old)
{
	struct kept kept;

	begin(&kept);
	age_mark(&kept, FS_CHANGES_TRUST_MS / 2);
	write_by_hand("0002-b.md", "in place");
	look(&kept);
	ck_assert(kept.changes);
	age_mark(&kept, FS_CHANGES_TRUST_MS / 2);
	expect_all(&kept);
	close_kept(&kept);
}
END_TEST

START_TEST(a_writer_that_dies_half_way_makes_everything_be_looked_at)
{
	struct kept kept;
	pid_t child;

	begin(&kept);
	child = fork();
	if (child == 0) {
		dies = true;
		store_t_put(store_t_open("fs"), FOLDER "0001-a.md", "dead");
		_exit(1);
	}
	ck_assert_int_gt(child, 0);
	waitpid(child, NULL, 0);
	expect_all(&kept);
	store_t_put(kept.store, FOLDER "0001-a.md", "alive");
	expect_changes(&kept, 1);
	close_kept(&kept);
}
END_TEST

START_TEST(a_long_log_is_begun_anew)
{
	struct kept kept;
	struct buf text = BUF_INIT;
	unsigned i;

	begin(&kept);
	for (i = 0; i < 2000; i++) {
		buf_reset(&text);
		buf_addf(&text, "%u", i);
		store_t_put(kept.store, FOLDER "0001-a.md", text.s);
	}
	expect_all(&kept);
	store_t_put(kept.store, FOLDER "0001-a.md", "end");
	expect_changes(&kept, 1);
	buf_release(&text);
	close_kept(&kept);
}
END_TEST

START_TEST(a_log_without_room_is_believed_by_nobody)
{
	struct rlimit limit = {0, RLIM_INFINITY};
	struct kept kept;

	begin(&kept);
	expect_changes(&kept, 0);
	/* The blob fits, the log does not. */
	signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = 20;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	store_t_put(kept.store, FOLDER "0002-b.md", "short");
	limit.rlim_cur = RLIM_INFINITY;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_all(&kept);
	expect_changes(&kept, 0);
	close_kept(&kept);
}
END_TEST

START_TEST(a_folder_with_more_than_blobs_is_always_looked_at)
{
	struct kept kept;

	begin(&kept);
	ck_assert_int_eq(mkdir(path_of("folder"), 0700), 0);
	expect_all(&kept);
	ck_assert_str_eq(kept.mark, "");
	expect_all(&kept);
	ck_assert_int_eq(rmdir(path_of("folder")), 0);
	expect_all(&kept);
	expect_changes(&kept, 0);
	close_kept(&kept);
}
END_TEST

START_TEST(a_folder_that_comes_late_or_anew_is_looked_at)
{
	struct kept kept;
	char old[1024];

	open_kept(&kept);
	expect_all(&kept);
	ck_assert_str_eq(kept.mark, "");
	close_kept(&kept);

	begin(&kept);
	snprintf(old, sizeof old, "%s/raw/old", store_t_dir());
	ck_assert_int_eq(rename(path_of(""), old), 0);
	expect_all(&kept);
	store_t_put(kept.store, FOLDER "0007-g.md", "g");
	expect_all(&kept);
	expect_changes(&kept, 0);
	close_kept(&kept);
}
END_TEST

START_TEST(a_broken_mark_is_none)
{
	static const char *const broken[] = {"x", "-", "0123456789abcdef-1-1.1",
	    "0123456789abcdef-99999-1.1-1", "0123456789abcdef-18-1.1-1"};
	struct kept kept;
	size_t i;

	begin(&kept);
	for (i = 0; i < ARRAY_LEN(broken); i++) {
		snprintf(kept.mark, sizeof kept.mark, "%s", broken[i]);
		expect_all(&kept);
	}
	/* Of another log, as long as this one. */
	kept.mark[0] = kept.mark[0] == '0' ? '1' : '0';
	expect_all(&kept);
	close_kept(&kept);
}
END_TEST

/* Count the blobs of a number. */
static size_t
count_number(struct store *store, unsigned number)
{
	struct store_list few = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	char prefix[40];
	size_t n;

	snprintf(prefix, sizeof prefix, FOLDER "%04u", number);
	ck_assert_int_eq(store_list(store, prefix, &few, &err), 0);
	n = few.n;
	store_list_release(&few);
	return n;
}

/* The clock of a folder cannot show it, so only the age of what is kept does. */
START_TEST(what_somebody_else_does_in_the_same_tick_is_found_in_a_minute)
{
	struct kept kept;
	const struct timespec settled = {0, 200000000};

	clock_gettime(CLOCK_REALTIME, &ticked);
	ticks = true;
	begin(&kept);
	ck_assert_uint_eq(count_number(kept.store, 42), 0);
	store_t_put(kept.store, FOLDER "0001-a.md", "1");
	write_by_hand("0042-hand.md", "by hand");
	ck_assert_uint_eq(count_number(kept.store, 1), 1);
	look(&kept);
	nanosleep(&settled, NULL);
	ck_assert_uint_eq(count_number(kept.store, 1), 1);
	later_s = FS_CHANGES_TRUST_MS / 1000 + 1;
	ck_assert_uint_eq(count_number(kept.store, 42), 1);
	expect_all(&kept);
	close_kept(&kept);
}
END_TEST

static unsigned seed;

static unsigned
below(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* Put a file in place of one of the folder, without the store. */
static void
replace_by_hand(const char *name, const char *text)
{
	char from[1024];

	write_by_hand(".hand", text);
	snprintf(from, sizeof from, "%s", path_of(".hand"));
	ck_assert_int_eq(rename(from, path_of(name)), 0);
}

/* Change the folder, mostly by way of the store. */
static void
change_one(struct store *store)
{
	char key[64], text[32];
	const char *name = key + strlen(FOLDER);
	struct store_op remove = STORE_REMOVE(key, STORE_ALWAYS, NULL);
	struct err err = ERR_INIT;

	snprintf(key, sizeof key, FOLDER "%04u-x.md", below(20));
	snprintf(text, sizeof text, "%u", below(1000000));
	switch (below(16)) {
	case 0:
		replace_by_hand(name, text);
		break;
	case 1:
		tick();
		unlink(path_of(name));
		break;
	case 2:
	case 3:
	case 4:
		ck_assert_int_eq(store_run(store, &remove, 1, &err), 0);
		store_ops_release(&remove, 1);
		break;
	default:
		store_t_put(store, key, text);
	}
}

/* Ask for the blobs of a number, and compare with the list of all that another
 * process gets. */
static void
check_number(struct store *store, struct store *other, unsigned number)
{
	struct store_list all = STORE_LIST_SHALLOW, few = STORE_LIST_SHALLOW;
	struct err err = ERR_INIT;
	char prefix[40];
	size_t i, n = 0;

	snprintf(prefix, sizeof prefix, FOLDER "%04u", number);
	ck_assert_int_eq(store_list(store, prefix, &few, &err), 0);
	ck_assert_int_eq(store_list(other, FOLDER, &all, &err), 0);
	for (i = 0; i < all.n; i++)
		n += std_starts(all.items[i].key, prefix);
	ck_assert_uint_eq(few.n, n);
	store_list_release(&all);
	store_list_release(&few);
}

START_TEST(whatever_changes_the_list_is_true)
{
	struct kept kept[2];
	unsigned i, told = 0;

	struct store *numbers = store_t_open("fs");

	seed = 7;
	begin(&kept[0]);
	open_kept(&kept[1]);
	for (i = 0; i < 1000; i++) {
		unsigned k = below(2), n = below(4);

		while (n-- > 0)
			change_one(kept[below(2)].store);
		check_number(numbers, kept[k].store, below(20));
		look(&kept[k]);
		check_true(&kept[k]);
		told += kept[k].changes && kept[k].told > 0;
	}
	ck_assert_uint_gt(told, 100);
	store_close(numbers);
	close_kept(&kept[0]);
	close_kept(&kept[1]);
}
END_TEST

/* A writer of its own, as fast as it can. */
static bool
write_much(unsigned i, void *arg)
{
	struct store *store = store_t_open("fs");
	unsigned k;

	(void)arg;
	seed = i;
	for (k = 0; k < 150; k++) {
		char key[64];
		struct store_op remove = STORE_REMOVE(key, STORE_ALWAYS, NULL);
		struct err err = ERR_INIT;

		snprintf(key, sizeof key, FOLDER "%04u-x.md", below(20));
		if (below(4) > 0)
			store_t_put(store, key, key);
		else if (store_run(store, &remove, 1, &err) == -1)
			return false;
		store_ops_release(&remove, 1);
	}
	store_close(store);
	return true;
}

START_TEST(who_looks_among_writers_misses_nothing)
{
	struct kept kept;
	unsigned told = 0, looks = 0;
	pid_t child;
	int status;

	begin(&kept);
	child = fork();
	if (child == 0) {
		store_t_fork(4, write_much, NULL);
		_exit(0);
	}
	ck_assert_int_gt(child, 0);
	while (waitpid(child, &status, WNOHANG) == 0) {
		look(&kept);
		looks++;
		told += kept.changes;
	}
	ck_assert_int_eq(status, 0);
	look(&kept);
	check_true(&kept);
	/* Nobody else was at work, so the chain never broke. */
	ck_assert_uint_eq(told, looks);
	close_kept(&kept);
}
END_TEST

T_MAIN("kept_list", only_what_has_changed_is_told,
    two_who_keep_a_list_do_not_disturb_each_other,
    a_list_that_nobody_keeps_makes_no_log,
    a_change_by_somebody_else_makes_everything_be_looked_at,
    bytes_written_in_place_are_seen_once_the_mark_is_old,
    a_writer_that_dies_half_way_makes_everything_be_looked_at,
    what_somebody_else_does_in_the_same_tick_is_found_in_a_minute,
    a_long_log_is_begun_anew, a_log_without_room_is_believed_by_nobody,
    a_folder_with_more_than_blobs_is_always_looked_at,
    a_folder_that_comes_late_or_anew_is_looked_at, a_broken_mark_is_none,
    whatever_changes_the_list_is_true, who_looks_among_writers_misses_nothing)
