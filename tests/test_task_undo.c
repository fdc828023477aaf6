#include "t.h"

#include "base/enc.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "task/task_splice.h"
#include "task/task_tick.h"
#include "task/task_undo.h"

#define NAME "0042-Datei.md"
#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

#define PICK(seed, list) ((list)[next(seed) % ARRAY_LEN(list)])

/* A field as people write it, or none. */
static const char *const slots[] = {"", "fixedSlot: null\n", "fixedSlot:\n",
    "fixedSlot: {datum: 26.11.2026, zeit: morgens}\n",
    "fixedSlot: {datum: '26.11.2026', zeit: morgens} # so\n",
    "fixedSlot:\n  datum: 26.11.2026\n  zeit: abends\n",
    "fixedSlot:   # warum\n  datum: 26.11.2026 # Tag\n  zeit: abends\n",
    "fixedSlot:\n  - datum: 26.11.2026\n  # dazwischen\n  - zeit: abends\n",
    "fixedSlot: { datum: 26.11.2026, zeit: \"abends\" }\n",
    "fixedSlot: {zeit: abends, datum: 26.11.2026} # zuerst\n"};
static const char *const tags[] = {"", "tags: []\n", "tags: [a, 'ö']\n",
    "tags:\n  - a # eins\n  - ü\n", "tags: null\n", "tags: [a,\n  b]\n"};
static const char *const deadlines[] = {"", "deadline: 05.12.2026\n",
    "deadline: \"05.12.2026\" # fest\n", "deadline: ~\n"};
static const char *const others[] = {
    "", "# Kommentar\n", "notiz: |\n  größer\n", "titel: 'Bröt'\n"};
static const char *const bodies[] = {"", "# Brot\n", "\n# Brot\n\n- [ ] ä\n",
    "Text ohne Ende", "- [X] eins\n- [ ] zwei\n\n~~~\n- [ ] drei\n~~~\n"};

static void
add_file(struct buf *out, uint32_t *seed)
{
	struct buf text = BUF_INIT;
	size_t i;

	buf_adds(&text, HEAD);
	buf_adds(&text, PICK(seed, others));
	buf_adds(&text, PICK(seed, slots));
	buf_adds(&text, PICK(seed, tags));
	buf_adds(&text, PICK(seed, deadlines));
	buf_adds(&text, "---\n");
	buf_adds(&text, PICK(seed, bodies));
	/* Half of them with the line ends of Windows. */
	if (next(seed) % 2 == 0)
		for (i = 0; i < text.len; i++)
			if (text.s[i] == '\n')
				buf_splice(&text, i++, 0, "\r", 1);
	buf_add(out, text.s, text.len);
	buf_release(&text);
}

/* One to all of the fields, each to a value or to none. */
static struct task_edit
make_edit(uint32_t *seed)
{
	static const char *const titles[] = {"Käse", "Brot: *neu*", "ä"};
	static const char *const texts[] = {"", "Neu\n", "# X\n\n- [ ] ö"};
	struct task_edit edit = TASK_EDIT_INIT;
	bool value = next(seed) % 2 == 0;

	edit.has_kind = next(seed) % 4 == 0;
	edit.to.kind = TASK_PRIVAT;
	edit.has_status = next(seed) % 4 == 0;
	edit.to.status = TASK_ABGEBROCHEN;
	edit.has_deadline = next(seed) % 3 == 0;
	edit.to.has_deadline = value;
	edit.to.deadline = (struct day){2026, 12, 24};
	edit.has_fixed = next(seed) % 2 == 0;
	edit.to.has_fixed = next(seed) % 2 == 0;
	edit.to.fixed = (struct task_when){{2026, 12, 1}, TASK_NACHMITTAGS};
	edit.has_done = next(seed) % 4 == 0;
	edit.to.has_done = value;
	edit.to.done = edit.to.fixed;
	edit.has_tags = next(seed) % 3 == 0;
	if (edit.has_tags && value) {
		edit.to.tags = std_alloc(sizeof *edit.to.tags);
		edit.to.tags[0] = std_strdup("märkte");
		edit.to.n_tags = 1;
	}
	edit.has_title = next(seed) % 4 == 0;
	if (edit.has_title)
		edit.title = std_strdup(PICK(seed, titles));
	edit.has_body = next(seed) % 4 == 0;
	if (edit.has_body)
		edit.body = std_strdup(PICK(seed, texts));
	return edit;
}

