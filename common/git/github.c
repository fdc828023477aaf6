#include "git/github.h"

#include <sodium.h>
#include <strings.h>
#include <time.h>

#include "base/enc.h"
#include "base/http.h"
#include "base/json.h"
#include "base/std.h"

#define RETRY_MS   500
#define LIMIT_MS   60000
#define TIMEOUT_MS 15000
#define TRIES      4
#define HEADERS    6

struct github {
	struct http *http;
	struct buf base; /* address of the repository */
	struct buf authorization;
	const char *token; /* within authorization */
	char *owner;
	long retry_ms, limit_ms, timeout_ms;
	unsigned tries;
	int64_t limited_until;
	unsigned strikes; /* limits without a time, one after another */
	uint64_t requests;
	github_watch_fn *watch;
	void *watch_arg;
};

/* Fields of answers that we read. */
enum { F_DATE, F_RETRY_AFTER, F_REMAINING, F_RESET, FIELDS };

static const struct {
	const char *name, *text;
} results[GITHUB_RESULTS] = {
    [GITHUB_OK] = {"ok", "Mit GitHub ist alles in Ordnung."},
    [GITHUB_UNCHANGED] = {"unchanged", "Bei GitHub ist nichts neu."},
    [GITHUB_ABSENT] = {"absent",
	"GitHub findet das Repository, den Branch oder den Ordner nicht, oder "
	"das Token darf ihn nicht sehen."},
    [GITHUB_UNAUTHORIZED] = {"unauthorized",
	"GitHub nimmt das Token nicht an."},
    [GITHUB_FORBIDDEN] = {"forbidden",
	"GitHub erlaubt das mit diesem Token nicht."},
    [GITHUB_MOVED] = {"moved",
	"Das Repository hat bei GitHub einen anderen Namen bekommen."},
    [GITHUB_NOT_FORWARD] = {"not_forward",
	"Der Branch ist inzwischen weitergegangen."},
    [GITHUB_EXISTS] = {"exists", "Das gibt es bei GitHub schon."},
    [GITHUB_INVALID] = {"invalid",
	"GitHub hat die Änderung als ungültig abgelehnt."},
    [GITHUB_CONFLICT] = {"conflict",
	"GitHub meldet einen Konflikt; vielleicht ist das Repository leer."},
    [GITHUB_LIMITED] = {"limited", "GitHub verlangt eine Pause."},
    [GITHUB_TRUNCATED] = {"truncated",
	"GitHub hat nur einen Teil des Ordners gezeigt."},
    [GITHUB_TOO_LARGE] = {"too_large", "Die Antwort von GitHub ist zu groß."},
    [GITHUB_BROKEN] = {"broken",
	"Die Antwort von GitHub ist nicht zu verstehen."},
    [GITHUB_TEMPORARY] = {"temporary", "GitHub ist zur Zeit nicht erreichbar."},
    [GITHUB_UNKNOWN] = {"unknown",
	"GitHub hat nicht geantwortet; ob die Änderung angekommen ist, zeigt "
	"sich noch."},
};

const char *
github_result_name(enum github_result result)
{
	return results[result].name;
}

const char *
github_result_text(enum github_result result)
{
	return results[result].text;
}

/* Opening. */

/* The token must not cross a network in the clear. */
static bool
is_safe_address(const char *url)
{
	static const char *const here[] = {
	    "http://127.0.0.1", "http://localhost", "http://[::1]"};
	size_t i, len;

	if (url == NULL || strpbrk(url, "?#@\\ ") != NULL ||
	    enc_has_control(url, strlen(url)))
		return false;
	if (std_starts(url, "https://"))
		return url[8] != '\0' && url[8] != '/';
	for (i = 0; i < ARRAY_LEN(here); i++) {
		len = strlen(here[i]);
		if (std_starts(url, here[i]) &&
		    (url[len] == '\0' || url[len] == ':' || url[len] == '/'))
			return true;
	}
	return false;
}

static bool
is_word(const char *s)
{
	return s != NULL && *s != '\0' && strpbrk(s, "/ ") == NULL &&
	       strcmp(s, ".") != 0 && strcmp(s, "..") != 0 &&
	       !enc_has_control(s, strlen(s));
}

static int
check_options(const struct github_options *options, struct err *err)
{
	if (!is_safe_address(options->api_url))
		return err_set(err, ERR_SETTING,
		    "GITHUB_API_URL muss mit https:// beginnen (http:// nur "
		    "auf diesem Rechner).");
	if (options->token == NULL || *options->token == '\0' ||
	    strpbrk(options->token, " \t\r\n") != NULL)
		return err_set(err, ERR_SETTING,
		    "GITHUB_TOKEN fehlt oder enthält Leerzeichen.");
	if (!is_word(options->owner) || !is_word(options->repo))
		return err_set(err, ERR_SETTING,
		    "GITHUB_OWNER und GITHUB_REPO müssen gesetzt sein.");
	return 0;
}

