/*
 * The plan of a run with Git, as literals: what is recorded, what stands in
 * Git and here, and what becomes of it (docs/reconcile.md 5 to 10).
 *
 * A row gives the texts; ids and hashes follow from them.  The plan is
 * printed as one line for each file about which something happens:
 *
 *	0001.md * write push =a      in this portion (*): `a` is written here
 *	                             and pushed
 */
#include <time.h>

#include "base/enc.h"
#include "plan/decide.h"
#include "plan/facts.h"
#include "plan/plan.h"
#include "plan/plan_decide.h"
#include "plan/plan_merge.h"
#include "plan/plan_record.h"
#include "plan/settle.h"
#include "t.h"
#include "task/taskset.h"
#include "week/ledger.h"

#define TASK(status, body)                                                     \
	"---\ntyp: task\nkategorie: arbeit\nstatus: " status                   \
	"\n---\n\n# T\n" body "\n"
#define BASE   TASK("offen", "eins")
#define DONE   TASK("abgeschlossen", "eins") /* one field of BASE changed */
#define EDITED TASK("offen", "zwei")         /* another one */
#define MERGED TASK("abgeschlossen", "zwei") /* both */
#define OTHER  TASK("offen", "drei")         /* against EDITED */

/* What is known of one file. */
struct row {
	const char *name;
	const char *base;   /* recorded; NULL: no base */
	const char *git;    /* NULL: not there */
	const char *here;   /* NULL: not there */
	bool recorded;      /* even without a base */
	bool touched;       /* the ETag here is not the recorded one */
	const char *stored; /* was recorded as the base's bytes; NULL: they */
	bool held;
	bool vanished;               /* listed, and gone when it was read */
	bool barred;                 /* by what lies there instead of a file */
	bool too_large;              /* Git's bytes */
	bool base_gone;              /* Git has lost the base's */
	enum ledger_foreign foreign; /* what Git has instead of a file */
	bool executable;             /* Git's file */
	bool was_executable;         /* the recorded one */
	enum ledger_pr_state pr;
	const char *pr_has;   /* what we pushed to its branch */
	unsigned number;      /* of the request; 0: none opened yet */
	bool pr_moving;       /* the push may not be there */
	bool pr_touched;      /* the ETag is not that of its bytes */
	const char *conflict; /* our side of one that is not decided */
};

struct scene {
	struct ledger ledger;
	struct facts facts;
	struct plan plan;
	struct plan_result *results;
	const struct row *rows;
	size_t n;
};

static const struct plan_rules plain = {.files = 200, .pushes = 100};
static const struct plan_rules reading = {
    .files = 200, .pushes = 100, .read_only = true};
static const struct plan_rules sure = {
    .files = 200, .pushes = 100, .confirm = true};
static const struct plan_rules full = {
    .files = 200, .pushes = 100, .full = true};
static const struct plan_rules by_pr = {
    .files = 200, .pushes = 100, .via_pr = true};
static const struct plan_rules new_by_pr = {
    .files = 200, .pushes = 100, .create_via_pr = true};

static void
set_id(char *id, const char *text)
{
	struct object_id own;

	id[0] = '\0';
	if (text == NULL)
		return;
	object_id_of_blob(text, strlen(text), &own);
	memcpy(id, own.hex, sizeof own.hex);
}

static void
set_hash(char *hash, const char *text)
{
	hash[0] = '\0';
	if (text != NULL)
		taskset_hash(text, strlen(text), hash);
}

/* Scenes. */

static void
add_record(struct ledger *ledger, const struct row *row)
{
	struct ledger_file *f = ledger_record(ledger, row->name);
	char id[LEDGER_SHA_MAX], hash[ENC_HASH_LEN + 1];

	set_id(id, row->base);
	set_hash(hash, row->stored != NULL ? row->stored : row->base);
	ledger_set_base(f, id, hash, row->touched ? "old" : "m");
	f->held = row->held;
	f->executable = row->was_executable;
	if (row->conflict != NULL) {
		set_hash(hash, row->conflict);
		ledger_set_conflict(f, hash, "body");
	}
	if (row->pr_has == NULL)
		return;
	f->pr.state = row->pr;
	f->pr.branch = std_strdup("branch");
	f->pr.number = row->number;
	f->pr.moving = row->pr_moving;
	f->pr.etag = std_strdup(row->pr_touched ? "old" : "m");
	set_id(f->pr.blob, row->pr_has);
	set_hash(f->pr.hash, row->pr_has);
}

static const struct row *
find_row(const struct scene *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->rows[i].name, name) == 0)
			return &s->rows[i];
	ck_abort_msg("no row %s", name);
	return NULL;
}

static void
read_file(const struct scene *s, struct facts_file *file)
{
	const struct row *row = find_row(s, file->file);
	struct buf bytes = BUF_INIT, etag = BUF_INIT;

	if (row->vanished) {
		facts_set_vanished(file);
		return;
	}
	buf_adds(&bytes, row->here);
	buf_adds(&etag, "m");
	facts_set_bytes(file, &bytes, &etag);
}

static void
collect(struct scene *s, bool trust_none)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct row *row = &s->rows[i];

		if (row->recorded || row->base != NULL || row->pr_has != NULL)
			add_record(&s->ledger, row);
		facts_add(&s->facts, row->name);
		if (i % 2 == 0) /* another place that knows the name */
			facts_add(&s->facts, row->name);
	}
	facts_sort(&s->facts);
	ck_assert_uint_eq(s->facts.n, s->n);
	for (i = 0; i < s->n; i++) {
		const struct row *row = &s->rows[i];
		struct facts_file *file = facts_find(&s->facts, row->name);

		set_id(file->remote, row->git);
		file->executable = row->executable;
		file->foreign = row->foreign;
		if (row->here != NULL)
			facts_set_mirror(file, "m");
		if (row->barred)
			facts_set_barred(file);
		if (plan_decide_wants_bytes(file, &s->ledger, trust_none))
			read_file(s, file);
	}
}

static void
fill_blob(struct facts_blob *blob, const char *text, bool fails)
{
	ck_assert_ptr_nonnull(text);
	buf_adds(&blob->bytes, fails ? "" : text);
	blob->state = fails ? FACTS_TOO_LARGE : FACTS_READ;
}

/* Exactly what the plan wants; the rest stays unread. */
static void
fetch(struct scene *s)
{
	size_t i;

	for (i = 0; i < s->plan.n; i++) {
		const struct plan_item *item = &s->plan.items[i];
		struct facts_file *file = &s->facts.files[i];
		const struct row *row = find_row(s, file->file);

		if (item->wants != PLAN_WANTS_NONE)
			fill_blob(&file->theirs, row->git, row->too_large);
		if (item->wants == PLAN_WANTS_BOTH && row->base_gone)
			file->base.state = FACTS_ABSENT;
		else if (item->wants == PLAN_WANTS_BOTH)
			fill_blob(&file->base, row->base, false);
	}
}

static void
start(struct scene *s, const struct row *rows, size_t n,
    const struct plan_rules *rules)
{
	memset(s, 0, sizeof *s);
	s->rows = rows;
	s->n = n;
	collect(s, rules->full);
	plan_decide(&s->plan, &s->facts, &s->ledger, rules);
	fetch(s);
	plan_merge(&s->plan);
}

static void
stop(struct scene *s)
{
	size_t i;

	for (i = 0; s->results != NULL && i < s->plan.n; i++)
		buf_release(&s->results[i].etag);
	free(s->results);
	plan_release(&s->plan);
	facts_release(&s->facts);
	ledger_release(&s->ledger);
}

/* Printing. */

static void
print_text(struct buf *out, const char *text)
{
	static const struct {
		const char *name, *text;
	} names[] = {
	    {"BASE", BASE},
	    {"DONE", DONE},
	    {"EDITED", EDITED},
	    {"MERGED", MERGED},
	    {"OTHER", OTHER},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(text, names[i].text) == 0)
			text = names[i].name;
	buf_adds(out, text);
}

static void
add_if(struct buf *out, bool is, const char *word)
{
	if (is)
		buf_addf(out, " %s", word);
}

static void
print_item(struct buf *out, const struct plan_item *item)
{
	static const char *const mirror[] = {
	    [PLAN_AGREE] = "agree",
	    [PLAN_WRITE] = "write",
	    [PLAN_YIELD] = "yield",
	    [PLAN_REMOVE] = "remove",
	};
	static const char *const git[] = {
	    [PLAN_PUSH] = "push",
	    [PLAN_BY_PR] = "by-pr",
	    [PLAN_DECLINED] = "declined",
	};
	struct buf line = BUF_INIT;

	add_if(&line, item->chosen, "*");
	add_if(&line, item->waits, "waits");
	if (item->mirror != PLAN_KEEP)
		add_if(&line, true, mirror[item->mirror]);
	if (item->git != PLAN_NO_PUSH)
		add_if(&line, true, git[item->git]);
	add_if(&line, item->git != PLAN_NO_PUSH && item->executable, "+x");
	add_if(&line, item->action == DECIDE_FORGET, "forget");
	if (item->after.len > 0) {
		buf_adds(&line, " =");
		print_text(&line, item->after.s);
	}
	if (item->fields != NULL)
		buf_addf(&line, " (%s)", item->fields);
	if (item->source != NULL)
		buf_addf(&line, " from %s", item->source->facts->file);
	if (item->renamed != NULL)
		buf_addf(&line, " to %s", item->renamed->facts->file);
	add_if(&line, item->note.foreign != LEDGER_PLAIN, "foreign");
	add_if(&line, item->note.held, "held");
	add_if(&line, item->note.clean, "clean");
	add_if(&line, item->note.pr_etag, "pr-etag");
	add_if(&line, item->note.pr_over, "pr-over");
	if (line.len > 0)
		buf_addf(out, "%s%s\n", item->facts->file, line.s);
	buf_release(&line);
}

static void
print_plan(struct buf *out, const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		print_item(out, &plan->items[i]);
	if (plan->kept > 0)
		buf_addf(out, "kept %u\n", plan->kept);
	if (plan->revived > 0)
		buf_addf(out, "revived %u\n", plan->revived);
	if (plan->more)
		buf_adds(out, "more\n");
	if (plan->too_large)
		buf_adds(out, "too large\n");
	if (plan->blocked != NULL)
		buf_addf(out, "blocked %s\n", plan->blocked->facts->file);
}

static void
expect_plan(const struct row *rows, size_t n, const struct plan_rules *rules,
    const char *text)
{
	struct buf out = BUF_INIT;
	struct scene s;

	start(&s, rows, n, rules);
	print_plan(&out, &s.plan);
	ck_assert_str_eq(out.s, text);
	buf_release(&out);
	stop(&s);
}

/* The rows follow: PLAN(&plain, "0001.md * write =b\n", {"0001.md", ..}). */
#define PLAN(rules, text, ...)                                                 \
	do {                                                                   \
		static const struct row rows_[] = {__VA_ARGS__};               \
		expect_plan(rows_, ARRAY_LEN(rows_), rules, text);             \
	} while (0)

/* Records after a plan was carried out. */

static const char *
text_of_id(const struct scene *s, const char *id)
{
	char other[LEDGER_SHA_MAX];
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		const struct row *row = &s->rows[i];
		const char *const texts[] = {row->base, row->git, row->here,
		    row->pr_has, row->conflict,
		    s->plan.n > i ? s->plan.items[i].after.s : NULL};

		for (k = 0; k < ARRAY_LEN(texts); k++) {
			set_id(other, texts[k]);
			if (*id != '\0' && strcmp(other, id) == 0)
				return texts[k];
		}
	}
	return NULL;
}

