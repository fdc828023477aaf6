/*
 * A conditional put carries a random id in the blob's metadata.  If an answer
 * was lost and the next try is told that another writer was first, the id
 * tells whether that was this call: equal bytes alone do not, since two
 * writers of a counter write the same.
 */
#include "backend/azure_call.h"

#include <strings.h>
#include <time.h>

#include "backend/azure_changes.h"
#include "backend/azure_list.h"
#include "backend/azure_sign.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"
#include "base/std.h"

#define TRIES       4
#define CLOCK_OFF_S 60 /* further off than this, the clock explains a 403 */

void
azure_call_init(struct azure_call *call, struct store_op *op)
{
	*call = (struct azure_call){.op = op,
	    .id = BUF_INIT,
	    .page = BUF_INIT,
	    .changes = AZURE_CHANGES_INIT};
	op->unsure = false;
	if (azure_changes_wanted(op))
		call->step = AZURE_CALL_NOTE;
}

void
azure_call_release(struct azure_call *call)
{
	buf_release(&call->id);
	buf_release(&call->page);
	azure_changes_release(&call->changes);
}

bool
azure_call_is_write(const struct azure_call *call)
{
	return call->step == AZURE_CALL_OP &&
	       (call->op->verb == STORE_VERB_PUT ||
		   call->op->verb == STORE_VERB_REMOVE);
}

static void
end_call(struct azure_call *call, enum store_result result)
{
	call->op->result = result;
	call->op->err.code = ERR_NONE;
	call->step = AZURE_CALL_DONE;
}

/* Set the op's error; it stands unless a later try succeeds. */
static void
note_fault(struct azure_call *call, const struct http_request *request)
{
	struct err *err = store_fail(call->op);

	if (request->fault != HTTP_ANSWERED)
		err_detail(err, "azure: %s '%.200s': %s", request->method,
		    call->op->key, request->why);
	else
		err_detail(err, "azure: %s '%.200s': status %d %.60s",
		    request->method, call->op->key, request->status,
		    request->want[AZURE_CALL_CODE].value.s);
}

static void
fail_call(struct azure_call *call, const struct http_request *request)
{
	note_fault(call, request);
	call->step = AZURE_CALL_DONE;
}

/* Try again after a request without a usable answer; `wait_ms` before the
 * second try.  A write without condition is never sent twice. */
static void
try_again(
    struct azure_call *call, const struct http_request *request, long wait_ms)
{
	static const long factors[TRIES] = {1, 1, 3, 7};
	bool sent = request->fault != HTTP_UNREACHED;

	if (azure_call_is_write(call) && sent) {
		call->unsure = true;
		if (call->op->cond == STORE_ALWAYS) {
			fail_call(call, request);
			return;
		}
	}
	note_fault(call, request);
	if (++call->tries == TRIES)
		call->step = AZURE_CALL_DONE;
	else
		call->wait_ms = wait_ms * factors[call->tries];
}

static void
next_step(struct azure_call *call, enum azure_call_step step)
{
	call->step = step;
	call->tries = 0;
}

static bool
is_status_code(const struct http_request *request, int status, const char *code)
{
	return request->status == status &&
	       strcasecmp(request->want[AZURE_CALL_CODE].value.s, code) == 0;
}

static void
take_etag_field(struct buf *etag, const struct http_request *request)
{
	const struct buf *value = &request->want[AZURE_CALL_ETAG].value;
	size_t len = value->len;

	if (len >= 2 && value->s[0] == '"' && value->s[len - 1] == '"')
		buf_set(etag, value->s + 1, len - 2);
	else
		buf_set(etag, value->s, len);
}

/* End the call with `verdict`, as another writer was first.  If the answer to
 * an earlier try was lost, look the blob up before: that writer may have been
 * this call. */
static void
lose_race(struct azure_call *call, enum store_result verdict)
{
	if (!call->unsure) {
		end_call(call, verdict);
		return;
	}
	call->verdict = verdict;
	next_step(call, AZURE_CALL_LOOK_UP);
}

/* Both dates are the service's, so our clock has no part in it. */
static int64_t
read_age_ms(const struct http_request *request)
{
	int64_t then, now;

	if (azure_sign_parse_date(
		request->want[AZURE_CALL_MODIFIED].value.s, &then) == -1 ||
	    azure_sign_parse_date(
		request->want[AZURE_CALL_DATE].value.s, &now) == -1 ||
	    now < then)
		return -1;
	return (now - then) * 1000;
}

/*
 * Return true if the service refuses for the state of this blob alone (Blob
 * service error codes).  A 403 is about who asks, so about all of them.
 */
static bool
is_barred(const struct http_request *request)
{
	static const char *const codes[] = {"BlobArchived",
	    "BlobBeingRehydrated", "BlobImmutableDueToLegalHold",
	    "BlobImmutableDueToPolicy", "BlobUsesCustomerSpecifiedEncryption"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(codes); i++)
		if (is_status_code(request, 409, codes[i]))
			return true;
	return false;
}

