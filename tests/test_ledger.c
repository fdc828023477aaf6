#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "t.h"
#include "week/ledger.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccc"

/* Everything that there can be. */
static void
fill(struct ledger *sync)
{
	struct ledger_file *f;
	struct ledger_intent *i;

	sync->run_id = std_strdup("lauf");
	sync->run_until_ms = 17;
	memcpy(sync->head, A, sizeof A);
	sync->head_ms = 18;
	memcpy(sync->after, B, sizeof B);
	sync->after_ms = 19;
	sync->folder = std_strdup("UserA");
	memcpy(sync->tree, C, sizeof C);
	memcpy(sync->tree_head, A, sizeof A);
	ledger_set_state(sync, LEDGER_STATE_OK, t_msg("Ein \"Satz\" mit ü"));
	sync->last_ms = 20;
	sync->raise = true;

	f = ledger_record(sync, "0002-Zwei.md");
	ledger_set_base(f, A, "h2", "e\"2");
	ledger_set_conflict(f, "c2", "status, body");
	f->held = true;
	f->executable = true;
	f->foreign = LEDGER_SUBMODULE;
	f->pr.state = LEDGER_PR_OPEN;
	f->pr.number = 7;
	f->pr.url = std_strdup("https://git.example/7");
	f->pr.branch = std_strdup("codex/tasks/2");
	memcpy(f->pr.tip, A, sizeof A);
	memcpy(f->pr.blob, B, sizeof B);
	memcpy(f->pr.hash, "hp", sizeof "hp");
	f->pr.etag = std_strdup("e3");
	memcpy(f->pr.old, C, sizeof C);
	memcpy(f->pr.old_blob, A, sizeof A);
	memcpy(f->pr.old_hash, "ho", sizeof "ho");
	f->pr.moving = true;
	f->pr.pushed_ms = 23;
	f->pr.merged_ms = 24;
	ledger_set_conflict(f, "c4", NULL);
	ledger_set_base(ledger_record(sync, "0001-Ü.md"), B, "h1", "");

	memcpy(sync->commit, C, sizeof C);
	memcpy(sync->intent_head, A, sizeof A);
	sync->intent_ms = 21;
	i = ledger_intent_add(sync, "0001-Ü.md");
	i->written = true;
	memcpy(i->pushed, C, sizeof C);
	memcpy(i->base, B, sizeof B);
	free(i->before);
	i->before = std_strdup("davor");
	i->fields = std_strdup("body");
	i->renamed = std_strdup("0009.md");
	i->source = std_strdup("0008.md");

	ledger_set_conflict(ledger_record(sync, "0003.md"), "c3", "body");
	ledger_resolve(
	    sync, "0003.md", ledger_find(sync, "0003.md")->conflict, 22);
}

static enum ledger_json
parse(const char *text, struct ledger *sync)
{
	struct buf b = BUF_INIT;
	enum ledger_json parsed;

	buf_adds(&b, text);
	parsed = ledger_json_parse(&b, sync);
	buf_release(&b);
	return parsed;
}

START_TEST(records_come_back_as_they_were)
{
	struct ledger sync = LEDGER_INIT, again;
	struct buf text = BUF_INIT, twice = BUF_INIT;

	fill(&sync);
	ledger_json_print(&text, &sync);
	ck_assert_int_eq(ledger_json_parse(&text, &again), 0);
	ledger_json_print(&twice, &again);
	ck_assert_str_eq(text.s, twice.s);

	ck_assert_uint_eq(again.n, 2);
	ck_assert_str_eq(again.files[0]->file, "0001-Ü.md");
	ck_assert_str_eq(again.files[1]->etag, "e\"2");
	ck_assert(again.files[1]->held && !again.files[0]->held);
	ck_assert(again.files[1]->executable && !again.files[0]->executable);
	ck_assert_int_eq(again.files[1]->foreign, LEDGER_SUBMODULE);
	ck_assert_int_eq(again.files[0]->foreign, LEDGER_PLAIN);
	ck_assert_int_eq(again.files[1]->pr.number, 7);
	ck_assert_str_eq(again.files[1]->pr.tip, A);
	ck_assert_int_eq(again.files[0]->pr.state, LEDGER_PR_NONE);
	ck_assert_str_eq(again.files[1]->pr.old_blob, A);
	ck_assert(again.files[1]->pr.moving);
	ck_assert_int_eq(again.files[1]->pr.merged_ms, 24);
	ck_assert_str_eq(again.files[1]->older[0].fields, "status, body");
	ck_assert_str_eq(again.intents[0].renamed, "0009.md");
	ck_assert_str_eq(again.intents[0].source, "0008.md");
	ck_assert(again.raise);
	ck_assert_int_eq(again.intent_ms, 21);
	ck_assert_str_eq(again.intents[0].before, "davor");
	ck_assert_str_eq(again.after, B);
	ck_assert_str_eq(again.tree_head, A);
	ck_assert_str_eq(again.text, "Ein \"Satz\" mit ü");

	ledger_release(&sync);
	ledger_release(&again);
	buf_release(&text);
	buf_release(&twice);
}
END_TEST

