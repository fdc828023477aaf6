/*
 * Azure Blob Storage: a key is the name of a block blob in one container.
 *
 * Each op is a call that takes one step after another until it has a result;
 * all calls that are ready go out together.  azure_sign signs, http sends,
 * and this decides what an answer means and whether to try again.
 *
 * A conditional put carries a random id in the blob's metadata.  Where an
 * answer was lost and the next try is told that somebody was first, the id
 * tells whether that was ourselves: equal bytes alone do not, since two
 * writers of a counter write the same.
 */
#include <sodium.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/http.h"
#include "base/std.h"
#include "store/azure_list.h"
#include "store/azure_sign.h"
#include "store/store_azure.h"

#define VERSION     "2021-12-02" /* of the service's interface */
#define PAGE        5000         /* names; the most that the service gives */
#define TRIES       4
#define RETRY_MS    4000  /* after a 500 or 503; then three, then seven times */
#define PATIENCE_MS 25000 /* no further try so long after the last answer */
#define CLOCK_OFF_S 60    /* a 403 with a clock that far off is about that */
#define CHUNK       256   /* requests that are in memory at once */
#define HEADERS     8

struct azure {
	struct azure_sign account;
	struct buf container;
	struct http *http;
	char page[12]; /* names in a page of a list */
	long retry_ms;
	int64_t clock_ahead_s; /* of the service, before ours */
	int64_t
	    deadline; /* of this batch, unless answers come; clock_monotonic_ms() */
};

enum step {
	STEP_OP,        /* the op itself, or the next page of a list */
	STEP_CONTAINER, /* make the container, then the op again */
	STEP_LOOK_UP,   /* get the blob: were we first after all? */
	STEP_DONE,
};

struct call {
	struct store_op *op;
	enum step step;
	unsigned tries;            /* of this step that came to nothing */
	long wait_ms;              /* before the next try */
	bool unsure;               /* the write may have happened */
	bool clock_judged;         /* a 403 was already taken for the clock's */
	bool made;                 /* the container was made for this call */
	int64_t clock_ahead_s;     /* when it was sent last */
	enum store_result verdict; /* if the look-up finds other bytes */
	struct buf id;             /* of a conditional put */
	struct buf page;           /* of a list: where it goes on */
};

/* Fields of answers that we read. */
enum { F_ETAG, F_CODE, F_DATE, F_ID, FIELDS };

/* One request as it is sent. */
struct wire {
	struct call *call;
	struct buf url;
	size_t path_at; /* where the URL's path begins */
	struct buf headers[HEADERS];
	const char *header_list[HEADERS];
	size_t n_headers;
	struct azure_sign_param params[5];
	size_t n_params;
	struct http_field fields[FIELDS];
};

static bool
is_write(const struct call *call)
{
	return call->step == STEP_OP &&
	       (call->op->verb == STORE_VERB_PUT ||
		   call->op->verb == STORE_VERB_REMOVE);
}

static void
add_header(struct wire *wire, const char *name, const char *value)
{
	struct buf *header = &wire->headers[wire->n_headers];

	buf_addf(header, "%s: %s", name, value);
	wire->header_list[wire->n_headers++] = header->s;
}

static void
add_param(struct wire *wire, const char *name, const char *value)
{
	wire->params[wire->n_params].name = name;
	wire->params[wire->n_params++].value = value;
}

/* ETags are bare with us and in lists, quoted in headers. */
static void
add_etag_header(struct wire *wire, const char *name, const char *etag)
{
	struct buf quoted = BUF_INIT;

	buf_addf(&quoted, "\"%s\"", etag);
	add_header(wire, name, quoted.s);
	buf_release(&quoted);
}

