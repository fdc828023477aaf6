#include "t.h"

#include <ftw.h>
#include <time.h>

#include "frontmatter/frontmatter.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "task/task_print.h"
#include "task/task_splice.h"

#define NAME "0042-Datei.md"

/* Edits, written short. */

static char **
words(size_t n, const char *const *list)
{
	char **copy = std_alloc(n * sizeof *copy);
	size_t i;

	for (i = 0; i < n; i++)
		copy[i] = std_strdup(list[i]);
	return copy;
}

static struct task_edit
tags(size_t n, const char *const *list)
{
	return (struct task_edit){
	    .has_tags = true, .to = {.tags = words(n, list), .n_tags = n}};
}

#define TAGS(...)                                                              \
	tags(ARRAY_LEN(((const char *[]){__VA_ARGS__})),                       \
	    (const char *[]){__VA_ARGS__})
#define NO_TAGS ((struct task_edit){.has_tags = true})
#define KIND(k) ((struct task_edit){.has_kind = true, .to = {.kind = (k)}})
#define STATUS(s)                                                              \
	((struct task_edit){.has_status = true, .to = {.status = (s)}})
#define DEADLINE(d, m, y)                                                      \
	((struct task_edit){.has_deadline = true,                              \
	    .to = {.has_deadline = true, .deadline = {y, m, d}}})
#define NO_DEADLINE ((struct task_edit){.has_deadline = true})
#define FIXED(d, m, y, t)                                                      \
	((struct task_edit){.has_fixed = true,                                 \
	    .to = {.has_fixed = true, .fixed = {{y, m, d}, t}}})
#define NOT_FIXED ((struct task_edit){.has_fixed = true})
#define DONE(d, m, y, t)                                                       \
	((struct task_edit){.has_done = true,                                  \
	    .to = {.has_done = true, .done = {{y, m, d}, t}}})
#define NOT_DONE ((struct task_edit){.has_done = true})
#define TITLE(t) ((struct task_edit){.has_title = true, .title = std_strdup(t)})
#define NO_TITLE ((struct task_edit){.has_title = true})
#define BODY(b)  ((struct task_edit){.has_body = true, .body = std_strdup(b)})
#define NO_BODY  ((struct task_edit){.has_body = true})

#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"

static int
splice(const char *name, const struct buf *file, const struct task_edit *edit,
    struct buf *out, struct err *err)
{
	char *copy = std_alloc(file->len); /* so that ASan sees its end */
	int rc;

	memcpy(copy, file->s, file->len);
	rc = task_splice(name, copy, file->len, edit, out, err);
	free(copy);
	return rc;
}

/* The edit turns `before` into `after`, and doing it again changes nothing. */
static void
check(struct task_edit edit, const char *before, const char *after)
{
	struct buf file = BUF_INIT, once = BUF_INIT, twice = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&file, before);
	ck_assert_msg(splice(NAME, &file, &edit, &once, &err) == 0, "%s\n%s",
	    t_text(&err), before);
	ck_assert_msg(strcmp(once.s, after) == 0, "should be:\n%s\nbut is:\n%s",
	    after, once.s);
	ck_assert_int_eq(splice(NAME, &once, &edit, &twice, &err), 0);
	ck_assert_msg(
	    buf_eq(&once, &twice), "the second time it becomes:\n%s", twice.s);
	buf_release(&file);
	buf_release(&once);
	buf_release(&twice);
	task_edit_release(&edit);
}

/* The same within the front matter of an ordinary file. */
static void
check_lines(struct task_edit edit, const char *before, const char *after)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_addf(&a, HEAD "%s---\n\n# T\n", before);
	buf_addf(&b, HEAD "%s---\n\n# T\n", after);
	check(edit, a.s, b.s);
	buf_release(&a);
	buf_release(&b);
}

static void
check_body(struct task_edit edit, const char *before, const char *after)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_addf(&a, HEAD "---\n%s", before);
	buf_addf(&b, HEAD "---\n%s", after);
	check(edit, a.s, b.s);
	buf_release(&a);
	buf_release(&b);
}

static void
check_refused(struct task_edit edit, const char *before)
{
	struct buf file = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&file, before);
	buf_adds(&out, "vorher");
	ck_assert_int_eq(splice(NAME, &file, &edit, &out, &err), -1);
	ck_assert_int_eq((int)err.code, (int)ERR_BAD_FILE);
	ck_assert_str_eq(out.s, "vorher");
	buf_release(&file);
	buf_release(&out);
	task_edit_release(&edit);
}

/* Refused because another field has the value by an alias. */
static void
check_tied(struct task_edit edit, const char *before)
{
	struct buf file = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&file, before);
	buf_adds(&out, "vorher");
	ck_assert_msg(splice(NAME, &file, &edit, &out, &err) == -1, "%s\n%s",
	    before, out.s);
	ck_assert_int_eq((int)err.code, (int)ERR_BAD_FILE);
	ck_assert_int_eq((int)err.msg.id, (int)MSG_TASK_ANCHOR);
	ck_assert_str_eq(out.s, "vorher");
	buf_release(&file);
	buf_release(&out);
	task_edit_release(&edit);
}

START_TEST(a_scalar_keeps_its_quotes_and_its_comment)
{
	check(KIND(TASK_PRIVAT),
	    "---\ntyp: task\nkategorie:  \"arbeit\"  # c\nstatus: offen\n"
	    "---\n",
	    "---\ntyp: task\nkategorie:  \"privat\"  # c\nstatus: offen\n"
	    "---\n");
	check(STATUS(TASK_ABGEBROCHEN),
	    "---\nü: ä # ö\nstatus:\n  'offen' # é\ntyp: task\n"
	    "kategorie: arbeit\n---",
	    "---\nü: ä # ö\nstatus:\n  'abgebrochen' # é\ntyp: task\n"
	    "kategorie: arbeit\n---");
	check_lines(DEADLINE(1, 2, 2027), "deadline: '05.12.2026' # c\n",
	    "deadline: '01.02.2027' # c\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline: |-\n  05.12.2026\n# c\n",
	    "deadline: 01.02.2027\n# c\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline: &d \"x\" # c\n",
	    "deadline: &d \"01.02.2027\" # c\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline: !!str 05.12.2026\n",
	    "deadline: 01.02.2027\n");
	check_lines(DEADLINE(1, 2, 2027), "a: &a x\ndeadline: *a # c\n",
	    "a: &a x\ndeadline: 01.02.2027 # c\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline: [1,\n  2] # c\n",
	    "deadline: 01.02.2027 # c\n");
}
END_TEST

START_TEST(an_empty_value_is_filled_and_a_missing_one_added_at_the_end)
{
	check_lines(DEADLINE(1, 2, 2027), "deadline:\ntags: [a]\n",
	    "deadline: 01.02.2027\ntags: [a]\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline:   # wann?\n",
	    "deadline: 01.02.2027   # wann?\n");
	check_lines(DEADLINE(1, 2, 2027), "deadline: &d # c\n",
	    "deadline: &d 01.02.2027 # c\n");
	check_lines(FIXED(1, 2, 2027, TASK_ABENDS), "fixedSlot:\n",
	    "fixedSlot: {datum: 01.02.2027, zeit: abends}\n");
	check_lines(TAGS("a", "b c"), "tags:\n", "tags: [a, b c]\n");
	check_lines(DEADLINE(1, 2, 2027), "x: |+\n  y\n\n# Ende\n",
	    "x: |+\n  y\n\n# Ende\ndeadline: 01.02.2027\n");
	check(DEADLINE(1, 2, 2027),
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n---\r\n",
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n"
	    "deadline: 01.02.2027\r\n---\r\n");
	check(TAGS("x"),
	    "---\n  typ: task\n  kategorie: arbeit\n  status: offen\n---\n",
	    "---\n  typ: task\n  kategorie: arbeit\n  status: offen\n"
	    "  tags: [x]\n---\n");
}
END_TEST

START_TEST(a_front_matter_in_braces_is_edited_too)
{
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, status: offen}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, deadline: "
	    "01.02.2027}\n---\n");
	check(STATUS(TASK_ABGEBROCHEN),
	    "---\n{typ: task, kategorie: arbeit,\n status: 'offen', # c\n}\n"
	    "---\n",
	    "---\n{typ: task, kategorie: arbeit,\n status: 'abgebrochen', "
	    "# c\n}\n---\n");
	check(NO_DEADLINE,
	    "---\n{typ: task, deadline: 05.12.2026, kategorie: arbeit, "
	    "status: offen}\n---\n",
	    "---\n{typ: task, deadline: null, kategorie: arbeit, status: "
	    "offen}\n---\n");
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, status: offen, deadline}\n"
	    "---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, deadline: "
	    "01.02.2027}\n---\n");
	check((struct task_edit){.has_deadline = true,
		  .has_tags = true,
		  .to = {.has_deadline = true,
		      .deadline = {2027, 2, 1},
		      .tags = words(1, (const char *[]){"a"}),
		      .n_tags = 1}},
	    "---\n{typ: task, kategorie: arbeit, status: offen, deadline: , "
	    "}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, deadline: "
	    "01.02.2027, tags: [a] , }\n---\n");
}
END_TEST

