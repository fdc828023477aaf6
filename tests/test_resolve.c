/*
 * Resolving a conflict: both ways, from every state that a death or a lost
 * answer can leave behind, and against rivals.
 */
#include "edit/resolve.h"
#include "sync/ledger_blob.h"
#include "t.h"
#include "task/taskset.h"
#include "week/ledger_json.h"
#include "world.h"

#define HEAD   "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n\n"
#define MINE   HEAD "# Brot von mir\n"
#define THEIRS HEAD "# Brot von Git\n"
#define OTHER  HEAD "# Brot von woanders\n"
#define FILE1  "0001-Brot.md"
#define TASK1  "raw/ada/tasks/" FILE1
#define BLOB   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct scene {
	struct host host;
	char mine[ENC_HASH_LEN + 1], theirs[ENC_HASH_LEN + 1];
	struct edit_result result;
	const char *copy; /* that is named; NULL none */
};

static void
put_copy(struct scene *s, const char *folder, const char *hash, const char *b)
{
	struct buf key = BUF_INIT;

	buf_addf(&key, "%s/ada/0001-Brot/%s.md", folder, hash);
	host_put(&s->host, key.s, b);
	buf_release(&key);
}

/* As a run leaves it: Git's bytes in the mirror, ours beside it. */
static void
quarrel(struct scene *s)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, FILE1);
	struct buf text = BUF_INIT;

	sync.run_id = std_strdup("lauf");
	sync.run_until_ms = 99;
	memcpy(sync.tree, BLOB, sizeof BLOB);
	memcpy(sync.tree_head, BLOB, sizeof BLOB);
	ledger_set_base(f, BLOB, s->theirs, "e");
	ledger_set_conflict(f, s->mine, "body");
	ledger_json_print(&text, &sync);
	host_put(&s->host, "state/ada/sync.json", text.s);
	host_put(&s->host, TASK1, THEIRS);
	put_copy(s, "conflicts", s->mine, MINE);
	ledger_release(&sync);
	buf_release(&text);
}

static void
begin(struct scene *s)
{
	memset(s, 0, sizeof *s);
	host_open(&s->host, "a");
	taskset_hash(MINE, strlen(MINE), s->mine);
	taskset_hash(THEIRS, strlen(THEIRS), s->theirs);
	quarrel(s);
}

static void
end(struct scene *s)
{
	edit_result_release(&s->result);
	host_close(&s->host);
}

static enum err_code
resolve(struct scene *s, const char *id, const char *if_match, bool mine)
{
	const struct resolve job = {.user = "ada",
	    .id = id,
	    .if_match = if_match,
	    .copy = s->copy != NULL ? s->copy : "",
	    .mine = mine};
	struct err err = ERR_INIT;

	edit_result_release(&s->result);
	memset(&s->result, 0, sizeof s->result);
	buf_init(&s->result.file);
	return resolve_conflict(&s->host.app, &job, &s->result, &err) == 0
		   ? ERR_NONE
		   : err.code;
}

static void
expect_task(struct scene *s, const char *bytes)
{
	struct buf b = BUF_INIT;

	host_get(&s->host, TASK1, &b);
	ck_assert_str_eq(b.s, bytes);
	buf_release(&b);
}

/* Is there still one?  What the records are not about must have stayed. */
static bool
in_conflict(struct scene *s)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	const struct ledger_file *f;
	bool is;

	ok(ledger_blob_load(&s->host.app, "ada", &sync, &blob, &err), &err);
	f = ledger_find(&sync, FILE1);
	is = f != NULL && f->conflict[0] != '\0';
	ck_assert_str_eq(sync.run_id, "lauf");
	ck_assert_int_eq(sync.run_until_ms, 99);
	ck_assert_str_eq(sync.tree, BLOB);
	ck_assert(is == (ledger_find_resolved(&sync, FILE1, NULL) == NULL));
	ledger_release(&sync);
	blob_release(&blob);
	return is;
}

static void
expect_trash(struct scene *s, const char *hash, const char *bytes)
{
	struct buf key = BUF_INIT, b = BUF_INIT;

	buf_addf(&key, "trash/ada/0001-Brot/%s.md", hash);
	host_get(&s->host, key.s, &b);
	ck_assert_str_eq(b.s, bytes);
	buf_release(&key);
	buf_release(&b);
}

START_TEST(theirs_leaves_the_mirror_and_ends_the_conflict)
{
	struct scene s;

	begin(&s);
	ck_assert_int_eq(resolve(&s, "0001", NULL, false), ERR_NONE);
	ck_assert(s.result.changed);
	ck_assert_str_eq(s.result.file.s, FILE1);
	ck_assert_str_eq(s.result.etag, s.theirs);
	expect_task(&s, THEIRS);
	ck_assert(!in_conflict(&s));
	end(&s);
}
END_TEST