static void
add_condition(struct wire *wire, const struct store_op *op)
{
	switch (op->cond) {
	case STORE_ALWAYS:
		break;
	case STORE_IF_MATCH:
		add_etag_header(wire, "If-Match", op->etag);
		break;
	case STORE_IF_NEW:
		add_header(wire, "If-None-Match", "*");
		break;
	case STORE_IF_CHANGED:
		if (op->etag != NULL && op->etag[0] != '\0')
			add_etag_header(wire, "If-None-Match", op->etag);
		break;
	}
}

static void
say_put(struct wire *wire, struct http_request *request)
{
	struct call *call = wire->call;
	const struct store_op *op = call->op;

	request->method = "PUT";
	request->body = op->bytes != NULL ? op->bytes : "";
	request->len = op->len;
	add_header(wire, "Content-Type", "application/octet-stream");
	add_header(wire, "x-ms-blob-type", "BlockBlob");
	add_condition(wire, op);
	if (op->cond != STORE_ALWAYS) {
		if (call->id.len == 0)
			enc_random(&call->id, 32);
		add_header(wire, "x-ms-meta-put", call->id.s);
	}
}

static void
say_list(
    const struct azure *azure, struct wire *wire, struct http_request *request)
{
	const struct call *call = wire->call;

	request->method = "GET";
	add_param(wire, "restype", "container");
	add_param(wire, "comp", "list");
	add_param(wire, "maxresults", azure->page);
	if (call->op->key[0] != '\0')
		add_param(wire, "prefix", call->op->key);
	if (call->page.len > 0)
		add_param(wire, "marker", call->page.s);
}

static void
say_container(struct wire *wire, struct http_request *request)
{
	request->method = "PUT";
	request->body = "";
	add_param(wire, "restype", "container");
}

static void
say_op(
    const struct azure *azure, struct wire *wire, struct http_request *request)
{
	const struct store_op *op = wire->call->op;

	request->method = "GET";
	switch (op->verb) {
	case STORE_VERB_GET:
		add_condition(wire, op);
		break;
	case STORE_VERB_PUT:
		say_put(wire, request);
		break;
	case STORE_VERB_REMOVE:
		request->method = "DELETE";
		add_condition(wire, op);
		break;
	case STORE_VERB_LIST:
		say_list(azure, wire, request);
		break;
	}
}

static void
say_address(const struct azure *azure, struct wire *wire)
{
	const struct call *call = wire->call;
	const char *host = strstr(azure->account.endpoint.s, "://") + 3;

	wire->path_at =
	    (size_t)(host - azure->account.endpoint.s) + strcspn(host, "/");
	buf_addf(
	    &wire->url, "%s/%s", azure->account.endpoint.s, azure->container.s);
	if (call->step != STEP_CONTAINER && call->op->verb != STORE_VERB_LIST) {
		buf_addc(&wire->url, '/');
		enc_percent(&wire->url, call->op->key, "/");
	}
}

static void
say_query(const struct azure *azure, struct wire *wire)
{
	const struct buf *sas = &azure->account.sas;
	char mark = '?';
	size_t i;

	for (i = 0; i < wire->n_params; i++, mark = '&') {
		buf_addf(&wire->url, "%c%s=", mark, wire->params[i].name);
		enc_percent(&wire->url, wire->params[i].value, "");
	}
	if (sas->len > 0)
		buf_addf(&wire->url, "%c%s", mark, sas->s);
}

static void
say_who(const struct azure *azure, struct wire *wire,
    const struct http_request *request)
{
	struct azure_sign_request what = {
	    .method = request->method,
	    .path = wire->url.s + wire->path_at,
	    .headers = wire->header_list,
	    .n_headers = wire->n_headers,
	    .params = wire->params,
	    .n_params = wire->n_params,
	    .len = request->len,
	};
	struct buf who = BUF_INIT;

	if (azure->account.sas.len > 0)
		return;

	azure_sign_request(&who, &azure->account, &what);
	add_header(wire, "Authorization", who.s);
	buf_release(&who);
}

