/*
 * The index in two blobs, and what a process remembers of it (design.md 6, "The
 * index"): what they cost, and that no week ever tells of them.
 */
#include "base/std.h"
#include "edit/build.h"
#include "edit/edit.h"
#include "edit/mirror.h"
#include "edit/mirror_memory.h"
#include "t.h"
#include "week/ledger_json.h"
#include "week/week.h"
#include "week/week_task.h"
#include "world.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USER  "ada"
#define INDEX "artifacts/ada/tasks.json"
#define BASE  "artifacts/ada/tasks-base.json"
#define SYNC  "state/ada/sync.json"
#define TASKS "raw/ada/tasks/"

/* What requests to each blob of the index have carried. */
struct carried {
	size_t index_got, index_put, base_got, base_put, sync_got, all;
	unsigned requests;
};

static void
count_carried(void *arg, const struct store_event *event)
{
	struct carried *c = arg;
	bool put = event->verb == STORE_VERB_PUT;
	size_t bytes = event->bytes;

	c->requests++;
	if (event->verb != STORE_VERB_LIST)
		c->all += bytes;
	if (strcmp(event->key, INDEX) == 0)
		*(put ? &c->index_put : &c->index_got) += bytes;
	if (strcmp(event->key, SYNC) == 0)
		c->sync_got += bytes;
	if (strcmp(event->key, BASE) == 0)
		*(put ? &c->base_put : &c->base_got) += bytes;
}

/* How many files were looked at. */
static unsigned looks;

int
fstatat(int dir, const char *name, struct stat *st, int flags)
{
	looks++;
	return (int)syscall(SYS_newfstatat, dir, name, st, flags);
}

static void
print_task(struct buf *out, unsigned number, unsigned version)
{
	unsigned i;

	buf_reset(out);
	buf_addf(out,
	    "---\ntyp: task\nkategorie: %s\nstatus: %s\ntags: [v%u]\n---\n"
	    "# Nr %u, %u\n",
	    number % 3 == 0 ? "privat" : "arbeit",
	    version % 5 == 4 ? "abgebrochen" : "offen", version, number,
	    version);
	/* Each version has another length, so that no two have one ETag, as
	 * coarse as the times of the file system may be. */
	for (i = 0; i < version; i++)
		buf_addc(out, '\n');
}

/* Write a task as a program beside ours would. */
static void
put_task(struct host *h, unsigned number, unsigned version)
{
	struct buf key = BUF_INIT, bytes = BUF_INIT;

	buf_addf(&key, TASKS "%04u-Nr.md", number);
	print_task(&bytes, number, version);
	host_put_bytes(h, key.s, &bytes);
	buf_release(&key);
	buf_release(&bytes);
}

static void
put_tasks(struct host *h, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		put_task(h, i, 0);
}

/* Build the user's week whatever is stored. */
static int
build(struct host *h, struct mirror_memory *memory, struct err *err)
{
	struct build_job job = {.user = USER, .memory = memory, .anew = true};
	struct view_answer answer = VIEW_ANSWER_INIT;
	int rc = build_week(&h->app, &job, &answer, err);

	view_answer_release(&answer);
	return rc;
}

static struct carried
build_counted(struct host *h, struct mirror_memory *memory)
{
	struct carried c = {.all = 0};
	struct err err = ERR_INIT;

	store_watch(h->app.store, count_carried, &c);
	ok(build(h, memory, &err), &err);
	store_watch(h->app.store, NULL, NULL);
	return c;
}

START_TEST(an_edit_among_many_moves_a_small_index)
{
	struct carried cold, warm;
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 400);
	cold = build_counted(&h, h.memory);
	ck_assert_uint_gt(cold.base_put, 400 * 100);
	put_task(&h, 7, 1);
	warm = build_counted(&h, h.memory);
	ck_assert_uint_eq(warm.base_put + warm.base_got, 0);
	ck_assert_uint_lt(warm.index_got + warm.index_put, cold.base_put / 40);
	host_close(&h);
}
END_TEST

