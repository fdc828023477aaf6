/*
 * render-build: the build pool of codex-render (design.md 6).
 */
#include <sys/resource.h>

#include "app/cache.h"
#include "app/view.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "edit/build.h"
#include "edit/mirror_memory.h"
#include "host/meters.h"
#include "host/version.h"
#include "render.h"
#include "sync/sweep.h"
#include "sync/trigger.h"
#include "web/reply.h"
#include "web/request.h"

#define NICE 10

static struct cache *cache;
static struct mirror_memory *memory;

bool
render_wants_build(const struct request *request)
{
	return request_query_is_true(request, "nocache");
}

static void
sweep_logged(struct app *app, const char *user)
{
	struct err err = ERR_INIT;

	if (sweep_user(app, user, &err) == -1)
		log_warn("sweep failed: %s", err.detail);
}

/* Git is asked after what was built, not before: nobody waits for it. */
static void
follow_build(struct app *app, const struct build_job *job)
{
	const struct trigger_view view = {
	    .unsynced = job->unsynced,
	    .synced_ms = job->synced_ms,
	};
	struct err err = ERR_INIT;

	if (trigger_background(app, job->user, &view, &err) == -1)
		log_warn("mark failed: %s", err.detail);
}

static int
make_week(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {
	    .user = request->user,
	    .cache = cache,
	    .memory = memory,
	    .anew = render_wants_build(request),
	    .gzip = request_takes_gzip(request),
	};
	const char *state = request->internal + strlen(RENDER_BUILD_PATH);
	int rc;

	/* Only nginx gets here, with what the hit pool wrote. */
	if (version_parse_state(state, &job.state) == -1)
		return err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_ADDRESS);

	rc = build_week(app, &job, &answer, err);
	if (rc == 0) {
		render_reply(app, reply, &answer);
		if (job.anew)
			reply_set_fresh(reply, &app->conf);
		reply->after = job.sweep_due ? sweep_logged : NULL;
		if (answer.source == VIEW_MISS) {
			meters_count_rebuild(app->meters);
			meters_set_cached(app->meters,
			    cache_bytes(cache) + mirror_memory_bytes(memory));
			follow_build(app, &job);
		}
		if (!job.stored)
			log_warn("the week was not stored");
	}
	view_answer_release(&answer);
	return rc;
}

/* A build may take its time; hits of others may not.  A unit is nice from its
 * start (Nice=) and may not set it. */
static int
start_building(struct app *app, struct err *err)
{
	/* Weeks answer seldom here, and are small beside what they are built
	 * from. */
	size_t bytes = (size_t)app->conf.cache_local_bytes, weeks = bytes / 8;

	(void)err;
	cache = cache_new(weeks);
	memory = mirror_memory_new(bytes - weeks);
	if (getpriority(PRIO_PROCESS, 0) < NICE &&
	    setpriority(PRIO_PROCESS, 0, NICE) == -1)
		log_warn("setpriority: %s", strerror(errno));
	return 0;
}

static void
end_building(void)
{
	cache_free(cache);
	mirror_memory_free(memory);
}

static const struct serve_route routes[] = {
    {"GET", RENDER_BUILD_PATH, SERVE_USER | SERVE_INTERNAL, make_week},
};

const struct serve_program render_build = {
    .name = "codex-render --build",
    .summary = "builds weeks",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .start = start_building,
    .stop = end_building,
};
