/*
 * taskset and week: the index of a user's tasks, and what the API shows.
 */
#include <dirent.h>

#include "base/etag.h"
#include "base/json.h"
#include "base/zone.h"
#include "store/names.h"
#include "t.h"
#include "week/problems.h"
#include "week/week.h"

#define NOW "2026-11-24T11:00:00.000Z" /* a Tuesday, 12:00 in Berlin */

static int64_t
ms_of(const char *s)
{
	int64_t ms;

	ck_assert_int_eq(day_parse_rfc3339(s, &ms), 0);
	return ms;
}

static void
add_text(struct taskset *set, const char *file, const char *text)
{
	taskset_add(set, file, "e", text, strlen(text));
}

/* All task files of a user of the sample vault. */
static void
read_vault(struct taskset *set, const char *user)
{
	struct buf name = BUF_INIT, bytes = BUF_INIT;
	struct dirent *entry;
	DIR *dir;

	buf_addf(&name, "vault/codex-miroir/%s/tasks", user);
	dir = opendir(t_data_path(name.s));
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!names_file_ok(entry->d_name))
			continue;
		buf_reset(&name);
		buf_addf(&name, "vault/codex-miroir/%s/tasks/%s", user,
		    entry->d_name);
		buf_reset(&bytes);
		t_data(&bytes, name.s);
		taskset_add(
		    set, entry->d_name, entry->d_name, bytes.s, bytes.len);
	}
	closedir(dir);
	taskset_sort(set);
	buf_release(&name);
	buf_release(&bytes);
}

static struct week
week_of(const struct taskset *set)
{
	static struct slots slots;
	struct err err = ERR_INIT;

	ck_assert_int_eq(
	    slots_parse("morgens=09:00-12:30,nachmittags=13:30-17:00,"
			"abends=18:00-21:30",
		&slots, &err),
	    0);
	return (struct week){
	    .user = "edge",
	    .zone = zone_of("Europe/Berlin"),
	    .slots = &slots,
	    .now = ms_of(NOW),
	    .ttl_ms = 900000,
	    .next_id =
		set->n > 0 ? names_number(set->files[set->n - 1].file) + 1 : 0,
	    .set = set,
	};
}

static void
print_week(struct buf *out, const struct taskset *set)
{
	struct week week = week_of(set);
	int64_t valid_until;

	buf_reset(out);
	week_print(out, &week, &valid_until);
}

/* The index */

static void
expect_round_trip(const char *user)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT, index2 = BUF_INIT;
	struct buf week = BUF_INIT, week2 = BUF_INIT;
	size_t i;

	read_vault(&set, user);
	set.swept_ms = 1795417200000;
	taskset_print(&index, &set);
	ck_assert_int_eq(taskset_read(&index, &again), 0);
	ck_assert_uint_eq(again.n, set.n);
	ck_assert_int_eq(again.swept_ms, 1795417200000);
	for (i = 0; i < set.n; i++) {
		ck_assert_str_eq(again.files[i].etag, set.files[i].etag);
		ck_assert_str_eq(again.files[i].hash, set.files[i].hash);
	}
	taskset_print(&index2, &again);
	ck_assert(buf_eq(&index, &index2));
	/* What cannot be told from the index must not be in the week. */
	print_week(&week, &set);
	print_week(&week2, &again);
	ck_assert_str_eq(week.s, week2.s);
	taskset_release(&set);
	taskset_release(&again);
	buf_release(&index);
	buf_release(&index2);
	buf_release(&week);
	buf_release(&week2);
}

START_TEST(the_index_of_every_sample_user_reads_back_as_it_was)
{
	expect_round_trip("edge");
	expect_round_trip("userA");
	expect_round_trip("userB");
	expect_round_trip("user-c");
}
END_TEST

START_TEST(an_empty_index_is_an_index)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT;

	taskset_print(&index, &set);
	ck_assert_str_eq(index.s, "{\"v\":4,\"sweptAt\":0,\"files\":[]}");
	ck_assert_int_eq(taskset_read(&index, &again), 0);
	ck_assert_uint_eq(again.n, 0);
	buf_release(&index);
}
END_TEST

