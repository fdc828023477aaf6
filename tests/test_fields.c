/*
 * fields: every rule for what a client may say about a task.
 */
#include "t.h"
#include "task/fields.h"
#include "task/task_json.h"
#include "task/task_title.h"

static int
parse_len(const char *text, size_t len, struct task_edit *edit, struct err *err)
{
	struct json_object *json = NULL;
	int rc = json_parse(text, len, &json, err);

	*edit = (struct task_edit)TASK_EDIT_INIT;
	if (rc == 0)
		rc = fields_parse(json, edit, err);
	if (rc == 0 && fields_check_new(edit, err) == -1) {
		task_edit_release(edit);
		rc = -1;
	}
	json_object_put(json);
	return rc;
}

static void
parse(const char *text, struct task_edit *edit)
{
	struct err err = ERR_INIT;

	ck_assert_msg(parse_len(text, strlen(text), edit, &err) == 0, "%s: %s",
	    text, t_text(&err));
}

/* It is refused for that member, in words, and leaves an empty edit. */
static void
refuse(const char *text, const char *field)
{
	const struct task_edit empty = TASK_EDIT_INIT;
	struct task_edit edit;
	struct err err = ERR_INIT;

	ck_assert_msg(
	    parse_len(text, strlen(text), &edit, &err) == -1, "%s", text);
	ck_assert_int_eq(err.code, ERR_VALUE);
	ck_assert_msg(strcmp(err.field, field) == 0, "%s: %s, not %s", text,
	    err.field, field);
	ck_assert_uint_gt(strlen(t_text(&err)), 10);
	ck_assert_int_eq(memcmp(&edit, &empty, sizeof edit), 0);
}

START_TEST(an_empty_object_changes_nothing)
{
	const struct task_edit empty = TASK_EDIT_INIT;
	struct task_edit edit;

	parse("{}", &edit);
	ck_assert_int_eq(memcmp(&edit, &empty, sizeof edit), 0);
	parse("{\"id\":5,\"unknown\":[{\"status\":\"x\"}],\"Status\":1,"
	      "\"\":null}",
	    &edit);
	ck_assert_int_eq(memcmp(&edit, &empty, sizeof edit), 0);
}
END_TEST

START_TEST(all_members_together_are_taken)
{
	struct task_edit edit;

	parse("{\"kategorie\":\"privat\",\"status\":\"abgeschlossen\","
	      "\"tags\":[\"team\",\"Größe\"],\"deadline\":\"29.02.2028\","
	      "\"fixedSlot\":{\"datum\":\"05.12.2026\",\"zeit\":\"abends\"},"
	      "\"title\":\"  Brot: kaufen #1 \",\"body\":\"a\\r\\n\\tb\\n\"}",
	    &edit);
	ck_assert(edit.has_kind && edit.to.kind == TASK_PRIVAT);
	ck_assert(edit.has_status && edit.to.status == TASK_ABGESCHLOSSEN);
	ck_assert(!edit.has_done);
	ck_assert(edit.has_tags);
	ck_assert_uint_eq(edit.to.n_tags, 2);
	ck_assert_str_eq(edit.to.tags[1], "Größe");
	ck_assert(edit.has_deadline && edit.to.has_deadline);
	ck_assert_int_eq(edit.to.deadline.day, 29);
	ck_assert(edit.has_fixed && edit.to.has_fixed);
	ck_assert_int_eq(edit.to.fixed.date.month, 12);
	ck_assert_int_eq(edit.to.fixed.time, TASK_ABENDS);
	ck_assert(edit.has_title);
	ck_assert_str_eq(edit.title, "Brot: kaufen #1");
	ck_assert(edit.has_body);
	ck_assert_str_eq(edit.body, "a\r\n\tb\n");
	task_edit_release(&edit);
}
END_TEST