static void
say_when(const struct azure *azure, struct wire *wire)
{
	struct buf date = BUF_INIT;

	azure_sign_date(&date, time(NULL) + azure->clock_ahead_s);
	add_header(wire, "x-ms-date", date.s);
	buf_release(&date);
}

/* Writes the request that a call's step needs now. */
static void
say(const struct azure *azure, struct call *call, struct wire *wire,
    struct http_request *request)
{
	static const char *const names[FIELDS] = {
	    [F_ETAG] = "ETag",
	    [F_CODE] = "x-ms-error-code",
	    [F_DATE] = "Date",
	    [F_ID] = "x-ms-meta-put",
	};
	size_t i;

	*wire = (struct wire){.call = call, .url = BUF_INIT};
	for (i = 0; i < HEADERS; i++)
		buf_init(&wire->headers[i]);
	for (i = 0; i < FIELDS; i++) {
		wire->fields[i].name = names[i];
		buf_init(&wire->fields[i].value);
	}
	*request = (struct http_request){
	    .want = wire->fields,
	    .n_want = FIELDS,
	    .reply_max = STORE_BLOB_MAX,
	    .once = is_write(call),
	    .reply = BUF_INIT,
	};

	say_address(azure, wire);
	say_when(azure, wire);
	add_header(wire, "x-ms-version", VERSION);
	if (call->step == STEP_CONTAINER)
		say_container(wire, request);
	else if (call->step == STEP_LOOK_UP)
		request->method = "GET";
	else
		say_op(azure, wire, request);
	say_who(azure, wire, request);

	say_query(azure, wire);
	request->url = wire->url.s;
	request->headers = wire->header_list;
	request->n_headers = wire->n_headers;
}

static void
forget(struct wire *wire, struct http_request *request)
{
	size_t i;

	/* With a shared access signature the address is a secret. */
	if (wire->url.cap > 0)
		sodium_memzero(wire->url.s, wire->url.cap);
	buf_release(&wire->url);
	for (i = 0; i < HEADERS; i++)
		buf_release(&wire->headers[i]);
	http_release(request, 1);
}

static void
done(struct call *call, enum store_result result)
{
	call->op->result = result;
	call->op->err.code = ERR_NONE;
	call->step = STEP_DONE;
}

/* Notes what went wrong; it counts unless a later try goes well. */
static void
note(struct call *call, const struct http_request *request)
{
	struct err *err = store_fail(call->op);

	if (request->fault != HTTP_ANSWERED)
		err_detail(err, "azure: %s '%.200s': %s", request->method,
		    call->op->key, request->why);
	else
		err_detail(err, "azure: %s '%.200s': status %d %.60s",
		    request->method, call->op->key, request->status,
		    request->want[F_CODE].value.s);
}

static void
fail(struct call *call, const struct http_request *request)
{
	note(call, request);
	call->step = STEP_DONE;
}

/* No answer that says anything.  `wait_ms`: before the second try. */
static void
again(struct call *call, const struct http_request *request, long wait_ms)
{
	static const long factors[TRIES] = {1, 1, 3, 7};
	bool sent = request->fault != HTTP_UNREACHED;

	if (is_write(call) && sent) {
		call->unsure = true;
		if (call->op->cond == STORE_ALWAYS) {
			fail(call, request);
			return;
		}
	}
	note(call, request);
	if (++call->tries == TRIES)
		call->step = STEP_DONE;
	else
		call->wait_ms = wait_ms * factors[call->tries];
}

static void
next_step(struct call *call, enum step step)
{
	call->step = step;
	call->tries = 0;
}

static bool
has_code(const struct http_request *request, int status, const char *code)
{
	return request->status == status &&
	       strcasecmp(request->want[F_CODE].value.s, code) == 0;
}

