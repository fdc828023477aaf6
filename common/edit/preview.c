#include "edit/preview.h"

#include "app/numbers.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "edit/create.h"
#include "edit/edit.h"
#include "edit/mirror.h"
#include "store/names.h"
#include "task/fields.h"
#include "task/task.h"
#include "task/task_print.h"
#include "task/taskset.h"
#include "week/moves.h"
#include "week/week.h"

/* A request, read: a change of the task `id`, or without one a creation. */
struct wanted {
	const char *id; /* borrowed from the JSON */
	struct fields_change fields;
	struct edit_change change;
};

/* Put the file as the change would leave it into the mirror in memory. */
static int
preview_change(struct app *app, struct wanted *want, struct mirror *mirror,
    struct err *err)
{
	struct edit_found found = EDIT_FOUND_INIT;
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf bytes = BUF_INIT;
	int rc = edit_find(app, want->change.user, want->id, &found, err);

	if (rc == 0) {
		buf_move(&result.file, &found.file);
		rc = edit_make(
		    &want->change, &found.bytes, &result, &bytes, err);
	}
	if (rc == 0)
		taskset_put(
		    &mirror->set, result.file.s, "", bytes.s, bytes.len);
	buf_release(&bytes);
	edit_result_release(&result);
	edit_found_release(&found);
	return rc;
}

/* Put the file that the edit would create into the mirror in memory. */
static int
preview_creation(
    const struct task_edit *edit, struct mirror *mirror, struct err *err)
{
	struct buf bytes = BUF_INIT, title = BUF_INIT, file = BUF_INIT;
	unsigned number = numbers_next(&mirror->numbers);

	if (!edit->has_kind)
		return err_field(err, "kategorie", MSG_KIND_MISSING);
	if (fields_check_new(edit, err) == -1)
		return -1;
	if (number == NAMES_NUMBER_END)
		return err_set(err, ERR_NUMBERS, MSG_NUMBERS_USED_UP);
	task_print(&bytes, edit);
	create_title(&title, edit, &bytes);
	names_make_file(&file, number, title.s);
	numbers_note(&mirror->numbers, number);
	taskset_put(&mirror->set, file.s, "", bytes.s, bytes.len);
	buf_release(&bytes);
	buf_release(&title);
	buf_release(&file);
	return 0;
}

/* Print the week of the mirror as it is now, and what has moved. */
static void
print_moved_week(
    struct buf *out, const struct week *week, const struct week_places *before)
{
	struct week_places after = WEEK_PLACES_INIT;
	int64_t valid_until;

	week_print(out, week, &valid_until);
	week_list_places(week, &after);
	json_reopen(out);
	json_key(out, "moves");
	moves_add(out, before, &after);
	week_places_release(&after);
}

static int
print_preview(
    struct app *app, struct wanted *want, struct buf *out, struct err *err)
{
	const char *user = want->change.user;
	struct week_places before = WEEK_PLACES_INIT;
	struct mirror mirror = MIRROR_INIT;
	const int64_t now = app_now(app);
	struct week week;
	int rc = mirror_load(app, user, &mirror, err);

	if (rc == 0) {
		week = mirror_week(app, user, &mirror, now);
		week_list_places(&week, &before);
		rc = want->id != NULL
			 ? preview_change(app, want, &mirror, err)
			 : preview_creation(&want->fields.edit, &mirror, err);
	}
	if (rc == 0) {
		/* With the next number as it is now. */
		week = mirror_week(app, user, &mirror, now);
		print_moved_week(out, &week, &before);
	}
	week_places_release(&before);
	mirror_release(&mirror);
	return rc;
}

static int
refuse_id(struct err *err)
{
	err_field(err, "id", MSG_FIELD_NO_TEXT);
	return err_value(err, "%s", "id");
}

static int
read_creation(struct json_object *json, struct wanted *want,
    struct buf *ignored, struct err *err)
{
	fields_drop_absent(json);
	if (fields_parse(json, &want->fields.edit, err) == -1)
		return -1;
	fields_add_unknown(ignored, json, "id");
	return 0;
}

static int
read_completion(struct json_object *json, struct wanted *want,
    struct buf *ignored, struct err *err)
{
	static const char *const known[] = {"id", "complete", NULL};

	want->change.complete = true;
	json_add_unknown(ignored, json, known, NULL);
	return fields_parse_complete(
	    json_get(json, "complete", json_type_object), "complete",
	    &want->fields.edit, ignored, err);
}

static int
read_wanted(struct json_object *json, struct wanted *want, struct buf *ignored,
    struct err *err)
{
	struct fields_change *fields = &want->fields;

	want->change.edit = &fields->edit;
	if (json_object_object_get(json, "id") == NULL)
		return read_creation(json, want, ignored, err);
	want->change.id = want->id = json_get_str(json, "id");
	if (want->id == NULL)
		return refuse_id(err);
	if (json_object_object_get_ex(json, "complete", NULL))
		return read_completion(json, want, ignored, err);
	if (fields_parse_change(json, "id", fields, ignored, err) == -1)
		return -1;
	want->change.tick = fields->is_tick ? &fields->tick : NULL;
	want->change.undo = fields->is_undo ? &fields->undo : NULL;
	return 0;
}

int
preview_week(struct app *app, const struct preview_job *job, struct buf *out,
    struct buf *ignored, struct err *err)
{
	struct wanted want = {
	    .fields = FIELDS_CHANGE_INIT,
	    .change = {.user = job->user, .if_match = job->if_match},
	};
	struct json_object *json = NULL;
	struct buf unknown = BUF_INIT;
	int rc = json_parse(job->request->s, job->request->len, &json, err);

	if (rc == 0)
		rc = read_wanted(json, &want, &unknown, err);
	if (rc == 0)
		rc = print_preview(app, &want, out, err);
	if (rc == 0)
		buf_move(ignored, &unknown);
	fields_change_release(&want.fields);
	buf_release(&unknown);
	json_object_put(json);
	return rc;
}
