/* changes: the note beside a token, of what the last writes have changed. */
#include "store/changes.h"

#include "base/enc.h"
#include "base/std.h"
#include "store/store.h"
#include "t.h"

/* Add to the note a write that has changed one file, or none. */
static void
note_one(struct buf *note, const char *replaced, const char *file)
{
	struct buf files = BUF_INIT;

	if (file != NULL)
		changes_add_file(&files, file);
	changes_note(note, replaced, &files);
	buf_release(&files);
}

/* See that just these files have changed, `a b c`; NULL: that it is unknown. */
static void
check_since(const struct buf *note, const char *token, const char *wanted)
{
	struct buf files = BUF_INIT;
	size_t i;
	bool known = changes_since(note->s, token, &files);

	ck_assert_int_eq(known, wanted != NULL);
	for (i = 0; i + 1 < files.len; i++)
		if (files.s[i] == '\0')
			files.s[i] = ' ';
	if (known)
		ck_assert_str_eq(files.s, wanted);
	buf_release(&files);
}

START_TEST(a_note_tells_what_has_changed_since_each_token)
{
	struct buf note = BUF_INIT;

	check_since(&note, "1-a", NULL);
	note_one(&note, "1-a", "0001.md");
	note_one(&note, "2-b", NULL);
	note_one(&note, "3-c", "0002-x.md");
	note_one(&note, "4-d", "0001.md");
	check_since(&note, "4-d", "0001.md");
	check_since(&note, "3-c", "0001.md 0002-x.md");
	check_since(&note, "2-b", "0001.md 0002-x.md");
	check_since(&note, "1-a", "0001.md 0002-x.md");
	check_since(&note, "5-e", NULL);
	check_since(&note, "", NULL);
	check_since(&note, "1", NULL);
	check_since(&note, "0001.md", NULL);
	buf_release(&note);
}
END_TEST

START_TEST(a_write_of_any_files_begins_the_note_anew)
{
	struct buf note = BUF_INIT;

	note_one(&note, "1-a", "0001.md");
	changes_note(&note, "2-b", NULL);
	ck_assert_str_eq(note.s, "");
	note_one(&note, "3-c", "0002.md");
	check_since(&note, "3-c", "0002.md");
	check_since(&note, "2-b", NULL);
	buf_release(&note);
}
END_TEST

START_TEST(a_token_of_another_shape_begins_the_note_anew)
{
	static const char *const odd[] = {"", "-", "A", "1,2", "1;2", "1 2",
	    "h\n",
	    "0123456789012345678901234567890"
	    "12345678901234567890123456789012345"};
	struct buf note = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(odd); i++) {
		note_one(&note, "1-a", "0001.md");
		note_one(&note, odd[i], "0002.md");
		ck_assert_str_eq(note.s, "");
	}
	buf_release(&note);
}
END_TEST

START_TEST(any_name_of_a_file_comes_back)
{
	static const char name[] = "0001-Grüße, a;b%2C=\"ü\" 木.md";
	struct buf note = BUF_INIT;
	size_t i;

	note_one(&note, "1-a", name);
	for (i = 0; i < note.len; i++)
		ck_assert(note.s[i] > ' ' && note.s[i] < 0x7f);
	/* check_since joins files by a blank, which the name has itself. */
	check_since(&note, "1-a", name);
	buf_release(&note);
}
END_TEST

START_TEST(the_oldest_go_where_a_note_would_be_too_long)
{
	struct buf note = BUF_INIT, token = BUF_INIT;
	unsigned i;

	for (i = 0; i < 1000; i++) {
		buf_reset(&token);
		buf_addf(&token, "%u-a", i);
		note_one(&note, token.s, "0001-A-title.md");
		ck_assert_uint_le(note.len, STORE_NOTE_MAX);
		check_since(&note, token.s, "0001-A-title.md");
	}
	check_since(&note, "990-a", "0001-A-title.md");
	check_since(&note, "0-a", NULL);
	buf_release(&note);
	buf_release(&token);
}
END_TEST

START_TEST(more_files_than_a_note_takes_count_as_any)
{
	struct buf note = BUF_INIT, files = BUF_INIT, name = BUF_INIT;
	unsigned i;

	for (i = 0; i < 9999; i++) {
		buf_reset(&name);
		buf_addf(&name, "%04u.md", i);
		changes_add_file(&files, name.s);
	}
	ck_assert_uint_lt(files.len, 2 * STORE_NOTE_MAX);
	changes_note(&note, "1-a", &files);
	ck_assert_str_eq(note.s, "");
	buf_release(&note);
	buf_release(&files);
	buf_release(&name);
}
END_TEST

START_TEST(a_broken_note_tells_nothing)
{
	static const char *const broken[] = {"1-a,%", "1-a,%zz", "1-a,%00",
	    "1-a,", "1-a,a%2Fb", "1-a,.hidden", "x,y,;;1-a", ",,,"};
	struct buf note = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(broken); i++) {
		buf_set(&note, broken[i], strlen(broken[i]));
		check_since(&note, "1-a", NULL);
	}
	buf_release(&note);
}
END_TEST

/* It has more names than a list of files takes here. */
START_TEST(a_note_of_a_program_with_longer_ones_tells_nothing)
{
	struct buf note = BUF_INIT;
	unsigned i;

	buf_adds(&note, "1-a");
	for (i = 0; i < 14; i++)
		buf_addf(
		    &note, ",%04u-a-title-of-no-less-than-fifty-bytes.md", i);
	check_since(&note, "1-a", NULL);
	buf_release(&note);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_note_tells_what_has_changed_since_each_token,
	    a_write_of_any_files_begins_the_note_anew,
	    a_token_of_another_shape_begins_the_note_anew,
	    any_name_of_a_file_comes_back,
	    the_oldest_go_where_a_note_would_be_too_long,
	    more_files_than_a_note_takes_count_as_any,
	    a_broken_note_tells_nothing,
	    a_note_of_a_program_with_longer_ones_tells_nothing};

	return t_run("changes", tests, ARRAY_LEN(tests));
}