static void
take_etag(struct store_op *op, const struct http_request *request)
{
	const struct buf *value = &request->want[F_ETAG].value;
	size_t len = value->len;

	if (len >= 2 && value->s[0] == '"' && value->s[len - 1] == '"')
		buf_set(&op->new_etag, value->s + 1, len - 2);
	else
		buf_set(&op->new_etag, value->s, len);
}

/* Somebody was first: if a try of ours went astray, that may be us. */
static void
lost_race(struct call *call, enum store_result verdict)
{
	if (!call->unsure) {
		done(call, verdict);
		return;
	}
	call->verdict = verdict;
	next_step(call, STEP_LOOK_UP);
}

static void
hear_get(struct call *call, struct http_request *request)
{
	struct store_op *op = call->op;

	if (request->status == 200 && request->want[F_ETAG].value.len > 0) {
		buf_move(&op->body, &request->reply);
		take_etag(op, request);
		done(call, STORE_OK);
	} else if (request->status == 304 && op->cond == STORE_IF_CHANGED) {
		done(call, STORE_UNCHANGED);
	} else if (has_code(request, 404, "BlobNotFound") ||
		   has_code(request, 404, "ContainerNotFound")) {
		done(call, STORE_ABSENT);
	} else {
		fail(call, request);
	}
}

static void
hear_put(struct call *call, struct http_request *request)
{
	struct store_op *op = call->op;

	if (request->status == 201 && request->want[F_ETAG].value.len > 0) {
		take_etag(op, request);
		done(call, STORE_OK);
	} else if (op->cond == STORE_IF_NEW &&
		   (has_code(request, 409, "BlobAlreadyExists") ||
		       has_code(request, 412, "ConditionNotMet"))) {
		lost_race(call, STORE_EXISTS);
	} else if (op->cond == STORE_IF_MATCH &&
		   (has_code(request, 412, "ConditionNotMet") ||
		       has_code(request, 404, "BlobNotFound") ||
		       has_code(request, 404, "ContainerNotFound"))) {
		lost_race(call, STORE_CHANGED);
	} else if (has_code(request, 404, "ContainerNotFound") && !call->made) {
		call->made = true;
		next_step(call, STEP_CONTAINER);
	} else {
		fail(call, request);
	}
}

static void
hear_remove(struct call *call, struct http_request *request)
{
	bool conditional = call->op->cond == STORE_IF_MATCH;

	if (request->status == 202) {
		done(call, STORE_OK);
	} else if (has_code(request, 404, "BlobNotFound") ||
		   has_code(request, 404, "ContainerNotFound")) {
		/* If a try of ours went astray: gone, as it was to be. */
		if (call->unsure)
			done(call, STORE_OK);
		else
			done(call, conditional ? STORE_CHANGED : STORE_ABSENT);
	} else if (conditional && has_code(request, 412, "ConditionNotMet")) {
		lost_race(call, STORE_CHANGED);
	} else {
		fail(call, request);
	}
}

static void
hear_list(
    const struct azure *azure, struct call *call, struct http_request *request)
{
	struct buf next = BUF_INIT;
	const char *why;

	if (has_code(request, 404, "ContainerNotFound")) {
		done(call, STORE_OK);
		return;
	}
	if (request->status != 200) {
		fail(call, request);
		return;
	}

	if (azure_list_parse(request->reply.s, request->reply.len,
		call->op->list, &next, &why) == -1) {
		request->fault = HTTP_LOST;
		snprintf(request->why, sizeof request->why, "list: %s", why);
		again(call, request, azure->retry_ms);
	} else if (next.len == 0) {
		done(call, STORE_OK);
	} else if (buf_eq(&next, &call->page)) {
		request->fault = HTTP_LOST;
		snprintf(request->why, sizeof request->why,
		    "list: the same page again");
		fail(call, request);
	} else {
		buf_move(&call->page, &next);
		next_step(call, STEP_OP);
	}
	buf_release(&next);
}

