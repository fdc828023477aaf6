/*
 * What becomes of each file (RECONCILE 5 and 6): clean or dirty, the table,
 * renames, merges, and how much may be removed.
 */
#include "merge.h"
#include "names.h"
#include "run.h"
#include "taskset.h"

void
run_items_release(struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];

		free(item->file);
		free(item->fields);
		buf_release(&item->etag);
		buf_release(&item->bytes);
		buf_release(&item->after);
	}
	free(run->items);
	run->items = NULL;
	run->n = run->cap = 0;
}

static void
add_item(struct run *run, const char *file)
{
	struct run_item *item;

	STD_GROW(run->items, run->n, run->cap);
	item = &run->items[run->n++];
	memset(item, 0, sizeof *item);
	item->file = std_strdup(file);
	buf_init(&item->etag);
	buf_init(&item->bytes);
	buf_init(&item->after);
}

static int
by_file(const void *a, const void *b)
{
	const struct run_item *x = a, *y = b;

	return strcmp(x->file, y->file);
}

/* One item per name, whoever knows it. */
static void
sort_items(struct run *run)
{
	size_t i, n = 0;

	if (run->n == 0)
		return;
	qsort(run->items, run->n, sizeof *run->items, by_file);
	for (i = 1; i < run->n; i++)
		if (strcmp(run->items[n].file, run->items[i].file) != 0)
			run->items[++n] = run->items[i];
		else
			free(run->items[i].file);
	run->n = n + 1;
}

static struct run_item *
find_item(struct run *run, const char *file)
{
	struct run_item key = {.file = (char *)(uintptr_t)file};

	return run->n == 0 ? NULL
			   : bsearch(&key, run->items, run->n,
				 sizeof *run->items, by_file);
}

static void
collect(struct run *run)
{
	const char *user = run->job->user, *file;
	struct run_item *item;
	size_t i;

	run_items_release(run);
	for (i = 0; i < run->sync.n; i++)
		add_item(run, run->sync.files[i].file);
	for (i = 0; i < run->remote.n; i++)
		add_item(run, run->remote.files[i].file);
	for (i = 0; i < run->list.n; i++) {
		file = names_task_of_key(run->list.items[i].key, user);
		if (file != NULL)
			add_item(run, file);
	}
	sort_items(run);

	for (i = 0; i < run->list.n; i++) {
		file = names_task_of_key(run->list.items[i].key, user);
		item = file != NULL ? find_item(run, file) : NULL;
		if (item == NULL)
			continue;
		item->there = true;
		buf_set(&item->etag, run->list.items[i].etag,
		    strlen(run->list.items[i].etag));
	}
	for (i = 0; i < run->n; i++) {
		const struct sync_file *f =
		    sync_find(&run->sync, run->items[i].file);
		const struct remote_file *r =
		    remote_find(&run->remote, run->items[i].file);
		/* The known tree: Git has what the records say. */
		const char *blob = run->remote.same
				       ? (f != NULL ? f->base : "")
				       : (r != NULL ? r->blob.hex : "");

		snprintf(run->items[i].remote, sizeof run->items[i].remote,
		    "%s", blob);
	}
}

