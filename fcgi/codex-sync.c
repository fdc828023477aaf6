/*
 * codex-sync: POST /sync (http-api.md), the button, and GET by Bearer; and the
 * wait of writes for Git (write_reply.h).  With --work, the one process per
 * host that holds the token and speaks with GitHub (worker.h).
 */
#include "api/serve.h"
#include "api/write_reply.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/std.h"
#include "sync/bell.h"
#include "sync/trigger.h"
#include "web/request.h"
#include "worker/worker.h"

/* One of two words, the first where none is sent. */
static int
choose_word(const struct request *request, const char *name,
    const char *const words[2], bool *second, struct err *err)
{
	struct buf value = BUF_INIT;
	int rc = 0;

	*second = false;
	if (request_query(request, name, &value)) {
		*second = strcmp(value.s, words[1]) == 0;
		if (!*second && strcmp(value.s, words[0]) != 0) {
			err_field(err, name, MSG_FIELD_ONE_OF_TWO);
			err_value(err, "%s", name);
			err_value(err, "%s", words[0]);
			rc = err_value(err, "%s", words[1]);
		}
	}
	buf_release(&value);
	return rc;
}

/* What the worker says; an answer is only what is settled. */
static int
fill_answer(const struct buf *line, enum msg_language language,
    struct reply *reply, struct err *err)
{
	struct json_object *json = NULL;
	const char *text;
	int rc = json_parse(line->s, line->len, &json, err);

	if (rc == 0 && json_get_bool(json, "pending")) {
		reply->status = 202;
		buf_adds(&reply->body, "{\"ok\":true,\"queued\":true}");
	} else if (rc == 0 && json_get_bool(json, "ok")) {
		buf_add(&reply->body, line->s, line->len);
	} else if (rc == 0 &&
		   std_streq(json_get_str(json, "code"), err_word(ERR_NEWER))) {
		rc = err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
	} else if (rc == 0) {
		text = json_get_str(
		    json, language == MSG_ENGLISH ? "textEnglish" : "text");
		rc = err_set(err, ERR_GITHUB, MSG_SYNC_FAILED);
		if (text != NULL && *text != '\0') {
			err_set(err, ERR_GITHUB, MSG_SYNC_SAYS);
			err_value(err, "%s", text);
		}
	}
	json_object_put(json);
	return rc;
}

/* Marks first: whatever becomes of the bell, the worker will find it. */
static int
start_sync(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	static const char *const modes[] = {"diff", "full"};
	static const char *const bools[] = {"false", "true"};
	struct bell_wish wish = {.later = false};
	struct buf line = BUF_INIT;
	int rc;

	reply->waits = true;
	if (choose_word(request, "mode", modes, &wish.full, err) == -1 ||
	    choose_word(request, "confirm", bools, &wish.confirm, err) == -1 ||
	    trigger_press(app, request->user, err) == -1)
		return -1;
	if (!bell_ring(
		app, request->user, &wish, app->conf.sync_wait_ms, &line))
		buf_adds(&line, "{\"pending\":true}");
	rc = fill_answer(&line, request_language(request), reply, err);
	buf_release(&line);
	return rc;
}

static const struct serve_route routes[] = {
    {"POST", "/sync", SERVE_USER | SERVE_WRITE, start_sync},
    {"GET", WRITE_REPLY_PATH, SERVE_INTERNAL, write_reply_wait},
    {"GET", "/sync", SERVE_USER | SERVE_BEARER, start_sync},
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
    .has_network = true,
    .start = worker_check,
    .run = worker_run,
};

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--work") == 0)
		return serve(argc - 1, argv + 1, &worker);
	return serve(argc, argv, &program);
}
