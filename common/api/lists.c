#include "api/lists.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/etag.h"
#include "base/json.h"
#include "base/zone.h"
#include "edit/search.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "task/task_tick.h"
#include "task/taskset.h"
#include "text/markdown.h"
#include "week/filter.h"
#include "week/ledger.h"
#include "week/problems.h"
#include "week/week.h"

/* The query of a list, checked. */
struct query {
	struct buf kind, status, tag, search;
	struct filter filter;
	bool in_texts;       /* look for `search` in the texts, too, */
	struct search found; /* and what that finds */
};
#define QUERY_INIT                                                             \
	{                                                                      \
		.kind = BUF_INIT, .status = BUF_INIT, .tag = BUF_INIT,         \
		.search = BUF_INIT, .filter = FILTER_ANY, .found = SEARCH_INIT \
	}

/* Read and check the query; release it also if that fails. */
static int
parse_query(const struct request *request, struct query *q, struct err *err)
{
	enum task_kind kind;
	enum task_status status;

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
		filter_set_tag(&q->filter, q->tag.s);
	if (request_query(request, "q", &q->search))
		filter_set_search(&q->filter, q->search.s);
	q->in_texts =
	    request_query_is_true(request, "text") && q->search.len > 0;
	if (!enc_is_utf8(q->tag.s, q->tag.len))
		return err_field(err, "tag", MSG_SEARCH_NO_UTF8);
	if (!enc_is_utf8(q->search.s, q->search.len))
		return err_field(err, "q", MSG_SEARCH_NO_UTF8);
	return 0;
}

static void
release_query(struct query *q)
{
	buf_release(&q->kind);
	buf_release(&q->status);
	buf_release(&q->tag);
	buf_release(&q->search);
	filter_release(&q->filter);
	search_release(&q->found);
}

/* Load the mirror, and look into the texts of its tasks if the query asks for
 * that; `found` borrows from the mirror. */
static int
load_tasks(struct app *app, const char *user, struct mirror *mirror,
    struct query *q, struct err *err)
{
	int rc = mirror_load(app, user, mirror, err);

	if (rc == 0 && q->in_texts)
		rc = search_texts(
		    app, user, &mirror->set, &q->filter, &q->found, err);
	return rc;
}

/* Append the member `unread` of such a search: of how many tasks it left out
 * the text. */
static void
add_unread(struct buf *out, const struct query *q)
{
	if (!q->in_texts)
		return;
	json_key(out, "unread");
	json_add_int(out, (int64_t)q->found.n_unread);
}

int
lists_reply_all(struct app *app, struct mirror_memory *memory,
    const struct request *request, struct reply *reply, struct err *err)
{
	struct query q = QUERY_INIT;
	struct mirror mirror = MIRROR_WITH(memory);
	struct week week;
	int rc = parse_query(request, &q, err);

	if (rc == 0)
		rc = load_tasks(app, request->user, &mirror, &q, err);
	if (rc == 0) {
		week = mirror_week(app, request->user, &mirror, app_now(app));
		json_open(&reply->body, '{');
		json_key(&reply->body, "tasks");
		week_add_tasks(&reply->body, &week, &q.filter);
		problems_add(&reply->body, week.set, week.sync);
		add_unread(&reply->body, &q);
		json_close(&reply->body, '}');
	}
	release_query(&q);
	mirror_release(&mirror);
	return rc;
}

static int
add_day_value(struct err *err, struct day day)
{
	struct buf text = BUF_INIT;

	day_add(&text, day);
	err_value(err, "%s", text.s);
	buf_release(&text);
	return -1;
}

/* Read ?from=, `today` without it. */
static int
parse_from(const struct request *request, struct day today, struct day *from,
    struct err *err)
{
	struct day first = day_plus(today, -WEEK_PAST_DAYS);
	struct day last = day_plus(today, WEEK_AHEAD_DAYS), day = today;
	struct buf value = BUF_INIT;
	bool is_day = !request_query(request, "from", &value) ||
		      day_parse(value.s, &day) == 0;

