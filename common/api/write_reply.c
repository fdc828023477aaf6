#include "api/write_reply.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "store/names.h"
#include "sync/bell.h"
#include "sync/publish.h"
#include "task/taskset.h"

static void
print_git(
    struct buf *out, const struct conf *conf, const struct publish_git *git)
{
	struct buf url = BUF_INIT;

	json_key(out, "gitPushed");
	json_add_bool(out, git->pushed);
	if (git->pushed && git->url != NULL) {
		json_key(out, "prUrl");
		json_add_str(out, git->url);
		json_key(out, "prNumber");
		json_add_int(out, git->number);
	} else if (git->pushed) {
		buf_addf(&url, "%s/%s/%s/commit/%s", conf->github_oauth_url,
		    conf->github_owner, conf->github_repo, git->commit);
		json_key(out, "commitSha");
		json_add_str(out, git->commit);
		json_key(out, "htmlUrl");
		json_add_str(out, url.s);
	}
	json_close(out, '}');
	buf_release(&url);
}

/* What a write has left, and how long its client waits for Git. */
struct wrote {
	const char *user, *file, *etag;
	int wait_s;
};

static void
print_address(struct buf *out, struct app *app, const struct wrote *wrote,
    struct buf *body)
{
	int64_t ms = (int64_t)wrote->wait_s * 1000;
	struct buf json = BUF_INIT;

	if (ms > app->conf.sync_wait_ms)
		ms = app->conf.sync_wait_ms;
	json_open(&json, '{');
	json_key(&json, "user");
	json_add_str(&json, wrote->user);
	json_key(&json, "file");
	json_add_str(&json, wrote->file);
	json_key(&json, "etag");
	json_add_str(&json, wrote->etag);
	json_key(&json, "wait");
	json_add_int(&json, wrote->wait_s);
	json_key(&json, "until");
	json_add_int(&json, clock_monotonic_ms() + ms);
	json_key(&json, "body");
	json_add_strn(&json, body->s, body->len);
	json_close(&json, '}');

	buf_adds(out, WRITE_REPLY_PATH);
	enc_hex(out, json.s, json.len);
	buf_release(&json);
}

/*
 * Hand the answer on to the pool that waits.  Return false, with the reply as
 * it was, if nginx could not take the address: it holds what a program says
 * before the body in one buffer (fastcgi_buffer_size), and answers 502 if that
 * is too small.
 */
static bool
pass_to_wait(struct app *app, const struct wrote *wrote, struct reply *reply)
{
	const struct publish_git nowhere = PUBLISH_GIT_INIT;
	struct buf address = BUF_INIT, stored = BUF_INIT;
	bool fits;

	print_address(&address, app, wrote, &reply->body);
	buf_add(&stored, reply->body.s, reply->body.len);
	print_git(&stored, &app->conf, &nowhere);
	fits = address.len + stored.len <= WRITE_REPLY_MAX;
	if (fits) {
		buf_reset(&reply->body);
		reply->handed_on = true;
		reply_header(reply, "X-Accel-Redirect", address.s);
		reply_header(reply, WRITE_REPLY_STORED, stored.s);
	}
	buf_release(&address);
	buf_release(&stored);
	return fits;
}

void
write_reply_answer(struct app *app, const struct request *request,
    const char *file, const char *etag, struct reply *reply)
{
	const struct publish_git nowhere = PUBLISH_GIT_INIT;
	struct wrote wrote = {
	    request->user, file, etag, request_wait_s(request)};

	reply_add_ignored(reply);
	if (wrote.wait_s > WRITE_REPLY_WAIT_S)
		wrote.wait_s = WRITE_REPLY_WAIT_S;
	if (app->conf.sync_on_operation && wrote.wait_s > 0 &&
	    bell_is_heard(app) && pass_to_wait(app, &wrote, reply))
		return;
	if (app->conf.sync_on_operation)
		bell_ring_later(app, request->user);
	print_git(&reply->body, &app->conf, &nowhere);
}

static void
print_undo(struct buf *out, const struct task_undo *undo)
{
	json_open(out, '{');
	json_key(out, "at");
	json_add_int(out, (int64_t)undo->at);
	json_key(out, "cut");
	json_add_int(out, (int64_t)undo->cut);
	json_key(out, "text");
	json_add_strn(out, undo->text.s, undo->text.len);
	json_close(out, '}');
}

void
write_reply_add_undo(struct buf *out, const struct edit_result *result)
{
	const struct task_undo *undo = &result->undo;
	size_t start;

	if (undo->cut == 0 && undo->text.len == 0)
		return;
	json_key(out, "undo");
	start = out->len;
	print_undo(out, undo);
	if (strlen("{\"undo\":}") + out->len - start <= REQUEST_BODY_MAX)
		return;
	buf_cut(out, start);
	json_add_null(out);
}

void
write_reply_edit(struct app *app, const struct request *request,
    const struct edit_result *result, struct reply *reply)
{
	struct buf *out = &reply->body;

	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "id");
	json_add_strn(out, result->file.s, 4);
	json_key(out, "file");
	json_add_str(out, result->file.s);
	taskset_add_etag(out, result->etag);
	json_key(out, "changed");
	json_add_bool(out, result->changed);
	write_reply_add_undo(out, result);
	write_reply_answer(app, request, result->file.s, result->etag, reply);
}

/* Only nginx gets here, with what print_address wrote. */
static struct json_object *
read_address(const char *hex)
{
	struct json_object *json = NULL;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	if (enc_unhex(&text, hex) == -1 ||
	    json_parse(text.s, text.len, &json, &err) == -1)
		json = NULL;
	buf_release(&text);
	return json;
}

int
write_reply_wait(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct json_object *json =
	    read_address(request->internal + strlen(WRITE_REPLY_PATH));
	const char *body = json_get_str(json, "body");
	const struct publish write = {
	    .user = json_get_str(json, "user"),
	    .file = json_get_str(json, "file"),
	    .hash = json_get_str(json, "etag"),
	};
	struct publish_git git = PUBLISH_GIT_INIT;
	int64_t until_ms = json_get_int(json, "until", 0);
	int rc = 0;

	reply->waits = true;
	if (body == NULL || write.user == NULL || !names_user_ok(write.user) ||
	    write.file == NULL || write.hash == NULL) {
		rc = err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_ADDRESS);
	} else {
		/* The write stands, even if Git's side stays unknown. */
		if (publish_wait(app, &write, until_ms, &git, err) == -1)
			git.pushed = false;
		reply->etag = REPLY_NO_ETAG;
		reply_headerf(reply, "Preference-Applied", "wait=%lld",
		    (long long)json_get_int(json, "wait", 0));
		buf_adds(&reply->body, body);
		print_git(&reply->body, &app->conf, &git);
	}
	publish_git_release(&git);
	json_object_put(json);
	return rc;
}