START_TEST(every_cut_of_the_records_is_none)
{
	struct ledger sync = LEDGER_INIT, cut;
	struct buf text = BUF_INIT, part = BUF_INIT;
	size_t len;

	fill(&sync);
	ledger_json_print(&text, &sync);
	for (len = 0; len < text.len; len++) {
		buf_set(&part, text.s, len);
		ck_assert_int_eq(
		    ledger_json_parse(&part, &cut), LEDGER_JSON_BROKEN);
		ck_assert_uint_eq(cut.n, 0);
	}
	ledger_release(&sync);
	buf_release(&text);
	buf_release(&part);
}
END_TEST

START_TEST(records_of_another_shape_are_none)
{
	static const char *const bad[] = {
	    "",
	    "null",
	    "[]",
	    "{}",
	    "{\"v\":0,\"files\":[]}",
	    "{\"v\":\"2\",\"files\":[]}",
	    "{\"v\":1}",
	    "{\"v\":1,\"files\":{}}",
	    "{\"v\":1,\"files\":[1]}",
	    "{\"v\":1,\"files\":[{\"file\":\"0001.md\"}]}",
	    "{\"v\":1,\"files\":[{\"etag\":\"x\"}]}",
	    "{\"v\":1,\"head\":\"main\",\"files\":[]}",
	    "{\"v\":1,\"files\":[{\"file\":\"0001.md\",\"etag\":\"x\","
	    "\"base\":\"../x\"}]}",
	    "{\"v\":1,\"files\":[],\"intent\":{}}",
	    "{\"v\":1,\"files\":[],\"intent\":{\"files\":[{}]}}",
	    "{\"v\":1,\"files\":[],\"intent\":{\"commit\":\"" A A
	    "\",\"files\":[]}}",
	};
	struct ledger sync;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(
		    parse(bad[i], &sync) == LEDGER_JSON_BROKEN, "%s", bad[i]);
	ck_assert_int_eq(
	    parse("{\"v\":1,\"files\":[]}", &sync), LEDGER_JSON_GOOD);
	ledger_release(&sync);
}
END_TEST

START_TEST(records_of_a_newer_version_are_not_broken_ones)
{
	struct ledger sync;

	/* Whatever else they are. */
	ck_assert_int_eq(
	    parse("{\"v\":3,\"files\":[]}", &sync), LEDGER_JSON_NEWER);
	ck_assert_int_eq(parse("{\"v\":4,\"tasks\":{\"0001\":{}}}", &sync),
	    LEDGER_JSON_NEWER);
	ck_assert_uint_eq(sync.n, 0);
}
END_TEST

START_TEST(records_are_found_by_name)
{
	struct ledger sync = LEDGER_INIT;
	char name[16];
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "%04d.md", i * 37 % 100);
		ledger_set_base(ledger_record(&sync, name), A, name, "");
	}
	ck_assert_uint_eq(sync.n, 100);
	for (i = 0; i < 100; i += 2) {
		snprintf(name, sizeof name, "%04d.md", i);
		ledger_forget(&sync, name);
		ledger_forget(&sync, name);
	}
	ck_assert_uint_eq(sync.n, 50);
	for (i = 0; i < 100; i++) {
		const struct ledger_file *f;

		snprintf(name, sizeof name, "%04d.md", i);
		f = ledger_find(&sync, name);
		ck_assert_int_eq(f != NULL, i % 2);
		if (f != NULL)
			ck_assert_str_eq(f->hash, name);
	}
	ledger_release(&sync);
}
END_TEST

