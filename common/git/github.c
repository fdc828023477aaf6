#include "git/github.h"

#include <sodium.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/http.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github_pause.h"
#include "git/github_result.h"
#include "settings/address.h"

#define RETRY_MS   500
#define LIMIT_MS   60000
#define TIMEOUT_MS 15000
#define TRIES      4
#define HEADERS    6

struct github {
	struct http *http;
	struct buf base;    /* address of the repository */
	struct buf graphql; /* address of the GraphQL interface */
	struct buf authorization;
	const char *token; /* within authorization */
	char *owner;
	char *repo;
	long retry_ms, timeout_ms;
	unsigned tries;
	struct github_pause pause;
	uint64_t requests;
	github_watch_fn *watch;
	void *watch_arg;
};

/* Fields of answers that we read. */
enum { F_DATE, F_RETRY_AFTER, F_REMAINING, F_RESET, F_ID, FIELDS };

/* Opening. */

static bool
is_path_segment(const char *s)
{
	return s != NULL && *s != '\0' && strpbrk(s, "/ ") == NULL &&
	       strcmp(s, ".") != 0 && strcmp(s, "..") != 0 &&
	       !enc_has_control(s, strlen(s));
}

static int
check_options(const struct github_options *options, struct err *err)
{
	/* The token must not cross a network in the clear. */
	if (address_check("GITHUB_API_URL", options->api_url, err) == -1)
		return -1;
	if (options->token == NULL || *options->token == '\0' ||
	    strpbrk(options->token, " \t\r\n") != NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_GIT_TOKEN);
	if (!is_path_segment(options->owner) || !is_path_segment(options->repo))
		return err_set(err, ERR_SETTING, MSG_CONF_GIT_REPO);
	return 0;
}

/*
 * Set the address of the GraphQL interface, which lies beside that of REST:
 * api.github.com/graphql, and on an Enterprise Server, whose REST is at
 * /api/v3, /api/graphql (GitHub, "Forming calls with GraphQL").
 */
static void
set_graphql(struct buf *out, const char *api_url, size_t len)
{
	static const char version[] = "/v3";
	const size_t n = sizeof version - 1;

	if (len > n && memcmp(api_url + len - n, version, n) == 0)
		len -= n;
	buf_add(out, api_url, len);
	buf_adds(out, "/graphql");
}

static void
set_address(struct github *github, const struct github_options *options)
{
	size_t len = strlen(options->api_url);

	while (len > 0 && options->api_url[len - 1] == '/')
		len--;
	set_graphql(&github->graphql, options->api_url, len);
	buf_add(&github->base, options->api_url, len);
	buf_adds(&github->base, "/repos/");
	enc_percent(&github->base, options->owner, "");
	buf_addc(&github->base, '/');
	enc_percent(&github->base, options->repo, "");
}

int
github_open(
    const struct github_options *options, struct github **out, struct err *err)
{
	static const char lead[] = "Authorization: Bearer ";
	struct github *github;
	struct http *http;

	if (check_options(options, err) == -1)
		return -1;
	http = http_new(options->proxy, err);
	if (http == NULL)
		return -1;

	github = std_zalloc(sizeof *github);
	github->http = http;
	buf_init(&github->base);
	buf_init(&github->graphql);
	set_address(github, options);
	/* Reserved first, so that it is never moved and leaves no copy. */
	buf_init(&github->authorization);
	buf_reserve(
	    &github->authorization, sizeof lead + strlen(options->token));
	buf_adds(&github->authorization, lead);
	buf_adds(&github->authorization, options->token);
	github->token = github->authorization.s + sizeof lead - 1;
	github->owner = std_strdup(options->owner);
	github->retry_ms = options->retry_ms ? options->retry_ms : RETRY_MS;
	github->repo = std_strdup(options->repo);
	github->pause.limit_ms =
	    options->limit_ms ? options->limit_ms : LIMIT_MS;
	github->timeout_ms =
	    options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
	github->tries = options->tries ? options->tries : TRIES;
	*out = github;
	return 0;
}

void
github_close(struct github *github)
{
	if (github == NULL)
		return;

	http_free(github->http);
	sodium_memzero(github->authorization.s, github->authorization.cap);
	buf_release(&github->authorization);
	buf_release(&github->base);
	buf_release(&github->graphql);
	free(github->owner);
	free(github->repo);
	free(github);
}