START_TEST(null_removes_what_can_be_removed)
{
	struct task_edit edit;

	parse("{\"tags\":null,\"deadline\":null,\"fixedSlot\":null,"
	      "\"title\":null,\"body\":null}",
	    &edit);
	ck_assert(edit.has_tags && edit.to.n_tags == 0);
	ck_assert(edit.has_deadline && !edit.to.has_deadline);
	ck_assert(edit.has_fixed && !edit.to.has_fixed);
	ck_assert(edit.has_title && edit.title == NULL);
	ck_assert(edit.has_body);
	ck_assert_str_eq(edit.body, "");
	ck_assert(!edit.has_kind && !edit.has_status);
	task_edit_release(&edit);

	parse("{\"tags\":[],\"body\":\"\"}", &edit);
	ck_assert(edit.has_tags && edit.to.n_tags == 0);
	ck_assert_str_eq(edit.body, "");
	task_edit_release(&edit);

	refuse("{\"kategorie\":null}", "kategorie");
	refuse("{\"status\":null}", "status");
}
END_TEST

START_TEST(what_is_open_again_was_not_completed)
{
	struct task_edit edit;

	parse("{\"status\":\"offen\"}", &edit);
	ck_assert(edit.has_status && edit.has_done && !edit.to.has_done);
	parse("{\"status\":\"abgebrochen\"}", &edit);
	ck_assert(edit.has_status && !edit.has_done);
}
END_TEST

START_TEST(a_wrong_type_is_refused_by_the_name_of_its_member)
{
	static const char *const members[] = {"kategorie", "status", "tags",
	    "deadline", "fixedSlot", "title", "body"};
	static const char *const values[] = {
	    "1", "1.5", "true", "false", "[]", "{}", "\"\"", "[[]]"};
	struct buf text = BUF_INIT;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(members); i++)
		for (k = 0; k < ARRAY_LEN(values); k++) {
			if ((strcmp(members[i], "tags") == 0 &&
				strcmp(values[k], "[]") == 0) ||
			    ((strcmp(members[i], "body") == 0 ||
				 strcmp(members[i], "status") == 0) &&
				strcmp(values[k], "\"\"") == 0))
				continue;
			buf_reset(&text);
			buf_addf(&text, "{\"%s\":%s}", members[i], values[k]);
			refuse(text.s, members[i]);
		}
	buf_release(&text);
}
END_TEST

START_TEST(an_unknown_word_is_refused)
{
	refuse("{\"kategorie\":\"Arbeit\"}", "kategorie");
	refuse("{\"kategorie\":\"arbeit \"}", "kategorie");
	refuse("{\"status\":\"erledigt\"}", "status");
	refuse("{\"status\":\"offen\\u0000\"}", "status");
}
END_TEST

START_TEST(a_deadline_is_a_real_date)
{
	static const char *const bad[] = {"31.11.2026", "29.02.2026",
	    "2026-12-05", "5.12.2026", "05.12.26", "00.01.2026", "01.13.2026",
	    "05.12.2026 ", " 05.12.2026", "05.12.2026T", "0x.12.2026",
	    "05.12.0000", "05.12.12026", "-5.12.2026", "morgen"};
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&text);
		buf_addf(&text, "{\"deadline\":\"%s\"}", bad[i]);
		refuse(text.s, "deadline");
	}
	buf_release(&text);
}
END_TEST

START_TEST(a_fixed_slot_needs_date_and_time)
{
	refuse("{\"fixedSlot\":{\"datum\":\"05.12.2026\"}}", "fixedSlot");
	refuse("{\"fixedSlot\":{\"zeit\":\"abends\"}}", "fixedSlot");
	refuse("{\"fixedSlot\":{\"datum\":null,\"zeit\":null}}", "fixedSlot");
	refuse("{\"fixedSlot\":{\"datum\":\"31.11.2026\",\"zeit\":\"abends\"}}",
	    "fixedSlot");
	refuse("{\"fixedSlot\":{\"datum\":\"05.12.2026\",\"zeit\":\"nachts\"}}",
	    "fixedSlot");
	refuse("{\"fixedSlot\":[{\"datum\":\"05.12.2026\"},"
	       "{\"zeit\":\"abends\"}]}",
	    "fixedSlot");
}
END_TEST

/* A list of n tags, each of len bytes. */
static void
tags_of(struct buf *text, size_t n, size_t len)
{
	size_t i, k;

	buf_reset(text);
	buf_adds(text, "{\"tags\":[");
	for (i = 0; i < n; i++) {
		buf_adds(text, i > 0 ? ",\"" : "\"");
		for (k = 0; k < len; k++)
			buf_addc(text, 'x');
		buf_addc(text, '"');
	}
	buf_adds(text, "]}");
}