START_TEST(an_open_conflict_outlives_its_file)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_set_base(f, A, "hash", "etag");
	ledger_set_conflict(f, "copy", "body");
	ledger_forget(&sync, "0001.md");
	ck_assert_ptr_nonnull(ledger_find(&sync, "0001.md"));
	f = ledger_record(&sync, "0001.md");
	ck_assert_str_eq(f->base, "");
	ck_assert_str_eq(f->conflict, "copy");

	ledger_set_conflict(f, "", NULL);
	ledger_forget(&sync, "0001.md");
	ck_assert_ptr_null(ledger_find(&sync, "0001.md"));
	ledger_release(&sync);
}
END_TEST

/* It was lost, and a removal in Git was taken back by `mode=full`. */
START_TEST(a_base_that_is_set_to_itself_stays)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_set_base(f, A, "hash", "e1");
	ledger_set_base(f, f->base, f->hash, "e2");
	ck_assert_str_eq(f->base, A);
	ck_assert_str_eq(f->hash, "hash");
	ledger_set_base(f, f->base, f->hash, f->etag);
	ck_assert_str_eq(f->etag, "e2");
	ledger_release(&sync);
}
END_TEST

START_TEST(a_tree_without_modes_and_foreign_entries_is_unknown)
{
	struct ledger sync;

	ck_assert_int_eq(parse("{\"v\":1,\"tree\":\"" A "\",\"treeHead\":\"" B
			       "\",\"files\":[]}",
			     &sync),
	    0);
	ck_assert_str_eq(sync.tree, "");
	ck_assert_str_eq(sync.tree_head, "");
	ledger_release(&sync);
}
END_TEST

START_TEST(a_file_whose_name_is_taken_in_git_is_pending)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_set_base(f, A, "hash", "e1");
	f->foreign = LEDGER_FOLDER;
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_PENDING);
	ledger_release(&sync);
}
END_TEST

/* What the week says of a file. */
START_TEST(a_file_is_clean_pending_in_a_pull_request_or_in_conflict)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f;

	ck_assert_int_eq(ledger_shown(NULL, "e1"), LEDGER_PENDING);
	f = ledger_record(&sync, "0001.md");
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_PENDING);
	ledger_set_base(f, A, "hash", "e1");
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_CLEAN);
	ck_assert_int_eq(ledger_shown(f, "e2"), LEDGER_PENDING);
	f->pr.state = LEDGER_PR_OPEN;
	f->pr.etag = std_strdup("e2");
	/* The branch is there, but no request yet. */
	ck_assert_int_eq(ledger_shown(f, "e2"), LEDGER_PENDING);
	f->pr.number = 7;
	ck_assert_int_eq(ledger_shown(f, "e2"), LEDGER_PR);
	ck_assert_int_eq(ledger_shown(f, "e3"), LEDGER_PENDING);
	/* It is about something else, and has to learn of that. */
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_PENDING);
	f->pr.moving = true;
	ck_assert_int_eq(ledger_shown(f, "e2"), LEDGER_PENDING);
	f->pr.moving = false;
	f->pr.state = LEDGER_PR_CLOSED;
	ck_assert_int_eq(ledger_shown(f, "e2"), LEDGER_PR);
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_CLEAN);
	ledger_set_conflict(f, "copy", "body");
	ck_assert_int_eq(ledger_shown(f, "e1"), LEDGER_CONFLICT);
	ck_assert_str_eq(ledger_shown_word(LEDGER_CONFLICT), "conflict");
	ledger_release(&sync);
}
END_TEST

START_TEST(a_resolved_conflict_is_remembered_with_its_time)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_resolve(&sync, "0001.md", "", 5); /* there is none */
	ledger_resolve(&sync, "0002.md", "c1", 5);
	ck_assert_ptr_null(ledger_find_resolved(&sync, "0001.md", NULL));

	ledger_set_base(f, A, "h1", "e1");
	ledger_set_conflict(f, "c1", "body");
	ledger_resolve(&sync, "0001.md", "c1", 6);
	ck_assert_str_eq(f->conflict, "");
	ck_assert_ptr_null(f->fields);
	ck_assert_str_eq(f->base, A);
	ledger_set_conflict(f, "c2", "status");
	ledger_resolve(&sync, "0001.md", "c2", 7);
	ck_assert_uint_eq(sync.n_resolved, 2);
	ck_assert_str_eq(
	    ledger_find_resolved(&sync, "0001.md", NULL)->hash, "c2");
	ck_assert_int_eq(
	    ledger_find_resolved(&sync, "0001.md", NULL)->at_ms, 7);
	ledger_release(&sync);
}
END_TEST

