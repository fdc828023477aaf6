#include "edit/mirror.h"

#include "app/strays_list.h"
#include "base/buf.h"
#include "base/std.h"
#include "base/zone.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "task/strays.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

/* A batch of files to fetch ends at either of these. */
#define BATCH_FILES 512
#define BATCH_BYTES ((uint64_t)8 << 20)

struct fetch {
	struct app *app;
	const char *user;
	const struct store_list *list;
	bool *wanted; /* per item of the list */
};

void
mirror_release(struct mirror *mirror)
{
	taskset_release(&mirror->set);
	ledger_release(&mirror->sync);
	memset(mirror, 0, sizeof *mirror);
}

/*
 * Walk list and index side by side, both in the order of names.  A file that
 * the index has with the same ETag moves into the set; mark the others as
 * wanted, but for those that are too large to be read.
 */
static void
reuse_indexed(
    struct mirror *mirror, struct taskset *index, const struct fetch *f)
{
	size_t i, k = 0;

	for (i = 0; i < f->list->n; i++) {
		const struct store_item *item = &f->list->items[i];
		const char *file = names_task_of_key(item->key, f->user);

		if (file == NULL)
			continue;
		while (k < index->n && strcmp(index->files[k].file, file) < 0)
			k++;
		if (k < index->n && strcmp(index->files[k].file, file) == 0 &&
		    strcmp(index->files[k].etag, item->etag) == 0)
			taskset_move(&mirror->set, &index->files[k++]);
		else if (item->size <= TASK_FILE_MAX)
			f->wanted[i] = true;
		else
			taskset_add_too_large(&mirror->set, file, item->etag);
	}
}

/*
 * Take what came of the gets of a batch.  A file may be removed between the
 * list and its get.  One that cannot be read stays out of the set: a change of
 * its rights does not change its ETag, so the index must not know it.
 */
static void
take_fetched(const struct fetch *f, struct taskset *set,
    const struct store_op *ops, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct store_op *op = &ops[i];
		const char *file = names_task_of_key(op->key, f->user);

		if (op->result == STORE_OK)
			taskset_add(set, file, op->new_etag.s, op->body.s,
			    op->body.len);
		else if (op->barred)
			strays_bar(&set->strays, file, STRAYS_UNREADABLE);
	}
}

/* Fetch wanted files from item *from on, until a batch is full. */
static int
fetch_batch(
    const struct fetch *f, struct taskset *set, size_t *from, struct err *err)
{
	struct store_op *ops = std_alloc(BATCH_FILES * sizeof *ops);
	uint64_t bytes = 0;
	size_t n = 0;
	int rc = 0;

	while (*from < f->list->n && n < BATCH_FILES && bytes < BATCH_BYTES) {
		const struct store_item *item = &f->list->items[*from];

		if (f->wanted[(*from)++]) {
			ops[n++] = (struct store_op)STORE_GET(item->key);
			bytes += item->size;
		}
	}
	if (n > 0)
		rc = store_run(f->app->store, ops, n, err);
	if (rc == -1 && store_only_barred(ops, n))
		rc = 0;
	if (rc == 0)
		take_fetched(f, set, ops, n);
	store_ops_release(ops, n);
	free(ops);
	return rc;
}

/*
 * Fill the set from the index and the store.  The index has changed unless
 * every entry of it was used and no other file was read.
 */
static int
fill_set(struct mirror *mirror, struct taskset *index, struct fetch *f,
    struct err *err)
{
	size_t moved, was = index->n, at = 0;
	int rc = 0;

	f->wanted = std_zalloc(f->list->n);
	reuse_indexed(mirror, index, f);
	strays_list_read(&mirror->set.strays, f->list, f->user);
	moved = mirror->set.n;
	while (rc == 0 && at < f->list->n)
		rc = fetch_batch(f, &mirror->set, &at, err);
	free(f->wanted);
	taskset_sort(&mirror->set);
	if (moved != was || mirror->set.n != was)
		mirror->changed = true;
	return rc;
}

/*
 * Set which numbers are in use.  Files that came from Git may have higher ones
 * than the stored one.
 */
static void
set_numbers(struct mirror *mirror, const struct store_op *stored)
{
	unsigned next;
	size_t i;

	for (i = 0; i < mirror->set.n; i++)
		numbers_note(
		    &mirror->numbers, names_number(mirror->set.files[i].file));
	numbers_note_barred(&mirror->numbers, &mirror->set.strays);
	if (numbers_parse(&stored->body, &next) == 0 &&
	    next < mirror->numbers.end)
		mirror->raise_to = mirror->numbers.end;
	numbers_note_stored(&mirror->numbers, &stored->body);
}