/* Take the edit back, and that back again. */
static void
check_undo(const struct buf *before, const struct buf *after)
{
	struct task_undo undo = TASK_UNDO_INIT, redo = TASK_UNDO_INIT;
	struct buf back = BUF_INIT, again = BUF_INIT;
	struct err err = ERR_INIT;

	task_undo_make(before, after, &undo);
	ck_assert(enc_is_utf8(undo.text.s, undo.text.len));
	ck_assert_int_eq(task_undo_apply(NAME, after, &undo, &back, &err), 0);
	ck_assert_msg(buf_eq(&back, before), "%s\n!=\n%s", back.s, before->s);
	task_undo_make(after, &back, &redo);
	ck_assert_int_eq(task_undo_apply(NAME, &back, &redo, &again, &err), 0);
	ck_assert(buf_eq(&again, after));
	task_undo_release(&undo);
	task_undo_release(&redo);
	buf_release(&back);
	buf_release(&again);
}

START_TEST(every_edit_is_taken_back_to_the_byte)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct task_edit edit;
	struct err err = ERR_INIT;
	uint32_t seed = 20261129;
	unsigned i, n_changed = 0;

	for (i = 0; i < 1500; i++) {
		buf_reset(&before);
		buf_reset(&after);
		add_file(&before, &seed);
		edit = make_edit(&seed);
		if (task_splice(
			NAME, before.s, before.len, &edit, &after, &err) == 0) {
			check_undo(&before, &after);
			n_changed += !buf_eq(&before, &after);
		}
		task_edit_release(&edit);
	}
	/* Else the files or the edits are not those that were meant. */
	ck_assert_uint_gt(n_changed, 1000);
	buf_release(&before);
	buf_release(&after);
}
END_TEST

/* Splice the file in place; false if it is refused. */
static bool
splice_fixed(struct buf *file, const struct task_when *slot)
{
	const struct task_edit edit = {
	    .has_fixed = true,
	    .to = {.has_fixed = slot != NULL,
		.fixed = slot != NULL ? *slot : (struct task_when){{0}, 0}},
	};
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	bool done =
	    task_splice(NAME, file->s, file->len, &edit, &out, &err) == 0;

	if (done)
		buf_move(file, &out);
	buf_release(&out);
	return done;
}

/* Read the slot that the file has; false if it has none. */
static bool
read_slot(const struct buf *file, struct task_when *slot)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	bool has;

	ck_assert_int_eq(
	    task_parse(NAME, file->s, file->len, &task, &problem), 0);
	has = task.has_fixed;
	*slot = task.fixed;
	task_release(&task);
	return has;
}

/* Add a file whose slot stands anywhere among the other fields. */
static void
add_pinned(struct buf *out, uint32_t *seed)
{
	const char *parts[3];
	unsigned first = next(seed) % 3, i;
	struct buf text = BUF_INIT;

	parts[first] = PICK(seed, slots);
	parts[(first + 1) % 3] = PICK(seed, tags);
	parts[(first + 2) % 3] = PICK(seed, deadlines);
	buf_adds(&text, HEAD);
	buf_adds(&text, PICK(seed, others));
	for (i = 0; i < 3; i++)
		buf_adds(&text, parts[i]);
	buf_addf(&text, "---\n%s", PICK(seed, bodies));
	if (next(seed) % 2 == 0)
		for (i = 0; i < text.len; i++)
			if (text.s[i] == '\n')
				buf_splice(&text, i++, 0, "\r", 1);
	buf_add(out, text.s, text.len);
	buf_release(&text);
}

START_TEST(a_pin_that_is_taken_away_or_put_again_leaves_every_byte)
{
	static const struct task_when monday = {{2026, 12, 7}, TASK_ABENDS};
	static const struct task_when other = {{2027, 1, 8}, TASK_MORGENS};
	struct buf before = BUF_INIT, now = BUF_INIT;
	unsigned i, n_free = 0, n_null = 0, n_pinned = 0;
	struct task_when slot, gone;
	uint32_t seed = 20261130;

	for (i = 0; i < 1500; i++) {
		buf_reset(&before);
		buf_reset(&now);
		add_pinned(&before, &seed);
		buf_add(&now, before.s, before.len);
		if (read_slot(&before, &slot)) {
			n_pinned++;
			ck_assert(splice_fixed(&now, NULL));
			ck_assert(!read_slot(&now, &gone));
			ck_assert(splice_fixed(&now, &slot));
		} else {
			n_free += strstr(before.s, "fixedSlot") == NULL;
			n_null += strstr(before.s, "fixedSlot: null") != NULL;
			ck_assert(splice_fixed(&now, &monday));
			if (i % 2 == 0)
				ck_assert(splice_fixed(&now, &other));
			ck_assert(splice_fixed(&now, NULL));
			/* An empty field comes back as null. */
			if (strstr(before.s, "fixedSlot:\n") != NULL ||
			    strstr(before.s, "fixedSlot:\r") != NULL)
				continue;
		}
		ck_assert_msg(
		    buf_eq(&now, &before), "%s\n!=\n%s", now.s, before.s);
	}
	ck_assert_uint_gt(n_free, 100);
	ck_assert_uint_gt(n_null, 100);
	ck_assert_uint_gt(n_pinned, 500);
	buf_release(&before);
	buf_release(&now);
}
END_TEST