static void
hear_container(struct call *call, struct http_request *request)
{
	if (request->status == 201 ||
	    has_code(request, 409, "ContainerAlreadyExists"))
		next_step(call, STEP_OP);
	else
		fail(call, request);
}

static bool
is_ours(const struct call *call, const struct http_request *request)
{
	const struct store_op *op = call->op;

	return op->verb == STORE_VERB_PUT &&
	       buf_eq(&request->want[F_ID].value, &call->id) &&
	       request->reply.len == op->len &&
	       (op->len == 0 ||
		   memcmp(request->reply.s, op->bytes, op->len) == 0);
}

static void
hear_look_up(struct call *call, struct http_request *request)
{
	bool absent = has_code(request, 404, "BlobNotFound");

	if (request->status == 200 && is_ours(call, request)) {
		take_etag(call->op, request);
		done(call, STORE_OK);
	} else if (request->status == 200) {
		done(call, call->verdict);
	} else if (absent && call->op->verb == STORE_VERB_REMOVE) {
		done(call, STORE_OK);
	} else if (absent && call->verdict == STORE_CHANGED) {
		done(call, STORE_CHANGED);
	} else {
		fail(call, request);
	}
}

static bool
is_busy(int status)
{
	return status == 408 || status == 429 || status == 500 ||
	       status == 502 || status == 503 || status == 504;
}

/* A 403 because our clock is wrong: takes the service's, once. */
static bool
set_clock(
    struct azure *azure, struct call *call, const struct http_request *request)
{
	int64_t theirs, ahead;

	if (request->status != 403 || call->clock_judged ||
	    azure_sign_parse_date(request->want[F_DATE].value.s, &theirs) == -1)
		return false;

	/* Another call of this batch may have set it since this one left, so
	 * the new value is not what decides. */
	call->clock_judged = true;
	ahead = theirs - time(NULL);
	if (llabs(ahead - call->clock_ahead_s) < CLOCK_OFF_S)
		return false;
	azure->clock_ahead_s = ahead;
	return true;
}

static void
hear_answer(
    struct azure *azure, struct call *call, struct http_request *request)
{
	azure->deadline = clock_monotonic_ms() + PATIENCE_MS;
	if (set_clock(azure, call, request))
		return;

	if (call->step == STEP_CONTAINER)
		hear_container(call, request);
	else if (call->step == STEP_LOOK_UP)
		hear_look_up(call, request);
	else if (call->op->verb == STORE_VERB_GET)
		hear_get(call, request);
	else if (call->op->verb == STORE_VERB_PUT)
		hear_put(call, request);
	else if (call->op->verb == STORE_VERB_REMOVE)
		hear_remove(call, request);
	else
		hear_list(azure, call, request);
}

static void
hear(struct azure *azure, struct call *call, struct http_request *request)
{
	/* A connection that broke is worth a sooner try than a service that
	 * asks for time. */
	if (request->fault == HTTP_TOO_LARGE && !is_write(call))
		fail(call, request);
	else if (request->fault != HTTP_ANSWERED)
		again(call, request, azure->retry_ms / 20);
	else if (is_busy(request->status))
		again(call, request, azure->retry_ms);
	else
		hear_answer(azure, call, request);
}

/*
 * Sends a request for each of the calls, and takes the answers.  Past the
 * deadline nothing is sent: a long batch goes on as long as answers come.
 */
static void
exchange(struct azure *azure, struct call *const *calls, size_t n)
{
	struct http_request *requests;
	struct wire *wires;
	size_t i;

	if (clock_monotonic_ms() >= azure->deadline)
		return;

	requests = std_alloc(n * sizeof *requests);
	wires = std_alloc(n * sizeof *wires);
	for (i = 0; i < n; i++) {
		calls[i]->wait_ms = 0;
		calls[i]->clock_ahead_s = azure->clock_ahead_s;
		say(azure, calls[i], &wires[i], &requests[i]);
	}
	http_run(azure->http, requests, n);
	for (i = 0; i < n; i++) {
		calls[i]->op->requests++;
		calls[i]->op->us += requests[i].us;
		hear(azure, calls[i], &requests[i]);
		forget(&wires[i], &requests[i]);
	}
	free(wires);
	free(requests);
}