static const char *
text_of_hash(const struct scene *s, const char *hash)
{
	char other[ENC_HASH_LEN + 1];
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		const struct row *row = &s->rows[i];
		const char *const texts[] = {row->base, row->git, row->here,
		    row->pr_has, row->conflict,
		    s->plan.n > i ? s->plan.items[i].after.s : NULL};

		for (k = 0; k < ARRAY_LEN(texts); k++) {
			set_hash(other, texts[k]);
			if (*hash != '\0' && strcmp(other, hash) == 0)
				return texts[k];
		}
	}
	return NULL;
}

/* " base=a", or with another hash than the text's " base=a#b". */
static void
print_base(const struct scene *s, struct buf *out, const char *key,
    const char *id, const char *hash)
{
	const char *text = text_of_id(s, id), *hashed = text_of_hash(s, hash);

	buf_addf(out, " %s=", key);
	if (text != NULL)
		print_text(out, text);
	if (text != hashed &&
	    (text == NULL || hashed == NULL || strcmp(text, hashed) != 0)) {
		buf_addc(out, '#');
		print_text(out, hashed != NULL ? hashed : "");
	}
}

static void
print_copy(const struct scene *s, struct buf *out, const char *hash,
    const char *fields)
{
	const char *text = text_of_hash(s, hash);

	if (*hash == '\0')
		return;
	buf_adds(out, " conflict=");
	print_text(out, text != NULL ? text : "?");
	buf_addf(out, "(%s)", fields != NULL ? fields : "");
}

static void
print_record(
    const struct scene *s, struct buf *out, const struct ledger_file *f)
{
	buf_adds(out, f->file);
	print_base(s, out, "base", f->base, f->hash);
	buf_addf(out, " etag=%s", f->etag);
	add_if(out, f->executable, "executable");
	add_if(out, f->foreign != LEDGER_PLAIN, "foreign");
	add_if(out, f->held, "held");
	print_copy(s, out, f->conflict, f->fields);
	if (f->pr.branch != NULL) {
		const char *word = ledger_pr_word(&f->pr);

		buf_addf(out, " pr=%s", word != NULL ? word : "none");
		print_base(s, out, "has", f->pr.blob, f->pr.hash);
		buf_addf(out, " etag=%s", f->pr.etag);
	}
	buf_addc(out, '\n');
}

static void
print_ledger(const struct scene *s, struct buf *out)
{
	size_t i;

	for (i = 0; i < s->ledger.n; i++)
		print_record(s, out, s->ledger.files[i]);
	if (s->ledger.tree_head[0] != '\0')
		buf_addf(out, "tree %s at %s\n", s->ledger.tree,
		    s->ledger.tree_head);
}

static void
print_intent(
    const struct scene *s, struct buf *out, const struct ledger_intent *i)
{
	const char *after = text_of_hash(s, i->after);

	buf_adds(out, i->file);
	add_if(out, i->written, "written");
	if (after != NULL) {
		buf_adds(out, " =");
		print_text(out, after);
	}
	buf_addf(out, " before=%s", i->before);
	print_base(s, out, "base", i->base, i->hash);
	if (i->pushed[0] != '\0') {
		buf_adds(out, " pushed=");
		print_text(out, text_of_id(s, i->pushed));
	}
	print_copy(s, out, i->conflict, i->fields);
	if (i->source != NULL)
		buf_addf(out, " from %s", i->source);
	if (i->renamed != NULL)
		buf_addf(out, " to %s", i->renamed);
	buf_addc(out, '\n');
}

/* What is done before the mirror is written: ids of the commit. */
static void
commit(struct scene *s)
{
	size_t i;

	s->results = std_zalloc(s->plan.n * sizeof *s->results);
	for (i = 0; i < s->plan.n; i++) {
		const struct plan_item *item = &s->plan.items[i];

		buf_init(&s->results[i].etag);
		buf_adds(&s->results[i].etag, item->facts->etag.s);
		if (item->git == PLAN_PUSH)
			set_id(s->results[i].pushed, item->after.s);
	}
}

static void
write_mirror(struct scene *s)
{
	size_t i;

	for (i = 0; i < s->plan.n; i++) {
		if (!plan_writes(&s->plan.items[i]))
			continue;
		s->results[i].written = true;
		buf_reset(&s->results[i].etag);
		buf_adds(&s->results[i].etag, "new");
	}
}

enum how { LANDED, NOT_LANDED, NOT_WRITTEN };

static void
expect_records(const struct row *rows, size_t n, const struct plan_rules *rules,
    enum how how, const char *text)
{
	const struct plan_git_after git = {
	    how == LANDED, "tasks", how == LANDED ? "Ada" : NULL};
	struct buf out = BUF_INIT;
	struct scene s;
	bool shown;

	start(&s, rows, n, rules);
	memcpy(s.ledger.head, "head", sizeof "head");
	shown = plan_record_notes(&s.plan, &s.ledger);
	commit(&s);
	plan_record_intents(&s.plan, s.results, &s.ledger, "commit", 17);
	if (how != NOT_WRITTEN)
		write_mirror(&s);
	shown = plan_record_done(&s.plan, s.results, &s.ledger, &git) || shown;
	ck_assert_uint_eq(s.ledger.n_intents, 0);
	ck_assert(std_streq(s.ledger.folder, git.folder) || git.folder == NULL);
	add_if(&out, shown, "shown\n");
	print_ledger(&s, &out);
	ck_assert_str_eq(out.s, text);
	buf_release(&out);
	stop(&s);
}

#define RECORDS(rules, how, text, ...)                                         \
	do {                                                                   \
		static const struct row rows_[] = {__VA_ARGS__};               \
		expect_records(rows_, ARRAY_LEN(rows_), rules, how, text);     \
	} while (0)

static void
expect_intents(const struct row *rows, size_t n, const struct plan_rules *rules,
    const char *text)
{
	struct buf out = BUF_INIT;
	struct scene s;
	size_t i;

	start(&s, rows, n, rules);
	memcpy(s.ledger.head, "head", sizeof "head");
	ledger_intent_add(&s.ledger, "an-earlier-one.md");
	commit(&s);
	plan_record_intents(&s.plan, s.results, &s.ledger, "commit", 17);
	ck_assert_str_eq(s.ledger.commit, "commit");
	ck_assert_str_eq(s.ledger.intent_head, "head");
	ck_assert_int_eq(s.ledger.intent_ms, 17);
	for (i = 0; i < s.ledger.n_intents; i++)
		print_intent(&s, &out, &s.ledger.intents[i]);
	ck_assert_str_eq(out.s, text);
	buf_release(&out);
	stop(&s);
}

#define INTENTS(rules, text, ...)                                              \
	do {                                                                   \
		static const struct row rows_[] = {__VA_ARGS__};               \
		expect_intents(rows_, ARRAY_LEN(rows_), rules, text);          \
	} while (0)

/* The table of docs/reconcile.md 6, line by line. */

START_TEST(an_unchanged_base_pushes_edits_and_pulls_what_is_absent)
{
	PLAN(&plain, "", {"0001.md", .base = "a", .git = "a", .here = "a"});
	PLAN(&plain, "0001.md * push =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true});
	PLAN(&plain, "0001.md * write =a\n",
	    {"0001.md", .base = "a", .git = "a"});
}
END_TEST

START_TEST(a_changed_base_is_pulled_or_merged)
{
	PLAN(&plain, "0001.md * write =b\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"});
	PLAN(&plain, "0001.md * agree =b\n",
	    {"0001.md", .base = "a", .git = "b", .here = "b", .touched = true});
	PLAN(&plain, "0001.md * write =b\n",
	    {"0001.md", .base = "a", .git = "b"});
}
END_TEST

START_TEST(a_base_that_is_gone_removes_or_revives)
{
	PLAN(&plain, "0001.md * remove\n",
	    {"0001.md", .base = "a", .here = "a"},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	PLAN(&plain, "0001.md * push =x\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	PLAN(&plain, "0001.md forget\n", {"0001.md", .base = "a"});
}
END_TEST

START_TEST(an_unknown_base_adopts_equal_bytes_and_pulls_what_is_absent)
{
	PLAN(&plain, "0001.md * agree =a\n",
	    {"0001.md", .git = "a", .here = "a"});
	PLAN(&plain, "0001.md * yield =b ()\n",
	    {"0001.md", .git = "b", .here = "x"});
	PLAN(&plain, "0001.md * yield =EDITED (body)\n",
	    {"0001.md", .git = EDITED, .here = OTHER});
	PLAN(&plain, "0001.md * write =a\n", {"0001.md", .git = "a"});
	/* A record that has lost its base is none. */
	PLAN(&plain, "0001.md * yield =b ()\n",
	    {"0001.md", .git = "b", .here = "x", .recorded = true});
}
END_TEST

START_TEST(a_file_that_only_the_mirror_has_is_pushed)
{
	PLAN(&plain, "0001.md * push =x\n", {"0001.md", .here = "x"});
	PLAN(&plain, "0001.md * push =x\n",
	    {"0001.md", .here = "x", .recorded = true});
	PLAN(&plain, "0001.md forget\n", {"0001.md", .recorded = true});
}
END_TEST

/* Both directions of the table itself, cell by cell. */
START_TEST(the_table_has_twenty_four_cells)
{
	static const enum decide_action table[6][4] = {
	    {DECIDE_NOTHING, DECIDE_PUSH, DECIDE_PULL, DECIDE_PULL},
	    {DECIDE_PULL, DECIDE_MERGE, DECIDE_PULL, DECIDE_PULL},
	    {DECIDE_REMOVE, DECIDE_PUSH_NEW, DECIDE_REMOVE, DECIDE_FORGET},
	    {DECIDE_ADOPT, DECIDE_ADOPT, DECIDE_ADOPT, DECIDE_PULL},
	    {DECIDE_PUSH, DECIDE_PUSH, DECIDE_PUSH, DECIDE_FORGET},
	    {DECIDE_NOTHING, DECIDE_NOTHING, DECIDE_NOTHING, DECIDE_FORGET},
	};
	int from, side;

	for (from = DECIDE_SAME; from <= DECIDE_FOREIGN; from++)
		for (side = DECIDE_CLEAN; side <= DECIDE_ABSENT; side++)
			ck_assert_int_eq(decide((enum decide_remote)from,
					     (enum decide_mirror)side),
			    table[from][side]);
}
END_TEST

/* What is no plain file in Git. */

#define FOLDER .foreign = LEDGER_FOLDER

START_TEST(a_foreign_entry_in_git_leaves_the_task_as_it_is)
{
	static const enum ledger_foreign kinds[] = {
	    LEDGER_FOLDER, LEDGER_LINK, LEDGER_SUBMODULE, LEDGER_LOST};
	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct row rows[] = {
		    {"0001.md", .base = "a", .here = "a", .foreign = kinds[i]},
		    {"0002.md", .base = "a", .here = "x", .touched = true,
			.foreign = kinds[i]},
		    {"0003.md", .here = "x", .foreign = kinds[i]},
		    {"0004.md", .base = "a", .foreign = kinds[i]},
		    {"0005.md", .foreign = kinds[i]},
		    {"0006.md", .base = "b", .git = "b", .here = "b"}};

		expect_plan(rows, ARRAY_LEN(rows), &plain,
		    "0001.md foreign\n0002.md foreign\n0003.md foreign\n"
		    "0004.md forget\n0005.md forget\nblocked 0001.md\n");
	}
}
END_TEST

START_TEST(a_foreign_entry_is_not_replaced_by_any_setting)
{
	static const struct row rows[] = {
	    {"0001.md", .base = "a", .here = "a", FOLDER},
	    {"0002.md", .base = "a", .here = "x", .touched = true, FOLDER},
	    {"0003.md", .here = "x", FOLDER},
	    {"0004.md", .base = "a", .here = "y", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .pr_touched = true,
		.number = 7, FOLDER}};
	static const char text[] =
	    "0001.md foreign\n0002.md foreign\n0003.md foreign\n"
	    "0004.md waits foreign\nblocked 0001.md\n";
	static const struct plan_rules *const all[] = {
	    &plain, &sure, &full, &by_pr, &new_by_pr, &reading};
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++)
		expect_plan(rows, ARRAY_LEN(rows), all[i], text);
}
END_TEST