void
github_watch(struct github *github, github_watch_fn *fn, void *arg)
{
	github->watch = fn;
	github->watch_arg = arg;
}

uint64_t
github_requests(const struct github *github)
{
	return github->requests;
}

const char *
github_owner(const struct github *github)
{
	return github->owner;
}

const char *
github_repo(const struct github *github)
{
	return github->repo;
}

/* Limits. */

int64_t
github_limited_until(const struct github *github)
{
	return github->pause.limited_until;
}

void
github_limit(struct github *github, int64_t until_ms)
{
	github_pause_set(&github->pause, until_ms);
}

bool
github_is_limited(const struct github *github)
{
	return github_pause_holds(&github->pause, false);
}

/* Read what the answer says of its time and of the rate limit. */
static struct github_told
read_told(struct github_call *call, const struct http_request *request)
{
	const struct http_field *field = request->want;
	const struct github_fields fields = {
	    .date = field[F_DATE].value.s,
	    .retry_after = field[F_RETRY_AFTER].value.s,
	    .remaining = field[F_REMAINING].value.s,
	    .reset = field[F_RESET].value.s,
	};
	struct github_told told;

	github_pause_read(&told, &fields, request->status);
	call->date_s = told.date_s;
	call->left = told.left;
	call->reset_s = told.reset_s;
	return told;
}

static void
read_fault(struct github_call *call, const struct http_request *request)
{
	bool sent = request->fault != HTTP_UNREACHED;

	snprintf(call->why, sizeof call->why, "%s", request->why);
	if (call->once && sent) {
		call->result = GITHUB_UNKNOWN;
	} else if (request->fault == HTTP_TOO_LARGE) {
		call->result = GITHUB_TOO_LARGE;
	} else {
		call->result = GITHUB_TEMPORARY;
		call->pending = true;
	}
}

static enum github_result
judge_github_reply(struct github_call *call, const struct github_told *told)
{
	enum github_result result;

	if (github_pause_is_limit(call, told))
		return GITHUB_LIMITED;
	if (call->status >= 500 || call->status == 408)
		return call->once ? GITHUB_UNKNOWN : GITHUB_TEMPORARY;
	result = github_result_of_status(call->status);
	if (result == GITHUB_UNCHANGED && call->known == NULL)
		return GITHUB_BROKEN;
	call->result = result; /* check reads a good answer only */
	return result == GITHUB_OK && call->check != NULL ? call->check(call)
							  : result;
}

static void
read_answer(struct github *github, struct github_call *call,
    struct http_request *request, const struct github_told *told)
{
	buf_move(&call->reply, &request->reply);
	github_call_note_words(call, github->token);
	call->result = judge_github_reply(call, told);
	github_pause_note(&github->pause, call, told);
	call->pending =
	    call->result == GITHUB_TEMPORARY || call->result == GITHUB_DAMAGED;
}

static void
finish_try(struct github *github, struct github_call *call,
    struct http_request *request)
{
	const struct github_told told = read_told(call, request);
	struct github_event event = {
	    .method = call->method, .path = call->path.s, .us = request->us};

	call->pending = false;
	call->status = request->status;
	if (request->fault == HTTP_ANSWERED)
		read_answer(github, call, request, &told);
	else
		read_fault(call, request);

	if (github->watch == NULL)
		return;
	event.status = call->status;
	event.result = call->result;
	event.id = request->want[F_ID].value.s;
	event.left = call->graphql ? -1 : told.left;
	github->watch(github->watch_arg, &event);
}

/* Sending. */

/* One request as it is sent. */
struct wire {
	struct github_call *call;
	struct buf url, accept, known;
	const char *headers[HEADERS];
	struct http_field fields[FIELDS];
};

static void
fill_headers(const struct github *github, struct wire *wire,
    struct http_request *request)
{
	const struct github_call *call = wire->call;
	size_t n = 0;

	buf_addf(&wire->accept, "Accept: %s",
	    call->accept != NULL ? call->accept
				 : "application/vnd.github+json");
	wire->headers[n++] = github->authorization.s;
	wire->headers[n++] = wire->accept.s;
	wire->headers[n++] = "X-GitHub-Api-Version: 2022-11-28";
	wire->headers[n++] = "User-Agent: codex-miroir";
	if (call->body.len > 0)
		wire->headers[n++] = "Content-Type: application/json";
	if (call->known != NULL) {
		buf_addf(&wire->known, "If-None-Match: \"%s\"", call->known);
		wire->headers[n++] = wire->known.s;
	}
	request->headers = wire->headers;
	request->n_headers = n;
}

