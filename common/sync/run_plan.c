/*
 * What becomes of each file (reconcile.md 5 and 6): clean or dirty, the table,
 * renames, merges, and how much may be removed.
 */
#include "base/buf.h"
#include "base/std.h"
#include "git/object.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/decide.h"
#include "sync/remote.h"
#include "sync/run.h"
#include "task/merge.h"
#include "task/taskset.h"
#include "week/ledger.h"

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
		const struct ledger_file *f =
		    ledger_find(&run->sync, run->items[i].file);
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

/* Takes what came of a get. */
static void
take_bytes(struct run_item *item, struct store_op *op)
{
	item->read = true;
	item->there = op->result == STORE_OK;
	if (!item->there)
		return;
	buf_move(&item->bytes, &op->body);
	buf_move(&item->etag, &op->new_etag);
}

/* One batch, from *from on. */
static int
read_batch(struct run *run, size_t *from,
    bool (*wanted)(const struct run *run, const struct run_item *item),
    struct err *err)
{
	struct store_op ops[RUN_BATCH];
	struct run_item *items[RUN_BATCH];
	struct buf keys[RUN_BATCH];
	size_t i, n = 0;
	int rc = 0;

	for (; *from < run->n && n < RUN_BATCH; (*from)++) {
		struct run_item *item = &run->items[*from];

		if (item->read || !item->there || !wanted(run, item))
			continue;
		buf_init(&keys[n]);
		names_task_key(&keys[n], run->job->user, item->file);
		ops[n] = (struct store_op)STORE_GET(keys[n].s);
		items[n++] = item;
	}
	if (n > 0)
		rc = store_run(run->job->app->store, ops, n, err);
	for (i = 0; i < n; i++) {
		if (rc == 0)
			take_bytes(items[i], &ops[i]);
		buf_release(&keys[i]);
	}
	store_ops_release(ops, n);
	return rc;
}

int
run_read(struct run *run,
    bool (*wanted)(const struct run *run, const struct run_item *item),
    struct err *err)
{
	size_t from = 0;

	while (from < run->n)
		if (read_batch(run, &from, wanted, err) == -1)
			return -1;
	return 0;
}

/* Clean by ETag, without reading? */
static bool
is_unknown(const struct run *run, const struct run_item *item)
{
	const struct ledger_file *f = ledger_find(&run->sync, item->file);

	if (f == NULL || run->job->full)
		return true;
	/* What its pull request has needs no reading, nor deciding. */
	if (ledger_pr_waits(&f->pr))
		return f->pr.moving || f->pr.number == 0 ||
		       !std_streq(f->pr.etag, item->etag.s);
	return f->base[0] == '\0' || strcmp(f->etag, item->etag.s) != 0;
}

/* A pull request is open: only further edits matter, which go along. */
static void
classify_waiting(struct run_item *item, const struct ledger_pr *pull)
{
	item->waits = true;
	if (!item->there)
		return;
	item->mirror = DECIDE_DIRTY;
	if (!item->read || pull->state == LEDGER_PR_FOREIGN)
		return;
	item->pull = pull->moving || pull->number == 0 ||
		     strcmp(pull->hash, item->hash) != 0;
}

/* Until now such bytes were shown as dirty. */
static void
saw_etag(struct run *run, const char *known, const struct run_item *item)
{
	run->shown = run->shown || !std_streq(known, item->etag.s);
}

