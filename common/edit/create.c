#include "edit/create.h"

#include "app/numbers.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/lock.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "sync/publish.h"
#include "task/task_parse.h"
#include "task/task_print.h"
#include "task/taskset.h"
#include "week/ledger.h"

#define CLAIM_VERSION 1
#define LOCK_WAIT_MS  10000 /* for other creations of the same user */
#define TRIES         4     /* against files from Git that took the name */

/* A claim (create.h); without a key only the file and its etag count. */
struct claim {
	int64_t created_ms;
	char request[ENC_HASH_LEN + 1]; /* hash of the request's value */
	char etag[ENC_HASH_LEN + 1];    /* hash of the task's bytes */
	bool stored;                    /* the task was put under that name */
	bool is_old;                    /* an earlier request put the claim */
	struct buf file;
	struct blob blob; /* the blob that holds the claim */
};

void
create_result_release(struct create_result *result)
{
	buf_release(&result->file);
}

void
create_title(
    struct buf *out, const struct task_edit *edit, const struct buf *bytes)
{
	struct task task = TASK_INIT;
	struct task_problem problem;

	if (edit->title != NULL) {
		buf_adds(out, edit->title);
		return;
	}
	/* Read the file as its owner will see it: the name follows the title. */
	if (task_parse("0000.md", bytes->s, bytes->len, &task, &problem) == 0 &&
	    strcmp(task.title, "0000") != 0)
		buf_adds(out, task.title);
	task_release(&task);
}

static void
claim_key(struct buf *out, const struct create *create)
{
	char hash[ENC_HASH_LEN + 1];

	enc_hash(create->key, strlen(create->key), hash);
	buf_reset(out);
	names_claim_key(out, create->user, hash);
}

static void
claim_print(struct buf *out, const struct claim *claim)
{
	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, CLAIM_VERSION);
	json_key(out, "created");
	json_add_int(out, claim->created_ms);
	json_key(out, "request");
	json_add_str(out, claim->request);
	json_key(out, "file");
	json_add_str(out, claim->file.s);
	json_key(out, "etag");
	json_add_str(out, claim->etag);
	json_key(out, "stored");
	json_add_bool(out, claim->stored);
	json_close(out, '}');
}

/* Read the members of a claim; return false if the JSON is none. */
static bool
read_claim(struct json_object *json, struct claim *claim)
{
	const char *request = json_get_str(json, "request");
	const char *file = json_get_str(json, "file");
	const char *etag = json_get_str(json, "etag");

	if (request == NULL || strlen(request) != ENC_HASH_LEN ||
	    etag == NULL || !names_hash_ok(etag) || file == NULL ||
	    !names_file_ok(file))
		return false;
	claim->created_ms = json_get_int(json, "created", 0);
	memcpy(claim->request, request, ENC_HASH_LEN + 1);
	memcpy(claim->etag, etag, ENC_HASH_LEN + 1);
	claim->stored = json_get_bool(json, "stored");
	buf_set(&claim->file, file, strlen(file));
	return true;
}

/*
 * Parse a claim; *is_claim is false if the bytes are none.  Fail with
 * ERR_NEWER if a newer program wrote them: the task may be stored already.
 */
static int
claim_parse(const struct buf *text, struct claim *claim, bool *is_claim,
    struct err *err)
{
	struct json_object *json = NULL;
	struct err ignored = ERR_INIT;
	int rc = 0;

	*is_claim = false;
	if (json_parse(text->s, text->len, &json, &ignored) == -1)
		return 0;
	if (json_is_newer(json, CLAIM_VERSION))
		rc = err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
	else
		*is_claim = read_claim(json, claim);
	json_object_put(json);
	return rc;
}

/*
 * Look for a claim that still holds, and set is_old if there is one.  One that
 * is older than a day counts as none, but its blob stays in `claim`, so that
 * claim_put replaces it.
 */
static int
claim_find(struct app *app, const struct create *create, struct claim *claim,
    struct err *err)
{
	struct blob *blob = &claim->blob;
	bool found = false;

