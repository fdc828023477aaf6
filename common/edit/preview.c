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
#include "task/task_splice.h"
#include "task/taskset.h"
#include "week/week.h"

/* Put the file as the edit would leave it into the mirror in memory. */
static int
preview_change(struct app *app, const char *user, const char *id,
    const struct task_edit *edit, struct mirror *mirror, struct err *err)
{
	struct edit_found found = EDIT_FOUND_INIT;
	struct buf bytes = BUF_INIT;
	int rc = edit_find(app, user, id, &found, err);

	if (rc == 0)
		rc = fields_check_change(edit, found.file.s, &found.bytes, err);
	if (rc == 0)
		rc = task_splice(found.file.s, found.bytes.s, found.bytes.len,
		    edit, &bytes, err);
	if (rc == 0)
		taskset_put(&mirror->set, found.file.s, "", bytes.s, bytes.len);
	buf_release(&bytes);
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

static int
print_preview(struct app *app, const char *user, const char *id,
    const struct task_edit *edit, struct buf *out, struct err *err)
{
	struct mirror mirror = MIRROR_INIT;
	struct week week;
	int64_t valid_until;
	int rc = mirror_load(app, user, &mirror, err);

	if (rc == 0)
		rc = id != NULL
			 ? preview_change(app, user, id, edit, &mirror, err)
			 : preview_creation(edit, &mirror, err);
	if (rc == 0) {
		week = mirror_week(app, user, &mirror, app_now(app));
		week_print(out, &week, &valid_until);
		json_reopen(out);
	}
	mirror_release(&mirror);
	return rc;
}

int
preview_week(struct app *app, const char *user, const struct buf *request,
    struct buf *out, struct buf *ignored, struct err *err)
{
	struct task_edit edit = TASK_EDIT_INIT;
	struct json_object *json = NULL;
	const char *id = NULL;
	int rc = json_parse(request->s, request->len, &json, err);

	if (rc == 0)
		id = json_get_str(json, "id");
	if (rc == 0 && id == NULL &&
	    json_object_object_get(json, "id") != NULL) {
		err_field(err, "id", MSG_FIELD_NO_TEXT);
		rc = err_value(err, "%s", "id");
	}
	if (rc == 0 && id == NULL)
		fields_drop_absent(json);
	if (rc == 0)
		rc = fields_parse(json, &edit, err);
	if (rc == 0)
		rc = print_preview(app, user, id, &edit, out, err);
	if (rc == 0)
		fields_add_unknown(ignored, json, "id");
	task_edit_release(&edit);
	json_object_put(json);
	return rc;
}
