#include "inspect/doctor_address.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/http.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "settings/conf.h"

#define HEALTH_BODY "{\"ok\":true"
#define DAY_S       86400
#define DAYS_LEAST  14 /* certbot renews at 30 */
#define REPLY_MAX   65536

struct address_look {
	struct http *http;
	const char *base;
	struct findings *found;
};

static void
tell_address(const struct address_look *look, enum finding_level level,
    const char *code, enum msg_id id, const char *value)
{
	struct msg msg;

	msg_set(&msg, id);
	msg_value(&msg, "%s", look->base);
	msg_value(&msg, "%s", value);
	findings_add(look->found, level, code, "CODEX_BASE_URL", &msg);
}

static void
tell_status(const struct address_look *look, const char *code, enum msg_id id,
    int status)
{
	char text[16];

	snprintf(text, sizeof text, "%d", status);
	tell_address(look, FINDING_ERROR, code, id, text);
}

static void
ask(const struct address_look *look, const char *path,
    struct http_request *request)
{
	struct buf url = BUF_INIT;

	buf_addf(&url, "%s%s", look->base, path);
	*request = (struct http_request){
	    .method = "GET",
	    .url = url.s,
	    .reply_max = REPLY_MAX,
	    .reply = BUF_INIT,
	    .want_certificate = true,
	};
	http_run(look->http, request, 1);
	request->url = NULL;
	buf_release(&url);
}

static void
check_certificate(const struct address_look *look, int64_t until_s)
{
	int64_t days = (until_s - clock_real_ms() / 1000) / DAY_S;
	char text[24];

	if (until_s == 0 || days >= DAYS_LEAST)
		return;
	snprintf(text, sizeof text, "%lld", (long long)days);
	tell_address(
	    look, FINDING_WARN, "zertifikat", MSG_DOCTOR_CERTIFICATE, text);
}

/* Return true if our nginx answers there. */
static bool
check_health(const struct address_look *look)
{
	struct http_request request;
	bool good = false;

	ask(look, "/healthz", &request);
	if (request.fault != HTTP_ANSWERED)
		tell_address(look, FINDING_ERROR, "adresse",
		    MSG_DOCTOR_UNREACHED, request.why);
	else if (request.status != 200 ||
		 !std_starts(request.reply.s, HEALTH_BODY))
		tell_status(
		    look, "adresse", MSG_DOCTOR_OTHER_SITE, request.status);
	else
		good = true;
	check_certificate(look, request.certificate_until_s);
	http_release(&request, 1);
	return good;
}

/*
 * A stranger gets 401, everybody in local mode 200.  403 comes from a program
 * that nginx's proof did not convince, 5xx from nginx in the place of a
 * program.
 */
static bool
check_programs(const struct address_look *look)
{
	struct http_request request;
	bool good = false;

	ask(look, "/api/tasks", &request);
	if (request.fault != HTTP_ANSWERED)
		tell_address(look, FINDING_ERROR, "adresse",
		    MSG_DOCTOR_UNREACHED, request.why);
	else if (request.status == 403)
		tell_address(
		    look, FINDING_ERROR, "geheimnis", MSG_DOCTOR_PROOF, "");
	else if (request.status >= 500)
		tell_status(
		    look, "adresse", MSG_DOCTOR_ANSWERS, request.status);
	else
		good = true;
	http_release(&request, 1);
	return good;
}

/* Append the words of a list, with commas between them. */
static void
add_parts(struct buf *out, struct json_object *list)
{
	size_t i, n = list == NULL ? 0 : json_object_array_length(list);

	for (i = 0; i < n; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "",
		    json_object_get_string(json_object_array_get_idx(list, i)));
}

/* A program that hangs still has a socket that takes connections, and keys
 * are read by those that run: the site itself knows. */
static void
check_ready(const struct address_look *look)
{
	struct http_request request;
	struct json_object *answer = NULL;
	struct buf parts = BUF_INIT;
	struct err unused = ERR_INIT;

	ask(look, "/readyz", &request);
	if (request.fault == HTTP_ANSWERED && request.status == 503 &&
	    json_parse(request.reply.s, request.reply.len, &answer, &unused) ==
		0)
		add_parts(
		    &parts, json_get(answer, "notReady", json_type_array));
	if (parts.len > 0)
		tell_address(look, FINDING_ERROR, "bereit",
		    MSG_DOCTOR_NOT_READY, parts.s);
	json_object_put(answer);
	buf_release(&parts);
	http_release(&request, 1);
}

void
doctor_address(const struct app *app, struct findings *found)
{
	struct address_look look = {.base = app->conf.base_url, .found = found};
	struct err err = ERR_INIT;

	look.http = http_new(NULL, &err);
	if (look.http == NULL) {
		findings_add(
		    found, FINDING_ERROR, "bibliothek", "libcurl", &err.msg);
		return;
	}
	if (check_health(&look) && check_programs(&look))
		check_ready(&look);
	http_free(look.http);
}
