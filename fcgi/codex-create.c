/*
 * codex-create: POST /api/tasks (http-api.md).
 */
#include "api/serve.h"
#include "api/write_reply.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "edit/create.h"
#include "sync/ledger_blob.h"
#include "task/fields.h"
#include "task/task.h"
#include "task/taskset.h"

/* RFC draft "Idempotency-Key": an opaque string; ours is printable. */
static int
check_key(const char *key, struct err *err)
{
	size_t i, n = key != NULL ? strlen(key) : 0;

	if (key == NULL)
		return 0;
	for (i = 0; i < n; i++)
		if (key[i] < 0x20 || key[i] > 0x7e)
			break;
	if (n == 0 || n > 255 || i < n)
		return err_field(err, "Idempotency-Key", MSG_IDEMPOTENCY_KEY);
	return 0;
}

static void
fill_created(struct app *app, const struct request *request, const char *folder,
    const struct create_result *result, struct reply *reply)
{
	struct buf *out = &reply->body;
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s/tasks/%s", app->conf.git_base_path, folder,
	    result->file.s);
	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "id");
	json_add_strn(out, result->file.s, 4);
	json_key(out, "path");
	json_add_str(out, path.s);
	json_key(out, "filename");
	json_add_str(out, result->file.s);
	taskset_add_etag(out, result->etag);
	write_reply_answer(app, request, result->file.s, result->etag, reply);
	buf_release(&path);
}

/* Read the task, its bare value for the key, and what of it is ignored. */
static int
parse_task(const struct request *request, struct task_edit *edit,
    struct buf *value, struct buf *ignored, struct err *err)
{
	struct json_object *json = NULL;
	int rc = check_key(request->idempotency_key, err);

	if (rc == 0)
		rc = json_parse(request->body.s, request->body.len, &json, err);
	if (rc == 0) {
		fields_drop_absent(json);
		rc = fields_parse(json, edit, err);
	}
	if (rc == 0)
		rc = fields_check_new(edit, err);
	if (rc == 0) {
		json_add_value(value, json);
		fields_add_unknown(ignored, json, NULL);
	}
	if (rc == 0 && !edit->has_kind)
		rc = err_field(err, "kategorie", MSG_KIND_MISSING);
	json_object_put(json);
	return rc;
}

static int
answer_create(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	struct task_edit edit = TASK_EDIT_INIT;
	struct create_result result = CREATE_RESULT_INIT;
	struct buf folder = BUF_INIT, value = BUF_INIT;
	const struct create job = {
	    .user = request->user,
	    .edit = &edit,
	    .key = request->idempotency_key,
	    .request = &value,
	};
	int rc = parse_task(request, &edit, &value, &reply->ignored, err);

	/* First, so that a store that fails leaves no task behind. */
	if (rc == 0)
		rc = ledger_blob_folder(app, request->user, &folder, err);
	if (rc == 0)
		rc = create_task(app, &job, &result, err);
	if (rc == 0)
		fill_created(app, request, folder.s, &result, reply);
	buf_release(&folder);
	buf_release(&value);
	task_edit_release(&edit);
	create_result_release(&result);
	return rc;
}

static const struct serve_route routes[] = {
    {"GET", "/api/tasks", SERVE_OPEN, NULL},
    {"POST", "/api/tasks", SERVE_USER | SERVE_WRITE, answer_create},
};

static const struct serve_program program = {
    .name = "codex-create",
    .summary = "creates tasks",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
};

int
main(int argc, char **argv)
{
	return serve(argc, argv, &program);
}
