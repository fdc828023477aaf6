/*
 * task_check: the proof that an edit changed what it names, and nothing else.
 */
#include "task/task_check.h"

#include "t.h"

#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"
#define REST "projekt: {name: Umbau, seit: 2024}\nautor: Ada\n"

/* The verdict on bytes that set the deadline and change the rest to that. */
static bool
passes_from(const char *was, const char *rest)
{
	const struct task_edit edit = {.has_deadline = true,
	    .to = {.has_deadline = true, .deadline = {2026, 12, 24}}};
	struct buf before = BUF_INIT, after = BUF_INIT;
	bool good;

	buf_addf(&before, HEAD "%s---\n# Brot\n", was);
	buf_addf(&after, HEAD "%s---\n# Brot\n", rest);
	good = task_check("0001-Brot.md", before.s, before.len, &after, &edit);
	buf_release(&before);
	buf_release(&after);
	return good;
}

/* The same for bytes that have these other fields before the deadline. */
static bool
passes(const char *rest)
{
	struct buf after = BUF_INIT;
	bool good;

	buf_addf(&after, "%sdeadline: 24.12.2026\n", rest);
	good = passes_from(REST, after.s);
	buf_release(&after);
	return good;
}

START_TEST(an_edit_that_changes_only_what_it_names_passes)
{
	ck_assert(passes(REST));
}
END_TEST

START_TEST(an_edit_that_changes_another_field_is_refused)
{
	static const char *const others[] = {
	    "projekt: {name: Umbau, seit: 2024}\nautor: Eve\n",
	    "projekt: {name: Umbau, seit: 2024}\nautor: Adam\n",
	    "projekt: {name: Umbau, seit: 2024}\nautor: \"Ada\"\n",
	    "projekt: {name: Umbau, seit: 2024}\nautor: !!str Ada\n",
	    "projekt: {name: Umbau, seit: 2024}\nAutor: Ada\n",
	    "projekt: {name: Umbau, seit: 2025}\nautor: Ada\n",
	    "projekt: {name: Umbau}\nautor: Ada\n",
	    "projekt: [name, Umbau, seit, 2024]\nautor: Ada\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(others); i++)
		ck_assert_msg(!passes(others[i]), "%s", others[i]);
}
END_TEST

START_TEST(an_edit_that_adds_drops_or_moves_another_field_is_refused)
{
	static const char *const others[] = {
	    "",
	    "autor: Ada\n",
	    "projekt: {name: Umbau, seit: 2024}\n",
	    REST "neu: 1\n",
	    "neu: 1\n" REST,
	    "autor: Ada\nprojekt: {name: Umbau, seit: 2024}\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(others); i++)
		ck_assert_msg(!passes(others[i]), "%s", others[i]);
}
END_TEST

START_TEST(an_edit_that_changes_what_an_alias_stands_for_is_refused)
{
	const char *const was = "deadline: &d 01.12.2026\nx: *d\n";

	ck_assert(!passes_from(was, "deadline: &d 24.12.2026\nx: *d\n"));
	ck_assert(!passes_from(was, "deadline: 24.12.2026\nx: 01.12.2026\n"));
	ck_assert(passes_from("a: &d 1\ndeadline: &d 2\nb: &d 1\nx: *d\n",
	    "a: &d 1\ndeadline: &d 24.12.2026\nb: &d 1\nx: *d\n"));
	ck_assert(!passes_from("a: &d 1\ndeadline: 2\nx: *d\n",
	    "a: &d 1\ndeadline: &d 24.12.2026\nx: *d\n"));
}
END_TEST

START_TEST(an_edit_that_moves_or_drops_a_comment_is_refused)
{
	const char *const was = "a: 1 # a\n# c\ndeadline: 1 # d\n# e\nb: 2\n";

	ck_assert(passes_from(
	    was, "a: 1 # a\n# c\ndeadline: 24.12.2026 # d\n# e\nb: 2\n"));
	ck_assert(!passes_from(
	    was, "a: 1\n# c\ndeadline: 24.12.2026 # a\n# e\nb: 2\n"));
	ck_assert(!passes_from(
	    was, "a: 1 # a\ndeadline: 24.12.2026 # d\n# e\nb: 2\n"));
	ck_assert(!passes_from(
	    was, "a: 1 # a\n# c\ndeadline: 24.12.2026 # d\nb: 2\n# e\n"));
	ck_assert(!passes_from(
	    was, "# c\na: 1 # a\ndeadline: 24.12.2026 # d\n# e\nb: 2\n"));
}
END_TEST

/* The verdict on these bytes for an edit of the title. */
static bool
passes_titled(const char *before, const char *after)
{
	struct task_edit edit = {.has_title = true, .title = std_strdup("Neu")};
	struct buf now = BUF_INIT;
	bool good;

	buf_adds(&now, after);
	good = task_check("0001-Brot.md", before, strlen(before), &now, &edit);
	task_edit_release(&edit);
	buf_release(&now);
	return good;
}

START_TEST(an_edit_of_a_title_in_the_front_matter_leaves_the_rest)
{
	const char *before = HEAD "title: Alt\ntitel: x\n---\n# Brot\n";

	ck_assert(
	    passes_titled(before, HEAD "title: Neu\ntitel: x\n---\n# Brot\n"));
	ck_assert(
	    !passes_titled(before, HEAD "title: Neu\ntitel: y\n---\n# Brot\n"));
	ck_assert(
	    !passes_titled(before, HEAD "title: Neu\ntitel: x\n---\n# Neu\n"));
	ck_assert(
	    !passes_titled(before, HEAD "title: Alt\ntitel: x\n---\n# Neu\n"));
	ck_assert(!passes_titled(before, HEAD "titel: Neu\n---\n# Brot\n"));
	ck_assert(!passes_titled(
	    HEAD "titel: x\n---\n# Brot\n", HEAD "titel: Neu\n---\n# Neu\n"));
}
END_TEST

T_MAIN("task_check", an_edit_that_changes_only_what_it_names_passes,
    an_edit_that_changes_another_field_is_refused,
    an_edit_that_adds_drops_or_moves_another_field_is_refused,
    an_edit_that_changes_what_an_alias_stands_for_is_refused,
    an_edit_that_moves_or_drops_a_comment_is_refused,
    an_edit_of_a_title_in_the_front_matter_leaves_the_rest)
