#include "git/object_bulk.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github.h"
#include "git/github_call.h"
#include "git/object_id.h"

/* The answer's bytes: of texts in JSON, where a line end is two bytes and some
 * characters are six. */
#define REPLY_MAX (4 * (size_t)OBJECT_BULK_BYTES)

/* The blobs of one query, which its call's check fills in. */
struct query {
	struct object_blob *blobs;
	size_t n;
};

static void
append_query(struct buf *out, const struct query *query)
{
	size_t i;

	buf_adds(out, "query($owner:String!,$name:String!){"
		      "repository(owner:$owner,name:$name){");
	for (i = 0; i < query->n; i++)
		buf_addf(out, "b%zu:object(oid:\"%s\"){...f}", i,
		    query->blobs[i].id.hex);
	buf_adds(out, "}}fragment f on Blob{text}");
}

static void
fill_body(
    struct buf *body, const struct github *github, const struct query *query)
{
	struct buf text = BUF_INIT;

	append_query(&text, query);
	json_open(body, '{');
	json_key(body, "query");
	json_add_str(body, text.s);
	json_key(body, "variables");
	json_open(body, '{');
	json_key(body, "owner");
	json_add_str(body, github_owner(github));
	json_key(body, "name");
	json_add_str(body, github_repo(github));
	json_close(body, '}');
	json_close(body, '}');
	buf_release(&text);
}

/* Take the text under the blob's alias, if it has the blob's id. */
static void
take_blob_text(
    struct json_object *repository, size_t i, struct object_blob *blob)
{
	struct json_object *text;
	struct object_id own;
	char alias[24];
	const char *s;
	size_t len;

	snprintf(alias, sizeof alias, "b%zu", i);
	text = json_get(json_get(repository, alias, json_type_object), "text",
	    json_type_string);
	if (text == NULL)
		return;
	s = json_object_get_string(text);
	len = (size_t)json_object_get_string_len(text);
	object_id_of_blob(s, len, &own);
	blob->result = GITHUB_DAMAGED;
	if (strcmp(own.hex, blob->id.hex) == 0) {
		blob->result = GITHUB_OK;
		buf_set(&blob->bytes, s, len);
	}
}

/*
 * Judge an answer without data by the first of its errors.  Types as GitHub
 * sends them; that of a limit is RATE_LIMIT or RATE_LIMITED.
 */
static enum github_result
judge_errors(struct github_call *call, struct json_object *json)
{
	struct json_object *list = json_get(json, "errors", json_type_array);
	struct json_object *first =
	    list != NULL ? json_object_array_get_idx(list, 0) : NULL;
	const char *type = json_get_str(first, "type");
	const char *message = json_get_str(first, "message");

	snprintf(call->why, sizeof call->why, "%.150s",
	    message != NULL ? message : "the answer has no data");
	if (type != NULL && std_starts(type, "RATE_LIMIT"))
		return GITHUB_LIMITED;
	if (message != NULL && strcasestr(message, "rate limit") != NULL)
		return GITHUB_LIMITED;
	if (std_streq(type, "NOT_FOUND"))
		return GITHUB_ABSENT;
	if (std_streq(type, "FORBIDDEN"))
		return GITHUB_FORBIDDEN;
	return GITHUB_BROKEN;
}

/*
 * Read the texts of an answer.  One that is no JSON was cut, or is a proxy's
 * page: it is asked for again.  One in which no text has its blob's id is of no
 * use, and would be none the next time.
 */
static enum github_result
check_blob_texts(struct github_call *call)
{
	struct query *query = call->into;
	struct json_object *json = github_call_json(call), *repository;
	enum github_result result = GITHUB_BROKEN;
	size_t i, good = 0;

	if (json == NULL)
		return GITHUB_DAMAGED;
	repository = json_get(json_get(json, "data", json_type_object),
	    "repository", json_type_object);
	for (i = 0; repository != NULL && i < query->n; i++) {
		take_blob_text(repository, i, &query->blobs[i]);
		good += query->blobs[i].result == GITHUB_OK;
	}
	if (good > 0)
		result = GITHUB_OK;
	else if (repository == NULL)
		result = judge_errors(call, json);
	else
		snprintf(call->why, sizeof call->why,
		    "no text has the id of its blob");
	json_object_put(json);
	if (result == GITHUB_OK)
		buf_release(&call->reply);
	return result;
}

/* Cut off the next query's blobs: as many as may be in one, but one at least. */
static struct query
next_query(struct object_blob *blobs, size_t n)
{
	struct query query = {.blobs = blobs};
	uint64_t bytes = 0;

	while (query.n < n && query.n < OBJECT_BULK_BLOBS) {
		bytes += blobs[query.n].size;
		if (query.n > 0 && bytes > OBJECT_BULK_BYTES)
			break;
		query.n++;
	}
	return query;
}

static void
fill_call(
    struct github_call *call, const struct github *github, struct query *query)
{
	*call = (struct github_call)GITHUB_CALL_INIT;
	call->method = "POST";
	call->graphql = true;
	buf_adds(&call->path, "/graphql");
	fill_body(&call->body, github, query);
	call->reply_max = REPLY_MAX;
	call->check = check_blob_texts;
	call->into = query;
}

static enum github_result
run_queries(
    struct github *github, struct query *queries, size_t n, struct err *err)
{
	struct github_call *calls = std_alloc(n * sizeof *calls);
	enum github_result result = GITHUB_OK;
	size_t i;

	for (i = 0; i < n; i++)
		fill_call(&calls[i], github, &queries[i]);
	github_run(github, calls, n);
	for (i = 0; i < n; i++) {
		if (result == GITHUB_OK)
			result = github_call_end(&calls[i], err);
		github_call_release(&calls[i]);
	}
	free(calls);
	return result;
}

enum github_result
object_bulk_get(
    struct github *github, struct object_blob *blobs, size_t n, struct err *err)
{
	struct github_call refused = GITHUB_CALL_INIT;
	struct query *queries;
	enum github_result result;
	size_t i, n_queries = 0;

	for (i = 0; i < n; i++) {
		if (!object_id_ok(blobs[i].id.hex))
			return github_call_refuse(&refused, "no id", err);
		blobs[i].result = GITHUB_ABSENT;
	}
	queries = std_alloc((n + 1) * sizeof *queries);
	for (i = 0; i < n; i += queries[n_queries++].n)
		queries[n_queries] = next_query(&blobs[i], n - i);
	result = run_queries(github, queries, n_queries, err);
	free(queries);
	return result;
}