/* Reads what may be anything; whatever it yields must be fit to be shown. */
static int
read_hostile(const char *text, size_t len, struct taskset *set)
{
	struct buf index = BUF_INIT, out = BUF_INIT;
	int rc;

	buf_add(&index, text, len);
	rc = taskset_read(&index, set);
	if (rc == -1)
		ck_assert_uint_eq(set->n, 0);
	print_week(&out, set);
	buf_reset(&out);
	taskset_print(&out, set);
	buf_release(&index);
	buf_release(&out);
	return rc;
}

START_TEST(an_index_cut_anywhere_is_none)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT;
	size_t i;

	read_vault(&set, "edge");
	taskset_print(&index, &set);
	for (i = 0; i < index.len; i += t_long() ? 1 : 7)
		ck_assert_int_eq(read_hostile(index.s, i, &again), -1);
	taskset_release(&set);
	buf_release(&index);
}
END_TEST

START_TEST(an_index_with_any_byte_changed_crashes_nothing)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT;
	static const char others[] = "\0\"\\{}[],:09a-\xff\n";
	size_t i, k = 0;
	char old;

	read_vault(&set, "edge");
	taskset_print(&index, &set);
	for (i = 0; i < index.len; i += t_long() ? 1 : 5) {
		old = index.s[i];
		index.s[i] = others[k++ % sizeof others];
		(void)read_hostile(index.s, index.len, &again);
		ck_assert_uint_le(again.n, set.n);
		taskset_release(&again);
		index.s[i] = old;
	}
	taskset_release(&set);
	buf_release(&index);
}
END_TEST

#define HEAD "{\"v\":4,\"sweptAt\":0,\"files\":["
#define GOOD                                                                   \
	"{\"file\":\"0002-b.md\",\"etag\":\"e\",\"hash\":\"\",\"title\":"      \
	"\"b\","                                                               \
	"\"kind\":0,\"status\":0,\"warnings\":0}"

START_TEST(what_is_no_index_is_refused_whole)
{
	static const char *const bad[] = {"", "null", "[]", "1", "{}",
	    "{\"v\":4}", "{\"v\":4,\"files\":{}}", "{\"v\":1,\"files\":[]}",
	    "{\"v\":5,\"files\":[]}", "{\"v\":\"1\",\"files\":[]}",
	    "{\"files\":[]}", "{\"v\":4,\"files\":[]}x"};
	struct taskset set = TASKSET_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(read_hostile(bad[i], strlen(bad[i]), &set) == -1,
		    "%s", bad[i]);
}
END_TEST

/* An entry with `member` in it is left out, its neighbours stay. */
static void
expect_left_out(const char *entry)
{
	struct taskset set = TASKSET_INIT;
	struct buf text = BUF_INIT;

	buf_addf(&text, HEAD "%s," GOOD ",%s]}", entry, entry);
	ck_assert_int_eq(read_hostile(text.s, text.len, &set), 0);
	ck_assert_msg(set.n == 1, "%s", entry);
	ck_assert_str_eq(set.files[0].file, "0002-b.md");
	taskset_release(&set);
	buf_release(&text);
}