START_TEST(there_are_32_tags_of_64_bytes_and_not_one_more)
{
	struct buf text = BUF_INIT;
	struct task_edit edit;

	tags_of(&text, 32, 64);
	parse(text.s, &edit);
	ck_assert_uint_eq(edit.to.n_tags, 32);
	ck_assert_uint_eq(strlen(edit.to.tags[31]), 64);
	task_edit_release(&edit);

	tags_of(&text, 33, 1);
	refuse(text.s, "tags");
	tags_of(&text, 1, 65);
	refuse(text.s, "tags");
	tags_of(&text, 1, 0);
	refuse(text.s, "tags");
	/* Bytes, not characters. */
	buf_reset(&text);
	buf_adds(&text, "{\"tags\":[\"x");
	while (text.len < 11 + 64)
		buf_adds(&text, "ä");
	buf_adds(&text, "\"]}");
	refuse(text.s, "tags");
	buf_release(&text);
}
END_TEST

/* The verdict on these tags for a file that has n of one byte, and a long one. */
static bool
may_have(size_t n, size_t of, size_t len)
{
	struct buf text = BUF_INIT, file = BUF_INIT;
	struct json_object *json = NULL;
	struct task_edit edit = TASK_EDIT_INIT;
	struct err err = ERR_INIT;
	bool may;
	size_t i;

	buf_adds(&file, "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n"
			"tags: ['',\n  ");
	for (i = 0; i < 65; i++)
		buf_addc(&file, 'x');
	for (i = 2; i < n; i++)
		buf_adds(&file, ",\n  x");
	buf_adds(&file, "]\n---\n");
	tags_of(&text, of, len);
	ck_assert_int_eq(json_parse(text.s, text.len, &json, &err), 0);
	ck_assert_int_eq(fields_parse(json, &edit, &err), 0);
	may = fields_check_change(&edit, "0001-A.md", &file, &err) == 0;
	ck_assert(
	    may || (err.code == ERR_VALUE && strcmp(err.field, "tags") == 0));
	json_object_put(json);
	task_edit_release(&edit);
	buf_release(&text);
	buf_release(&file);
	return may;
}

START_TEST(a_file_with_more_tags_than_allowed_may_lose_one)
{
	ck_assert(may_have(40, 39, 1));
	ck_assert(may_have(40, 40, 1));
	ck_assert(!may_have(40, 41, 1));
	ck_assert(may_have(2, 32, 1));
	ck_assert(!may_have(32, 33, 1));
}
END_TEST

START_TEST(a_tag_of_the_file_may_be_longer_than_allowed)
{
	ck_assert(may_have(40, 3, 65));
	ck_assert(may_have(40, 3, 0));
	ck_assert(!may_have(40, 3, 66));
}
END_TEST

START_TEST(every_tag_is_a_text)
{
	refuse("{\"tags\":[\"a\",1]}", "tags");
	refuse("{\"tags\":[null]}", "tags");
	refuse("{\"tags\":[[\"a\"]]}", "tags");
	refuse("{\"tags\":[{\"a\":\"b\"}]}", "tags");
	refuse("{\"tags\":{\"0\":\"a\"}}", "tags");
	refuse("{\"tags\":\"a, b\"}", "tags");
}
END_TEST

START_TEST(line_ends_controls_and_nul_are_refused_in_every_value_but_the_body)
{
	static const char *const shapes[][2] = {
	    {"{\"title\":\"a%sb\"}", "title"},
	    {"{\"tags\":[\"ok\",\"a%sb\"]}", "tags"},
	    {"{\"status\":\"offen%s\"}", "status"},
	    {"{\"kategorie\":\"%s\"}", "kategorie"},
	    {"{\"deadline\":\"05.12.2026%s\"}", "deadline"},
	};
	static const char *const controls[] = {"\\n", "\\r", "\\t", "\\u0000",
	    "\\u001b", "\\u007f", "\\u0085", "\\u009b", "\xc2\x85"};
	struct buf text = BUF_INIT;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(shapes); i++)
		for (k = 0; k < ARRAY_LEN(controls); k++) {
			const char *at = strstr(shapes[i][0], "%s");

			buf_set(
			    &text, shapes[i][0], (size_t)(at - shapes[i][0]));
			buf_adds(&text, controls[k]);
			buf_adds(&text, at + 2);
			refuse(text.s, shapes[i][1]);
		}
	refuse("{\"body\":\"a\\u0000b\"}", "body");
	buf_release(&text);
}
END_TEST

