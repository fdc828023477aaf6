#include "t.h"
#include "task/merge.h"
#include "task/task_parse.h"
#include "task/task_splice.h"

#define NAME "0042-Datei.md"
#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"

/* The bytes without a terminator, so that ASan sees their end. */
static struct merge_side
side_of(const char *text, size_t len)
{
	char *bytes = std_alloc(len);

	memcpy(bytes, text, len);
	return (struct merge_side){bytes, len};
}

static int
run(const struct buf *base, const struct buf *mine, const struct buf *theirs,
    struct buf *out, struct merge_conflict *conflict)
{
	struct merge merge = {
	    .file = NAME,
	    .mine = side_of(mine->s, mine->len),
	    .theirs = side_of(theirs->s, theirs->len),
	};
	int rc;

	if (base != NULL)
		merge.base = side_of(base->s, base->len);
	rc = merge_task(&merge, out, conflict);
	free((char *)(uintptr_t)merge.base.bytes);
	free((char *)(uintptr_t)merge.mine.bytes);
	free((char *)(uintptr_t)merge.theirs.bytes);
	return rc;
}

static void
join(const struct merge_conflict *conflict, struct buf *out)
{
	size_t i;

	for (i = 0; i < conflict->n; i++)
		buf_addf(out, "%s%s", i > 0 ? " " : "", conflict->fields[i]);
}

/* The merge is `want`; or, with `why` and `fields`, it is none. */
static void
check_files(const char *base, const char *mine, const char *theirs,
    const char *want, int why, const char *fields)
{
	struct buf b = BUF_INIT, m = BUF_INIT, t = BUF_INIT, out = BUF_INIT;
	struct buf names = BUF_INIT;
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;
	int rc;

	if (base != NULL)
		buf_adds(&b, base);
	buf_adds(&m, mine);
	buf_adds(&t, theirs);
	buf_adds(&out, "vorher");
	rc = run(base != NULL ? &b : NULL, &m, &t, &out, &conflict);
	join(&conflict, &names);
	if (want != NULL) {
		ck_assert_msg(
		    rc == 0, "conflict %d in %s", (int)conflict.why, names.s);
		ck_assert_msg(strcmp(out.s, want) == 0,
		    "should be:\n%s\nbut is:\n%s", want, out.s);
	} else {
		ck_assert_msg(rc == -1, "merged:\n%s", out.s);
		ck_assert_str_eq(names.s, fields);
		ck_assert_int_eq((int)conflict.why, why);
		ck_assert_str_eq(out.s, "vorher");
	}
	merge_conflict_release(&conflict);
	buf_release(&names);
	buf_release(&out);
	buf_release(&t);
	buf_release(&m);
	buf_release(&b);
}

/* The same for lines of the front matter of ordinary files. */
static void
check(const char *base, const char *mine, const char *theirs, const char *want)
{
	struct buf text[4] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
	const char *const lines[] = {base, mine, theirs, want};
	size_t i;

	for (i = 0; i < 4; i++)
		buf_addf(&text[i], HEAD "%s---\n\n# T\n", lines[i]);
	check_files(text[0].s, text[1].s, text[2].s, text[3].s, 0, NULL);
	for (i = 0; i < 4; i++)
		buf_release(&text[i]);
}

