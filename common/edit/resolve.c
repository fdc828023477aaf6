#include "edit/resolve.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/etag.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "sync/publish.h"
#include "task/taskset.h"
#include "week/ledger.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"

#define TRIES 8 /* against faster writers, before giving up */

/* Hash the file as the mirror has it, into hash; "" if it is not there. */
static void
hash_standing(const struct blob *standing, char hash[ENC_HASH_LEN + 1])
{
	hash[0] = '\0';
	if (standing->is_there)
		taskset_hash(standing->bytes.s, standing->bytes.len, hash);
}

static int
read_standing(struct app *app, const char *user, const char *file,
    struct blob *standing, struct err *err)
{
	names_task_key(&standing->key, user, file);
	return blob_get(app->store, standing, err);
}

static int
check_match(const struct resolve *resolve, const char *hash, struct err *err)
{
	if (resolve->if_match == NULL ||
	    (*hash != '\0' && etag_matches_content(resolve->if_match, hash)))
		return 0;
	return err_set(err, ERR_MODIFIED, MSG_TASK_MODIFIED);
}

/*
 * Find the one file of that number with a conflict.  If none has one, take
 * the file that was resolved last, so that a repeated request, whose answer
 * was lost, finds it.
 */
static int
find_conflict_by_number(const struct ledger *sync, unsigned number,
    struct buf *file, struct err *err)
{
	size_t i;

	for (i = 0; i < sync->n; i++) {
		const struct ledger_file *f = sync->files[i];

		if (f->conflict[0] == '\0' || names_number(f->file) != number)
			continue;
		if (file->len > 0)
			return edit_refuse_twins(file->s, f->file, err);
		buf_adds(file, f->file);
	}
	for (i = sync->n_resolved; i > 0 && file->len == 0; i--)
		if (names_number(sync->resolved[i - 1].file) == number)
			buf_adds(file, sync->resolved[i - 1].file);
	return 0;
}

/*
 * Find a task that was never in conflict, so that an unknown id and a number
 * of two files are told from a task without a conflict.
 */
static int
find_task(struct app *app, const struct resolve *resolve, struct buf *file,
    struct err *err)
{
	struct edit_found found = EDIT_FOUND_INIT;
	int rc = edit_find(app, resolve->user, resolve->id, &found, err);

	if (rc == 0)
		buf_move(file, &found.file);
	edit_found_release(&found);
	return rc;
}

/*
 * Ask the records before the mirror: if Git removed the file, the mirror has
 * lost it, and only the record still names it.
 */
static int
find_file(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct buf *file, struct err *err)
{
	enum names_id kind;
	unsigned number;

	if (names_parse_id(resolve->id, &kind, &number, file) == 0 &&
	    kind == NAMES_ID_NUMBER) {
		buf_reset(file);
		if (find_conflict_by_number(sync, number, file, err) == -1)
			return -1;
	}
	return file->len > 0 ? 0 : find_task(app, resolve, file, err);
}

/* Read our side of the conflict, which must be there to be chosen. */
static int
read_copy(struct app *app, const char *user, const char *file, const char *hash,
    struct buf *copy, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_copy_key(&blob.key, NAMES_CONFLICTS, user, file, hash);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0 && !blob.is_there)
		rc = err_set(err, ERR_NOT_FOUND, MSG_OWN_VERSION_GONE);
	if (rc == 0)
		buf_move(copy, &blob.bytes);
	blob_release(&blob);
	return rc;
}

/* One answer to a conflict, for the changes of file and records. */
struct answer {
	struct app *app;
	const struct resolve *resolve;
	const char *hash; /* of the copy that is resolved */
	struct buf copy;  /* its bytes, if mine is chosen */
	bool cleared;     /* the last try of clear_conflict stored a change */
	struct edit_result *result;
};

/*
 * Copy the mirror's bytes to the trash.  The key names their content and the
 * put is create-only, so a repeated try makes no second copy.
 */
