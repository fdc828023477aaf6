/*
 * codex-webhook: POST /github/webhook (http-api.md), GitHub's doorbell: who is
 * concerned is marked, and what comes of it is told if it comes in time.
 */
#include <strings.h>

#include "api/serve.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "sync/push_event.h"
#include "sync/webhook.h"

#define IGNORED "{\"ok\":true,\"ignored\":true}"

static int
answer_json(struct reply *reply, int status, const char *json)
{
	reply->status = status;
	buf_adds(&reply->body, json);
	return 0;
}

static bool
is_our_branch(const struct conf *conf, const struct webhook_push *push)
{
	struct buf ref = BUF_INIT, name = BUF_INIT;
	bool is;

	buf_addf(&ref, "refs/heads/%s", conf->github_branch);
	buf_addf(&name, "%s/%s", conf->github_owner, conf->github_repo);
	is = buf_eq(&ref, &push->ref) &&
	     strcasecmp(name.s, push->repository.s) == 0;
	buf_release(&ref);
	buf_release(&name);
	return is;
}

/* A push whose body has been found to be GitHub's. */
static int
receive_push(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct conf *conf = &app->conf;
	struct webhook_push push = WEBHOOK_PUSH_INIT;
	bool done = false;
	int rc;

	if (webhook_payload(&request->body, request->content_type, err) == -1 ||
	    webhook_scan(&request->body, conf->git_base_path, &push, err) == -1)
		return -1;
	/* It may be large, and now we wait. */
	buf_release(&request->body);

	if (!is_our_branch(conf, &push)) {
		rc = answer_json(reply, 202, IGNORED);
	} else {
		reply->waits = true;
		rc = push_event_ring(
		    app, &push, conf->sync_wait_ms, &reply->body, &done, err);
		reply->status = done ? 200 : 202;
	}
	webhook_push_release(&push);
	return rc;
}

static int
receive_event(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct conf *conf = &app->conf;

	if (!webhook_signed(&request->body, request->signature,
		conf->webhook_secret, conf->webhook_secret_old))
		return err_set(err, ERR_LOGIN, MSG_WEBHOOK_SIGNATURE);
	if (std_streq(request->event, "ping"))
		return answer_json(reply, 200, "{\"ok\":true}");
	if (!std_streq(request->event, "push"))
		return answer_json(reply, 202, IGNORED);
	return receive_push(app, request, reply, err);
}

static int
check_settings(struct app *app, struct err *err)
{
	const struct conf *conf = &app->conf;

	if (conf->webhook_secret == NULL || conf->github_owner == NULL ||
	    conf->github_repo == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_WEBHOOK_TOGETHER);
	return 0;
}

static const struct serve_route routes[] = {
    {"POST", "/github/webhook", SERVE_OPEN, receive_event},
};

static const struct serve_program program = {
    .name = "codex-webhook",
    .summary = "hears of pushes",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .body_max = WEBHOOK_BODY_MAX,
    .start = check_settings,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