START_TEST(an_entry_that_is_none_is_left_out_and_its_file_read_again)
{
	static const char *const bad[] = {"null", "1", "[]", "\"0001.md\"",
	    "{}", "{\"file\":\"0001.md\"}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\"}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"12\","
	    "\"problem\":{\"line\":1,\"code\":\"c\",\"reason\":\"r\"}}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\",\"problem\":{}"
	    "}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\","
	    "\"problem\":{\"line\":-1,\"code\":\"c\",\"reason\":\"r\"}}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\","
	    "\"problem\":{\"line\":\"1\",\"code\":\"c\",\"reason\":\"r\"}}",
	    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\",\"problem\":[]"
	    "}"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		expect_left_out(bad[i]);
}
END_TEST

START_TEST(an_entry_with_a_member_of_another_shape_is_left_out)
{
	static const char *const bad[] = {"\"file\":\"../0001.md\"",
	    "\"file\":\"1.md\"", "\"file\":null", "\"file\":\"0001-a/b.md\"",
	    "\"file\":\"0001-\\u0000.md\"", "\"etag\":7", "\"hash\":\"x\"",
	    "\"title\":null", "\"title\":\"a\\u0000b\"", "\"kind\":2",
	    "\"kind\":-1", "\"kind\":\"0\"", "\"status\":3", "\"status\":1.0",
	    "\"deadline\":5", "\"deadline\":null", "\"deadline\":\"x\"",
	    "\"deadline\":\"31.02.2026\"", "\"fixed\":{}", "\"fixed\":null",
	    "\"fixed\":[]", "\"fixed\":[\"22.11.2026\"]",
	    "\"fixed\":[\"22.11.2026\",3]", "\"fixed\":[\"22.11.2026\",-1]",
	    "\"fixed\":[\"22.11.2026\",\"1\"]", "\"fixed\":[22,1]",
	    "\"fixed\":[null,null]", "\"done\":[1]", "\"done\":\"x\"",
	    "\"tags\":\"a\"", "\"tags\":{}", "\"tags\":null",
	    "\"tags\":[\"a\",1]", "\"tags\":[null]",
	    "\"tags\":[\"a\\u0000b\"]"};
	struct buf entry = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		/* Of two members with one name the last counts. */
		buf_reset(&entry);
		buf_addf(&entry,
		    "{\"file\":\"0001.md\",\"etag\":\"e\",\"hash\":\"\","
		    "\"title\":\"a\",\"kind\":0,\"status\":0,\"warnings\":0,%"
		    "s}",
		    bad[i]);
		expect_left_out(entry.s);
	}
	buf_release(&entry);
}
END_TEST

START_TEST(warnings_that_nobody_knows_are_shown_as_none)
{
	static const char text[] = HEAD
	    "{\"file\":\"0001.md\",\"etag\":\"\",\"hash\":\"\",\"title\":\"\","
	    "\"kind\":1,\"status\":0,\"warnings\":-9223372036854775808}]}";
	struct taskset set = TASKSET_INIT;

	ck_assert_int_eq(read_hostile(text, strlen(text), &set), 0);
	ck_assert_uint_eq(set.n, 1);
	taskset_release(&set);
}
END_TEST

START_TEST(an_index_in_any_order_is_sorted)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT;

	add_text(&set, "0003.md", "x");
	add_text(&set, "0001-b.md", "x");
	add_text(&set, "0001-a.md", "x");
	taskset_print(&index, &set);
	ck_assert_int_eq(taskset_read(&index, &again), 0);
	ck_assert_str_eq(again.files[0].file, "0001-a.md");
	ck_assert_str_eq(again.files[1].file, "0001-b.md");
	ck_assert_str_eq(again.files[2].file, "0003.md");
	ck_assert(taskset_is_twin(&again, 0));
	ck_assert(taskset_is_twin(&again, 1));
	ck_assert(!taskset_is_twin(&again, 2));
	taskset_release(&set);
	taskset_release(&again);
	buf_release(&index);
}
END_TEST

/* The set */

#define TASK(kind, status, rest)                                               \
	"---\ntyp: task\nkategorie: " kind "\nstatus: " status "\n" rest "---" \
	"\n"

/* As an index that another program has broken may have it. */
START_TEST(files_of_one_name_stay_in_the_order_in_which_they_came)
{
	struct taskset set = TASKSET_INIT;
	const char *const order[] = {"a", "b", "c", "d", "e", "f", "g"};
	size_t i;

	taskset_add(&set, "0002.md", "a", "x", 1);
	taskset_add(&set, "0002.md", "b", "x", 1);
	taskset_add(&set, "0002.md", "c", "x", 1);
	taskset_add(&set, "0003.md", "g", "x", 1);
	taskset_add(&set, "0002.md", "d", "x", 1);
	taskset_add(&set, "0002.md", "e", "x", 1);
	taskset_add(&set, "0002.md", "f", "x", 1);
	taskset_sort(&set);
	for (i = 0; i < set.n; i++)
		ck_assert_str_eq(set.files[i].etag, order[i]);
	taskset_release(&set);
}
END_TEST