static void
fill_request(const struct github *github, struct github_call *call,
    struct wire *wire, struct http_request *request)
{
	static const char *const names[FIELDS] = {
	    [F_DATE] = "Date",
	    [F_RETRY_AFTER] = "Retry-After",
	    [F_REMAINING] = "x-ratelimit-remaining",
	    [F_RESET] = "x-ratelimit-reset",
	    [F_ID] = "x-github-request-id",
	};
	size_t i;

	*wire = (struct wire){.call = call,
	    .url = BUF_INIT,
	    .accept = BUF_INIT,
	    .known = BUF_INIT};
	for (i = 0; i < FIELDS; i++) {
		wire->fields[i].name = names[i];
		buf_init(&wire->fields[i].value);
	}
	if (call->graphql)
		buf_adds(&wire->url, github->graphql.s);
	else
		buf_addf(&wire->url, "%s%s", github->base.s, call->path.s);
	*request = (struct http_request){
	    .method = call->method,
	    .url = wire->url.s,
	    .body = call->body.len > 0 ? call->body.s : NULL,
	    .len = call->body.len,
	    .want = wire->fields,
	    .n_want = FIELDS,
	    .reply_max = call->reply_max ? call->reply_max : GITHUB_REPLY_MAX,
	    .timeout_ms = github->timeout_ms,
	    .once = call->once,
	    .reply = BUF_INIT,
	};
	fill_headers(github, wire, request);
}

static void
release_wire(struct wire *wire, struct http_request *request)
{
	buf_release(&wire->url);
	buf_release(&wire->accept);
	buf_release(&wire->known);
	http_release(request, 1);
}

/* False if none of them got an answer worth having. */
static bool
send_portion(struct github *github, struct github_call *const *calls, size_t n)
{
	struct http_request requests[GITHUB_IN_FLIGHT];
	struct wire wires[GITHUB_IN_FLIGHT];
	bool any = false;
	size_t i;

	for (i = 0; i < n; i++)
		fill_request(github, calls[i], &wires[i], &requests[i]);
	github->requests += n;
	http_run(github->http, requests, n);
	for (i = 0; i < n; i++) {
		finish_try(github, calls[i], &requests[i]);
		any |= !calls[i]->pending;
		release_wire(&wires[i], &requests[i]);
	}
	return any;
}

static void
refuse_unsent(struct github_call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].pending) {
			calls[i].result = GITHUB_LIMITED;
			calls[i].pending = false;
		}
}

/*
 * Sends what is pending, once.  A portion goes out together and is answered
 * before the next one leaves, so that a limit stops all that come after it.
 */
static void
send_pending(struct github *github, struct github_call *calls, size_t n)
{
	struct github_call *portion[GITHUB_IN_FLIGHT];
	size_t i = 0, k;

	while (i < n) {
		for (k = 0; i < n && k < GITHUB_IN_FLIGHT; i++)
			if (calls[i].pending)
				portion[k++] = &calls[i];
		if (k == 0)
			return;
		if (github_pause_holds(&github->pause, portion[0]->graphql)) {
			refuse_unsent(calls, n);
			return;
		}
		if (!send_portion(github, portion, k))
			return;
	}
}

static bool
has_pending(const struct github_call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].pending)
			return true;
	return false;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

void
github_run(struct github *github, struct github_call *calls, size_t n)
{
	int64_t deadline = clock_monotonic_ms() + 2 * github->timeout_ms;
	int64_t pause = github->retry_ms;
	unsigned try;
	size_t i;

	for (i = 0; i < n; i++) {
		calls[i].pending = true;
		calls[i].result = GITHUB_TEMPORARY;
		calls[i].status = 0;
		calls[i].why[0] = '\0';
		buf_reset(&calls[i].reply);
	}

	for (try = 1;; try++, pause *= 2) {
		send_pending(github, calls, n);
		if (!has_pending(calls, n) || try >= github->tries ||
		    clock_monotonic_ms() + pause > deadline)
			return;
		if (!github_pause_holds(&github->pause, calls[0].graphql))
			sleep_ms(pause);
	}
}