START_TEST(what_only_a_conflict_has_kept_goes_with_it)
{
	struct ledger sync = LEDGER_INIT;

	ledger_set_conflict(ledger_record(&sync, "0001.md"), "c1", "body");
	ledger_resolve(&sync, "0001.md", "c1", 6);
	ck_assert_ptr_null(ledger_find(&sync, "0001.md"));
	ck_assert_ptr_nonnull(ledger_find_resolved(&sync, "0001.md", NULL));
	ledger_release(&sync);
}
END_TEST

START_TEST(conflicts_are_resolved_from_the_newest_to_the_oldest)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_set_base(f, A, "h1", "e1");
	ledger_set_conflict(f, "c1", "body");
	ledger_set_conflict(f, "c2", "status");
	ledger_set_conflict(f, "c2", "status"); /* told twice */
	ledger_set_conflict(f, "c3", NULL);
	ck_assert_uint_eq(f->n_older, 2);
	ledger_resolve(&sync, "0001.md", "c3", 1);
	ck_assert_str_eq(f->conflict, "c2");
	ck_assert_str_eq(f->fields, "status");
	ck_assert(ledger_in_conflict(f, "c1") && !ledger_in_conflict(f, "c3"));
	ledger_set_conflict(f, "c1", "deadline"); /* the same bytes again */
	ck_assert_uint_eq(f->n_older, 1);
	ledger_resolve(&sync, "0001.md", "c1", 2);
	ledger_resolve(&sync, "0001.md", "c2", 3);
	ck_assert_str_eq(f->conflict, "");
	ck_assert_uint_eq(sync.n_resolved, 3);
	ledger_release(&sync);
}
END_TEST

START_TEST(an_older_conflict_is_resolved_before_a_newer_one)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0001.md");

	ledger_set_base(f, A, "h1", "e1");
	ledger_set_conflict(f, "c1", "body");
	ledger_set_conflict(f, "c2", "status");
	ledger_resolve(&sync, "0001.md", "c9", 1);
	ck_assert_uint_eq(sync.n_resolved, 0);
	ledger_resolve(&sync, "0001.md", "c1", 2);
	ck_assert_str_eq(f->conflict, "c2");
	ck_assert_str_eq(f->fields, "status");
	ck_assert_uint_eq(f->n_older, 0);
	ck_assert_int_eq(
	    ledger_find_resolved(&sync, "0001.md", "c1")->at_ms, 2);
	ck_assert_ptr_null(ledger_find_resolved(&sync, "0001.md", "c2"));
	ledger_release(&sync);
}
END_TEST

static void
move(struct ledger *ledger, const char *from, const char *to)
{
	const struct ledger_move move = {from, to};

	ledger_move(ledger, &move, 1);
}

START_TEST(conflicts_and_pull_request_follow_a_rename)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0005-Z.md");
	const struct ledger_file *g;

	ledger_set_conflict(f, "c1", "body");
	ledger_set_conflict(f, "c2", "status");
	f->pr.branch = std_strdup("codex/tasks/a/0005-Z");
	f->pr.state = LEDGER_PR_CLOSED;
	move(&sync, "0005-Z.md", "0005-A.md");
	ledger_forget(&sync, "0005-Z.md");
	ck_assert_uint_eq(sync.n, 1);
	g = ledger_find(&sync, "0005-A.md");
	ck_assert_str_eq(g->conflict, "c2");
	ck_assert_str_eq(g->older[0].hash, "c1");
	ck_assert_int_eq(g->pr.state, LEDGER_PR_CLOSED);

	/* A name that has a branch of its own keeps it. */
	f = ledger_record(&sync, "0005-B.md");
	f->pr.branch = std_strdup("codex/tasks/a/0005-B");
	move(&sync, "0005-A.md", "0005-B.md");
	g = ledger_find(&sync, "0005-B.md");
	ck_assert_str_eq(g->pr.branch, "codex/tasks/a/0005-B");
	ck_assert_str_eq(g->conflict, "c2");
	/* The other branch stays known, under the name that it had. */
	g = ledger_find(&sync, "0005-A.md");
	ck_assert_str_eq(g->conflict, "");
	ck_assert_str_eq(g->pr.branch, "codex/tasks/a/0005-Z");
	ck_assert_int_eq(g->pr.state, LEDGER_PR_NONE);
	move(&sync, "0001.md", "0002.md");
	ck_assert_uint_eq(sync.n, 2);
	ledger_release(&sync);
}
END_TEST

