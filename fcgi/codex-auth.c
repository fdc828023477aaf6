/*
 * codex-auth: who one is: login by GitHub's pages, logout, and who that was
 * (http-api.md; design.md 9).  In local mode it only says who everybody is.
 */
#include "api/serve.h"
#include "app/app.h"
#include "auth/bearer.h"
#include "auth/guest.h"
#include "auth/login.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "web/reply.h"

static struct login *login;
static struct bearer *bearer;

static int
refuse_local(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, MSG_LOGIN_LOCAL);
}

static int
begin_login(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app;
	if (login == NULL)
		return refuse_local(err);
	login_begin(login, request, reply);
	return 0;
}

static int
finish_login(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app;
	if (login == NULL)
		return refuse_local(err);
	/* What goes wrong is a page; err is for the log. */
	(void)!login_finish(login, request, reply, err);
	return 0;
}

static int
show_user(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app, (void)err;
	login_tell(serve_auth(), request, &reply->body);
	return 0;
}

static int
end_session(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app;
	if (login == NULL)
		return refuse_local(err);
	return login_end(serve_auth(), request, reply, err);
}

/* nginx asks whose a token of GitHub's is (bearer.h). */
static int
answer_nginx(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	const struct user_rates *guests = serve_auth()->guests;
	bool spent = guest_is_spent(guests, request->guest, app_now(app));
	struct buf said = BUF_INIT;

	if (bearer == NULL)
		return refuse_local(err);
	if (bearer_ask(bearer, request->authorization, !spent,
		clock_monotonic_ms(), &said))
		guest_fail(guests, request->guest, app_now(app));
	reply_header(reply, BEARER_FIELD, said.s);
	buf_release(&said);
	return 0;
}

static int
open_login(struct app *app, struct err *err)
{
	if (login_open(serve_auth(), &login, err) == -1)
		return -1;
	if (login == NULL)
		return 0;
	app_allow_stale(app);
	bearer = bearer_new(&app->conf, app->meters, err);
	return bearer == NULL ? -1 : 0;
}

static void
close_login(void)
{
	login_close(login);
	bearer_free(bearer);
}

static const struct serve_route routes[] = {
    {"GET", "/auth/login", SERVE_OPEN, begin_login},
    {"GET", "/auth/github", SERVE_OPEN, begin_login}, /* its name once */
    {"GET", "/auth/callback", SERVE_OPEN, finish_login},
    {"GET", "/auth/me", SERVE_USER, show_user},
    {"GET", BEARER_PATH, SERVE_INTERNAL | SERVE_PART, answer_nginx},
    {"POST", "/auth/logout", SERVE_WRITE, end_session},
};

static const struct serve_program program = {
    .name = "codex-auth",
    .summary = "logs people in and out",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .has_network = true,
    .start = open_login,
    .stop = close_login,
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