START_TEST(in_braces_a_comment_stays_behind_its_field)
{
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit,\n status: offen # c\n}\n---\n",
	    "---\n{typ: task, kategorie: arbeit,\n status: offen, # c\n"
	    " deadline: 01.02.2027\n}\n---\n");
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, status: offen # c\n}\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, # c\n"
	    " deadline: 01.02.2027\n}\n---\n");
	check((struct task_edit){.has_deadline = true,
		  .has_tags = true,
		  .to = {.has_deadline = true,
		      .deadline = {2027, 2, 1},
		      .tags = words(1, (const char *[]){"a"}),
		      .n_tags = 1}},
	    "---\n{\n  typ: task, # t\n  kategorie: arbeit,\n"
	    "  status: offen, # c\n  # Ende\n}\n---\n",
	    "---\n{\n  typ: task, # t\n  kategorie: arbeit,\n"
	    "  status: offen, # c\n  tags: [a],\n  deadline: 01.02.2027,\n"
	    "  # Ende\n}\n---\n");
	check(DEADLINE(1, 2, 2027),
	    "---\r\n{ typ: task,\r\n  kategorie: arbeit,\r\n"
	    "  status: offen }\r\n---\r\n",
	    "---\r\n{ typ: task,\r\n  kategorie: arbeit,\r\n"
	    "  status: offen,\r\n  deadline: 01.02.2027 }\r\n---\r\n");
}
END_TEST

START_TEST(a_comment_behind_the_braces_is_no_fields)
{
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, status: offen} # c\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, "
	    "deadline: 01.02.2027} # c\n---\n");
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, # a\n"
	    " status: offen } # c\n# d\n---\n",
	    "---\n{typ: task, kategorie: arbeit, # a\n status: offen,\n"
	    " deadline: 01.02.2027 } # c\n# d\n---\n");
	check((struct task_edit){.has_deadline = true},
	    "---\n{typ: task, kategorie: arbeit, status: offen, "
	    "deadline: 01.02.2027} # c\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, "
	    "deadline: null} # c\n---\n");
}
END_TEST

/* Also the JSON of one line; what is added reads as JSON. */
START_TEST(a_front_matter_that_is_json_stays_json)
{
	static const char lines[] =
	    "---\n{\n\t\"typ\": \"task\",\n\t\"kategorie\": \"arbeit\",\n"
	    "\t\"tags\": [\"a\"],\n\t\"status\": \"offen\",\n"
	    "\t\"fixedSlot\": null\n}\n---\n";

	check(DEADLINE(1, 2, 2027),
	    "---\n{\"typ\": \"task\", \"kategorie\": \"arbeit\", "
	    "\"status\": \"offen\"}\n---\n",
	    "---\n{\"typ\": \"task\", \"kategorie\": \"arbeit\", "
	    "\"status\": \"offen\", \"deadline\": \"01.02.2027\"}\n---\n");
	check(DONE(1, 2, 2027, TASK_ABENDS), lines,
	    "---\n{\n\t\"typ\": \"task\",\n\t\"kategorie\": \"arbeit\",\n"
	    "\t\"tags\": [\"a\"],\n\t\"status\": \"offen\",\n"
	    "\t\"fixedSlot\": null,\n\t\"abgeschlossen_am\": "
	    "{\"datum\": \"01.02.2027\", \"zeit\": \"abends\"}\n}\n---\n");
	check(FIXED(1, 2, 2027, TASK_ABENDS), lines,
	    "---\n{\n\t\"typ\": \"task\",\n\t\"kategorie\": \"arbeit\",\n"
	    "\t\"tags\": [\"a\"],\n\t\"status\": \"offen\",\n"
	    "\t\"fixedSlot\": {\"datum\": \"01.02.2027\", "
	    "\"zeit\": \"abends\"}\n}\n---\n");
	check(TAGS("a", "1", "ä\"b\\\u2028"), lines,
	    "---\n{\n\t\"typ\": \"task\",\n\t\"kategorie\": \"arbeit\",\n"
	    "\t\"tags\": [\"a\", \"1\", \"ä\\\"b\\\\\\u2028\"],\n"
	    "\t\"status\": \"offen\",\n\t\"fixedSlot\": null\n}\n---\n");
	check(DEADLINE(1, 2, 2027),
	    "---\n{\"typ\": \"task\", \"kategorie\": \"arbeit\", "
	    "\"status\": \"offen\", \"deadline\": null}\n---\n",
	    "---\n{\"typ\": \"task\", \"kategorie\": \"arbeit\", "
	    "\"status\": \"offen\", \"deadline\": \"01.02.2027\"}\n---\n");
}
END_TEST

START_TEST(of_a_slot_only_the_two_values_change)
{
	const struct task_edit edit = FIXED(1, 2, 2027, TASK_ABENDS);

	check_lines(edit,
	    "fixedSlot:\n    zeit: nachmittags # c\n    datum: '26.11.2026'\n",
	    "fixedSlot:\n    zeit: abends # c\n    datum: '01.02.2027'\n");
	check_lines(edit,
	    "fixedSlot:\n- datum: 26.11.2026\n- zeit: abends\n# c\n",
	    "fixedSlot:\n- datum: 01.02.2027\n- zeit: abends\n# c\n");
	check_lines(edit, "fixedSlot: {datum: , ort: x, zeit: } # c\n",
	    "fixedSlot: {datum: 01.02.2027 , ort: x, zeit: abends } # c\n");
	check_lines(edit, "fixedSlot: {datum: 31.02.2026, zeit: abend}\n",
	    "fixedSlot: {datum: 01.02.2027, zeit: abends}\n");
	check_lines(edit, "fixedSlot: null # c\n",
	    "fixedSlot: {datum: 01.02.2027, zeit: abends} # c\n");
	check_lines(edit, "fixedSlot:\n  datum: 26.11.2026 # c\nx: 1\n",
	    "fixedSlot: {datum: 01.02.2027, zeit: abends} # c\nx: 1\n");
	check_lines(edit, "x: &z morgens\nfixedSlot: {datum: [], zeit: *z}\n",
	    "x: &z morgens\nfixedSlot: {datum: 01.02.2027, zeit: abends}\n");
	check_lines(DONE(1, 2, 2027, TASK_MORGENS), "",
	    "abgeschlossen_am: {datum: 01.02.2027, zeit: morgens}\n");
}
END_TEST

START_TEST(a_slot_that_a_person_wrote_is_emptied_in_its_place)
{
	check_lines(NOT_FIXED,
	    "fixedSlot:\n  datum: 26.11.2026\n  zeit: abends # c\n\n# d\n",
	    "fixedSlot:\n  datum: null\n  zeit: null # c\n\n# d\n");
	check_lines(NOT_FIXED,
	    "fixedSlot:\n  datum: '26.11.2026' # a\n  # b\n  zeit: abends\n",
	    "fixedSlot:\n  datum: '' # a\n  # b\n  zeit: null\n");
	check_lines(NOT_FIXED,
	    "fixedSlot: # a\n  datum: 26.11.2026\n  zeit: \"abends\"\n",
	    "fixedSlot: # a\n  datum: null\n  zeit: \"\"\n");
	check_lines(NOT_FIXED,
	    "fixedSlot:\n# a\n- datum: 26.11.2026 # b\n- zeit: abends\n",
	    "fixedSlot:\n# a\n- datum: null # b\n- zeit: null\n");
	check_lines(NOT_FIXED,
	    "fixedSlot: { datum: 26.11.2026, zeit: abends }\n",
	    "fixedSlot: { datum: null, zeit: null }\n");
}
END_TEST

START_TEST(a_slot_in_our_form_and_one_that_is_none_become_null)
{
	check_lines(NOT_FIXED,
	    "fixedSlot: {datum: 26.11.2026, zeit: abends} # c\ny: 1\n",
	    "fixedSlot: null # c\ny: 1\n");
	check_lines(NOT_FIXED, "fixedSlot: &f {datum: x}\ny: 1\n",
	    "fixedSlot: &f null\ny: 1\n");
	check_lines(
	    NOT_FIXED, "fixedSlot: !f {datum: x}\n", "fixedSlot: null\n");
	check_lines(NOT_FIXED, "fixedSlot: 31.02.2026\n", "fixedSlot: null\n");
	check_lines(NOT_FIXED, "fixedSlot:\n", "fixedSlot:\n");
	check_lines(NOT_FIXED, "", "");
}
END_TEST