/* Load once more, and return how many files that has looked at. */
static unsigned
looks_of_load(struct host *h, bool whole)
{
	struct mirror mirror = MIRROR_WITH(h->memory);
	struct err err = ERR_INIT;

	mirror.whole = whole;
	looks = 0;
	ok(mirror_load(&h->app, USER, &mirror, &err), &err);
	ck_assert_uint_eq(mirror.set.n, 400);
	mirror_release(&mirror);
	return looks;
}

START_TEST(a_load_after_an_edit_looks_at_no_other_file)
{
	struct host h, other;

	host_open(&h, "a");
	host_open(&other, "b");
	put_tasks(&h, 400);
	ck_assert_uint_ge(looks_of_load(&h, false), 400);
	put_task(&h, 7, 1);
	put_task(&other, 8, 1);
	ck_assert_uint_lt(looks_of_load(&h, false), 10);
	ck_assert_uint_lt(looks_of_load(&h, false), 10);
	ck_assert_uint_ge(looks_of_load(&h, true), 400);
	ck_assert_uint_lt(looks_of_load(&h, false), 10);
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(few_tasks_have_no_base)
{
	struct carried cold, warm;
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 20);
	cold = build_counted(&h, h.memory);
	put_task(&h, 7, 1);
	warm = build_counted(&h, NULL);
	ck_assert_uint_eq(cold.base_put + warm.base_got, 0);
	ck_assert_uint_gt(warm.index_got, 20 * 100);
	ck_assert_uint_le(warm.requests, 9); /* two of them renew the token */
	host_close(&h);
}
END_TEST

START_TEST(a_base_is_put_once_in_many_changes)
{
	struct host h;
	unsigned i, bases = 0;

	host_open(&h, "a");
	put_tasks(&h, 300);
	build_counted(&h, h.memory);
	for (i = 0; i < 100; i++) {
		put_task(&h, 3 * i % 300, 1 + i % 4);
		bases += build_counted(&h, h.memory).base_put > 0;
	}
	ck_assert_uint_ge(bases, 1);
	ck_assert_uint_le(bases, 3);
	host_close(&h);
}
END_TEST

START_TEST(removals_make_a_new_base_in_the_end)
{
	struct host h;
	char key[40];
	unsigned i;

	host_open(&h, "a");
	put_tasks(&h, 100);
	build_counted(&h, h.memory);
	for (i = 0; i < 60; i++) {
		snprintf(key, sizeof key, TASKS "%04u-Nr.md", i);
		ck_assert_int_eq(unlink(host_path(key)), 0);
	}
	ck_assert_uint_gt(build_counted(&h, h.memory).base_put, 0);
	host_close(&h);
}
END_TEST

START_TEST(a_process_that_knows_nothing_reads_the_base_by_one_more_request)
{
	struct carried knows, new;
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 100);
	build_counted(&h, h.memory);
	put_task(&h, 7, 1);
	new = build_counted(&h, NULL);
	put_task(&h, 7, 2);
	knows = build_counted(&h, h.memory);
	ck_assert_uint_gt(new.base_got, 0);
	ck_assert_uint_eq(knows.base_got, 0);
	ck_assert_uint_eq(new.requests, knows.requests + 1);
	host_close(&h);
}
END_TEST

