/*
 * codex-complete: POST /api/tasks/{id}/complete (http-api.md).
 */
#include "api/serve.h"
#include "api/write_reply.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/json.h"
#include "edit/edit.h"
#include "task/task.h"
#include "task/task_json.h"

static void
fill_completed(struct app *app, const struct request *request,
    const struct edit_result *result, struct reply *reply)
{
	struct buf *out = &reply->body;
	struct buf date = BUF_INIT;

	day_add(&date, result->done.date);
	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "id");
	json_add_strn(out, result->file.s, 4);
	json_key(out, "completedAt");
	json_open(out, '{');
	json_key(out, "datum");
	json_add_str(out, date.s);
	json_key(out, "zeit");
	json_add_str(out, task_time_word(result->done.time));
	json_close(out, '}');
	json_key(out, "changed");
	json_add_bool(out, result->changed);
	json_key(out, "etag");
	json_add_str(out, result->etag);
	write_reply_add_undo(out, result);
	write_reply_answer(app, request, result->file.s, result->etag, reply);
	buf_release(&date);
}

static int
complete_task(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct json_object *json = NULL;
	struct task_edit edit = {
	    .has_status = true,
	    .to = {.status = TASK_ABGESCHLOSSEN, .has_done = true},
	    .has_done = true,
	};
	const struct edit_change job = {
	    .user = request->user,
	    .id = request->id.s,
	    .if_match = request->if_match,
	    .edit = &edit,
	    .complete = true,
	};
	static const char *const known[] = {"datum", "zeit", NULL};
	int rc = json_parse(request->body.s, request->body.len, &json, err);

	if (rc == 0)
		rc = task_json_read_when(json, &edit.to.done, err);
	if (rc == 0)
		json_add_unknown(&reply->ignored, json, known, NULL);
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