START_TEST(a_slot_that_was_added_goes_with_its_line)
{
	check_lines(FIXED(1, 2, 2027, TASK_ABENDS), "x: 1\n",
	    "x: 1\nfixedSlot: {zeit: abends, datum: 01.02.2027}\n");
	check_lines(NOT_FIXED,
	    "x: 1\nfixedSlot: {zeit: abends, datum: 01.02.2027}\ny: 1\n",
	    "x: 1\ny: 1\n");
	check_lines(NOT_FIXED,
	    "fixedSlot: {zeit: abends, datum: 01.02.2027} # c\n",
	    "fixedSlot: {zeit: null, datum: null} # c\n");
}
END_TEST

START_TEST(a_removed_deadline_takes_its_line_along)
{
	check_lines(NO_DEADLINE, "a: 1\n# c\ndeadline: 05.12.2026\nb: 2\n",
	    "a: 1\n# c\nb: 2\n");
	check_lines(NO_DEADLINE, "deadline:\n  05.12.2026\n", "");
	check_lines(NO_DEADLINE, "deadline: '05.12.2026' # c\n",
	    "deadline: null # c\n");
	check_lines(NO_DEADLINE, "deadline: # c\n  05.12.2026\n",
	    "deadline: # c\n  null\n");
	check_lines(
	    NO_DEADLINE, "deadline: &d 05.12.2026\n", "deadline: &d null\n");
	check_lines(
	    NO_DEADLINE, "? deadline\n: 05.12.2026\n", "? deadline\n: null\n");
	check_lines(NO_DEADLINE, "deadline: bald\n", "");
	check_lines(NO_DEADLINE, "deadline: # c\n", "deadline: # c\n");
	check_lines(NOT_DONE,
	    "abgeschlossen_am:\n  - datum: 26.11.2026\n\n  - zeit: abends\n"
	    "\nb: 2\n",
	    "\nb: 2\n");
	check_lines(NOT_DONE,
	    "abgeschlossen_am:\n  datum: 26.11.2026 # c\n  zeit: abends\n",
	    "abgeschlossen_am:\n  # c\n  null\n");
}
END_TEST

START_TEST(in_a_block_list_the_lines_of_tags_that_stay_stay)
{
	static const char list[] =
	    "tags:\n  -  team    # a\n  # b\n  -  \"q4, spät\"\n  -  ende\n";

	check_lines(TAGS("team", "q4, spät", "ende", "neu", "1"), list,
	    "tags:\n  -  team    # a\n  # b\n  -  \"q4, spät\"\n  -  ende\n"
	    "  -  neu\n  -  '1'\n");
	check_lines(TAGS("team", "ende"), list,
	    "tags:\n  -  team    # a\n  # b\n  -  ende\n");
	check_lines(TAGS("q4, spät", "neu"), list,
	    "tags:\n  # b\n  -  \"q4, spät\"\n  -  neu\n");
	check_lines(TAGS("neu"), list, "tags:\n  # b\n  -  neu\n");
	check_lines(NO_TAGS, list, "tags:\n  # a\n  # b\n  []\n");
	check_lines(TAGS("a", "c"), "tags:\n- a\n- b\nx: 1\n",
	    "tags:\n- a\n- c\nx: 1\n");
	check_lines(
	    TAGS("a", "c"), "tags:\n- a\n-\n- [b]\n", "tags:\n- a\n- c\n");
	check_lines(TAGS("a"), "tags:\n- a\n- a\n", "tags:\n- a\n");
}
END_TEST

START_TEST(a_block_list_stays_one_in_any_order)
{
	check_lines(TAGS("neu", "x"), "tags:\n  - x # erstes\n",
	    "tags:\n  - neu\n  - x # erstes\n");
	check_lines(TAGS("b", "a"), "tags:\n- a\n- b\nx: 1\n",
	    "tags:\n- b\n- a\nx: 1\n");
	check_lines(TAGS("ende", "q4, spät"),
	    "tags:\n  -  team    # a\n  # b\n  -  \"q4, spät\"\n"
	    "  -  ende\n",
	    "tags:\n  -  ende\n  # b\n  -  \"q4, spät\"\n");
	check_lines(TAGS("c", "a"),
	    "tags: # t\n# k\n- a # a\n\n# b\n- b # b\n- 'c' # c\n# d\nx: 1\n",
	    "tags: # t\n# k\n- 'c' # c\n- a # a\n\n# b\n# d\nx: 1\n");
	check_lines(TAGS("b", "a"), "tags:\n-\n  a\n- >-\n  b\n",
	    "tags:\n- >-\n  b\n-\n  a\n");
	check_lines(TAGS("b", "x", "a"), "tags:\n-\n  a\n-\n  b\n",
	    "tags:\n-\n  b\n- x\n-\n  a\n");
	check_lines(
	    TAGS("b", "a"), "tags: &t\n- a\n- b\n", "tags: &t\n- b\n- a\n");
	check(TAGS("b", "a"),
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n"
	    "tags:\r\n- a # a\r\n---\r\n",
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n"
	    "tags:\r\n- b\r\n- a # a\r\n---\r\n");
}
END_TEST

START_TEST(a_flow_list_over_several_lines_keeps_them)
{
	static const char list[] = "tags: [ # k\n  a, # eins\n  # b\n"
				   "  'b', # zwei\n  c # drei\n  # ende\n]\n";

	check_lines(TAGS("a", "b", "c", "neu"), list,
	    "tags: [ # k\n  a, # eins\n  # b\n  'b', # zwei\n"
	    "  c, # drei\n  neu\n  # ende\n]\n");
	check_lines(TAGS("c", "b"), list,
	    "tags: [ # k\n  c, # drei\n  # b\n  'b' # zwei\n"
	    "  # ende\n]\n");
	check_lines(
	    TAGS("c"), list, "tags: [ # k\n  # b\n  c # drei\n  # ende\n]\n");
	check_lines(TAGS("x"), list, "tags: [ # k\n  # b\n  x\n  # ende\n]\n");
	check_lines(TAGS("a", "c", "d"), "tags: [\n  a,\n  b,\n]\n",
	    "tags: [\n  a,\n  c,\n  d,\n]\n");
	check_lines(
	    TAGS("a"), "tags: [a, # eins\n  b]\n", "tags: [a # eins\n  ]\n");
	check_lines(TAGS("b", "a"), "tags: [a, # eins\n  b]\n",
	    "tags: [b,\n  a # eins\n  ]\n");
	check_lines(TAGS("a", "b"), "tags: [a # eins\n  ]\n",
	    "tags: [a, # eins\n  b\n  ]\n");
	check_lines(TAGS("c", "d", "a"), "tags: [a, b,\n       c, d]\n",
	    "tags: [c, d,\n       a]\n");
	/* Here the comma has no place for the comment before it. */
	check_lines(TAGS("b", "a"), "tags: [a # eins\n  , b]\n",
	    "tags:\n  # eins\n  [b, a]\n");
}
END_TEST

START_TEST(a_flow_list_keeps_blanks_before_its_commas)
{
	static const char list[] = "tags: [ a ,\n        b\t, c ]\n";

	check_lines(
	    TAGS("c", "b", "a"), list, "tags: [ c ,\n        b\t, a ]\n");
	check_lines(TAGS("a", "b"), list, "tags: [ a ,\n        b ]\n");
	check_lines(TAGS("a", "b", "c", "d"), list,
	    "tags: [ a ,\n        b\t, c, d ]\n");
	check_lines(TAGS("b", "a"), "tags: [a , b ,]\n", "tags: [b , a ,]\n");
	check_lines(TAGS("b", "a"), "tags: [a , # eins\n  b]\n",
	    "tags: [b ,\n  a # eins\n  ]\n");
}
END_TEST

START_TEST(a_flow_list_keeps_the_quotes_of_tags_that_stay)
{
	check_lines(TAGS("b", "a", "c:"), "tags: [ 'a',\"b\" ] # c\n",
	    "tags: [ \"b\",'a','c:' ] # c\n");
	check_lines(TAGS("b", "a", "c:"), "tags: ['a', \"b\"] # c\n",
	    "tags: [\"b\", 'a', 'c:'] # c\n");
	check_lines(TAGS("a", "b"), "tags: [a]\n", "tags: [a, b]\n");
	check_lines(NO_TAGS, "tags: [a, b] # c\n", "tags: [] # c\n");
	check_lines(NO_TAGS, "tags: []\n", "tags: []\n");
	check_lines(NO_TAGS, "tags: x\n", "tags: []\n");
	check_lines(NO_TAGS, "", "");
	check_lines(TAGS("a"), "tags: []\n", "tags: [a]\n");
	check_lines(TAGS("a"), "tags: &t [b]\n", "tags: &t [a]\n");
}
END_TEST