START_TEST(a_put_takes_the_place_of_the_same_name_or_finds_its_own)
{
	struct taskset set = TASKSET_INIT;
	const char *text = TASK("arbeit", "offen", "") "# Neu\n";

	add_text(&set, "0002.md", "x");
	add_text(&set, "0004.md", "x");
	taskset_put(&set, "0002.md", "new", text, strlen(text));
	ck_assert_uint_eq(set.n, 2);
	ck_assert(!set.files[0].bad);
	ck_assert_str_eq(set.files[0].task.title, "Neu");
	ck_assert_str_eq(set.files[0].etag, "new");
	taskset_put(&set, "0003-x.md", "e", "x", 1);
	ck_assert_uint_eq(set.n, 3);
	ck_assert_str_eq(set.files[1].file, "0003-x.md");
	taskset_release(&set);
}
END_TEST

START_TEST(a_moved_file_leaves_an_empty_place)
{
	struct taskset from = TASKSET_INIT, to = TASKSET_INIT;

	add_text(
	    &from, "0001.md", TASK("arbeit", "offen", "tags: [a]\n") "# x\n");
	taskset_move(&to, &from.files[0]);
	ck_assert_ptr_null(from.files[0].file);
	ck_assert_str_eq(to.files[0].task.tags[0], "a");
	taskset_release(&from);
	taskset_release(&to);
}
END_TEST

START_TEST(a_file_that_is_too_large_is_a_problem_that_the_index_keeps)
{
	struct taskset set = TASKSET_INIT, again = TASKSET_INIT;
	struct buf index = BUF_INIT;

	taskset_add_too_large(&set, "0001-x.md", "e");
	taskset_print(&index, &set);
	ck_assert_int_eq(taskset_read(&index, &again), 0);
	ck_assert(again.files[0].bad);
	ck_assert_str_eq(again.files[0].code, "zu_gross");
	ck_assert_str_eq(again.files[0].hash, "");
	taskset_release(&set);
	taskset_release(&again);
	buf_release(&index);
}
END_TEST

/* The week */

