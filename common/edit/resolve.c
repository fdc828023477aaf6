#include "edit/resolve.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/etag.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "sync/publish.h"
#include "task/taskset.h"
#include "week/ledger.h"

#define TRIES 8 /* against writers who are faster, before giving up */

/* The file as it stands in the mirror. */
struct standing {
	bool there;
	struct buf bytes, store_etag;
	char hash[ENC_HASH_LEN + 1]; /* "" if it is not there */
};
#define STANDING_INIT                                                          \
	{                                                                      \
		.bytes = BUF_INIT, .store_etag = BUF_INIT                      \
	}

static void
standing_release(struct standing *s)
{
	buf_release(&s->bytes);
	buf_release(&s->store_etag);
}

static int
stand(struct app *app, const char *user, const char *file, struct standing *s,
    struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_task_key(&key, user, file);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(app->store, &op, 1, err);
	s->there = op.result == STORE_OK;
	s->hash[0] = '\0';
	if (s->there) {
		buf_move(&s->bytes, &op.body);
		buf_move(&s->store_etag, &op.new_etag);
		taskset_hash(s->bytes.s, s->bytes.len, s->hash);
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

static int
contended(struct err *err)
{
	return err_set(err, ERR_CONTENDED,
	    "Die Aufgabe wird gerade von anderen geändert. Bitte noch "
	    "einmal.");
}

static int
check_match(
    const struct resolve *resolve, const struct standing *s, struct err *err)
{
	if (resolve->if_match == NULL ||
	    (s->there && etag_matches(resolve->if_match, s->hash)))
		return 0;
	return err_set(
	    err, ERR_MODIFIED, "Die Aufgabe wurde inzwischen geändert.");
}

/* The one file of that number with a conflict, or with one resolved. */
static int
find_number(const struct ledger *sync, unsigned number, struct buf *file,
    struct err *err)
{
	size_t i;

	for (i = 0; i < sync->n; i++) {
		const struct ledger_file *f = &sync->files[i];

		if (f->conflict[0] == '\0' || names_number(f->file) != number)
			continue;
		if (file->len > 0)
			return err_set(err, ERR_AMBIGUOUS,
			    "Die Nummer %04u gibt es zweimal: %.160s und "
			    "%.160s.",
			    number, file->s, f->file);
		buf_adds(file, f->file);
	}
	for (i = sync->n_resolved; i > 0 && file->len == 0; i--)
		if (names_number(sync->resolved[i - 1].file) == number)
			buf_adds(file, sync->resolved[i - 1].file);
	return 0;
}

/* Nothing of that number was ever in conflict: is there such a task? */
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

/* Not by the mirror alone: it may have lost the file. */
static int
find_file(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct buf *file, struct err *err)
{
	enum names_id kind;
	unsigned number;

	if (names_parse_id(resolve->id, &kind, &number, file) == 0 &&
	    kind == NAMES_ID_NUMBER) {
		buf_reset(file);
		if (find_number(sync, number, file, err) == -1)
			return -1;
	}
	return file->len > 0 ? 0 : find_task(app, resolve, file, err);
}

static int
read_copy(struct app *app, const char *user, const char *file, const char *hash,
    struct buf *copy, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_copy_key(&key, NAMES_CONFLICTS, user, file, hash);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(app->store, &op, 1, err);
	if (rc == 0 && op.result != STORE_OK)
		rc = err_set(err, ERR_NOT_FOUND,
		    "Die eigene Fassung gibt es nicht mehr.");
	if (rc == 0)
		buf_move(copy, &op.body);
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

/* Create-only, named by content: twice is once. */
static int
throw_away(struct app *app, const char *user, const char *file,
    const struct standing *s, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_copy_key(&key, NAMES_TRASH, user, file, s->hash);
	struct store_op op =
	    STORE_PUT(key.s, STORE_IF_NEW, NULL, s->bytes.s, s->bytes.len);
	rc = store_run(app->store, &op, 1, err);
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

static int
put_mine(struct app *app, const char *key, const struct standing *s,
    const struct buf *copy, bool *stored, struct err *err)
{
	int rc;
	struct store_op op =
	    STORE_PUT(key, s->there ? STORE_IF_MATCH : STORE_IF_NEW,
		s->store_etag.s, copy->s, copy->len);
	rc = store_run(app->store, &op, 1, err);
	*stored = op.result == STORE_OK;
	store_ops_release(&op, 1);
	return rc;
}

/* One try; *stored says that nobody was faster. */
static int
try_mine(struct app *app, const struct resolve *resolve, const struct buf *copy,
    bool *stored, struct edit_result *result, struct err *err)
{
	const char *file = result->file.s;
	struct standing s = STANDING_INIT;
	struct buf key = BUF_INIT;
	int rc = stand(app, resolve->user, file, &s, err);

	/* An earlier try may have come so far, whatever If-Match says. */
	*stored = rc == 0 && s.there && buf_eq(&s.bytes, copy);
	if (rc == 0 && !*stored) {
		rc = check_match(resolve, &s, err);
		if (rc == 0 && s.there)
			rc = throw_away(app, resolve->user, file, &s, err);
		names_task_key(&key, resolve->user, file);
		if (rc == 0)
			rc = put_mine(app, key.s, &s, copy, stored, err);
		result->changed = rc == 0 && *stored;
	}
	buf_release(&key);
	standing_release(&s);
	return rc;
}

static int
take_mine(struct app *app, const struct resolve *resolve, const char *hash,
    struct edit_result *result, struct err *err)
{
	const char *file = result->file.s;
	struct buf copy = BUF_INIT;
	bool stored = false;
	int i, rc = read_copy(app, resolve->user, file, hash, &copy, err);

	for (i = 0; rc == 0 && !stored && i < TRIES; i++)
		rc = try_mine(app, resolve, &copy, &stored, result, err);
	if (rc == 0 && !stored)
		rc = contended(err);
	if (rc == 0)
		taskset_hash(copy.s, copy.len, result->etag);
	buf_release(&copy);
	return rc;
}

static int
take_theirs(struct app *app, const struct resolve *resolve,
    struct edit_result *result, struct err *err)
{
	struct standing s = STANDING_INIT;
	int rc = stand(app, resolve->user, result->file.s, &s, err);

	if (rc == 0)
		rc = check_match(resolve, &s, err);
	if (rc == 0)
		memcpy(result->etag, s.hash, sizeof result->etag);
	standing_release(&s);
	return rc;
}

/* One try.  *done, too, if that conflict is there no more. */
static int
try_clear(struct app *app, const struct resolve *resolve, const char *hash,
    struct edit_result *result, bool *done, struct err *err)
{
	const char *file = result->file.s;
	struct ledger sync = LEDGER_INIT;
	struct buf etag = BUF_INIT;
	const struct ledger_file *f;
	int rc = ledger_blob_load(app, resolve->user, &sync, &etag, err);

	f = rc == 0 ? ledger_find(&sync, file) : NULL;
	*done = f == NULL || !ledger_in_conflict(f, hash);
	if (rc == 0 && !*done) {
		ledger_resolve(&sync, file, hash, app_now(app));
		rc = ledger_blob_save(
		    app, resolve->user, &sync, &etag, done, err);
		result->changed = result->changed || (rc == 0 && *done);
	}
	ledger_release(&sync);
	buf_release(&etag);
	return rc;
}

static int
clear(struct app *app, const struct resolve *resolve, const char *hash,
    struct edit_result *result, struct err *err)
{
	bool done = false;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (try_clear(app, resolve, hash, result, &done, err) == -1)
			return -1;
		if (done)
			return 0;
	}
	return contended(err);
}

/* No conflict: a success only if it was resolved just so. */
static int
check_resolved(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct edit_result *result, struct err *err)
{
	const char *file = result->file.s;
	const char *copy = *resolve->copy != '\0' ? resolve->copy : NULL;
	const struct ledger_resolved *r =
	    ledger_find_resolved(sync, file, copy);
	struct standing s = STANDING_INIT;
	int rc = stand(app, resolve->user, file, &s, err);

	if (rc == 0 && r == NULL && !s.there)
		rc =
		    err_set(err, ERR_NOT_FOUND, "Diese Aufgabe gibt es nicht.");
	else if (rc == 0 &&
		 (r == NULL || resolve->mine != (strcmp(s.hash, r->hash) == 0)))
		rc = err_set(
		    err, ERR_SETTLED, "Diese Aufgabe ist in keinem Konflikt.");
	if (rc == 0)
		memcpy(result->etag, s.hash, sizeof result->etag);
	standing_release(&s);
	return rc;
}

static int
decide(struct app *app, const struct resolve *resolve,
    const struct ledger *sync, struct edit_result *result, struct err *err)
{
	const struct ledger_file *f;
	const char *copy = resolve->copy;
	int rc = find_file(app, resolve, sync, &result->file, err);

	if (rc == -1)
		return -1;
	f = ledger_find(sync, result->file.s);
	if (f != NULL && *copy == '\0')
		copy = f->conflict;
	if (f == NULL || !ledger_in_conflict(f, copy))
		return check_resolved(app, resolve, sync, result, err);
	rc = resolve->mine ? take_mine(app, resolve, copy, result, err)
			   : take_theirs(app, resolve, result, err);
	if (rc == 0)
		rc = clear(app, resolve, copy, result, err);
	return rc;
}

int
resolve_conflict(struct app *app, const struct resolve *resolve,
    struct edit_result *result, struct err *err)
{
	struct ledger sync = LEDGER_INIT;
	struct buf etag = BUF_INIT;
	int rc = ledger_blob_load(app, resolve->user, &sync, &etag, err);

	if (rc == 0)
		rc = decide(app, resolve, &sync, result, err);
	if (rc == 0)
		rc = publish_write(app, resolve->user, err);
	ledger_release(&sync);
	buf_release(&etag);
	return rc;
}
