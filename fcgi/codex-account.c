/*
 * codex-account: GET, POST, DELETE /api/tokens (http-api.md; api_token.h).
 * Only for somebody at a browser: a token must not make tokens.
 */
#include "api/serve.h"
#include "auth/api_token.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/std.h"
#include "web/reply.h"

#define PERSON (SERVE_USER | SERVE_PERSON)

static int
show_tokens(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct api_token_list list = API_TOKEN_LIST_INIT;
	const struct api_token *token;

	(void)app;
	if (api_token_list(serve_auth(), request->user, &list, err) == -1)
		return -1;
	json_open(&reply->body, '{');
	json_key(&reply->body, "tokens");
	json_open(&reply->body, '[');
	for (token = list.items; token < list.items + list.n; token++) {
		json_open(&reply->body, '{');
		api_token_add(&reply->body, token);
		json_close(&reply->body, '}');
	}
	json_close(&reply->body, ']');
	json_close(&reply->body, '}');
	api_token_list_release(&list);
	return 0;
}

static int
make_token(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	static const char *const known[] = {"name", "access", NULL};
	struct json_object *json = NULL;
	struct buf secret = BUF_INIT;
	const char *name, *access;
	struct api_token token;
	int rc;

	(void)app;
	if (json_parse(request->body.s, request->body.len, &json, err) == -1)
		return -1;
	name = json_get_str(json, "name");
	access = json_get_str(json, "access");
	if (!std_streq(access, "read") && !std_streq(access, "write"))
		rc = err_field(err, "access", MSG_ACCESS_UNKNOWN);
	else
		rc = api_token_make(serve_auth(), request->user,
		    &(struct api_token_new){
			name ? name : "", strcmp(access, "write") == 0},
		    &token, &secret, err);
	if (rc == 0) {
		reply->event = "token made";
		buf_addf(
		    &reply->about, "%s %s %s", token.id, access, token.name);
		json_open(&reply->body, '{');
		json_key(&reply->body, "ok");
		json_add_bool(&reply->body, true);
		api_token_add(&reply->body, &token);
		json_key(&reply->body, "token");
		json_add_str(&reply->body, secret.s);
		json_add_unknown(&reply->ignored, json, known, NULL);
		reply_add_ignored(reply);
		json_close(&reply->body, '}');
		explicit_bzero(secret.s, secret.len);
	}
	buf_release(&secret);
	json_object_put(json);
	return rc;
}

static int
revoke_token(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app;
	if (api_token_revoke(serve_auth(), request->user, request->id.s, err) ==
	    -1)
		return -1;
	reply->event = "token revoked";
	buf_adds(&reply->about, request->id.s);
	buf_adds(&reply->body, "{\"ok\":true}");
	return 0;
}

static const struct serve_route routes[] = {
    {"GET", "/api/tokens", PERSON, show_tokens},
    {"POST", "/api/tokens", PERSON | SERVE_WRITE, make_token},
    {"DELETE", "/api/tokens/{id}", PERSON | SERVE_WRITE, revoke_token},
};

static const struct serve_program program = {
    .name = "codex-account",
    .summary = "lists, makes and revokes API tokens",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
