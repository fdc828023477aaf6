#include "edit/mirror.h"

#include "app/base_memory.h"
#include "app/strays_list.h"
#include "base/buf.h"
#include "base/http.h"
#include "base/std.h"
#include "base/zone.h"
#include "edit/mirror_match.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "task/strays.h"
#include "week/ledger_base.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

/* A batch of files to fetch ends at either of these.  So few that a store that
 * takes a second for each ends one before it counts as one that hangs
 * (store_set_stall), which is judged from batch to batch. */
#define BATCH_FILES ((size_t)4 * HTTP_IN_FLIGHT)
#define BATCH_BYTES ((uint64_t)8 << 20)

/* A base is put anew when the index has more files beside it, or it has more
 * that are over: so a base is written and read about once in so many changes. */
#define REST_MIN  32
#define REST_PART 64 /* and one of so many files */

struct fetch {
	struct app *app;
	const char *user;
	const struct store_list *list;
	bool *found;  /* per item of the list: it is in the set */
	bool *wanted; /* per item: it is to be fetched */
};

/* What a load has read, beside what the mirror has of it. */
struct load {
	struct app *app;
	const char *user;
	const char *prefix; /* of the list */
	const char *token;  /* its key; it tells of the list's changes */
	struct store_list list;
	struct taskset index, base; /* as stored */
	bool has_index;             /* and it can be read */
	bool other_base;            /* than that of memory: `base` is its */
};

static void
take_known(struct mirror *mirror, const char *user)
{
	struct mirror_known known = MIRROR_KNOWN_INIT;

	snprintf(mirror->user, sizeof mirror->user, "%s", user);
	if (mirror->memory == NULL)
		return;
	mirror_memory_take(mirror->memory, user, &known);
	mirror->set = known.set;
	mirror->base_n = known.base_n;
	memcpy(mirror->mark, known.mark, sizeof mirror->mark);
	mirror->sync = known.sync;
	mirror->sync_etag = known.sync_etag;
	mirror->week = known.week;
}

void
mirror_release(struct mirror *mirror)
{
	struct mirror_known known = {.set = mirror->set,
	    .base_n = mirror->base_n,
	    .sync = mirror->sync,
	    .sync_etag = mirror->sync_etag,
	    .week = mirror->week};

	memcpy(known.mark, mirror->mark, sizeof known.mark);
	strays_release(&known.set.strays);
	if (mirror->memory != NULL && mirror->user[0] != '\0')
		mirror_memory_put(mirror->memory, mirror->user, &known);
	else
		mirror_memory_release(&known);
	*mirror = (struct mirror)MIRROR_INIT;
}

/* Return the file of an item that was not found, NULL if it is no task's. */
static const char *
file_to_fetch(const struct fetch *f, size_t i)
{
	return f->found[i] ? NULL
			   : names_task_of_key(f->list->items[i].key, f->user);
}

/* Choose what to fetch of the items that were not found: all tasks but those
 * that are too large to be read. */
static void
choose_wanted(const struct fetch *f)
{
	size_t i;

	for (i = 0; i < f->list->n; i++)
		f->wanted[i] = file_to_fetch(f, i) != NULL &&
			       f->list->items[i].size <= TASK_FILE_MAX;
}

/* Add those that are too large. */
static void
add_too_large(const struct fetch *f, struct taskset *set)
{
	size_t i;

	for (i = 0; i < f->list->n; i++) {
		const char *file = file_to_fetch(f, i);

		if (file == NULL || f->wanted[i])
			continue;
		(f->list->changes ? taskset_put_too_large
				  : taskset_add_too_large)(
		    set, file, f->list->items[i].etag);
	}
}

/*
 * Take what came of the gets of a batch, of one that failed as well: the next
 * load needs to read only the others then.  A file may be removed between the
 * list and its get.  One that cannot be read stays out of the set: a change of
 * its rights does not change its ETag, so the index must not know it.  With a
 * list of changes the set may have the file as it was.
 */
static void
take_fetched(const struct fetch *f, struct taskset *set,
    const struct store_op *ops, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct store_op *op = &ops[i];
		const char *file = names_task_of_key(op->key, f->user);

		if (op->result != STORE_OK && f->list->changes)
			taskset_remove(set, file);
		else if (op->result == STORE_OK)
			(f->list->changes ? taskset_put : taskset_add)(set,
			    file, op->new_etag.s, op->body.s, op->body.len);
		if (op->barred)
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
	take_fetched(f, set, ops, n);
	store_ops_release(ops, n);
	free(ops);
	return rc;
}

/*
 * Note whether the stored index must be put anew: unless each entry of it is
 * one of the files that the base lacks, and there are no others.  The base must
 * be, too, if it is of little use by now.
 */