/* Fail a get or put whose answer is none of those that it knows. */
static void
fail_blob(struct azure_call *call, const struct http_request *request)
{
	call->op->barred = is_barred(request);
	fail_call(call, request);
}

static void
judge_get(struct azure_call *call, struct http_request *request)
{
	struct store_op *op = call->op;

	if (request->status == 200 &&
	    request->want[AZURE_CALL_ETAG].value.len > 0) {
		buf_move(&op->body, &request->reply);
		buf_move(&op->note, &request->want[AZURE_CALL_CHANGES].value);
		op->age_ms = read_age_ms(request);
		take_etag_field(&op->new_etag, request);
		end_call(call, STORE_OK);
	} else if (request->status == 304 && op->cond == STORE_IF_CHANGED) {
		end_call(call, STORE_UNCHANGED);
	} else if (is_status_code(request, 404, "BlobNotFound") ||
		   is_status_code(request, 404, "ContainerNotFound")) {
		end_call(call, STORE_ABSENT);
	} else {
		fail_blob(call, request);
	}
}

static void
judge_put(struct azure_call *call, struct http_request *request)
{
	struct store_op *op = call->op;

	if (request->status == 201 &&
	    request->want[AZURE_CALL_ETAG].value.len > 0) {
		take_etag_field(&op->new_etag, request);
		end_call(call, STORE_OK);
	} else if (op->cond == STORE_IF_NEW &&
		   (is_status_code(request, 409, "BlobAlreadyExists") ||
		       is_status_code(request, 412, "ConditionNotMet"))) {
		lose_race(call, STORE_EXISTS);
	} else if (op->cond == STORE_IF_MATCH &&
		   (is_status_code(request, 412, "ConditionNotMet") ||
		       is_status_code(request, 404, "BlobNotFound") ||
		       is_status_code(request, 404, "ContainerNotFound"))) {
		lose_race(call, STORE_CHANGED);
	} else if (is_status_code(request, 404, "ContainerNotFound") &&
		   !call->made) {
		call->made = true;
		next_step(call, AZURE_CALL_CONTAINER);
	} else {
		fail_blob(call, request);
	}
}

static void
judge_remove(struct azure_call *call, struct http_request *request)
{
	bool conditional = call->op->cond == STORE_IF_MATCH;

	if (request->status == 202) {
		end_call(call, STORE_OK);
	} else if (is_status_code(request, 404, "BlobNotFound") ||
		   is_status_code(request, 404, "ContainerNotFound")) {
		/* If an earlier try's answer was lost, that try has
		 * removed it. */
		if (call->unsure)
			end_call(call, STORE_OK);
		else
			end_call(
			    call, conditional ? STORE_CHANGED : STORE_ABSENT);
	} else if (conditional &&
		   is_status_code(request, 412, "ConditionNotMet")) {
		lose_race(call, STORE_CHANGED);
	} else {
		fail_call(call, request);
	}
}

static void
judge_list(struct azure_call *call, struct http_request *request,
    const struct azure_call_service *service)
{
	struct buf next = BUF_INIT;
	const char *why;

	if (is_status_code(request, 404, "ContainerNotFound")) {
		end_call(call, STORE_OK);
		return;
	}
	if (request->status != 200) {
		fail_call(call, request);
		return;
	}

	if (azure_list_parse(request->reply.s, request->reply.len,
		call->op->list, &next, &why) == -1) {
		request->fault = HTTP_LOST;
		snprintf(request->why, sizeof request->why, "list: %s", why);
		try_again(call, request, service->retry_ms);
	} else if (next.len == 0) {
		/* What is no blob changes without a note. */
		if (call->op->list->n_strange > 0)
			call->op->list->mark[0] = '\0';
		end_call(call, STORE_OK);
	} else if (buf_eq(&next, &call->page)) {
		request->fault = HTTP_LOST;
		snprintf(request->why, sizeof request->why,
		    "list: the same page again");
		fail_call(call, request);
	} else {
		buf_move(&call->page, &next);
		next_step(call, AZURE_CALL_OP);
	}
	buf_release(&next);
}

/* Look at the next blob that may have changed, if there is one. */
static void
look_at_next(struct azure_call *call)
{
	if (azure_changes_name(&call->changes) == NULL)
		end_call(call, STORE_OK);
	else if (azure_changes_give_up(&call->changes, call->op->list))
		next_step(call, AZURE_CALL_OP);
	else
		next_step(call, AZURE_CALL_CHANGED);
}

static void
judge_note(struct azure_call *call, const struct http_request *request)
{
	static const struct buf none = BUF_INIT;
	bool absent = is_status_code(request, 404, "BlobNotFound") ||
		      is_status_code(request, 404, "ContainerNotFound");

	if (request->status != 200 && !absent)
		fail_call(call, request);
	else if (azure_changes_begin(&call->changes, call->op->list,
		     absent ? &none : &request->reply,
		     request->want[AZURE_CALL_CHANGES].value.s))
		look_at_next(call);
	else
		next_step(call, AZURE_CALL_OP);
}

