#include "t.h"

#include <dirent.h>
#include <time.h>

#include "frontmatter/frontmatter.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "task/task_title.h"

/* Reading a literal. */

struct reading {
	int rc;
	struct task task;
	struct task_problem problem;
};

static struct reading
read_bytes(const char *file, const void *bytes, size_t len)
{
	struct reading r = {.task = TASK_INIT};
	char *copy = std_alloc(len); /* so that ASan sees a read too far */

	memcpy(copy, bytes, len);
	r.rc = task_parse(file, copy, len, &r.task, &r.problem);
	free(copy);
	return r;
}

static struct reading
read_file(const char *text)
{
	return read_bytes("0042-Datei.md", text, strlen(text));
}

/* A good file with these lines in its front matter. */
static struct reading
read_fields(const char *lines)
{
	struct buf file = BUF_INIT;
	struct reading r;

	buf_addf(&file,
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n%s---\n\n# T\n",
	    lines);
	r = read_file(file.s);
	buf_release(&file);
	return r;
}

static void
check_problem(const char *text, const char *code, unsigned line)
{
	struct reading r = read_file(text);

	ck_assert_msg(r.rc == -1, "this should be bad:\n%s", text);
	ck_assert_str_eq(r.problem.code, code);
	ck_assert_msg(r.problem.line == line, "line %u instead of %u in:\n%s",
	    r.problem.line, line, text);
	ck_assert(r.problem.reason.id != MSG_NONE);
}

/* Lines in the front matter; the problem stands in the n-th line of the file. */
static void
check_fault(const char *lines, unsigned line, enum msg_id reason)
{
	struct buf file = BUF_INIT;
	struct reading r;

	buf_addf(&file, "---\n%s---\n\n# T\n", lines);
	r = read_file(file.s);
	ck_assert_msg(r.rc == -1, "this should be bad:\n%s", lines);
	ck_assert_str_eq(r.problem.code, "kein_yaml");
	ck_assert_msg(r.problem.line == line && r.problem.reason.id == reason,
	    "line %u, not %u, %s\n%s", r.problem.line, line,
	    msg_sentence(r.problem.reason.id), lines);
	buf_release(&file);
}

/* The sentence that the owner reads. */
static void
check_sentence(const char *lines, const char *sentence)
{
	char text[MSG_TEXT_MAX];
	struct buf file = BUF_INIT;
	struct reading r;

	buf_addf(&file, "---\n%s---\n\n# T\n", lines);
	r = read_file(file.s);
	ck_assert_msg(r.rc == -1, "this should be bad:\n%s", lines);
	ck_assert_str_eq(msg_text(&r.problem.reason, text), sentence);
	buf_release(&file);
}