/* What was not clean by its ETag has been read: clean by hash, or dirty. */
static void
classify(struct run *run, struct run_item *item)
{
	struct ledger_file *f = ledger_find(&run->sync, item->file);
	struct ledger_pr *pull = f != NULL ? &f->pr : NULL;

	item->mirror = item->there ? DECIDE_CLEAN : DECIDE_ABSENT;
	if (item->there && item->read) {
		taskset_hash(item->bytes.s, item->bytes.len, item->hash);
		if (f != NULL && f->base[0] != '\0' &&
		    strcmp(f->hash, item->hash) == 0) {
			saw_etag(run, f->etag, item);
			ledger_set_base(f, f->base, f->hash, item->etag.s);
		} else {
			item->mirror = DECIDE_DIRTY;
		}
	}
	if (pull == NULL || pull->state == LEDGER_PR_NONE)
		return;
	if (item->read && strcmp(pull->hash, item->hash) == 0) {
		saw_etag(run, pull->etag, item);
		free(pull->etag);
		pull->etag = std_strdup(item->etag.s);
		item->declined = pull->state == LEDGER_PR_CLOSED;
	}
	if (ledger_pr_waits(pull)) {
		classify_waiting(item, pull);
	} else if (item->mirror == DECIDE_CLEAN) {
		ledger_pr_end(pull); /* nothing is left to ask for */
		run->shown = true;
	}
}

static enum decide_remote
remote_of(const struct run *run, const struct run_item *item)
{
	const struct ledger_file *f = ledger_find(&run->sync, item->file);

	if (f == NULL || f->base[0] == '\0')
		return item->remote[0] != '\0' ? DECIDE_NEW : DECIDE_NONE;
	if (item->remote[0] == '\0')
		return DECIDE_GONE;
	return strcmp(f->base, item->remote) == 0 ? DECIDE_SAME
						  : DECIDE_CHANGED;
}

/* Is this where Git has put the old one's blob? */
static bool
is_new_name(const struct run *run, const struct run_item *to,
    const struct ledger_file *f)
{
	return to->action == DECIDE_PULL && !to->there && !to->taken &&
	       ledger_find(&run->sync, to->file) == NULL &&
	       strcmp(to->remote, f->base) == 0;
}

/* A run that died in between has moved the dirty bytes already. */
static bool
has_moved(const struct run *run, const struct run_item *old,
    const struct run_item *to, const struct ledger_file *f)
{
	const struct ledger_file *g = ledger_find(&run->sync, to->file);

	return old->mirror == DECIDE_DIRTY && to != old && to->read &&
	       g != NULL && strcmp(g->base, f->base) == 0 && to->there &&
	       !to->taken && buf_eq(&to->bytes, &old->bytes);
}

/*
 * A blob that stands under another name now was renamed: dirty bytes move
 * along, and the old name goes without counting as a removal.
 */
static void
find_move(struct run *run, struct run_item *old)
{
	const struct ledger_file *f = ledger_find(&run->sync, old->file);
	size_t i;

	for (i = 0; i < run->n; i++) {
		struct run_item *to = &run->items[i];
		bool moves = is_new_name(run, to, f);

		if (!moves && !has_moved(run, old, to, f))
			continue;
		if (moves && old->mirror == DECIDE_DIRTY && !old->waits) {
			to->partner = old;
			old->partner = to;
		}
		to->taken = true;
		if (old->waits) { /* and so does the new name */
			to->action = DECIDE_NOTHING;
			return;
		}
		old->moved = true;
		old->renamed = to;
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
		    run->items[i].action == DECIDE_PUSH_NEW ||
		    (run->items[i].waits &&
			remote_of(run, &run->items[i]) == DECIDE_GONE))
			find_move(run, &run->items[i]);
}

/* Do the settings want a pull request for what is to be pushed? */
static bool
goes_by_pull(const struct run *run, const struct run_item *item)
{
	const struct conf *conf = &run->job->app->conf;

	return conf->via_pr ||
	       (conf->create_via_pr && item->action == DECIDE_PUSH &&
		   remote_of(run, item) == DECIDE_NONE);
}

/* What is pushed without any other work: at once, by request, or not. */
static void
route(struct run *run, struct run_item *item)
{
	bool pushes =
	    item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW;

	if (pushes && (item->declined || goes_by_pull(run, item))) {
		item->pull = !item->declined;
		item->action = DECIDE_NOTHING;
	}
	if (item->pull)
		buf_set(&item->after, item->bytes.s, item->bytes.len);
}