/* How a new file writes the tag; it must read back. */
static void
check_tag(const char *tag, bool plain)
{
	struct task_edit edit = TAGS("a", tag, "z");
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf file = BUF_INIT;

	task_print(&file, &edit);
	ck_assert_int_eq(
	    task_parse(NAME, file.s, file.len, &task, &problem), 0);
	ck_assert_uint_eq(task.n_tags, 3);
	ck_assert_str_eq(task.tags[1], tag);
	ck_assert_msg(plain == (strstr(file.s, "[a, '") == NULL &&
				   strstr(file.s, "[a, \"") == NULL),
	    "%s", file.s);
	task_release(&task);
	buf_release(&file);
	task_edit_release(&edit);
}

START_TEST(tags_that_yaml_could_misread_are_quoted)
{
	static const char *const odd[] = {"", " a", "a ", "true", "No", "on",
	    "NULL", "null", "~", "1", "-1.5", "1e3", "0x1f", "1_000", "12:30",
	    "12:30:45", "2026-11-22", "22.11.2026", ".inf", ".NaN", "y", "-",
	    "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a",
	    "|", ">", "%a", "@a", "`a", "'a'", "\"a\"", "it's", "a,b", "[a]",
	    "{a}", "a]", "---", "...", "<<", "=", "a\\b", "\u2028", "\u00a0",
	    "a\u2029b\"\\", "a\ufeff", "\uffff", "(a)"};
	static const char *const plain[] = {"äöü", "🎯", "a b", "C++",
	    "e-mail@x.de", "a/b", "v1.2", "Team (neu)", "n_1", "yesno"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(odd); i++)
		check_tag(odd[i], false);
	for (i = 0; i < ARRAY_LEN(plain); i++)
		check_tag(plain[i], true);
}
END_TEST

START_TEST(a_title_goes_between_the_marks_of_the_first_heading)
{
	check_body(TITLE("Neu"), "\n#   Alt *kursiv* ##  \nText\n",
	    "\n#   Neu ##  \nText\n");
	check_body(TITLE("Neu"), "Text\n\n> - ## Alt\r\n> Text\n",
	    "Text\n\n> - ## Neu\r\n> Text\n");
	check_body(TITLE("Neu"), "**Alt**\nälter\n======\nText\n",
	    "Neu\n======\nText\n");
	check_body(
	    TITLE("Neu"), "> Alt\n> ---\n> Text\n", "> Neu\n> ---\n> Text\n");
	check_body(TITLE("C# und #"), "# Alt #\n", "# C# und # #\n");
	check_body(TITLE("C #"), "# Alt\n", "# C \\#\n");
	check_body(TITLE("<b> & *x*"), "# Alt\n", "# \\<b\\> \\& \\*x\\*\n");
	check_body(TITLE("2 < 3 & x_y"), "# Alt\n", "# 2 < 3 & x_y\n");
	check_body(TITLE("1. Neu"), "Alt\n===\n", "1\\. Neu\n===\n");
	check_body(TITLE("&auml; \\"), "# Alt\n", "# \\&auml; \\\\\n");
	check_body(TITLE("Alt"), "# *Alt*\n", "# *Alt*\n");
}
END_TEST

START_TEST(without_a_heading_a_title_goes_before_the_text)
{
	check_body(TITLE("Neu"), "\nText\n", "\n# Neu\n\nText\n");
	check_body(TITLE("Neu"), "Text", "# Neu\n\nText");
	check_body(TITLE("Neu"), "", "# Neu\n");
	check_body(TITLE("Text"), "Text\n", "Text\n");
	check_body(TITLE("0042-Datei"), "", "");
	check_body(NO_TITLE, "\n# Alt\n\nText\n", "\n\nText\n");
	check_body(NO_TITLE, "\nText\n", "\nText\n");
	check(TITLE("Neu"), HEAD "---", HEAD "---\n# Neu\n");
}
END_TEST

START_TEST(a_title_is_never_written_into_a_comment)
{
	check_body(TITLE("Neu"), "<!--\n# Vorlage\n-->\n\n# Alt\n",
	    "<!--\n# Vorlage\n-->\n\n# Neu\n");
	check_body(TITLE("Neu"), "<!--\n# Vorlage\n-->\n",
	    "# Neu\n\n<!--\n# Vorlage\n-->\n");
	check_body(TITLE("Neu"), "<div>\n# x\n</div>\n",
	    "# Neu\n\n<div>\n# x\n</div>\n");
	check_body(TITLE("Neu"), "# **Alt** <!-- id: 5 --> ##\n",
	    "# Neu <!-- id: 5 --> ##\n");
	check_body(
	    TITLE("Neu"), "# <!-- id: 5 --> Alt\n", "# <!-- id: 5 --> Neu\n");
	check_body(TITLE("Neu"), "# <b>Alt</b>\n", "# Neu\n");
	check_body(
	    TITLE("Neu"), "# <b>Alt</b> x <!-- c -->\n", "# Neu <!-- c -->\n");
	check_body(TITLE("Neu"), "# <!-- c --><b>Alt</b><!-- d -->\n",
	    "# <!-- c -->Neu<!-- d -->\n");
	check_body(TITLE("Neu"), "# <img src=x>\n\nText\n",
	    "# Neu\n\n# <img src=x>\n\nText\n");
	check_body(TITLE("List<T>"), "# Alt\n", "# List\\<T\\>\n");
	check_body(TITLE("a <!-- b -->"), "# Alt\n", "# a \\<\\!-- b --\\>\n");
	check_body(
	    TITLE("<!-- b -->"), "Alt\n===\n", "\\<\\!-- b --\\>\n===\n");
	check_body(NO_TITLE, "<!--\n# Vorlage\n-->\n\n# Alt\n",
	    "<!--\n# Vorlage\n-->\n\n");
}
END_TEST

START_TEST(a_title_keeps_tabs_around_it)
{
	check_body(TITLE("Neu"), "#\tAlt\t#\t\n", "#\tNeu\t#\t\n");
	check_body(TITLE("Neu"), "Alt\n===\t\nx\n", "Neu\n===\t\nx\n");
	check_body(TITLE("Neu"), "a\n    ===\nb\n===\n", "Neu\n===\n");
}
END_TEST

START_TEST(a_title_in_the_front_matter_is_edited_there)
{
	check_lines(TITLE("Neu"), "title: Alt # c\n", "title: Neu # c\n");
	check_lines(TITLE("Neu: eins"), "a: 1\ntitel: Alt\nb: 2\n",
	    "a: 1\ntitel: 'Neu: eins'\nb: 2\n");
	check_lines(TITLE("Neu"), "title: \"Alt\"\n", "title: \"Neu\"\n");
	check_lines(
	    TITLE("\"N\""), "title: \"Alt\"\n", "title: \"\\\"N\\\"\"\n");
	check_lines(TITLE("it's"), "title: 'Alt'\n", "title: 'it''s'\n");
	check_lines(TITLE("Neu"), "title: >-\n  Alt\n  er\nb: 2\n",
	    "title: Neu\nb: 2\n");
	check_lines(
	    TITLE("Neu"), "titel: b\ntitle: a\n", "titel: b\ntitle: Neu\n");
	check_lines(TITLE("Alt er"), "title: |\n  Alt\n  er\n",
	    "title: |\n  Alt\n  er\n");
	check_lines(TITLE("T"), "title: Alt\n", "title: T\n");
	check(TITLE("Neu"),
	    "---\n{typ: task, kategorie: arbeit, status: offen, title: a}\n"
	    "---\n\n# T\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, title: Neu}\n"
	    "---\n\n# T\n");
	/* The body that comes along is taken as it is. */
	check((struct task_edit){.has_title = true,
		  .title = std_strdup("Neu"),
		  .has_body = true,
		  .body = std_strdup("# Anders\n")},
	    HEAD "title: Alt\n---\n\n# T\n",
	    HEAD "title: Neu\n---\n\n# Anders\n");
}
END_TEST

START_TEST(a_title_is_removed_where_it_stands)
{
	struct task_edit edit = NO_TITLE;
	struct buf file = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&file, HEAD "title: Alt\n---\n\n# T\n");
	ck_assert_int_eq(splice(NAME, &file, &edit, &out, &err), 0);
	ck_assert_str_eq(out.s, HEAD "---\n\n# T\n");
	buf_release(&file);
	buf_release(&out);
}
END_TEST