START_TEST(a_file_renamed_away_from_a_foreign_entry_moves)
{
	PLAN(&plain,
	    "0001.md * remove to 0002.md foreign\n"
	    "0002.md * write push =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true, FOLDER},
	    {"0002.md", .git = "a"});
}
END_TEST

START_TEST(a_foreign_entry_keeps_the_tree_unknown_and_is_recorded)
{
	RECORDS(&plain, NOT_LANDED,
	    " shown\n0001.md base=a etag=m foreign\n"
	    "0002.md base= etag= foreign\n",
	    {"0001.md", .base = "a", .here = "a", FOLDER},
	    {"0002.md", .here = "x", FOLDER});
	RECORDS(&plain, NOT_LANDED, "", {"0001.md", FOLDER});
}
END_TEST

START_TEST(a_barred_name_is_left_alone_whatever_git_has)
{
	static const struct row rows[] = {
	    {"0001.md", .base = "a", .git = "a", .barred = true},
	    {"0002.md", .base = "a", .git = "b", .barred = true},
	    {"0003.md", .base = "a", .here = "a", .barred = true},
	    {"0004.md", .git = "a", .barred = true},
	    {"0005.md", .barred = true},
	    {"0006.md", .base = "a", .barred = true, FOLDER},
	    {"0007.md", .base = "a", .git = "c", .barred = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0008.md", .base = "a", .git = "c", .here = "a"}};
	static const struct plan_rules *const all[] = {
	    &plain, &sure, &full, &by_pr, &new_by_pr, &reading};
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++)
		expect_plan(rows, ARRAY_LEN(rows), all[i],
		    "0007.md waits\n0008.md * write =c\nblocked 0002.md\n");
}
END_TEST

START_TEST(no_bytes_move_to_a_barred_name)
{
	PLAN(&plain, "0001.md * yield =c ()\nblocked 0002.md\n",
	    {"0001.md", .base = "a", .git = "c", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .git = "a", .barred = true});
	/* Nor is its task removed under its old name, which Git has lost. */
	PLAN(&plain, "0001.md * push =x\nrevived 1\nblocked 0002.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .git = "a", .barred = true},
	    {"0003.md", .base = "b", .git = "b", .here = "b"});
}
END_TEST

START_TEST(a_barred_name_keeps_its_record_and_the_tree_unknown)
{
	RECORDS(&plain, NOT_LANDED,
	    "0001.md base=a etag=m\n0002.md base=a etag=m\n",
	    {"0001.md", .base = "a", .barred = true},
	    {"0002.md", .base = "a", .git = "b", .barred = true},
	    {"0003.md", .git = "b", .barred = true});
}
END_TEST

START_TEST(a_push_has_the_mode_that_git_has_or_had)
{
	PLAN(&plain, "0001.md * push +x =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.executable = true});
	PLAN(&plain, "0001.md * push =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.was_executable = true});
	PLAN(&by_pr, "0001.md by-pr +x =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.executable = true});
	PLAN(&plain, "0001.md * write push +x =MERGED\n",
	    {"0001.md", .base = BASE, .git = DONE, .here = EDITED,
		.touched = true, .executable = true});
	PLAN(&plain, "0001.md * push +x =x\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.was_executable = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
}
END_TEST

START_TEST(a_mode_of_git_is_recorded)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=a etag=new executable\n"
	    "0002.md base=b etag=m executable\n0003.md base=c etag=m\n"
	    "tree tasks at head\n",
	    {"0001.md", .git = "a", .executable = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b",
		.executable = true},
	    {"0003.md", .base = "c", .git = "c", .here = "c",
		.was_executable = true});
}
END_TEST

/* Clean or dirty. */

static bool
wants(struct row row, bool trust_none)
{
	struct facts_file file = {
	    .file = (char *)(uintptr_t)row.name, .there = row.here != NULL};
	struct ledger ledger = LEDGER_INIT;
	bool wanted;

	buf_init(&file.etag);
	buf_adds(&file.etag, "m");
	if (row.recorded || row.base != NULL || row.pr_has != NULL)
		add_record(&ledger, &row);
	wanted = plan_decide_wants_bytes(&file, &ledger, trust_none);
	buf_release(&file.etag);
	ledger_release(&ledger);
	return wanted;
}

#define WANTS(full_, ...) wants((struct row){"0001.md", __VA_ARGS__}, full_)

START_TEST(a_file_is_read_unless_its_etag_says_enough)
{
	ck_assert(!WANTS(false, .base = "a", .here = "a"));
	ck_assert(WANTS(true, .base = "a", .here = "a"));
	ck_assert(!WANTS(true, .base = "a"));
	ck_assert(WANTS(false, .base = "a", .here = "a", .touched = true));
	ck_assert(WANTS(false, .here = "a"));
	ck_assert(WANTS(false, .here = "a", .recorded = true));
}
END_TEST

START_TEST(a_waiting_file_is_read_unless_its_request_has_that_etag)
{
	ck_assert(!WANTS(false, .base = "a", .here = "x", .touched = true,
	    .pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7));
	ck_assert(WANTS(false, .base = "a", .here = "y", .pr_touched = true,
	    .pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7));
	ck_assert(WANTS(false, .base = "a", .here = "x", .pr_moving = true,
	    .pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7));
	ck_assert(WANTS(false, .base = "a", .here = "x", .pr = LEDGER_PR_OPEN,
	    .pr_has = "x"));
	ck_assert(WANTS(true, .base = "a", .here = "x", .pr = LEDGER_PR_OPEN,
	    .pr_has = "x", .number = 7));
	/* A closed one decides nothing. */
	ck_assert(!WANTS(false, .base = "a", .here = "a", .pr_touched = true,
	    .pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7));
}
END_TEST

START_TEST(bytes_of_the_base_are_clean_whatever_their_etag)
{
	PLAN(&plain, "0001.md clean\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a", .touched = true});
	PLAN(&plain, "0001.md * write =b clean\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a", .touched = true});
}
END_TEST

START_TEST(a_full_run_reads_what_the_etag_calls_clean)
{
	/* The same ETag, and other bytes. */
	PLAN(&plain, "", {"0001.md", .base = "a", .git = "a", .here = "x"});
	PLAN(&full, "0001.md * push =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x"});
	PLAN(&full, "", {"0001.md", .base = "a", .git = "a", .here = "a"});
}
END_TEST

START_TEST(a_full_run_mends_bytes_that_are_not_those_of_their_id)
{
	PLAN(&full, "0001.md * write =whole\n",
	    {"0001.md", .base = "whole", .stored = "who", .git = "whole",
		.here = "who"});
	PLAN(&full, "0001.md * write =b\n",
	    {"0001.md", .base = "whole", .stored = "who", .git = "b",
		.here = "who"});
	PLAN(&full, "0001.md * remove\n",
	    {"0001.md", .base = "whole", .stored = "who", .here = "who"},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	RECORDS(&full, NOT_LANDED,
	    " shown\n0001.md base=whole etag=new\ntree tasks at head\n",
	    {"0001.md", .base = "whole", .stored = "who", .git = "whole",
		.here = "who"});
}
END_TEST

START_TEST(an_edit_of_damaged_bytes_stays_an_edit)
{
	PLAN(&full, "0001.md * push =who, edited\n",
	    {"0001.md", .base = "whole", .stored = "who", .git = "whole",
		.here = "who, edited", .touched = true});
}
END_TEST

START_TEST(a_wrong_hash_of_right_bytes_is_put_right)
{
	RECORDS(&full, NOT_LANDED,
	    " shown\n0001.md base=a etag=m\ntree tasks at head\n",
	    {"0001.md", .base = "a", .stored = "x", .git = "a", .here = "a"});
}
END_TEST

START_TEST(a_file_that_vanishes_while_it_is_read_is_absent)
{
	PLAN(&plain, "0001.md * write =a\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.vanished = true});
}
END_TEST

/* Merges. */

START_TEST(edits_of_different_fields_are_merged_and_pushed)
{
	PLAN(&plain, "0001.md * write push =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
}
END_TEST

START_TEST(a_merge_that_is_ours_is_only_pushed)
{
	PLAN(&plain, "0001.md * push =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = MERGED,
		.touched = true});
}
END_TEST

START_TEST(a_merge_that_is_gits_is_only_written)
{
	PLAN(&plain, "0001.md * write =MERGED\n",
	    {"0001.md", .base = BASE, .git = MERGED, .here = DONE,
		.touched = true});
}
END_TEST

START_TEST(edits_of_one_field_are_a_conflict_with_gits_bytes_in_place)
{
	PLAN(&plain, "0001.md * yield =EDITED (body)\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = OTHER,
		.touched = true});
	PLAN(&plain, "0001.md * yield =b ()\n",
	    {"0001.md", .base = "a", .git = "b", .here = "x", .touched = true});
	PLAN(&plain, "0001.md * yield =EDITED (status, body)\n",
	    {"0001.md", .base = "a", .git = EDITED,
		.here = TASK("abgeschlossen", "drei"), .touched = true,
		.base_gone = true});
}
END_TEST

START_TEST(a_base_that_git_has_lost_merges_only_equal_bytes)
{
	PLAN(&plain, "0001.md * yield =EDITED (status, body)\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true, .base_gone = true});
	PLAN(&plain, "0001.md * agree =EDITED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = EDITED,
		.touched = true, .base_gone = true});
}
END_TEST

START_TEST(a_file_too_large_is_left_out_alone)
{
	PLAN(&plain, "0001.md *\n0002.md * write =c\ntoo large\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a",
		.too_large = true},
	    {"0002.md", .base = "b", .git = "c", .here = "b"});
}
END_TEST

START_TEST(a_renamed_file_too_large_keeps_its_old_name)
{
	PLAN(&plain, "0001.md to 0009.md\n0009.md * from 0001.md\ntoo large\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a", .too_large = true});
}
END_TEST

/* Renames. */

START_TEST(a_clean_renamed_file_is_pulled_and_its_old_name_removed)
{
	PLAN(&plain, "0001.md * remove to 0009.md\n0009.md * write =a\n",
	    {"0001.md", .base = "a", .here = "a"}, {"0009.md", .git = "a"});
}
END_TEST