/* The same for what is pushed after it was written into the mirror. */
static void
route_written(struct run *run, struct run_item *item)
{
	const struct run_item *from =
	    item->partner != NULL ? item->partner : item;

	if (!item->push || !(from->declined || goes_by_pull(run, item)))
		return;
	item->push = false;
	item->declined = from->declined;
	item->pull = !item->declined;
}

/* Is Git without any file that is recorded? */
static bool
is_none_left(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		if (item->moved ||
		    (item->remote[0] != '\0' &&
			ledger_find(&run->sync, item->file) != NULL))
			return false;
	}
	return true;
}

/* Do that many removals need leave? */
static bool
needs_leave(const struct run *run, bool none_left)
{
	size_t i, removals = 0;

	for (i = 0; i < run->n; i++)
		removals += run->items[i].action == DECIDE_REMOVE &&
			    !run->items[i].moved;
	return decide_needs_leave(removals, run->sync.n, none_left);
}

static void
hold(struct run *run, struct run_item *item)
{
	item->action = DECIDE_NOTHING;
	run->result->kept++;
}

/*
 * Without leave the files and their records stay; all else is done.  What
 * once needed it goes on to, even when fewer are left of them.  A folder
 * that has vanished as a whole is no reason to push over it, either.
 */
static void
hold_removals(struct run *run)
{
	bool none_left = is_none_left(run);
	bool all = needs_leave(run, none_left);
	size_t i;

	run->result->kept = 0;
	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];
		struct ledger_file *f = ledger_find(&run->sync, item->file);

		if (f == NULL) /* only what is recorded is ever removed */
			continue;
		if (item->remote[0] != '\0')
			f->held = false;
		if (item->moved || run->job->confirm)
			continue;
		if (item->action == DECIDE_REMOVE && (all || f->held)) {
			f->held = true;
			hold(run, item);
		} else if (item->action == DECIDE_PUSH_NEW && none_left) {
			hold(run, item);
		}
	}
}

static int
decide_all(struct run *run, struct err *err)
{
	size_t i;

	if (run_read(run, is_unknown, err) == -1)
		return -1;
	run->revived = 0;
	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];

		classify(run, item);
		item->action = item->waits
				   ? DECIDE_NOTHING
				   : decide(remote_of(run, item), item->mirror);
	}
	find_moves(run);
	hold_removals(run);
	for (i = 0; i < run->n; i++)
		route(run, &run->items[i]);
	for (i = 0; i < run->n; i++)
		run->revived += run->items[i].action == DECIDE_PUSH_NEW;
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
	struct object_blob *blobs, *next;
	size_t n;
};

static struct object_blob *
want(struct texts *texts, const char *id)
{
	struct object_blob *blob = &texts->blobs[texts->n++];

	memset(blob, 0, sizeof *blob);
	snprintf(blob->id.hex, sizeof blob->id.hex, "%.*s", OBJECT_ID_LEN, id);
	blob->result = GITHUB_BROKEN; /* until it has come */
	buf_init(&blob->bytes);
	return blob;
}

/* Theirs of each item in turn, then its base where that is needed. */
static enum github_result
fetch(struct run *run, struct texts *texts, struct err *err)
{
	enum github_result result = GITHUB_OK;
	size_t i;

	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		if (!item->chosen || !needs_theirs(item))
			continue;
		want(texts, item->remote);
		if (needs_base(item))
			want(texts, ledger_find(&run->sync, item->file)->base);
	}
	if (texts->n > 0)
		result = object_get_blobs(
		    run->job->github, texts->blobs, texts->n, err);
	run_step(run, "blobs");
	return result;
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
		item->write = !buf_eq(&item->after, &item->bytes);
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
	} else {
		const struct buf *bytes =
		    item->partner != NULL ? &item->partner->bytes : theirs;

		item->write = true;
		item->push = item->partner != NULL;
		buf_set(&item->after, bytes->s, bytes->len);
	}
}

