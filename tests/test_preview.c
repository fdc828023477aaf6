/*
 * What a preview says of a write, against that write: http-api.md, "POST
 * /api/preview".
 */
#include "base/day.h"
#include "base/json.h"
#include "edit/create.h"
#include "edit/edit.h"
#include "edit/mirror.h"
#include "edit/preview.h"
#include "t.h"
#include "task/fields.h"
#include "week/moves.h"
#include "world.h"

#define USER  "ada"
#define TASKS 14

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void
list_places(struct host *h, struct week_places *out)
{
	struct mirror mirror = MIRROR_INIT;
	struct err err = ERR_INIT;
	struct week week;

	ok(mirror_load(&h->app, USER, &mirror, &err), &err);
	week = mirror_week(&h->app, USER, &mirror, app_now(&h->app));
	week_list_places(&week, out);
	mirror_release(&mirror);
}

/* Append the member `moves` of the preview as text; fail as that does. */
static int
preview_moves(struct host *h, const struct buf *request, const char *if_match,
    struct buf *out, struct err *err)
{
	const struct preview_job job = {
	    .user = USER, .if_match = if_match, .request = request};
	struct buf body = BUF_INIT, ignored = BUF_INIT;
	struct json_object *json = NULL;
	int rc = preview_week(&h->app, &job, &body, &ignored, err);

	if (rc == 0) {
		ck_assert_str_eq(ignored.s, "");
		json_close(&body, '}');
		ok(json_parse(body.s, body.len, &json, err), err);
		buf_adds(out, json_object_to_json_string_ext(
				  json_get(json, "moves", json_type_array),
				  JSON_C_TO_STRING_PLAIN));
		json_object_put(json);
	}
	buf_release(&body);
	buf_release(&ignored);
	return rc;
}

/* A write, as a request says it. */
struct write {
	enum { CREATE, CHANGE, COMPLETE, UNDO } kind;
	char id[5];
	struct buf body; /* what the write's own address takes */
	char if_match[ENC_HASH_LEN + 3];
};

/* The request of the preview: the same body, and what it is about. */
static void
add_preview(struct buf *out, const struct write *w)
{
	if (w->kind == CREATE)
		buf_adds(out, w->body.s);
	else if (w->kind == COMPLETE)
		buf_addf(
		    out, "{\"id\":\"%s\",\"complete\":%s}", w->id, w->body.s);
	else
		buf_addf(out, "{\"id\":\"%s\",%s", w->id, w->body.s + 1);
}

static void
do_create(struct host *h, const struct write *w)
{
	struct create_result made = CREATE_RESULT_INIT;
	struct task_edit edit = TASK_EDIT_INIT;
	const struct create create = {.user = USER, .edit = &edit};
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	ok(json_parse(w->body.s, w->body.len, &json, &err), &err);
	ok(fields_parse(json, &edit, &err), &err);
	ok(create_task(&h->app, &create, &made, &err), &err);
	create_result_release(&made);
	task_edit_release(&edit);
	json_object_put(json);
}

static int
do_change(struct host *h, const struct write *w, struct edit_result *result,
    struct err *err)
{
	struct fields_change fields = FIELDS_CHANGE_INIT;
	struct buf ignored = BUF_INIT;
	struct json_object *json = NULL;
	struct edit_change change = {
	    .user = USER,
	    .id = w->id,
	    .if_match = w->kind == UNDO ? w->if_match : NULL,
	    .edit = &fields.edit,
	    .complete = w->kind == COMPLETE,
	};
	int rc;

	ok(json_parse(w->body.s, w->body.len, &json, err), err);
	if (w->kind == COMPLETE)
		ok(fields_parse_complete(
		       json, NULL, &fields.edit, &ignored, err),
		    err);
	else
		ok(fields_parse_change(json, NULL, &fields, &ignored, err),
		    err);
	change.undo = fields.is_undo ? &fields.undo : NULL;
	rc = edit_change(&h->app, &change, result, err);
	fields_change_release(&fields);
	buf_release(&ignored);
	json_object_put(json);
	return rc;
}