START_TEST(what_is_no_title_in_the_front_matter_stays)
{
	const char *const lines[] = {"title:\n", "title: [a]\n",
	    "title: !!str a\n", "x: &x a\ntitle: *x\n"};
	struct buf before = BUF_INIT, after = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(lines); i++) {
		buf_reset(&before);
		buf_reset(&after);
		buf_addf(&before, HEAD "%s---\n\n# T\n", lines[i]);
		buf_addf(&after, HEAD "%s---\n\n# Neu\n", lines[i]);
		check(TITLE("Neu"), before.s, after.s);
	}
	buf_release(&before);
	buf_release(&after);
}
END_TEST

START_TEST(a_body_replaces_all_markdown_in_the_line_ends_of_the_file)
{
	check_body(BODY("A\nB"), "\n# Alt\n---\nstatus: x\n", "\nA\nB");
	check_body(BODY("A\r\nB\n"), "Alt", "A\nB\n");
	check_body(BODY("\nA"), "Alt", "\n\nA");
	check_body(BODY("\nA"), "\nAlt", "\n\nA");
	check_body(NO_BODY, "\nAlt", "\n");
	check_body(BODY("A\n"), "\nA\r\n", "\nA\r\n");
	check(BODY("A"), HEAD "---", HEAD "---\nA");
	check(BODY("\nA"), HEAD "---", HEAD "---\n\n\nA");
	check(BODY("A\nB\n"),
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n---\r\n"
	    "\r\nAlt",
	    "---\r\ntyp: task\r\nkategorie: arbeit\r\nstatus: offen\r\n---\r\n"
	    "\r\nA\r\nB\r\n");
	check((struct task_edit){.has_title = true,
		  .title = std_strdup("Titel"),
		  .has_body = true,
		  .body = std_strdup("# Anders\n\nText\n")},
	    HEAD "---\n\nAlt\n", HEAD "---\n\n# Titel\n\nText\n");
	check((struct task_edit){.has_title = true,
		  .title = std_strdup("Titel"),
		  .has_body = true,
		  .body = std_strdup("Text")},
	    HEAD "---", HEAD "---\n# Titel\n\nText");
}
END_TEST

static struct task_edit
titled(const char *title, const char *body)
{
	return (struct task_edit){
	    .has_kind = true,
	    .has_title = true,
	    .title = title != NULL ? std_strdup(title) : NULL,
	    .has_body = true,
	    .body = std_strdup(body),
	};
}

/* It was overwritten by the title, and its words were gone. */
START_TEST(a_heading_inside_a_body_that_comes_with_a_title_stays)
{
	static const char body[] = "Liste:\n\n## Obst\n- Apfel\n";
	struct task_edit edit = titled("Kaufen", body);
	struct buf file = BUF_INIT;

	task_print(&file, &edit);
	ck_assert_str_eq(strstr(file.s, "---\n\n"),
	    "---\n\n# Kaufen\n\nListe:\n\n## Obst\n- Apfel\n");
	buf_release(&file);
	task_edit_release(&edit);

	check_body(titled("Kaufen", body), "\nAlt\n",
	    "\n# Kaufen\n\nListe:\n\n## Obst\n- Apfel\n");
	check_body(
	    titled("Obst", body), "\nAlt\n", "\nListe:\n\n## Obst\n- Apfel\n");
	check_body(
	    titled(NULL, body), "\nAlt\n", "\nListe:\n\n## Obst\n- Apfel\n");
	check_body(
	    titled("Neu", "\n  # Alt\nText\n"), "\nX\n", "\n\n  # Neu\nText\n");
}
END_TEST

START_TEST(completing_and_reopening_change_two_fields)
{
	static const char open[] = "---\ntyp: task\nkategorie: arbeit\nstatus: "
				   "offen # c\nx: 1\n---\n\n# T\n";
	struct task_edit done = DONE(1, 2, 2027, TASK_ABENDS);
	struct task_edit again = NOT_DONE;
	static const char closed[] =
	    "---\ntyp: task\nkategorie: arbeit\nstatus: abgeschlossen # c\n"
	    "x: 1\nabgeschlossen_am: {datum: 01.02.2027, zeit: abends}\n---\n"
	    "\n# T\n";

	done.has_status = again.has_status = true;
	done.to.status = TASK_ABGESCHLOSSEN;
	again.to.status = TASK_OFFEN;
	check(done, open, closed);
	check(again, closed, open);
}
END_TEST

START_TEST(a_field_is_added_before_the_end_of_the_document)
{
	check_lines(TAGS("a"), "...\n", "tags: [a]\n...\n");
	check_lines(DEADLINE(1, 2, 2027), "x: 1\n# c\n... # d\n# e\n",
	    "x: 1\n# c\ndeadline: 01.02.2027\n... # d\n# e\n");
	check_lines(STATUS(TASK_OFFEN), "...\n", "...\n");
	check(DEADLINE(1, 2, 2027),
	    "---\n{typ: task, kategorie: arbeit, status: offen}\n...\n---\n",
	    "---\n{typ: task, kategorie: arbeit, status: offen, "
	    "deadline: 01.02.2027}\n...\n---\n");
}
END_TEST

START_TEST(a_key_behind_a_question_mark_is_edited)
{
	static const char file[] = "---\n? typ\n: task\n? kategorie # k\n"
				   ": arbeit\n?  status\n:  'offen' # s\n---\n";

	check(STATUS(TASK_ABGEBROCHEN), file,
	    "---\n? typ\n: task\n? kategorie # k\n: arbeit\n?  status\n"
	    ":  'abgebrochen' # s\n---\n");
	check(KIND(TASK_PRIVAT), file,
	    "---\n? typ\n: task\n? kategorie # k\n: privat\n?  status\n"
	    ":  'offen' # s\n---\n");
	check(TAGS("a"), file,
	    "---\n? typ\n: task\n? kategorie # k\n: arbeit\n?  status\n"
	    ":  'offen' # s\ntags: [a]\n---\n");
	check_lines(DEADLINE(1, 2, 2027), "? deadline # c\nx: 1\n",
	    "? deadline # c\n: 01.02.2027\nx: 1\n");
	check_lines(DEADLINE(1, 2, 2027), "? deadline\n:\nx: 1\n",
	    "? deadline\n: 01.02.2027\nx: 1\n");
	check_lines(FIXED(1, 2, 2027, TASK_ABENDS),
	    "fixedSlot:\n  ? datum\n  ? zeit\n  : morgens\n",
	    "fixedSlot:\n  ? datum\n  : 01.02.2027\n  ? zeit\n  : abends\n");
	check_lines(NOT_FIXED,
	    "? fixedSlot\n: datum: 26.11.2026\n  zeit: abends\n",
	    "? fixedSlot\n: datum: null\n  zeit: null\n");
	check_lines(TAGS("b", "a"), "? tags\n:\n  - a # a\n  - b\n",
	    "? tags\n:\n  - b\n  - a # a\n");
	check_lines(TAGS("b", "a"), "? tags\n: - a # a\n  - b\n",
	    "? tags\n:\n    # a\n    [b, a]\n");
}
END_TEST

START_TEST(a_value_that_an_alias_repeats_is_not_changed)
{
	check_tied(STATUS(TASK_ABGEBROCHEN),
	    "---\ntyp: task\nkategorie: arbeit\nstatus: &s offen\nalt: *s\n"
	    "---\n");
	check_tied(DEADLINE(1, 2, 2027),
	    HEAD "deadline: &d \"x\"\nb: [1, {c: *d}]\n---\n");
	check_tied(DEADLINE(1, 2, 2027), HEAD "deadline: &d # c\nx: *d\n---\n");
	check_tied(NO_DEADLINE, HEAD "deadline: &d 05.12.2026\nx: *d\n---\n");
	check_tied(NOT_FIXED, HEAD "fixedSlot: &f {datum: x}\n*f : y\n---\n");
	check_tied(NOT_FIXED, HEAD "fixedSlot: !f &f {a: b}\nx: *f\n---\n");
	check_tied(FIXED(1, 2, 2027, TASK_ABENDS),
	    HEAD "fixedSlot:\n  datum: &d 05.12.2026\n  zeit: abends\n"
		 "x: *d\n---\n");
	check_tied(TAGS("b"), HEAD "tags: &t [b, c]\nx: *t\n---\n");
	check_tied(TAGS("b"), HEAD "tags: [b, &c c]\nx: *c\n---\n");
}
END_TEST

START_TEST(an_alias_of_what_stays_does_not_stop_an_edit)
{
	check_lines(
	    TAGS("b"), "tags: [&b b, c]\nx: *b\n", "tags: [&b b]\nx: *b\n");
	check_lines(DEADLINE(1, 2, 2027),
	    "a: &d 1\nb: *d\ndeadline: &d 05.12.2026\n",
	    "a: &d 1\nb: *d\ndeadline: &d 01.02.2027\n");
	check_lines(FIXED(1, 2, 2027, TASK_ABENDS),
	    "fixedSlot:\n  datum: 05.12.2026\n  zeit: &z abends\nx: *z\n",
	    "fixedSlot:\n  datum: 01.02.2027\n  zeit: &z abends\nx: *z\n");
	check(STATUS(TASK_OFFEN),
	    "---\ntyp: task\nkategorie: arbeit\nstatus: &s offen\nalt: *s\n"
	    "---\n",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: &s offen\nalt: *s\n"
	    "---\n");
}
END_TEST