START_TEST(the_week_of_the_edge_cases_is_the_golden_one)
{
	struct taskset set = TASKSET_INIT;
	struct json_object *json = NULL;
	struct buf out = BUF_INIT, text = BUF_INIT;
	struct err err = ERR_INIT;

	read_vault(&set, "edge");
	print_week(&out, &set);
	ck_assert_int_eq(json_parse(out.s, out.len, &json, &err), 0);
	/* Spread out, so that a difference can be read. */
	buf_adds(&text,
	    json_object_to_json_string_ext(json,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_addc(&text, '\n');
	t_golden("week/edge.json", text.s, text.len);
	json_object_put(json);
	taskset_release(&set);
	buf_release(&out);
	buf_release(&text);
}
END_TEST

START_TEST(the_same_tasks_and_time_give_the_same_bytes)
{
	struct taskset set = TASKSET_INIT;
	struct buf a = BUF_INIT, b = BUF_INIT;

	read_vault(&set, "userA");
	print_week(&a, &set);
	setenv("TZ", "Pacific/Auckland", 1);
	print_week(&b, &set);
	ck_assert_str_eq(a.s, b.s);
	taskset_release(&set);
	buf_release(&a);
	buf_release(&b);
}
END_TEST

START_TEST(every_open_task_is_in_the_week_once_and_every_bad_file_a_problem)
{
	static const char *const users[] = {"edge", "userA", "userB", "user-c"};
	struct buf out = BUF_INIT, file = BUF_INIT;
	const char *at;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(users); i++) {
		struct taskset set = TASKSET_INIT;

		read_vault(&set, users[i]);
		print_week(&out, &set);
		for (k = 0; k < set.n; k++) {
			bool open = !set.files[k].bad &&
				    set.files[k].task.status == TASK_OFFEN;
			bool listed =
			    set.files[k].bad || taskset_is_twin(&set, k);

			buf_reset(&file);
			json_key(&file, "file");
			json_add_str(&file, set.files[k].file);
			at = strstr(out.s, file.s);
			ck_assert_msg(
			    (at != NULL) == (open || listed), "%s", file.s);
			if (open && !listed)
				ck_assert_ptr_null(strstr(at + 1, file.s));
		}
		taskset_release(&set);
	}
	buf_release(&out);
	buf_release(&file);
}
END_TEST

START_TEST(an_empty_week_is_whole)
{
	struct taskset set = TASKSET_INIT;
	struct week week = week_of(&set);
	struct json_object *json = NULL, *days;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	int64_t valid_until;

	week.ttl_ms = INT64_C(86400000);
	week_print(&out, &week, &valid_until);
	/* The slot of noon ends first. */
	ck_assert_int_eq(valid_until, ms_of("2026-11-24T11:30:00.000Z"));
	ck_assert_int_eq(json_parse(out.s, out.len, &json, &err), 0);
	ck_assert_str_eq(
	    json_get_str(json, "validUntil"), "2026-11-24T11:30:00.000Z");
	ck_assert_str_eq(json_get_str(json, "cacheCreatedAt"), NOW);
	ck_assert_str_eq(json_get_str(json, "generatedAt"), NOW);
	ck_assert_str_eq(json_get_str(json, "now"), NOW);
	ck_assert_str_eq(json_get_str(json, "weekStart"), "24.11.2026");
	ck_assert_str_eq(json_get_str(json, "userId"), "edge");
	ck_assert_str_eq(json_get_str(json, "nextAvailableId"), "0000");
	days = json_get(json, "timeline", json_type_array);
	ck_assert_uint_eq(json_object_array_length(days), 7);
	ck_assert_int_eq(
	    json_get_int(json_object_array_get_idx(days, 0), "dayOfWeek", -1),
	    2);
	json_object_put(json);

	buf_reset(&out);
	week.ttl_ms = 1;
	week_print(&out, &week, &valid_until);
	ck_assert_int_eq(valid_until, ms_of(NOW) + 1);
	buf_reset(&out);
	week.next_id = NAMES_NUMBER_END;
	week_print(&out, &week, &valid_until);
	ck_assert_ptr_nonnull(strstr(out.s, "\"nextAvailableId\":null"));
	buf_release(&out);
}
END_TEST

/* The members that problems_add makes, as an object. */
static void
print_problems(
    struct buf *out, const struct taskset *set, const struct ledger *sync)
{
	buf_reset(out);
	json_open(out, '{');
	problems_add(out, set, sync);
	json_close(out, '}');
}

START_TEST(a_name_that_git_has_for_something_else_is_a_problem)
{
	struct ledger sync = LEDGER_INIT;
	struct taskset set = TASKSET_INIT;
	struct buf out = BUF_INIT;

	add_text(&set, "0001-a.md", TASK("arbeit", "offen", "") "# a\n");
	add_text(&set, "0002-b.md", TASK("arbeit", "offen", "") "# b\n");
	ledger_record(&sync, "0001-a.md");
	ledger_record(&sync, "0002-b.md")->foreign = LEDGER_LINK;
	print_problems(&out, &set, &sync);
	ck_assert(std_starts(out.s,
	    "{\"problems\":[{\"file\":\"0002-b.md\",\"line\":0,\"code\":\"name_"
	    "belegt\","
	    "\"reason\":\"Unter diesem Namen steht in Git ein symbolischer"));
	ck_assert_ptr_null(strstr(out.s, "0001"));
	taskset_release(&set);
	ledger_release(&sync);
	buf_release(&out);
}
END_TEST

START_TEST(two_files_with_one_number_are_two_problems_and_both_stay)
{
	struct taskset set = TASKSET_INIT;
	struct buf out = BUF_INIT;

	add_text(&set, "0001-a.md", TASK("arbeit", "offen", "") "# a\n");
	add_text(&set, "0001-b.md", "kaputt");
	add_text(&set, "0002.md", TASK("arbeit", "offen", "") "# c\n");
	print_problems(&out, &set, NULL);
	ck_assert_ptr_nonnull(strstr(out.s,
	    "[{\"file\":\"0001-a.md\",\"line\":1,\"code\":\"nummer_doppelt\""));
	ck_assert_ptr_nonnull(strstr(out.s, "{\"file\":\"0001-b.md\",\"line\":"
					    "1,\"code\":\"kein_frontmatter\""));
	ck_assert_ptr_nonnull(strstr(out.s,
	    "{\"file\":\"0001-b.md\",\"line\":1,\"code\":\"nummer_doppelt\""));
	ck_assert_ptr_null(strstr(out.s, "0002.md"));
	taskset_release(&set);
	buf_release(&out);
}
END_TEST

START_TEST(two_problems_whose_names_look_the_same_are_told_apart)
{
	struct taskset set = TASKSET_INIT;
	struct buf out = BUF_INIT;

	add_text(&set, "0001-A\xcc\x88.md", TASK("arbeit", "offen", ""));
	add_text(&set, "0001-B.md", TASK("arbeit", "offen", ""));
	add_text(&set, "0001-\xc3\x84.md", TASK("arbeit", "offen", ""));
	print_problems(&out, &set, NULL);
	ck_assert_ptr_nonnull(strstr(out.s, "(dieser ist NFC)"));
	ck_assert_ptr_nonnull(strstr(out.s, "(dieser ist NFD)"));
	ck_assert_ptr_nonnull(strstr(out.s,
	    "\"0001-B.md\",\"line\":1,\"code\":\"nummer_doppelt\",\"reason\":"
	    "\"Die Nummer gibt es zweimal; beide Aufgaben bleiben.\""));
	taskset_release(&set);
	buf_release(&out);
}
END_TEST

START_TEST(what_lies_beside_the_tasks_is_a_problem_or_counted)
{
	static const char *const names[] = {"0012 Leer.md", ".gitkeep",
	    "README.md", "0001-a.md", "bilder/x.png", "0010-A.MD"};
	struct taskset set = TASKSET_INIT;
	struct ledger sync = LEDGER_INIT;
	struct buf out = BUF_INIT;
	size_t i;

	add_text(&set, "0011-b.md", "kaputt");
	for (i = 0; i < ARRAY_LEN(names); i++)
		strays_add(&set.strays, names[i]);
	print_problems(&out, &set, NULL);
	ck_assert_str_eq(out.s,
	    "{\"problems\":["
	    "{\"file\":\"0010-A.MD\",\"line\":0,\"code\":"
	    "\"dateiname_falsch\",\"reason\":\"Die Endung einer Aufgabe "
	    "ist .md, klein geschrieben.\",\"reasonEnglish\":\"The extension "
	    "of a task is .md, in lower case.\"},"
	    "{\"file\":\"0011-b.md\",\"line\":1,\"code\":"
	    "\"kein_frontmatter\",\"reason\":\"Die Datei beginnt nicht mit "
	    "einer Zeile ---.\",\"reasonEnglish\":\"The file does not begin "
	    "with a line ---.\"},"
	    "{\"file\":\"0012 Leer.md\",\"line\":0,\"code\":"
	    "\"dateiname_falsch\",\"reason\":\"Hinter den vier Ziffern "
	    "fehlt das -.\",\"reasonEnglish\":\"There is no - behind the four "
	    "digits.\"}],\"otherFiles\":2}");

	/* Git has one of the two names, one more, and a file too large. */
	strays_add(&sync.strays, "0010-A.MD");
	strays_add(&sync.strays, "0117-.md");
	strays_add(&sync.strays, "LICENSE");
	strays_add_large(&sync.strays, "0044.md");
	print_problems(&out, &set, &sync);
	ck_assert_ptr_null(strstr(strstr(out.s, "0010-A.MD") + 1, "0010-A.MD"));
	ck_assert_ptr_nonnull(strstr(
	    out.s, "{\"file\":\"0044.md\",\"line\":0,\"code\":\"zu_gross\","));
	ck_assert_ptr_nonnull(
	    strstr(out.s, "{\"file\":\"0117-.md\",\"line\":0,\"code\":"
			  "\"dateiname_falsch\","));
	ck_assert_ptr_nonnull(strstr(out.s, "],\"otherFiles\":3}"));
	taskset_release(&set);
	ledger_release(&sync);
	buf_release(&out);
}
END_TEST

START_TEST(a_thousand_odd_names_are_kept_and_more_are_counted)
{
	struct strays strays = STRAYS_INIT, copy = STRAYS_INIT;
	struct buf text = BUF_INIT;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < STRAYS_NAMES_MAX + 2; i++)
		strays_add(&strays, "1.md");
	ck_assert_uint_eq(strays.odd.n, STRAYS_NAMES_MAX);
	ck_assert_uint_eq(strays.others, 2);

	strays_print(&text, &strays);
	ck_assert_int_eq(json_parse(text.s, text.len, &json, &err), 0);
	ck_assert_int_eq(strays_read(json, &copy), 0);
	ck_assert(!strays_set_names(&copy, &strays));
	ck_assert(!strays_set_large(&copy, &strays));
	copy.others = 3;
	ck_assert(strays_set_names(&copy, &strays));
	ck_assert_uint_eq(copy.others, 2);
	strays_add_large(&copy, "0001.md");
	ck_assert(strays_set_large(&copy, &strays));
	ck_assert_uint_eq(copy.large.n, 0);
	json_object_put(json);
	strays_release(&strays);
	strays_release(&copy);
	buf_release(&text);
}
END_TEST