START_TEST(mine_takes_the_place_of_theirs_which_goes_to_the_trash)
{
	struct scene s;

	begin(&s);
	ck_assert_int_eq(resolve(&s, "0001-Brot", NULL, true), ERR_NONE);
	ck_assert(s.result.changed);
	ck_assert_str_eq(s.result.etag, s.mine);
	expect_task(&s, MINE);
	expect_trash(&s, s.theirs, THEIRS);
	ck_assert(!in_conflict(&s));
	end(&s);
}
END_TEST

START_TEST(a_second_try_succeeds_and_changes_nothing)
{
	struct scene s;
	struct buf before = BUF_INIT, after = BUF_INIT;
	int mine;

	for (mine = 0; mine < 2; mine++) {
		begin(&s);
		ck_assert_int_eq(resolve(&s, "0001", s.theirs, mine), ERR_NONE);
		host_get(&s.host, "state/ada/cacheVersion.txt", &before);
		ck_assert_int_eq(resolve(&s, "0001", s.theirs, mine), ERR_NONE);
		ck_assert(!s.result.changed);
		ck_assert_str_eq(s.result.etag, mine ? s.mine : s.theirs);
		/* Who died before the version was raised is made good. */
		host_get(&s.host, "state/ada/cacheVersion.txt", &after);
		ck_assert_str_ne(before.s, after.s);
		/* The other way it is no success. */
		ck_assert_int_eq(resolve(&s, "0001", NULL, !mine), ERR_SETTLED);
		end(&s);
	}
	buf_release(&before);
	buf_release(&after);
}
END_TEST

START_TEST(without_a_conflict_there_is_nothing_to_resolve)
{
	struct scene s;

	begin(&s);
	host_put(&s.host, "raw/ada/tasks/0002.md", OTHER);
	ck_assert_int_eq(resolve(&s, "0002", NULL, true), ERR_SETTLED);
	ck_assert_int_eq(resolve(&s, "0002", NULL, false), ERR_SETTLED);
	ck_assert_int_eq(resolve(&s, "0003", NULL, true), ERR_NOT_FOUND);
	ck_assert_int_eq(resolve(&s, "0003-x", NULL, true), ERR_NOT_FOUND);
	ck_assert_int_eq(resolve(&s, "..", NULL, true), ERR_NOT_FOUND);
	ck_assert_int_eq(err_status(ERR_SETTLED), 409);
	ck_assert(in_conflict(&s));
	end(&s);
}
END_TEST

START_TEST(a_file_that_has_gone_is_resolved_both_ways)
{
	struct err err = ERR_INIT;
	struct scene s;
	int mine;

	for (mine = 0; mine < 2; mine++) {
		begin(&s);
		struct store_op op = STORE_REMOVE(TASK1, STORE_ALWAYS, NULL);
		ok(store_run(s.host.app.store, &op, 1, &err), &err);
		store_ops_release(&op, 1);
		ck_assert_int_eq(
		    resolve(&s, "0001", s.theirs, mine), ERR_MODIFIED);
		ck_assert_int_eq(resolve(&s, "0001", NULL, mine), ERR_NONE);
		ck_assert_str_eq(s.result.etag, mine ? s.mine : "");
		expect_task(&s, mine ? MINE : "");
		ck_assert(!in_conflict(&s));
		ck_assert_int_eq(resolve(&s, "0001", NULL, mine), ERR_NONE);
		end(&s);
	}
}
END_TEST

START_TEST(if_match_speaks_of_what_stands_in_the_mirror)
{
	struct scene s;
	int mine;

	for (mine = 0; mine < 2; mine++) {
		begin(&s);
		ck_assert_int_eq(
		    resolve(&s, "0001", s.mine, mine), ERR_MODIFIED);
		expect_task(&s, THEIRS);
		ck_assert(in_conflict(&s));
		end(&s);
	}
}
END_TEST

START_TEST(a_copy_that_is_lost_leaves_only_theirs)
{
	struct err err = ERR_INIT;
	struct buf key = BUF_INIT;
	struct scene s;

	begin(&s);
	buf_addf(&key, "conflicts/ada/0001-Brot/%s.md", s.mine);
	struct store_op op = STORE_REMOVE(key.s, STORE_ALWAYS, NULL);
	ok(store_run(s.host.app.store, &op, 1, &err), &err);
	store_ops_release(&op, 1);
	ck_assert_int_eq(resolve(&s, "0001", NULL, true), ERR_NOT_FOUND);
	expect_task(&s, THEIRS);
	ck_assert(in_conflict(&s));
	ck_assert_int_eq(resolve(&s, "0001", NULL, false), ERR_NONE);
	buf_release(&key);
	end(&s);
}
END_TEST

