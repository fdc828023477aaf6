#include "git/github.h"

#include <sodium.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/http.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github_result.h"
#include "settings/address.h"

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
	int64_t limited_until; /* milliseconds since 1970, to be shown */
	int64_t paused_until;  /* the same moment, by the monotonic clock */
	unsigned strikes;      /* limits without a time, one after another */
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
	http = http_new(options->proxy, err);
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

int64_t
github_limited_until(const struct github *github)
{
	return github->limited_until;
}

void
github_limit(struct github *github, int64_t until_ms)
{
	int64_t left = until_ms - clock_real_ms();
	int64_t end = clock_monotonic_ms() + left;

	/* The clock may have been set since the last limit. */
	if (left <= 0 || end <= github->paused_until)
		return;
	github->limited_until = until_ms;
	github->paused_until = end;
}

bool
github_is_limited(const struct github *github)
{
	return clock_monotonic_ms() < github->paused_until;
}

static bool
parse_digits(const char *s, int64_t *out)
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

/* Note what the answer says of its time and of the rate limit. */
static void
read_limits(struct github_call *call, const struct http_request *request)
{
	const struct http_field *field = request->want;

	if (!parse_date(field[F_DATE].value.s, &call->date_s))
		call->date_s = 0;
	if (!parse_digits(field[F_REMAINING].value.s, &call->left))
		call->left = -1;
	if (!parse_digits(field[F_RESET].value.s, &call->reset_s))
		call->reset_s = 0;
}

/* How long the answer asks us to be silent; -1 if it does not fill_request. */
static int64_t
read_wait_ms(const struct http_request *request, int64_t now)
{
	const struct http_field *field = request->want;
	int64_t date, value, wait = -1;

	if (!parse_date(field[F_DATE].value.s, &date))
		date = now / 1000;

	if (request->status >= 400) {
		const char *after = field[F_RETRY_AFTER].value.s;

		if (parse_digits(after, &value))
			wait = value * 1000;
		else if (parse_date(after, &value))
			wait = (value - date) * 1000;
	}
	if (strcmp(field[F_REMAINING].value.s, "0") == 0 &&
	    parse_digits(field[F_RESET].value.s, &value) &&
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
is_limit_answer(
    const struct github_call *call, const struct http_request *request)
{
	return request->status == 429 ||
	       (request->status == 403 &&
		   (request->want[F_RETRY_AFTER].value.len > 0 ||
		       strcmp(request->want[F_REMAINING].value.s, "0") == 0 ||
		       github_call_says(call, "rate limit") ||
		       github_call_says(call, "abuse detection")));
}

static void
note_limit(struct github *github, const struct github_call *call,
    const struct http_request *request)
{
	int64_t now = clock_real_ms();
	int64_t wait = read_wait_ms(request, now);
	bool limited = is_limit_answer(call, request);

	if (wait > 0)
		github_limit(github, now + wait);
	else if (limited && !github_is_limited(github))
		/* Sixteen such answers at once are one. */
		github_limit(github, now + next_pause_ms(github));

	if (!limited && request->status < 500 && !github_is_limited(github))
		github->strikes = 0;
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

static void
read_answer(struct github *github, struct github_call *call,
    struct http_request *request)
{
	bool busy = request->status >= 500 || request->status == 408;

	buf_move(&call->reply, &request->reply);
	github_call_note_words(call, github->token);
	note_limit(github, call, request);
	if (is_limit_answer(call, request)) {
		call->result = GITHUB_LIMITED;
	} else if (busy && call->once) {
		call->result = GITHUB_UNKNOWN;
	} else if (busy) {
		call->result = GITHUB_TEMPORARY;
		call->pending = true;
	} else {
		call->result = github_result_of_status(call->status);
		if (call->result == GITHUB_UNCHANGED && call->known == NULL)
			call->result = GITHUB_BROKEN;
		if (call->result == GITHUB_OK && call->check != NULL)
			call->result = call->check(call);
		call->pending = call->result == GITHUB_DAMAGED;
	}
}

static void
finish_try(struct github *github, struct github_call *call,
    struct http_request *request)
{
	struct github_event event = {
	    .method = call->method, .path = call->path.s, .us = request->us};
	const char *left = request->want[F_REMAINING].value.s;

	call->pending = false;
	call->status = request->status;
	if (request->fault == HTTP_ANSWERED)
		read_answer(github, call, request);
	else
		read_fault(call, request);

	if (github->watch == NULL)
		return;
	event.status = call->status;
	event.result = call->result;
	event.id = request->want[F_ID].value.s;
	if (!parse_digits(left, &event.left))
		event.left = -1;
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
		read_limits(calls[i], &requests[i]);
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
		if (github_is_limited(github)) {
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
		if (!github_is_limited(github))
			sleep_ms(pause);
	}
}