/* Make a write of any kind; an undo takes back what `last` did. */
static void
make_write(struct write *w, uint32_t *seed, const struct edit_result *last)
{
	static const char *const patches[] = {"{\"fixedSlot\":null}",
	    "{\"kategorie\":\"privat\"}", "{\"kategorie\":\"arbeit\"}",
	    "{\"status\":\"abgebrochen\"}", "{\"status\":\"offen\"}",
	    "{\"title\":\"Anders\"}"};
	static const char *const times[] = {"morgens", "nachmittags", "abends"};
	char slot[64];

	snprintf(slot, sizeof slot,
	    "{\"datum\":\"%d.11.2026\",\"zeit\":\"%s\"}",
	    22 + (int)(next(seed) % 9), times[next(seed) % 3]);
	snprintf(w->id, sizeof w->id, "%04u", next(seed) % TASKS);
	buf_reset(&w->body);
	w->kind = next(seed) % 8 == 0 ? CREATE : CHANGE;
	switch (w->kind == CREATE ? 3 : next(seed) % 8) {
	case 0:
	case 1:
		buf_adds(&w->body, patches[next(seed) % ARRAY_LEN(patches)]);
		break;
	case 2:
		w->kind = COMPLETE;
		buf_adds(&w->body, slot);
		break;
	case 3:
		buf_addf(&w->body,
		    "{\"kategorie\":\"arbeit\",\"title\":\"Neu\","
		    "\"fixedSlot\":%s}",
		    slot);
		break;
	case 4:
		if (last->file.len > 0 &&
		    last->undo.cut + last->undo.text.len > 0) {
			w->kind = UNDO;
			snprintf(w->id, sizeof w->id, "%.4s", last->file.s);
			snprintf(w->if_match, sizeof w->if_match, "\"%s\"",
			    last->etag);
			buf_addf(&w->body,
			    "{\"undo\":{\"at\":%zu,\"cut\":%zu,\"text\":",
			    last->undo.at, last->undo.cut);
			json_add_strn(
			    &w->body, last->undo.text.s, last->undo.text.len);
			buf_adds(&w->body, "}}");
			break;
		}
		/* fall through */
	default:
		buf_addf(&w->body, "{\"fixedSlot\":%s}", slot);
	}
}

static void
fill_tasks(struct host *h)
{
	struct buf key = BUF_INIT, file = BUF_INIT;
	unsigned i;

	for (i = 0; i < TASKS; i++) {
		buf_reset(&key);
		buf_reset(&file);
		buf_addf(&key, "raw/ada/tasks/%04u-Alt.md", i);
		buf_addf(&file,
		    "---\ntyp: task\nkategorie: %s\nstatus: offen\n---\n",
		    i % 4 == 0 ? "privat" : "arbeit");
		host_put(h, key.s, file.s);
	}
	buf_release(&key);
	buf_release(&file);
}

START_TEST(a_preview_says_what_each_kind_of_write_moves)
{
	struct week_places before = WEEK_PLACES_INIT, after = WEEK_PLACES_INIT;
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf request = BUF_INIT, said = BUF_INIT, seen = BUF_INIT;
	struct write w = {.body = BUF_INIT};
	unsigned i, n_moves = 0, n_kinds[4] = {0};
	uint32_t seed = 20261123;
	struct host h;
	struct err err;

	host_open(&h, "a");
	fill_tasks(&h);
	for (i = 0; i < 250; i++) {
		err = (struct err)ERR_INIT;
		make_write(&w, &seed, &result);
		buf_reset(&request);
		buf_reset(&said);
		buf_reset(&seen);
		add_preview(&request, &w);
		list_places(&h, &before);
		ok(preview_moves(&h, &request,
		       w.kind == UNDO ? w.if_match : NULL, &said, &err),
		    &err);
		if (w.kind == CREATE)
			do_create(&h, &w);
		else
			ok(do_change(&h, &w, &result, &err), &err);
		list_places(&h, &after);
		moves_add(&seen, &before, &after);
		ck_assert_msg(buf_eq(&said, &seen), "%u %s: %s, and not %s", i,
		    request.s, said.s, seen.s);
		n_moves += strcmp(said.s, "[]") != 0;
		n_kinds[w.kind]++;
		week_places_release(&before);
		week_places_release(&after);
	}
	ck_assert_uint_gt(n_moves, 80);
	for (i = 0; i < 4; i++)
		ck_assert_uint_gt(n_kinds[i], 10);
	edit_result_release(&result);
	buf_release(&request);
	buf_release(&said);
	buf_release(&seen);
	buf_release(&w.body);
	host_close(&h);
}
END_TEST

