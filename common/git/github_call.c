#include "git/github_call.h"

#include "base/std.h"

void
github_call_release(struct github_call *call)
{
	buf_release(&call->path);
	buf_release(&call->body);
	buf_release(&call->reply);
}

bool
github_call_says(const struct github_call *call, const char *words)
{
	return strcasestr(call->reply.s, words) != NULL;
}

struct json_object *
github_call_json(struct github_call *call)
{
	struct json_object *json = NULL;
	struct err err;

	if (call->result != GITHUB_OK)
		return NULL;
	if (json_parse(call->reply.s, call->reply.len, &json, &err) == 0 &&
	    json != NULL)
		return json;
	github_call_spoil(call, "the answer is no JSON");
	return NULL;
}

void
github_call_spoil(struct github_call *call, const char *why)
{
	call->result = call->once ? GITHUB_UNKNOWN : GITHUB_BROKEN;
	snprintf(call->why, sizeof call->why, "%s", why);
}

enum github_result
github_call_refuse(struct github_call *call, const char *why, struct err *err)
{
	call->result = GITHUB_INVALID;
	snprintf(call->why, sizeof call->why, "%s", why);
	return github_call_end(call, err);
}

enum github_result
github_call_end(const struct github_call *call, struct err *err)
{
	if (call->result == GITHUB_OK)
		return GITHUB_OK;

	err_set(err, ERR_BUSY, github_result_msg(call->result));
	err_detail(err, "github: %s %.200s: %s, status %d %.100s", call->method,
	    call->path.s, github_result_name(call->result), call->status,
	    call->why);
	return call->result;
}
