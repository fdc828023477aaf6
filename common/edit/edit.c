#include "edit/edit.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/etag.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/publish.h"
#include "task/taskset.h"

#define TRIES 8 /* against writers who are faster, before giving up */

void
edit_found_release(struct edit_found *found)
{
	buf_release(&found->file);
	buf_release(&found->bytes);
	buf_release(&found->store_etag);
}

void
edit_result_release(struct edit_result *result)
{
	buf_release(&result->file);
}

static int
not_found(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "Diese Aufgabe gibt es nicht.");
}

static int
ambiguous(
    const char *first, const char *second, unsigned number, struct err *err)
{
	return err_set(err, ERR_AMBIGUOUS,
	    "Die Nummer %04u gibt es zweimal: %.160s und %.160s.", number,
	    first, second);
}

/* The one file with that number. */
static int
find_number(struct app *app, const char *user, unsigned number,
    struct buf *file, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT;
	size_t i;
	int rc;

	names_number_prefix(&prefix, user, number);
	rc = store_list(app->store, prefix.s, &list, err);
	for (i = 0; rc == 0 && i < list.n; i++) {
		const char *name = names_task_of_key(list.items[i].key, user);

		if (name == NULL || names_number(name) != number)
			continue;
		if (file->len > 0)
			rc = ambiguous(file->s, name, number, err);
		else
			buf_adds(file, name);
	}
	if (rc == 0 && file->len == 0)
		rc = not_found(err);
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}

static int
resolve(struct app *app, const char *user, const char *id, struct buf *file,
    struct err *err)
{
	enum names_id kind;
	unsigned number;

	if (names_parse_id(id, &kind, &number, file) == -1)
		return not_found(err);
	if (kind == NAMES_ID_FILE)
		return 0;
	buf_reset(file);
	return find_number(app, user, number, file, err);
}

/* Reads the file anew into what was found before. */
static int
reread(struct app *app, const char *user, struct edit_found *found,
    struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_task_key(&key, user, found->file.s);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(app->store, &op, 1, err);
	if (rc == 0 && op.result != STORE_OK)
		rc = not_found(err);
	if (rc == 0) {
		buf_move(&found->bytes, &op.body);
		buf_move(&found->store_etag, &op.new_etag);
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

int
edit_find(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct err *err)
{
	if (resolve(app, user, id, &found->file, err) == -1)
		return -1;
	return reread(app, user, found, err);
}

/* True if the task is completed already; *done says when. */
static bool
is_completed(const struct edit_found *found, struct task_when *done)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	bool is;

	if (task_parse(found->file.s, found->bytes.s, found->bytes.len, &task,
		&problem) == -1)
		return false;
	is = task.status == TASK_ABGESCHLOSSEN && task.has_done;
	if (is)
		*done = task.done;
	task_release(&task);
	return is;
}

static int
splice(const struct edit_change *change, const struct edit_found *found,
    struct edit_result *result, struct buf *out, struct err *err)
{
	if (change->complete && is_completed(found, &result->done)) {
		buf_add(out, found->bytes.s, found->bytes.len);
		return 0;
	}
	if (task_splice(found->file.s, found->bytes.s, found->bytes.len,
		change->edit, out, err) == -1)
		return -1;
	if (change->complete)
		result->done = change->edit->done;
	return 0;
}

/* One try on the bytes found; *stored says whether nobody was faster. */
static int
try_change(struct app *app, const struct edit_change *change,
    const struct edit_found *found, struct edit_result *result, bool *stored,
    struct err *err)
{
	struct buf key = BUF_INIT, bytes = BUF_INIT;
	int rc = -1;

	taskset_hash(found->bytes.s, found->bytes.len, result->etag);
	if (change->if_match != NULL &&
	    !etag_matches(change->if_match, result->etag)) {
		err_set(err, ERR_MODIFIED,
		    "Die Aufgabe wurde inzwischen geändert.");
		goto out;
	}
	if (splice(change, found, result, &bytes, err) == -1)
		goto out;

	rc = 0;
	*stored = true;
	result->changed = !buf_eq(&bytes, &found->bytes);
	if (!result->changed)
		goto out;
	names_task_key(&key, change->user, found->file.s);
	struct store_op op = STORE_PUT(
	    key.s, STORE_IF_MATCH, found->store_etag.s, bytes.s, bytes.len);
	rc = store_run(app->store, &op, 1, err);
	*stored = op.result == STORE_OK;
	taskset_hash(bytes.s, bytes.len, result->etag);
	store_ops_release(&op, 1);
out:
	buf_release(&key);
	buf_release(&bytes);
	return rc;
}

static int
store_change(struct app *app, const struct edit_change *change,
    struct edit_found *found, struct edit_result *result, struct err *err)
{
	bool stored = false;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (i > 0 && reread(app, change->user, found, err) == -1)
			return -1;
		if (try_change(app, change, found, result, &stored, err) == -1)
			return -1;
		if (stored)
			return 0;
	}
	return err_set(err, ERR_CONTENDED,
	    "Die Aufgabe wird gerade von anderen geändert. Bitte noch "
	    "einmal.");
}

int
edit_change(struct app *app, const struct edit_change *change,
    struct edit_result *result, struct err *err)
{
	struct edit_found found = EDIT_FOUND_INIT;
	int rc = edit_find(app, change->user, change->id, &found, err);

	if (rc == 0)
		rc = store_change(app, change, &found, result, err);
	/* Also when nothing changed: whoever did it may have died before. */
	if (rc == 0)
		rc = publish_write(app, change->user, err);
	if (rc == 0)
		buf_move(&result->file, &found.file);
	edit_found_release(&found);
	return rc;
}
