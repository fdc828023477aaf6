#include "client/client.h"

#include <unistd.h>

#include "base/err.h"
#include "base/std.h"
#include "inspect/cmdline.h"
#include "settings/address.h"
#include "settings/conf_file.h"

#define LOCAL_URL  "http://127.0.0.1:8080"
#define TOKEN_FILE "/.config/codex-miroir/token"
#define REPLY_MAX  ((size_t)64 << 20)
#define TRIES      4
#define HEADERS    5

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "codex: %s: %s\n", what, why);
	return -1;
}

/* Append the first line of the file. */
static int
read_first_line(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	int rc = -1;

	if (f == NULL)
		return -1;
	errno = 0;
	if (getline(&line, &size, f) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		buf_adds(out, line);
		rc = 0;
	} else if (errno == 0) {
		errno = ENODATA;
	}
	free(line);
	fclose(f);
	return rc;
}

/* Append the token, or nothing if nobody has given one. */
static int
own_token(struct buf *out)
{
	const char *value = conf_file_env("CODEX_TOKEN"),
		   *home = conf_file_env("HOME");
	const char *file = conf_file_env("CODEX_TOKEN_FILE");
	struct buf path = BUF_INIT;
	int rc = 0;

	if (value != NULL) {
		buf_adds(out, value);
	} else if (file != NULL) {
		rc = read_first_line(out, file);
		if (rc == -1)
			complain(file, strerror(errno));
	} else if (home != NULL) {
		buf_addf(&path, "%s" TOKEN_FILE, home);
		rc = read_first_line(out, path.s);
		if (rc == -1 && (errno == ENOENT || errno == ENOTDIR))
			rc = 0;
		else if (rc == -1)
			complain(path.s, strerror(errno));
	}
	buf_release(&path);
	return rc;
}

static int
set_authorization(struct client *client)
{
	struct buf token = BUF_INIT;
	int rc = own_token(&token);

	if (rc == 0 && token.len > 0) {
		if (token.s[strcspn(token.s, " \t\r\n")] != '\0')
			rc = complain("the token", "it has a blank");
		else
			buf_addf(&client->authorization,
			    "Authorization: Bearer %s", token.s);
	}
	buf_release(&token);
	return rc;
}

static int
set_base(struct client *client)
{
	const char *url = conf_file_env("CODEX_URL");
	char text[MSG_TEXT_MAX];
	struct err err = ERR_INIT;

	if (url == NULL)
		url = LOCAL_URL;
	if (address_check("CODEX_URL", url, &err) == -1)
		return complain(
		    "CODEX_URL", err_text_in(&err, cmdline_language(), text));
	buf_adds(&client->base, url);
	while (
	    client->base.len > 0 && client->base.s[client->base.len - 1] == '/')
		buf_cut(&client->base, client->base.len - 1);
	return 0;
}

int
client_open(struct client *client)
{
	char text[MSG_TEXT_MAX];
	struct err err = ERR_INIT;

	memset(client, 0, sizeof *client);
	buf_init(&client->base);
	buf_init(&client->authorization);
	buf_init(&client->origin);
	buf_init(&client->language);
	buf_init(&client->reply);
	if (set_base(client) == -1 || set_authorization(client) == -1)
		return -1;
	buf_addf(&client->origin, "Origin: %s", client->base.s);
	buf_addf(&client->language, "Accept-Language: %s",
	    cmdline_language() == MSG_ENGLISH ? "en" : "de");
	client->http = http_new(NULL, &err);
	if (client->http == NULL)
		return complain(
		    "libcurl", err_text_in(&err, cmdline_language(), text));
	return 0;
}

void
client_close(struct client *client)
{
	if (client->http != NULL)
		http_free(client->http);
	buf_release(&client->base);
	buf_release(&client->authorization);
	buf_release(&client->origin);
	buf_release(&client->language);
	buf_release(&client->reply);
}

/* Say what the server has said, else its status. */
static int
tell_refusal(const struct http_request *request, const char *path)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	char status[32];
	const char *text = NULL;

	if (json_parse(request->reply.s, request->reply.len, &json, &err) == 0)
		text = json_get_str(json, "error");
	if (text == NULL) {
		snprintf(status, sizeof status, "HTTP %d", request->status);
		text = status;
	}
	complain(path, text);
	json_object_put(json);
	return -1;
}

/* Return true if it may be asked again: by its key a creation is made once,
 * however often it is sent. */
static bool
passes(const struct http_request *request)
{
	if (request->fault != HTTP_ANSWERED)
		return request->fault != HTTP_TOO_LARGE;
	return request->status == 502 || request->status == 503 ||
	       request->status == 504;
}

static void
send_request(struct client *client, struct http_request *request, bool again)
{
	unsigned try;

	for (try = 1;; try++) {
		http_run(client->http, request, 1);
		if (!again || !passes(request) || try == TRIES)
			return;
		http_release(request, 1);
		buf_init(&request->reply);
		sleep(try);
	}
}

static int
parse_answer(struct client *client, struct http_request *request,
    const char *path, struct json_object **json)
{
	char text[MSG_TEXT_MAX];
	struct err err = ERR_INIT;

	if (request->fault != HTTP_ANSWERED)
		return complain(client->base.s, request->why);
	if (request->status < 200 || request->status > 299)
		return tell_refusal(request, path);
	if (json_parse(request->reply.s, request->reply.len, json, &err) == -1)
		return complain(
		    path, err_text_in(&err, cmdline_language(), text));
	buf_move(&client->reply, &request->reply);
	return 0;
}

int
client_ask(struct client *client, const struct client_request *asked,
    struct json_object **json)
{
	const char *headers[HEADERS];
	struct buf url = BUF_INIT;
	struct http_request request = {
	    .method = asked->method,
	    .headers = headers,
	    .reply_max = REPLY_MAX,
	    .reply = BUF_INIT,
	    .once = true,
	};
	int rc;

	headers[request.n_headers++] = client->language.s;
	headers[request.n_headers++] = client->origin.s;
	if (client->authorization.len > 0)
		headers[request.n_headers++] = client->authorization.s;
	if (asked->header != NULL)
		headers[request.n_headers++] = asked->header;
	if (asked->body != NULL) {
		headers[request.n_headers++] = "Content-Type: application/json";
		request.body = asked->body->s;
		request.len = asked->body->len;
	}
	buf_addf(&url, "%s%s", client->base.s, asked->path);
	request.url = url.s;
	send_request(client, &request,
	    asked->header != NULL &&
		std_starts(asked->header, "Idempotency-Key"));
	rc = parse_answer(client, &request, asked->path, json);
	http_release(&request, 1);
	buf_release(&url);
	return rc;
}