START_TEST(a_title_has_1_to_200_characters)
{
	struct buf text = BUF_INIT;
	struct task_edit edit;
	int i;

	buf_adds(&text, "{\"title\":\"");
	for (i = 0; i < TASK_TITLE_MAX; i++)
		buf_adds(&text, "ä");
	buf_adds(&text, "\"}");
	parse(text.s, &edit);
	ck_assert_uint_eq(strlen(edit.title), 2 * TASK_TITLE_MAX);
	task_edit_release(&edit);

	buf_splice(&text, strlen("{\"title\":\""), 0, "x", 1);
	refuse(text.s, "title");
	refuse("{\"title\":\"\"}", "title");
	refuse("{\"title\":\"   \"}", "title");
	buf_release(&text);
	refuse("{\"title\":\"\u2003\u3000\"}", "title");
	refuse("{\"title\":\"\u200b\"}", "title");
}
END_TEST

START_TEST(what_comes_before_a_bad_member_is_given_back)
{
	/* ASan watches: each of these has memory of its own by then. */
	refuse("{\"tags\":[\"a\"],\"title\":\"t\",\"body\":5}", "body");
	refuse("{\"tags\":[\"a\",\"b\",\"\"],\"body\":\"x\"}", "tags");
	refuse("{\"tags\":[\"a\"],\"deadline\":\"x\"}", "deadline");
}
END_TEST

START_TEST(what_is_no_object_is_no_task)
{
	static const char *const bad[] = {"[]", "null", "1", "\"x\"", "true",
	    "[{\"kategorie\":\"arbeit\"}]", "", "{", "{\"title\":\"\xff\"}"};
	struct task_edit edit;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_msg(
		    parse_len(bad[i], strlen(bad[i]), &edit, &err) == -1, "%s",
		    bad[i]);
		ck_assert_int_eq(err.code, ERR_JSON);
	}
}
END_TEST

START_TEST(bombs_of_json_are_refused)
{
	struct task_edit edit;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	int i;

	buf_adds(&text, "{\"tags\":");
	for (i = 0; i < 32; i++)
		buf_addc(&text, '[');
	for (i = 0; i < 32; i++)
		buf_addc(&text, ']');
	buf_addc(&text, '}');
	ck_assert_int_eq(parse_len(text.s, text.len, &edit, &err), -1);
	ck_assert_int_eq(err.code, ERR_JSON);

	/* 64 KiB of brackets, of commas, of one number. */
	buf_reset(&text);
	while (text.len < 65536)
		buf_adds(&text, "[{\"a\":");
	ck_assert_int_eq(parse_len(text.s, text.len, &edit, &err), -1);
	tags_of(&text, 13000, 1);
	refuse(text.s, "tags");
	buf_set(&text, "{\"title\":", 9);
	while (text.len < 65536)
		buf_addc(&text, '9');
	buf_adds(&text, "e999}");
	refuse(text.s, "title");
	buf_release(&text);
}
END_TEST

START_TEST(half_a_surrogate_pair_is_no_json)
{
	static const char *const halves[] = {"\\ud800", "a\\ud83d b", "\\udfaf",
	    "\\ud83c\\ud83c", "\\ud83c\\n", "\\ud83c\\u0041", "\\udfaf\\ud83c",
	    "\\ud83c", "\\\\\\uDC00"};
	struct task_edit edit;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(halves); i++) {
		buf_reset(&text);
		buf_addf(&text, "{\"title\":\"%s\"}", halves[i]);
		ck_assert_msg(parse_len(text.s, text.len, &edit, &err) == -1,
		    "%s", text.s);
		ck_assert_int_eq(err.code, ERR_JSON);
	}
	parse("{\"title\":\"\\\\ud800\",\"tags\":[\"\\uD83C\\udfaf\"]}", &edit);
	ck_assert_str_eq(edit.title, "\\ud800");
	ck_assert_str_eq(edit.to.tags[0], "🎯");
	task_edit_release(&edit);
	buf_release(&text);
}
END_TEST

