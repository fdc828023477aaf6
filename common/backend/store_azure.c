/*
 * Sending: each op is a call (azure_call.h) that takes one step after another
 * until it has a result; all calls that are ready go out together.
 * azure_sign signs, http sends, azure_call says what an answer means.
 */
#include <sodium.h>
#include <time.h>

#include "backend/azure_call.h"
#include "backend/azure_changes.h"
#include "backend/azure_sign.h"
#include "backend/store_azure.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/http.h"
#include "base/std.h"
#include "settings/address.h"

#define VERSION     "2021-12-02" /* of the service's interface */
#define PAGE        5000         /* names; the most that the service gives */
#define RETRY_MS    4000  /* after a 500 or 503; then longer (azure_call.c) */
#define PATIENCE_MS 25000 /* no further try so long after the last answer */
#define CHUNK       256   /* requests that are in memory at once */
#define HEADERS     9

struct azure {
	struct azure_sign account;
	struct buf container;
	struct http *http;
	char page[12]; /* names in a page of a list */
	struct azure_call_service service;
	int64_t deadline; /* of this batch, on the monotonic clock, unless
			     * answers come */
	int64_t until_ms; /* of this batch, even if answers come */
};

/* A request in the form in which it is sent. */
struct wire {
	struct azure_call *call;
	struct buf url;
	size_t path_at; /* where the URL's path begins */
	struct buf headers[HEADERS];
	const char *header_list[HEADERS];
	size_t n_headers;
	struct azure_sign_param params[5];
	size_t n_params;
	struct http_field fields[AZURE_CALL_FIELDS];
};

static void
add_wire_header(struct wire *wire, const char *name, const char *value)
{
	struct buf *header = &wire->headers[wire->n_headers];

	buf_addf(header, "%s: %s", name, value);
	wire->header_list[wire->n_headers++] = header->s;
}

static void
add_query_param(struct wire *wire, const char *name, const char *value)
{
	wire->params[wire->n_params].name = name;
	wire->params[wire->n_params++].value = value;
}

/* Append a header with the ETag in quotes: in our ops and in lists an ETag has
 * none. */
static void
add_etag_header(struct wire *wire, const char *name, const char *etag)
{
	struct buf quoted = BUF_INIT;

	buf_addf(&quoted, "\"%s\"", etag);
	add_wire_header(wire, name, quoted.s);
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
		add_wire_header(wire, "If-None-Match", "*");
		break;
	case STORE_IF_CHANGED:
		if (op->etag != NULL && op->etag[0] != '\0')
			add_etag_header(wire, "If-None-Match", op->etag);
		break;
	}
}

static void
write_put(struct wire *wire, struct http_request *request)
{
	struct azure_call *call = wire->call;
	const struct store_op *op = call->op;

	request->method = "PUT";
	request->body = op->bytes != NULL ? op->bytes : "";
	request->len = op->len;
	add_wire_header(wire, "Content-Type", "application/octet-stream");
	add_wire_header(wire, "x-ms-blob-type", "BlockBlob");
	add_condition(wire, op);
	if (op->put_note != NULL && op->put_note[0] != '\0')
		add_wire_header(wire, "x-ms-meta-changes", op->put_note);
	if (op->cond != STORE_ALWAYS) {
		if (call->id.len == 0)
			enc_random(&call->id, 32);
		add_wire_header(wire, "x-ms-meta-put", call->id.s);
	}
}

static void
write_list(
    const struct azure *azure, struct wire *wire, struct http_request *request)
{
	const struct azure_call *call = wire->call;

	request->method = "GET";
	add_query_param(wire, "restype", "container");
	add_query_param(wire, "comp", "list");
	add_query_param(wire, "maxresults", azure->page);
	if (call->op->key[0] != '\0')
		add_query_param(wire, "prefix", call->op->key);
	if (call->page.len > 0)
		add_query_param(wire, "marker", call->page.s);
}

static void
write_container(struct wire *wire, struct http_request *request)
{
	request->method = "PUT";
	request->body = "";
	add_query_param(wire, "restype", "container");
}

static void
write_op_request(
    const struct azure *azure, struct wire *wire, struct http_request *request)
{
	const struct store_op *op = wire->call->op;

	request->method = "GET";
	switch (op->verb) {
	case STORE_VERB_GET:
		add_condition(wire, op);
		break;
	case STORE_VERB_PUT:
		write_put(wire, request);
		break;
	case STORE_VERB_REMOVE:
		request->method = "DELETE";
		add_condition(wire, op);
		break;
	case STORE_VERB_LIST:
		write_list(azure, wire, request);
		break;
	}
}