static void
check_conflict(const char *base, const char *mine, const char *theirs,
    enum merge_why why, const char *fields)
{
	struct buf text[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	const char *const lines[] = {base, mine, theirs};
	size_t i;

	for (i = 0; i < 3; i++)
		buf_addf(&text[i], HEAD "%s---\n\n# T\n", lines[i]);
	check_files(text[0].s, text[1].s, text[2].s, NULL, (int)why, fields);
	for (i = 0; i < 3; i++)
		buf_release(&text[i]);
}

START_TEST(different_fields_go_together)
{
	check_files(HEAD "---\n\n# T\n",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: abgeschlossen\n"
	    "abgeschlossen_am: {datum: 22.11.2026, zeit: morgens}\n"
	    "---\n\n# T\n",
	    HEAD "deadline: 05.12.2026\n---\n\n# Neu\n\nText\n",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: abgeschlossen\n"
	    "deadline: 05.12.2026\n"
	    "abgeschlossen_am: {datum: 22.11.2026, zeit: morgens}\n"
	    "---\n\n# Neu\n\nText\n",
	    0, NULL);
	check_files(HEAD "---\n\n# T\n", HEAD "---\n\n# Neu\n\nText\n",
	    HEAD "tags: [a]\n---\n\n# T\n",
	    HEAD "tags: [a]\n---\n\n# Neu\n\nText\n", 0, NULL);
}
END_TEST

START_TEST(the_same_change_on_both_sides_is_none)
{
	check("tags: [a]\ndeadline: 05.12.2026\n",
	    "tags: [a, b]\ndeadline: 05.12.2026\nx: 1\n",
	    "tags:\n  - 'a'\n  - b\ndeadline: \"06.12.2026\" # c\n",
	    "tags:\n  - 'a'\n  - b\ndeadline: \"06.12.2026\" # c\nx: 1\n");
	check("deadline: 05.12.2026\n", "x: 1\n", "deadline:\ny: 2\n",
	    "deadline:\ny: 2\nx: 1\n");
}
END_TEST

START_TEST(one_field_changed_to_two_values_is_a_conflict)
{
	check_conflict("deadline: 05.12.2026\nprojekt: a\n",
	    "deadline: 06.12.2026\nprojekt: b\n",
	    "deadline: 07.12.2026\nprojekt: c\n", MERGE_BOTH,
	    "deadline projekt");
	check_conflict("deadline: 05.12.2026\n", "x: 1\n",
	    "deadline: 07.12.2026\n", MERGE_BOTH, "deadline");
	check_conflict("", "a: 1\nb: 1\n", "b: 2\na: 1\n", MERGE_BOTH, "b");
	check_conflict("", "a: 1\n", "a: '1'\n", MERGE_BOTH, "a");
	check_files(HEAD "---\nA\n",
	    "---\ntyp: task\nkategorie: privat\nstatus: abgebrochen\n---\nB\n",
	    "---\ntyp: task\nkategorie: privat\nstatus: abgeschlossen\n---\n"
	    "C\n",
	    NULL, MERGE_BOTH, "status body");
}
END_TEST

START_TEST(bodies_are_never_merged_by_lines)
{
	check_files(HEAD "---\na\n\nb\n\nc\n", HEAD "---\nA\n\nb\n\nc\n",
	    HEAD "---\na\n\nb\n\nC\n", NULL, MERGE_BOTH, "body");
}
END_TEST

START_TEST(the_bytes_of_theirs_stay)
{
	/* BOM, line ends, order, comments, quotes. */
	check_files(HEAD "p: 1\n---\n\n# T\n",
	    "---\ntyp: task\nkategorie: privat\nstatus: offen\np: 2\nq:\n"
	    "  - a\n---\n\n# T\nx\ny\n",
	    "\xef\xbb\xbf---\r\n# oben\r\nstatus: 'offen' # s\r\np:   1  # "
	    "p\r\n"
	    "kategorie:  \"arbeit\"\r\ntyp: task\r\nz: [ 1,2 ]\r\n---\r\n\r\n"
	    "# T\r\n",
	    "\xef\xbb\xbf---\r\n# oben\r\nstatus: 'offen' # s\r\np: 2  # p\r\n"
	    "kategorie:  \"privat\"\r\ntyp: task\r\nz: [ 1,2 ]\r\nq:\r\n"
	    "  - a\r\n---\r\n\r\n# T\r\nx\r\ny\r\n",
	    0, NULL);
}
END_TEST

START_TEST(line_ends_and_bom_alone_are_no_change)
{
	check_files(HEAD "---\n\n# T\nx\n",
	    "\xef\xbb\xbf---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: "
	    "offen\r\n---\r\n\r\n# T\r\nx\r\n",
	    HEAD "t: 1\n---\n\n# T\nx\n", HEAD "t: 1\n---\n\n# T\nx\n", 0,
	    NULL);
	check_files(HEAD "---\n\n# T\nx\n",
	    "---\nstatus: \"offen\"\ntyp: task\nkategorie: arbeit\n---\n# T\n"
	    "x\n",
	    HEAD "---\n\n# T\ny\n", HEAD "---\n\n# T\ny\n", 0, NULL);
}
END_TEST

START_TEST(unknown_fields_go_whole)
{
	check("p: a\n", "p: [x, \"y\"]\n", "p: a\nt: 1\n",
	    "p: [x, \"y\"]\nt: 1\n");
	check("p: |\n  a\n  b\n", "p: |\n  a\n  c\n", "p: |\n  a\n  b\nt: 1\n",
	    "p: |\n  a\n  c\nt: 1\n");
	check("p:\n  - a\n", "p:\n  - a\n  - b: 1\n    c: 2\n",
	    "# eins\np:\n  - a\n# zwei\nt: 1\n",
	    "# eins\np:\n  - a\n  - b: 1\n    c: 2\n# zwei\nt: 1\n");
	check("p: a\nq: b\n", "q: b\n", "t: 1\np: a\nq: b\n", "t: 1\nq: b\n");
	check("p:\nq: b\n", "p: 1\nq:\n", "p:\nq: b # c\nt: 1\n",
	    "p: 1\nq: # c\nt: 1\n");
	check("", "'sehr: lang': 1\nz: 2\n", "t: 1\n",
	    "t: 1\n'sehr: lang': 1\nz: 2\n");
	check("deadline: 05.12.2026\n", "deadline: bald\n",
	    "deadline: 05.12.2026\nt: 1\n", "deadline: bald\nt: 1\n");
}
END_TEST

START_TEST(what_cannot_be_spliced_is_a_conflict)
{
	/* Anchors, aliases, comments that would go, odd keys, flow maps. */
	check_conflict(
	    "p: 1\n", "p: &a 1\n", "p: 1\nt: 1\n", MERGE_UNSAFE, "p");
	check_conflict("a: &a 1\np: 1\n", "a: &a 1\np: *a\n",
	    "a: &a 1\np: 1\nt: 1\n", MERGE_UNSAFE, "p");
	check_conflict("p: 1\n", "", "p: 1 # c\n", MERGE_UNSAFE, "p");
	check_conflict("p:\n  - a\n", "p:\n  - b\n", "p:\n  # c\n  - a\n",
	    MERGE_UNSAFE, "p");
	check_conflict("? [a, b]\n: 1\n", "? [a, b]\n: 1\np: 1\n",
	    "? [a, b]\n: 1\nt: 1\n", MERGE_UNSAFE, "");
	check_files("---\n{typ: task, kategorie: arbeit, status: offen}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, p: 1}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, t: 1}\n---\n",
	    NULL, MERGE_UNSAFE, "p");
}
END_TEST

START_TEST(known_fields_go_into_a_flow_map)
{
	check_files("---\n{typ: task, kategorie: arbeit, status: offen}\n---\n",
	    "---\n{typ: task, kategorie: privat, status: offen}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, t: 1}\n---\n",
	    "---\n{typ: task, kategorie: privat, status: offen, t: 1}\n---\n",
	    0, NULL);
}
END_TEST

START_TEST(a_comment_is_not_lost_silently)
{
	check_conflict("p: 1\n", "p: 1 # wichtig\nq: 1\n", "p: 1\nt: 1\n",
	    MERGE_BOTH, "#");
	check("p: '# 1'\n# c\n", "q: '# 2'\n", "p: '# 1'\n# c\nt: 1\n",
	    "# c\nt: 1\nq: '# 2'\n");
}
END_TEST

START_TEST(an_anchor_that_nobody_touched_does_no_harm)
{
	check("a: &a 1\nb: *a\n", "a: &a 1\nb: *a\ntags: [x]\n",
	    "a: &a 1\nb: *a\nt: 1\n", "a: &a 1\nb: *a\nt: 1\ntags: [x]\n");
}
END_TEST

START_TEST(a_bad_side_is_a_conflict)
{
	static const char good[] = HEAD "---\nx\n", other[] = HEAD "---\ny\n";

	check_files(good, other, "kein Task\n", NULL, MERGE_NO_TASK, "");
	check_files(good, "---\na: [\n---\n", other, NULL, MERGE_NO_TASK, "");
	check_files("\xff", good, other, NULL, MERGE_NO_TASK, "");
	check_files("", good, other, NULL, MERGE_NO_TASK, "");
	check_files(good, "", other, NULL, MERGE_NO_TASK, "");
	/* Nothing to merge: it may be what it is. */
	check_files(good, good, "kein Task\n", "kein Task\n", 0, NULL);
	check_files(good, "kein Task\n", good, "kein Task\n", 0, NULL);
	check_files(good, "kein Task\n", "kein Task\n", "kein Task\n", 0, NULL);
}
END_TEST

START_TEST(without_a_base_only_equal_bytes_are_merged)
{
	static const char one[] = HEAD "p: 1\n---\nx\n";

	check_files(NULL, one, one, one, 0, NULL);
	check_files(NULL, "", "", "", 0, NULL);
	check_files(NULL, one, HEAD "q: 1\ntags: [a]\n---\ny\n", NULL,
	    MERGE_NO_BASE, "p q tags body");
	check_files(
	    NULL, one, HEAD "p: '1'\n---\nx\n", NULL, MERGE_NO_BASE, "p");
	check_files(NULL, one, "x", NULL, MERGE_NO_BASE, "");
}
END_TEST

/*
 * Random histories.  A model says which value each field has on each side;
 * the files are written and edited by this test's own means, but for the
 * known fields, which task_splice changes as the page does.
 */

enum { KIND, STATUS, TAGS, DEADLINE, FIXED, DONE, BODY, P, LIST, NOTE, FIELDS };
#define VALUES 4

static const char *const names[FIELDS] = {
    [KIND] = "kategorie",
    [STATUS] = "status",
    [TAGS] = "tags",
    [DEADLINE] = "deadline",
    [FIXED] = "fixedSlot",
    [DONE] = "abgeschlossen_am",
    [BODY] = "body",
    [P] = "projekt",
    [LIST] = "liste-ä",
    [NOTE] = "notiz",
};

/* What stands behind the ':'; "" is a field that is not there. */
static const char *const values[FIELDS][VALUES] = {
    [KIND] = {" arbeit", " privat", " \"arbeit\"", " 'privat'"},
    [STATUS] = {" offen", " abgeschlossen", " abgebrochen", " 'offen'"},
    [TAGS] = {"", " [a, 'b c']", "\n  - a\n  - d", " []"},
    [DEADLINE] = {"", " 05.12.2026", " '06.12.2026'", " 07.12.2026"},
    [FIXED] = {"", " {datum: 05.12.2026, zeit: morgens}", " null",
	"\n  - datum: 06.12.2026\n  - zeit: abends"},
    [DONE] = {"", " {datum: 05.11.2026, zeit: morgens}",
	"\n  datum: 06.11.2026\n  zeit: abends",
	" {datum: \"07.11.2026\", zeit: 'abends'}"},
    [BODY] = {"# T\n\nText\n", "# Neu\n", "", "\nx\n---\ny"},
    [P] = {"", " alpha", " \"beta: # x\"", " [a, {b: 'c'}]"},
    [LIST] = {"", "\n  - a\n  - b: 1\n    c: 2", "\n  - ü", " []"},
    [NOTE] = {"", " |\n  Zeile # 1\n\n  Zeile 2", " >-\n  x\n  y", " 'z'"},
};

/* Values with the same meaning, by their first. */
static int
meaning(int field, int value)
{
	if ((field == KIND && value >= 2) || (field == STATUS && value == 3))
		return field == KIND ? value - 2 : 0;
	if ((field == TAGS && value == 3) || (field == FIXED && value == 2))
		return 0;
	return value;
}

struct random {
	uint64_t state;
};

static unsigned
pick(struct random *r, unsigned n)
{
	r->state =
	    r->state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(r->state >> 33) % n;
}

static void
write_field(struct buf *out, int field, int value)
{
	if (values[field][value][0] != '\0')
		buf_addf(out, "%s:%s\n", names[field], values[field][value]);
}

static void
write_file(struct buf *out, struct random *r, const int v[FIELDS])
{
	int order[FIELDS] = {0}, i, k;

	for (i = 0; i < FIELDS; i++) {
		k = (int)pick(r, (unsigned)i + 1);
		order[i] = order[k];
		order[k] = i;
	}
	buf_adds(out, "---\ntyp: task\n");
	for (i = 0; i < FIELDS; i++) {
		if (pick(r, 4) == 0)
			buf_addf(out, "# Kommentar %d: x\n", i);
		if (order[i] != BODY)
			write_field(out, order[i], v[order[i]]);
	}
	buf_addf(out, "---\n\n%s", values[BODY][v[BODY]]);
}

/* The lines of a field that this test wrote; false if there are none. */
static bool
find_lines(const struct buf *file, const char *key, size_t *from, size_t *to)
{
	struct buf start = BUF_INIT;
	const char *at;

	buf_addf(&start, "\n%s:", key);
	at = strstr(file->s, start.s);
	buf_release(&start);
	if (at == NULL || at > strstr(file->s, "\n---\n"))
		return false;
	*from = (size_t)(at + 1 - file->s);
	for (at++;;) {
		at = strchr(at, '\n') + 1;
		if (*at != ' ' && *at != '\n')
			break;
	}
	*to = (size_t)(at - file->s);
	return true;
}

static void
set_unknown(struct buf *file, int field, int value)
{
	struct buf text = BUF_INIT;
	size_t from, to;

	write_field(&text, field, value);
	if (!find_lines(file, names[field], &from, &to))
		from = to = (size_t)(strstr(file->s, "\n---\n") + 1 - file->s);
	buf_splice(file, from, to - from, text.s, text.len);
	buf_release(&text);
}

/* What task_parse makes of a value, as an edit. */
static void
set_known(struct task_edit *edit, int field, int value)
{
	static const int v0[FIELDS] = {0};
	struct random r = {1};
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf file = BUF_INIT;
	int v[FIELDS];

	memcpy(v, v0, sizeof v);
	v[field] = value;
	write_file(&file, &r, v);
	ck_assert_int_eq(
	    task_parse(NAME, file.s, file.len, &task, &problem), 0);
	edit->has_kind |= field == KIND;
	edit->has_status |= field == STATUS;
	edit->has_deadline |= field == DEADLINE;
	edit->has_fixed |= field == FIXED;
	edit->has_done |= field == DONE;
	edit->has_tags |= field == TAGS;
	if (field == KIND)
		edit->to.kind = task.kind;
	if (field == STATUS)
		edit->to.status = task.status;
	if (field == DEADLINE) {
		edit->to.has_deadline = task.has_deadline;
		edit->to.deadline = task.deadline;
	}
	if (field == FIXED) {
		edit->to.has_fixed = task.has_fixed;
		edit->to.fixed = task.fixed;
	}
	if (field == DONE) {
		edit->to.has_done = task.has_done;
		edit->to.done = task.done;
	}
	if (field == TAGS) {
		edit->to.tags = task.tags;
		edit->to.n_tags = task.n_tags;
		task.tags = NULL;
		task.n_tags = 0;
	}
	if (field == BODY) {
		edit->has_body = true;
		edit->body = std_strdup(values[BODY][value]);
	}
	task_release(&task);
	buf_release(&file);
}

/* Turns the fields of the file that differ from `v` into those of `to`. */
static void
edit_file(struct buf *file, const int v[FIELDS], const int to[FIELDS])
{
	struct task_edit edit = TASK_EDIT_INIT;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	int field;

	for (field = P; field < FIELDS; field++)
		if (to[field] != v[field])
			set_unknown(file, field, to[field]);
	for (field = 0; field < P; field++)
		if (meaning(field, to[field]) != meaning(field, v[field]))
			set_known(&edit, field, to[field]);
	ck_assert_msg(
	    task_splice(NAME, file->s, file->len, &edit, &out, &err) == 0,
	    "%s\n%s", t_text(&err), file->s);
	buf_move(file, &out);
	task_edit_release(&edit);
}

static void
use_crlf(struct buf *file)
{
	size_t i;

	for (i = 0; i < file->len; i++)
		if (file->s[i] == '\n')
			buf_splice(file, i++, 0, "\r", 1);
	buf_splice(file, 0, 0, "\xef\xbb\xbf", 3);
}

struct history {
	int b[FIELDS], m[FIELDS], t[FIELDS];
	struct buf base, mine, theirs, want;
	bool crlf; /* of theirs */
};

static void
make_history(struct history *h, struct random *r, bool overlap)
{
	int i;

	for (i = 0; i < FIELDS; i++) {
		unsigned who = pick(r, overlap ? 4 : 3);

		h->b[i] = h->m[i] = h->t[i] = (int)pick(r, VALUES);
		if (who == 1 || who == 3)
			h->m[i] = (int)pick(r, VALUES);
		if (who == 2 || who == 3)
			h->t[i] = (int)pick(r, VALUES);
	}
	write_file(&h->base, r, h->b);
	buf_set(&h->mine, h->base.s, h->base.len);
	buf_set(&h->theirs, h->base.s, h->base.len);
	edit_file(&h->mine, h->b, h->m);
	edit_file(&h->theirs, h->b, h->t);
	buf_set(&h->want, h->theirs.s, h->theirs.len);
	if (!overlap)
		edit_file(&h->want, h->b, h->m);
	h->crlf = pick(r, 4) == 0;
	if (h->crlf && h->theirs.len > 0) {
		use_crlf(&h->theirs);
		use_crlf(&h->want);
	}
}

static void
release_history(struct history *h)
{
	buf_release(&h->base);
	buf_release(&h->mine);
	buf_release(&h->theirs);
	buf_release(&h->want);
}

static struct history
new_history(void)
{
	return (struct history){.base = BUF_INIT,
	    .mine = BUF_INIT,
	    .theirs = BUF_INIT,
	    .want = BUF_INIT};
}

static int
rounds(void)
{
	return t_long() ? 20000 : 800;
}

/*
 * What mine changed, done to theirs: nothing else may come out.  Files whose
 * bytes are those of the base go by bytes, so theirs is another there.
 */
START_TEST(edits_of_different_fields_both_survive)
{
	int i;

	for (i = 0; i < rounds(); i++) {
		struct random r = {(uint64_t)i};
		struct history h = new_history();
		struct buf out = BUF_INIT, names_ = BUF_INIT;
		struct merge_conflict conflict = MERGE_CONFLICT_INIT;
		bool whole;
		int rc;

		make_history(&h, &r, false);
		rc = run(&h.base, &h.mine, &h.theirs, &out, &conflict);
		join(&conflict, &names_);
		whole = buf_eq(&h.base, &h.theirs);
		ck_assert_msg(rc == 0,
		    "round %d: conflict %d in %s\n%s\n=====\n%s\n=====\n%s", i,
		    (int)conflict.why, names_.s, h.base.s, h.mine.s,
		    h.theirs.s);
		ck_assert_msg(buf_eq(&out, whole ? &h.mine : &h.want),
		    "round %d: should be:\n%s\nbut is:\n%s\nof\n%s", i,
		    h.want.s, out.s, h.mine.s);
		merge_conflict_release(&conflict);
		buf_release(&names_);
		buf_release(&out);
		release_history(&h);
	}
}
END_TEST

/* The fields that a model says are in conflict, sorted. */
static void
expect_conflicts(const struct history *h, bool in[FIELDS])
{
	int i;

	for (i = 0; i < FIELDS; i++) {
		int b = meaning(i, h->b[i]), m = meaning(i, h->m[i]);
		int t = meaning(i, h->t[i]);

		in[i] = m != b && t != b && m != t;
	}
}

static int
index_of(const char *name)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	ck_abort_msg("a conflict in %s", name);
	return 0;
}