static void
set_address(struct github *github, const struct github_options *options)
{
	size_t len = strlen(options->api_url);

	while (len > 0 && options->api_url[len - 1] == '/')
		len--;
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
	http = http_new(err);
	if (http == NULL)
		return -1;

	github = std_zalloc(sizeof *github);
	github->http = http;
	buf_init(&github->base);
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
	github->limit_ms = options->limit_ms ? options->limit_ms : LIMIT_MS;
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
	free(github->owner);
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

/* Limits. */

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
github_limited_until(const struct github *github)
{
	return github->limited_until;
}

void
github_limit(struct github *github, int64_t until_ms)
{
	if (until_ms > github->limited_until)
		github->limited_until = until_ms;
}

static bool
is_limited(const struct github *github)
{
	return clock_ms(CLOCK_REALTIME) < github->limited_until;
}

static bool
parse_number(const char *s, int64_t *out)
{
	size_t len = strlen(s);

	if (len == 0 || len > 15 || strspn(s, "0123456789") != len)
		return false;
	*out = strtoll(s, NULL, 10);
	return true;
}

/* RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`. */
static bool
parse_date(const char *s, int64_t *out_s)
{
	struct tm tm = {0};
	const char *end = strptime(s, "%a, %d %b %Y %H:%M:%S GMT", &tm);

	if (end == NULL || *end != '\0')
		return false;
	*out_s = timegm(&tm);
	return true;
}

/* How long the answer asks us to be silent; -1 if it does not say. */
static int64_t
asked_wait_ms(const struct http_request *request, int64_t now)
{
	const struct http_field *field = request->want;
	int64_t date, value, wait = -1;

	if (!parse_date(field[F_DATE].value.s, &date))
		date = now / 1000;

	if (request->status >= 400) {
		const char *after = field[F_RETRY_AFTER].value.s;

		if (parse_number(after, &value))
			wait = value * 1000;
		else if (parse_date(after, &value))
			wait = (value - date) * 1000;
	}
	if (strcmp(field[F_REMAINING].value.s, "0") == 0 &&
	    parse_number(field[F_RESET].value.s, &value) &&
	    (value - date) * 1000 > wait)
		wait = (value - date) * 1000;
	return wait < GITHUB_WAIT_MAX_MS ? wait : GITHUB_WAIT_MAX_MS;
}

/* 60 s, 120 s, 240 s, ... */
static int64_t
next_pause_ms(struct github *github)
{
	int64_t wait = (int64_t)github->limit_ms << github->strikes;

	if (github->strikes < 12)
		github->strikes++;
	return wait < GITHUB_WAIT_MAX_MS ? wait : GITHUB_WAIT_MAX_MS;
}

/* A 403 is about rights unless something in it is about a limit. */
static bool
tells_limit(const struct github_call *call, const struct http_request *request)
{
	return request->status == 429 ||
	       (request->status == 403 &&
		   (request->want[F_RETRY_AFTER].value.len > 0 ||
		       strcmp(request->want[F_REMAINING].value.s, "0") == 0 ||
		       github_says(call, "rate limit") ||
		       github_says(call, "abuse detection")));
}

static void
heed_limit(struct github *github, const struct github_call *call,
    const struct http_request *request)
{
	int64_t now = clock_ms(CLOCK_REALTIME);
	int64_t wait = asked_wait_ms(request, now);
	bool limited = tells_limit(call, request);

	if (wait > 0)
		github_limit(github, now + wait);
	else if (limited && !is_limited(github))
		/* Sixteen such answers at once are one. */
		github_limit(github, now + next_pause_ms(github));

	if (!limited && request->status < 500 && !is_limited(github))
		github->strikes = 0;
}

/* What answers mean. */

bool
github_says(const struct github_call *call, const char *words)
{
	return strcasestr(call->reply.s, words) != NULL;
}

static enum github_result
result_of_status(const struct github_call *call)
{
	if (call->status >= 200 && call->status < 300)
		return GITHUB_OK;
	switch (call->status) {
	case 304:
		return call->known != NULL ? GITHUB_UNCHANGED : GITHUB_BROKEN;
	case 301:
	case 302:
	case 307:
	case 308:
		return GITHUB_MOVED;
	case 401:
		return GITHUB_UNAUTHORIZED;
	case 403:
	case 451:
		return GITHUB_FORBIDDEN;
	case 404:
	case 410:
		return GITHUB_ABSENT;
	case 409:
		return GITHUB_CONFLICT;
	case 422:
		return GITHUB_INVALID;
	default:
		return GITHUB_BROKEN;
	}
}

/* Keeps GitHub's own words for the log, but never the token. */
static void
keep_message(const struct github *github, struct github_call *call)
{
	struct json_object *json = NULL;
	const char *message = NULL;
	struct err err;

	call->why[0] = '\0';
	if (call->status < 300)
		return;
	if (json_parse(call->reply.s, call->reply.len, &json, &err) == 0)
		message = json_get_str(json, "message");
	if (message != NULL && strstr(message, github->token) == NULL)
		snprintf(call->why, sizeof call->why, "%s", message);
	json_object_put(json);
}

static void
hear_fault(struct github_call *call, const struct http_request *request)
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

static void
hear_answer(struct github *github, struct github_call *call,
    struct http_request *request)
{
	bool busy = request->status >= 500 || request->status == 408;

	buf_move(&call->reply, &request->reply);
	keep_message(github, call);
	heed_limit(github, call, request);
	if (tells_limit(call, request)) {
		call->result = GITHUB_LIMITED;
	} else if (busy && call->once) {
		call->result = GITHUB_UNKNOWN;
	} else if (busy) {
		call->result = GITHUB_TEMPORARY;
		call->pending = true;
	} else {
		call->result = result_of_status(call);
	}
}

static void
hear(struct github *github, struct github_call *call,
    struct http_request *request)
{
	struct github_event event = {
	    .method = call->method, .path = call->path.s, .us = request->us};

	call->pending = false;
	call->status = request->status;
	if (request->fault == HTTP_ANSWERED)
		hear_answer(github, call, request);
	else
		hear_fault(call, request);

	if (github->watch == NULL)
		return;
	event.status = call->status;
	event.result = github_result_name(call->result);
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
say_headers(const struct github *github, struct wire *wire,
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
say(const struct github *github, struct github_call *call, struct wire *wire,
    struct http_request *request)
{
	static const char *const names[FIELDS] = {
	    [F_DATE] = "Date",
	    [F_RETRY_AFTER] = "Retry-After",
	    [F_REMAINING] = "x-ratelimit-remaining",
	    [F_RESET] = "x-ratelimit-reset",
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
	say_headers(github, wire, request);
}

static void
forget(struct wire *wire, struct http_request *request)
{
	buf_release(&wire->url);
	buf_release(&wire->accept);
	buf_release(&wire->known);
	http_release(request, 1);
}

/* False if none of them got an answer worth having. */
static bool
exchange(struct github *github, struct github_call *const *calls, size_t n)
{
	struct http_request requests[GITHUB_IN_FLIGHT];
	struct wire wires[GITHUB_IN_FLIGHT];
	bool any = false;
	size_t i;

	for (i = 0; i < n; i++)
		say(github, calls[i], &wires[i], &requests[i]);
	github->requests += n;
	http_run(github->http, requests, n);
	for (i = 0; i < n; i++) {
		hear(github, calls[i], &requests[i]);
		any |= !calls[i]->pending;
		forget(&wires[i], &requests[i]);
	}
	return any;
}

static void
refuse_pending(struct github_call *calls, size_t n)
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
		if (is_limited(github)) {
			refuse_pending(calls, n);
			return;
		}
		if (!exchange(github, portion, k))
			return;
	}
}

static bool
any_pending(const struct github_call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].pending)
			return true;
	return false;
}

static void
wait_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

void
github_run(struct github *github, struct github_call *calls, size_t n)
{
	int64_t deadline = clock_ms(CLOCK_MONOTONIC) + 2 * github->timeout_ms;
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
		if (!any_pending(calls, n) || try >= github->tries ||
		    clock_ms(CLOCK_MONOTONIC) + pause > deadline)
			return;
		if (!is_limited(github))
			wait_ms(pause);
	}
}

void
github_call_release(struct github_call *call)
{
	buf_release(&call->path);
	buf_release(&call->body);
	buf_release(&call->reply);
}

enum github_result
github_end(const struct github_call *call, struct err *err)
{
	if (call->result == GITHUB_OK)
		return GITHUB_OK;

	err_set(err, ERR_BUSY, "%s", github_result_text(call->result));
	err_detail(err, "github: %s %.200s: %s, status %d %.100s", call->method,
	    call->path.s, github_result_name(call->result), call->status,
	    call->why);
	return call->result;
}