START_TEST(dirty_bytes_move_along_with_a_rename)
{
	PLAN(&plain,
	    "0001.md * remove to 0009.md\n"
	    "0009.md * write push =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a"});
	/* To a name that stands before the old one. */
	PLAN(&plain,
	    "0001.md * write push =x from 0009.md\n"
	    "0009.md * remove to 0001.md\n",
	    {"0001.md", .git = "a"},
	    {"0009.md", .base = "a", .here = "x", .touched = true});
}
END_TEST

START_TEST(of_several_new_names_the_first_free_one_is_taken)
{
	PLAN(&plain,
	    "0001.md * remove to 0007.md\n0002.md * remove to 0008.md\n"
	    "0007.md * write push =x from 0001.md\n"
	    "0008.md * write push =y from 0002.md\n0009.md * write =a\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "a", .here = "y", .touched = true},
	    {"0007.md", .git = "a"}, {"0008.md", .git = "a"},
	    {"0009.md", .git = "a"});
}
END_TEST

START_TEST(a_name_that_had_the_base_before_is_no_new_name)
{
	/* One that was recorded already, even for an empty file. */
	PLAN(&plain, "0001.md * push\n0009.md * write =a\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "", .touched = true},
	    {"0009.md", .base = "a", .git = "a"});
	PLAN(&plain, "0001.md * push =x\n0009.md * write =a\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .base = "a", .git = "a"});
}
END_TEST

START_TEST(another_blob_is_no_new_name)
{
	PLAN(&plain,
	    "0001.md * push =x\n0007.md * write =0\n0009.md * write =b\n"
	    "revived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0005.md", .base = "c", .git = "c", .here = "c"},
	    {"0007.md", .git = "0"}, {"0009.md", .git = "b"});
}
END_TEST

/* Crashed after the new name was written, before the old one was removed. */
START_TEST(a_rename_that_a_crash_left_half_done_is_finished)
{
	PLAN(&plain, "0001.md * remove to 0009.md\n0009.md * push =x\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .base = "a", .git = "a", .here = "x", .touched = true});
	/* Edited since: both are kept. */
	PLAN(&plain, "0001.md * push =x\n0009.md * push =y\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .base = "a", .git = "a", .here = "y", .touched = true});
	/* Clean here: then it has not moved. */
	PLAN(&plain, "0001.md * remove\n",
	    {"0001.md", .base = "a", .here = "a"},
	    {"0009.md", .base = "a", .git = "a", .here = "a"});
	PLAN(&full, "0001.md * remove\n", {"0001.md", .base = "a", .here = "a"},
	    {"0009.md", .base = "a", .git = "a", .here = "a"});
	/* Two of the same bytes that are both gone: neither has moved. */
	PLAN(&plain, "0001.md * push =x\n0002.md * push =x\nrevived 2\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "a", .here = "x", .touched = true},
	    {"0005.md", .base = "c", .git = "c", .here = "c"});
}
END_TEST

START_TEST(both_names_of_a_waiting_file_wait)
{
	PLAN(&plain, "0001.md waits\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0009.md", .git = "a"});
	PLAN(&plain, "0001.md waits by-pr =y\n",
	    {"0001.md", .base = "a", .here = "y", .pr_touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0009.md", .git = "a"});
	/* What stands in Git has not moved. */
	PLAN(&plain, "0001.md waits\n0009.md * write =a\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0009.md", .git = "a"});
}
END_TEST

/* Names that stay while their tasks move. */

START_TEST(a_dirty_file_follows_its_base_to_a_name_that_stays)
{
	PLAN(&plain,
	    "0006.md * write =b to 0007.md\n"
	    "0007.md * write push =x from 0006.md\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "b"});
	PLAN(&plain,
	    "0006.md * write push =y from 0007.md to 0007.md\n"
	    "0007.md * write push =x from 0006.md to 0006.md\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "y", .touched = true});
	/* Fields that could be merged are not: each edit stays with its task. */
	PLAN(&plain,
	    "0006.md * write push =MERGED from 0007.md to 0007.md\n"
	    "0007.md * write push =EDITED from 0006.md to 0006.md\n",
	    {"0006.md", .base = BASE, .git = DONE, .here = EDITED,
		.touched = true},
	    {"0007.md", .base = DONE, .git = BASE, .here = MERGED,
		.touched = true});
	PLAN(&plain,
	    "0006.md * write push =z from 0008.md to 0007.md\n"
	    "0007.md * write push =x from 0006.md to 0008.md\n"
	    "0008.md * write push =y from 0007.md to 0006.md\n",
	    {"0006.md", .base = "a", .git = "c", .here = "x", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "y", .touched = true},
	    {"0008.md", .base = "c", .git = "b", .here = "z", .touched = true});
	/* The last one to the front, the others one on. */
	PLAN(&plain,
	    "0009.md * write =u\n0010.md * write =p\n"
	    "0011.md * write =q to 0012.md\n"
	    "0012.md * write push =x from 0011.md\n"
	    "0013.md * write =s\n0014.md * write =t\n",
	    {"0009.md", .base = "p", .git = "u", .here = "p"},
	    {"0010.md", .base = "q", .git = "p", .here = "q"},
	    {"0011.md", .base = "r", .git = "q", .here = "x", .touched = true},
	    {"0012.md", .base = "s", .git = "r", .here = "s"},
	    {"0013.md", .base = "t", .git = "s", .here = "t"},
	    {"0014.md", .base = "u", .git = "t", .here = "u"});
	/* A new task before them, and the last name is new. */
	PLAN(&plain,
	    "0009.md * write =n to 0010.md\n"
	    "0010.md * write push =x from 0009.md to 0011.md\n"
	    "0011.md * write push =y from 0010.md\n",
	    {"0009.md", .base = "p", .git = "n", .here = "x", .touched = true},
	    {"0010.md", .base = "q", .git = "p", .here = "y", .touched = true},
	    {"0011.md", .git = "q"});
}
END_TEST

START_TEST(a_dirty_file_that_is_gone_follows_its_base_to_a_name_that_stays)
{
	/* The task of 0007 is gone, and 0008 has its name. */
	PLAN(&plain,
	    "0007.md * write push =x from 0008.md\n"
	    "0008.md * remove to 0007.md\n",
	    {"0007.md", .base = "a", .git = "b", .here = "a"},
	    {"0008.md", .base = "b", .here = "x", .touched = true});
	/* A clean one, too, is no removal. */
	PLAN(&plain, "0007.md * write =b\n0008.md * remove to 0007.md\n",
	    {"0007.md", .base = "a", .git = "b", .here = "a"},
	    {"0008.md", .base = "b", .here = "b"});
	/* One that was made here has the name: it yields. */
	PLAN(&plain,
	    "0001.md * remove to 0009.md\n"
	    "0009.md * yield push =x () from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0005.md", .base = "b", .git = "b", .here = "b"},
	    {"0009.md", .git = "a", .here = "z"});
}
END_TEST

START_TEST(an_edit_is_never_merged_into_another_task)
{
	/* The task is gone, and another one has its name: EDITED and DONE
	 * could be merged field by field. */
	PLAN(&plain,
	    "0006.md * yield =DONE (status, body)\n"
	    "0007.md * write =OTHER\n",
	    {"0006.md", .base = BASE, .git = DONE, .here = EDITED,
		.touched = true},
	    {"0007.md", .base = DONE, .git = OTHER, .here = DONE});
	/* Two names have the task: nobody knows which is meant. */
	PLAN(&plain,
	    "0006.md * yield =DONE (status, body)\n"
	    "0008.md * write =BASE\n0009.md * write =BASE\n",
	    {"0006.md", .base = BASE, .git = DONE, .here = EDITED,
		.touched = true},
	    {"0008.md", .git = BASE}, {"0009.md", .git = BASE});
	/* The other's edit comes here: ours yields, and is not mixed. */
	PLAN(&plain,
	    "0006.md * write =c to 0007.md\n"
	    "0007.md * yield push =EDITED (status, body) from 0006.md\n",
	    {"0006.md", .base = BASE, .git = "c", .here = EDITED,
		.touched = true},
	    {"0007.md", .base = "d", .git = BASE, .here = DONE,
		.touched = true});
}
END_TEST

/* A task that Git shows under this title and with that status. */
#define TITLED(title, status)                                                  \
	"---\ntyp: task\nkategorie: arbeit\nstatus: " status "\n---\n# " title \
	"\n"
#define A      TITLED("A", "offen")
#define A_DONE TITLED("A", "abgeschlossen")
#define A_LATE                                                                 \
	"---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"                   \
	"deadline: 24.12.2026\n---\n# A\n"
#define B      TITLED("B", "offen")
#define B_GONE TITLED("B", "abgebrochen")

START_TEST(an_edit_is_not_merged_into_a_file_of_another_title)
{
	/* Swapped and edited in one push: no blob tells what went where. */
	PLAN(&plain,
	    "0006.md * yield =" B " (deadline, body)\n0007.md * write =" A_DONE
	    "\n",
	    {"0006.md", .base = A, .git = B, .here = A_LATE, .touched = true},
	    {"0007.md", .base = B_GONE, .git = A_DONE, .here = B_GONE});
	/* Its own title is in the front matter, and the text is the same. */
	PLAN(&plain,
	    "0006.md * yield =---\ntitle: C\ntyp: task\nkategorie: arbeit\n"
	    "status: offen\n---\n# A\n (status, title)\n",
	    {"0006.md", .base = A, .here = A_DONE, .touched = true,
		.git = "---\ntitle: C\ntyp: task\nkategorie: arbeit\n"
		       "status: offen\n---\n# A\n"});
}
END_TEST

START_TEST(a_title_that_is_not_gits_alone_is_merged)
{
	/* Only ours, */
	PLAN(&plain, "0006.md * write push =" TITLED("B", "abgeschlossen") "\n",
	    {"0006.md", .base = A, .git = A_DONE, .here = B, .touched = true});
	/* or the same on both sides. */
	PLAN(&plain, "0006.md * agree =" B_GONE "\n",
	    {"0006.md", .base = A, .git = B_GONE, .here = B_GONE,
		.touched = true});
	PLAN(&plain, "0006.md * write =" B_GONE "\n",
	    {"0006.md", .base = A, .git = B_GONE, .here = B, .touched = true});
}
END_TEST

START_TEST(bytes_that_git_has_under_their_name_stay)
{
	/* The same change of places here and there. */
	PLAN(&plain, "0006.md * agree =b\n0007.md * agree =a\n",
	    {"0006.md", .base = "a", .git = "b", .here = "b", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "a", .touched = true});
	PLAN(&plain, "0006.md * agree =c\n0008.md * write =a\n",
	    {"0006.md", .base = "a", .git = "c", .here = "c", .touched = true},
	    {"0008.md", .git = "a"});
}
END_TEST

START_TEST(names_between_which_bytes_move_go_together)
{
	static const struct plan_rules one = {.files = 1, .pushes = 1};

	PLAN(&one,
	    "0006.md * write push =y from 0008.md to 0007.md\n"
	    "0007.md * write push =x from 0006.md\n"
	    "0008.md * write =c to 0006.md\nmore\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true},
	    {"0007.md", .base = "c", .git = "a", .here = "c"},
	    {"0008.md", .base = "b", .git = "c", .here = "y", .touched = true},
	    {"0009.md", .git = "z"});
	/* Nor is one of them left out alone. */
	PLAN(&plain,
	    "0006.md * to 0007.md\n0007.md from 0006.md\n0009.md * write =z\n"
	    "too large\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true,
		.too_large = true},
	    {"0007.md", .base = "b", .git = "a", .here = "b"},
	    {"0009.md", .git = "z"});
}
END_TEST

START_TEST(an_open_request_holds_the_name_that_its_task_has_now)
{
	PLAN(&plain, "0006.md waits\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0007.md", .base = "b", .git = "a", .here = "b"});
	PLAN(&plain, "0007.md waits\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "y", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "y", .number = 7});
	/* Bytes that would go to a name that waits are in conflict. */
	PLAN(&plain, "0006.md * yield =c ()\n0007.md waits\n",
	    {"0006.md", .base = "a", .git = "c", .here = "x", .touched = true},
	    {"0007.md", .base = "b", .git = "a", .here = "y", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "y", .number = 7});
}
END_TEST

/* Portions. */

static void
expect_portion(struct row *rows, size_t n, size_t chosen, bool more)
{
	struct scene s;
	size_t i, count = 0;

	start(&s, rows, n, &plain);
	for (i = 0; i < s.plan.n; i++)
		count += s.plan.items[i].chosen;
	ck_assert_uint_eq(count, chosen);
	ck_assert(s.plan.more == more);
	if (n > 0) /* by name */
		ck_assert(s.plan.items[0].chosen);
	stop(&s);
}

static void
expect_portions(struct row like, size_t n, size_t chosen, bool more)
{
	struct row *rows = std_zalloc(n * sizeof *rows);
	char(*names)[16] = std_zalloc(n * sizeof *names);
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(names[i], sizeof names[i], "%04u.md", (unsigned)i);
		rows[i] = like;
		rows[i].name = names[i];
	}
	expect_portion(rows, n, chosen, more);
	free(rows);
	free(names);
}

START_TEST(a_portion_has_200_writes_and_100_pushes)
{
	const struct row pull = {.git = "a"}, push = {.here = "x"};
	const struct row merge = {
	    .base = BASE, .git = EDITED, .here = DONE, .touched = true};

	expect_portions(pull, 199, 199, false);
	expect_portions(pull, 200, 200, false);
	expect_portions(pull, 201, 200, true);
	expect_portions(push, 100, 100, false);
	expect_portions(push, 101, 100, true);
	expect_portions(merge, 100, 100, false);
	expect_portions(merge, 101, 100, true);
}
END_TEST

/* 99 pushes, then a file that moves by its two names. */
static void
expect_pair(size_t pushes, bool chosen)
{
	size_t n = pushes + 2, i;
	struct row *rows = std_zalloc(n * sizeof *rows);
	char(*names)[16] = std_zalloc(n * sizeof *names);
	struct scene s;

	for (i = 0; i < n; i++) {
		snprintf(names[i], sizeof names[i], "%04u.md", (unsigned)i);
		rows[i] = (struct row){.name = names[i], .here = "x"};
	}
	rows[n - 2] = (struct row){
	    .name = names[n - 2], .base = "a", .here = "y", .touched = true};
	rows[n - 1] = (struct row){.name = names[n - 1], .git = "a"};
	start(&s, rows, n, &plain);
	ck_assert(s.plan.items[n - 2].chosen == chosen);
	ck_assert(s.plan.items[n - 1].chosen == chosen);
	ck_assert(s.plan.more == !chosen);
	stop(&s);
	free(rows);
	free(names);
}

START_TEST(the_two_names_of_a_moved_file_go_together)
{
	static const struct plan_rules one = {.files = 1, .pushes = 100};

	expect_pair(99, true);
	expect_pair(100, false);
	/* They count as one, whichever comes first. */
	PLAN(&one,
	    "0001.md * remove to 0009.md\n"
	    "0009.md * write push =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a"});
	PLAN(&one,
	    "0001.md * write push =x from 0009.md\n"
	    "0009.md * remove to 0001.md\n",
	    {"0001.md", .git = "a"},
	    {"0009.md", .base = "a", .here = "x", .touched = true});
	/* Those of a clean one need not. */
	PLAN(&one, "0001.md * remove to 0009.md\nmore\n",
	    {"0001.md", .base = "a", .here = "a"}, {"0009.md", .git = "a"});
}
END_TEST

