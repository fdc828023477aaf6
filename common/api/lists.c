#include "api/lists.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "task/task.h"
#include "task/task_tick.h"
#include "task/taskset.h"
#include "text/markdown.h"

int
lists_parse(
    const struct request *request, struct lists_query *q, struct err *err)
{
	enum task_kind kind;
	enum task_status status;

	q->filter = (struct week_filter){.kind = -1, .status = -1};
	if (request_query(request, "kategorie", &q->kind)) {
		if (task_kind_parse(q->kind.s, &kind) == -1)
			return err_field(err, "kategorie", MSG_KIND_UNKNOWN);
		q->filter.kind = (int)kind;
	}
	if (request_query(request, "status", &q->status)) {
		if (task_status_parse(q->status.s, &status) == -1)
			return err_field(err, "status", MSG_STATUS_UNKNOWN);
		q->filter.status = (int)status;
	}
	if (request_query(request, "tag", &q->tag))
		q->filter.tag = q->tag.s;
	if (request_query(request, "q", &q->search))
		q->filter.search = q->search.s;
	if (!enc_is_utf8(q->tag.s, q->tag.len))
		return err_field(err, "tag", MSG_SEARCH_NO_UTF8);
	if (!enc_is_utf8(q->search.s, q->search.len))
		return err_field(err, "q", MSG_SEARCH_NO_UTF8);
	return 0;
}

void
lists_query_release(struct lists_query *q)
{
	buf_release(&q->kind);
	buf_release(&q->status);
	buf_release(&q->tag);
	buf_release(&q->search);
}

static void
add_text_or_null(struct buf *out, const char *key, const char *s, size_t len)
{
	json_key(out, key);
	if (s != NULL)
		json_add_strn(out, s, len);
	else
		json_add_null(out);
}

void
lists_add_sides(struct buf *out, const char *fields, const struct buf *mine,
    const struct buf *theirs)
{
	char etag[ENC_HASH_LEN + 1];

	add_text_or_null(
	    out, "fields", fields, fields != NULL ? strlen(fields) : 0);
	add_text_or_null(out, "mine", mine != NULL ? mine->s : NULL,
	    mine != NULL ? mine->len : 0);
	add_text_or_null(out, "theirs", theirs != NULL ? theirs->s : NULL,
	    theirs != NULL ? theirs->len : 0);
	if (theirs != NULL)
		taskset_hash(theirs->s, theirs->len, etag);
	add_text_or_null(
	    out, "etag", theirs != NULL ? etag : NULL, ENC_HASH_LEN);
}

static void
add_task(struct buf *out, const struct lists_one *one, const char *etag)
{
	const struct edit_found *found = one->found;
	const char *body = found->bytes.s + one->task->body_at;
	size_t len = found->bytes.len - one->task->body_at;

	json_open(out, '{');
	week_add_task(out, one->sync, one->task, found->store_etag.s);
	json_key(out, "body");
	json_add_strn(out, body, len);
	json_key(out, "nodes");
	markdown_nodes(out, body, len,
	    task_tick_first_line(&found->bytes, one->task->body_at));
	json_key(out, "etag");
	json_add_str(out, etag);
	json_close(out, '}');
}

void
lists_reply(struct reply *reply, const struct lists_one *one)
{
	const struct buf *bytes = &one->found->bytes;
	struct buf *out = &reply->body;
	char etag[ENC_HASH_LEN + 1], whole[ENC_HASH_LEN + 1];

	taskset_hash(bytes->s, bytes->len, etag);
	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "task");
	add_task(out, one, etag);
	if (one->conflict != NULL) {
		json_key(out, "conflict");
		json_open(out, '{');
		json_key(out, "copy");
		json_add_str(out, one->conflict->conflict);
		json_key(out, "older");
		json_add_int(out, (int64_t)one->conflict->n_older);
		lists_add_sides(out, one->conflict->fields, one->mine, bytes);
		json_close(out, '}');
	}
	json_close(out, '}');

	/* Good for If-Match (the content) and If-None-Match (all of it). */
	enc_hash(out->s, out->len, whole);
	snprintf(
	    reply->etag_room, sizeof reply->etag_room, "%s-%.16s", etag, whole);
	reply->etag = reply->etag_room;
}