START_TEST(what_cannot_be_changed_safely_is_refused)
{
	check_refused(STATUS(TASK_OFFEN), "# Nur Text\n");
	/* A comment has no place before the ':' of the next line. */
	check_refused(DEADLINE(1, 2, 2027), HEAD "? deadline # c\n:\n---\n");
}
END_TEST

/* Appends a file of `size` bytes whose front matter has `front` of them. */
static void
add_large(struct buf *file, size_t front, size_t size)
{
	buf_addf(file, HEAD "#");
	while (file->len < strlen("---\n") + front - 1)
		buf_addc(file, 'x');
	buf_adds(file, "\n---\n");
	while (file->len < size)
		buf_addc(file, 'x');
}

static enum err_code
splice_large(struct task_edit edit, size_t front, size_t size)
{
	struct buf file = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;
	enum err_code code = ERR_NONE;

	add_large(&file, front, size);
	buf_adds(&out, "vorher");
	if (splice(NAME, &file, &edit, &out, &err) == -1) {
		code = err.code;
		ck_assert_str_eq(out.s, "vorher");
	}
	buf_release(&file);
	buf_release(&out);
	task_edit_release(&edit);
	return code;
}

START_TEST(a_file_may_grow_to_its_limit_and_no_further)
{
	const size_t grows = strlen("deadline: 05.12.2026\n");

	ck_assert_int_eq(
	    splice_large(DEADLINE(5, 12, 2026), 200, TASK_FILE_MAX - grows),
	    ERR_NONE);
	ck_assert_int_eq(
	    splice_large(DEADLINE(5, 12, 2026), 200, TASK_FILE_MAX - grows + 1),
	    ERR_TOO_LARGE);
	ck_assert_int_eq(
	    splice_large(TITLE("Titel"), 200, TASK_FILE_MAX), ERR_TOO_LARGE);
}
END_TEST

START_TEST(a_front_matter_may_grow_to_its_limit_and_no_further)
{
	const size_t grows = strlen("deadline: 05.12.2026\n");

	ck_assert_int_eq(
	    splice_large(DEADLINE(5, 12, 2026), FRONTMATTER_MAX - grows, 0),
	    ERR_NONE);
	ck_assert_int_eq(
	    splice_large(DEADLINE(5, 12, 2026), FRONTMATTER_MAX - grows + 1, 0),
	    ERR_TOO_LARGE);
	ck_assert_int_eq(
	    splice_large(TAGS("a"), FRONTMATTER_MAX, 0), ERR_TOO_LARGE);
	ck_assert_int_eq(
	    splice_large(KIND(TASK_PRIVAT), FRONTMATTER_MAX, 0), ERR_NONE);
	ck_assert_int_eq(
	    splice_large(NO_DEADLINE, FRONTMATTER_MAX, 0), ERR_NONE);
}
END_TEST

START_TEST(a_new_file_reads_back_as_what_was_asked_for)
{
	struct task_edit edit = TAGS("team", "q4, spät");
	struct buf file = BUF_INIT;

	edit.has_kind = edit.has_deadline = edit.has_fixed = true;
	edit.to.kind = TASK_PRIVAT;
	edit.to.has_deadline = edit.to.has_fixed = true;
	edit.to.deadline = (struct day){2026, 12, 5};
	edit.to.fixed = (struct task_when){{2026, 11, 26}, TASK_MORGENS};
	edit.title = std_strdup("Titel *");
	edit.body = std_strdup("Text\r\n# Anders");
	task_print(&file, &edit);
	ck_assert_str_eq(file.s,
	    "---\ntyp: task\nkategorie: privat\nstatus: offen\n"
	    "tags: [team, 'q4, spät']\ndeadline: 05.12.2026\n"
	    "fixedSlot: {datum: 26.11.2026, zeit: morgens}\n---\n\n"
	    "# Titel *\n\nText\n# Anders\n");
	task_edit_release(&edit);

	buf_reset(&file);
	edit = KIND(TASK_ARBEIT);
	task_print(&file, &edit);
	ck_assert_str_eq(file.s,
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\ntags: []\n"
	    "fixedSlot: null\n---\n");

	buf_reset(&file);
	edit.title = std_strdup("1. #");
	edit.body = std_strdup("Text");
	task_print(&file, &edit);
	ck_assert_ptr_nonnull(strstr(file.s, "---\n\n# 1. \\#\n\nText\n"));
	task_edit_release(&edit);
	buf_release(&file);
}
END_TEST

/* The property: every field of every good file. */

static const struct {
	const char *key; /* the lines that may change; NULL: the Markdown */
	bool has_status, has_kind, has_tags, has_deadline, has_fixed, has_done;
	bool null;
	int value;
	const char *words[4];
	const char *title, *body;
} changes[] = {
    {.key = "kategorie", .has_kind = true, .value = TASK_ARBEIT},
    {.key = "kategorie", .has_kind = true, .value = TASK_PRIVAT},
    {.key = "status", .has_status = true, .value = TASK_OFFEN},
    {.key = "status", .has_status = true, .value = TASK_ABGESCHLOSSEN},
    {.key = "status", .has_status = true, .value = TASK_ABGEBROCHEN},
    {.key = "tags", .has_tags = true},
    {.key = "tags", .has_tags = true, .words = {"team"}},
    {.key = "tags", .has_tags = true, .words = {"team", "q4, spät", "neu"}},
    {.key = "tags", .has_tags = true, .words = {"wichtig", "finanzen"}},
    {.key = "tags", .has_tags = true, .words = {"- a", "yes", "it's", "ä"}},
    {.key = "deadline", .has_deadline = true, .value = 5},
    {.key = "deadline", .has_deadline = true, .value = 17},
    {.key = "deadline", .has_deadline = true, .null = true},
    {.key = "fixedSlot", .has_fixed = true, .value = 5},
    {.key = "fixedSlot", .has_fixed = true, .value = 6},
    {.key = "fixedSlot", .has_fixed = true, .null = true},
    {.key = "abgeschlossen_am", .has_done = true, .value = 7},
    {.key = "abgeschlossen_am", .has_done = true, .null = true},
    {.title = "Ganz neuer Titel"},
    {.title = "C# *und* [x](y) &amp; <b> #"},
    {.body = "Neuer Text\n\n---\n\nstatus: abgebrochen\n"},
    {.body = ""},
};

static struct task_edit
make_edit(size_t i)
{
	const struct task_when when = {{2031, 3, changes[i].value + 1},
	    (enum task_time)(changes[i].value % TASK_TIMES)};
	struct task_edit edit = {
	    .has_kind = changes[i].has_kind,
	    .has_status = changes[i].has_status,
	    .has_deadline = changes[i].has_deadline,
	    .has_fixed = changes[i].has_fixed,
	    .has_done = changes[i].has_done,
	    .has_tags = changes[i].has_tags,
	    .has_title = changes[i].title != NULL,
	    .has_body = changes[i].body != NULL,
	    .to = {.kind = (enum task_kind)changes[i].value,
		.status = (enum task_status)changes[i].value,
		.has_deadline = !changes[i].null,
		.has_fixed = !changes[i].null,
		.has_done = !changes[i].null,
		.deadline = when.date,
		.fixed = when,
		.done = when},
	};
	struct task *to = &edit.to;

	if (edit.has_title)
		edit.title = std_strdup(changes[i].title);
	if (edit.has_body)
		edit.body = std_strdup(changes[i].body);
	while (to->n_tags < 4 && changes[i].words[to->n_tags] != NULL)
		to->n_tags++;
	to->tags = words(to->n_tags, changes[i].words);
	return edit;
}

/* The edit that brings back what the task had. */
static struct task_edit
undo(size_t i, const struct task *old, const struct buf *file)
{
	struct task_edit edit = make_edit(i);

	task_free_words(edit.to.tags, edit.to.n_tags);
	edit.to = *old;
	edit.to.file = edit.to.title = NULL;
	edit.to.tags = words(old->n_tags, (const char *const *)old->tags);
	if (edit.has_title) {
		free(edit.title);
		edit.title = std_strdup(old->title);
	}
	if (edit.has_body) {
		free(edit.body);
		edit.body = std_strdup(file->s + old->body_at);
	}
	return edit;
}

static size_t
next_line(const struct buf *b, size_t at)
{
	const char *nl = strchr(b->s + at, '\n');

	return nl != NULL ? (size_t)(nl - b->s) + 1 : b->len;
}

