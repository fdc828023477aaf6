/*
 * A guard for measurements: everybody is who the cookie `bench_user` says.
 *
 * bench-render is codex-render linked with this instead of common/auth/guard.c,
 * so that one worker serves many users before there is a login.
 */
#include "auth/guard.h"

int
guard_check(const struct conf *conf, struct err *err)
{
	if (conf_is_loopback(conf))
		return 0;
	return err_set(err, ERR_SETTING, MSG_CONF_AUTH_LOOPBACK);
}

int
guard_check_proof(const struct conf *conf, struct err *err)
{
	(void)conf, (void)err;
	return 0;
}

int
guard_proof(const struct conf *conf, const char *proof, struct err *err)
{
	(void)conf, (void)proof, (void)err;
	return 0;
}

int
guard_user(const struct auth *auth, struct request *request, struct err *err)
{
	struct buf user = BUF_INIT;
	int rc = 0;

	(void)auth;
	if (request_cookie(request, "bench_user", &user) &&
	    names_user_ok(user.s))
		snprintf(request->user, sizeof request->user, "%s", user.s);
	else
		rc = err_set(err, ERR_LOGIN, MSG_LOGIN_FIRST);
	buf_release(&user);
	return rc;
}

int
guard_access(const struct request *request, struct err *err)
{
	return guard_person(request, err);
}

int
guard_person(const struct request *request, struct err *err)
{
	(void)request;
	return err_set(err, ERR_FORBIDDEN, MSG_TOKEN_READ_ONLY);
}

int
guard_write(
    const struct app *app, const struct request *request, struct err *err)
{
	(void)app, (void)request;
	return err_set(err, ERR_FORBIDDEN, MSG_TOKEN_READ_ONLY);
}