START_TEST(conflicts_are_exactly_the_fields_with_two_new_values)
{
	int i, k, conflicts = 0;

	for (i = 0; i < rounds(); i++) {
		struct random r = {(uint64_t)i + 7777777};
		struct history h = new_history();
		struct buf out = BUF_INIT, back = BUF_INIT;
		struct merge_conflict c = MERGE_CONFLICT_INIT;
		struct merge_conflict d = MERGE_CONFLICT_INIT;
		bool want[FIELDS], any = false;
		int rc;

		make_history(&h, &r, true);
		expect_conflicts(&h, want);
		rc = run(&h.base, &h.mine, &h.theirs, &out, &c);
		for (k = 0; k < FIELDS; k++)
			any |= want[k];
		ck_assert_msg(rc == (any ? -1 : 0), "round %d", i);
		/* The other way round it is the same. */
		ck_assert_int_eq(
		    run(&h.base, &h.theirs, &h.mine, &back, &d), rc);
		ck_assert_uint_eq(c.n, d.n);
		for (k = 0; k < (int)c.n; k++) {
			ck_assert(want[index_of(c.fields[k])]);
			want[index_of(c.fields[k])] = false;
		}
		for (k = 0; k < FIELDS; k++)
			ck_assert_msg(!want[k], "round %d: %s", i, names[k]);
		conflicts += any;
		merge_conflict_release(&c);
		merge_conflict_release(&d);
		buf_release(&out);
		buf_release(&back);
		release_history(&h);
	}
	ck_assert_int_gt(conflicts, rounds() / 10);
	ck_assert_int_lt(conflicts, rounds() - rounds() / 10);
}
END_TEST