START_TEST(an_empty_status_is_absent)
{
	const struct task_edit empty = TASK_EDIT_INIT;
	struct task_edit edit;

	parse("{\"status\":\"\"}", &edit);
	ck_assert_int_eq(memcmp(&edit, &empty, sizeof edit), 0);
}
END_TEST

START_TEST(a_time_of_the_day_is_taken_in_any_case)
{
	struct task_edit edit;

	parse("{\"fixedSlot\":{\"datum\":\"05.12.2026\",\"zeit\":\"Morgens\"}}",
	    &edit);
	ck_assert_int_eq(edit.to.fixed.time, TASK_MORGENS);
	parse("{\"fixedSlot\":{\"datum\":\"05.12.2026\",\"zeit\":\"ABENDS\"}}",
	    &edit);
	ck_assert_int_eq(edit.to.fixed.time, TASK_ABENDS);
}
END_TEST

/* What is told to be unknown, as a JSON array without its brackets. */
static void
expect_unknown(const char *text, const char *also, const char *want)
{
	struct json_object *json = NULL;
	struct buf ignored = BUF_INIT;
	struct err err = ERR_INIT;

	ck_assert_int_eq(json_parse(text, strlen(text), &json, &err), 0);
	fields_add_unknown(&ignored, json, also);
	ck_assert_str_eq(ignored.s, want);
	json_object_put(json);
	buf_release(&ignored);
}

START_TEST(unknown_members_are_named_and_known_ones_are_not)
{
	expect_unknown(
	    "{\"kategorie\":1,\"status\":1,\"tags\":1,\"deadline\":1,"
	    "\"fixedSlot\":{\"datum\":1,\"zeit\":1},\"title\":1,\"body\":1}",
	    NULL, "");
	expect_unknown("{\"Tags\":[],\"id\":null,\"\":1,\"a\\\"b\":2}", NULL,
	    "\"Tags\",\"id\",\"\",\"a\\\"b\"");
	expect_unknown("{\"id\":\"0001\",\"Id\":1}", "id", "\"Id\"");
	expect_unknown(
	    "{\"abgeschlossen_am\":null}", NULL, "\"abgeschlossen_am\"");
	expect_unknown("{\"fixedSlot\":{\"datum\":1,\"Zeit\":1}}", NULL,
	    "\"fixedSlot.Zeit\"");
	expect_unknown("[{\"Tags\":1}]", NULL, "");
}
END_TEST

START_TEST(equal_values_are_printed_the_same_however_they_were_spelled)
{
	static const char *const spelled[] = {
	    "{\"b\":[1,true,null,\"\\u00e4\"],\"a\":{\"y\":1,\"x\":\"\"}}",
	    " {\"a\" :{ \"x\":\"\",\"y\":1},\n\"b\":[1, true,null,\"ä\" ]}",
	    "{\"\\u0061\":{\"x\":\"\",\"y\":1},\"b\":[1,true,null,\"ä\"]}"};
	struct json_object *json;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(spelled); i++) {
		ck_assert_int_eq(
		    json_parse(spelled[i], strlen(spelled[i]), &json, &err), 0);
		buf_reset(&out);
		json_add_value(&out, json);
		ck_assert_str_eq(out.s, "{\"a\":{\"x\":\"\",\"y\":1},"
					"\"b\":[1,true,null,\"ä\"]}");
		json_object_put(json);
	}
	buf_release(&out);
}
END_TEST

static void
refuse_when(const char *text, const char *field)
{
	struct json_object *json = NULL;
	struct task_when when;
	struct err err = ERR_INIT;

	ck_assert_int_eq(json_parse(text, strlen(text), &json, &err), 0);
	ck_assert_msg(task_json_read_when(json, &when, &err) == -1, "%s", text);
	ck_assert_int_eq(err.code, ERR_VALUE);
	ck_assert_str_eq(err.field, field);
	json_object_put(json);
}