static void
judge_index(struct mirror *mirror, const struct load *load)
{
	size_t same = mirror_match_count(&mirror->set, &load->index);
	size_t fresh = taskset_count_new(&mirror->set);
	size_t over = mirror->base_n - (mirror->set.n - fresh);
	size_t most = REST_MIN + mirror->set.n / REST_PART;

	mirror->outgrown = fresh > most || over > most;
	mirror->changed = mirror->outgrown || !load->has_index ||
			  strcmp(load->index.base, mirror->set.base) != 0 ||
			  same != load->index.n || same != fresh;
}

/* Return true if all that the store has is the files of the set, so that the next
 * load need only ask what has changed. */
static bool
has_all(const struct taskset *set)
{
	const struct strays *strays = &set->strays;

	return strays->odd.n == 0 && strays->others == 0 &&
	       strays->n_barred == 0;
}

/* Fill the set from memory, index and base, and the store.  If the store fails,
 * the set has what was read until then, sorted, too. */
static int
fill_set(struct mirror *mirror, struct load *load, struct err *err)
{
	const struct mirror_sources from = {
	    &mirror->set, &load->index, load->other_base ? &load->base : NULL};
	struct fetch f = {load->app, load->user, &load->list,
	    std_zalloc(load->list.n), std_zalloc(load->list.n)};
	struct buf prefix = BUF_INIT;
	size_t at = 0;
	int rc = 0;

	names_task_prefix(&prefix, load->user);
	(load->list.changes ? mirror_match_changes : mirror_match)(
	    &from, &load->list, prefix.len, f.found);
	strays_list_read(&mirror->set.strays, &load->list, f.found, load->user);
	choose_wanted(&f);
	while (rc == 0 && at < load->list.n)
		rc = fetch_batch(&f, &mirror->set, &at, err);
	add_too_large(&f, &mirror->set);
	taskset_sort(&mirror->set);
	judge_index(mirror, load);
	if (rc == 0 && has_all(&mirror->set))
		memcpy(mirror->mark, load->list.mark, sizeof mirror->mark);
	free(f.found);
	free(f.wanted);
	buf_release(&prefix);
	return rc;
}

/*
 * Read the base that the index names, unless it is that of memory.  Without one
 * that can be read nothing is based, and a new one will be put.
 */
static int
load_base(struct mirror *mirror, struct load *load, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc = 0;

	load->other_base = strcmp(load->index.base, mirror->set.base) != 0;
	if (!load->other_base)
		return 0;
	taskset_drop_base(&mirror->set);
	mirror->base_n = 0;
	if (load->index.base[0] == '\0')
		return 0;

	names_key(&blob.key, NAMES_INDEX_BASE, load->user);
	rc = blob_get(load->app->store, &blob, err);
	if (rc == 0 && blob.is_there &&
	    taskset_read_base(&blob.bytes, &load->base) == 0) {
		memcpy(
		    mirror->set.base, load->base.base, sizeof mirror->set.base);
		mirror->base_n = load->base.n;
	}
	blob_release(&blob);
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
		numbers_note(&mirror->numbers, mirror->set.files[i].number);
	numbers_note_barred(&mirror->numbers, &mirror->set.strays);
	if (numbers_parse(&stored->body, &next) == 0 &&
	    next < mirror->numbers.end)
		mirror->raise_to = mirror->numbers.end;
	numbers_note_stored(&mirror->numbers, &stored->body);
}

static void
drop_sync(struct mirror *mirror)
{
	ledger_release(&mirror->sync);
	free(mirror->sync_etag);
	mirror->sync_etag = NULL;
}

/*
 * Read the records, unless memory has those of that ETag.  Broken ones count as
 * none (reconcile.md, "Without records"): the week is shown, and the next run
 * writes them anew.  The week is shown without those of a newer program, too,
 * and no run is asked for.
 */
static int
set_sync(struct mirror *mirror, struct app *app, struct store_op *stored,
    struct err *err)
{
	enum ledger_json parsed = LEDGER_JSON_BROKEN;
	struct blob blob = BLOB_INIT;
	int rc = 0;

	if (mirror->has_repo && stored->result == STORE_UNCHANGED) {
		mirror->synced = true;
		return 0;
	}
	drop_sync(mirror);
	if (mirror->has_repo && stored->result == STORE_OK) {
		names_key(&blob.key, NAMES_SYNC, mirror->user);
		blob_take(&blob, stored);
		rc = ledger_blob_parse(
		    app, mirror->user, &blob, &mirror->sync, &parsed, err);
	}
	mirror->synced = parsed == LEDGER_JSON_GOOD;
	mirror->newer = parsed == LEDGER_JSON_NEWER;
	if (mirror->synced)
		mirror->sync_etag = std_strdup(blob.etag.s);
	/* Only who writes needs it, and app->bases remembers it. */
	ledger_base_set(&mirror->sync.under, NULL);
	blob_release(&blob);
	return rc;
}

/* Return true if the list of changes has the file. */
static bool
has_change_of(const struct load *load, const char *file)
{
	struct buf key = BUF_INIT;
	bool is;

	names_task_key(&key, load->user, file);
	is = store_list_find(&load->list, key.s) != NULL;
	buf_release(&key);
	return is;
}