START_TEST(another_process_of_the_same_user_finds_its_base_again)
{
	struct host a, b;

	host_open(&a, "a");
	host_open(&b, "b");
	put_tasks(&a, 100);
	build_counted(&a, a.memory);
	ck_assert_uint_gt(build_counted(&b, b.memory).base_got, 0);
	put_task(&a, 1, 1);
	ck_assert_uint_eq(build_counted(&b, b.memory).base_got, 0);
	put_task(&a, 2, 1);
	ck_assert_uint_eq(build_counted(&a, a.memory).base_got, 0);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(records_are_read_only_after_a_change)
{
	struct host h;

	host_open(&h, "a");
	h.app.conf.github_owner = std_strdup("ada");
	h.app.conf.github_repo = std_strdup("vault");
	put_tasks(&h, 3);
	host_put(&h, SYNC, "{\"v\":1,\"files\":[]}");
	ck_assert_uint_gt(build_counted(&h, h.memory).sync_got, 0);
	put_task(&h, 1, 1);
	ck_assert_uint_eq(build_counted(&h, h.memory).sync_got, 0);
	host_put(&h, SYNC, "{\"v\":1,\"files\":[],\"state\":\"ok\"}");
	ck_assert_uint_gt(build_counted(&h, h.memory).sync_got, 0);
	host_close(&h);
}
END_TEST

/* What the files are, read by no index and no memory, in place of a mirror's. */
static void
read_files(struct host *h, struct taskset *set)
{
	struct store_list list = STORE_LIST_INIT;
	struct err err = ERR_INIT;
	size_t i;

	ok(store_list(h->app.store, TASKS, &list, &err), &err);
	for (i = 0; i < list.n; i++) {
		struct store_op get = STORE_GET(list.items[i].key);

		ok(store_run(h->app.store, &get, 1, &err), &err);
		taskset_add(set, list.items[i].key + strlen(TASKS),
		    get.new_etag.s, get.body.s, get.body.len);
		store_ops_release(&get, 1);
	}
	store_list_release(&list);
}

/* Print and pack a week, with what is known of the last one. */
static void
pack_week(struct buf *out, const struct week *week, struct gzip_parts *known)
{
	struct gzip_parts parts = GZIP_PARTS_INIT;
	int64_t until;

	week_print_parts(&parts, week, &until);
	gzip_parts_pack(out, &parts, known);
	gzip_parts_release(known);
	*known = parts;
}

/* Assert that weeks are the same, printed and packed. */
static void
expect_same(const struct gzip_parts *a, const struct buf *packed,
    const struct gzip_parts *b, const struct buf *want)
{
	const char *s = a->bytes.s, *t = b->bytes.s;
	size_t i = 0;

	while (s[i] != '\0' && s[i] == t[i])
		i++;
	ck_assert_msg(a->bytes.len == b->bytes.len && i == a->bytes.len,
	    "%.60s instead of %.60s", s + i, t + i);
	ck_assert(buf_eq(packed, want));
}

/* Load with a memory, and assert that its week is that of files and records. */
static void
expect_true_week(struct host *h, struct mirror_memory *memory)
{
	struct mirror mirror = MIRROR_WITH(memory);
	struct gzip_parts none = GZIP_PARTS_INIT;
	struct taskset set = TASKSET_INIT;
	struct ledger sync = LEDGER_INIT;
	struct buf packed = BUF_INIT, want = BUF_INIT, bytes = BUF_INIT;
	struct err err = ERR_INIT;
	struct week week;

	ok(mirror_load(&h->app, USER, &mirror, &err), &err);
	week_print_waiting(&mirror.set);
	week = mirror_week(&h->app, USER, &mirror, app_now(&h->app));
	pack_week(&packed, &week, &mirror.week);

	read_files(h, &set);
	host_get(h, SYNC, &bytes);
	(void)!ledger_json_parse(&bytes, &sync);
	week.set = &set;
	week.sync = week.sync != NULL ? &sync : NULL;
	pack_week(&want, &week, &none);
	expect_same(&mirror.week, &packed, &none, &want);
	mirror_release(&mirror);
	gzip_parts_release(&none);
	taskset_release(&set);
	ledger_release(&sync);
	buf_release(&packed);
	buf_release(&want);
	buf_release(&bytes);
}

/* Let a file have more bytes than a task may. */
static void
put_too_large(struct host *h, unsigned number)
{
	struct buf key = BUF_INIT, bytes = BUF_INIT;

	buf_addf(&key, TASKS "%04u-Nr.md", number);
	print_task(&bytes, number, 0);
	while (bytes.len <= TASK_FILE_MAX)
		buf_adds(&bytes, "mehr und mehr und mehr und mehr und mehr\n");
	host_put_bytes(h, key.s, &bytes);
	buf_release(&key);
	buf_release(&bytes);
}

START_TEST(files_that_become_too_large_take_the_place_of_their_tasks)
{
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 2);
	expect_true_week(&h, h.memory);
	put_too_large(&h, 0);
	put_too_large(&h, 1);
	expect_true_week(&h, h.memory);
	put_task(&h, 1, 2);
	expect_true_week(&h, h.memory);
	host_close(&h);
}
END_TEST