START_TEST(a_completion_needs_date_and_time)
{
	static const char good[] =
	    "{\"datum\":\"22.11.2026\",\"zeit\":\"morgens\",\"x\":1}";
	struct json_object *json = NULL;
	struct task_when when;
	struct err err = ERR_INIT;

	ck_assert_int_eq(json_parse(good, strlen(good), &json, &err), 0);
	ck_assert_int_eq(task_json_read_when(json, &when, &err), 0);
	ck_assert_int_eq(when.date.day, 22);
	ck_assert_int_eq(when.time, TASK_MORGENS);
	json_object_put(json);

	refuse_when("{}", "datum");
	refuse_when("[]", "datum");
	refuse_when("null", "datum");
	refuse_when("{\"datum\":\"22.11.2026\"}", "zeit");
	refuse_when("{\"zeit\":\"morgens\"}", "datum");
	refuse_when("{\"datum\":22,\"zeit\":\"morgens\"}", "datum");
	refuse_when("{\"datum\":\"22.11.2026\",\"zeit\":0}", "zeit");
	refuse_when("{\"datum\":\"22.11.2026\",\"zeit\":\"mittags\"}", "zeit");
	refuse_when("{\"datum\":\"31.09.2026\",\"zeit\":\"morgens\"}", "datum");
}
END_TEST

START_TEST(a_conflict_is_taken_one_way_or_the_other)
{
	static const char *const bad[] = {"{}", "{\"take\":\"Mine\"}",
	    "{\"take\":null}", "{\"take\":true}", "[]", "null"};
	struct buf body = BUF_INIT, ignored = BUF_INIT;
	struct err err = ERR_INIT;
	struct fields_take take;
	size_t i;

	buf_adds(&body, "{\"take\":\"mine\"}");
	ck_assert_int_eq(fields_read_take(&body, &take, &ignored, &err), 0);
	ck_assert(take.mine);
	ck_assert_str_eq(take.copy, "");
	buf_reset(&body);
	buf_adds(&body, "{\"take\":\"theirs\",\"x\":1}");
	ck_assert_int_eq(fields_read_take(&body, &take, &ignored, &err), 0);
	ck_assert(!take.mine);
	ck_assert_str_eq(ignored.s, "\"x\"");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&body);
		buf_adds(&body, bad[i]);
		ck_assert_int_eq(
		    fields_read_take(&body, &take, &ignored, &err), -1);
		ck_assert_int_eq(err.code, ERR_VALUE);
		ck_assert_str_eq(err.field, "take");
	}
	buf_reset(&body);
	ck_assert_int_eq(fields_read_take(&body, &take, &ignored, &err), -1);
	ck_assert_int_eq(err.code, ERR_JSON);
	buf_release(&body);
	buf_release(&ignored);
}
END_TEST

START_TEST(a_tick_has_a_line_and_a_state)
{
	static const char *const bad[] = {"{\"tick\":7}", "{\"tick\":null}",
	    "{\"tick\":{\"line\":7}}", "{\"tick\":{\"checked\":true}}",
	    "{\"tick\":{\"line\":0,\"checked\":true}}",
	    "{\"tick\":{\"line\":-7,\"checked\":true}}",
	    "{\"tick\":{\"line\":4294967303,\"checked\":true}}",
	    "{\"tick\":{\"line\":\"7\",\"checked\":true}}",
	    "{\"tick\":{\"line\":7,\"checked\":1}}"};
	struct buf body = BUF_INIT, ignored = BUF_INIT;
	struct err err = ERR_INIT;
	struct fields_change change = FIELDS_CHANGE_INIT;
	size_t i;

	buf_adds(&body, "{\"tags\":[]}");
	ck_assert_int_eq(fields_read_change(&body, &change, &ignored, &err), 0);
	ck_assert(!change.is_tick && change.edit.has_tags);
	ck_assert_str_eq(ignored.s, "");
	buf_reset(&body);
	buf_adds(&body, "{\"tick\":{\"line\":7,\"checked\":true,\"x\":1},"
			"\"tags\":[]}");
	ck_assert_int_eq(fields_read_change(&body, &change, &ignored, &err), 0);
	ck_assert_uint_eq(change.tick.line, 7);
	ck_assert(change.is_tick);
	ck_assert(change.tick.checked);
	ck_assert_str_eq(ignored.s, "\"tags\",\"tick.x\"");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&body);
		buf_adds(&body, bad[i]);
		ck_assert_int_eq(
		    fields_read_change(&body, &change, &ignored, &err), -1);
		ck_assert_str_eq(err.field, "tick");
	}
	buf_reset(&body);
	ck_assert_int_eq(
	    fields_read_change(&body, &change, &ignored, &err), -1);
	ck_assert_int_eq(err.code, ERR_JSON);
	fields_change_release(&change);
	buf_release(&body);
	buf_release(&ignored);
}
END_TEST