START_TEST(a_moved_file_counts_as_a_push)
{
	static const struct plan_rules one = {.files = 9, .pushes = 1};

	PLAN(&one,
	    "0001.md * remove to 0008.md\n"
	    "0008.md * write push =x from 0001.md\nmore\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0008.md", .git = "a"}, {"0009.md", .here = "y"});
	/* Pulls and removals do not. */
	PLAN(&one, "0001.md * write =a\n0002.md * remove\n0003.md * push =y\n",
	    {"0001.md", .git = "a"}, {"0002.md", .base = "b", .here = "b"},
	    {"0003.md", .here = "y"},
	    {"0005.md", .base = "c", .git = "c", .here = "c"});
}
END_TEST

/* The fuse. */

/* So many removals from so many recorded files: how many are kept? */
static unsigned
count_kept(size_t removals, size_t recorded, const struct plan_rules *rules)
{
	struct row *rows = std_zalloc(recorded * sizeof *rows);
	char(*names)[16] = std_zalloc(recorded * sizeof *names);
	struct scene s;
	unsigned kept;
	size_t i, held = 0;

	for (i = 0; i < recorded; i++) {
		snprintf(names[i], sizeof names[i], "%04u.md", (unsigned)i);
		rows[i] = (struct row){.name = names[i],
		    .base = names[i],
		    .git = i < removals ? NULL : names[i],
		    .here = names[i]};
	}
	start(&s, rows, recorded, rules);
	kept = s.plan.kept;
	for (i = 0; i < recorded; i++)
		held += s.plan.items[i].note.held;
	ck_assert_uint_eq(held, kept);
	stop(&s);
	free(rows);
	free(names);
	return kept;
}

START_TEST(more_removals_than_ten_or_a_third_are_held)
{
	ck_assert_uint_eq(count_kept(10, 12, &plain), 0);
	ck_assert_uint_eq(count_kept(11, 12, &plain), 11);
	ck_assert_uint_eq(count_kept(11, 36, &plain), 11);
	ck_assert_uint_eq(count_kept(11, 37, &plain), 0);
	ck_assert_uint_eq(count_kept(30, 100, &plain), 0);
	ck_assert_uint_eq(count_kept(31, 100, &plain), 31);
	ck_assert_uint_eq(count_kept(31, 100, &sure), 0);
}
END_TEST

START_TEST(renamed_files_do_not_count_as_removed)
{
	PLAN(&plain,
	    "01 * remove to 21\n02 * remove to 22\n03 * remove to 23\n"
	    "04 * remove to 24\n05 * remove to 25\n06 * remove to 26\n"
	    "07 * remove to 27\n08 * remove to 28\n09 * remove to 29\n"
	    "10 * remove to 30\n11 * remove\n21 * write =a\n22 * write =b\n"
	    "23 * write =c\n24 * write =d\n25 * write =e\n26 * write =f\n"
	    "27 * write =g\n28 * write =h\n29 * write =i\n30 * write =j\n",
	    {"01", "a", .here = "a"}, {"02", "b", .here = "b"},
	    {"03", "c", .here = "c"}, {"04", "d", .here = "d"},
	    {"05", "e", .here = "e"}, {"06", "f", .here = "f"},
	    {"07", "g", .here = "g"}, {"08", "h", .here = "h"},
	    {"09", "i", .here = "i"}, {"10", "j", .here = "j"},
	    {"11", "k", .here = "k"}, {"21", .git = "a"}, {"22", .git = "b"},
	    {"23", .git = "c"}, {"24", .git = "d"}, {"25", .git = "e"},
	    {"26", .git = "f"}, {"27", .git = "g"}, {"28", .git = "h"},
	    {"29", .git = "i"}, {"30", .git = "j"});
}
END_TEST

START_TEST(a_folder_without_recorded_files_needs_a_confirmation)
{
	PLAN(&plain, "0001.md held\nkept 1\n",
	    {"0001.md", .base = "a", .here = "a"});
	PLAN(
	    &sure, "0001.md * remove\n", {"0001.md", .base = "a", .here = "a"});
	/* A new file is none that is left. */
	PLAN(&plain, "0001.md held\n0002.md * write =b\nkept 1\n",
	    {"0001.md", .base = "a", .here = "a"}, {"0002.md", .git = "b"});
	/* A renamed one is. */
	PLAN(&plain,
	    "0001.md * remove to 0009.md\n0002.md * remove\n"
	    "0009.md * write =a\n",
	    {"0001.md", .base = "a", .here = "a"},
	    {"0002.md", .base = "b", .here = "b"}, {"0009.md", .git = "a"});
}
END_TEST

START_TEST(nothing_is_pushed_over_a_folder_that_has_vanished)
{
	PLAN(&plain, "0002.md held\nkept 2\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .here = "b"});
	PLAN(&sure, "0001.md * push =x\n0002.md * remove\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .here = "b"});
	/* A new file there is. */
	PLAN(&plain, "0001.md held\n0002.md * push =y\nkept 1\n",
	    {"0001.md", .base = "a", .here = "a"}, {"0002.md", .here = "y"});
}
END_TEST

START_TEST(a_held_file_stays_held_until_it_is_confirmed_or_back)
{
	PLAN(&plain, "0001.md held\nkept 1\n",
	    {"0001.md", .base = "a", .here = "a", .held = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	PLAN(&sure, "0001.md * remove held\n",
	    {"0001.md", .base = "a", .here = "a", .held = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	PLAN(&plain, "",
	    {"0001.md", .base = "a", .git = "a", .here = "a", .held = true});
	/* Edited since: that goes to Git again. */
	PLAN(&plain, "0001.md * push =x held\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.held = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	/* Renamed after all. */
	PLAN(&plain, "0001.md * remove to 0009.md held\n0009.md * write =a\n",
	    {"0001.md", .base = "a", .here = "a", .held = true},
	    {"0009.md", .git = "a"});
}
END_TEST

/* Tokens that must not push. */

START_TEST(a_run_that_only_reads_pulls_and_merges_but_pushes_nothing)
{
	PLAN(&reading, "0001.md * write =b\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"},
	    {"0002.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0003.md", .here = "y"});
	PLAN(&reading, "0001.md * write =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
	PLAN(&reading,
	    "0001.md * remove to 0009.md\n0009.md * write =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a"});
}
END_TEST

START_TEST(dropped_pushes_leave_the_writes)
{
	static const struct row rows[] = {
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true},
	    {"0002.md", .here = "x"},
	};
	struct buf out = BUF_INIT;
	struct scene s;

	start(&s, rows, ARRAY_LEN(rows), &plain);
	ck_assert_uint_eq(plan_count_pushes(&s.plan), 2);
	plan_drop_pushes(&s.plan);
	ck_assert_uint_eq(plan_count_pushes(&s.plan), 0);
	print_plan(&out, &s.plan);
	ck_assert_str_eq(out.s, "0001.md * write =MERGED\n0002.md * =x\n");
	buf_release(&out);
	stop(&s);
}
END_TEST

/* Pull requests. */

START_TEST(edits_go_by_pull_request_where_the_settings_say_so)
{
	PLAN(&by_pr, "0001.md by-pr =x\n0002.md by-pr =y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0002.md", .here = "y"});
	PLAN(&by_pr, "0001.md by-pr =x\n0002.md * write =c\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .git = "c", .here = "b"});
	PLAN(&by_pr, "0001.md * write by-pr =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
	PLAN(&by_pr,
	    "0001.md * remove to 0009.md\n"
	    "0009.md * write by-pr =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a"});
	/* Nothing of ours is in what is only pulled. */
	PLAN(&by_pr, "0001.md * write =b\n0002.md * write =MERGED\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"},
	    {"0002.md", .base = BASE, .git = MERGED, .here = DONE,
		.touched = true});
}
END_TEST

START_TEST(only_new_files_go_by_pull_request_where_the_settings_say_so)
{
	PLAN(&new_by_pr, "0001.md * push =x\n0002.md by-pr =y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0002.md", .here = "y"});
	/* Gone in Git and edited here is not new. */
	PLAN(&new_by_pr, "0001.md * push =x\nrevived 1\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	PLAN(&new_by_pr, "0001.md * write push =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
}
END_TEST

START_TEST(an_open_request_decides_about_its_file)
{
	/* Git's change and removal wait, too. */
	PLAN(&plain, "0001.md waits\n",
	    {"0001.md", .base = "a", .git = "b", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7});
	PLAN(&plain, "0001.md waits\n0002.md * write =c\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7},
	    {"0002.md", .base = "b", .git = "c", .here = "b"});
	PLAN(&plain, "0001.md waits\n",
	    {"0001.md", .base = "a", .git = "a", .pr = LEDGER_PR_OPEN,
		.pr_has = "x", .number = 7});
}
END_TEST

START_TEST(further_edits_of_a_waiting_file_go_along)
{
	PLAN(&plain, "0001.md waits by-pr =y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "y",
		.pr_touched = true, .pr = LEDGER_PR_OPEN, .pr_has = "x",
		.number = 7});
	/* Back to the base is an edit, too. */
	PLAN(&plain, "0001.md waits by-pr =a clean\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_OPEN, .pr_has = "x",
		.number = 7});
	/* The same bytes are none. */
	PLAN(&plain, "0001.md waits pr-etag\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_OPEN, .pr_has = "x",
		.number = 7});
}
END_TEST

START_TEST(a_request_that_is_half_made_is_gone_on_with)
{
	PLAN(&plain, "0001.md waits by-pr =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x"});
	PLAN(&plain, "0001.md waits by-pr =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7,
		.pr_moving = true});
}
END_TEST

