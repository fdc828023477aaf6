#include "listing.h"

#include "json.h"
#include "markdown.h"
#include "taskset.h"

int
listing_parse(
    const struct request *request, struct listing_query *q, struct err *err)
{
	enum task_kind kind;
	enum task_status status;

	q->filter = (struct week_filter){.kind = -1, .status = -1};
	if (request_query(request, "kategorie", &q->kind)) {
		if (task_kind_parse(q->kind.s, &kind) == -1)
			return err_field(err, "kategorie",
			    "Die Kategorie muss arbeit oder privat sein.");
		q->filter.kind = (int)kind;
	}
	if (request_query(request, "status", &q->status)) {
		if (task_status_parse(q->status.s, &status) == -1)
			return err_field(err, "status",
			    "Der Status muss offen, abgeschlossen oder "
			    "abgebrochen sein.");
		q->filter.status = (int)status;
	}
	if (request_query(request, "tag", &q->tag))
		q->filter.tag = q->tag.s;
	if (request_query(request, "q", &q->search))
		q->filter.search = q->search.s;
	if (!enc_is_utf8(q->search.s, q->search.len))
		return err_field(err, "q", "Die Suche ist kein UTF-8.");
	return 0;
}

void
listing_query_release(struct listing_query *q)
{
	buf_release(&q->kind);
	buf_release(&q->status);
	buf_release(&q->tag);
	buf_release(&q->search);
}

void
listing_reply(struct reply *reply, const struct week *week,
    const struct edit_found *found, const struct task *task)
{
	const char *body = found->bytes.s + task->body_at;
	size_t len = found->bytes.len - task->body_at;
	struct buf *out = &reply->body;
	char etag[ENC_HASH_LEN + 1], whole[ENC_HASH_LEN + 1];

	taskset_hash(found->bytes.s, found->bytes.len, etag);
	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "task");
	json_open(out, '{');
	week_add_task(out, task);
	json_key(out, "deadlineRisk");
	json_add_bool(out, week_is_at_risk(week, task->file));
	json_key(out, "body");
	json_add_strn(out, body, len);
	json_key(out, "nodes");
	markdown_nodes(out, body, len);
	json_key(out, "etag");
	json_add_str(out, etag);
	json_close(out, '}');
	json_close(out, '}');

	/* Good for If-Match (the content) and If-None-Match (all of it). */
	enc_hash(out->s, out->len, whole);
	snprintf(
	    reply->etag_room, sizeof reply->etag_room, "%s-%.16s", etag, whole);
	reply->etag = reply->etag_room;
}