/* Each request in turn fails, done or not; the second try makes it good. */
START_TEST(whatever_fails_a_second_try_ends_it)
{
	struct scene s;
	unsigned at, ops;
	int mine, when;

	for (mine = 0; mine < 2; mine++)
		for (when = 0; when < 2; when++)
			for (at = 1;; at++) {
				begin(&s);
				host_requests(&s.host);
				s.host.plan.when = (enum store_fault_when)when;
				s.host.plan.at = at;
				resolve(&s, "0001", s.theirs, mine);
				ops = host_requests(&s.host);
				s.host.plan.at = 0;
				ck_assert_int_eq(
				    resolve(&s, "0001", s.theirs, mine),
				    ERR_NONE);
				expect_task(&s, mine ? MINE : THEIRS);
				if (mine)
					expect_trash(&s, s.theirs, THEIRS);
				ck_assert(!in_conflict(&s));
				end(&s);
				if (ops < at)
					break;
			}
}
END_TEST

static bool
shows(struct scene *s, const char *text)
{
	struct buf week = BUF_INIT;
	bool is;

	host_show(&s->host, "ada", true, &week);
	is = strstr(week.s, text) != NULL;
	buf_release(&week);
	return is;
}

/* The choice is stored and refused all the same: nobody shows what it was. */
START_TEST(what_fails_once_the_file_is_stored_shows_the_file)
{
	struct scene s;
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned at = 1, ops;

	do {
		begin(&s);
		ok(app_bump(&s.host.app, "ada", NULL, &err), &err);
		ck_assert(shows(&s, "Brot von Git"));
		host_requests(&s.host);
		s.host.plan.at = at;
		resolve(&s, "0001", NULL, true);
		ops = host_requests(&s.host);
		s.host.plan.at = 0;
		host_get(&s.host, TASK1, &b);
		ck_assert_msg(
		    strcmp(b.s, MINE) != 0 || shows(&s, "Brot von mir"),
		    "request %u failed", at);
		end(&s);
	} while (at++ <= ops);
	buf_release(&b);
}
END_TEST

/* Somebody writes just before the n-th put. */
struct rival {
	struct scene *scene;
	const char *key;
	const char *bytes; /* NULL: what stands there, anew */
	unsigned left;
};

static void
intrude(void *arg, const struct store_op *op)
{
	struct rival *r = arg;
	struct buf b = BUF_INIT;

	if (op->verb != STORE_VERB_PUT || strcmp(op->key, r->key) != 0 ||
	    r->left == 0)
		return;
	r->left--;
	r->scene->host.plan.hook = NULL;
	host_get(&r->scene->host, r->key, &b);
	host_put(&r->scene->host, r->key, r->bytes ? r->bytes : b.s);
	r->scene->host.plan.hook = intrude;
	buf_release(&b);
}

static void
begin_with_rival(struct scene *s, struct rival *r)
{
	begin(s);
	s->host.plan.hook = intrude;
	s->host.plan.arg = r;
}

START_TEST(what_came_in_between_goes_to_the_trash_too)
{
	char other[ENC_HASH_LEN + 1];
	struct scene s;
	struct rival r = {&s, TASK1, OTHER, 1};

	begin(&s);
	taskset_hash(OTHER, strlen(OTHER), other);
	s.host.plan.hook = intrude;
	s.host.plan.arg = &r;
	ck_assert_int_eq(resolve(&s, "0001", NULL, true), ERR_NONE);
	expect_task(&s, MINE);
	expect_trash(&s, s.theirs, THEIRS);
	expect_trash(&s, other, OTHER);
	end(&s);
}
END_TEST

START_TEST(what_came_in_between_is_not_what_if_match_meant)
{
	struct scene s;
	struct rival r = {&s, TASK1, OTHER, 1};

	begin_with_rival(&s, &r);
	ck_assert_int_eq(resolve(&s, "0001", s.theirs, true), ERR_MODIFIED);
	expect_task(&s, OTHER);
	ck_assert(in_conflict(&s));
	end(&s);
}
END_TEST

START_TEST(mine_that_may_be_stored_is_not_put_again_over_a_later_write)
{
	struct scene s;
	struct rival r = {&s, TASK1, OTHER, 1};

	begin_with_rival(&s, &r);
	s.host.plan.unsure = true;
	ck_assert_int_eq(resolve(&s, "0001", NULL, true), ERR_STORE);
	expect_task(&s, OTHER);
	ck_assert(in_conflict(&s));
	end(&s);
}
END_TEST