START_TEST(a_foreign_branch_is_left_alone)
{
	PLAN(&plain, "0001.md waits\n",
	    {"0001.md", .base = "a", .git = "b", .here = "y", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_FOREIGN, .pr_has = "x",
		.number = 7});
	/* Nor are its bytes declined. */
	PLAN(&plain, "0001.md * push =x\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_FOREIGN, .pr_has = "x"});
	/* Without an open request it holds up nothing. */
	PLAN(&plain, "0001.md * push =y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "y", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_FOREIGN, .pr_has = "x"});
}
END_TEST

START_TEST(declined_bytes_are_not_pushed_until_the_next_edit)
{
	PLAN(&plain, "0001.md declined\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7});
	PLAN(&by_pr, "0001.md declined\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7});
	PLAN(&plain, "0001.md declined\n0002.md * write =c\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7},
	    {"0002.md", .base = "b", .git = "c", .here = "b"});
	PLAN(&by_pr, "0001.md by-pr =y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "y", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_CLOSED, .pr_has = "x",
		.number = 7});
}
END_TEST

START_TEST(what_a_merge_makes_of_declined_bytes_is_declined)
{
	PLAN(&plain, "0001.md * write declined =MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true, .pr = LEDGER_PR_CLOSED, .pr_has = DONE,
		.number = 7});
	PLAN(&by_pr, "0001.md * write declined =MERGED pr-etag\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true, .pr_touched = true, .pr = LEDGER_PR_CLOSED,
		.pr_has = DONE, .number = 7});
	PLAN(&plain,
	    "0001.md * remove declined to 0009.md\n"
	    "0009.md * write declined =x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7},
	    {"0009.md", .git = "a"});
}
END_TEST

START_TEST(a_clean_file_has_nothing_left_to_ask_for)
{
	PLAN(&plain, "0001.md pr-over\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a",
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7});
	PLAN(&plain, "",
	    {"0001.md", .base = "a", .git = "a", .here = "a",
		.pr = LEDGER_PR_NONE, .pr_has = "x"});
}
END_TEST

/* Records. */

START_TEST(what_is_pulled_becomes_the_base)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=b etag=new\ntree tasks at head\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"});
	/* Without the write nothing is known. */
	RECORDS(&plain, NOT_WRITTEN, "0001.md base=a etag=m\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"});
}
END_TEST

START_TEST(what_is_pushed_becomes_the_base_once_it_has_landed)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=x etag=m\n0002.md base=y etag=m\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0002.md", .here = "y"});
	/* Git has what is recorded, still. */
	RECORDS(&plain, NOT_LANDED,
	    "0001.md base=a etag=old\ntree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0002.md", .here = "y"});
}
END_TEST

START_TEST(a_merge_that_has_not_landed_is_dirty_against_gits_bytes)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=MERGED etag=new\ntree tasks at head\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
	RECORDS(&plain, NOT_LANDED,
	    " shown\n0001.md base=EDITED etag=\ntree tasks at head\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
}
END_TEST

START_TEST(a_conflict_is_recorded_with_its_copy_and_fields)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=EDITED etag=new conflict=OTHER(body)\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = OTHER,
		.touched = true});
}
END_TEST

START_TEST(equal_bytes_are_recorded_without_a_write)
{
	RECORDS(&plain, NOT_WRITTEN,
	    " shown\n0001.md base=a etag=m\ntree tasks at head\n",
	    {"0001.md", .git = "a", .here = "a"});
}
END_TEST

START_TEST(removed_and_forgotten_files_lose_their_records)
{
	RECORDS(&plain, LANDED,
	    " shown\n0002.md base=b etag=m\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .here = "a"},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	RECORDS(&plain, NOT_WRITTEN,
	    "0001.md base=a etag=m\n0002.md base=b etag=m\n",
	    {"0001.md", .base = "a", .here = "a"},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	RECORDS(&plain, NOT_LANDED, "tree tasks at head\n",
	    {"0001.md", .base = "a"});
}
END_TEST

START_TEST(held_files_keep_their_records_and_no_tree_is_known)
{
	RECORDS(&plain, LANDED, "0001.md base=a etag=m held\n",
	    {"0001.md", .base = "a", .here = "a"});
	RECORDS(&plain, LANDED, "0001.md base=a etag=m\ntree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a", .held = true});
}
END_TEST

START_TEST(a_renamed_file_takes_its_request_along)
{
	RECORDS(&plain, LANDED,
	    " shown\n0009.md base=x etag=new pr=none has=y etag=old\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_NONE, .pr_has = "y"},
	    {"0009.md", .git = "a"});
}
END_TEST

START_TEST(conflicts_and_requests_go_where_their_task_goes)
{
	RECORDS(&plain, LANDED,
	    " shown\n"
	    "0006.md base=b etag=new conflict=v(body)\n"
	    "0007.md base=a etag=new conflict=w(body) pr=none has=z etag=m\n"
	    "tree tasks at head\n",
	    {"0006.md", .base = "a", .git = "b", .here = "a", .conflict = "w",
		.pr_has = "z"},
	    {"0007.md", .base = "b", .git = "a", .here = "b", .conflict = "v"});
	RECORDS(&plain, LANDED,
	    " shown\n0006.md base=b etag=new\n"
	    "0007.md base=a etag= pr=closed has=x etag=new\n"
	    "tree tasks at head\n",
	    {"0006.md", .base = "a", .git = "b", .here = "x", .touched = true,
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7},
	    {"0007.md", .base = "b", .git = "a", .here = "b"});
}
END_TEST

START_TEST(notes_bring_records_up_to_date)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=a etag=m\ntree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a", .touched = true});
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=a etag=m pr=none has=x etag=m\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "a",
		.pr = LEDGER_PR_CLOSED, .pr_has = "x", .number = 7});
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=a etag=old pr=open has=x etag=m\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_OPEN, .pr_has = "x",
		.number = 7});
}
END_TEST

START_TEST(a_landed_push_ends_the_files_request)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=y etag=m pr=none has=x etag=old\n"
	    "tree tasks at head\n",
	    {"0001.md", .base = "a", .git = "a", .here = "y", .touched = true,
		.pr_touched = true, .pr = LEDGER_PR_CLOSED, .pr_has = "x",
		.number = 7});
}
END_TEST

START_TEST(declined_bytes_stay_declined_after_a_merge)
{
	RECORDS(&plain, LANDED,
	    " shown\n0001.md base=EDITED etag= pr=closed has=DONE#MERGED "
	    "etag=new\ntree tasks at head\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true, .pr = LEDGER_PR_CLOSED, .pr_has = DONE,
		.number = 7});
}
END_TEST

START_TEST(a_tree_is_known_only_if_all_records_equal_it)
{
	RECORDS(
	    &by_pr, LANDED, "tree tasks at head\n", {"0001.md", .here = "y"});
	RECORDS(&plain, LANDED,
	    "0001.md base=a etag=old pr=open has=x etag=m\n",
	    {"0001.md", .base = "a", .git = "b", .here = "x", .touched = true,
		.pr = LEDGER_PR_OPEN, .pr_has = "x", .number = 7});
}
END_TEST

START_TEST(intents_say_what_is_about_to_happen)
{
	/* Pushed only: the old base holds, or none. */
	INTENTS(&plain,
	    "0001.md =x before=m base=a pushed=x\n"
	    "0002.md =y before=m base= pushed=y\n",
	    {"0001.md", .base = "a", .git = "a", .here = "x", .touched = true},
	    {"0002.md", .here = "y"});
	/* Gone in Git: none holds before the push. */
	INTENTS(&plain, "0001.md =x before=m base= pushed=x\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0002.md", .base = "b", .git = "b", .here = "b"});
	INTENTS(&plain, "0001.md written =b before=m base=b\n",
	    {"0001.md", .base = "a", .git = "b", .here = "a"});
	INTENTS(&plain, "0001.md written =b before= base=b\n",
	    {"0001.md", .git = "b"});
	INTENTS(&plain,
	    "0001.md written =MERGED before=m base=EDITED pushed=MERGED\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = DONE,
		.touched = true});
	INTENTS(&plain,
	    "0001.md written =EDITED before=m base=EDITED "
	    "conflict=OTHER(body)\n",
	    {"0001.md", .base = BASE, .git = EDITED, .here = OTHER,
		.touched = true});
	INTENTS(&plain,
	    "0001.md written before=m base= to 0009.md\n"
	    "0009.md written =x before= base=a pushed=x from 0001.md\n",
	    {"0001.md", .base = "a", .here = "x", .touched = true},
	    {"0009.md", .git = "a"});
	/* What only the records learn is none. */
	INTENTS(&plain, "", {"0001.md", .git = "a", .here = "a"});
	INTENTS(&by_pr, "", {"0001.md", .here = "a"});
}
END_TEST

/* Large renames. */

