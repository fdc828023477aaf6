/*
 * codex-render: GET /codex, the week of the user (design.md 6).
 *
 * The hit pool: answers from memory or artifact, hands on the rest.  With
 * --build, the pool behind that address (render-build.c).
 */
#include "api/serve.h"
#include "app/app.h"
#include "app/cache.h"
#include "app/view.h"
#include "base/buf.h"
#include "host/meters.h"
#include "host/version.h"
#include "render.h"
#include "web/reply.h"
#include "web/request.h"

static struct cache *cache;

void
render_reply(
    const struct app *app, struct reply *reply, struct view_answer *answer)
{
	memcpy(reply->etag_room, answer->etag, sizeof answer->etag);
	reply->etag = reply->etag_room;
	reply_set_gzip(reply, answer->gzip);
	reply_header(reply, "X-Cache", view_source_word(answer->source));
	meters_count_week(app->meters, answer->source);
	reply_set_now(reply, app_now(app));
	if (answer->source == VIEW_STALE) /* RFC 7234, 5.5.1 */
		reply_header(reply, "Warning", "110 - \"Response is Stale\"");
	if (answer->body == &answer->own)
		buf_move(&reply->body, &answer->own);
	else
		reply->shared = answer->body;
}

static void
pass_to_build(struct reply *reply, const struct version_state *state)
{
	struct buf address = BUF_INIT;

	buf_adds(&address, RENDER_BUILD_PATH);
	version_print_state(&address, state);
	reply->handed_on = true;
	reply_header(reply, "X-Accel-Redirect", address.s);
	buf_release(&address);
}

static void
pass_unread(struct reply *reply)
{
	pass_to_build(
	    reply, &(struct version_state){.generation = VERSION_UNKNOWN});
}

static int
show_week(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct version_state state = {.generation = 0};
	struct buf value = BUF_INIT;
	const struct view_query query = {
	    .user = request->user,
	    .recheck = request_cookie(request, REPLY_FRESH_COOKIE, &value),
	    .wrote = request_cookie(request, REPLY_WROTE_COOKIE, &value),
	    .gzip = request_takes_gzip(request),
	};
	int rc = 0;

	buf_release(&value);
	/* A build in any case makes a state of its own (build.h). */
	if (!render_wants_build(request))
		rc = view_look(app, cache, &query, &answer, &state, err);
	meters_set_cached(app->meters, cache_bytes(cache));
	if (rc == 0 && answer.body == NULL)
		pass_to_build(reply, &state);
	else if (rc == 0)
		render_reply(app, reply, &answer);
	view_answer_release(&answer);
	return rc;
}

static int
open_cache(struct app *app, struct err *err)
{
	(void)err;
	cache = cache_new((size_t)app->conf.cache_local_bytes);
	/* A store that hangs must hold up neither hits nor /healthz. */
	app_allow_stale(app);
	return 0;
}

static void
close_cache(void)
{
	cache_free(cache);
}

static const struct serve_route routes[] = {
    {"GET", "/codex", SERVE_USER | SERVE_FREE, show_week},
};

static const struct serve_program program = {
    .name = "codex-render",
    .summary = "shows the week from memory or from the artifact; "
	       "with --build first, builds it",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .start = open_cache,
    .hand_on = pass_unread,
    .stop = close_cache,
};

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--build") == 0)
		return serve(argc - 1, argv + 1, &render_build);
	return serve(argc, argv, &program);
}
