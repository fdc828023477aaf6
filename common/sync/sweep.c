#include "sync/sweep.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/std.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "week/ledger.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"

#define BATCH 64

/* A user's records, read so that they can be swapped for changed ones. */
struct held {
	struct app *app;
	const char *user;
	struct blob blob; /* sync.json */
	struct ledger sync;
};

/*
 * Remove the blobs under the prefix that were written before `before`
 * (milliseconds since 1970).  With If-Match, so that a blob that was written
 * after the list stays.
 */
static int
remove_older(
    struct app *app, const char *prefix, int64_t before, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op ops[BATCH];
	size_t i, n = 0;
	int rc = store_list(app->store, prefix, &list, err);

	for (i = 0; rc == 0 && i < list.n; i++) {
		const struct store_item *item = &list.items[i];

		if (item->modified_ms < before)
			ops[n++] = (struct store_op)STORE_REMOVE(
			    item->key, STORE_IF_MATCH, item->etag);
		if (n == BATCH || (n > 0 && i + 1 == list.n)) {
			rc = store_run(app->store, ops, n, err);
			store_ops_release(ops, n);
			n = 0;
		}
	}
	store_list_release(&list);
	return rc;
}

/*
 * Return true if the copy of a resolved conflict must stay, since the same
 * bytes of the same file are in conflict again, are about to be (an intent),
 * or were resolved once more, later.
 */
static bool
is_copy_needed(
    const struct ledger *sync, const struct ledger_resolved *resolved)
{
	const struct ledger_file *f = ledger_find(sync, resolved->file);
	size_t i;

	if (f != NULL && ledger_in_conflict(f, resolved->hash))
		return true;
	if (ledger_find_resolved(sync, resolved->file, resolved->hash) !=
	    resolved)
		return true;
	for (i = 0; i < sync->n_intents; i++)
		if (strcmp(sync->intents[i].file, resolved->file) == 0 &&
		    strcmp(sync->intents[i].conflict, resolved->hash) == 0)
			return true;
	return false;
}

/* Remove the copy of a resolved conflict from conflicts/, unless needed. */
static int
remove_copy(const struct held *r, const struct ledger_resolved *resolved,
    struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	/* sync.json is not trusted: build no key from a malformed name. */
	if (!names_file_ok(resolved->file) || !names_hash_ok(resolved->hash) ||
	    is_copy_needed(&r->sync, resolved))
		return 0;
	names_copy_key(&blob.key, NAMES_CONFLICTS, r->user, resolved->file,
	    resolved->hash);
	rc = blob_remove(r->app->store, &blob, err);
	blob_release(&blob);
	return rc;
}

/*
 * Remove the copies of the first n resolved conflicts and forget these.  Hold
 * the lease of a run meanwhile: a run at the same time could put the same
 * bytes into conflicts/, find the copy already there, and lose it to this
 * sweep.  Do nothing if another process has written sync.json since the load.
 */
static int
sweep_resolved(struct held *r, size_t n, struct err *err)
{
	int64_t lease_ms = r->app->conf.sync_lease_ms;
	int64_t end = clock_monotonic_ms() + lease_ms;
	struct ledger *sync = &r->sync;
	bool ours;
	size_t i;
	int rc = 0;

	free(sync->run_id); /* of a run that died; its lease is over */
	sync->run_id = std_strdup("sweep");
	sync->run_until_ms = app_now(r->app) + lease_ms;
	if (ledger_blob_save(r->app, &r->blob, sync, &ours, err) == -1)
		return -1;
	if (!ours)
		return 0;
	/* When the lease ends amid the work, the next sweep does the rest. */
	for (i = 0; i < n && clock_monotonic_ms() <= end; i++) {
		rc = remove_copy(r, &sync->resolved[i], err);
		if (rc == -1)
			break;
	}
	/* After a failure, too: forget those whose copies are gone. */
	ledger_forget_resolved(sync, i);
	free(sync->run_id);
	sync->run_id = NULL;
	if (ledger_blob_save(r->app, &r->blob, sync, &ours, err) == -1)
		return -1;
	return rc;
}