	claim->is_old = false;
	claim_key(&blob->key, create);
	if (blob_get(app->store, blob, err) == -1)
		return -1;
	if (blob->is_there &&
	    claim_parse(&blob->bytes, claim, &found, err) == -1)
		return -1;
	claim->is_old =
	    found && app_now(app) - claim->created_ms < CREATE_CLAIM_MS;
	/* A claim that a power cut takes back would let the key create twice. */
	return claim->is_old ? store_persist(app->store, blob->key.s, err) : 0;
}

/*
 * Put the claim; *won is false if another request has claimed the key since
 * claim_find.
 */
static int
claim_put(struct app *app, struct claim *claim, bool *won, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	claim_print(&text, claim);
	rc = blob_swap(app->store, &claim->blob, &text, won, err);
	buf_release(&text);
	return rc;
}

static void
fill_claim(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim)
{
	claim->created_ms = app_now(app);
	claim->stored = false;
	if (create->key != NULL)
		enc_hash(
		    create->request->s, create->request->len, claim->request);
	taskset_hash(bytes->s, bytes->len, claim->etag);
}

/*
 * Put the task if nothing has its name; *stored is false if something has, as a
 * file that came from Git may.  If the answer was lost, that may be this task,
 * changed since: fail, as another name would make a second one of it.
 */
static int
put_new(struct app *app, const char *user, const char *file,
    const struct buf *bytes, bool *stored, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_task_key(&blob.key, user, file);
	rc = blob_create(app->store, &blob, bytes, stored, err);
	if (blob.is_barred)
		rc = 0;
	else if (rc == 0 && !*stored && blob.is_unsure)
		rc = blob_refuse_unsure(&blob, err);
	app_bump_unsure(app, user, &blob);
	blob_release(&blob);
	return rc;
}

/*
 * Set *was to true if the task was stored and removed since: such a task is not
 * made again.  Of a claim that says so the trash has a copy, perhaps of other
 * bytes, as the task may have been changed before; of another claim the copy
 * must have the claimed bytes, as a foreign file may have had the name.
 */
static int
was_removed(struct app *app, const char *user, const struct claim *claim,
    bool *was, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT, own = BUF_INIT;
	size_t i;
	int rc;

	names_trash_prefix(&prefix, user, claim->file.s);
	names_copy_key(&own, NAMES_TRASH, user, claim->file.s, claim->etag);
	rc = store_list(app->store, prefix.s, &list, err);
	*was = claim->stored && list.n > 0;
	for (i = 0; i < list.n; i++)
		*was = *was || strcmp(list.items[i].key, own.s) == 0;
	store_list_release(&list);
	buf_release(&prefix);
	buf_release(&own);
	return rc;
}

/*
 * Look at what an earlier request with the same key has left.  Refuse a
 * request with another value: the key was meant for the first one.  *settled
 * is true if nothing is left to store.
 */
static int
check_claimed(struct app *app, const struct create *create,
    const struct claim *claim, bool *settled, struct err *err)
{
	char hash[ENC_HASH_LEN + 1];
	struct blob task = BLOB_INIT;
	int rc = 0;

	enc_hash(create->request->s, create->request->len, hash);
	if (strcmp(hash, claim->request) != 0)
		return err_set(err, ERR_KEY_REUSED, MSG_KEY_REUSED);
	if (claim->stored) {
		names_task_key(&task.key, create->user, claim->file.s);
		rc = blob_get(app->store, &task, err);
	}
	*settled = task.is_there;
	blob_release(&task);
	if (rc == 0 && !*settled)
		rc = was_removed(app, create->user, claim, settled, err);
	return rc;
}

/* Make the name from a number, which is used up even if this fails later. */
static int
take_new_name(struct app *app, const struct create *create,
    const struct buf *bytes, struct buf *file, struct err *err)
{
	struct buf title = BUF_INIT;
	unsigned number;

	if (numbers_take(app, create->user, &number, err) == -1)
		return -1;
	create_title(&title, create->edit, bytes);
	buf_reset(file);
	names_make_file(file, number, title.s);
	buf_release(&title);
	return 0;
}