/* Fields of a file by what they mean. */
static void
check_same_fields(const struct buf *a, const struct buf *b, int round)
{
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;
	struct buf out = BUF_INIT;

	if (!buf_eq(a, b)) {
		ck_assert_int_eq(run(NULL, a, b, &out, &conflict), -1);
		ck_assert_msg(conflict.n == 0 && conflict.why == MERGE_NO_BASE,
		    "round %d: %s differs:\n%s\n=====\n%s", round,
		    conflict.n ? conflict.fields[0] : "?", a->s, b->s);
	}
	merge_conflict_release(&conflict);
	buf_release(&out);
}

START_TEST(it_does_not_matter_for_the_fields_which_side_is_which)
{
	int i;

	for (i = 0; i < rounds(); i++) {
		struct random r = {(uint64_t)i + 424242};
		struct history h = new_history();
		struct buf one = BUF_INIT, other = BUF_INIT;
		struct merge_conflict conflict = MERGE_CONFLICT_INIT;

		make_history(&h, &r, false);
		ck_assert_int_eq(
		    run(&h.base, &h.mine, &h.theirs, &one, &conflict), 0);
		ck_assert_int_eq(
		    run(&h.base, &h.theirs, &h.mine, &other, &conflict), 0);
		check_same_fields(&one, &other, i);
		buf_release(&one);
		buf_release(&other);
		release_history(&h);
	}
}
END_TEST

