/*
 * restore: in which order a store gets what a backup has.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/std.h"
#include "carry/backup.h"
#include "carry/restore.h"
#include "store/names.h"
#include "t.h"
#include "world.h"

#define SYNC "state/ada/sync.json"
#define EES  "eeeeeeeeeeeeeeee"
#define BASE "state/ada/records/" EES EES EES EES ".json"
#define TASK "raw/ada/tasks/0001.md"

/* Save all into a file of the scratch folder, and open that. */
static int
save_all(struct host *host)
{
	struct findings found = FINDINGS_INIT;
	struct backup_counts counts;
	struct err err = ERR_INIT;
	char path[512];
	int fd;

	snprintf(path, sizeof path, "%s/backup", t_scratch());
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ok(backup_save(host->app.store, fd, &counts, &found, &err), &err);
	ck_assert_uint_eq(found.n, 0);
	findings_release(&found);
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Which keys are put, in their order. */
struct order {
	const char *keys[3];
	size_t n;
};

static void
note_put(void *arg, const struct store_op *op)
{
	static const char *const known[] = {SYNC, BASE, TASK};
	struct order *order = arg;
	size_t i;

	for (i = 0; i < ARRAY_LEN(known); i++)
		if (op->verb == STORE_VERB_PUT &&
		    strcmp(op->key, known[i]) == 0 &&
		    order->n < ARRAY_LEN(order->keys))
			order->keys[order->n++] = known[i];
}

START_TEST(sync_json_comes_after_the_bases_that_it_may_lie_on)
{
	struct backup_counts counts;
	struct order order = {.n = 0};
	struct err err = ERR_INIT;
	struct host h;
	int fd;

	host_open(&h, "a");
	host_put(&h, TASK, "# Eins\n");
	host_put(&h, BASE, "{\"v\":1,\"files\":[]}");
	host_put(&h, SYNC, "{\"v\":99}");
	fd = save_all(&h);
	ck_assert_int_eq(unlink(host_path(TASK)), 0);
	ck_assert_int_eq(unlink(host_path(BASE)), 0);
	ck_assert_int_eq(unlink(host_path(SYNC)), 0);
	h.plan.hook = note_put;
	h.plan.arg = &order;
	ok(restore_run(&h.app, fd, &counts, &err), &err);
	ck_assert_uint_eq(order.n, 3);
	ck_assert_str_eq(order.keys[0], TASK);
	ck_assert_str_eq(order.keys[1], BASE);
	ck_assert_str_eq(order.keys[2], SYNC);
	close(fd);
	host_close(&h);
}
END_TEST

static bool
shows(struct host *h, const char *text)
{
	struct buf week = BUF_INIT;
	bool is;

	host_show(h, "ada", true, &week);
	is = strstr(week.s, text) != NULL;
	buf_release(&week);
	return is;
}

/* Whichever request fails. */
START_TEST(what_a_restore_has_stored_before_it_failed_is_shown)
{
	struct backup_counts counts;
	struct err err = ERR_INIT;
	struct host h;
	unsigned at, partly = 0;
	int fd, rc = -1;

	host_open(&h, "a");
	host_put(&h, TASK,
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n# Eins\n");
	host_put(&h, SYNC, "{\"v\":99}");
	fd = save_all(&h);
	for (at = 1; rc == -1; at++) {
		unlink(host_path(TASK));
		unlink(host_path(SYNC));
		ok(app_bump(&h.app, "ada", NULL, &err), &err);
		ck_assert(!shows(&h, "Eins"));
		ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
		h.plan = (struct store_fault){.at = at};
		rc = restore_run(&h.app, fd, &counts, &err);
		h.plan = (struct store_fault){.at = 0};
		if (rc == 0 || access(host_path(TASK), F_OK) == -1)
			continue;
		partly++;
		ck_assert_msg(shows(&h, "Eins"), "request %u failed", at);
	}
	ck_assert_uint_gt(partly, 0);
	close(fd);
	host_close(&h);
}
END_TEST

/* The first one's cannot, for what lies in its place. */
START_TEST(a_user_whose_version_cannot_be_raised_leaves_the_others)
{
	struct backup_counts counts;
	struct err err = ERR_INIT;
	struct host h;
	int fd;

	host_open(&h, "a");
	host_put(&h, TASK, "# Eins\n");
	host_put(&h, "raw/bob/tasks/0001.md", "# Eins\n");
	fd = save_all(&h);
	host_put(&h, "state/ada/x", "");
	ck_assert_int_eq(unlink(host_path("state/ada/x")), 0);
	ck_assert_int_eq(
	    mkdir(host_path("state/ada/cacheVersion.txt"), 0700), 0);
	ck_assert_int_eq(restore_run(&h.app, fd, &counts, &err), -1);
	ck_assert_int_eq(err.code, ERR_STORE);
	ck_assert_int_eq(
	    access(host_path("state/bob/cacheVersion.txt"), F_OK), 0);
	close(fd);
	host_close(&h);
}
END_TEST

T_MAIN("restore", sync_json_comes_after_the_bases_that_it_may_lie_on,
    what_a_restore_has_stored_before_it_failed_is_shown,
    a_user_whose_version_cannot_be_raised_leaves_the_others)
