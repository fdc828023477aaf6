#include "store/names.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/enc.h"
#include "t.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
repeat(struct buf *out, const char *s, int n)
{
	while (n-- > 0)
		buf_adds(out, s);
}

START_TEST(a_user_is_a_short_word_in_lower_case)
{
	struct buf longest = BUF_INIT;

	ck_assert(names_user_ok("usera"));
	ck_assert(names_user_ok("0"));
	ck_assert(names_user_ok("user-c"));
	ck_assert(names_user_ok("a_b--__9"));
	repeat(&longest, "a", NAMES_USER_MAX);
	ck_assert(names_user_ok(longest.s));
	buf_addc(&longest, 'a');
	ck_assert(!names_user_ok(longest.s));
	buf_release(&longest);
}
END_TEST

START_TEST(a_malformed_user_is_refused)
{
	static const char *const bad[] = {"", "userA", "-a", "_a", "a b", "a/b",
	    "..", ".", "a.", "a/../b", "a\n", "ä", "a\\b", "a%2f", "a\x7f"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!names_user_ok(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(a_task_file_is_a_number_and_perhaps_a_title)
{
	static const char *const good[] = {"0000.md", "9999.md",
	    "0042-Title.md", "0016-Umlaute-äöüß-und-🎯.md", "0001--.md",
	    "0001-a b.md", "0001-..md", "0001-...md", "0001-x.md.md",
	    "0001-%2e%2e.md", "0001-\xc2\xa0.md"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(names_file_ok(good[i]), "%s", good[i]);
}
END_TEST

START_TEST(a_malformed_task_file_is_refused)
{
	static const char *const bad[] = {"", ".md", "000.md", "00000.md",
	    "12345-fuenf.md", "0001", "0001-.md", "0001-a", "0001-a.MD",
	    "0001_a.md", "0001a.md", "notizen.md", "0001-a/b.md",
	    "0001-a\\b.md", "../0001-a.md", "tasks/0001.md", "0001-a\nb.md",
	    "0001-a\x7f.md", "0001-a\x1f.md", "0001-\xc2\x85.md",
	    "0001-\xe4.md", "0001-\xc0\xaf.md", "0001-\xed\xa0\x80.md",
	    " 0001.md", "0001.md ", "-001.md", "+001.md",
	    "\xef\xbc\x91"
	    "001.md"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!names_file_ok(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(a_title_has_at_most_200_bytes)
{
	struct buf name = BUF_INIT;

	buf_adds(&name, "0001-");
	repeat(&name, "ä", NAMES_TITLE_MAX / 2);
	buf_adds(&name, ".md");
	ck_assert(names_file_ok(name.s));
	buf_splice(&name, 5, 0, "a", 1);
	ck_assert(!names_file_ok(name.s));
	buf_release(&name);
}
END_TEST

START_TEST(a_file_gives_its_number_and_stem)
{
	struct buf stem = BUF_INIT;

	ck_assert_uint_eq(names_number("0042-Title.md"), 42);
	ck_assert_uint_eq(names_number("0000.md"), 0);
	ck_assert_uint_eq(names_number("9999"), 9999);
	names_stem(&stem, "0042-Größe.md.md");
	ck_assert_str_eq(stem.s, "0042-Größe.md");
	buf_release(&stem);
}
END_TEST

START_TEST(an_id_is_a_number_or_a_stem)
{
	struct buf file = BUF_INIT;
	enum names_id kind;
	unsigned number;

	ck_assert_int_eq(names_parse_id("0042", &kind, &number, &file), 0);
	ck_assert_int_eq(kind, NAMES_ID_NUMBER);
	ck_assert_uint_eq(number, 42);
	ck_assert_uint_eq(file.len, 0);

	ck_assert_int_eq(
	    names_parse_id("0007-Größe 🎯", &kind, &number, &file), 0);
	ck_assert_int_eq(kind, NAMES_ID_FILE);
	ck_assert_uint_eq(number, 7);
	ck_assert_str_eq(file.s, "0007-Größe 🎯.md");
	buf_release(&file);
}
END_TEST

START_TEST(a_malformed_id_is_refused)
{
	static const char *const bad[] = {"", "42", "00042", "-042", "0042-",
	    "0042/", "0042-a/b", "0042-a\\b", "../0042", "..", "0042.md", "x",
	    "0042-\xff", "0042-a\n", "0042 ", "%30042"};
	struct buf file = BUF_INIT;
	enum names_id kind = NAMES_ID_FILE;
	unsigned number = 5;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(
		    names_parse_id(bad[i], &kind, &number, &file) == -1, "%s",
		    bad[i]);
	ck_assert_int_eq(kind, NAMES_ID_FILE);
	ck_assert_uint_eq(number, 5);
	ck_assert_uint_eq(file.len, 0);
	buf_release(&file);
}
END_TEST

static void
assert_made(unsigned number, const char *title, const char *want)
{
	struct buf name = BUF_INIT;

	names_make_file(&name, number, title);
	ck_assert_str_eq(name.s, want);
	ck_assert(names_file_ok(name.s));
	buf_release(&name);
}

START_TEST(a_new_file_is_named_by_its_title)
{
	assert_made(5, "Release-Notes 4.2 schreiben",
	    "0005-Release-Notes-42-schreiben.md");
	assert_made(0, "Steuererklärung 2025", "0000-Steuererklärung-2025.md");
	assert_made(9999, "Größe & Maß", "9999-Größe-Maß.md");
	assert_made(16, "日本語 ½ Ⅳ", "0016-日本語-½-Ⅳ.md");
}
END_TEST

START_TEST(white_space_and_hyphens_are_one_hyphen)
{
	assert_made(1, "  a \t- -- b\n", "0001-a-b.md");
	assert_made(1, "Angebot – Stadtwerke", "0001-Angebot-Stadtwerke.md");
	assert_made(1,
	    "a\xc2\xa0"
	    "b\xe2\x80\xa8"
	    "c\xe3\x80\x80"
	    "d",
	    "0001-a-b-c-d.md");
	assert_made(1, "-a-", "0001-a.md");
}
END_TEST

START_TEST(other_characters_vanish)
{
	assert_made(1, "../../etc/passwd", "0001-etcpasswd.md");
	assert_made(1, "a\\b:c*d?e\"f<g>h|i", "0001-abcdefghi.md");
	assert_made(1, "Ziel 🎯 erreicht_!", "0001-Ziel-erreicht.md");
	assert_made(1,
	    "a\x01"
	    "b\x7f"
	    "c\xe2\x80\xae"
	    "d",
	    "0001-abcd.md");
}
END_TEST

START_TEST(a_title_without_letters_leaves_the_number)
{
	assert_made(7, "", "0007.md");
	assert_made(7, " - ", "0007.md");
	assert_made(7, "🎯!?", "0007.md");
	assert_made(7, "\xff", "0007.md");
}
END_TEST

START_TEST(letters_are_composed)
{
	assert_made(1,
	    "Gro\xcc\x88\xc3\x9f"
	    "e",
	    "0001-Größe.md");
	/* The mark of a keycap emoji stands on a digit, not on a letter. */
	assert_made(1, "1\xef\xb8\x8f\xe2\x83\xa3", "0001-1.md");
	assert_made(1,
	    "\xcc\x88"
	    "a",
	    "0001-a.md");
	assert_made(1, "q\xcc\x88\xcc\xa3", "0001-q\xcc\xa3\xcc\x88.md");
}
END_TEST

START_TEST(a_new_name_has_at_most_50_characters)
{
	struct buf title = BUF_INIT, want = BUF_INIT;

	repeat(&title, "ä", 60);
	buf_adds(&want, "0001-");
	repeat(&want, "ä", 50);
	buf_adds(&want, ".md");
	assert_made(1, title.s, want.s);

	/* The cut falls behind a hyphen. */
	buf_reset(&title);
	buf_reset(&want);
	repeat(&title, "a", 49);
	buf_adds(&title, " bcd");
	buf_adds(&want, "0001-");
	repeat(&want, "a", 49);
	buf_adds(&want, ".md");
	assert_made(1, title.s, want.s);
	buf_release(&title);
	buf_release(&want);
}
END_TEST

START_TEST(a_new_name_has_at_most_200_bytes)
{
	struct buf title = BUF_INIT, want = BUF_INIT;

	/* Four bytes each: 50 of them are exactly 200. */
	repeat(&title, "𝒜", 60);
	buf_adds(&want, "0001-");
	repeat(&want, "𝒜", 50);
	buf_adds(&want, ".md");
	assert_made(1, title.s, want.s);
	buf_release(&title);
	buf_release(&want);
}
END_TEST

/* Whatever the title, the name is one that we accept ourselves. */
START_TEST(every_title_makes_a_good_name)
{
	uint64_t seed = 99;
	struct buf title = BUF_INIT, name = BUF_INIT;
	int i, j;

	for (i = 0; i < 20000; i++) {
		buf_reset(&title);
		buf_reset(&name);
		for (j = 0; j < i % 80; j++) {
			seed = seed * UINT64_C(6364136223846793005) + 12345;
			buf_addc(&title, (char)(1 + (seed >> 33) % 255));
		}
		names_make_file(&name, (unsigned)i % 10000, title.s);
		ck_assert_msg(names_file_ok(name.s), "%s", name.s);
		ck_assert_ptr_null(strstr(name.s, "--"));
	}
	buf_release(&title);
	buf_release(&name);
}
END_TEST

static void
assert_buf(struct buf *b, const char *want)
{
	ck_assert_str_eq(b->s, want);
	buf_reset(b);
}

START_TEST(keys_are_those_of_the_design)
{
	struct buf b = BUF_INIT;

	names_task_key(&b, "usera", "0042-Titel.md");
	assert_buf(&b, "raw/usera/tasks/0042-Titel.md");
	names_task_prefix(&b, "usera");
	assert_buf(&b, "raw/usera/tasks/");
	names_number_prefix(&b, "usera", 42);
	assert_buf(&b, "raw/usera/tasks/0042");
	names_key(&b, NAMES_TOKEN, "usera");
	assert_buf(&b, "state/usera/cacheVersion.txt");
	names_key(&b, NAMES_NEXT_ID, "usera");
	assert_buf(&b, "state/usera/nextId.txt");
	names_key(&b, NAMES_TIMELINE, "usera");
	assert_buf(&b, "artifacts/usera/timeline.json");
	names_key(&b, NAMES_INDEX, "usera");
	assert_buf(&b, "artifacts/usera/tasks.json");
	names_key(&b, NAMES_INDEX_BASE, "usera");
	assert_buf(&b, "artifacts/usera/tasks-base.json");
	names_key(&b, NAMES_PENDING, "usera");
	assert_buf(&b, "pending/usera");
	names_key(&b, NAMES_CLAIMS, "usera");
	assert_buf(&b, "state/usera/idempotency/");
	names_key(&b, NAMES_TRASH, "usera");
	assert_buf(&b, "trash/usera/");
	names_claim_key(&b, "usera", HASH);
	assert_buf(&b, "state/usera/idempotency/" HASH);
	names_records_key(&b, "usera", HASH);
	ck_assert(names_is_records(b.s));
	assert_buf(&b, "state/usera/records/" HASH ".json");
	ck_assert(!names_is_records("state/usera/records.json"));
	ck_assert(!names_is_records("trash/usera/records/" HASH ".json"));
	names_trash_prefix(&b, "usera", "0042-Titel.md");
	assert_buf(&b, "trash/usera/0042-Titel/");
	buf_release(&b);
}
END_TEST

START_TEST(a_key_of_a_blob_names_its_user)
{
	const char *user = NULL;

	ck_assert_str_eq(names_folder(NAMES_PENDING), "pending/");
	ck_assert_uint_eq(
	    names_user_of_key("pending/ada", NAMES_PENDING, &user), 3);
	ck_assert_str_eq(user, "ada");
	ck_assert_uint_eq(
	    names_user_of_key("state/ada/sync.json", NAMES_SYNC, &user), 3);
	ck_assert_str_eq(user, "ada/sync.json");
}
END_TEST

START_TEST(a_key_of_another_blob_names_no_user)
{
	static const char *const keys[] = {"", "state/", "state/ada",
	    "state/ada/sync.jso", "state/ada/sync.json/x",
	    "state/ada/x/sync.json", "pending/ada/sync.json",
	    "state/ada/cacheVersion.txt"};
	const char *user = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_msg(
		    names_user_of_key(keys[i], NAMES_SYNC, &user) == 0, "%s",
		    keys[i]);
	ck_assert_ptr_null(user);
}
END_TEST

START_TEST(a_host_among_the_marks_is_no_user)
{
	static const char *const others[] = {"pending/host.0123456789abcde",
	    "pending/host.0123456789abcdef0", "pending/host.0123456789ABCDEF",
	    "pending/host.", "pending/0123456789abcdef", "pending/ada",
	    "state/host.0123456789abcdef"};
	struct buf key = BUF_INIT;
	const char *user;
	size_t i;

	names_host_key(&key, "0123456789abcdef");
	ck_assert_str_eq(key.s, "pending/host.0123456789abcdef");
	ck_assert_str_eq(names_host_of_key(key.s), "0123456789abcdef");
	ck_assert_uint_gt(names_user_of_key(key.s, NAMES_PENDING, &user), 0);
	ck_assert(!names_user_ok(user));
	buf_release(&key);
	for (i = 0; i < ARRAY_LEN(others); i++)
		ck_assert_ptr_null(names_host_of_key(others[i]));
}
END_TEST

START_TEST(a_key_names_the_task_of_its_user_only)
{
	static const char *const other[] = {"raw/userb/tasks/0042-Titel.md",
	    "raw/usera/tasks/", "raw/usera/tasks/notizen.md",
	    "raw/usera/tasks/sub/0042.md", "raw/usera/0042.md",
	    "raw/usera/tasks/../tasks/0042.md", "raw/usera2/tasks/0042.md",
	    "state/usera/nextId.txt", ""};
	size_t i;

	ck_assert_str_eq(
	    names_task_of_key("raw/usera/tasks/0042-Titel.md", "usera"),
	    "0042-Titel.md");
	for (i = 0; i < ARRAY_LEN(other); i++)
		ck_assert_msg(names_task_of_key(other[i], "usera") == NULL,
		    "%s", other[i]);
}
END_TEST

static void
bad_user(struct buf *out)
{
	names_key(out, NAMES_TOKEN, "../userb");
}

static void
bad_file(struct buf *out)
{
	names_task_key(out, "usera", "../0042.md");
}

static void
bad_hash(struct buf *out)
{
	names_claim_key(out, "usera", "../../x");
}

static void
bad_trash(struct buf *out)
{
	names_trash_prefix(out, "usera", "..");
}

static void
number_prefix_too_large(struct buf *out)
{
	names_number_prefix(out, "usera", NAMES_NUMBER_END);
}

static void
number_too_large(struct buf *out)
{
	names_make_file(out, NAMES_NUMBER_END, "x");
}

START_TEST(names_that_differ_in_composition_alone_look_the_same)
{
#define COMPOSED "0042-\xc3\x84\xc3\xa4.md"
#define PARTED                                                                 \
	"0042-A\xcc\x88"                                                       \
	"a\xcc\x88.md"
#define MIXED                                                                  \
	"0042-\xc3\x84"                                                        \
	"a\xcc\x88.md"
	struct buf out = BUF_INIT;

	ck_assert(names_look_same(COMPOSED, PARTED));
	ck_assert(names_look_same(PARTED, MIXED));
	ck_assert(!names_look_same(COMPOSED, COMPOSED));
	ck_assert(!names_look_same(COMPOSED, "0042-Aa.md"));
	ck_assert_str_eq(names_form(COMPOSED), "NFC");
	ck_assert_str_eq(names_form(PARTED), "NFD");
	ck_assert_str_eq(names_form(MIXED), "NFC+NFD");
	names_compose(&out, MIXED);
	ck_assert_str_eq(out.s, COMPOSED);
	buf_release(&out);
}
END_TEST

static void
assert_aborts(void (*call)(struct buf *out))
{
	struct buf out = BUF_INIT;
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		call(&out);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

START_TEST(a_key_of_a_bad_name_ends_the_program)
{
	assert_aborts(bad_user);
	assert_aborts(bad_file);
	assert_aborts(bad_hash);
	assert_aborts(bad_trash);
	assert_aborts(number_prefix_too_large);
	assert_aborts(number_too_large);
}
END_TEST

START_TEST(a_name_that_was_meant_as_a_task_says_why_it_is_none)
{
	static const struct {
		const char *name;
		enum msg_id fault;
	} odd[] = {
	    {"0010-A.MD", MSG_NAME_EXTENSION},
	    {"0038-x.markdown", MSG_NAME_EXTENSION},
	    {"0038-x.mkd", MSG_NAME_EXTENSION},
	    {"123-x.md", MSG_NAME_DIGITS},
	    {"12345-x.md", MSG_NAME_DIGITS},
	    {"7.md", MSG_NAME_DIGITS},
	    {"0012 Leer.md", MSG_NAME_DASH},
	    {"0013_x.md", MSG_NAME_DASH},
	    {"0013.md.md", MSG_NAME_DASH},
	    {"0117-.md", MSG_NAME_NO_TITLE},
	    {"0016-a\\b.md", MSG_NAME_CHARACTERS},
	    {"0016-a\nb.md", MSG_NAME_CHARACTERS},
	    {"0016-\xe4.md", MSG_NAME_NO_UTF8},
	};
	struct buf longest = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(odd); i++) {
		ck_assert_msg(names_sort(odd[i].name) == NAMES_SORT_ODD, "%s",
		    odd[i].name);
		ck_assert_msg(names_fault(odd[i].name) == odd[i].fault, "%s",
		    odd[i].name);
	}
	buf_adds(&longest, "0001-");
	repeat(&longest, "a", NAMES_TITLE_MAX);
	buf_adds(&longest, ".md");
	ck_assert_int_eq(names_sort(longest.s), NAMES_SORT_TASK);
	buf_splice(&longest, 5, 0, "a", 1);
	ck_assert_int_eq(names_sort(longest.s), NAMES_SORT_ODD);
	ck_assert_int_eq(names_fault(longest.s), MSG_NAME_LONG);
	buf_release(&longest);
}
END_TEST

START_TEST(any_other_name_is_counted_unless_it_is_hidden)
{
	static const char *const others[] = {"README.md", "notizen.md",
	    "0001.txt", "0001", "a0001.md", "0001.md~", "0001.md.bak",
	    "unterordner/0001.md", "\xc2\xb2.md", ""};
	size_t i;

	for (i = 0; i < ARRAY_LEN(others); i++)
		ck_assert_msg(
		    names_sort(others[i]) == NAMES_SORT_OTHER, "%s", others[i]);
	ck_assert_int_eq(names_sort(".gitkeep"), NAMES_SORT_HIDDEN);
	ck_assert_int_eq(names_sort(".0001.md"), NAMES_SORT_HIDDEN);
	ck_assert_int_eq(names_sort("0001.md"), NAMES_SORT_TASK);
}
END_TEST

T_MAIN("names", a_user_is_a_short_word_in_lower_case,
    a_malformed_user_is_refused, a_task_file_is_a_number_and_perhaps_a_title,
    a_malformed_task_file_is_refused, a_title_has_at_most_200_bytes,
    a_file_gives_its_number_and_stem, an_id_is_a_number_or_a_stem,
    a_malformed_id_is_refused, a_new_file_is_named_by_its_title,
    white_space_and_hyphens_are_one_hyphen, other_characters_vanish,
    a_title_without_letters_leaves_the_number, letters_are_composed,
    names_that_differ_in_composition_alone_look_the_same,
    a_new_name_has_at_most_50_characters, a_new_name_has_at_most_200_bytes,
    every_title_makes_a_good_name, keys_are_those_of_the_design,
    a_key_of_a_blob_names_its_user, a_key_of_another_blob_names_no_user,
    a_host_among_the_marks_is_no_user, a_key_names_the_task_of_its_user_only,
    a_key_of_a_bad_name_ends_the_program,
    a_name_that_was_meant_as_a_task_says_why_it_is_none,
    any_other_name_is_counted_unless_it_is_hidden)