/* The list */

/* Numbers of the tasks that fit, with '!' where one is at risk. */
static void
expect_fit(
    const struct taskset *set, const struct filter *filter, const char *want)
{
	struct week week = week_of(set);
	struct buf out = BUF_INIT, ids = BUF_INIT;
	struct json_object *json = NULL, *task;
	struct err err = ERR_INIT;
	size_t i;

	week_add_tasks(&out, &week, filter);
	ck_assert_int_eq(json_parse(out.s, out.len, &json, &err), 0);
	for (i = 0; i < json_object_array_length(json); i++) {
		task = json_object_array_get_idx(json, i);
		buf_addf(&ids, "%s%s%s", i > 0 ? " " : "",
		    json_get_str(task, "id"),
		    json_object_get_boolean(
			json_get(task, "deadlineRisk", json_type_boolean))
			? "!"
			: "");
		ck_assert_uint_eq(
		    strlen(json_get_str(task, "etag")), ETAG_CONTENT_LEN);
	}
	ck_assert_str_eq(ids.s, want);
	json_object_put(json);
	buf_release(&out);
	buf_release(&ids);
}

static void
fill_list(struct taskset *set)
{
	add_text(set, "0000-Brot.md",
	    TASK("privat", "offen",
		"tags: [Küche, eilig]\n"
		"deadline: 23.11.2026\n") "# Größe\n");
	add_text(set, "0001.md", "kaputt");
	add_text(set, "0002.md",
	    TASK("arbeit", "abgeschlossen",
		"deadline: 23.11.2026\n") "# STRASSE\n");
	add_text(set, "0003-Milch.md",
	    TASK("arbeit", "offen", "tags: [eilig]\n") "# Milch\n");
	add_text(set, "0004.md",
	    TASK("arbeit", "abgebrochen", "tags: [eilig, Eilig]\n") "# x\n");
	taskset_sort(set);
}

