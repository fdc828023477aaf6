/*
 * codex-tasks: GET /api/tasks, /api/tasks/{id}, /api/week and /api/sync; and
 * /metrics and /readyz, what this host does and whether it can (http-api.md).
 */
#include "api/lists.h"
#include "api/metrics.h"
#include "api/ready.h"
#include "api/serve.h"
#include "api/status.h"
#include "app/app.h"
#include "app/list_memory.h"
#include "base/json.h"
#include "edit/mirror.h"
#include "edit/mirror_memory.h"
#include "web/reply.h"

/* Of users who were asked about: their weeks, and how they stand to Git. */
static struct mirror_memory *memory;
static struct list_memory *lists;

static int
show_all(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	return lists_reply_all(app, memory, request, reply, err);
}

static int
show_week_from(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	return lists_reply_week(app, memory, request, reply, err);
}

static int
show_one(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct mirror_one one = MIRROR_ONE_INIT;
	int rc = mirror_load_one(app, request->user, request->id.s, &one, err);

	if (rc == 0)
		rc = lists_reply_one(app, request->user, &one, reply, err);
	mirror_one_release(&one);
	return rc;
}

static int
show_sync(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct status status = STATUS_INIT;
	int rc = status_load(app, lists, request->user, &status, err);

	if (rc == 0)
		status_print(&reply->body, &status, app->conf.sync_button);
	status_release(&status);
	return rc;
}

static int
show_metrics(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	if (metrics_admit(&app->conf, request, err) == -1)
		return -1;
	metrics_show(app, reply);
	return 0;
}

static int
show_ready(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	static struct ready ready;

	(void)app; /* err is for the log */
	ready_show(serve_auth(), request, &ready, reply, err);
	return 0;
}

static int
start_tasks(struct app *app, struct err *err)
{
	size_t bytes = (size_t)app->conf.cache_local_bytes;

	memory = mirror_memory_new(bytes - bytes / 8);
	lists = list_memory_new(bytes / 8);
	return metrics_start(app, err);
}

static void
stop_tasks(void)
{
	mirror_memory_free(memory);
	list_memory_free(lists);
}

static const struct serve_route routes[] = {
    {"GET", "/api/tasks", SERVE_USER | SERVE_STORED, show_all},
    {"GET", "/api/tasks/{id}", SERVE_USER | SERVE_STORED, show_one},
    {"GET", "/api/week", SERVE_USER | SERVE_STORED, show_week_from},
    {"GET", "/api/sync", SERVE_USER, show_sync},
    {"GET", "/metrics", SERVE_OPEN, show_metrics},
    {"GET", "/readyz", SERVE_OPEN, show_ready},
};

static const struct serve_program program = {
    .name = "codex-tasks",
    .summary = "lists tasks, shows one, and weeks, and how they stand to Git; "
	       "tells what this host does",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .start = start_tasks,
    .stop = stop_tasks,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