START_TEST(conflicts_and_pull_requests_of_two_files_change_places)
{
	static const struct ledger_move moves[] = {
	    {"0006.md", "0007.md"}, {"0007.md", "0006.md"}};
	struct ledger sync = LEDGER_INIT;
	struct ledger_file *f = ledger_record(&sync, "0006.md");

	ledger_set_conflict(f, "c1", "body");
	ledger_set_conflict(f, "c2", "status");
	f->pr.branch = std_strdup("b6");
	f = ledger_record(&sync, "0007.md");
	ledger_set_conflict(f, "c3", "tags");
	f->pr.branch = std_strdup("b7");
	ledger_move(&sync, moves, ARRAY_LEN(moves));

	f = ledger_record(&sync, "0006.md");
	ck_assert_str_eq(f->conflict, "c3");
	ck_assert_uint_eq(f->n_older, 0);
	ck_assert_str_eq(f->pr.branch, "b7");
	f = ledger_record(&sync, "0007.md");
	ck_assert_str_eq(f->conflict, "c2");
	ck_assert_str_eq(f->older[0].hash, "c1");
	ck_assert_str_eq(f->pr.branch, "b6");
	ledger_release(&sync);
}
END_TEST

START_TEST(a_branch_is_found_whatever_record_has_it)
{
	struct ledger sync = LEDGER_INIT;

	ck_assert(!ledger_has_branch(&sync, "b6"));
	ledger_record(&sync, "0006.md")->pr.branch = std_strdup("b6");
	ledger_record(&sync, "0007.md");
	move(&sync, "0006.md", "0007.md");
	ck_assert(ledger_has_branch(&sync, "b6"));
	ck_assert(!ledger_has_branch(&sync, "b7"));
	ledger_release(&sync);
}
END_TEST

START_TEST(a_pull_request_is_waited_for_while_it_can_be_merged)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_pr *p = &ledger_record(&sync, "0001.md")->pr;

	ck_assert(!ledger_pr_waits(p));
	p->branch = std_strdup("codex/x");
	p->state = LEDGER_PR_OPEN;
	ck_assert(ledger_pr_waits(p));
	p->state = LEDGER_PR_FOREIGN;
	ck_assert(!ledger_pr_waits(p));
	p->number = 3;
	ck_assert(ledger_pr_waits(p));
	p->state = LEDGER_PR_CLOSED;
	ck_assert(!ledger_pr_waits(p));
	ledger_pr_end(p);
	ck_assert_int_eq(p->state, LEDGER_PR_NONE);
	ck_assert_str_eq(p->branch, "codex/x");
	ledger_release(&sync);
}
END_TEST

/* A newer program may have written it. */
/* Read records that have this beside their files. */
static enum ledger_json
read_aside(struct ledger *sync, const char *strays)
{
	struct buf text = BUF_INIT;
	enum ledger_json parsed;

	buf_addf(&text, "{\"v\":1,\"files\":[],\"aside\":%s}", strays);
	parsed = ledger_json_parse(&text, sync);
	buf_release(&text);
	return parsed;
}

START_TEST(what_lies_beside_the_tasks_in_git_comes_back)
{
	static const char *const bad[] = {"{}", "{\"others\":-1}",
	    "{\"odd\":[1],\"others\":2}", "{\"large\":[{}],\"others\":2}"};
	struct ledger sync = LEDGER_INIT;
	size_t i;

	ck_assert_int_eq(
	    read_aside(&sync,
		"{\"odd\":[\"1.md\"],\"large\":[\"0044.md\"],\"others\":2}"),
	    0);
	ck_assert_str_eq(sync.strays.odd.list[0], "1.md");
	ck_assert_str_eq(sync.strays.large.list[0], "0044.md");
	ck_assert_uint_eq(sync.strays.others, 2);
	ledger_release(&sync);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(read_aside(&sync, bad[i]) == LEDGER_JSON_BROKEN,
		    "%s", bad[i]);
}
END_TEST