/* Find the claim, or take a number and put one, under the user's lock. */
static int
settle_claim(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim, struct err *err)
{
	bool won;

	if (create->key != NULL && claim_find(app, create, claim, err) == -1)
		return -1;
	if (claim->is_old)
		return 0;
	if (take_new_name(app, create, bytes, &claim->file, err) == -1)
		return -1;
	fill_claim(app, create, bytes, claim);
	if (create->key == NULL)
		return 0;
	if (claim_put(app, claim, &won, err) == -1)
		return -1;
	if (won)
		return 0;
	/* The lock is this host's: a request on another host was faster, and
	 * its claim names the file. */
	if (claim_find(app, create, claim, err) == -1)
		return -1;
	return claim->is_old ? 0
			     : err_set(err, ERR_CONTENDED, MSG_REQUEST_RUNS);
}

static int
settle_claim_locked(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim, struct err *err)
{
	struct buf name = BUF_INIT;
	int lock, rc;

	buf_addf(&name, "create-%s", create->user);
	rc = lock_take(app->conf.run, name.s,
	    store_time_left(app->store, LOCK_WAIT_MS), &lock, err);
	buf_release(&name);
	if (rc == -1)
		return -1;
	rc = settle_claim(app, create, bytes, claim, err);
	lock_drop(lock);
	return rc;
}

/* Return true if both files are tasks, with the same bytes of Markdown. */
static bool
is_same_markdown(
    const char *file, const struct buf *one, const struct buf *other)
{
	struct task a = TASK_INIT, b = TASK_INIT;
	struct task_problem problem;
	bool same = task_parse(file, one->s, one->len, &a, &problem) == 0 &&
		    task_parse(file, other->s, other->len, &b, &problem) == 0 &&
		    one->len - a.body_at == other->len - b.body_at &&
		    memcmp(one->s + a.body_at, other->s + b.body_at,
			one->len - a.body_at) == 0;

	task_release(&a);
	task_release(&b);
	return same;
}

/* Set *is_known to true if Git has the file, or a run is about to write it
 * here: a run says so in the ledger before it touches the mirror. */
static int
look_in_ledger(struct app *app, const char *user, const char *file,
    bool *is_known, struct err *err)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	const struct ledger_file *f;
	int rc = ledger_blob_load(app, user, &sync, &blob, err);
	size_t i;

	f = rc == 0 ? ledger_find(&sync, file) : NULL;
	*is_known = f != NULL && f->base[0] != '\0';
	for (i = 0; rc == 0 && i < sync.n_intents; i++)
		*is_known =
		    *is_known || (sync.intents[i].written &&
				     strcmp(sync.intents[i].file, file) == 0);
	ledger_release(&sync);
	blob_release(&blob);
	return rc;
}

/*
 * Return 1 if the file that an earlier request's claim leads to is that
 * request's, though its bytes are not the claimed ones, and 0 if it is somebody
 * else's.  That request may have stored its task and been killed before it could
 * note so, and then its owner has changed the task; or it stored nothing, and a
 * pull took the name.  With the claimed Markdown it is the task, whatever else
 * was changed: no text is lost by that.  Else it is somebody else's if it has
 * come from Git, and nobody can tell if not: fail, as an answer might lose the
 * request's text, and another number make a second task of it.
 */
static int
judge_changed(struct app *app, const struct create *create,
    const struct buf *bytes, const struct blob *task, const char *file,
    struct err *err)
{
	bool is_known;

	if (is_same_markdown(file, bytes, &task->bytes))
		return 1;
	if (look_in_ledger(app, create->user, file, &is_known, err) == -1)
		return -1;
	if (is_known)
		return 0;
	err_set(err, ERR_CONTENDED, MSG_CLAIM_CHANGED);
	return err_value(err, "%s", file);
}

