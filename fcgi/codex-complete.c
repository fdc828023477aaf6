/*
 * codex-complete: POST /api/tasks/{id}/complete (http-api.md).
 */
#include "api/serve.h"
#include "api/write_reply.h"
#include "base/buf.h"
#include "base/json.h"
#include "edit/edit.h"
#include "task/fields.h"
#include "task/task.h"
#include "task/task_json.h"
#include "task/taskset.h"

static void
fill_completed(struct app *app, const struct request *request,
    const struct edit_result *result, struct reply *reply)
{
	struct buf *out = &reply->body;

	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "id");
	json_add_strn(out, result->file.s, 4);
	json_key(out, "completedAt");
	task_json_add_when(out, &result->done);
	json_key(out, "changed");
	json_add_bool(out, result->changed);
	taskset_add_etag(out, result->etag);
	write_reply_add_undo(out, result);
	write_reply_answer(app, request, result->file.s, result->etag, reply);
}

static int
complete_task(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct json_object *json = NULL;
	struct task_edit edit = TASK_EDIT_INIT;
	const struct edit_change job = {
	    .user = request->user,
	    .id = request->id.s,
	    .if_match = request->if_match,
	    .edit = &edit,
	    .complete = true,
	};
	int rc = json_parse(request->body.s, request->body.len, &json, err);

	if (rc == 0)
		rc = fields_parse_complete(
		    json, NULL, &edit, &reply->ignored, err);
	if (rc == 0)
		rc = edit_change(app, &job, &result, err);
	if (rc == 0)
		fill_completed(app, request, &result, reply);
	json_object_put(json);
	edit_result_release(&result);
	return rc;
}

static const struct serve_route routes[] = {
    {"POST", "/api/tasks/{id}/complete", SERVE_USER | SERVE_WRITE,
	complete_task},
};

static const struct serve_program program = {
    .name = "codex-complete",
    .summary = "completes tasks",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