/*
 * Read the records.  Broken ones count as none (reconcile.md, "Without
 * records"): the week is shown, and the next run writes them anew.  The week
 * is shown without those of a newer program, too, and no run is asked for.
 */
static void
set_sync(struct mirror *mirror, const struct store_op *stored)
{
	enum ledger_json parsed = LEDGER_JSON_BROKEN;

	if (mirror->has_repo && stored->result == STORE_OK)
		parsed = ledger_json_parse(&stored->body, &mirror->sync);
	mirror->synced = parsed == LEDGER_JSON_GOOD;
	mirror->newer = parsed == LEDGER_JSON_NEWER;
}

int
mirror_load(
    struct app *app, const char *user, struct mirror *mirror, struct err *err)
{
	struct store_list list = STORE_LIST_SHALLOW;
	struct buf index_key = BUF_INIT, next = BUF_INIT, prefix = BUF_INIT;
	struct buf sync = BUF_INIT;
	struct taskset index = TASKSET_INIT;
	struct fetch f = {.app = app, .user = user, .list = &list};
	int rc;

	names_key(&index_key, NAMES_INDEX, user);
	names_key(&next, NAMES_NEXT_ID, user);
	names_task_prefix(&prefix, user);
	names_key(&sync, NAMES_SYNC, user);
	mirror->has_repo = conf_has_repo(&app->conf);
	struct store_op ops[] = {
	    STORE_GET(index_key.s), STORE_GET(next.s),
	    STORE_LIST(prefix.s, &list),
	    STORE_GET(sync.s), /* asked for only with a repository */
	};
	rc = store_run(app->store, ops,
	    mirror->has_repo ? ARRAY_LEN(ops) : ARRAY_LEN(ops) - 1, err);
	if (rc == 0) {
		set_sync(mirror, &ops[3]);
		mirror->changed = ops[0].result != STORE_OK ||
				  taskset_read(&ops[0].body, &index) == -1;
		buf_release(&ops[0].body);
		mirror->set.swept_ms = index.swept_ms;
		rc = fill_set(mirror, &index, &f, err);
	}
	if (rc == 0)
		set_numbers(mirror, &ops[1]);
	else
		mirror_release(mirror);
	taskset_release(&index);
	store_ops_release(ops, ARRAY_LEN(ops));
	store_list_release(&list);
	buf_release(&index_key);
	buf_release(&next);
	buf_release(&prefix);
	buf_release(&sync);
	return rc;
}

void
mirror_one_release(struct mirror_one *one)
{
	edit_found_release(&one->task);
	ledger_release(&one->sync);
}

int
mirror_load_one(struct app *app, const char *user, const char *id,
    struct mirror_one *one, struct err *err)
{
	struct blob sync = BLOB_INIT;
	int rc;

	one->has_repo = conf_has_repo(&app->conf);
	names_key(&sync.key, NAMES_SYNC, user);
	rc = edit_find_beside(
	    app, user, id, &one->task, one->has_repo ? &sync : NULL, err);
	/* What is not as a program writes it is read whole; what is broken then,
	 * counts as none, as in set_sync. */
	if (rc == 0 && sync.is_there &&
	    ledger_scan_file(&sync.bytes, one->task.file.s, &one->sync) == -1)
		(void)!ledger_json_parse(&sync.bytes, &one->sync);
	blob_release(&sync);
	return rc;
}

/* Check the names in a record before a key is built from them: the store may
 * hold anything. */
static bool
has_copy(const struct ledger_file *f)
{
	return f->conflict[0] != '\0' && names_file_ok(f->file) &&
	       names_hash_ok(f->conflict);
}

int
mirror_copy(struct app *app, const char *user, const struct ledger_file *record,
    struct buf *bytes, bool *there, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	*there = false;
	if (!has_copy(record))
		return 0;
	names_copy_key(
	    &blob.key, NAMES_CONFLICTS, user, record->file, record->conflict);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0 && blob.is_there) {
		buf_move(bytes, &blob.bytes);
		*there = true;
	}
	blob_release(&blob);
	return rc;
}

struct week
mirror_week(const struct app *app, const char *user,
    const struct mirror *mirror, int64_t now_ms)
{
	return (struct week){
	    .user = user,
	    .zone = zone_of(app->conf.zone),
	    .slots = &app->slots,
	    .now = now_ms,
	    .ttl_ms = app->conf.cache_ttl_blob_ms,
	    .next_id = numbers_next(&mirror->numbers),
	    .set = &mirror->set,
	    .sync = mirror->has_repo ? &mirror->sync : NULL,
	};
}