START_TEST(every_tick_is_taken_back_to_the_byte)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err err = ERR_INIT;
	struct task_tick tick;
	uint32_t seed = 7;
	unsigned i, n_changed = 0;

	for (i = 0; i < 2000; i++) {
		buf_reset(&before);
		buf_reset(&after);
		add_file(&before, &seed);
		tick.line = 1 + next(&seed) % 20;
		tick.checked = next(&seed) % 2 == 0;
		if (task_tick(NAME, &before, &tick, &after, &err) == -1)
			continue;
		check_undo(&before, &after);
		n_changed += !buf_eq(&before, &after);
	}
	ck_assert_uint_gt(n_changed, 20);
	buf_release(&before);
	buf_release(&after);
}
END_TEST

static void
check_piece(const char *before, const char *after, const char *want)
{
	struct buf a = BUF_INIT, b = BUF_INIT, piece = BUF_INIT;
	struct task_undo undo = TASK_UNDO_INIT;

	buf_adds(&a, before);
	buf_adds(&b, after);
	task_undo_make(&a, &b, &undo);
	buf_addf(&piece, "%zu %zu %s", undo.at, undo.cut, undo.text.s);
	ck_assert_str_eq(piece.s, want);
	task_undo_release(&undo);
	buf_release(&a);
	buf_release(&b);
	buf_release(&piece);
}

START_TEST(a_piece_is_of_whole_characters_and_no_longer_than_the_difference)
{
	check_piece("abc", "abc", "3 0 ");
	check_piece("abc", "axc", "1 1 b");
	check_piece("aa", "aaa", "2 1 ");
	check_piece("aaa", "aa", "2 0 a");
	check_piece("xäy", "xöy", "1 2 ä");
	check_piece("€", "₭", "0 3 €");
	/* Another first byte, the same last one. */
	check_piece("x\xc3\xa4y", "x\xc5\xa4y", "1 2 \xc3\xa4");
	check_piece("", "ab", "0 2 ");
}
END_TEST

START_TEST(a_piece_for_another_file_is_refused)
{
	static const struct {
		size_t at, cut;
		const char *text;
		enum err_code code;
	} bad[] = {
	    {4096, 0, "", ERR_VALUE}, {0, 4096, "", ERR_VALUE},
	    {SIZE_MAX, 1, "", ERR_VALUE}, {1, SIZE_MAX, "", ERR_VALUE},
	    {0, 4, "", ERR_BAD_FILE},      /* no front matter */
	    {9, 4, "notiz", ERR_BAD_FILE}, /* no task */
	    {52, 0, "\xc3", ERR_BAD_FILE}, /* no UTF-8 */
	};
	struct buf file = BUF_INIT, out = BUF_INIT;
	struct task_undo undo = TASK_UNDO_INIT;
	struct err err = ERR_INIT;
	size_t i;

	buf_adds(&file, HEAD "---\n# Brot\n");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		undo.at = bad[i].at;
		undo.cut = bad[i].cut;
		buf_set(&undo.text, bad[i].text, strlen(bad[i].text));
		ck_assert_int_eq(
		    task_undo_apply(NAME, &file, &undo, &out, &err), -1);
		ck_assert_int_eq(err.code, bad[i].code);
		ck_assert_uint_eq(out.len, 0);
	}
	undo.at = file.len;
	undo.cut = 0;
	while (undo.text.len <= TASK_FILE_MAX)
		buf_addc(&undo.text, 'x');
	ck_assert_int_eq(task_undo_apply(NAME, &file, &undo, &out, &err), -1);
	ck_assert_int_eq(err.code, ERR_TOO_LARGE);
	task_undo_release(&undo);
	buf_release(&file);
}
END_TEST

T_MAIN("task_undo", every_edit_is_taken_back_to_the_byte,
    a_pin_that_is_taken_away_or_put_again_leaves_every_byte,
    every_tick_is_taken_back_to_the_byte,
    a_piece_is_of_whole_characters_and_no_longer_than_the_difference,
    a_piece_for_another_file_is_refused)