	buf_release(&value);
	if (!is_day || day_cmp(day, first) < 0 || day_cmp(day, last) > 0) {
		err_field(err, "from", MSG_FROM_NO_DAY);
		add_day_value(err, first);
		return add_day_value(err, last);
	}
	*from = day;
	return 0;
}

int
lists_reply_week(struct app *app, struct mirror_memory *memory,
    const struct request *request, struct reply *reply, struct err *err)
{
	const int64_t now = app_now(app);
	const struct day today = day_of(now, zone_of(app->conf.zone));
	struct mirror mirror = MIRROR_WITH(memory);
	struct week week;
	struct day from;

	if (parse_from(request, today, &from, err) == -1 ||
	    mirror_load(app, request->user, &mirror, err) == -1)
		return -1;
	week = mirror_week(app, request->user, &mirror, now);
	week_print_from(&reply->body, &week, from);
	reply_set_now(reply, now);
	mirror_release(&mirror);
	return 0;
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
	    out, "etag", theirs != NULL ? etag : NULL, ETAG_CONTENT_LEN);
}

/* What is told of one task. */
struct one {
	const struct ledger *sync; /* as in struct week */
	const struct edit_found *found;
	const struct task *task;
	const struct ledger_file
	    *conflict; /* its record; NULL: there is none */
	const struct buf *mine;
};

static void
add_task(struct buf *out, const struct one *one, const char *etag)
{
	const struct edit_found *found = one->found;
	const char *body = found->bytes.s + one->task->body_at;
	size_t len = found->bytes.len - one->task->body_at;

	json_open(out, '{');
	week_add_task(out, one->sync, one->task, found->store_etag.s);
	json_key(out, "frontMatter");
	json_add_strn(out, found->bytes.s, one->task->body_at);
	json_key(out, "body");
	json_add_strn(out, body, len);
	json_key(out, "nodes");
	markdown_nodes(out, body, len,
	    task_tick_first_line(&found->bytes, one->task->body_at));
	taskset_add_etag(out, etag);
	json_close(out, '}');
}

static void
fill_reply(struct reply *reply, const struct one *one)
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
	snprintf(reply->etag_room, sizeof reply->etag_room, "%.*s-%.16s",
	    ETAG_CONTENT_LEN, etag, whole);
	reply->etag = reply->etag_room;
}

static int
refuse_bad_file(
    const char *file, const struct task_problem *problem, struct err *err)
{
	err_set(err, ERR_BAD_FILE, MSG_TASK_INVALID_AT);
	err_value(err, "%s", file);
	err_value(err, "%u", problem->line);
	return err_cause(err, &problem->reason);
}

/* The task as it was found, and a conflict that it is in. */
static int
reply_found(struct app *app, const char *user, const struct mirror_one *found,
    const struct task *task, struct reply *reply, struct err *err)
{
	const struct ledger_file *record =
	    ledger_find(&found->sync, task->file);
	struct one one = {
	    .sync = found->has_repo ? &found->sync : NULL,
	    .found = &found->task,
	    .task = task,
	};
	struct buf mine = BUF_INIT;
	bool there = false;
	int rc = 0;

	if (record != NULL && record->conflict[0] != '\0') {
		one.conflict = record;
		rc = mirror_copy(app, user, record, &mine, &there, err);
	}
	if (rc == 0) {
		one.mine = there ? &mine : NULL;
		fill_reply(reply, &one);
	}
	buf_release(&mine);
	return rc;
}

int
lists_reply_one(struct app *app, const char *user,
    const struct mirror_one *found, struct reply *reply, struct err *err)
{
	const struct edit_found *file = &found->task;
	struct task task = TASK_INIT;
	struct task_problem problem;
	int rc;

	if (task_parse(file->file.s, file->bytes.s, file->bytes.len, &task,
		&problem) == -1)
		return refuse_bad_file(file->file.s, &problem, err);
	rc = reply_found(app, user, found, &task, reply, err);
	task_release(&task);
	return rc;
}