static void
check_title(const char *body, const char *title)
{
	struct buf file = BUF_INIT;
	struct reading r;

	buf_addf(&file,
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n%s", body);
	r = read_file(file.s);
	ck_assert_int_eq(r.rc, 0);
	ck_assert_str_eq(r.task.title, title);
	task_release(&r.task);
	buf_release(&file);
}

/* A readable picture of what was read. */

static void
add_when(struct buf *out, const char *key, bool has, struct task_when when)
{
	if (!has)
		return;
	buf_addf(out, "%s: ", key);
	day_add(out, when.date);
	buf_addf(out, " %s\n", task_time_word(when.time));
}

static void
add_task(struct buf *out, const struct task *task)
{
	size_t i;

	buf_addf(out, "number: %04u\nfile: %s\ntitle: %s\n", task->number,
	    task->file, task->title);
	buf_addf(out, "kategorie: %s\nstatus: %s\n", task_kind_word(task->kind),
	    task_status_word(task->status));
	for (i = 0; i < task->n_tags; i++)
		buf_addf(out, "tag: %s\n", task->tags[i]);
	if (task->has_deadline) {
		buf_adds(out, "deadline: ");
		day_add(out, task->deadline);
		buf_addc(out, '\n');
	}
	add_when(out, "fixedSlot", task->has_fixed, task->fixed);
	add_when(out, "abgeschlossen_am", task->has_done, task->done);
	if (task->warnings != 0)
		buf_addf(out, "warning: %s\n",
		    msg_sentence(task_warning_msg(task->warnings)));
	buf_addf(out, "body at: %zu\n", task->body_at);
}

static void
add_reading(struct buf *out, const char *file, const struct buf *bytes)
{
	char text[MSG_TEXT_MAX];
	struct reading r;

	if (!names_file_ok(file)) {
		buf_addf(out, "file: %s\nno task by its name\n", file);
		return;
	}
	r = read_bytes(file, bytes->s, bytes->len);
	if (r.rc == 0)
		add_task(out, &r.task);
	else
		buf_addf(out, "file: %s\nline: %u\ncode: %s\nreason: %s\n",
		    file, r.problem.line, r.problem.code,
		    msg_text(&r.problem.reason, text));
	task_release(&r.task);
}

START_TEST(every_edge_file_is_read_as_its_golden_result_says)
{
	static const char *const folders[] = {"", "unterordner/"};
	struct buf path = BUF_INIT, bytes = BUF_INIT, got = BUF_INIT;
	struct dirent *entry;
	size_t i, n = 0;
	DIR *dir;

	for (i = 0; i < ARRAY_LEN(folders); i++) {
		buf_reset(&path);
		buf_addf(&path, "task/edge/tasks/%s", folders[i]);
		dir = opendir(t_data_path(path.s));
		ck_assert_ptr_nonnull(dir);
		while ((entry = readdir(dir)) != NULL) {
			if (strstr(entry->d_name, ".md") == NULL)
				continue;
			buf_reset(&path);
			buf_reset(&bytes);
			buf_reset(&got);
			buf_addf(&path, "task/edge/tasks/%s%s", folders[i],
			    entry->d_name);
			t_data(&bytes, path.s);
			add_reading(&got, entry->d_name, &bytes);
			buf_reset(&path);
			buf_addf(&path, "task/golden/%s.txt", entry->d_name);
			t_golden(path.s, got.s, got.len);
			n++;
		}
		closedir(dir);
	}
	ck_assert_uint_eq(n, 25);
	buf_release(&path);
	buf_release(&bytes);
	buf_release(&got);
}
END_TEST

START_TEST(front_matter_begins_and_ends_with_three_dashes)
{
	static const char good[] =
	    "--- \t\ntyp: task\nkategorie: arbeit\nstatus: offen\n---  ";
	struct reading r = read_file(good);

	ck_assert_int_eq(r.rc, 0);
	ck_assert_uint_eq(r.task.body_at, strlen(good));
	task_release(&r.task);

	check_problem("", "kein_frontmatter", 1);
	check_problem("---", "kein_frontmatter", 1);
	check_problem("---\n", "kein_frontmatter", 1);
	check_problem("\n---\ntyp: task\n---\n", "kein_frontmatter", 1);
	check_problem("---js\ntyp: task\n---\n", "kein_frontmatter", 1);
	check_problem("----\ntyp: task\n---\n", "kein_frontmatter", 1);
	check_problem("---\ntyp: task\n ---\n", "kein_frontmatter", 1);
	check_problem("---\ntyp: task\n---x\n", "kein_frontmatter", 1);
	check_problem("---\rtyp: task\r---\r", "kein_frontmatter", 1);
}
END_TEST

START_TEST(what_is_no_yaml_is_named_with_its_line)
{
	check_problem("---\ntyp: task\nx: [1\ny: 2\n---\n", "kein_yaml", 3);
	check_problem("---\r\ntyp: task\r\nx: \"ä\r\n---\r\n", "kein_yaml", 3);
	check_problem("---\ntyp: task\nä: ö\nx: a\tb\1\n---\n", "kein_yaml", 4);
	check_problem("---\n- typ: task\n---\n", "kein_yaml", 2);
	check_problem("---\ntask\n---\n", "kein_yaml", 2);
	check_problem("---\ntyp: task\n...\na: b\n---\n", "kein_yaml", 4);
	check_problem("---\ntyp: task\n--- b\n---\n", "kein_yaml", 3);
	check_problem("---\ntyp: task\nx: *unbekannt\n---\n", "kein_yaml", 3);
}
END_TEST

START_TEST(a_field_without_a_colon_is_named_by_its_own_line)
{
	check_fault("typ: task\nkategorie arbeit\nstatus: offen\n", 3,
	    MSG_FRONT_NO_COLON);
	check_fault("typ: task\nkategorie: arbeit\nstatus offen\n\n\n\n\n\n", 4,
	    MSG_FRONT_NO_COLON);
	check_fault("typ task\nkategorie: arbeit\n", 2, MSG_FRONT_NO_COLON);
	check_fault("typ task\n\nkategorie arbeit\n\nstatus: x\n", 2,
	    MSG_FRONT_NO_COLON);
	check_fault(
	    "typ task\n# c\nkategorie: arbeit\n", 2, MSG_FRONT_NO_COLON);
	check_fault("typ: task\nfixedSlot:\n  datum 26.11.2026\n"
		    "  zeit: morgens\n",
	    4, MSG_FRONT_NO_COLON);
	check_fault("typ: task\nfixedSlot:\n  zeit: morgens\n"
		    "  datum 26.11.2026\nstatus: offen\n",
	    5, MSG_FRONT_NO_COLON);
	check_fault("typ: task\ntags:\n- a\nkategorie arbeit\nx: 1\n", 5,
	    MSG_FRONT_NO_COLON);
	check_fault("task\n", 2, MSG_FRONT_NO_COLON);
	check_fault("typ: task\r\nkategorie arbeit\r\nstatus: x\r\n", 3,
	    MSG_FRONT_NO_COLON);
}
END_TEST

START_TEST(a_mark_without_its_blank_is_named)
{
	check_sentence("typ: task\nkategorie:arbeit\nstatus: offen\n",
	    "Hinter „:“ fehlt ein Leerzeichen.");
	check_fault("typ: task\nkategorie:arbeit\nstatus: offen\n", 3,
	    MSG_FRONT_NO_BLANK);
	check_fault("typ:task\nkategorie: arbeit\n", 2, MSG_FRONT_NO_BLANK);
	check_fault("typ:task\nkategorie:arbeit\nstatus:offen\n", 2,
	    MSG_FRONT_NO_BLANK);
	check_fault("tags:\n- a\n-b\nstatus: offen\n", 4, MSG_FRONT_NO_BLANK);
	check_sentence("tags:\n- a\n-b\nstatus: offen\n",
	    "Hinter „-“ fehlt ein Leerzeichen.");
}
END_TEST

START_TEST(an_open_quote_is_named_where_it_begins)
{
	check_fault(
	    "typ: task\nx: \"a\nstatus: offen\n", 3, MSG_FRONT_NO_QUOTE);
	check_fault("typ: task\nx: 'a\ny: b\n\n\n", 3, MSG_FRONT_NO_QUOTE);
	check_fault(
	    "typ: task\nx: \"a\ny: \"b\"\nz: 1\n", 3, MSG_FRONT_NO_QUOTE);
	check_fault(
	    "typ: task\nx: \"a\ny: \"b: c\"\nz: 1\n", 3, MSG_FRONT_NO_QUOTE);
	check_fault("typ: task\n'x': 'a\ny': 1\n", 3, MSG_FRONT_NO_QUOTE);
	check_fault("typ: task\nx: 'a'b'\ny: 1\n", 3, MSG_FRONT_BEHIND_QUOTE);
	check_fault("x: \"a\" b\ntyp: task\n", 2, MSG_FRONT_BEHIND_QUOTE);
	check_fault(
	    "typ: task\nx: \"a\n  b\" c\ny: 1\n", 4, MSG_FRONT_BEHIND_QUOTE);
	check_fault(
	    "typ: task\npfad: \"C:\\Users\"\nx: 1\n", 3, MSG_FRONT_ESCAPE);
}
END_TEST

START_TEST(an_open_bracket_is_named_where_it_stands)
{
	check_fault("typ: task\ntags: [a, b\nstatus: offen\nx: 1\n", 3,
	    MSG_FRONT_NO_BRACKET);
	check_fault("typ: task\ntags: [a, b\n", 3, MSG_FRONT_NO_BRACKET);
	check_fault("typ: task\ntags: [\n", 3, MSG_FRONT_NO_BRACKET);
	check_fault(
	    "typ: task\ntags: [a,\n- b\nx: 1\n", 3, MSG_FRONT_NO_BRACKET);
	check_fault("typ: task\nfixedSlot: {datum: 26.11.2026,\n"
		    "status: offen\nx: [1]\n",
	    3, MSG_FRONT_NO_BRACKET);
	check_fault(
	    "typ: task\nx: [a, [b]\nstatus: offen\n", 3, MSG_FRONT_NO_BRACKET);
	check_sentence("typ: task\ntags: [a, b\n",
	    "Die Klammer „[“ ist nicht geschlossen.");
	check_fault("tags: [a, b]]\nx: 1\n", 2, MSG_FRONT_EXTRA_BRACKET);
	check_fault(
	    "typ: task\ntags: [\n  'a'\n  'b'\n  ]\n", 4, MSG_FRONT_NO_COMMA);
	check_fault("typ: task\nx: {a: b c: d}\n", 3, MSG_FRONT_NO_COMMA);
	check_fault("typ: task\nx: [a,, b]\n", 3, MSG_FRONT_NO_VALUE);
}
END_TEST

START_TEST(a_line_at_the_wrong_column_is_named)
{
	check_fault("typ: task\n  kategorie: arbeit\n", 3, MSG_FRONT_INDENT);
	check_fault("  typ: task\nkategorie: arbeit\n", 3, MSG_FRONT_INDENT);
	check_fault("typ: task\nfixedSlot:\n    datum: 1\n  zeit: 2\n", 5,
	    MSG_FRONT_INDENT);
	check_fault("typ: task\nx: a: b\n", 3, MSG_FRONT_COLON_IN_VALUE);
	check_fault("tags:\n  - a\n  b: c\n", 4, MSG_FRONT_NO_ITEM);
	check_fault("tags:\n  - a\n  b\nx: 1\n", 4, MSG_FRONT_NO_ITEM);
	check_fault("typ: task\n- a\n", 3, MSG_FRONT_NO_FIELD);
	check_fault("typ: task\n: a\n", 3, MSG_FRONT_NO_FIELD);
	check_fault("tags:\n  - a\n - b\nx: 1\n", 4, MSG_FRONT_INDENT);
	check_fault("x: |\n    a\n  b\ny: 1\n", 4, MSG_FRONT_INDENT);
	check_fault("typ: task\nx: [a]b\n", 3, MSG_FRONT_BEHIND_VALUE);
}
END_TEST

START_TEST(a_character_that_yaml_does_not_take_is_named_with_its_place)
{
	check_sentence("typ: task\ntags:\n-\ta\n",
	    "Zeichen 2 der Zeile ist ein Tabulator; YAML will hier "
	    "Leerzeichen.");
	check_fault("typ: task\ntags:\n-\ta\n", 4, MSG_FRONT_TAB);
	check_fault("fixedSlot:\n\tdatum: 1\n", 3, MSG_FRONT_TAB);
	check_fault("x: a\n\tb\n", 3, MSG_FRONT_TAB);
	check_fault("x: |\n\tb\n", 3, MSG_FRONT_TAB);
	check_sentence("typ: ä\x7f\n",
	    "Zeichen 7 der Zeile ist U+007F; das darf in YAML nicht stehen.");
	check_fault("typ: task\nx: \x7f\n", 3, MSG_FRONT_CHARACTER);
	check_sentence("typ: task\nx: a\xc2\x9f\n",
	    "Zeichen 5 der Zeile ist U+009F; das darf in YAML nicht stehen.");
	check_fault("# a\x01\ntyp: task\n", 2, MSG_FRONT_CHARACTER);
	check_fault("typ: task\nx: \xef\xbf\xbf\n", 3, MSG_FRONT_CHARACTER);
	check_sentence("typ: task\nx: @a\n",
	    "Mit „@“ darf hier nichts beginnen; als Text braucht es "
	    "Anführungszeichen.");
	check_fault("typ: task\nx: **a**\n", 3, MSG_FRONT_BAD_START);
	check_fault("typ: task\nx: ]\ny: 1\n", 3, MSG_FRONT_BAD_START);
	check_fault("typ: task\nx: > a\ny: 1\n", 3, MSG_FRONT_BAD_START);
	check_fault("typ: task\n%a: b\n", 3, MSG_FRONT_BAD_START);
}
END_TEST

START_TEST(a_character_that_ends_a_line_for_yaml_alone_is_named)
{
	check_sentence("typ: task\n# a\u2028b\nstatus: offen\n",
	    "Zeichen 4 der Zeile ist U+2028; damit endet die Zeile für YAML.");
	check_fault("# a\u2028b\ntyp: task\n", 2, MSG_FRONT_LINE_BREAK);
	check_fault("typ: task # a\u2029x: b\n", 2, MSG_FRONT_LINE_BREAK);
	check_fault("# a\u2028b: c\ntyp: task\n", 2, MSG_FRONT_LINE_BREAK);
	check_fault("typ: task\nx: a\xc2\x85y\n", 3, MSG_FRONT_LINE_BREAK);
	check_fault("typ: task\nx: |\n  a\u2028b\n", 4, MSG_FRONT_LINE_BREAK);
}
END_TEST

START_TEST(a_line_break_of_yaml_in_quotes_is_text)
{
	struct reading r = read_fields("x: \"a\u2028b\"\ntags: ['\u2029']\n");

	ck_assert_int_eq(r.rc, 0);
	ck_assert_str_eq(r.task.tags[0], "\u2029");
	task_release(&r.task);
}
END_TEST

/* A key of n characters in the second line. */
static void
add_long_key(struct buf *lines, size_t n)
{
	buf_reset(lines);
	buf_adds(lines, "typ: task\n");
	for (; n > 0; n--)
		buf_adds(lines, "ä");
	buf_adds(lines, ": 1\nstatus: offen\n");
}

START_TEST(a_key_longer_than_yaml_takes_is_named)
{
	struct buf lines = BUF_INIT;

	add_long_key(&lines, 1025);
	check_fault(lines.s, 3, MSG_FRONT_LONG_KEY);
	check_sentence(lines.s, "Ein Schlüssel ist länger als 1024 Zeichen.");
	check_fault(lines.s + strlen("typ: task\n"), 2, MSG_FRONT_LONG_KEY);
	buf_splice(&lines, 0, strlen("typ: task\n"), "x: {", 4);
	buf_splice(&lines, lines.len - strlen("\nstatus: offen\n"), 0, "}", 1);
	check_fault(lines.s, 2, MSG_FRONT_LONG_KEY);

	add_long_key(&lines, 1024);
	buf_splice(&lines, 0, 0, "---\n", 4);
	buf_adds(&lines, "---\n");
	check_problem(lines.s, "kategorie_unbekannt", 1);
	buf_release(&lines);
}
END_TEST

START_TEST(a_key_that_stands_twice_makes_a_file_bad)
{
	check_problem("---\ntyp: task\nstatus: offen\nstatus: offen\n---\n",
	    "schluessel_doppelt", 4);
	check_problem(
	    "---\ntyp: task\n\"typ\": task\n---\n", "schluessel_doppelt", 3);
	check_problem(
	    "---\ntyp: task\nx:\n  - {a: 1,\n     b: 2, 'a': 3}\n---\n",
	    "schluessel_doppelt", 5);
	check_problem("---\nü: 1\nx: {b: 1}\nb: 1\nü: 2\nx: 1\n---\n",
	    "schluessel_doppelt", 5);
}
END_TEST

/* The two keys in one map. */
static bool
are_one_key(const char *a, const char *b)
{
	struct buf lines = BUF_INIT;
	struct reading r;
	bool one;

	buf_addf(&lines, "x:\n  %s: a\n  %s: b\n", a, b);
	r = read_fields(lines.s);
	one = r.rc == -1;
	ck_assert_msg(!one || strcmp(r.problem.code, "schluessel_doppelt") == 0,
	    "%s, %s: %s", a, b, r.problem.code);
	task_release(&r.task);
	buf_release(&lines);
	return one;
}

START_TEST(a_number_written_in_two_ways_is_one_key)
{
	static const char *const one[][2] = {{"1", "01"}, {"1", "+1"},
	    {"-1", "-001"}, {"0", "-0"}, {"16", "0x10"}, {"8", "0o10"},
	    {"1", "1.0"}, {"1.5", "01.50"}, {"'1'", "01"},
	    {"123456789012345678901", "0123456789012345678901"}, {"10", "1_0"},
	    {"10", "0x0A"}, {"10", "0x_a"}, {"10", "0o12"}, {"10", "012"},
	    {"12", "012"}, {"10", "0b1010"}, {"10", "1e1"}, {"10", "1.0E+1"},
	    {"10", "10."}, {"-10", "-0xA"}, {".0", "0"}, {"+.5", "0.5_0"},
	    {".1", "0.1"}, {"90", "1:30"}, {"1:30.5", "90.5"},
	    {".inf", "+.INF"}, {"'10'", "1e1"}, {"1e400", ".inf"},
	    {"9007199254740993", "9007199254740992"}};
	static const char *const two[][2] = {{"1", "10"}, {"1", "-1"},
	    {"'01'", "1"}, {"1", "1a"}, {"0x1g", "1"}, {"1.5", "15"},
	    {"1", "!!str 01"}, {"x", "X"}, {"1", "1.01"}, {"-", "0"},
	    {"_10", "10"}, {"10", "0o_"}, {"0x", "0"}, {"0b2", "2"},
	    {"1e", "1"}, {".", "0"}, {"1.2.3", "1.2"}, {"1-1", "0"},
	    {".inf", "-.inf"}, {"09", "011"}, {"1:x", "60"}, {":", "0"},
	    {"e1", "0"}, {"infinity", ".inf"}, {"0x1p3", "8"},
	    {"2001-01-01", "2001-01-02"}, {"'1_0'", "10"}};
	size_t i;

	for (i = 0; i < ARRAY_LEN(one); i++)
		ck_assert_msg(are_one_key(one[i][0], one[i][1]), "%s and %s",
		    one[i][0], one[i][1]);
	for (i = 0; i < ARRAY_LEN(two); i++)
		ck_assert_msg(!are_one_key(two[i][0], two[i][1]), "%s and %s",
		    two[i][0], two[i][1]);
	check_problem("---\n1: a\n01: b\n---\n", "schluessel_doppelt", 3);
}
END_TEST

START_TEST(typ_kategorie_and_status_must_be_known_words)
{
	check_problem("---\n---\n", "kein_typ_task", 1);
	check_problem("---\n# nichts\n---\n", "kein_typ_task", 1);
	check_problem("---\nstatus: offen\n---\n", "kein_typ_task", 1);
	check_problem("---\na: 1\ntyp: Task\n---\n", "kein_typ_task", 3);
	check_problem("---\ntyp: task\n---\n", "kategorie_unbekannt", 1);
	check_problem("---\ntyp: task\nkategorie: ARBEIT\n---\n",
	    "kategorie_unbekannt", 3);
	check_problem("---\ntyp: task\nkategorie: !x arbeit\n---\n",
	    "kategorie_unbekannt", 3);
	check_problem("---\nx: &x arbeit\ntyp: task\nkategorie: *x\n---\n",
	    "kategorie_unbekannt", 4);
	check_problem("---\ntyp: task\nkategorie: [arbeit]\n---\n",
	    "kategorie_unbekannt", 3);
	check_problem("---\ntyp: task\nkategorie: \"arbeit\\0\"\n---\n",
	    "kategorie_unbekannt", 3);
	check_problem("---\ntyp: task\nkategorie: arbeit\nstatus:\n---\n",
	    "status_unbekannt", 4);
}
END_TEST

START_TEST(a_file_that_is_not_utf8_is_bad_at_its_first_wrong_byte)
{
	check_problem("---\ntyp: t\xe4sk\n---\n", "kein_utf8", 2);
	check_problem("---\ntyp: task\n---\n\nä\n\xc0\xaf\n", "kein_utf8", 6);
}
END_TEST

START_TEST(limits_hold_to_the_byte)
{
	static const char head[] =
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n";
	struct buf file = BUF_INIT;
	struct reading r;

	buf_adds(&file, head);
	buf_addc(&file, '#');
	while (file.len < 4 + FRONTMATTER_MAX - 1)
		buf_addc(&file, 'x');
	buf_adds(&file, "\n---\n");
	r = read_file(file.s);
	ck_assert_int_eq(r.rc, 0);
	task_release(&r.task);
	buf_splice(&file, strlen(head) + 1, 0, "x", 1);
	check_problem(file.s, "zu_gross", 1);

	buf_reset(&file);
	buf_addf(&file, "%s---\n", head);
	while (file.len < TASK_FILE_MAX)
		buf_addc(&file, 'x');
	r = read_file(file.s);
	ck_assert_int_eq(r.rc, 0);
	task_release(&r.task);
	buf_addc(&file, 'x');
	check_problem(file.s, "zu_gross", 0);
	buf_release(&file);
}
END_TEST

START_TEST(eight_levels_are_read_and_nine_are_not)
{
	struct reading r = read_fields("x: [[[[[[[1]]]]]]]\n");

	ck_assert_int_eq(r.rc, 0);
	task_release(&r.task);
	r = read_fields("x: [[[[[[[[1]]]]]]]]\n");
	ck_assert_int_eq(r.rc, -1);
	ck_assert_str_eq(r.problem.code, "kein_yaml");
	ck_assert_uint_eq(r.problem.line, 5);
}
END_TEST

START_TEST(a_slot_is_a_map_or_a_list_of_maps_in_any_order)
{
	static const char *const slots[] = {
	    "fixedSlot: {datum: 26.11.2026, zeit: abends}\n",
	    "fixedSlot: {zeit: 'abends', mehr: [1], \"datum\": 26.11.2026}\n",
	    "fixedSlot:\n  zeit: abends # c\n  datum: '26.11.2026'\n",
	    "fixedSlot:\n- zeit: abends\n- datum: 26.11.2026\n",
	    "fixedSlot: [{datum: 26.11.2026}, {ort: x}, {zeit: abends}]\n",
	    "fixedSlot: &a {datum: &d 26.11.2026, zeit: abends}\nx: *d\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(slots); i++) {
		struct reading r = read_fields(slots[i]);

		ck_assert_msg(r.rc == 0 && r.task.has_fixed &&
				  r.task.warnings == 0 &&
				  r.task.fixed.date.day == 26 &&
				  r.task.fixed.time == TASK_ABENDS,
		    "%s", slots[i]);
		task_release(&r.task);
	}
}
END_TEST

static void
check_warning(const char *line, unsigned warning)
{
	struct reading r = read_fields(line);

	ck_assert_msg(r.rc == 0 && r.task.warnings == warning,
	    "%s gives %u instead of %u", line, r.task.warnings, warning);
	ck_assert(!r.task.has_fixed && !r.task.has_deadline &&
		  !r.task.has_done && r.task.n_tags == 0);
	ck_assert((warning != 0) == (task_warning_msg(warning) != MSG_NONE));
	task_release(&r.task);
}

START_TEST(a_half_or_wrong_slot_is_none_with_a_warning)
{
	static const char *const slots[] = {
	    "fixedSlot: {datum: 26.11.2026}\n",
	    "fixedSlot: {zeit: abends}\n",
	    "fixedSlot: {datum: 29.02.2027, zeit: abends}\n",
	    "fixedSlot: {datum: 2026-11-26, zeit: abends}\n",
	    "fixedSlot: {datum: 26.11.2026, zeit: Abends}\n",
	    "fixedSlot: {datum: [26.11.2026], zeit: abends}\n",
	    "fixedSlot: [{datum: 26.11.2026}, {datum: 27.11.2026}, "
	    "{zeit: abends}]\n",
	    "fixedSlot: [datum, 26.11.2026]\n",
	    "fixedSlot: morgens\n",
	    "fixedSlot: !slot {datum: 26.11.2026, zeit: abends}\n",
	    "fixedSlot: {datum: !!str 26.11.2026, zeit: abends}\n",
	    "x: &s {datum: 26.11.2026, zeit: abends}\nfixedSlot: *s\n",
	    "x: &s abends\nfixedSlot: {datum: 26.11.2026, zeit: *s}\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(slots); i++)
		check_warning(slots[i], TASK_WARN_FIXED_SLOT);
	check_warning("abgeschlossen_am: gestern\n", TASK_WARN_DONE);
	check_warning("deadline: 31.11.2026\n", TASK_WARN_DEADLINE);
	check_warning("deadline: 1.11.2026\n", TASK_WARN_DEADLINE);
	check_warning("deadline: [05.12.2026]\n", TASK_WARN_DEADLINE);
	check_warning("deadline: !!str 05.12.2026\n", TASK_WARN_DEADLINE);
	check_warning("tags: team\n", TASK_WARN_TAGS);
	check_warning("tags: [a, [b]]\n", TASK_WARN_TAGS);
	check_warning("tags: [a, ~]\n", TASK_WARN_TAGS);
	check_warning("tags: [a, \"b\\n\"]\n", TASK_WARN_TAGS);
	check_warning("tags: [a, \"b\\0\"]\n", TASK_WARN_TAGS);
	check_warning("tags: [a, !x b]\n", TASK_WARN_TAGS);
	check_warning("tags: {a: b}\n", TASK_WARN_TAGS);
	check_warning(
	    "tags: x\ndeadline: x\n", TASK_WARN_TAGS | TASK_WARN_DEADLINE);
}
END_TEST

START_TEST(nothing_and_null_are_none_without_a_warning)
{
	static const char *const lines[] = {
	    "",
	    "tags:\ndeadline:\nfixedSlot:\nabgeschlossen_am:\n",
	    "tags: null\ndeadline: ~\nfixedSlot: NULL\n",
	    "tags: []\ndeadline: ''\nfixedSlot: {}\nabgeschlossen_am: []\n",
	    "fixedSlot: {datum: , zeit: }\n",
	    "fixedSlot: # noch offen\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(lines); i++)
		check_warning(lines[i], 0);
}
END_TEST

START_TEST(tags_are_words_however_they_are_quoted)
{
	struct reading r = read_fields(
	    "tags:\n- team # c\n- 'q4, spät'\n- \"\\u00e4\"\n- 42\n- yes\n");

	ck_assert_uint_eq(r.task.n_tags, 5);
	ck_assert_str_eq(r.task.tags[0], "team");
	ck_assert_str_eq(r.task.tags[1], "q4, spät");
	ck_assert_str_eq(r.task.tags[2], "ä");
	ck_assert_str_eq(r.task.tags[3], "42");
	ck_assert_str_eq(r.task.tags[4], "yes");
	task_release(&r.task);
}
END_TEST

START_TEST(the_title_is_the_first_heading_with_text)
{
	check_title("\n# Eins\n\n# Zwei\n", "Eins");
	check_title(
	    "Text\n\n## *Zwei* `x` &amp; [Link](y) ##\n", "Zwei x & Link");
	check_title("Text\n\nErste\nZeile\n=====\n", "Erste Zeile");
	check_title("#\n\n# \n\n###### Sechs", "Sechs");
	check_title("```\n# Code\n```\n    # auch\n\n> - # Innen\n", "Innen");
	check_title("\r\n# CRLF\r\n", "CRLF");
	check_title("# a\tb\x7f"
		    "c\n",
	    "a b c");
}
END_TEST

START_TEST(a_title_has_no_markup)
{
	check_title("# <b>x</b>\n", "x");
	check_title("# <script>alert(1)</script>\n", "alert(1)");
	check_title("# A<br>B<br/>C<BR\t/>D\n", "A B C D");
	check_title("# <a href=\"x\ny\">A</a>\n\n# B\n", "<a href=\"x");
	check_title(
	    "<a\nhref=\"x\">A</a> b<!-- c\nd --><i>e</i>\n===\n", "A be");
	check_title("Eins<br>zwei\n", "Eins");
	check_title("Liste <kbd>Strg</kbd>+<kbd>C</kbd>\n", "Liste Strg+C");
	check_title("# <?php x ?>a<!DOCTYPE y>b<![CDATA[z]]>c\n", "abc");
	check_title("# <img src=x>\n\n# Echt\n", "Echt");
	check_title("# 1 < 2 > 0, a<-b, <3, <>\n", "1 < 2 > 0, a<-b, <3, <>");
	check_title("# \\<b> `<i>` &lt;u&gt;\n", "<b> <i> <u>");
	check_title("# <https://x.example/a> <a@b.example>\n",
	    "https://x.example/a a@b.example");
	check_title("# https://x.example/a\n", "https://x.example/a");
	check_title("# \\*a\\* \\# \\q\n", "*a* # \\q");
	check_title("# &amp; &#228; &#xe4; &zzz;\n", "& ä ä &zzz;");
	check_title("# ![Bild *a*](x.png \"T\")\n", "Bild a");
	check_title("# [A][1] [B] [C][] [D][2]\n\n"
		    "[1]: x\n[b]: y\n[c]: z\n",
	    "A B C [D][2]");
	check_title("# A {#id .x}\n", "A {#id .x}");
	check_title("# [[Seite|Wort]] ^id\n", "[[Seite|Wort]] ^id");
}
END_TEST

START_TEST(a_heading_that_markdown_does_not_show_is_no_title)
{
	check_title("<!--\n# Vorlage\n-->\n\n# Echt\n", "Echt");
	check_title("<!-- # Vorlage -->\n# Echt\n", "Echt");
	check_title("<div>\n# Kein HTML\n</div>\n\n# Echt\n", "Echt");
	check_title("<details>\n<summary>x</summary>\n\n# Echt\n", "Echt");
	check_title("```\n# Code\n```\t\n# Echt\n", "Echt");
	check_title("~~~ sh\n# Code\n~~~\n## Echt\n", "Echt");
	check_title("| # a |\n| --- |\n| # b |\n\n# Echt\n", "Echt");
	check_title("<!--\n# Vorlage\n-->\n", "0042-Datei");
	check_title("<div>\n# Kein HTML\n</div>\n", "0042-Datei");
	check_title("# Echt <!-- id: 5 -->\n", "Echt");
	check_title("# <!-- id: 5 --> Echt\n", "Echt");
	check_title("# <!-- id: 5 -->\n\n# Echt\n", "Echt");
	check_title(
	    "Das ist <!-- nicht\nganz --> echt\n===\n", "Das ist  echt");
}
END_TEST

START_TEST(a_heading_ends_where_commonmark_ends_it)
{
	check_title("#\tT\t#\n", "T");
	check_title("#\tT\t##\t\n", "T");
	check_title("# T \t # \t\r\n", "T");
	check_title("# T\\#\n", "T#");
	check_title("# T#\n", "T#");
	check_title("# T \\#\n", "T #");
	check_title("T\n===\t\n", "T");
	check_title("T\n---\t \nText\n", "T");
	check_title("T\n   ===  \n", "T");
	check_title("T\n    ===\nzwei\n===\n", "T === zwei");
	check_title("T\n= =\n", "T");
	check_title("x\n\n    # Code\n\t# Code\n\n# T\n", "T");
}
END_TEST

START_TEST(without_a_heading_the_title_is_the_first_line_of_text)
{
	check_title("\n \n  Erste *Zeile*  \nZweite\n", "Erste Zeile");
	check_title("#Keine Überschrift\n", "#Keine Überschrift");
	check_title("- [ ] Aufgabe\n- [x] Andere\n", "Aufgabe");
	check_title("1. Erstens\n   - darunter\n", "Erstens");
	check_title("**Fett**\n", "Fett");
	check_title("*a* `b` ~~c~~ [d](e) ![f](g) &amp;\n", "a b c d f &");
	check_title("> Zitat\n", "Zitat");
	check_title("---\n\nText\n", "Text");
	check_title("```\ncode\n```\n    mehr\n\nText\n", "Text");
	check_title("<!-- Vorlage -->\nText\n", "Text");
	check_title("<!--\nVorlage\n-->\n\nText\n", "Text");
	check_title("<p align=center>\nx\n</p>\n\nText\n", "Text");
	check_title("<!-- a --> Text <!-- b -->\n\nDanach\n", "Danach");
	check_title("Text <!-- b\n c --> mehr\n", "Text  mehr");
	check_title("| a | b |\n| --- | --- |\n| c | d |\n\nText\n", "Text");
	check_title("[x]: y\n\nText\n", "Text");
	check_title("![](x.png)\n\nText\n", "Text");
}
END_TEST

START_TEST(the_mark_of_an_alert_is_no_text)
{
	check_title("> [!NOTE]\n> Text\n", "Text");
	check_title("> [!WARNING]\n\nText\n", "Text");
	check_title("> [!info] Titel\n> Text\n", "Titel");
	check_title("> [!tip]- Titel\n> Text\n", "Titel");
	check_title("[!NOTE]\n", "[!NOTE]");
	check_title("> [!]\n", "[!]");
}
END_TEST

START_TEST(a_title_is_never_empty)
{
	check_title("", "0042-Datei");
	check_title("\n\n \t\n\x01\n", "0042-Datei");
	check_title("#\n\n&nbsp;\n\n![](x.png)\n\n---\n", "0042-Datei");
	check_title("# &nbsp;\n\n# \u200b\u00ad\n\nText\n", "Text");
	check_title("```\nnur Code\n```\n", "0042-Datei");
	check_title("| a |\n| --- |\n", "0042-Datei");
}
END_TEST

static void
check_front_title(const char *lines, const char *title)
{
	struct reading r = read_fields(lines);

	ck_assert_int_eq(r.rc, 0);
	ck_assert_msg(
	    strcmp(r.task.title, title) == 0, "%s: %s", lines, r.task.title);
	task_release(&r.task);
}

START_TEST(a_title_in_the_front_matter_goes_before_the_markdown)
{
	check_front_title("title: Vorn\n", "Vorn");
	check_front_title("titel: 'Vorn: eins'\n", "Vorn: eins");
	check_front_title("titel: Zwei\ntitle: \"Ei\\u006es\"\n", "Eins");
	check_front_title("title: >-\n  zwei\n  Zeilen\n", "zwei Zeilen");
	check_front_title("title: |\n  zwei\n  Zeilen\n", "zwei Zeilen");
	check_front_title("title: 2026\n", "2026");
	check_front_title("title: &t Vorn\nalias: *t\n", "Vorn");
	check_front_title("title:\ntitel: Vorn\n", "Vorn");
	check_front_title("{}: x\ntitle: ja\n", "ja");
}
END_TEST

START_TEST(what_is_no_text_in_the_front_matter_is_no_title)
{
	check_front_title("title:\n", "T");
	check_front_title("title: null\n", "T");
	check_front_title("title: ~\n", "T");
	check_front_title("title: ''\n", "T");
	check_front_title("title: \" \\u200b\"\n", "T");
	check_front_title("title: [a]\n", "T");
	check_front_title("title: {de: a}\n", "T");
	check_front_title("title: !!str a\n", "T");
	check_front_title("x: &x a\ntitle: *x\n", "T");
	check_front_title("Title: a\nmeta: {title: b}\n", "T");
}
END_TEST

START_TEST(a_long_title_is_cut_between_characters)
{
	struct buf body = BUF_INIT, want = BUF_INIT;
	int i;

	for (i = 0; i < TASK_TITLE_MAX; i++)
		buf_adds(&want, "ä");
	buf_addf(&body, "# %s\n", want.s);
	check_title(body.s, want.s);

	buf_splice(&body, body.len - 1, 0, "ä", 2);
	buf_splice(&want, want.len - 2, 2, "…", 3);
	check_title(body.s, want.s);
	buf_release(&body);
	buf_release(&want);
}
END_TEST

START_TEST(the_body_begins_after_one_empty_line)
{
	static const struct {
		const char *body;
		size_t skipped;
	} cases[] = {
	    {"", 0},
	    {"\n", 1},
	    {"\r\nText", 2},
	    {"Text", 0},
	    {"\n\nText", 1},
	    {" \nText", 0},
	};
	struct buf file = BUF_INIT;
	size_t i, at;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading r;

		buf_reset(&file);
		buf_adds(&file, "\xef\xbb\xbf---\ntyp: task\nkategorie: arbeit"
				"\nstatus: offen\n---\n");
		at = file.len;
		buf_adds(&file, cases[i].body);
		r = read_file(file.s);
		ck_assert_uint_eq(r.task.body_at, at + cases[i].skipped);
		task_release(&r.task);
	}
	buf_release(&file);
}
END_TEST

START_TEST(words_on_the_wire_are_read_back)
{
	enum task_status status;
	enum task_kind kind;
	enum task_time time;
	int i;

	for (i = 0; i < TASK_KINDS; i++) {
		ck_assert_int_eq(task_kind_parse(task_kind_word(i), &kind), 0);
		ck_assert_int_eq((int)kind, i);
	}
	for (i = 0; i < TASK_STATUSES; i++) {
		ck_assert_int_eq(
		    task_status_parse(task_status_word(i), &status), 0);
		ck_assert_int_eq((int)status, i);
	}
	for (i = 0; i < TASK_TIMES; i++) {
		ck_assert_int_eq(task_time_parse(task_time_word(i), &time), 0);
		ck_assert_int_eq((int)time, i);
	}
	ck_assert_int_eq(task_kind_parse("Arbeit", &kind), -1);
	ck_assert_int_eq(task_status_parse("", &status), -1);
	ck_assert_int_eq(task_time_parse("morgen", &time), -1);
}
END_TEST

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(hostile_front_matter_is_read_within_a_moment)
{
	static const char *const pieces[] = {"a: &a1 1\n", "[", "{", "- ", "? ",
	    "x: *a\n", "&b ", "\"a\" ", "a\n", "k: [[1],{a: 1}]\n", "*a,", "! ",
	    "|\n", "# c\n", "'", "\xc3\xa4: "};
	struct buf yaml = BUF_INIT;
	struct reading r;
	double begun;
	size_t i;

	for (i = 0; i < ARRAY_LEN(pieces); i++) {
		buf_reset(&yaml);
		buf_adds(&yaml, "a: &a 1\n");
		while (yaml.len < 16000)
			buf_adds(&yaml, pieces[i]);
		buf_addc(&yaml, '\n');
		begun = seconds();
		r = read_fields(yaml.s);
		task_release(&r.task);
		ck_assert_msg(seconds() - begun < 0.25, "%s takes %f s",
		    pieces[i], seconds() - begun);
	}
	buf_release(&yaml);
}
END_TEST

T_MAIN("task", every_edge_file_is_read_as_its_golden_result_says,
    front_matter_begins_and_ends_with_three_dashes,
    what_is_no_yaml_is_named_with_its_line,
    a_field_without_a_colon_is_named_by_its_own_line,
    a_mark_without_its_blank_is_named, an_open_quote_is_named_where_it_begins,
    an_open_bracket_is_named_where_it_stands,
    a_line_at_the_wrong_column_is_named,
    a_character_that_yaml_does_not_take_is_named_with_its_place,
    a_character_that_ends_a_line_for_yaml_alone_is_named,
    a_line_break_of_yaml_in_quotes_is_text,
    a_key_longer_than_yaml_takes_is_named,
    a_number_written_in_two_ways_is_one_key,
    a_key_that_stands_twice_makes_a_file_bad,
    typ_kategorie_and_status_must_be_known_words,
    a_file_that_is_not_utf8_is_bad_at_its_first_wrong_byte,
    limits_hold_to_the_byte, eight_levels_are_read_and_nine_are_not,
    a_slot_is_a_map_or_a_list_of_maps_in_any_order,
    a_half_or_wrong_slot_is_none_with_a_warning,
    nothing_and_null_are_none_without_a_warning,
    tags_are_words_however_they_are_quoted,
    the_title_is_the_first_heading_with_text, a_title_has_no_markup,
    a_heading_that_markdown_does_not_show_is_no_title,
    a_heading_ends_where_commonmark_ends_it,
    without_a_heading_the_title_is_the_first_line_of_text,
    the_mark_of_an_alert_is_no_text, a_title_is_never_empty,
    a_title_in_the_front_matter_goes_before_the_markdown,
    what_is_no_text_in_the_front_matter_is_no_title,
    a_long_title_is_cut_between_characters,
    the_body_begins_after_one_empty_line, words_on_the_wire_are_read_back,
    hostile_front_matter_is_read_within_a_moment)