/* Append the key of the blob that the call's step is about. */
static void
add_key(struct buf *url, const struct azure_call *call)
{
	enc_percent(url,
	    call->step == AZURE_CALL_NOTE ? call->op->list->told_by
					  : call->op->key,
	    "/");
	if (call->step == AZURE_CALL_CHANGED)
		enc_percent(url, azure_changes_name(&call->changes), "");
}

static void
write_address(const struct azure *azure, struct wire *wire)
{
	const struct azure_call *call = wire->call;
	const char *host = strstr(azure->account.endpoint.s, "://") + 3;

	wire->path_at =
	    (size_t)(host - azure->account.endpoint.s) + strcspn(host, "/");
	buf_addf(
	    &wire->url, "%s/%s", azure->account.endpoint.s, azure->container.s);
	if (call->step != AZURE_CALL_CONTAINER &&
	    (call->step != AZURE_CALL_OP ||
		call->op->verb != STORE_VERB_LIST)) {
		buf_addc(&wire->url, '/');
		add_key(&wire->url, call);
	}
}

static void
write_query(const struct azure *azure, struct wire *wire)
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
write_authorization(const struct azure *azure, struct wire *wire,
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
	add_wire_header(wire, "Authorization", who.s);
	buf_release(&who);
}

static void
write_date(const struct azure *azure, struct wire *wire)
{
	struct buf date = BUF_INIT;

	azure_sign_date(&date, time(NULL) + azure->service.clock_ahead_s);
	add_wire_header(wire, "x-ms-date", date.s);
	buf_release(&date);
}

/* Write the request for the call's step. */
static void
write_request(const struct azure *azure, struct azure_call *call,
    struct wire *wire, struct http_request *request)
{
	static const char *const names[AZURE_CALL_FIELDS] = {
	    [AZURE_CALL_ETAG] = "ETag",
	    [AZURE_CALL_CODE] = "x-ms-error-code",
	    [AZURE_CALL_DATE] = "Date",
	    [AZURE_CALL_ID] = "x-ms-meta-put",
	    [AZURE_CALL_MODIFIED] = "Last-Modified",
	    [AZURE_CALL_CHANGES] = "x-ms-meta-changes",
	    [AZURE_CALL_LENGTH] = "Content-Length",
	};
	size_t i;

	*wire = (struct wire){.call = call, .url = BUF_INIT};
	for (i = 0; i < HEADERS; i++)
		buf_init(&wire->headers[i]);
	for (i = 0; i < AZURE_CALL_FIELDS; i++) {
		wire->fields[i].name = names[i];
		buf_init(&wire->fields[i].value);
	}
	*request = (struct http_request){
	    .want = wire->fields,
	    .n_want = AZURE_CALL_FIELDS,
	    .reply_max = STORE_BLOB_MAX,
	    .until_ms = azure->until_ms != STORE_NO_END ? azure->until_ms : 0,
	    .once = azure_call_is_write(call),
	    .reply = BUF_INIT,
	};

	write_address(azure, wire);
	write_date(azure, wire);
	add_wire_header(wire, "x-ms-version", VERSION);
	if (call->step == AZURE_CALL_CONTAINER)
		write_container(wire, request);
	else if (call->step == AZURE_CALL_LOOK_UP ||
		 call->step == AZURE_CALL_NOTE)
		request->method = "GET";
	else if (call->step == AZURE_CALL_CHANGED)
		request->method = "HEAD";
	else
		write_op_request(azure, wire, request);
	write_authorization(azure, wire, request);

	write_query(azure, wire);
	request->url = wire->url.s;
	request->headers = wire->header_list;
	request->n_headers = wire->n_headers;
}

static void
wipe_wire(struct wire *wire, struct http_request *request)
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

/* Count on from now: answers come, or are still to come. */
static void
move_deadline(struct azure *azure)
{
	azure->deadline = clock_monotonic_ms() + PATIENCE_MS;
	if (azure->deadline > azure->until_ms)
		azure->deadline = azure->until_ms;
}

/*
 * Send a request for each of the calls and take the answers.  Send nothing
 * past the deadline, which each answer moves: a long batch goes on as long as
 * answers come.
 */
