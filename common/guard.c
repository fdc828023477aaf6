#include "guard.h"

#include <strings.h>

#define LOCAL "local:"

int
guard_check(const struct conf *conf, struct err *err)
{
	if (conf->auth == NULL)
		return err_set(err, ERR_SETTING,
		    "CODEX_AUTH fehlt: es gibt keinen Weg herein.");
	if (!std_starts(conf->auth, LOCAL) ||
	    !names_user_ok(conf->auth + strlen(LOCAL)))
		return err_set(err, ERR_SETTING,
		    "CODEX_AUTH muss local:NAME sein, der Name in "
		    "Kleinbuchstaben.");
	return 0;
}

int
guard_user(const struct app *app, struct request *request, struct err *err)
{
	if (guard_check(&app->conf, err) == -1)
		return err_set(err, ERR_LOGIN, "Bitte melde dich zuerst an.");
	snprintf(request->user, sizeof request->user, "%s",
	    app->conf.auth + strlen(LOCAL));
	return 0;
}

static bool
is_json(const char *type)
{
	const char *json = "application/json";
	size_t n = strlen(json);

	return type != NULL && strncasecmp(type, json, n) == 0 &&
	       (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

/* An origin of a browser lacks the port that its scheme has anyway. */
static bool
is_our_origin(const struct app *app, const char *origin)
{
	const char *url = app->conf.base_url;
	const char *port = std_starts(url, "https:") ? ":443" : ":80";
	size_t n = strlen(url), k = strlen(port);

	if (n > k && strcmp(url + n - k, port) == 0)
		n -= k;
	return strlen(origin) == n && strncasecmp(origin, url, n) == 0;
}

static bool
is_same_origin(const struct app *app, const struct request *request)
{
	if (request->fetch_site == NULL && request->origin == NULL)
		return false;
	if (request->fetch_site != NULL &&
	    strcmp(request->fetch_site, "same-origin") != 0)
		return false;
	return request->origin == NULL || is_our_origin(app, request->origin);
}

int
guard_write(
    const struct app *app, const struct request *request, struct err *err)
{
	bool has_body = request->body.len > 0 || request->body_too_large;

	if (!is_same_origin(app, request))
		return err_set(err, ERR_ORIGIN,
		    "Das kam nicht von unserer eigenen Seite.");
	if ((has_body || request->content_type != NULL ||
		strcmp(request->method, "DELETE") != 0) &&
	    !is_json(request->content_type))
		return err_set(err, ERR_MEDIA_TYPE,
		    "Der Inhalt muss application/json sein.");
	return 0;
}