int
run_read(struct run *run, struct run_item *item, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	if (item->read || !item->there)
		return 0;
	names_task_key(&key, run->job->user, item->file);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(run->job->app->store, &op, 1, err);
	item->read = rc == 0;
	item->there = op.result == STORE_OK;
	if (op.result == STORE_OK) {
		buf_move(&item->bytes, &op.body);
		buf_move(&item->etag, &op.new_etag);
	}
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

/* Clean by ETag, without reading; else by hash. */
static int
classify(struct run *run, struct run_item *item, struct err *err)
{
	struct sync_file *f = sync_find(&run->sync, item->file);
	char hash[ENC_HASH_LEN + 1];

	item->mirror = item->there ? DECIDE_DIRTY : DECIDE_ABSENT;
	if (!item->there)
		return 0;
	if (f != NULL && f->base[0] != '\0' && !run->job->full &&
	    strcmp(f->etag, item->etag.s) == 0) {
		item->mirror = DECIDE_CLEAN;
		return 0;
	}
	if (run_read(run, item, err) == -1)
		return -1;
	if (!item->there) {
		item->mirror = DECIDE_ABSENT;
		return 0;
	}
	taskset_hash(item->bytes.s, item->bytes.len, hash);
	if (f != NULL && f->base[0] != '\0' && strcmp(f->hash, hash) == 0) {
		item->mirror = DECIDE_CLEAN;
		sync_set_base(f, f->base, f->hash, item->etag.s);
	}
	return 0;
}

static enum decide_remote
remote_of(const struct run *run, const struct run_item *item)
{
	const struct sync_file *f = sync_find(&run->sync, item->file);

	if (f == NULL || f->base[0] == '\0')
		return item->remote[0] != '\0' ? DECIDE_NEW : DECIDE_NONE;
	if (item->remote[0] == '\0')
		return DECIDE_GONE;
	return strcmp(f->base, item->remote) == 0 ? DECIDE_SAME
						  : DECIDE_CHANGED;
}

/*
 * A blob that stands under another name now was renamed: dirty bytes move
 * along, and the old name goes without counting as a removal.
 */
static void
find_move(struct run *run, struct run_item *old)
{
	const struct sync_file *f = sync_find(&run->sync, old->file);
	size_t i;

	for (i = 0; i < run->n; i++) {
		struct run_item *to = &run->items[i];

		if (to->action != DECIDE_PULL || to->there || to->push ||
		    sync_find(&run->sync, to->file) != NULL ||
		    strcmp(to->remote, f->base) != 0)
			continue;
		old->moved = true;
		if (old->mirror == DECIDE_DIRTY) {
			buf_set(&to->after, old->bytes.s, old->bytes.len);
			to->write = to->push = true;
		}
		old->action = DECIDE_REMOVE;
		return;
	}
}

static void
find_moves(struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++)
		if (run->items[i].action == DECIDE_REMOVE ||
		    run->items[i].action == DECIDE_PUSH_NEW)
			find_move(run, &run->items[i]);
}

/* Without leave the files and their records stay; all else is done. */
static void
hold_removals(struct run *run)
{
	size_t i, removals = 0, left = 0;

	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		removals += item->action == DECIDE_REMOVE && !item->moved;
		left += item->remote[0] != '\0' &&
			sync_find(&run->sync, item->file) != NULL;
		left += item->moved;
	}
	run->result->kept = 0;
	if (run->job->confirm ||
	    !decide_needs_leave(removals, run->sync.n, left == 0))
		return;
	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];

		if (item->action == DECIDE_REMOVE && !item->moved)
			item->action = DECIDE_NOTHING;
	}
	run->result->kept = (unsigned)removals;
}

static int
decide_all(struct run *run, struct err *err)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];

		if (classify(run, item, err) == -1)
			return -1;
		item->action = decide(remote_of(run, item), item->mirror);
	}
	find_moves(run);
	hold_removals(run);
	return 0;
}

static bool
needs_theirs(const struct run_item *item)
{
	return item->action == DECIDE_PULL || item->action == DECIDE_MERGE ||
	       item->action == DECIDE_ADOPT;
}

/* A merge needs the base, too: a blob never changes, so Git has it. */
static bool
needs_base(const struct run_item *item)
{
	return item->action == DECIDE_MERGE;
}

struct texts {
	struct repo_blob *blobs;
	size_t n;
};

static struct repo_blob *
want(struct texts *texts, const char *id)
{
	struct repo_blob *blob = &texts->blobs[texts->n++];

	memset(blob, 0, sizeof *blob);
	snprintf(blob->id.hex, sizeof blob->id.hex, "%.*s", REPO_ID_LEN, id);
	buf_init(&blob->bytes);
	return blob;
}

