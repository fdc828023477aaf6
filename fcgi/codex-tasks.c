/*
 * codex-tasks: GET /api/tasks, /api/tasks/{id} and /api/sync (http-api.md).
 */
#include "api/lists.h"
#include "api/serve.h"
#include "api/status.h"
#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "edit/mirror.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "week/ledger.h"
#include "week/problems.h"
#include "week/week.h"

static int
show_all(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct lists_query q = LISTS_QUERY_INIT;
	struct mirror mirror = MIRROR_INIT;
	struct week week;
	int rc = lists_parse(request, &q, err);

	if (rc == 0)
		rc = mirror_load(app, request->user, &mirror, err);
	if (rc == 0) {
		week = mirror_week(app, request->user, &mirror, app_now(app));
		json_open(&reply->body, '{');
		json_key(&reply->body, "tasks");
		week_add_tasks(&reply->body, &week, &q.filter);
		problems_add(&reply->body, week.set, week.sync);
		json_close(&reply->body, '}');
	}
	mirror_release(&mirror);
	lists_query_release(&q);
	return rc;
}

/* The task as it was found, and a conflict that it is in. */
static int
reply_one(struct app *app, struct request *request,
    const struct mirror_one *found, const struct task *task,
    struct reply *reply, struct err *err)
{
	const struct ledger_file *record =
	    ledger_find(&found->sync, task->file);
	struct lists_one one = {
	    .sync = found->has_repo ? &found->sync : NULL,
	    .found = &found->task,
	    .task = task,
	};
	struct buf mine = BUF_INIT;
	bool there = false;
	int rc = 0;

	if (record != NULL && record->conflict[0] != '\0') {
		one.conflict = record;
		rc =
		    mirror_copy(app, request->user, record, &mine, &there, err);
	}
	if (rc == 0) {
		one.mine = there ? &mine : NULL;
		lists_reply(reply, &one);
	}
	buf_release(&mine);
	return rc;
}

static int
refuse_bad_file(
    const char *file, const struct task_problem *problem, struct err *err)
{
	err_set(err, ERR_BAD_FILE, MSG_TASK_INVALID_AT);
	err_value(err, "%s", file);
	err_value(err, "%u", problem->line);
	return err_cause(err, &problem->reason);
}

static int
show_one(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct mirror_one one = MIRROR_ONE_INIT;
	const struct edit_found *found = &one.task;
	struct task task = TASK_INIT;
	struct task_problem problem;
	int rc = mirror_load_one(app, request->user, request->id.s, &one, err);

	if (rc == 0 && task_parse(found->file.s, found->bytes.s,
			   found->bytes.len, &task, &problem) == -1)
		rc = refuse_bad_file(found->file.s, &problem, err);
	if (rc == 0)
		rc = reply_one(app, request, &one, &task, reply, err);
	task_release(&task);
	mirror_one_release(&one);
	return rc;
}

static int
show_sync(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct status status = STATUS_INIT;
	int rc = status_load(app, request->user, &status, err);

	if (rc == 0)
		status_print(&reply->body, &status, app->conf.sync_button);
	status_release(&status);
	return rc;
}

static const struct serve_route routes[] = {
    {"GET", "/api/tasks", SERVE_USER, show_all},
    {"GET", "/api/tasks/{id}", SERVE_USER, show_one},
    {"GET", "/api/sync", SERVE_USER, show_sync},
};

static const struct serve_program program = {
    .name = "codex-tasks",
    .summary = "lists tasks, shows one, and how they stand to Git",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