static int
throw_away(const struct answer *answer, const struct blob *standing,
    const char *hash, struct err *err)
{
	struct blob copy = BLOB_INIT;
	bool created;
	int rc;

	names_copy_key(&copy.key, NAMES_TRASH, answer->resolve->user,
	    answer->result->file.s, hash);
	rc = blob_create(
	    answer->app->store, &copy, &standing->bytes, &created, err);
	blob_release(&copy);
	return rc;
}

/* Change the file's bytes (a change of blob.h) to those of the copy. */
static int
put_mine(const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	const struct answer *answer = arg;
	char hash[ENC_HASH_LEN + 1];

	answer->result->changed = false;
	/* An earlier try may have put the copy and then crashed: If-Match names
	 * the state before it, and must not stop this one. */
	if (old->is_there && buf_eq(&old->bytes, &answer->copy))
		return BLOB_KEEP;
	hash_standing(old, hash);
	if (check_match(answer->resolve, hash, err) == -1)
		return -1;
	if (old->is_there && throw_away(answer, old, hash, err) == -1)
		return -1;
	buf_add(bytes, answer->copy.s, answer->copy.len);
	answer->result->changed = true;
	return BLOB_SWAP;
}

static int
take_mine(struct answer *answer, struct err *err)
{
	const struct blob_update update = {
	    .change = put_mine,
	    .arg = answer,
	    .tries = TRIES,
	    /* Else the copy would be put again, over what came after it. */
	    .once = true,
	    .contended = MSG_TASK_CONTENDED,
	};
	const char *user = answer->resolve->user;
	const char *file = answer->result->file.s;
	struct blob blob = BLOB_INIT;
	int rc = read_copy(
	    answer->app, user, file, answer->hash, &answer->copy, err);

	names_task_key(&blob.key, user, file);
	if (rc == 0)
		rc = blob_update(answer->app->store, &blob, &update, err);
	app_bump_unsure(answer->app, user, &blob);
	if (rc == 0)
		taskset_hash(
		    answer->copy.s, answer->copy.len, answer->result->etag);
	blob_release(&blob);
	return rc;
}

/* Leave the mirror as it is; only check If-Match and fill in the etag. */
static int
take_theirs(struct answer *answer, struct err *err)
{
	struct blob standing = BLOB_INIT;
	char hash[ENC_HASH_LEN + 1];
	int rc = read_standing(answer->app, answer->resolve->user,
	    answer->result->file.s, &standing, err);

	hash_standing(&standing, hash);
	if (rc == 0)
		rc = check_match(answer->resolve, hash, err);
	if (rc == 0)
		memcpy(answer->result->etag, hash, sizeof hash);
	blob_release(&standing);
	return rc;
}

/* Read the records of the blob, or newer ones if their base is missing: then the
 * swap of the blob is lost. */
static int
parse_records(const struct answer *answer, const struct blob *blob,
    struct ledger *sync, struct err *err)
{
	enum ledger_json parsed = LEDGER_JSON_BROKEN;
	struct blob copy = BLOB_INIT;
	int rc;

	copy.is_there = blob->is_there;
	buf_add(&copy.key, blob->key.s, blob->key.len);
	buf_add(&copy.bytes, blob->bytes.s, blob->bytes.len);
	rc = ledger_blob_parse(
	    answer->app, answer->resolve->user, &copy, sync, &parsed, err);
	blob_release(&copy);
	if (rc == 0 && parsed == LEDGER_JSON_NEWER)
		rc = err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
	return rc;
}

/*
 * Change sync.json (a change of blob.h): resolve the conflict.  If it is gone
 * already, as a run or another request may have written since, keep the
 * records as they are.
 */
static int
clear_conflict(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	struct answer *answer = arg;
	const char *file = answer->result->file.s;
	int64_t now = app_now(answer->app);
	struct ledger sync = LEDGER_INIT;
	const struct ledger_file *f = NULL;

	if (parse_records(answer, old, &sync, err) == -1)
		return -1;
	f = ledger_find(&sync, file);
	answer->cleared = f != NULL && ledger_in_conflict(f, answer->hash);
	if (answer->cleared) {
		ledger_clock_read(&sync, now, old->age_ms);
		ledger_resolve(&sync, file, answer->hash, now);
		sync.saved_ms = now;
		(void)ledger_json_print(bytes, &sync);
	}
	ledger_release(&sync);
	return answer->cleared ? BLOB_SWAP : BLOB_KEEP;
}