static void
wait_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

/* All that need not wait, a chunk at a time.  False if there was none. */
static bool
run_ready(struct azure *azure, struct call *calls, size_t n)
{
	struct call *chunk[CHUNK];
	size_t i, in_chunk = 0;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (calls[i].step == STEP_DONE || calls[i].wait_ms > 0)
			continue;
		chunk[in_chunk++] = &calls[i];
		any = true;
		if (in_chunk == CHUNK) {
			exchange(azure, chunk, in_chunk);
			in_chunk = 0;
		}
	}
	if (in_chunk > 0)
		exchange(azure, chunk, in_chunk);
	return any;
}

/* The longest wait that a call is in; ends all of them.  -1: all are done. */
static long
end_waits(struct call *calls, size_t n)
{
	long longest = -1;
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].step != STEP_DONE) {
			if (calls[i].wait_ms > longest)
				longest = calls[i].wait_ms;
			calls[i].wait_ms = 0;
		}
	return longest;
}

static void
give_up(struct call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].step != STEP_DONE &&
		    calls[i].op->result != STORE_FAILED)
			err_detail(store_fail(calls[i].op),
			    "azure: '%.200s': no time left for it",
			    calls[i].op->key);
}

static void
run(void *self, struct store_op *ops, size_t n)
{
	struct azure *azure = self;
	struct call *calls = std_zalloc(n * sizeof *calls);
	long wait = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		calls[i].op = &ops[i];
		buf_init(&calls[i].id);
		buf_init(&calls[i].page);
	}

	azure->deadline = clock_monotonic_ms() + PATIENCE_MS;
	while (wait != -1 && clock_monotonic_ms() + wait < azure->deadline) {
		wait_ms(wait);
		while (run_ready(azure, calls, n) &&
		       clock_monotonic_ms() < azure->deadline)
			;
		wait = end_waits(calls, n);
	}
	give_up(calls, n);

	for (i = 0; i < n; i++) {
		buf_release(&calls[i].id);
		buf_release(&calls[i].page);
	}
	free(calls);
}

static void
close_azure(void *self)
{
	struct azure *azure = self;

	http_free(azure->http);
	azure_sign_release(&azure->account);
	buf_release(&azure->container);
	free(azure);
}

/* 3 to 63 lower-case letters, digits and single '-' inside. */
static bool
container_ok(const char *name)
{
	size_t len = strlen(name);

	return len >= 3 && len <= 63 && name[0] != '-' &&
	       name[len - 1] != '-' && strstr(name, "--") == NULL &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static const struct store_backend backend = {
    .kind = "azure",
    .run = run,
    .close = close_azure,
};

int
store_azure_open(
    const struct store_options *options, struct store **out, struct err *err)
{
	const char *conn = options->azure_conn;
	struct azure *azure;

	if (options->container == NULL || !container_ok(options->container))
		return err_set(err, ERR_SETTING, MSG_AZURE_CONTAINER);

	azure = std_zalloc(sizeof *azure);
	azure->account = (struct azure_sign)AZURE_SIGN_INIT;
	buf_init(&azure->container);
	if (azure_sign_parse(conn, strlen(conn), &azure->account, err) == -1)
		goto bad;
	azure->http = http_new(err);
	if (azure->http == NULL)
		goto bad;

	buf_adds(&azure->container, options->container);
	snprintf(azure->page, sizeof azure->page, "%u",
	    options->page ? options->page : PAGE);
	azure->retry_ms = options->retry_ms ? options->retry_ms : RETRY_MS;
	*out = store_new(&backend, azure);
	return 0;
bad:
	close_azure(azure);
	return -1;
}