static void
send_calls(struct azure *azure, struct azure_call *const *calls, size_t n)
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
		calls[i]->clock_ahead_s = azure->service.clock_ahead_s;
		write_request(azure, calls[i], &wires[i], &requests[i]);
	}
	http_run(azure->http, requests, n);
	for (i = 0; i < n; i++) {
		calls[i]->op->requests++;
		if (calls[i]->step == AZURE_CALL_NOTE ||
		    calls[i]->step == AZURE_CALL_CHANGED)
			calls[i]->op->gets++;
		calls[i]->op->us += requests[i].us;
		if (azure_call_hear(calls[i], &requests[i], &azure->service))
			move_deadline(azure);
		wipe_wire(&wires[i], &requests[i]);
	}
	free(wires);
	free(requests);
}

static void
sleep_for(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

/* Send all calls that need not wait, a chunk at a time.  Return false if there
 * was none. */
static bool
send_ready(struct azure *azure, struct azure_call *calls, size_t n)
{
	struct azure_call *chunk[CHUNK];
	size_t i, in_chunk = 0;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (calls[i].step == AZURE_CALL_DONE || calls[i].wait_ms > 0)
			continue;
		chunk[in_chunk++] = &calls[i];
		any = true;
		if (in_chunk == CHUNK) {
			send_calls(azure, chunk, in_chunk);
			in_chunk = 0;
		}
	}
	if (in_chunk > 0)
		send_calls(azure, chunk, in_chunk);
	return any;
}

/* End all waits and return the longest of them in ms; -1 if all calls are
 * done. */
static long
end_waits(struct azure_call *calls, size_t n)
{
	long longest = -1;
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].step != AZURE_CALL_DONE) {
			if (calls[i].wait_ms > longest)
				longest = calls[i].wait_ms;
			calls[i].wait_ms = 0;
		}
	return longest;
}

static void
give_up_calls(struct azure_call *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (calls[i].step != AZURE_CALL_DONE &&
		    calls[i].op->result != STORE_FAILED)
			err_detail(store_fail(calls[i].op),
			    "azure: '%.200s': no time left for it",
			    calls[i].op->key);
}

static void
run_azure(void *self, struct store_op *ops, size_t n, int64_t until_ms)
{
	struct azure *azure = self;
	struct azure_call *calls = std_zalloc(n * sizeof *calls);
	long wait = 0;
	size_t i;

	for (i = 0; i < n; i++)
		azure_call_init(&calls[i], &ops[i]);

	azure->until_ms = until_ms;
	move_deadline(azure);
	while (wait != -1 && clock_monotonic_ms() + wait < azure->deadline) {
		sleep_for(wait);
		while (send_ready(azure, calls, n) &&
		       clock_monotonic_ms() < azure->deadline)
			;
		wait = end_waits(calls, n);
	}
	give_up_calls(calls, n);

	for (i = 0; i < n; i++)
		azure_call_release(&calls[i]);
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

/* Return true for 3 to 63 lower-case letters, digits and single '-' inside
 * (Azure, "Naming and referencing containers"). */
static bool
is_container_name(const char *name)
{
	size_t len = strlen(name);

	return len >= 3 && len <= 63 && name[0] != '-' &&
	       name[len - 1] != '-' && strstr(name, "--") == NULL &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static const struct store_backend backend = {
    .kind = "azure",
    .takes_notes = true,
    .run = run_azure,
    .close = close_azure,
};

int
store_azure_open(
    const struct store_options *options, struct store **out, struct err *err)
{
	const char *conn = options->azure_conn;
	struct azure *azure;

	if (options->container == NULL ||
	    !is_container_name(options->container))
		return err_set(err, ERR_SETTING, MSG_AZURE_CONTAINER);

	azure = std_zalloc(sizeof *azure);
	azure->account = (struct azure_sign)AZURE_SIGN_INIT;
	buf_init(&azure->container);
	if (azure_sign_parse(conn, strlen(conn), &azure->account, err) == -1 ||
	    address_check("AZURE_BLOB_CONN", azure->account.endpoint.s, err) ==
		-1)
		goto bad;
	azure->http = http_new(options->proxy, err);
	if (azure->http == NULL)
		goto bad;

	buf_adds(&azure->container, options->container);
	snprintf(azure->page, sizeof azure->page, "%u",
	    options->page ? options->page : PAGE);
	azure->service.retry_ms =
	    options->retry_ms ? options->retry_ms : RETRY_MS;
	*out = store_new(&backend, azure);
	return 0;
bad:
	close_azure(azure);
	return -1;
}