START_TEST(an_unknown_state_word_is_printed_as_it_was_read)
{
	static const char text[] =
	    "{\"v\":1,\"headAt\":0,\"afterAt\":0,\"state\":\"neu\","
	    "\"lastSyncAt\":0,\"savedAt\":0,\"raise\":false,\"files\":[{"
	    "\"file\":"
	    "\"0001.md\",\"etag\":\"e\",\"pull\":{\"state\":\"anders\","
	    "\"number\":7,\"branch\":\"b\",\"pushedAt\":0,"
	    "\"mergedAt\":0}}],\"aside\":{\"others\":0}}";
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct ledger sync = LEDGER_INIT;
	const struct ledger_pr *pr;

	buf_adds(&in, text);
	ck_assert_int_eq(ledger_json_parse(&in, &sync), 0);
	ck_assert_int_eq(sync.state, LEDGER_STATE_OTHER);
	pr = &sync.files[0]->pr;
	ck_assert_int_eq(pr->state, LEDGER_PR_OTHER);
	ck_assert(!ledger_pr_waits(pr));
	ck_assert(ledger_pr_is_there(pr));
	ledger_json_print(&out, &sync);
	ck_assert_str_eq(out.s, text);

	ledger_set_state(&sync, LEDGER_STATE_OK, t_msg(""));
	ledger_pr_end(&ledger_record(&sync, sync.files[0]->file)->pr);
	buf_reset(&out);
	ledger_json_print(&out, &sync);
	ck_assert_ptr_nonnull(strstr(out.s, "\"state\":\"ok\""));
	ck_assert_ptr_null(strstr(out.s, "anders"));
	ledger_release(&sync);
	buf_release(&in);
	buf_release(&out);
}
END_TEST

#define HOUR   INT64_C(3600000)
#define SAVED  INT64_C(1800000000000) /* what the writer's clock showed */
#define LEASE  60000
#define LEASED (SAVED + LEASE)

/* The ledger that a host wrote at SAVED under a lease, with an intent of then;
 * read on a host at `now`, `age` after it was stored. */
static void
read_elsewhere(struct ledger *sync, int64_t now, int64_t age)
{
	ledger_release(sync);
	*sync = (struct ledger)LEDGER_INIT;
	sync->run_id = std_strdup("other");
	sync->saved_ms = sync->intent_ms = sync->head_ms = SAVED;
	sync->run_until_ms = LEASED;
	ledger_clock_read(sync, now, age);
}

START_TEST(a_lease_lasts_as_long_whatever_the_reader_s_clock_shows)
{
	static const int64_t apart[] = {
	    0, 1200000, -1200000, 24 * HOUR, -24 * HOUR};
	struct ledger sync = LEDGER_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(apart); i++) {
		int64_t now = SAVED + apart[i];

		read_elsewhere(&sync, now + 20000, 20000);
		ck_assert(ledger_clock_is_leased(&sync, LEASE, now + 20000));
		ck_assert_int_eq(sync.head_ms, now);
		ck_assert_int_eq(sync.intent_ms, now);
		ck_assert_int_eq(sync.after_ms, 0);
		read_elsewhere(&sync, now + LEASE, LEASE);
		ck_assert(!ledger_clock_is_leased(&sync, LEASE, now + LEASE));
	}
	ledger_release(&sync);
}
END_TEST

START_TEST(a_lease_from_a_time_to_come_is_over)
{
	struct ledger sync = LEDGER_INIT;

	/* An hour ahead, and the store cannot tell its age. */
	read_elsewhere(&sync, SAVED - HOUR, -1);
	ck_assert_int_eq(sync.intent_ms, SAVED - HOUR);
	/* Records of a program that did not note when it wrote them. */
	read_elsewhere(&sync, SAVED, 0);
	sync.saved_ms = 0;
	ledger_clock_read(&sync, SAVED - HOUR, 0);
	ck_assert_int_eq(sync.intent_ms, SAVED);
	ck_assert(!ledger_clock_is_leased(&sync, LEASE, SAVED - HOUR));
	ck_assert(ledger_clock_is_leased(&sync, LEASE, SAVED));
	sync.run_until_ms = INT64_MAX;
	ck_assert(!ledger_clock_is_leased(&sync, LEASE, SAVED));
	sync.run_until_ms = INT64_MIN;
	ck_assert(!ledger_clock_is_leased(&sync, LEASE, SAVED));
	ledger_release(&sync);
}
END_TEST

START_TEST(clocks_that_agree_move_no_time)
{
	struct ledger sync = LEDGER_INIT;

	read_elsewhere(&sync, SAVED + 11000, 10000);
	ck_assert_int_eq(sync.head_ms, SAVED);
	/* Whatever stands in the file. */
	sync.saved_ms = INT64_MAX;
	sync.head_ms = INT64_MAX;
	ledger_clock_read(&sync, SAVED, 0);
	ck_assert_int_eq(sync.head_ms, INT64_MAX);
	sync.saved_ms = SAVED - HOUR;
	ledger_clock_read(&sync, SAVED, 0);
	ck_assert_int_eq(sync.head_ms, INT64_MAX);
	ledger_release(&sync);
}
END_TEST