/* One of n files that Git has renamed: its old name, or its new one. */
static void
fill_renamed(struct facts_file *file, bool same, struct ledger *ledger)
{
	const char *text = same ? "a" : file->file + 2;
	char id[LEDGER_SHA_MAX], hash[ENC_HASH_LEN + 1];

	set_id(id, text);
	if (file->file[0] == 'n') {
		memcpy(file->remote, id, sizeof file->remote);
		return;
	}
	set_hash(hash, text);
	ledger_set_base(ledger_record(ledger, file->file), id, hash, "m");
	facts_set_mirror(file, "m");
}

/* Plan and record such a rename; return the CPU time of it in ms. */
static double
time_renames(size_t n, bool same)
{
	const struct plan_git_after git = {false, "tasks", NULL};
	struct plan_rules rules = {.files = 2 * n, .pushes = 100};
	struct scene s = {.n = n};
	clock_t begun;
	char name[32];
	size_t i;

	for (i = 0; i < 2 * n; i++) {
		snprintf(
		    name, sizeof name, "%c-%06zu", i < n ? 'n' : 'o', i % n);
		facts_add(&s.facts, name);
	}
	facts_sort(&s.facts);
	for (i = 0; i < s.facts.n; i++)
		fill_renamed(&s.facts.files[i], same, &s.ledger);
	begun = clock();
	plan_decide(&s.plan, &s.facts, &s.ledger, &rules);
	for (i = 0; i < s.plan.n; i++)
		if (s.plan.items[i].wants == PLAN_WANTS_THEIRS)
			fill_blob(&s.facts.files[i].theirs, "x", false);
	plan_merge(&s.plan);
	commit(&s);
	plan_record_intents(&s.plan, s.results, &s.ledger, "", 17);
	write_mirror(&s);
	plan_record_done(&s.plan, s.results, &s.ledger, &git);
	begun = clock() - begun;
	ck_assert_uint_eq(s.plan.kept, 0);
	ck_assert_uint_eq(s.ledger.n, n);
	ck_assert_str_eq(s.ledger.files[0]->file, "n-000000");
	stop(&s);
	return (double)begun * 1000 / CLOCKS_PER_SEC;
}

START_TEST(the_time_for_renames_grows_with_their_number)
{
	int same;

	for (same = 0; same < 2; same++) {
		double few = time_renames(300, same);
		double many = time_renames(3000, same);

		/* With the square it would be a hundred times. */
		ck_assert_msg(
		    many < 30 * few + 20, "%.0f ms for 300, %.0f", few, many);
	}
}
END_TEST

START_TEST(a_portion_is_a_share_of_many_files)
{
	ck_assert_uint_eq(plan_portion(0), 200);
	ck_assert_uint_eq(plan_portion(803), 200);
	ck_assert_uint_eq(plan_portion(804), 400);
	ck_assert_uint_eq(plan_portion(20000), 5000);
}
END_TEST

START_TEST(the_work_of_all_portions_is_counted)
{
	static const struct row rows[] = {{"0001.md", .git = "a"},
	    {"0002.md", .base = "b", .git = "b", .here = "b"},
	    {"0003.md", .base = "c", .here = "c"}, {"0004.md", .here = "d"}};
	struct plan_rules rules = {
	    .files = 1, .pushes = 1, .bytes = 10, .confirm = true};
	struct scene s = {.rows = rows, .n = ARRAY_LEN(rows)};

	collect(&s, false);
	plan_decide(&s.plan, &s.facts, &s.ledger, &rules);
	ck_assert(s.plan.more);
	ck_assert_uint_eq(s.plan.work, 3); /* pulled, removed and pushed */
	stop(&s);
}
END_TEST

START_TEST(a_portion_ends_with_the_file_that_exceeds_its_bytes)
{
	static const struct row rows[] = {{"0001.md", .git = "a"},
	    {"0002.md", .git = "b"}, {"0003.md", .git = "c"}};
	struct plan_rules rules = {
	    .files = 9, .pushes = 9, .bytes = 10, .push_bytes = 99};
	struct scene s = {.rows = rows, .n = ARRAY_LEN(rows)};
	size_t i;

	collect(&s, false);
	for (i = 0; i < s.facts.n; i++)
		s.facts.files[i].size = 6;
	plan_decide(&s.plan, &s.facts, &s.ledger, &rules);
	ck_assert(s.plan.items[1].chosen && !s.plan.items[2].chosen);
	ck_assert(s.plan.more);
	stop(&s);
}
END_TEST

START_TEST(a_portion_ends_with_the_push_that_exceeds_its_bytes)
{
	static const struct row rows[] = {{"0001.md", .git = "a"},
	    {"0002.md", .here = "b"}, {"0003.md", .here = "c"},
	    {"0004.md", .here = "d"}};
	struct plan_rules rules = {
	    .files = 9, .pushes = 9, .bytes = 99, .push_bytes = 10};
	struct scene s = {.rows = rows, .n = ARRAY_LEN(rows)};
	size_t i;

	collect(&s, false);
	for (i = 0; i < s.facts.n; i++)
		s.facts.files[i].size = i == 0 ? 60 : 6;
	plan_decide(&s.plan, &s.facts, &s.ledger, &rules);
	ck_assert(s.plan.items[2].chosen && !s.plan.items[3].chosen);
	ck_assert(s.plan.more);
	stop(&s);
}
END_TEST

/* What an earlier run has left. */

static const struct settle_clock at_noon = {
    .now_ms = 1000, .looked_ms = 900, .lag_ms = 60, .lease_ms = 30};

START_TEST(a_commit_is_dead_only_after_lag_and_lease)
{
	struct ledger ledger = LEDGER_INIT;

	ck_assert_int_eq(settle_fate(&ledger, false, &at_noon), SETTLE_DEAD);
	memcpy(ledger.commit, "c", sizeof "c");
	ledger.intent_ms = 900 - 90;
	ck_assert_int_eq(settle_fate(&ledger, true, &at_noon), SETTLE_LANDED);
	ck_assert_int_eq(settle_fate(&ledger, false, &at_noon), SETTLE_OPEN);
	ledger.intent_ms--;
	ck_assert_int_eq(settle_fate(&ledger, false, &at_noon), SETTLE_DEAD);
	ledger.intent_ms = 900 + 3600000; /* by a clock that was wrong */
	ck_assert_int_eq(settle_fate(&ledger, false, &at_noon), SETTLE_DEAD);
	ck_assert_int_eq(settle_fate(&ledger, true, &at_noon), SETTLE_LANDED);
}
END_TEST

START_TEST(an_intent_without_effect_leaves_the_old_base)
{
	struct ledger_intent i = {.before = (char *)(uintptr_t) "m"};

	i.written = true;
	ck_assert(settle_is_as_before(&i, "m", true));
	ck_assert(!settle_is_as_before(&i, "new", true));
	ck_assert(!settle_is_as_before(&i, "", false));
	/* Pushed only. */
	i.written = false;
	memcpy(i.pushed, "p", sizeof "p");
	ck_assert(settle_is_as_before(&i, "new", false));
	ck_assert(!settle_is_as_before(&i, "m", true));
	i.pushed[0] = '\0';
	ck_assert(settle_is_as_before(&i, "m", true));
}
END_TEST

/* One intent for a file with base `a`, and what its record says after. */
struct intent_row {
	const char *after;  /* NULL: removed */
	const char *base;   /* between mirror and push */
	const char *pushed; /* NULL: not */
	const char *here;   /* NULL: absent */
	const char *conflict, *renamed;
	bool only_pushed;
	bool landed;
	enum ledger_pr_state pr; /* of the bytes before */
	const char *text;
};

static void
add_intent(struct ledger *ledger, const struct intent_row *row)
{
	struct ledger_intent *i = ledger_intent_add(ledger, "0001.md");

	free(i->before);
	i->before = std_strdup("m");
	i->written = !row->only_pushed;
	set_hash(i->after, row->after);
	set_id(i->base, row->base);
	set_hash(i->hash, row->base);
	set_id(i->pushed, row->pushed);
	set_hash(i->conflict, row->conflict);
	i->fields = std_strdup("body");
	if (row->renamed != NULL)
		i->renamed = std_strdup(row->renamed);
}

static void
expect_settled(const struct intent_row *row)
{
	const struct row rows[] = {
	    {"0001.md", .base = "a", .git = "b", .here = "x", .pr = row->pr,
		.pr_has = row->pr ? "x" : NULL},
	    {"0002.md", .here = "c"},
	};
	struct scene s = {.rows = rows, .n = ARRAY_LEN(rows)};
	char hash[ENC_HASH_LEN + 1];
	const struct settle_seen seen = {row->here != NULL, "now", hash};
	struct buf out = BUF_INIT;

	add_record(&s.ledger, &rows[0]);
	add_intent(&s.ledger, row);
	set_hash(hash, row->here);
	settle_intent(&s.ledger, &s.ledger.intents[0], &seen, row->landed);
	settle_moves(&s.ledger);
	print_ledger(&s, &out);
	ck_assert_str_eq(out.s, row->text);
	buf_release(&out);
	ledger_release(&s.ledger);
}