static void
judge_blob(struct azure_call *call, const struct http_request *request)
{
	bool gone = is_status_code(request, 404, "BlobNotFound");
	struct buf etag = BUF_INIT;
	struct store_item item = {
	    .size =
		strtoull(request->want[AZURE_CALL_LENGTH].value.s, NULL, 10)};
	int64_t unix_s;

	if (request->status == 200)
		take_etag_field(&etag, request);
	if (azure_sign_parse_date(
		request->want[AZURE_CALL_MODIFIED].value.s, &unix_s) == 0)
		item.modified_ms = unix_s * 1000;
	item.etag = etag.s;
	if (gone || etag.len > 0) {
		azure_changes_add(&call->changes, call->op, &item);
		look_at_next(call);
	} else {
		fail_call(call, request);
	}
	buf_release(&etag);
}

static void
judge_container(struct azure_call *call, struct http_request *request)
{
	if (request->status == 201 ||
	    is_status_code(request, 409, "ContainerAlreadyExists"))
		next_step(call, AZURE_CALL_OP);
	else
		fail_call(call, request);
}

static bool
is_own_put(const struct azure_call *call, const struct http_request *request)
{
	const struct store_op *op = call->op;

	return op->verb == STORE_VERB_PUT &&
	       buf_eq(&request->want[AZURE_CALL_ID].value, &call->id) &&
	       request->reply.len == op->len &&
	       (op->len == 0 ||
		   memcmp(request->reply.s, op->bytes, op->len) == 0);
}

static void
judge_look_up(struct azure_call *call, struct http_request *request)
{
	bool absent = is_status_code(request, 404, "BlobNotFound");

	if (request->status == 200 && is_own_put(call, request)) {
		take_etag_field(&call->op->new_etag, request);
		end_call(call, STORE_OK);
	} else if (absent && call->op->verb == STORE_VERB_REMOVE) {
		end_call(call, STORE_OK);
	} else if (request->status == 200 ||
		   (absent && call->verdict == STORE_CHANGED)) {
		call->op->unsure = true;
		end_call(call, call->verdict);
	} else {
		fail_call(call, request);
	}
}

static bool
is_busy_status(int status)
{
	return status == 408 || status == 429 || status == 500 ||
	       status == 502 || status == 503 || status == 504;
}

/* Take the service's clock, once, if a 403 may come from ours being wrong.
 * True if the call is to be sent again. */
static bool
set_clock(struct azure_call *call, const struct http_request *request,
    struct azure_call_service *service)
{
	int64_t theirs, ahead;

	if (request->status != 403 || call->clock_judged ||
	    azure_sign_parse_date(
		request->want[AZURE_CALL_DATE].value.s, &theirs) == -1)
		return false;

	/* Another call of this batch may have set it since this one left, so
	 * the new value is not what decides. */
	call->clock_judged = true;
	ahead = theirs - time(NULL);
	if (llabs(ahead - call->clock_ahead_s) < CLOCK_OFF_S)
		return false;
	service->clock_ahead_s = ahead;
	return true;
}

/* Take an answer by the step that it belongs to.  If it is a 403 for a wrong
 * clock, only take the service's clock: the step is sent again. */
static void
judge_answer(struct azure_call *call, struct http_request *request,
    struct azure_call_service *service)
{
	if (set_clock(call, request, service))
		return;

	if (call->step == AZURE_CALL_CONTAINER)
		judge_container(call, request);
	else if (call->step == AZURE_CALL_LOOK_UP)
		judge_look_up(call, request);
	else if (call->step == AZURE_CALL_NOTE)
		judge_note(call, request);
	else if (call->step == AZURE_CALL_CHANGED)
		judge_blob(call, request);
	else if (call->op->verb == STORE_VERB_GET)
		judge_get(call, request);
	else if (call->op->verb == STORE_VERB_PUT)
		judge_put(call, request);
	else if (call->op->verb == STORE_VERB_REMOVE)
		judge_remove(call, request);
	else
		judge_list(call, request, service);
}

bool
azure_call_hear(struct azure_call *call, struct http_request *request,
    struct azure_call_service *service)
{
	/* Try sooner after a broken connection than after a busy answer, by
	 * which the service asks for time. */
	if (request->fault == HTTP_TOO_LARGE && !azure_call_is_write(call)) {
		fail_call(call, request);
	} else if (request->fault != HTTP_ANSWERED) {
		try_again(call, request, service->retry_ms / 20);
	} else if (is_busy_status(request->status)) {
		try_again(call, request, service->retry_ms);
	} else {
		judge_answer(call, request, service);
		return true;
	}
	return false;
}