/*
 * The lines of a top-level key as a person sees them, found without YAML:
 * from `key:` at the margin to the next line that stands at the margin and
 * is neither item nor comment.  Without the key: the closing line's start.
 */
static void
find_lines(const struct buf *file, const char *key, size_t *from, size_t *to)
{
	size_t at = next_line(file, 0), len = strlen(key);

	while (
	    strncmp(file->s + at, key, len) != 0 || file->s[at + len] != ':') {
		if (strncmp(file->s + at, "---", 3) == 0) {
			*from = *to = at;
			return;
		}
		at = next_line(file, at);
	}
	*from = at;
	do {
		at = next_line(file, at);
	} while (strchr(" \t\r\n#", file->s[at]) != NULL ||
		 (file->s[at] == '-' && file->s[at + 1] != '-'));
	*to = at;
}

static size_t
find_markdown(const struct buf *file)
{
	size_t at = next_line(file, 0);

	while (strncmp(file->s + at, "---", 3) != 0)
		at = next_line(file, at);
	return next_line(file, at);
}

/* Bytes before and behind the place must be the same. */
static void
check_place(const char *name, size_t i, const struct buf *before,
    const struct buf *after)
{
	size_t from, to, tail;

	if (changes[i].key != NULL) {
		find_lines(before, changes[i].key, &from, &to);
	} else {
		from = find_markdown(before);
		to = before->len;
	}
	tail = before->len - to;
	ck_assert_msg(
	    after->len >= from + tail &&
		memcmp(before->s, after->s, from) == 0 &&
		memcmp(before->s + to, after->s + after->len - tail, tail) == 0,
	    "%s, change %zu touches other bytes:\n%s", name, i, after->s);
}

static void
check_value(const char *name, size_t i, const struct task *task)
{
	struct task_edit edit = make_edit(i);
	bool ok = true;
	size_t k;

	if (edit.has_kind)
		ok = task->kind == edit.to.kind;
	else if (edit.has_status)
		ok = task->status == edit.to.status;
	else if (edit.has_deadline)
		ok = task->has_deadline == edit.to.has_deadline &&
		     (!edit.to.has_deadline ||
			 day_cmp(task->deadline, edit.to.deadline) == 0);
	else if (edit.has_fixed)
		ok = task->has_fixed == edit.to.has_fixed &&
		     (!edit.to.has_fixed ||
			 task->fixed.time == edit.to.fixed.time);
	else if (edit.has_done)
		ok = task->has_done == edit.to.has_done;
	else if (edit.has_title)
		ok = strcmp(task->title, edit.title) == 0;
	else if (edit.has_tags)
		for (k = 0, ok = task->n_tags == edit.to.n_tags;
		     ok && k < edit.to.n_tags; k++)
			ok = strcmp(task->tags[k], edit.to.tags[k]) == 0;
	ck_assert_msg(ok, "%s, change %zu did not arrive", name, i);
	task_edit_release(&edit);
}

static void
add_when(struct buf *out, bool has, const struct task_when *when)
{
	buf_addc(out, '|');
	if (!has)
		return;
	day_add(out, when->date);
	buf_adds(out, task_time_word(when->time));
}

/* All that a task says, on one line. */
static void
add_task(struct buf *out, const struct task *task)
{
	size_t i;

	buf_addf(out, "%s|%d|%d|%s", task->title, (int)task->kind,
	    (int)task->status, task->has_deadline ? "" : "-");
	if (task->has_deadline)
		day_add(out, task->deadline);
	add_when(out, task->has_fixed, &task->fixed);
	add_when(out, task->has_done, &task->done);
	for (i = 0; i < task->n_tags; i++)
		buf_addf(out, "|%s", task->tags[i]);
}

static void
check_undo(const char *name, size_t i, const struct buf *before,
    const struct task *old, const struct buf *after)
{
	struct task_edit edit = undo(i, old, before);
	struct buf back = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct err err = ERR_INIT;

	ck_assert_msg(splice(name, after, &edit, &back, &err) == 0,
	    "%s, change %zu, back: %s\n%s", name, i, t_text(&err), after->s);
	ck_assert_int_eq(
	    task_parse(name, back.s, back.len, &task, &problem), 0);
	add_task(&want, old);
	add_task(&got, &task);
	ck_assert_str_eq(got.s, want.s);
	/* Only the line end that the closing line has got stays. */
	if (edit.has_kind || edit.has_status ||
	    (edit.has_body && old->body_at < before->len))
		ck_assert_str_eq(back.s, before->s);

	task_release(&task);
	buf_release(&back);
	buf_release(&want);
	buf_release(&got);
	task_edit_release(&edit);
}

/* Does change i to a good file and holds the result against the promise. */
static void
check_change(const char *name, const struct buf *before, const struct task *old,
    size_t i)
{
	struct task_edit edit = make_edit(i);
	struct buf after = BUF_INIT, again = BUF_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct err err = ERR_INIT;

	ck_assert_msg(splice(name, before, &edit, &after, &err) == 0,
	    "%s, change %zu: %s\n%s", name, i, t_text(&err), before->s);
	check_place(name, i, before, &after);
	ck_assert_int_eq(
	    task_parse(name, after.s, after.len, &task, &problem), 0);
	check_value(name, i, &task);
	ck_assert_int_eq(splice(name, &after, &edit, &again, &err), 0);
	ck_assert_msg(buf_eq(&after, &again), "%s, change %zu, again:\n%s",
	    name, i, again.s);
	check_undo(name, i, before, old, &after);

	task_release(&task);
	buf_release(&after);
	buf_release(&again);
	task_edit_release(&edit);
}

static void
check_all_changes(const char *name, const struct buf *file)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	size_t i;

	ck_assert_int_eq(
	    task_parse(name, file->s, file->len, &task, &problem), 0);
	for (i = 0; i < ARRAY_LEN(changes); i++)
		check_change(name, file, &task, i);
	task_release(&task);
}

/* Files of the vault. */

static struct {
	char name[512];
	struct buf bytes;
} files[200];
static size_t n_files;

static int
take_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf bytes = BUF_INIT;

	(void)st;
	if (type != FTW_F || !names_file_ok(name))
		return 0;
	t_read(&bytes, path);
	if (task_parse(name, bytes.s, bytes.len, &task, &problem) == 0) {
		ck_assert_uint_lt(n_files, ARRAY_LEN(files));
		snprintf(files[n_files].name, sizeof files[n_files].name, "%s",
		    name);
		files[n_files].bytes = bytes;
		n_files++;
		task_release(&task);
	} else {
		buf_release(&bytes);
	}
	return 0;
}

static void
load_files(void)
{
	nftw(t_data_path("vault"), take_file, 16, FTW_PHYS);
	nftw(t_data_path("task/edge"), take_file, 16, FTW_PHYS);
	ck_assert_uint_ge(n_files, 70);
}

static void
unload_files(void)
{
	while (n_files > 0)
		buf_release(&files[--n_files].bytes);
}

static void
to_crlf(struct buf *file)
{
	size_t i;

	for (i = 0; i < file->len; i++)
		if (file->s[i] == '\n' && (i == 0 || file->s[i - 1] != '\r'))
			buf_splice(file, i++, 0, "\r", 1);
}

START_TEST(every_change_to_every_good_file_touches_only_its_own_lines)
{
	size_t i;

	load_files();
	for (i = 0; i < n_files; i++)
		check_all_changes(files[i].name, &files[i].bytes);
	unload_files();
}
END_TEST

START_TEST(crlf_a_bom_and_a_missing_line_end_change_nothing_of_that)
{
	struct buf file = BUF_INIT;
	size_t i;

	load_files();
	for (i = 0; i < n_files; i += t_long() ? 1 : 4) {
		buf_set(&file, files[i].bytes.s, files[i].bytes.len);
		to_crlf(&file);
		check_all_changes(files[i].name, &file);
		if (file.s[0] == '-')
			buf_splice(&file, 0, 0, "\xef\xbb\xbf", 3);
		check_all_changes(files[i].name, &file);
		while (file.len > 0 && file.s[file.len - 1] != '-')
			buf_splice(&file, file.len - 1, 1, NULL, 0);
		check_all_changes(files[i].name, &file);
	}
	buf_release(&file);
	unload_files();
}
END_TEST

/* The words in the other order. */
static struct task_edit
turned_tags(const struct task *task)
{
	struct task_edit edit =
	    tags(task->n_tags, (const char *const *)task->tags);
	size_t i, n = edit.to.n_tags;
	char *word;

	for (i = 0; i < n / 2; i++) {
		word = edit.to.tags[i];
		edit.to.tags[i] = edit.to.tags[n - 1 - i];
		edit.to.tags[n - 1 - i] = word;
	}
	return edit;
}

