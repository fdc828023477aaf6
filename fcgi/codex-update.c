/*
 * codex-update: PUT, PATCH and DELETE /api/tasks/{id}, POST /api/preview
 * (API.md).
 */
#include "edit.h"
#include "fields.h"
#include "json.h"
#include "preview.h"
#include "serve.h"

static int
change(struct app *app, const struct request *request,
    const struct task_edit *edit, struct reply *reply, struct err *err)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct buf *out = &reply->body;
	const struct edit_change job = {
	    .user = request->user,
	    .id = request->id.s,
	    .if_match = request->if_match,
	    .edit = edit,
	};
	int rc = edit_change(app, &job, &result, err);

	if (rc == 0) {
		json_open(out, '{');
		json_key(out, "ok");
		json_add_bool(out, true);
		json_key(out, "id");
		json_add_strn(out, result.file.s, 4);
		json_key(out, "file");
		json_add_str(out, result.file.s);
		json_key(out, "etag");
		json_add_str(out, result.etag);
		json_key(out, "changed");
		json_add_bool(out, result.changed);
		json_key(out, "gitPushed");
		json_add_bool(out, false);
		json_close(out, '}');
	}
	edit_result_release(&result);
	return rc;
}

static int
update(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct task_edit edit = TASK_EDIT_INIT;
	int rc = fields_read(&request->body, &edit, err);

	if (rc == 0)
		rc = change(app, request, &edit, reply, err);
	task_edit_release(&edit);
	return rc;
}

/* Nothing is ever deleted: the task is called off. */
static int
cancel(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct task_edit edit = {
	    .has_status = true,
	    .status = TASK_ABGEBROCHEN,
	};

	return change(app, request, &edit, reply, err);
}

/* A member `id` makes it the preview of an update. */
static int
preview(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct task_edit edit = TASK_EDIT_INIT;
	struct json_object *json = NULL;
	const char *id = NULL;
	int rc = json_parse(request->body.s, request->body.len, &json, err);

	if (rc == 0)
		id = json_get_str(json, "id");
	if (rc == 0 && id == NULL && json_object_object_get(json, "id") != NULL)
		rc = err_field(err, "id", "id muss ein Text sein.");
	if (rc == 0 && id == NULL)
		fields_drop_nulls(json);
	if (rc == 0)
		rc = fields_parse(json, &edit, err);
	if (rc == 0)
		rc = preview_week(
		    app, request->user, id, &edit, &reply->body, err);
	task_edit_release(&edit);
	json_object_put(json);
	return rc;
}

#define WRITE (SERVE_USER | SERVE_WRITE)

static const struct serve_route routes[] = {
    {"GET", "/api/tasks/{id}", SERVE_OPEN, NULL},
    {"PUT", "/api/tasks/{id}", WRITE, update},
    {"PATCH", "/api/tasks/{id}", WRITE, update},
    {"DELETE", "/api/tasks/{id}", WRITE, cancel},
    {"POST", "/api/preview", WRITE, preview},
};

static const struct serve_program program = {
    .name = "codex-update",
    .summary = "changes tasks and shows what a change would do",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
