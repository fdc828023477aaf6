/*
 * codex-update: PUT, PATCH and DELETE /api/tasks/{id}, POST .../resolve, POST
 * /api/preview (http-api.md).
 */
#include "api/serve.h"
#include "api/write_reply.h"
#include "base/json.h"
#include "edit/edit.h"
#include "edit/preview.h"
#include "edit/resolve.h"
#include "task/fields.h"
#include "task/task.h"
#include "web/reply.h"

static int
change_task(struct app *app, const struct request *request,
    struct edit_change *job, struct reply *reply, struct err *err)
{
	struct edit_result result = EDIT_RESULT_INIT;
	int rc;

	job->user = request->user;
	job->id = request->id.s;
	job->if_match = request->if_match;
	rc = edit_change(app, job, &result, err);

	if (rc == 0)
		write_reply_edit(app, request, &result, reply);
	edit_result_release(&result);
	return rc;
}

static int
update_task(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct fields_change change = FIELDS_CHANGE_INIT;
	struct edit_change job = {.edit = &change.edit};
	int rc =
	    fields_read_change(&request->body, &change, &reply->ignored, err);

	if (rc == 0) {
		job.tick = change.is_tick ? &change.tick : NULL;
		job.undo = change.is_undo ? &change.undo : NULL;
		rc = change_task(app, request, &job, reply, err);
	}
	fields_change_release(&change);
	return rc;
}

/* Nothing is ever deleted: the task is called off. */
static int
cancel_task(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct task_edit edit = {
	    .has_status = true,
	    .to = {.status = TASK_ABGEBROCHEN},
	};
	struct edit_change job = {.edit = &edit};

	return change_task(app, request, &job, reply, err);
}

static int
resolve_task(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct edit_result result = EDIT_RESULT_INIT;
	struct fields_take take;
	struct resolve job = {
	    .user = request->user,
	    .id = request->id.s,
	    .if_match = request->if_match,
	    .copy = take.copy,
	};
	int rc = fields_read_take(&request->body, &take, &reply->ignored, err);

	if (rc == 0) {
		job.mine = take.mine;
		rc = resolve_conflict(app, &job, &result, err);
	}
	if (rc == 0)
		write_reply_edit(app, request, &result, reply);
	edit_result_release(&result);
	return rc;
}

static int
preview_edit(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct preview_job job = {
	    .user = request->user,
	    .if_match = request->if_match,
	    .request = &request->body,
	};
	if (preview_week(app, &job, &reply->body, &reply->ignored, err) == -1)
		return -1;
	reply_add_ignored(reply);
	json_close(&reply->body, '}');
	return 0;
}

#define WRITE (SERVE_USER | SERVE_WRITE)

static const struct serve_route routes[] = {
    {"GET", "/api/tasks/{id}", SERVE_OPEN, NULL},
    {"PUT", "/api/tasks/{id}", WRITE, update_task},
    {"PATCH", "/api/tasks/{id}", WRITE, update_task},
    {"DELETE", "/api/tasks/{id}", WRITE, cancel_task},
    {"POST", "/api/tasks/{id}/resolve", WRITE, resolve_task},
    {"POST", "/api/preview", WRITE | SERVE_STORED, preview_edit},
};

static const struct serve_program program = {
    .name = "codex-update",
    .summary = "changes tasks, resolves conflicts, shows what an edit does",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