/* Theirs of each item in turn, then its base where that is needed. */
static enum run_end
fetch(struct run *run, size_t until, struct texts *texts, struct err *err)
{
	enum github_result result;
	size_t i;

	texts->blobs = std_alloc(2 * run->n * sizeof *texts->blobs);
	texts->n = 0;
	for (i = 0; i < until; i++) {
		const struct run_item *item = &run->items[i];

		if (!needs_theirs(item))
			continue;
		want(texts, item->remote);
		if (needs_base(item))
			want(texts, sync_find(&run->sync, item->file)->base);
	}
	result = texts->n == 0 ? GITHUB_OK
			       : repo_blobs(run->job->github, texts->blobs,
				     texts->n, err);
	run_step(run, "blobs");
	return result == GITHUB_OK ? RUN_DONE : run_refused(run, result, err);
}

static void
plan_conflict(
    struct run_item *item, const struct buf *theirs, const char *fields)
{
	item->conflict = true;
	item->fields = std_strdup(fields);
	item->write = true;
	buf_set(&item->after, theirs->s, theirs->len);
}

static struct merge_side
side(const struct buf *b)
{
	return (struct merge_side){
	    .bytes = b != NULL ? b->s : NULL,
	    .len = b != NULL ? b->len : 0,
	};
}

static void
join(struct buf *out, const struct merge_conflict *conflict)
{
	size_t i;

	for (i = 0; i < conflict->n; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", conflict->fields[i]);
}

/* An unknown base merges only what is equal. */
static void
plan_merge(
    struct run_item *item, const struct buf *theirs, const struct buf *base)
{
	const struct merge merge = {
	    .file = item->file,
	    .base = side(base),
	    .mine = side(&item->bytes),
	    .theirs = side(theirs),
	};
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;
	struct buf fields = BUF_INIT;

	if (merge_task(&merge, &item->after, &conflict) == -1) {
		join(&fields, &conflict);
		plan_conflict(item, theirs, fields.s);
	} else {
		item->write = true;
		item->push = !buf_eq(&item->after, theirs);
	}
	merge_conflict_release(&conflict);
	buf_release(&fields);
}

static void
plan_theirs(
    struct run_item *item, const struct buf *theirs, const struct buf *base)
{
	if (item->there && item->read && buf_eq(&item->bytes, theirs)) {
		item->settled = true;
		buf_set(&item->after, theirs->s, theirs->len);
	} else if (item->action != DECIDE_PULL) {
		plan_merge(item, theirs, base);
	} else if (!item->write) { /* else a move has filled it */
		item->write = true;
		buf_set(&item->after, theirs->s, theirs->len);
	}
}

static void
plan_item(struct run_item *item)
{
	if (item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW) {
		item->push = true;
		buf_set(&item->after, item->bytes.s, item->bytes.len);
	} else if (item->action == DECIDE_REMOVE) {
		item->write = item->gone = true;
	}
}

/* Where this portion ends: so many files that are written or pushed. */
static size_t
portion(const struct run *run)
{
	size_t i, writes = 0, pushes = 0;

	for (i = 0; i < run->n && writes < RUN_PORTION && pushes < RUN_COMMIT;
	     i++) {
		enum decide_action a = run->items[i].action;

		writes += needs_theirs(&run->items[i]) || a == DECIDE_REMOVE;
		pushes += a == DECIDE_PUSH || a == DECIDE_PUSH_NEW ||
			  a == DECIDE_MERGE || run->items[i].push;
	}
	return i;
}

int
run_plan(struct run *run, enum run_end *end, struct err *err)
{
	struct texts texts = {.n = 0};
	size_t i, k = 0, until;

	*end = RUN_DONE;
	collect(run);
	if (decide_all(run, err) == -1)
		return -1;
	until = portion(run);
	*end = fetch(run, until, &texts, err);
	for (i = 0; *end == RUN_DONE && i < until; i++) {
		struct run_item *item = &run->items[i];
		const struct buf *theirs, *base = NULL;

		if (needs_theirs(item)) {
			theirs = &texts.blobs[k++].bytes;
			taskset_hash(theirs->s, theirs->len, item->theirs);
			if (needs_base(item))
				base = &texts.blobs[k++].bytes;
			plan_theirs(item, theirs, base);
		} else {
			plan_item(item);
		}
	}
	run->more = until < run->n;
	repo_blobs_release(texts.blobs, texts.n);
	free(texts.blobs);
	return 0;
}
