/*
 * codex-sync: POST /sync (API.md), the button.  With --work, the one process
 * per host that holds the token and speaks with GitHub (work.h).
 */
#include "json.h"
#include "mark.h"
#include "serve.h"
#include "work.h"

static bool
query_is(const struct request *request, const char *name, const char *wanted)
{
	struct buf value = BUF_INIT;
	bool is = request_query(request, name, &value) &&
		  strcmp(value.s, wanted) == 0;

	buf_release(&value);
	return is;
}

/* Marks first: whatever becomes of the bell, the worker will find it. */
static int
start(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct mark_ring ring = {
	    .user = request->user,
	    .full = query_is(request, "mode", "full"),
	    .confirm = query_is(request, "confirm", "true"),
	};

	if (mark_press(app, request->user, err) == -1 ||
	    mark_put(app, request->user, err) == -1)
		return -1;
	if (mark_ring(app, &ring, app->conf.sync_wait_ms, &reply->body))
		return 0;
	reply->status = 202;
	buf_adds(&reply->body, "{\"ok\":true,\"queued\":true}");
	return 0;
}

static const struct serve_route routes[] = {
    {"POST", "/sync", SERVE_USER | SERVE_WRITE, start},
};

static const struct serve_program program = {
    .name = "codex-sync",
    .summary = "starts a sync with Git; with --work first, does them",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

static const struct serve_program worker = {
    .name = "codex-sync --work",
    .summary = "keeps store and Git the same",
    .start = work_check,
    .run = work_run,
};

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--work") == 0)
		return serve(argc - 1, argv + 1, &worker);
	return serve(argc, argv, &program);
}