static void
expect_tagged(const struct taskset *set, const char *tag, const char *want)
{
	struct filter filter = FILTER_ANY;

	filter_set_tag(&filter, tag);
	expect_fit(set, &filter, want);
	filter_release(&filter);
}

START_TEST(a_list_is_of_the_tasks_that_fit_all_that_was_asked)
{
	struct taskset set = TASKSET_INIT;
	struct filter any = FILTER_ANY, f;

	fill_list(&set);
	expect_fit(&set, &any, "0000! 0002 0003 0004");
	f = any, f.kind = TASK_PRIVAT;
	expect_fit(&set, &f, "0000!");
	f = any, f.status = TASK_OFFEN;
	expect_fit(&set, &f, "0000! 0003");
	f.kind = TASK_ARBEIT;
	expect_fit(&set, &f, "0003");
	filter_set_tag(&f, "eilig");
	filter_set_search(&f, "milch");
	expect_fit(&set, &f, "0003");
	filter_release(&f);
	taskset_release(&set);
}
END_TEST

START_TEST(a_tag_fits_as_a_whole_whatever_the_case)
{
	struct taskset set = TASKSET_INIT;

	fill_list(&set);
	expect_tagged(&set, "eilig", "0000! 0003 0004");
	expect_tagged(&set, "EILIG", "0000! 0003 0004");
	expect_tagged(&set,
	    "ku\xcc\x88"
	    "che",
	    "0000!");
	expect_tagged(&set, "eil", "");
	expect_tagged(&set, "eilig\nEilig", "");
	expect_tagged(&set, "\xff", "");
	expect_tagged(&set, "", "");
	taskset_release(&set);
}
END_TEST