/*
 * Return true if another process has found what the list of changes does not
 * tell, as nobody has noted it: the index has an entry that memory does not, or
 * there is another base, of which some entries may be over.  Without a look at
 * all files the weeks that this process builds would take back what that one
 * has shown.
 */
static bool
misses_found(const struct mirror *mirror, const struct load *load)
{
	size_t i;

	if (!mirror->heeds_index || !load->list.changes || !load->has_index)
		return false;
	for (i = 0; i < load->index.n; i++) {
		const struct taskset_file *x = &load->index.files[i];
		const struct taskset_file *f =
		    taskset_find(&mirror->set, x->file);

		if ((f == NULL || strcmp(f->etag, x->etag) != 0) &&
		    !has_change_of(load, x->file))
			return true;
	}
	return load->other_base;
}

static int
list_all(struct load *load, struct err *err)
{
	store_list_release(&load->list);
	load->list = (struct store_list)STORE_LIST_SHALLOW;
	load->list.since = "";
	load->list.told_by = load->token;
	return store_list(load->app->store, load->prefix, &load->list, err);
}

/* Take what the first round has read, and read the rest. */
static int
load_rest(struct mirror *mirror, struct load *load, struct store_op *ops,
    struct err *err)
{
	if (set_sync(mirror, load->app, &ops[3], err) == -1)
		return -1;
	load->has_index = ops[0].result == STORE_OK &&
			  taskset_read(&ops[0].body, &load->index) == 0;
	buf_release(&ops[0].body);
	mirror->set.swept_ms = load->index.swept_ms;
	if (load_base(mirror, load, err) == -1)
		return -1;
	if (misses_found(mirror, load) && list_all(load, err) == -1)
		return -1;
	if (fill_set(mirror, load, err) == -1)
		return -1;
	set_numbers(mirror, &ops[1]);
	return 0;
}

int
mirror_load(
    struct app *app, const char *user, struct mirror *mirror, struct err *err)
{
	struct buf index = BUF_INIT, next = BUF_INIT, prefix = BUF_INIT;
	struct buf sync = BUF_INIT, token = BUF_INIT;
	struct load load = {.app = app,
	    .user = user,
	    .list = STORE_LIST_SHALLOW,
	    .index = TASKSET_INIT,
	    .base = TASKSET_INIT};
	char since[STORE_MARK_MAX + 1];
	int rc;

	take_known(mirror, user);
	/* Until the load has ended the set is not what the mark says. */
	memcpy(since, mirror->mark, sizeof since);
	mirror->mark[0] = '\0';
	names_key(&token, NAMES_TOKEN, user);
	load.list.told_by = load.token = token.s;
	if (mirror->memory != NULL)
		load.list.since = mirror->whole ? "" : since;
	names_key(&index, NAMES_INDEX, user);
	names_key(&next, NAMES_NEXT_ID, user);
	names_task_prefix(&prefix, user);
	load.prefix = prefix.s;
	names_key(&sync, NAMES_SYNC, user);
	mirror->has_repo = conf_has_repo(&app->conf);
	struct store_op ops[] = {
	    STORE_GET(index.s), STORE_GET(next.s),
	    STORE_LIST(prefix.s, &load.list),
	    STORE_GET(sync.s), /* asked for only with a repository */
	};
	if (mirror->sync_etag != NULL) {
		ops[3].cond = STORE_IF_CHANGED;
		ops[3].etag = mirror->sync_etag;
	}
	rc = store_run(app->store, ops,
	    mirror->has_repo ? ARRAY_LEN(ops) : ARRAY_LEN(ops) - 1, err);
	if (rc == 0)
		rc = load_rest(mirror, &load, ops, err);
	if (rc == -1)
		mirror_release(mirror);
	taskset_release(&load.index);
	taskset_release(&load.base);
	store_ops_release(ops, ARRAY_LEN(ops));
	store_list_release(&load.list);
	buf_release(&index);
	buf_release(&next);
	buf_release(&prefix);
	buf_release(&sync);
	buf_release(&token);
	return rc;
}

void
mirror_one_release(struct mirror_one *one)
{
	edit_found_release(&one->task);
	ledger_release(&one->sync);
}

/*
 * Search the records for that of the task.  What is not as a program writes it
 * is read whole; what is broken then, counts as none, as in set_sync.
 */
static int
scan_records(struct app *app, const char *user, struct blob *sync,
    struct mirror_one *one, struct err *err)
{
	struct ledger_base *base;

	if (ledger_blob_get_base(app, user, sync, &base, err) == -1)
		return -1;
	if (sync->is_there && ledger_scan_file(&sync->bytes, base,
				  one->task.file.s, &one->sync) == -1)
		(void)!ledger_json_parse_on(&sync->bytes, base, &one->sync);
	if (base != NULL)
		base_memory_keep_read(app->bases, user, base);
	ledger_base_drop(base);
	return 0;
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
	if (rc == 0)
		rc = scan_records(app, user, &sync, one, err);
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