/* The files of the ledger that a scan makes, as they are printed; -1 if it says
 * that this is none. */
static int
scan(const struct buf *json, const char *file, struct buf *out)
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;
	const char *from;
	int rc = ledger_scan_file(json, NULL, file, &sync);

	buf_reset(out);
	if (rc == 0) {
		ledger_json_print(&text, &sync);
		from = strstr(text.s, "\"files\":[") + strlen("\"files\":[");
		buf_add(
		    out, from, (size_t)(strstr(from, "],\"aside\"") - from));
	} else {
		ck_assert_uint_eq(sync.n, 0);
	}
	ledger_release(&sync);
	buf_release(&text);
	return rc;
}

START_TEST(a_scan_finds_the_record_of_the_file_as_it_is_and_no_other)
{
	static const char *const names[] = {
	    "0001-Ü.md", "0002-Zwei.md", "0005-\"5\".md"};
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT, record = BUF_INIT;
	size_t i;

	fill(&sync);
	ledger_set_base(ledger_record(&sync, names[2]), C, "h5", "e5");
	ledger_json_print(&text, &sync);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_int_eq(scan(&text, names[i], &record), 0);
		ck_assert_uint_gt(record.len, 0);
		ck_assert_ptr_nonnull(strstr(text.s, record.s));
		ck_assert_ptr_null(strstr(record.s, "},{\"file\""));
	}
	/* An intent and what is resolved have its name, too. */
	ck_assert_int_eq(scan(&text, "0009.md", &record), 0);
	ck_assert_str_eq(record.s, "");
	ledger_release(&sync);
	buf_release(&text);
	buf_release(&record);
}
END_TEST

START_TEST(a_scan_of_what_is_no_ledger_says_so)
{
	static const char *const none[] = {"", "[]", "{}", "{\"v\":1}",
	    "{\"v\":99,\"files\":[{\"file\":\"0001.md\",\"etag\":\"e\"}]}",
	    "{\"files\":[{\"file\":\"0001.md\",\"etag\":\"e\"}]}",
	    "{\"v\":1,\"files\":{}}", "{\"v\":1,\"files\":[7]}",
	    "{\"v\":1,\"files\":[", "{\"v\":1,\"files\":[{\"file\":\"0001.md\"",
	    "{\"v\":1,\"files\":[{\"file\":\"0001.md\"}]}",
	    "{\"v\":1,\"files\":[{\"file\":\"0001.md\",\"etag\":\"e\"}]} x",
	    "{\"v\":1,\"files\":[{\"file\":\"0001.md\",\"etag\":\"e\"}"};
	struct buf text = BUF_INIT, out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(none); i++) {
		buf_set(&text, none[i], strlen(none[i]));
		ck_assert_msg(
		    scan(&text, "0001.md", &out) == -1, "%s", none[i]);
	}
	buf_release(&text);
	buf_release(&out);
}
END_TEST

static void
add_records(struct ledger *sync, unsigned n)
{
	char name[32], etag[16];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%04u-Nr-%u.md", i, i % 7);
		snprintf(etag, sizeof etag, "e%u", i);
		ledger_set_base(ledger_record(sync, name), A, B B, etag);
	}
}

START_TEST(a_scan_finds_each_of_many_records)
{
	struct ledger sync = LEDGER_INIT, one;
	struct buf text = BUF_INIT;
	unsigned n, i;

	for (n = 0; n < 40; n++) {
		add_records(&sync, n);
		if (n % 2 == 1)
			fill(&sync);
		buf_reset(&text);
		ledger_json_print(&text, &sync);
		for (i = 0; i < sync.n; i++) {
			const struct ledger_file *f = sync.files[i];

			one = (struct ledger)LEDGER_INIT;
			ck_assert_int_eq(
			    ledger_scan_file(&text, NULL, f->file, &one), 0);
			ck_assert_uint_eq(one.n, 1);
			ck_assert_str_eq(one.files[0]->file, f->file);
			ck_assert_str_eq(one.files[0]->etag, f->etag);
			ledger_release(&one);
		}
		ledger_release(&sync);
	}
	buf_release(&text);
}
END_TEST

/* Bytes that are told of when they are read: each page faults once. */
#define PAGE ((size_t)sysconf(_SC_PAGESIZE))
static struct {
	char *bytes;
	size_t room; /* whole pages */
	volatile unsigned touched;
} watched;