START_TEST(records_that_a_run_writes_are_read_again)
{
	struct scene s;
	struct rival r = {&s, "state/ada/sync.json", NULL, 3};

	begin_with_rival(&s, &r);
	ck_assert_int_eq(resolve(&s, "0001", NULL, false), ERR_NONE);
	ck_assert(!in_conflict(&s));
	r.left = 100;
	s.host.plan.hook = NULL;
	quarrel(&s);
	s.host.plan.hook = intrude;
	ck_assert_int_eq(resolve(&s, "0001", NULL, false), ERR_CONTENDED);
	ck_assert(in_conflict(&s));
	end(&s);
}
END_TEST

/* The copies that the record names, the newest first, by their hashes. */
static void
expect_conflicts(struct scene *s, const char *newest, const char *older)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	const struct ledger_file *f;

	ok(ledger_blob_load(&s->host.app, "ada", &sync, &blob, &err), &err);
	f = ledger_find(&sync, FILE1);
	ck_assert_str_eq(f->conflict, newest);
	ck_assert_uint_eq(f->n_older, *older != '\0');
	if (*older != '\0')
		ck_assert_str_eq(f->older[0].hash, older);
	ledger_release(&sync);
	blob_release(&blob);
}

/* OTHER was kept by a second conflict, after MINE. */
static void
quarrel_again(struct scene *s, char other[ENC_HASH_LEN + 1])
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	bool saved;

	taskset_hash(OTHER, strlen(OTHER), other);
	put_copy(s, "conflicts", other, OTHER);
	ok(ledger_blob_load(&s->host.app, "ada", &sync, &blob, &err), &err);
	ledger_set_conflict(ledger_record(&sync, FILE1), other, NULL);
	ok(ledger_blob_save(&s->host.app, &blob, &sync, &saved, &err), &err);
	ck_assert(saved);
	ledger_release(&sync);
	blob_release(&blob);
}

START_TEST(several_conflicts_are_resolved_from_the_newest_on_and_lose_nothing)
{
	char other[ENC_HASH_LEN + 1];
	struct scene s;

	begin(&s);
	quarrel_again(&s, other);
	ck_assert_int_eq(resolve(&s, "0001", NULL, true), ERR_NONE);
	expect_task(&s, OTHER);
	expect_trash(&s, s.theirs, THEIRS);
	expect_conflicts(&s, s.mine, "");
	ck_assert_int_eq(resolve(&s, "0001", NULL, true), ERR_NONE);
	expect_task(&s, MINE);
	expect_trash(&s, other, OTHER);
	expect_conflicts(&s, "", "");
	end(&s);
}
END_TEST

START_TEST(the_copy_that_is_named_is_resolved_and_twice_is_once)
{
	char other[ENC_HASH_LEN + 1];
	struct scene s;
	int mine, round;

	for (mine = 0; mine < 2; mine++) {
		begin(&s);
		quarrel_again(&s, other);
		for (round = 0; round < 2; round++) {
			s.copy = s.mine; /* the older one */
			ck_assert_int_eq(
			    resolve(&s, "0001", NULL, mine), ERR_NONE);
			ck_assert(s.result.changed == (round == 0));
			expect_task(&s, mine ? MINE : THEIRS);
			expect_conflicts(&s, other, "");
		}
		s.copy = s.theirs; /* never was one */
		ck_assert_int_eq(resolve(&s, "0001", NULL, false), ERR_SETTLED);
		expect_conflicts(&s, other, "");
		end(&s);
	}
}
END_TEST

T_MAIN("resolve",
    several_conflicts_are_resolved_from_the_newest_on_and_lose_nothing,
    the_copy_that_is_named_is_resolved_and_twice_is_once,
    theirs_leaves_the_mirror_and_ends_the_conflict,
    mine_takes_the_place_of_theirs_which_goes_to_the_trash,
    a_second_try_succeeds_and_changes_nothing,
    without_a_conflict_there_is_nothing_to_resolve,
    a_file_that_has_gone_is_resolved_both_ways,
    if_match_speaks_of_what_stands_in_the_mirror,
    a_copy_that_is_lost_leaves_only_theirs, whatever_fails_a_second_try_ends_it,
    what_fails_once_the_file_is_stored_shows_the_file,
    what_came_in_between_goes_to_the_trash_too,
    what_came_in_between_is_not_what_if_match_meant,
    mine_that_may_be_stored_is_not_put_again_over_a_later_write,
    records_that_a_run_writes_are_read_again)