START_TEST(tags_turned_around_and_back_leave_every_byte)
{
	struct task task;
	struct task_problem problem;
	struct task_edit turned, back;
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i, n = 0;

	load_files();
	for (i = 0; i < n_files; i++) {
		task = (struct task)TASK_INIT;
		ck_assert_int_eq(task_parse(files[i].name, files[i].bytes.s,
				     files[i].bytes.len, &task, &problem),
		    0);
		turned = turned_tags(&task);
		back = tags(task.n_tags, (const char *const *)task.tags);
		n += task.n_tags > 1;
		ck_assert_int_eq(splice(files[i].name, &files[i].bytes, &turned,
				     &once, &err),
		    0);
		ck_assert_int_eq(
		    splice(files[i].name, &once, &back, &twice, &err), 0);
		ck_assert_str_eq(twice.s, files[i].bytes.s);
		task_edit_release(&turned);
		task_edit_release(&back);
		task_release(&task);
	}
	ck_assert_uint_gt(n, 10);
	buf_release(&once);
	buf_release(&twice);
	unload_files();
}
END_TEST

/* Random damage. */

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % n;
}

static const char *const pieces[] = {"\n", "\r\n", " ", "  ", "\t", "- ", ": ",
    ":", "#", " # c\n", "[", "]", "{", "}", ",", "'", "\"", "&a ", "*a", "!x ",
    "|\n", ">-\n  ", "? ", "---\n", "...\n", "ä", "🎯", "\xef\xbb\xbf", "\x01",
    "\xff", "null", "~", "x: &a [1]\n", "tags:\n- a # c\n- b\n",
    "tags: [a, 'b']\n", "deadline: 05.12.2026\n",
    "fixedSlot:\n- zeit: abends\n- datum: 05.12.2026 # c\n",
    "abgeschlossen_am: {datum: 05.12.2026, zeit: abends}\n", "deadline:\n",
    "fixedSlot: # c\n  datum: 1\n", "# ", "===\n", "> ", "\xc2\x85",
    "\xe2\x80\xa8", "<!-- ", "```\n", "\\"};

static void
damage(struct buf *file, uint32_t *seed)
{
	uint32_t rounds = 1 + draw(seed, 3), n;
	const char *piece;
	size_t at;

	for (; rounds > 0 && file->len > 4; rounds--) {
		at = draw(seed, (uint32_t)file->len);
		/* Mostly where a field begins, so that much stays good. */
		if (draw(seed, 3) > 0)
			while (at > 0 && file->s[at - 1] != '\n')
				at--;
		n = draw(seed, 8);
		piece = pieces[draw(seed, ARRAY_LEN(pieces))];
		if (n == 0)
			buf_splice(file, at, 1, NULL, 0);
		else if (n == 1)
			file->s[at] = (char)draw(seed, 256);
		else if (n == 2)
			buf_splice(file, at, next_line(file, at) - at, NULL, 0);
		else
			buf_splice(file, at, 0, piece, strlen(piece));
	}
}

/* True if the splice was done; it must then read back as meant. */
static bool
try_change(const char *name, const struct buf *before, size_t i)
{
	struct task_edit edit = make_edit(i);
	struct buf after = BUF_INIT, again = BUF_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct err err = ERR_INIT;
	bool done = splice(name, before, &edit, &after, &err) == 0;

	if (done) {
		ck_assert_int_eq(
		    task_parse(name, after.s, after.len, &task, &problem), 0);
		check_value(name, i, &task);
		ck_assert_int_eq(splice(name, &after, &edit, &again, &err), 0);
		ck_assert_msg(
		    buf_eq(&after, &again), "again:\n%s\n%s", after.s, again.s);
		task_release(&task);
	} else {
		ck_assert_int_eq((int)err.code, (int)ERR_BAD_FILE);
		ck_assert_uint_eq(after.len, 0);
		if (getenv("T_SHOW") != NULL)
			printf("refused %zu:\n%s\n", i, before->s);
	}
	buf_release(&after);
	buf_release(&again);
	task_edit_release(&edit);
	return done;
}

START_TEST(damaged_files_are_refused_or_edited_but_never_half)
{
	const int rounds = t_long() ? 400000 : 3000;
	struct task one, other;
	struct task_problem problem, again;
	char reason[MSG_TEXT_MAX], other_reason[MSG_TEXT_MAX];
	struct buf file = BUF_INIT;
	uint32_t seed = 20261122;
	int round, good = 0, done = 0, rc;
	size_t i;

	load_files();
	for (round = 0; round < rounds; round++) {
		i = draw(&seed, (uint32_t)n_files);
		buf_set(&file, files[i].bytes.s, files[i].bytes.len);
		damage(&file, &seed);
		one = other = (struct task)TASK_INIT;
		memset(&problem, 0, sizeof problem);
		memset(&again, 0, sizeof again);
		rc =
		    task_parse(files[i].name, file.s, file.len, &one, &problem);
		ck_assert_int_eq(rc, task_parse(files[i].name, file.s, file.len,
					 &other, &again));
		ck_assert_uint_eq(problem.line, again.line);
		ck_assert_ptr_eq(problem.code, again.code);
		ck_assert_str_eq(msg_text(&problem.reason, reason),
		    msg_text(&again.reason, other_reason));
		task_release(&one);
		task_release(&other);
		if (rc == 0) {
			good++;
			done += try_change(files[i].name, &file,
			    draw(&seed, ARRAY_LEN(changes)));
		}
	}
	/* Refusing is the exception, or the promise would mean little. */
	ck_assert_msg(good > rounds / 4 && done > good * 98 / 100,
	    "%d good, %d edited", good, done);
	buf_release(&file);
	unload_files();
}
END_TEST

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(five_thousand_files_are_read_in_a_moment)
{
	struct task_problem problem;
	double begun;
	int i, k;

	load_files();
	begun = seconds();
	for (i = 0; i < 5000; i++) {
		struct task task = TASK_INIT;

		k = i % (int)n_files;
		ck_assert_int_eq(task_parse(files[k].name, files[k].bytes.s,
				     files[k].bytes.len, &task, &problem),
		    0);
		task_release(&task);
	}
	/* About 0.2 s without sanitizers; a slow machine must not fail. */
	ck_assert_msg(
	    seconds() - begun < 10, "it takes %f s", seconds() - begun);
	if (getenv("T_SHOW") != NULL)
		printf("5000 files: %f s\n", seconds() - begun);
	unload_files();
}
END_TEST

T_MAIN("task_splice", a_scalar_keeps_its_quotes_and_its_comment,
    an_empty_value_is_filled_and_a_missing_one_added_at_the_end,
    a_front_matter_in_braces_is_edited_too,
    in_braces_a_comment_stays_behind_its_field,
    a_comment_behind_the_braces_is_no_fields,
    a_front_matter_that_is_json_stays_json,
    of_a_slot_only_the_two_values_change,
    a_slot_that_a_person_wrote_is_emptied_in_its_place,
    a_slot_in_our_form_and_one_that_is_none_become_null,
    a_slot_that_was_added_goes_with_its_line,
    a_removed_deadline_takes_its_line_along,
    in_a_block_list_the_lines_of_tags_that_stay_stay,
    a_block_list_stays_one_in_any_order,
    a_flow_list_over_several_lines_keeps_them,
    a_flow_list_keeps_blanks_before_its_commas,
    a_flow_list_keeps_the_quotes_of_tags_that_stay,
    tags_that_yaml_could_misread_are_quoted,
    a_title_goes_between_the_marks_of_the_first_heading,
    without_a_heading_a_title_goes_before_the_text,
    a_title_is_never_written_into_a_comment, a_title_keeps_tabs_around_it,
    a_title_in_the_front_matter_is_edited_there,
    a_title_is_removed_where_it_stands,
    what_is_no_title_in_the_front_matter_stays,
    a_body_replaces_all_markdown_in_the_line_ends_of_the_file,
    a_heading_inside_a_body_that_comes_with_a_title_stays,
    completing_and_reopening_change_two_fields,
    a_field_is_added_before_the_end_of_the_document,
    a_key_behind_a_question_mark_is_edited,
    a_value_that_an_alias_repeats_is_not_changed,
    an_alias_of_what_stays_does_not_stop_an_edit,
    what_cannot_be_changed_safely_is_refused,
    a_file_may_grow_to_its_limit_and_no_further,
    a_front_matter_may_grow_to_its_limit_and_no_further,
    a_new_file_reads_back_as_what_was_asked_for,
    every_change_to_every_good_file_touches_only_its_own_lines,
    crlf_a_bom_and_a_missing_line_end_change_nothing_of_that,
    tags_turned_around_and_back_leave_every_byte,
    damaged_files_are_refused_or_edited_but_never_half,
    five_thousand_files_are_read_in_a_moment)