START_TEST(an_intents_effect_decides_the_base)
{
	static const struct intent_row rows[] = {
	    /* Pulled, and it stands there. */
	    {"b", "b", NULL, "b", .text = "0001.md base=b etag=now\n"},
	    /* Edited since: the base is unknown. */
	    {"b", "b", NULL, "c", .text = "0001.md base= etag=\n"},
	    {"b", "b", NULL, NULL, .text = "0001.md base= etag=\n"},
	    /* Merged: dirty against Git's until the push has landed. */
	    {"x", "b", "x", "x", .text = "0001.md base=b etag=\n"},
	    {"x", "b", "x", "x", .landed = true,
		.text = "0001.md base=x etag=now\n"},
	    {"x", "b", "x", "c", .landed = true,
		.text = "0001.md base=x etag=\n"},
	    {"x", "b", "x", "c", .text = "0001.md base= etag=\n"},
	    /* Pushed only. */
	    {"x", "a", "x", "x", .only_pushed = true, .landed = true,
		.text = "0001.md base=x etag=now\n"},
	    {"x", "a", "x", "c", .only_pushed = true, .landed = true,
		.text = "0001.md base=x etag=\n"},
	    {"x", "a", "x", NULL, .only_pushed = true, .landed = true,
		.text = "0001.md base=x etag=\n"},
	    /* A conflict is one whatever stands there. */
	    {"b", "b", NULL, "b", .conflict = "x",
		.text = "0001.md base=b etag=now conflict=x(body)\n"},
	    {"b", "b", NULL, "c", .conflict = "x",
		.text = "0001.md base= etag= conflict=x(body)\n"},
	    /* Removed. */
	    {NULL, NULL, NULL, NULL, .text = ""},
	    {NULL, NULL, NULL, NULL, .renamed = "0009.md", .text = ""},
	    {NULL, NULL, NULL, "c", .text = "0001.md base= etag=\n"},
	    /* Removed, and a file without a base was meant: no such thing. */
	    {NULL, "a", "x", NULL, .only_pushed = true, .landed = true,
		.text = "0001.md base=x# etag=\n"},
	    /* What a merge has made of declined bytes is declined. */
	    {"x", "b", NULL, "x", .pr = LEDGER_PR_CLOSED,
		.text = "0001.md base=b etag= pr=closed has=x etag=now\n"},
	    {"x", "b", NULL, "x", .pr = LEDGER_PR_OPEN,
		.text = "0001.md base=b etag= pr=open has=x etag=m\n"},
	    /* A landed push ends the request. */
	    {"x", "b", "x", "x", .landed = true, .pr = LEDGER_PR_OPEN,
		.text = "0001.md base=x etag=now pr=none has=x etag=m\n"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		expect_settled(&rows[i]);
}
END_TEST

START_TEST(a_removed_file_hands_its_request_to_its_new_name)
{
	static const struct intent_row row = {.renamed = "0009.md",
	    .pr = LEDGER_PR_CLOSED,
	    .text = "0009.md base= etag= pr=closed has=x etag=m\n"};

	expect_settled(&row);
}
END_TEST

START_TEST(bytes_that_did_not_arrive_are_missed)
{
	struct ledger ledger = LEDGER_INIT;
	const struct settle_seen other = {true, "now", "other"};
	struct ledger_intent *i = ledger_intent_add(&ledger, "0007.md");

	i->written = true;
	memcpy(i->after, "x", sizeof "x");
	ck_assert(!settle_lacks_bytes(i));
	i->source = std_strdup("0006.md");
	ck_assert(settle_lacks_bytes(i));
	settle_intent(&ledger, i, &other, false);
	ck_assert(settle_lacks_bytes(i));
	settle_intent(
	    &ledger, i, &(const struct settle_seen){true, "now", "x"}, false);
	ck_assert(!settle_lacks_bytes(i));
	ledger_release(&ledger);
}
END_TEST

/* Fates of pull requests. */

struct pr_row {
	struct settle_pr_seen seen;
	enum ledger_pr_state state;
	bool moving;
	int64_t pushed_ms, merged_ms;
	enum settle_pr what;
	const char *text;
	int64_t merged_after;
};

static void
expect_pr(const struct pr_row *row)
{
	const struct row rows[] = {{"0001.md", .base = "a", .here = "old",
	    .pr = row->state, .pr_has = "x", .number = 7}};
	struct scene s = {.rows = rows, .n = 1};
	struct buf out = BUF_INIT;
	struct ledger_file *f;
	struct ledger_pr *pr;

	add_record(&s.ledger, &rows[0]);
	f = ledger_record(&s.ledger, rows[0].name);
	pr = &f->pr;
	memcpy(pr->tip, "tip", sizeof "tip");
	memcpy(pr->old, "before", sizeof "before");
	set_id(pr->old_blob, "old");
	set_hash(pr->old_hash, "old");
	pr->moving = row->moving;
	pr->pushed_ms = row->pushed_ms;
	pr->merged_ms = row->merged_ms;
	ck_assert_int_eq(settle_pr(f, &row->seen, &at_noon), row->what);
	print_ledger(&s, &out);
	ck_assert_str_eq(out.s, row->text);
	ck_assert_int_eq(pr->merged_ms, row->merged_after);
	buf_release(&out);
	ledger_release(&s.ledger);
}

#define OPEN_AT(head_)                                                         \
	{                                                                      \
		.open = true, .head = (head_)                                  \
	}
#define A_OPEN    "0001.md base=a etag=m pr=open has=x etag=m\n"
#define A_CLOSED  "0001.md base=a etag=m pr=closed has=x etag=m\n"
#define A_FOREIGN "0001.md base=a etag=m pr=fremd has=x etag=m\n"
#define OPEN      LEDGER_PR_OPEN

START_TEST(a_requests_fate_is_taken_from_what_is_seen)
{
	static const struct pr_row rows[] = {
	    {OPEN_AT("tip"), OPEN, .what = SETTLE_PR_SAME, .text = A_OPEN},
	    {OPEN_AT("tip"), LEDGER_PR_FOREIGN, .what = SETTLE_PR_SHOWN,
		.text = A_OPEN},
	    /* Where our last push may not be seen yet. */
	    {OPEN_AT("before"), OPEN, .moving = true, .what = SETTLE_PR_SAME,
		.text = A_OPEN},
	    {OPEN_AT("before"), OPEN, .pushed_ms = 841, .what = SETTLE_PR_SAME,
		.text = A_OPEN},
	    {OPEN_AT("before"), OPEN, .pushed_ms = 840, .what = SETTLE_PR_SHOWN,
		.text = A_FOREIGN},
	    {OPEN_AT("theirs"), OPEN, .moving = true, .what = SETTLE_PR_SHOWN,
		.text = A_FOREIGN},
	    {OPEN_AT("theirs"), LEDGER_PR_FOREIGN, .what = SETTLE_PR_SAME,
		.text = A_FOREIGN},
	    /* Closed without a merge. */
	    {{.head = "tip"}, OPEN, .merged_ms = 5, .what = SETTLE_PR_SHOWN,
		.text = A_CLOSED},
	    {{.head = "tip"}, LEDGER_PR_CLOSED, .what = SETTLE_PR_SAME,
		.text = A_CLOSED},
	    /* Merged: with our last push, the one before, or neither. */
	    {{.merged = true,
		 .head = "tip",
		 .merge_in_head = true,
		 .tip_in = true},
		OPEN, .what = SETTLE_PR_LANDED,
		.text = "0001.md base=x etag=m pr=none has=x etag=m\n"},
	    {{.merged = true,
		 .head = "before",
		 .merge_in_head = true,
		 .old_in = true},
		OPEN, .what = SETTLE_PR_LANDED,
		.text = "0001.md base=old etag= pr=none has=x etag=m\n"},
	    {{.merged = true, .head = "theirs", .merge_in_head = true}, OPEN,
		.what = SETTLE_PR_LANDED,
		.text = "0001.md base=a etag=m pr=none has=x etag=m\n"},
	    /* Merged, and the head does not show it: for a while. */
	    {{.merged = true, .head = "tip"}, OPEN, .what = SETTLE_PR_WAITS,
		.text = A_OPEN, .merged_after = 1000},
	    {{.merged = true, .head = "tip"}, OPEN, .merged_ms = 841,
		.what = SETTLE_PR_WAITS, .text = A_OPEN, .merged_after = 841},
	    {{.merged = true, .head = "tip"}, OPEN, .merged_ms = 840,
		.what = SETTLE_PR_SHOWN, .text = A_CLOSED},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		expect_pr(&rows[i]);
}
END_TEST

T_MAIN("plan", an_unchanged_base_pushes_edits_and_pulls_what_is_absent,
    a_changed_base_is_pulled_or_merged, a_base_that_is_gone_removes_or_revives,
    an_unknown_base_adopts_equal_bytes_and_pulls_what_is_absent,
    a_file_that_only_the_mirror_has_is_pushed, the_table_has_twenty_four_cells,
    a_foreign_entry_in_git_leaves_the_task_as_it_is,
    a_foreign_entry_is_not_replaced_by_any_setting,
    a_file_renamed_away_from_a_foreign_entry_moves,
    a_foreign_entry_keeps_the_tree_unknown_and_is_recorded,
    a_barred_name_is_left_alone_whatever_git_has,
    no_bytes_move_to_a_barred_name,
    a_barred_name_keeps_its_record_and_the_tree_unknown,
    a_push_has_the_mode_that_git_has_or_had, a_mode_of_git_is_recorded,
    a_file_is_read_unless_its_etag_says_enough,
    a_waiting_file_is_read_unless_its_request_has_that_etag,
    bytes_of_the_base_are_clean_whatever_their_etag,
    a_full_run_reads_what_the_etag_calls_clean,
    a_full_run_mends_bytes_that_are_not_those_of_their_id,
    an_edit_of_damaged_bytes_stays_an_edit,
    a_wrong_hash_of_right_bytes_is_put_right,
    a_file_that_vanishes_while_it_is_read_is_absent,
    edits_of_different_fields_are_merged_and_pushed,
    a_merge_that_is_ours_is_only_pushed, a_merge_that_is_gits_is_only_written,
    edits_of_one_field_are_a_conflict_with_gits_bytes_in_place,
    a_base_that_git_has_lost_merges_only_equal_bytes,
    a_file_too_large_is_left_out_alone,
    a_renamed_file_too_large_keeps_its_old_name,
    a_clean_renamed_file_is_pulled_and_its_old_name_removed,
    dirty_bytes_move_along_with_a_rename,
    of_several_new_names_the_first_free_one_is_taken,
    a_name_that_had_the_base_before_is_no_new_name, another_blob_is_no_new_name,
    a_rename_that_a_crash_left_half_done_is_finished,
    both_names_of_a_waiting_file_wait,
    a_dirty_file_follows_its_base_to_a_name_that_stays,
    a_dirty_file_that_is_gone_follows_its_base_to_a_name_that_stays,
    an_edit_is_never_merged_into_another_task,
    an_edit_is_not_merged_into_a_file_of_another_title,
    a_title_that_is_not_gits_alone_is_merged,
    bytes_that_git_has_under_their_name_stay,
    names_between_which_bytes_move_go_together,
    an_open_request_holds_the_name_that_its_task_has_now,
    a_portion_has_200_writes_and_100_pushes,
    the_two_names_of_a_moved_file_go_together, a_moved_file_counts_as_a_push,
    more_removals_than_ten_or_a_third_are_held,
    renamed_files_do_not_count_as_removed,
    a_folder_without_recorded_files_needs_a_confirmation,
    nothing_is_pushed_over_a_folder_that_has_vanished,
    a_held_file_stays_held_until_it_is_confirmed_or_back,
    a_run_that_only_reads_pulls_and_merges_but_pushes_nothing,
    dropped_pushes_leave_the_writes,
    edits_go_by_pull_request_where_the_settings_say_so,
    only_new_files_go_by_pull_request_where_the_settings_say_so,
    an_open_request_decides_about_its_file,
    further_edits_of_a_waiting_file_go_along,
    a_request_that_is_half_made_is_gone_on_with, a_foreign_branch_is_left_alone,
    declined_bytes_are_not_pushed_until_the_next_edit,
    what_a_merge_makes_of_declined_bytes_is_declined,
    a_clean_file_has_nothing_left_to_ask_for, what_is_pulled_becomes_the_base,
    what_is_pushed_becomes_the_base_once_it_has_landed,
    a_merge_that_has_not_landed_is_dirty_against_gits_bytes,
    a_conflict_is_recorded_with_its_copy_and_fields,
    equal_bytes_are_recorded_without_a_write,
    removed_and_forgotten_files_lose_their_records,
    held_files_keep_their_records_and_no_tree_is_known,
    a_renamed_file_takes_its_request_along,
    conflicts_and_requests_go_where_their_task_goes,
    notes_bring_records_up_to_date, a_landed_push_ends_the_files_request,
    declined_bytes_stay_declined_after_a_merge,
    a_tree_is_known_only_if_all_records_equal_it,
    intents_say_what_is_about_to_happen,
    the_time_for_renames_grows_with_their_number,
    a_portion_is_a_share_of_many_files, the_work_of_all_portions_is_counted,
    a_portion_ends_with_the_file_that_exceeds_its_bytes,
    a_portion_ends_with_the_push_that_exceeds_its_bytes,
    a_commit_is_dead_only_after_lag_and_lease,
    an_intent_without_effect_leaves_the_old_base,
    an_intents_effect_decides_the_base,
    a_removed_file_hands_its_request_to_its_new_name,
    bytes_that_did_not_arrive_are_missed,
    a_requests_fate_is_taken_from_what_is_seen)
