/*
 * codex-auth: who one is: login by GitHub's pages, logout, and who that was
 * (http-api.md; design.md 9).  In local mode it says who everybody is, and no
 * more.
 */
#include "api/serve.h"
#include "app/app.h"
#include "auth/bearer.h"
#include "auth/login.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "web/reply.h"

static struct login *login;
static struct bearer *bearer;

static int
not_set_up(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, MSG_LOGIN_LOCAL);
}

static int
begin(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app;
	if (login == NULL)
		return not_set_up(err);
	login_begin(login, request, reply);
	return 0;
}

static int
finish(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	char text[MSG_TEXT_MAX];

	(void)app;
	if (login == NULL)
		return not_set_up(err);
	/* What goes wrong is a page; err is for the log. */
	if (login_finish(login, request, reply, err) == -1)
		log_debug("login: %s", err_text(err, text));
	return 0;
}

static int
me(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)err;
	login_tell(app, request, &reply->body);
	return 0;
}

static int
leave(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	if (login == NULL)
		return not_set_up(err);
	return login_end(app, request, reply, err);
}

/* nginx asks whose a token of GitHub's is (bearer.h). */
static int
ask(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct buf said = BUF_INIT;

	if (bearer == NULL)
		return not_set_up(err);
	bearer_ask(bearer, request->authorization, app_now(app), &said);
	reply_header(reply, BEARER_FIELD, "%s", said.s);
	buf_release(&said);
	return 0;
}

static int
start(struct app *app, struct err *err)
{
	if (login_open(app, &login, err) == -1)
		return -1;
	if (login == NULL)
		return 0;
	bearer = bearer_new(app->conf.github_api_url, err);
	return bearer == NULL ? -1 : 0;
}

static void
stop(void)
{
	login_close(login);
	bearer_free(bearer);
}

static const struct serve_route routes[] = {
    {"GET", "/auth/login", SERVE_OPEN, begin},
    {"GET", "/auth/callback", SERVE_OPEN, finish},
    {"GET", "/auth/me", SERVE_USER, me},
    {"GET", BEARER_PATH, SERVE_INTERNAL, ask},
    {"POST", "/auth/logout", SERVE_WRITE, leave},
};

static const struct serve_program program = {
    .name = "codex-auth",
    .summary = "logs people in and out",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .start = start,
    .stop = stop,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