static void
plan_ours(struct run_item *item)
{
	if (item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW) {
		item->push = true;
		buf_set(&item->after, item->bytes.s, item->bytes.len);
	} else if (item->action == DECIDE_REMOVE) {
		item->write = item->gone = true;
	}
}

/* Will something be done about it? */
static bool
is_work(const struct run *run, const struct run_item *item)
{
	if (item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW)
		return !run->read_only;
	return needs_theirs(item) || item->action == DECIDE_REMOVE;
}

static bool
may_push(const struct run_item *item)
{
	return item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW ||
	       item->action == DECIDE_MERGE || item->partner != NULL;
}

/*
 * Takes so many files that are written or pushed, in order of their names.
 * The two names of a renamed file go together.
 */
static void
choose(struct run *run)
{
	size_t i, writes = 0, pushes = 0;

	run->more = false;
	for (i = 0; i < run->n; i++) {
		struct run_item *item = &run->items[i];

		if (item->chosen || !is_work(run, item))
			continue;
		if (writes >= RUN_PORTION || pushes >= RUN_COMMIT) {
			run->more = true;
			return;
		}
		item->chosen = true;
		if (item->partner != NULL)
			item->partner->chosen = true;
		pushes += may_push(item);
		writes++;
	}
}

/*
 * Git's bytes and the base's of the next item that needs them.  A file that
 * is too large is left out, and one whose base a force push has taken away
 * is not merged: neither may hold up the others.
 */
static enum github_result
plan_fetched(struct run *run, struct run_item *item, struct texts *texts)
{
	const struct object_blob *theirs = texts->next++;
	bool with_base = needs_base(item);
	const struct object_blob *base = with_base ? texts->next++ : theirs;

	if (with_base && base->result != GITHUB_OK &&
	    base->result != GITHUB_ABSENT && base->result != GITHUB_TOO_LARGE)
		return base->result;
	if (theirs->result == GITHUB_TOO_LARGE) {
		run->too_large = true;
		/* The old name must not go before the new one is there. */
		if (item->partner != NULL)
			item->partner->chosen = false;
		return GITHUB_OK;
	}
	if (theirs->result != GITHUB_OK)
		return theirs->result;
	taskset_hash(theirs->bytes.s, theirs->bytes.len, item->theirs);
	plan_theirs(item, &theirs->bytes,
	    with_base && base->result == GITHUB_OK ? &base->bytes : NULL);
	return GITHUB_OK;
}

static enum github_result
plan_all(struct run *run, struct texts *texts)
{
	enum github_result result;
	size_t i;

	for (i = 0; i < run->n; i++) {
		if (!run->items[i].chosen || !needs_theirs(&run->items[i]))
			continue;
		result = plan_fetched(run, &run->items[i], texts);
		if (result != GITHUB_OK)
			return result;
	}
	for (i = 0; i < run->n; i++) {
		if (run->items[i].chosen)
			plan_ours(&run->items[i]);
		route_written(run, &run->items[i]);
		if (run->read_only)
			run->items[i].push = false;
	}
	return GITHUB_OK;
}

int
run_plan(struct run *run, enum run_end *end, struct err *err)
{
	struct texts texts = {.n = 0};
	struct err why = ERR_INIT;
	enum github_result result;

	*end = RUN_DONE;
	run->too_large = false;
	collect(run);
	if (decide_all(run, err) == -1)
		return -1;
	choose(run);
	/* Of each item two at most: theirs, and its base. */
	texts.blobs = std_alloc((2 * run->n + 1) * sizeof *texts.blobs);
	texts.next = texts.blobs;
	/* What fetch says of one file counts only where it cannot be missed. */
	result = fetch(run, &texts, &why);
	if (result == GITHUB_OK || result == GITHUB_ABSENT ||
	    result == GITHUB_TOO_LARGE)
		result = plan_all(run, &texts);
	if (result != GITHUB_OK)
		*end = run_refused(run, result, &why);
	object_blobs_release(texts.blobs, texts.n);
	free(texts.blobs);
	return 0;
}