static void
check_moves(struct host *h, const char *request, const char *moves)
{
	struct buf text = BUF_INIT, said = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&text, request);
	ok(preview_moves(h, &text, NULL, &said, &err), &err);
	ck_assert_str_eq(said.s, moves);
	buf_release(&text);
	buf_release(&said);
}

#define MONDAY(time) "{\"datum\":\"23.11.2026\",\"zeit\":\"" time "\"}"
#define MOVE(n, from, to)                                                      \
	"{\"id\":\"000" n "\",\"file\":\"000" n "-Alt.md\",\"from\":" from     \
	",\"to\":" to "}"

START_TEST(a_move_has_the_slot_before_and_after_or_null)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-Alt.md",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n");
	check_moves(&h, "{\"id\":\"0001\"}", "[]");
	check_moves(&h, "{\"id\":\"0001\",\"complete\":" MONDAY("Abends") "}",
	    "[" MOVE("1", MONDAY("morgens"), "null") "]");
	check_moves(&h, "{\"id\":\"0001-Alt\",\"status\":\"abgebrochen\"}",
	    "[" MOVE("1", MONDAY("morgens"), "null") "]");
	check_moves(&h, "{\"id\":\"0001\",\"fixedSlot\":" MONDAY("abends") "}",
	    "[" MOVE("1", MONDAY("morgens"), MONDAY("abends")) "]");
	check_moves(&h,
	    "{\"kategorie\":\"arbeit\",\"fixedSlot\":" MONDAY("morgens") "}",
	    "[" MOVE("1", MONDAY("morgens"),
		MONDAY("nachmittags")) ",{\"id\":"
				       "\"0002\","
				       "\"file\":"
				       "\"0002."
				       "md\","
				       "\"from\":"
				       "null,"
				       "\"to\""
				       ":" MONDAY("morgen"
						  "s") "}"
						       "]");
	host_close(&h);
}
END_TEST

static enum err_code
refuse_preview(struct host *h, const char *request, const char *if_match)
{
	struct buf text = BUF_INIT, said = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&text, request);
	if (preview_moves(h, &text, if_match, &said, &err) == 0)
		err.code = ERR_NONE;
	buf_release(&text);
	buf_release(&said);
	return err.code;
}

START_TEST(a_preview_is_refused_as_the_write_would_be)
{
#define TICK "{\"id\":\"0001\",\"tick\":{\"line\":6,\"checked\":true}}"
	struct host h;

	host_open(&h, "a");
	host_put(&h, "raw/ada/tasks/0001-Alt.md",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n- [ ] a\n");
	ck_assert_int_eq(refuse_preview(&h, TICK, NULL), ERR_NO_MATCH);
	ck_assert_int_eq(refuse_preview(&h, TICK, "\"abc\""), ERR_MODIFIED);
	ck_assert_int_eq(refuse_preview(&h, TICK, "*"), ERR_NONE);
	ck_assert_int_eq(
	    refuse_preview(&h, "{\"id\":\"0001\",\"title\":\"x\"}", "\"abc\""),
	    ERR_MODIFIED);
	ck_assert_int_eq(
	    refuse_preview(&h, "{\"id\":\"0001\",\"complete\":{}}", NULL),
	    ERR_VALUE);
	ck_assert_int_eq(
	    refuse_preview(&h, "{\"id\":\"0001\",\"complete\":true}", NULL),
	    ERR_VALUE);
	ck_assert_int_eq(
	    refuse_preview(&h, "{\"id\":\"0002\",\"title\":\"x\"}", NULL),
	    ERR_NOT_FOUND);
	ck_assert_int_eq(refuse_preview(&h, "{\"id\":7}", NULL), ERR_VALUE);
	ck_assert_int_eq(refuse_preview(&h, "[]", NULL), ERR_JSON);
	host_close(&h);
}
END_TEST

T_MAIN("preview", a_preview_says_what_each_kind_of_write_moves,
    a_move_has_the_slot_before_and_after_or_null,
    a_preview_is_refused_as_the_write_would_be)