/* Append to a file in its place, which its folder does not show. */
static void
append_by_hand(const char *key)
{
	FILE *file = fopen(host_path(key), "a");

	ck_assert_ptr_nonnull(file);
	fputs("mehr\n", file);
	fclose(file);
}

START_TEST(a_week_that_is_asked_for_anew_has_what_was_written_in_place)
{
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 50);
	expect_true_week(&h, h.memory);
	append_by_hand(TASKS "0007-Nr.md");
	build_counted(&h, h.memory); /* anew */
	expect_true_week(&h, h.memory);
	host_close(&h);
}
END_TEST

/* Assert that a build that goes on from memory has the file as it is stored. */
static void
expect_stored_file(struct host *h, const char *file)
{
	struct mirror mirror = MIRROR_WITH(h->memory);
	struct taskset set = TASKSET_INIT;
	struct err err = ERR_INIT;

	mirror.heeds_index = true;
	ok(mirror_load(&h->app, USER, &mirror, &err), &err);
	read_files(h, &set);
	taskset_sort(&set);
	ck_assert_str_eq(taskset_find(&mirror.set, file)->etag,
	    taskset_find(&set, file)->etag);
	mirror_release(&mirror);
	taskset_release(&set);
}

START_TEST(a_week_keeps_what_another_process_has_found)
{
	struct host a, b;

	host_open(&a, "a");
	host_open(&b, "b");
	put_tasks(&a, 100);
	build_counted(&a, a.memory);
	append_by_hand(TASKS "0007-Nr.md");
	build_counted(&b, b.memory);
	expect_stored_file(&a, "0007-Nr.md");
	host_close(&a);
	host_close(&b);
}
END_TEST

/* Random histories */

#define FILES 220
#define OLDER 4

static unsigned seed;
static unsigned versions[FILES]; /* of each file; the next one to put */
static struct buf older[OLDER];  /* what INDEX or BASE has been */