static void
expect_found(const struct taskset *set, const char *search, const char *want)
{
	struct filter filter = FILTER_ANY;

	filter_set_search(&filter, search);
	expect_fit(set, &filter, want);
	filter_release(&filter);
}

START_TEST(a_search_looks_into_title_name_and_tags_whatever_the_case)
{
	struct taskset set = TASKSET_INIT;

	fill_list(&set);
	expect_found(&set, "brot", "0000!");
	expect_found(&set, "GRÖSSE", "0000!");
	expect_found(&set, "straße", "0002");
	expect_found(&set, "KÜCHE", "0000!");
	expect_found(&set,
	    "ku\xcc\x88"
	    "che",
	    "0000!");
	expect_found(&set, "0003-m", "0003");
	expect_found(&set, "", "0000! 0002 0003 0004");
	expect_found(&set, "kaputt", "");
	expect_found(&set, "eilig\neilig", "0004");
	taskset_release(&set);
}
END_TEST

START_TEST(a_search_that_is_no_utf8_finds_nothing)
{
	struct taskset set = TASKSET_INIT;

	fill_list(&set);
	expect_found(&set, "\xff", "");
	expect_found(&set, "brot\xc3", "");
	expect_found(&set, "\xed\xa0\x80", "");
	taskset_release(&set);
}
END_TEST

T_MAIN("taskset", the_index_of_every_sample_user_reads_back_as_it_was,
    an_empty_index_is_an_index, an_index_cut_anywhere_is_none,
    an_index_with_any_byte_changed_crashes_nothing,
    what_is_no_index_is_refused_whole,
    an_entry_that_is_none_is_left_out_and_its_file_read_again,
    an_entry_with_a_member_of_another_shape_is_left_out,
    warnings_that_nobody_knows_are_shown_as_none,
    an_index_in_any_order_is_sorted,
    files_of_one_name_stay_in_the_order_in_which_they_came,
    a_put_takes_the_place_of_the_same_name_or_finds_its_own,
    a_moved_file_leaves_an_empty_place,
    a_file_that_is_too_large_is_a_problem_that_the_index_keeps,
    the_week_of_the_edge_cases_is_the_golden_one,
    the_same_tasks_and_time_give_the_same_bytes,
    every_open_task_is_in_the_week_once_and_every_bad_file_a_problem,
    an_empty_week_is_whole, a_name_that_git_has_for_something_else_is_a_problem,
    two_files_with_one_number_are_two_problems_and_both_stay,
    what_lies_beside_the_tasks_is_a_problem_or_counted,
    a_thousand_odd_names_are_kept_and_more_are_counted,
    two_problems_whose_names_look_the_same_are_told_apart,
    a_list_is_of_the_tasks_that_fit_all_that_was_asked,
    a_tag_fits_as_a_whole_whatever_the_case,
    a_search_looks_into_title_name_and_tags_whatever_the_case,
    a_search_that_is_no_utf8_finds_nothing)