START_TEST(an_undo_is_a_piece_of_a_file)
{
	static const char *const bad[] = {"{\"undo\":null}", "{\"undo\":{}}",
	    "{\"undo\":{\"at\":-1,\"cut\":0,\"text\":\"\"}}",
	    "{\"undo\":{\"at\":0,\"cut\":-1,\"text\":\"\"}}",
	    "{\"undo\":{\"at\":0,\"cut\":0}}",
	    "{\"undo\":{\"at\":\"0\",\"cut\":0,\"text\":\"\"}}"};
	struct buf body = BUF_INIT, ignored = BUF_INIT;
	struct err err = ERR_INIT;
	struct fields_change change = FIELDS_CHANGE_INIT;
	size_t i;

	buf_adds(&body, "{\"undo\":{\"at\":7,\"cut\":9,\"text\":\"\\u0000ä\"},"
			"\"tags\":[]}");
	ck_assert_int_eq(fields_read_change(&body, &change, &ignored, &err), 0);
	ck_assert(change.is_undo);
	ck_assert_uint_eq(change.undo.at, 7);
	ck_assert_uint_eq(change.undo.cut, 9);
	ck_assert_uint_eq(change.undo.text.len, 3);
	ck_assert_mem_eq(change.undo.text.s, "\0ä", 3);
	ck_assert_str_eq(ignored.s, "\"tags\"");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&body);
		buf_adds(&body, bad[i]);
		ck_assert_int_eq(
		    fields_read_change(&body, &change, &ignored, &err), -1);
		ck_assert_str_eq(err.field, "undo");
	}
	fields_change_release(&change);
	buf_release(&body);
	buf_release(&ignored);
}
END_TEST

START_TEST(which_conflict_is_told_by_the_hash_of_its_copy)
{
	static const char *const bad[] = {
	    "\"\"", "\"ab\"", "7", "\"../../../../../../../x\""};
	char hash[ENC_HASH_LEN + 1];
	struct buf body = BUF_INIT, ignored = BUF_INIT;
	struct err err = ERR_INIT;
	struct fields_take take;
	size_t i;

	enc_hash("x", 1, hash);
	buf_addf(&body, "{\"take\":\"mine\",\"copy\":\"%s\"}", hash);
	ck_assert_int_eq(fields_read_take(&body, &take, &ignored, &err), 0);
	ck_assert_str_eq(take.copy, hash);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&body);
		buf_addf(&body, "{\"take\":\"mine\",\"copy\":%s}", bad[i]);
		ck_assert_int_eq(
		    fields_read_take(&body, &take, &ignored, &err), -1);
		ck_assert_str_eq(err.field, "copy");
	}
	buf_release(&body);
}
END_TEST

T_MAIN("fields", an_empty_object_changes_nothing,
    all_members_together_are_taken, null_removes_what_can_be_removed,
    what_is_open_again_was_not_completed,
    a_wrong_type_is_refused_by_the_name_of_its_member,
    an_unknown_word_is_refused, a_deadline_is_a_real_date,
    a_fixed_slot_needs_date_and_time,
    there_are_32_tags_of_64_bytes_and_not_one_more,
    a_file_with_more_tags_than_allowed_may_lose_one,
    a_tag_of_the_file_may_be_longer_than_allowed, every_tag_is_a_text,
    line_ends_controls_and_nul_are_refused_in_every_value_but_the_body,
    a_title_has_1_to_200_characters,
    what_comes_before_a_bad_member_is_given_back, what_is_no_object_is_no_task,
    bombs_of_json_are_refused, half_a_surrogate_pair_is_no_json,
    an_empty_status_is_absent, a_time_of_the_day_is_taken_in_any_case,
    unknown_members_are_named_and_known_ones_are_not,
    equal_values_are_printed_the_same_however_they_were_spelled,
    a_completion_needs_date_and_time, a_conflict_is_taken_one_way_or_the_other,
    a_tick_has_a_line_and_a_state, an_undo_is_a_piece_of_a_file,
    which_conflict_is_told_by_the_hash_of_its_copy)
