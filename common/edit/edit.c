#include "edit/edit.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/etag.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/publish.h"
#include "task/fields.h"
#include "task/task_parse.h"
#include "task/task_splice.h"
#include "task/taskset.h"

#define TRIES 8 /* against faster writers, before giving up */

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
	task_undo_release(&result->undo);
}

static int
refuse_missing(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_TASK);
}

int
edit_refuse_twins(const char *first, const char *second, struct err *err)
{
	bool alike = names_look_same(first, second);

	err_set(err, ERR_AMBIGUOUS,
	    alike ? MSG_NUMBER_TWICE_ALIKE : MSG_NUMBER_TWICE);
	err_value(err, "%04u", names_number(first));
	err_value(err, "%.160s", first);
	err_value(err, "%.160s", second);
	if (alike) {
		err_value(err, "%s", names_form(first));
		err_value(err, "%s", names_form(second));
	}
	return -1;
}

/*
 * Find the one file with that number.  Its name is not known: it may have been
 * renamed in Git, and two files may share the number.
 */
static int
find_by_number(struct app *app, const char *user, unsigned number,
    struct buf *file, struct err *err)
{
	struct store_list list = STORE_LIST_SHALLOW;
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
			rc = edit_refuse_twins(file->s, name, err);
		else
			buf_adds(file, name);
	}
	if (rc == 0 && file->len == 0)
		rc = refuse_missing(err);
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}

/* Find the name of an id's file; a stem is taken at its word, unread. */
static int
find_file_of_id(struct app *app, const char *user, const char *id,
    struct buf *file, struct err *err)
{
	enum names_id kind;
	unsigned number;

	if (names_parse_id(id, &kind, &number, file) == -1)
		return refuse_missing(err);
	if (kind == NAMES_ID_FILE)
		return 0;
	buf_reset(file);
	return find_by_number(app, user, number, file, err);
}

/* Say of a task's blob that is barred that it will not pass, unlike a fault of
 * the store. */
static void
tell_barred(const struct blob *blob, struct err *err)
{
	if (blob->is_barred)
		err_set(err, ERR_BAD_FILE, MSG_BARRED_UNREADABLE);
}

int
edit_find(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct err *err)
{
	return edit_find_beside(app, user, id, found, NULL, err);
}

int
edit_find_beside(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct blob *beside, struct err *err)
{
	struct blob blobs[] = {BLOB_INIT, BLOB_INIT};
	int rc;

	if (find_file_of_id(app, user, id, &found->file, err) == -1)
		return -1;
	names_task_key(&blobs[0].key, user, found->file.s);
	if (beside != NULL)
		buf_move(&blobs[1].key, &beside->key);
	rc = blob_get_many(app->store, blobs, beside != NULL ? 2 : 1, err);
	tell_barred(&blobs[0], err);
	if (rc == 0 && !blobs[0].is_there)
		rc = refuse_missing(err);
	if (rc == 0) {
		buf_move(&found->bytes, &blobs[0].bytes);
		buf_move(&found->store_etag, &blobs[0].etag);
	}
	blob_release(&blobs[0]);
	if (beside != NULL)
		*beside = blobs[1];
	return rc;
}

/*
 * Return true if the task is completed, and set *done to when.  A second
 * completion must not move that time, so the caller leaves the file alone.
 */
static bool
is_completed(const char *file, const struct buf *bytes, struct task_when *done)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	bool is;

	if (task_parse(file, bytes->s, bytes->len, &task, &problem) == -1)
		return false;
	is = task.status == TASK_ABGESCHLOSSEN && task.has_done;
	if (is)
		*done = task.done;
	task_release(&task);
	return is;
}

/* Make the file's new bytes: the edit spliced into the old ones. */
static int
splice_change(const struct edit_change *change, const struct buf *old,
    struct edit_result *result, struct buf *out, struct err *err)
{
	const char *file = result->file.s;

	if (change->tick != NULL)
		return task_tick(file, old, change->tick, out, err);
	if (change->undo != NULL)
		return task_undo_apply(file, old, change->undo, out, err);
	if (change->complete && is_completed(file, old, &result->done)) {
		buf_add(out, old->s, old->len);
		return 0;
	}
	if (fields_check_change(change->edit, file, old, err) == -1 ||
	    task_splice(file, old->s, old->len, change->edit, out, err) == -1)
		return -1;
	if (change->complete)
		result->done = change->edit->to.done;
	return 0;
}

int
edit_make(const struct edit_change *change, const struct buf *old,
    struct edit_result *result, struct buf *out, struct err *err)
{
	/* In other content these places are others. */
	if ((change->tick != NULL || change->undo != NULL) &&
	    change->if_match == NULL)
		return err_set(err, ERR_NO_MATCH, MSG_IF_MATCH_MISSING);
	taskset_hash(old->s, old->len, result->etag);
	if (change->if_match != NULL &&
	    !etag_matches_content(change->if_match, result->etag))
		return err_set(err, ERR_MODIFIED, MSG_TASK_MODIFIED);
	if (splice_change(change, old, result, out, err) == -1)
		return -1;
	taskset_hash(out->s, out->len, result->etag);
	result->changed = !buf_eq(out, old);
	task_undo_make(old, out, &result->undo);
	return 0;
}

struct changing {
	const struct edit_change *change;
	struct edit_result *result; /* whose file is known */
};

/*
 * Change the file's bytes (a change of blob.h).  Compare If-Match with what is
 * stored now, not with what was found first: the swap may be a later try.
 */
static int
change_file(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	const struct changing *changing = arg;
	struct edit_result *result = changing->result;

	if (!old->is_there)
		return refuse_missing(err);
	if (edit_make(changing->change, &old->bytes, result, bytes, err) == -1)
		return -1;
	return result->changed ? BLOB_SWAP : BLOB_KEEP;
}

static int
store_change(struct app *app, const struct edit_change *change,
    struct edit_result *result, struct err *err)
{
	struct changing changing = {.change = change, .result = result};
	const struct blob_update update = {
	    .change = change_file,
	    .arg = &changing,
	    .tries = TRIES,
	    /* Else a cancellation whose answer was lost would be made again,
	     * over the completion that came after it. */
	    .once = true,
	    .contended = MSG_TASK_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_task_key(&blob.key, change->user, result->file.s);
	rc = blob_update(app->store, &blob, &update, err);
	tell_barred(&blob, err);
	app_bump_unsure(app, change->user, &blob);
	blob_release(&blob);
	return rc;
}

int
edit_change(struct app *app, const struct edit_change *change,
    struct edit_result *result, struct err *err)
{
	struct edit_result made = EDIT_RESULT_INIT;
	struct err unused = ERR_INIT;
	int rc;

	rc = find_file_of_id(app, change->user, change->id, &made.file, err);
	if (rc == 0)
		rc = store_change(app, change, &made, err);
	/* Publish even if nothing changed, or the state is not the one that the
	 * caller knows: an earlier attempt may have crashed between put and
	 * publish, and no later one would pass then. */
	if (rc == 0)
		rc = publish_write(app, change->user, made.file.s, err);
	else if (err->code == ERR_MODIFIED)
		(void)!publish_write(app, change->user, made.file.s, &unused);
	if (rc == 0) {
		edit_result_release(result);
		*result = made;
	} else {
		edit_result_release(&made);
	}
	return rc;
}
