#include "git/github_call.h"

#include "base/enc.h"
#include "base/std.h"

void
github_call_release(struct github_call *call)
{
	buf_release(&call->path);
	buf_release(&call->body);
	buf_release(&call->reply);
}

bool
github_call_writes(const struct github_call *call)
{
	return !call->graphql && strcmp(call->method, "GET") != 0;
}

/* Append a sentence after others, its lines and blanks as one blank each. */
static void
append_words(struct buf *out, const char *text)
{
	bool gap = false, begun = false;

	if (text == NULL)
		return;
	if (out->len > 0)
		buf_adds(out, ": ");
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c == 0x7f) {
			gap = begun;
			continue;
		}
		if (gap)
			buf_addc(out, ' ');
		buf_addc(out, *text);
		begun = true;
		gap = false;
	}
}

/* An item of "errors" is an object with a message, or a text. */
static void
append_errors(struct buf *out, struct json_object *json)
{
	struct json_object *list = json_get(json, "errors", json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (json_object_is_type(item, json_type_string))
			append_words(out, json_object_get_string(item));
		else
			append_words(out, json_get_str(item, "message"));
	}
}

void
github_call_note_words(struct github_call *call, const char *secret)
{
	struct json_object *json = NULL;
	struct buf words = BUF_INIT;
	struct err err;
	size_t len;

	call->why[0] = '\0';
	if (call->status < 300 || strstr(call->reply.s, secret) != NULL)
		return;
	if (json_parse(call->reply.s, call->reply.len, &json, &err) == 0) {
		append_words(&words, json_get_str(json, "message"));
		append_errors(&words, json);
	}
	len = words.len;
	while (len >= sizeof call->why ||
	       ((unsigned char)words.s[len] & 0xc0) == 0x80)
		len--;
	if (enc_is_utf8(words.s, len))
		snprintf(
		    call->why, sizeof call->why, "%.*s", (int)len, words.s);
	buf_release(&words);
	json_object_put(json);
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

/*
 * Return true if the answer's words say best why a change was refused: a 422,
 * and of a request that writes a 403 (a right that the token lacks, a repository
 * that is archived) or a 409 (a secret in the bytes; docs.github.com, "Working
 * with push protection from the REST API").
 */
static bool
has_reason(const struct github_call *call)
{
	if (call->why[0] == '\0')
		return false;
	switch (call->result) {
	case GITHUB_INVALID:
	case GITHUB_PROTECTED:
		return call->status == 422;
	case GITHUB_FORBIDDEN:
		return call->status == 403 && github_call_writes(call);
	case GITHUB_CONFLICT:
		return call->status == 409 && github_call_writes(call);
	default:
		return false;
	}
}

enum github_result
github_call_end(const struct github_call *call, struct err *err)
{
	if (call->result == GITHUB_OK)
		return GITHUB_OK;

	if (call->status == 409 && github_call_says(call, "is empty")) {
		err_set(err, ERR_BUSY, MSG_GITHUB_EMPTY);
	} else if (has_reason(call)) {
		err_set(err, ERR_BUSY, MSG_GITHUB_SAYS);
		err_value(err, "%s", call->why);
	} else {
		err_set(err, ERR_BUSY, github_result_msg(call->result));
	}
	err_detail(err, "github: %s %.200s: %s, status %d %.100s", call->method,
	    call->path.s, github_result_name(call->result), call->status,
	    call->why);
	return call->result;
}