/*
 * Handle a name that is taken.  If the file has the claimed bytes, another try
 * has met the claim and stored it.  If it is another's, a pull or an import has
 * put it there before the task was stored: drop the claim, which would answer a
 * repeated request with a file that the request did not make.
 */
static int
yield_taken_name(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim, bool *ours, struct err *err)
{
	struct blob task = BLOB_INIT;
	char hash[ENC_HASH_LEN + 1] = "";
	int rc, whose;

	names_task_key(&task.key, create->user, claim->file.s);
	rc = blob_get(app->store, &task, err);
	if (task.is_barred)
		rc = 0;
	if (task.is_there)
		taskset_hash(task.bytes.s, task.bytes.len, hash);
	*ours = strcmp(hash, claim->etag) == 0;
	if (rc == 0 && task.is_there && !*ours && claim->is_old) {
		whose = judge_changed(
		    app, create, bytes, &task, claim->file.s, err);
		*ours = whose == 1;
		rc = whose == -1 ? -1 : 0;
	}
	if (rc == 0 && !*ours)
		rc = blob_remove_if_same(app->store, &claim->blob, err);
	blob_release(&task);
	return rc;
}

/*
 * Note in the claim that its task is stored: from now on the file may change,
 * and a repeated request must not take it for somebody else's.  A swap that is
 * lost was another try's, which has noted the same.
 */
static int
note_stored(struct app *app, const struct create *create, struct claim *claim,
    struct err *err)
{
	bool won;

	if (create->key == NULL || claim->stored)
		return 0;
	claim->stored = true;
	return claim_put(app, claim, &won, err);
}

/*
 * Put the task under the claimed name.  *stored is false if a file of other
 * bytes has that name; the claim, if there was one, is gone then.
 */
static int
put_claimed(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim, bool *stored, struct err *err)
{
	if (put_new(app, create->user, claim->file.s, bytes, stored, err) == -1)
		return -1;
	if (*stored || create->key == NULL)
		return 0;
	return yield_taken_name(app, create, bytes, claim, stored, err);
}

/*
 * Claim and store the task.  If a file from Git has taken the name before it
 * was stored, by this request or an earlier one, try again with the next
 * number.
 */
static int
store_new_task(struct app *app, const struct create *create,
    const struct buf *bytes, struct claim *claim, struct err *err)
{
	bool stored = false;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (settle_claim_locked(app, create, bytes, claim, err) == -1 ||
		    (claim->is_old &&
			check_claimed(app, create, claim, &stored, err) == -1))
			return -1;
		if (!stored &&
		    put_claimed(app, create, bytes, claim, &stored, err) == -1)
			return -1;
		if (stored)
			return note_stored(app, create, claim, err);
	}
	return err_set(err, ERR_CONTENDED, MSG_FILE_EXISTS);
}

int
create_task(struct app *app, const struct create *create,
    struct create_result *result, struct err *err)
{
	struct claim claim = {.file = BUF_INIT, .blob = BLOB_INIT};
	struct buf bytes = BUF_INIT;
	int rc;

	task_print(&bytes, create->edit);
	rc = store_new_task(app, create, &bytes, &claim, err);
	/* The task is stored if only the note in the claim has failed. */
	app_bump_unsure(app, create->user, &claim.blob);
	if (rc == 0)
		rc = publish_write(app, create->user, claim.file.s, err);
	if (rc == 0) {
		buf_move(&result->file, &claim.file);
		memcpy(result->etag, claim.etag, sizeof result->etag);
	}
	buf_release(&claim.file);
	blob_release(&claim.blob);
	buf_release(&bytes);
	return rc;
}

enum user_cache_parsed
create_judge_claim(const struct buf *bytes)
{
	struct claim claim = {.file = BUF_INIT, .blob = BLOB_INIT};
	struct err unused = ERR_INIT;
	bool is_claim = false;
	int rc = claim_parse(bytes, &claim, &is_claim, &unused);

	buf_release(&claim.file);
	if (rc == -1)
		return USER_CACHE_NEWER;
	return is_claim ? USER_CACHE_GOOD : USER_CACHE_BROKEN;
}