/* Remove the copies of conflicts that were resolved SWEEP_RESOLVED_MS ago. */
static int
sweep_conflicts(struct app *app, const char *user, struct err *err)
{
	struct held r = {
	    .app = app, .user = user, .blob = BLOB_INIT, .sync = LEDGER_INIT};
	int64_t now = app_now(app);
	size_t n = 0;
	int rc = ledger_blob_load(app, user, &r.sync, &r.blob, err);

	/* `resolved` is in the order of time, the oldest first. */
	while (n < r.sync.n_resolved &&
	       r.sync.resolved[n].at_ms < now - SWEEP_RESOLVED_MS)
		n++;
	/* A run that holds a lease is not disturbed: the next sweep follows. */
	if (rc == 0 && n > 0 &&
	    !ledger_clock_is_leased(&r.sync, app->conf.sync_lease_ms, now))
		rc = sweep_resolved(&r, n, err);
	ledger_release(&r.sync);
	blob_release(&r.blob);
	return rc;
}

/* Return true if a base was put after this one, and before then. */
static bool
has_later(const struct store_list *bases, const struct store_item *base,
    int64_t before)
{
	size_t i;

	for (i = 0; i < bases->n; i++)
		if (bases->items[i].modified_ms > base->modified_ms &&
		    bases->items[i].modified_ms < before)
			return true;
	return false;
}

bool
sweep_is_base_over(const struct store_list *bases,
    const struct store_item *base, const char *named, int64_t before)
{
	const struct store_item *present = store_list_find(bases, named);

	if (base->modified_ms >= before || strcmp(base->key, named) == 0)
		return false;
	/* Without one, or with one from before then, all others are over.  Of
	 * those before a later one, the last may have been under sync.json
	 * until that was put. */
	return *named == '\0' ||
	       (present != NULL && present->modified_ms < before) ||
	       has_later(bases, base, before);
}

static int
remove_bases(struct app *app, const struct store_list *bases, const char *named,
    struct err *err)
{
	int64_t before = app_now(app) - SWEEP_BASE_MS;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < bases->n; i++) {
		const struct store_item *base = &bases->items[i];
		struct store_op op =
		    STORE_REMOVE(base->key, STORE_IF_MATCH, base->etag);

		if (!sweep_is_base_over(bases, base, named, before))
			continue;
		rc = store_run(app->store, &op, 1, err);
		store_ops_release(&op, 1);
	}
	return rc;
}

/* Remove bases that are over.  With If-Match, as a run may put one anew.  Keep
 * all while sync.json cannot be read. */
static int
sweep_bases(struct app *app, const char *user, struct err *err)
{
	struct store_list bases = STORE_LIST_INIT;
	struct blob blob = BLOB_INIT;
	struct buf prefix = BUF_INIT, named = BUF_INIT;
	struct ledger sync = LEDGER_INIT;
	enum ledger_json parsed = LEDGER_JSON_BROKEN;
	int rc;

	names_key(&prefix, NAMES_RECORDS, user);
	names_key(&blob.key, NAMES_SYNC, user);
	rc = store_list(app->store, prefix.s, &bases, err);
	if (rc == 0 && bases.n > 0)
		rc = blob_get(app->store, &blob, err);
	if (rc == 0 && blob.is_there)
		rc = ledger_blob_parse(app, user, &blob, &sync, &parsed, err);
	if (sync.under != NULL)
		names_records_key(&named, user, sync.under->id);
	if (rc == 0 && parsed == LEDGER_JSON_GOOD)
		rc = remove_bases(app, &bases, named.s, err);
	ledger_release(&sync);
	blob_release(&blob);
	store_list_release(&bases);
	buf_release(&prefix);
	buf_release(&named);
	return rc;
}

int
sweep_user(struct app *app, const char *user, struct err *err)
{
	struct buf claims = BUF_INIT, trash = BUF_INIT;
	int64_t now = app_now(app);
	int rc;

	names_key(&claims, NAMES_CLAIMS, user);
	names_key(&trash, NAMES_TRASH, user);
	rc = remove_older(app, claims.s, now - SWEEP_CLAIM_MS, err);
	if (rc == 0)
		rc = remove_older(app, trash.s, now - SWEEP_TRASH_MS, err);
	if (rc == 0)
		rc = sweep_conflicts(app, user, err);
	if (rc == 0)
		rc = sweep_bases(app, user, err);
	buf_release(&claims);
	buf_release(&trash);
	return rc;
}
