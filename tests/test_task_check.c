/*
 * task_check: the proof that an edit changed what it names, and nothing else.
 */
#include "task/task_check.h"

#include "t.h"

#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"
#define REST "projekt: {name: Umbau, seit: 2024}\nautor: Ada\n"

/* The verdict on bytes that set the deadline and have these other fields. */
static bool
passes(const char *rest)
{
	const char *before = HEAD REST "---\n# Brot\n";
	const struct task_edit edit = {.has_deadline = true,
	    .to = {.has_deadline = true, .deadline = {2026, 12, 24}}};
	struct buf after = BUF_INIT;
	bool good;

	buf_addf(&after, HEAD "%sdeadline: 24.12.2026\n---\n# Brot\n", rest);
	good =
	    task_check("0001-Brot.md", before, strlen(before), &after, &edit);
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

T_MAIN("task_check", an_edit_that_changes_only_what_it_names_passes,
    an_edit_that_changes_another_field_is_refused,
    an_edit_that_adds_drops_or_moves_another_field_is_refused)