static unsigned
roll(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* Let the kernel's clock tick, by which old kernels date folders. */
static void
tick(void)
{
	const struct timespec t = {0, 11000000};

	nanosleep(&t, NULL);
}

/* Save a longer file of that name as editors do, past the store. */
static void
save_by_hand(struct host *h, const char *key)
{
	char *temp = std_strdup(host_path("saved"));
	struct buf bytes = BUF_INIT;
	FILE *file = fopen(temp, "w");

	host_get(h, key, &bytes);
	ck_assert_ptr_nonnull(file);
	fprintf(file, "%smehr %u\n", bytes.s, roll(1000));
	fclose(file);
	ck_assert_int_eq(rename(temp, host_path(key)), 0);
	buf_release(&bytes);
	free(temp);
}

static void
change_file(struct host *h)
{
	unsigned number = roll(FILES);
	char key[40], away[40], *from;

	snprintf(key, sizeof key, TASKS "%04u-Nr.md", number);
	snprintf(away, sizeof away, TASKS "%04u-No.md", number);
	switch (roll(6)) {
	case 0:
		tick();
		unlink(host_path(key));
		break;
	case 1: /* another name, with the same times */
		tick();
		from = std_strdup(host_path(key));
		rename(from, host_path(away));
		free(from);
		break;
	case 2:
		tick();
		save_by_hand(h, key);
		break;
	default:
		put_task(h, number, ++versions[number]);
	}
}

/* Let a run note something of a file. */
static void
change_records(struct host *h)
{
	struct buf text = BUF_INIT;

	buf_addf(&text,
	    "{\"v\":1,\"files\":[{\"file\":\"%04u-Nr.md\",\"base\":\"%040u\","
	    "\"hash\":\"%064u\",\"etag\":\"%u\"}],\"intent\":{\"at\":0,"
	    "\"files\":[]},\"resolved\":[]}",
	    roll(FILES), roll(9), roll(9), roll(9));
	if (roll(8) == 0)
		text.len = roll((unsigned)text.len);
	host_put_bytes(h, SYNC, &text);
	buf_release(&text);
}

/* Remove, cut or replace a blob of the index. */
static void
break_index(struct host *h)
{
	const char *key = roll(2) == 0 ? INDEX : BASE;
	struct buf *old = &older[roll(OLDER)], now = BUF_INIT;

	host_get(h, key, &now);
	switch (roll(5)) {
	case 0:
		unlink(host_path(key));
		break;
	case 1:
		if (now.len > 0)
			truncate(
			    host_path(key), (off_t)roll((unsigned)now.len));
		break;
	case 2: /* of the other kind */
		host_put_bytes(h, strcmp(key, INDEX) == 0 ? BASE : INDEX, &now);
		break;
	case 3:
		if (old->len > 0)
			host_put_bytes(h, key, old);
		break;
	default:
		host_get(h, "artifacts/bob/tasks-base.json", &now);
		host_put_bytes(h, key, &now);
	}
	if (roll(2) == 0)
		host_get(h, key, old);
	buf_release(&now);
}

static void
die_at(void *arg, const struct store_op *op)
{
	unsigned *left = arg;

	if (op->verb == STORE_VERB_PUT && (*left)-- == 0)
		raise(SIGKILL);
}

/* Build in a process that is killed before one of its puts. */
static void
build_and_die(struct host *h)
{
	unsigned left = roll(4);
	struct err err = ERR_INIT;
	pid_t pid = fork();

	if (pid == 0) {
		h->plan.hook = die_at;
		h->plan.arg = &left;
		(void)!build(h, h->memory, &err);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* Build while one request fails, before or after it took place. */
static void
build_with_fault(struct host *h)
{
	struct err err = ERR_INIT;

	h->plan.ops = 0;
	h->plan.at = 1 + roll(12);
	h->plan.when = roll(2) == 0 ? STORE_FAULT_BEFORE : STORE_FAULT_AFTER;
	(void)!build(h, h->memory, &err);
	h->plan.at = 0;
}

static void
take_step(struct host hosts[2])
{
	struct host *h = &hosts[roll(2)];
	struct err err = ERR_INIT;

	switch (roll(12)) {
	case 0:
		break_index(h);
		break;
	case 1:
		build_and_die(h);
		break;
	case 2:
		build_with_fault(h);
		break;
	case 3:
		h->app.conf.now_offset_ms +=
		    1000 * ((int64_t)roll(7200) - 3600);
		break;
	case 4:
		change_records(h);
		break;
	case 5:
	case 6:
		ok(build(h, h->memory, &err), &err);
		break;
	default:
		change_file(h);
	}
}

/* A base that is another user's, for whoever mixes them up. */
static void
put_other_base(struct host *h)
{
	struct build_job job = {.user = "bob", .anew = true};
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct err err = ERR_INIT;
	char key[40];
	unsigned i;

	for (i = 0; i < FILES; i++) {
		snprintf(key, sizeof key, "raw/bob/tasks/%04u-Nr.md", i);
		host_put(h, key,
		    "---\ntyp: task\nkategorie: arbeit\n"
		    "status: offen\n---\n# Bobs\n");
	}
	ok(build_week(&h->app, &job, &answer, &err), &err);
	view_answer_release(&answer);
}

static void
live_through(unsigned history)
{
	struct host hosts[2];
	unsigned i;

	seed = history;
	host_open(&hosts[0], "a");
	host_open(&hosts[1], "b");
	for (i = 0; i < 2; i++) {
		hosts[i].app.conf.github_owner = std_strdup("ada");
		hosts[i].app.conf.github_repo = std_strdup("vault");
	}
	put_tasks(&hosts[0], FILES);
	put_other_base(&hosts[0]);
	for (i = 0; i < 100; i++) {
		take_step(hosts);
		expect_true_week(&hosts[roll(2)], hosts[roll(2)].memory);
		if (roll(8) == 0)
			expect_true_week(&hosts[0], NULL);
	}
	for (i = 0; i < 2; i++)
		host_close(&hosts[i]);
}

START_TEST(whatever_becomes_of_the_index_a_week_is_that_of_the_files)
{
	const char *from = getenv("T_SEED");
	unsigned first = from != NULL ? (unsigned)atoi(from) : 1;
	unsigned i, n = t_long() ? 40 : 2;

	for (i = first; i < first + n; i++) {
		printf("history %u\n", i);
		live_through(i);
	}
}
END_TEST

/* Memory */

static void
put_known(struct mirror_memory *memory, const char *user, unsigned files)
{
	struct mirror_known known = MIRROR_KNOWN_INIT;
	struct buf bytes = BUF_INIT;
	char file[20];
	unsigned i;

	for (i = 0; i < files; i++) {
		snprintf(file, sizeof file, "%04u-Nr.md", i);
		print_task(&bytes, i, 0);
		taskset_add(&known.set, file, "1", bytes.s, bytes.len);
	}
	mirror_memory_put(memory, user, &known);
	ck_assert_uint_eq(known.set.n, 0);
	buf_release(&bytes);
}

static size_t
take_known(struct mirror_memory *memory, const char *user)
{
	struct mirror_known known = MIRROR_KNOWN_INIT;
	size_t n;

	mirror_memory_take(memory, user, &known);
	n = known.set.n;
	mirror_memory_release(&known);
	return n;
}

START_TEST(the_user_who_was_used_least_recently_is_forgotten_first)
{
	struct mirror_memory *memory = mirror_memory_new(100000);
	struct mirror_known known = MIRROR_KNOWN_INIT;

	put_known(memory, "ada", 100);
	put_known(memory, "bob", 100);
	mirror_memory_take(memory, "ada", &known);
	mirror_memory_put(memory, "ada", &known);
	ck_assert_uint_le(mirror_memory_bytes(memory), 100000);
	put_known(memory, "cyd", 50);
	ck_assert_uint_le(mirror_memory_bytes(memory), 100000);
	ck_assert_uint_eq(take_known(memory, "bob"), 0);
	ck_assert_uint_eq(take_known(memory, "cyd"), 50);
	ck_assert_uint_eq(take_known(memory, "ada"), 100);
	ck_assert_uint_eq(take_known(memory, "ada"), 0);
	ck_assert_uint_eq(mirror_memory_bytes(memory), 0);
	mirror_memory_free(memory);
}
END_TEST

START_TEST(finding_one_of_many_users_takes_few_steps)
{
	const unsigned users = 5000;
	struct mirror_memory *memory = mirror_memory_new((size_t)24 << 20);
	uint64_t steps;
	char user[20];
	unsigned i;

	for (i = 0; i < users; i++) {
		snprintf(user, sizeof user, "user%u", i);
		put_known(memory, user, 1);
	}
	steps = mirror_memory_steps(memory);
	for (i = 0; i < users; i++) {
		snprintf(user, sizeof user, "user%u", i);
		ck_assert_uint_eq(take_known(memory, user), 1);
		ck_assert_uint_eq(take_known(memory, user), 0);
	}
	/* Twice for a take, as an entry is unlinked, and some in its way. */
	ck_assert_uint_lt(mirror_memory_steps(memory) - steps, 4 * users);
	ck_assert_uint_eq(mirror_memory_bytes(memory), 0);
	mirror_memory_free(memory);
}
END_TEST

START_TEST(a_user_too_large_for_memory_is_forgotten)
{
	struct mirror_memory *memory = mirror_memory_new(100000);

	put_known(memory, "ada", 10);
	put_known(memory, "bob", 5000);
	ck_assert_uint_eq(take_known(memory, "bob"), 0);
	ck_assert_uint_eq(take_known(memory, "ada"), 10);
	mirror_memory_free(memory);
}
END_TEST

/* Build while the store answers only so many requests, as a slow one does until
 * the deadline. */
static int
build_in_requests(struct host *h, struct mirror_memory *memory, unsigned n)
{
	struct err err = ERR_INIT;
	int rc;

	h->plan.ops = 0;
	h->plan.at = n + 1;
	h->plan.count = UINT_MAX;
	rc = build(h, memory, &err);
	h->plan.at = 0;
	if (rc == -1)
		ck_assert_int_eq(err.code, ERR_STORE);
	return rc;
}

START_TEST(a_load_goes_on_where_the_one_before_it_failed)
{
	struct host h;

	host_open(&h, "a");
	put_tasks(&h, 100);
	ck_assert_int_eq(build_in_requests(&h, h.memory, 40), -1);
	ck_assert_int_eq(build_in_requests(&h, NULL, 40), -1);
	ck_assert_int_eq(build_in_requests(&h, h.memory, 40), -1);
	ck_assert_int_eq(build_in_requests(&h, NULL, 40), -1);
	ck_assert_int_eq(build_in_requests(&h, h.memory, 40), 0);
	expect_true_week(&h, h.memory);
	host_close(&h);
}
END_TEST

START_TEST(a_load_that_fails_keeps_what_was_known)
{
	struct host h;
	struct err err = ERR_INIT;
	size_t before;
	unsigned n;

	host_open(&h, "a");
	put_tasks(&h, 50);
	ok(build(&h, h.memory, &err), &err);
	before = mirror_memory_bytes(h.memory);
	for (n = 0; n < 5; n++) {
		ck_assert_int_eq(build_in_requests(&h, h.memory, n), -1);
		ck_assert_uint_eq(mirror_memory_bytes(h.memory), before);
	}
	expect_true_week(&h, h.memory);
	host_close(&h);
}
END_TEST

START_TEST(a_file_that_changes_between_two_tries_is_read_again)
{
	struct host h;
	unsigned i;

	host_open(&h, "a");
	put_tasks(&h, 70);
	ck_assert_int_eq(build_in_requests(&h, h.memory, 40), -1);
	for (i = 0; i < 10; i++)
		put_task(&h, i, 1);
	ck_assert_int_eq(unlink(host_path(TASKS "0010-Nr.md")), 0);
	expect_true_week(&h, h.memory);
	host_close(&h);
}
END_TEST

T_MAIN("mirror", an_edit_among_many_moves_a_small_index,
    a_load_after_an_edit_looks_at_no_other_file,
    a_week_that_is_asked_for_anew_has_what_was_written_in_place,
    a_week_keeps_what_another_process_has_found,
    files_that_become_too_large_take_the_place_of_their_tasks,
    few_tasks_have_no_base, a_base_is_put_once_in_many_changes,
    removals_make_a_new_base_in_the_end,
    a_process_that_knows_nothing_reads_the_base_by_one_more_request,
    another_process_of_the_same_user_finds_its_base_again,
    records_are_read_only_after_a_change,
    whatever_becomes_of_the_index_a_week_is_that_of_the_files,
    the_user_who_was_used_least_recently_is_forgotten_first,
    finding_one_of_many_users_takes_few_steps,
    a_user_too_large_for_memory_is_forgotten,
    a_load_goes_on_where_the_one_before_it_failed,
    a_load_that_fails_keeps_what_was_known,
    a_file_that_changes_between_two_tries_is_read_again)