static void
count_page(int number, siginfo_t *info, void *context)
{
	size_t at = (size_t)((char *)info->si_addr - watched.bytes);

	(void)context;
	if (at >= watched.room ||
	    mprotect(watched.bytes + at / PAGE * PAGE, PAGE, PROT_READ) == -1)
		signal(number, SIG_DFL);
	else
		watched.touched++;
}

/* Return how many pages of the text a scan for the file reads. */
static unsigned
count_pages(const struct buf *text, const char *file, size_t expected)
{
	const struct sigaction action = {
	    .sa_sigaction = count_page, .sa_flags = SA_SIGINFO};
	struct ledger sync = LEDGER_INIT;
	struct buf view = {.len = text->len};
	int rc;

	watched.room = (text->len / PAGE + 1) * PAGE;
	watched.bytes = mmap(NULL, watched.room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(watched.bytes, MAP_FAILED);
	memcpy(watched.bytes, text->s, text->len);
	watched.touched = 0;
	ck_assert_int_eq(sigaction(SIGSEGV, &action, NULL), 0);
	ck_assert_int_eq(mprotect(watched.bytes, watched.room, PROT_NONE), 0);

	view.s = watched.bytes;
	rc = ledger_scan_file(&view, NULL, file, &sync);

	munmap(watched.bytes, watched.room);
	ck_assert_int_eq(rc, 0);
	ck_assert_uint_eq(sync.n, expected);
	ledger_release(&sync);
	return watched.touched;
}

START_TEST(a_scan_reads_a_few_pages_of_the_largest_ledger)
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;

	add_records(&sync, 10000);
	ledger_json_print(&text, &sync);
	ck_assert_uint_gt(text.len, 300 * PAGE);
	/* A binary search halves 400 pages nine times. */
	ck_assert_uint_le(count_pages(&text, "0000-Nr-0.md", 1), 16);
	ck_assert_uint_le(count_pages(&text, "4711-Nr-0.md", 1), 16);
	ck_assert_uint_le(count_pages(&text, "9999-Nr-3.md", 1), 16);
	ck_assert_uint_le(count_pages(&text, "4711-Neu.md", 0), 16);
	ck_assert_uint_le(count_pages(&text, "9999-Z.md", 0), 16);
	ledger_release(&sync);
	buf_release(&text);
}
END_TEST

START_TEST(the_folder_is_found_without_reading_the_rest)
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT, folder = BUF_INIT;

	ledger_scan_folder(&text, &folder);
	ck_assert_str_eq(folder.s, "");
	fill(&sync);
	ledger_json_print(&text, &sync);
	ledger_scan_folder(&text, &folder);
	ck_assert_str_eq(folder.s, "UserA");
	buf_set(&text, "{\"v\":1,\"files\":[]}", 18);
	buf_reset(&folder);
	ledger_scan_folder(&text, &folder);
	ck_assert_str_eq(folder.s, "");
	ledger_release(&sync);
	buf_release(&text);
	buf_release(&folder);
}
END_TEST

T_MAIN("sync", what_lies_beside_the_tasks_in_git_comes_back,
    an_unknown_state_word_is_printed_as_it_was_read,
    records_come_back_as_they_were, every_cut_of_the_records_is_none,
    records_of_another_shape_are_none,
    records_of_a_newer_version_are_not_broken_ones, records_are_found_by_name,
    an_open_conflict_outlives_its_file,
    a_resolved_conflict_is_remembered_with_its_time,
    what_only_a_conflict_has_kept_goes_with_it,
    a_base_that_is_set_to_itself_stays,
    conflicts_are_resolved_from_the_newest_to_the_oldest,
    an_older_conflict_is_resolved_before_a_newer_one,
    conflicts_and_pull_request_follow_a_rename,
    conflicts_and_pull_requests_of_two_files_change_places,
    a_branch_is_found_whatever_record_has_it,
    a_pull_request_is_waited_for_while_it_can_be_merged,
    a_tree_without_modes_and_foreign_entries_is_unknown,
    a_file_whose_name_is_taken_in_git_is_pending,
    a_file_is_clean_pending_in_a_pull_request_or_in_conflict,
    a_lease_lasts_as_long_whatever_the_reader_s_clock_shows,
    a_lease_from_a_time_to_come_is_over, clocks_that_agree_move_no_time,
    a_scan_finds_the_record_of_the_file_as_it_is_and_no_other,
    a_scan_finds_each_of_many_records,
    a_scan_reads_a_few_pages_of_the_largest_ledger,
    a_scan_of_what_is_no_ledger_says_so,
    the_folder_is_found_without_reading_the_rest)