static int
clear(struct answer *answer, struct err *err)
{
	const struct blob_update update = {
	    .change = clear_conflict,
	    .arg = answer,
	    .tries = TRIES,
	    .contended = MSG_TASK_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_SYNC, answer->resolve->user);
	rc = blob_update(answer->app->store, &blob, &update, err);
	app_bump_unsure(answer->app, answer->resolve->user, &blob);
	if (rc == 0 && answer->cleared)
		answer->result->changed = true;
	blob_release(&blob);
	return rc;
}

/* Make file and records last that an earlier request may have failed to. */
static int
persist_both(
    struct app *app, const char *user, const struct blob *file, struct err *err)
{
	struct buf sync = BUF_INIT;
	int rc = store_persist(app->store, file->key.s, err);

	names_key(&sync, NAMES_SYNC, user);
	if (rc == 0)
		rc = store_persist(app->store, sync.s, err);
	buf_release(&sync);
	return rc;
}

/*
 * Answer a request for a conflict that is gone: a success if it was resolved
 * the same way, as the first answer may have been lost; an error otherwise.
 */
static int
check_resolved(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct edit_result *result, struct err *err)
{
	const char *file = result->file.s;
	const char *copy = *resolve->copy != '\0' ? resolve->copy : NULL;
	const struct ledger_resolved *r =
	    ledger_find_resolved(sync, file, copy);
	struct blob standing = BLOB_INIT;
	char hash[ENC_HASH_LEN + 1];
	int rc = read_standing(app, resolve->user, file, &standing, err);

	hash_standing(&standing, hash);
	if (rc == 0 && r == NULL && !standing.is_there)
		rc = err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_TASK);
	else if (rc == 0 &&
		 (r == NULL || resolve->mine != (strcmp(hash, r->hash) == 0)))
		rc = err_set(err, ERR_SETTLED, MSG_NO_CONFLICT);
	if (rc == 0)
		rc = persist_both(app, resolve->user, &standing, err);
	if (rc == 0)
		memcpy(result->etag, hash, sizeof hash);
	blob_release(&standing);
	return rc;
}

/*
 * Decide the conflict: first the file, then the record, so that a conflict
 * is never gone from the record before the chosen bytes are in the mirror.
 */
static int
decide_conflict(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct edit_result *result, struct err *err)
{
	struct answer answer = {
	    .app = app,
	    .resolve = resolve,
	    .hash = resolve->copy,
	    .copy = BUF_INIT,
	    .result = result,
	};
	const struct ledger_file *f;
	struct err unused = ERR_INIT;
	int rc = find_file(app, resolve, sync, &result->file, err);

	if (rc == -1)
		return -1;
	f = ledger_find(sync, result->file.s);
	if (f != NULL && *resolve->copy == '\0')
		answer.hash = f->conflict;
	if (f == NULL || !ledger_in_conflict(f, answer.hash))
		return check_resolved(app, resolve, sync, result, err);
	rc =
	    resolve->mine ? take_mine(&answer, err) : take_theirs(&answer, err);
	if (rc == 0)
		rc = clear(&answer, err);
	/* The file may be stored all the same, or by one that has crashed since
	 * (edit_change), and is shown then. */
	if (rc == -1 && (result->changed || err->code == ERR_MODIFIED))
		(void)!publish_write(
		    app, resolve->user, result->file.s, &unused);
	buf_release(&answer.copy);
	return rc;
}

int
resolve_conflict(struct app *app, const struct resolve *resolve,
    struct edit_result *result, struct err *err)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	int rc = ledger_blob_load(app, resolve->user, &sync, &blob, err);

	if (rc == 0)
		rc = decide_conflict(app, resolve, &sync, result, err);
	if (rc == 0)
		rc = publish_write(app, resolve->user, result->file.s, err);
	ledger_release(&sync);
	blob_release(&blob);
	return rc;
}