START_TEST(a_side_that_did_nothing_does_not_count)
{
	int i;

	for (i = 0; i < rounds(); i++) {
		struct random r = {(uint64_t)i + 99};
		struct history h = new_history();
		struct buf out = BUF_INIT;
		struct merge_conflict c = MERGE_CONFLICT_INIT;

		make_history(&h, &r, true);
		ck_assert_int_eq(run(&h.base, &h.base, &h.theirs, &out, &c), 0);
		ck_assert(buf_eq(&out, &h.theirs));
		ck_assert_int_eq(run(&h.base, &h.mine, &h.base, &out, &c), 0);
		ck_assert(buf_eq(&out, &h.mine));
		ck_assert_int_eq(run(&h.base, &h.mine, &h.mine, &out, &c), 0);
		ck_assert(buf_eq(&out, &h.mine));
		buf_release(&out);
		release_history(&h);
	}
}
END_TEST

/* Bytes that somebody broke: no crash, and no result that is no task. */
START_TEST(broken_bytes_do_no_harm)
{
	int i, k;

	for (i = 0; i < rounds(); i++) {
		struct random r = {(uint64_t)i + 31337};
		struct history h = new_history();
		struct buf *sides[] = {&h.base, &h.mine, &h.theirs};
		struct buf out = BUF_INIT;
		struct merge_conflict c = MERGE_CONFLICT_INIT;
		struct task task = TASK_INIT;
		struct task_problem problem;

		make_history(&h, &r, true);
		for (k = 0; k < 3; k++) {
			struct buf *side = sides[pick(&r, 3)];
			size_t at = pick(&r, (unsigned)side->len);

			side->s[at] =
			    "#:{}[]&*!|>'\"-\n \t,\xc3z"[pick(&r, 20)];
		}
		if (run(&h.base, &h.mine, &h.theirs, &out, &c) == 0 &&
		    !buf_eq(&h.mine, &h.theirs) && !buf_eq(&h.base, &h.mine) &&
		    !buf_eq(&h.base, &h.theirs))
			ck_assert_int_eq(
			    task_parse(NAME, out.s, out.len, &task, &problem),
			    0);
		task_release(&task);
		merge_conflict_release(&c);
		buf_release(&out);
		release_history(&h);
	}
}
END_TEST

T_MAIN("merge", different_fields_go_together,
    the_same_change_on_both_sides_is_none,
    one_field_changed_to_two_values_is_a_conflict,
    bodies_are_never_merged_by_lines, the_bytes_of_theirs_stay,
    line_ends_and_bom_alone_are_no_change, unknown_fields_go_whole,
    what_cannot_be_spliced_is_a_conflict, known_fields_go_into_a_flow_map,
    a_comment_is_not_lost_silently, an_anchor_that_nobody_touched_does_no_harm,
    a_bad_side_is_a_conflict, without_a_base_only_equal_bytes_are_merged,
    edits_of_different_fields_both_survive,
    conflicts_are_exactly_the_fields_with_two_new_values,
    it_does_not_matter_for_the_fields_which_side_is_which,
    a_side_that_did_nothing_does_not_count, broken_bytes_do_no_harm)
