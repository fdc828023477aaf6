#include "run/run_settle.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/std.h"
#include "plan/settle.h"
#include "run/run_head.h"
#include "store/blob.h"
#include "store/changes.h"
#include "store/names.h"
#include "store/store.h"
#include "task/taskset.h"
#include "week/ledger.h"

enum run_end
run_settle_fate(struct run *run, struct err *err)
{
	const struct ledger *ledger = &run->ledger;
	const struct settle_clock clock = run_clock(run);
	enum github_result result;
	bool in_head = false;

	if (ledger->n_intents == 0)
		return RUN_IDLE;
	if (ledger->commit[0] != '\0') {
		result = run_head_has(
		    run, ledger->commit, ledger->head, &in_head, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
	}
	run->fate = settle_fate(ledger, in_head, &clock);
	return run->fate == SETTLE_OPEN ? RUN_LATER : RUN_DONE;
}

/* Return the file's entry in the list of the mirror; NULL if there is none. */
static const struct store_item *
find_listed(const struct run *run, const char *file)
{
	const struct store_item *item;
	struct buf key = BUF_INIT;

	/* sync.json is not trusted: build no key from a malformed name. */
	if (!names_file_ok(file))
		return NULL;
	names_task_key(&key, run->job->user, file);
	item = store_list_find(&run->list, key.s);
	buf_release(&key);
	return item;
}

/*
 * Settle one intent.  Its file is read only if its ETag is not the one from
 * before the intent.
 */
static int
settle_one(
    struct run *run, struct ledger_intent *intent, bool landed, struct err *err)
{
	const struct store_item *item = find_listed(run, intent->file);
	struct settle_seen seen = {.there = false};
	char hash[ENC_HASH_LEN + 1];
	int rc;

	if (settle_is_as_before(intent, item != NULL ? item->etag : "", landed))
		return 0;
	if (item == NULL) {
		settle_intent(&run->ledger, intent, &seen, landed);
		return 0;
	}

	struct store_op op = STORE_GET(item->key);
	rc = store_run(run->job->app->store, &op, 1, err);
	if (rc == -1 && op.barred) { /* whatever is in it now */
		rc = 0;
		seen = (struct settle_seen){true, item->etag, ""};
	}
	if (op.result == STORE_OK) {
		taskset_hash(op.body.s, op.body.len, hash);
		seen = (struct settle_seen){true, op.new_etag.s, hash};
	}
	if (rc == 0)
		settle_intent(&run->ledger, intent, &seen, landed);
	store_ops_release(&op, 1);
	return rc;
}

/* Return true if the file is not the one any more that the intent names. */
static bool
is_overwritten(const struct run *run, const char *file)
{
	const struct store_item *item = find_listed(run, file);
	size_t i;

	for (i = 0; i < run->ledger.n_intents; i++)
		if (strcmp(run->ledger.intents[i].file, file) == 0)
			return strcmp(item != NULL ? item->etag : "",
				   run->ledger.intents[i].before) != 0;
	return false;
}

/*
 * Rescue bytes that were on their way to a name when a run died or gave up:
 * their old name was overwritten, the new one was not written.  They become a
 * conflict of the new name, which has the task that they were made on.
 */
static int
rescue_bytes(
    struct run *run, const struct ledger_intent *intent, struct err *err)
{
	const char *user = run->job->user;
	struct blob from = BLOB_INIT, to = BLOB_INIT;
	int rc;

	names_copy_key(
	    &from.key, NAMES_TRASH, user, intent->source, intent->after);
	names_copy_key(
	    &to.key, NAMES_CONFLICTS, user, intent->file, intent->after);
	rc = blob_copy(run->job->app->store, &from, &to, err);
	if (rc == 0 && from.is_there)
		ledger_set_conflict(ledger_record(&run->ledger, intent->file),
		    intent->after, NULL);
	blob_release(&from);
	blob_release(&to);
	return rc;
}

static int
rescue_all(struct run *run, struct err *err)
{
	size_t i;

	for (i = 0; i < run->ledger.n_intents; i++) {
		const struct ledger_intent *intent = &run->ledger.intents[i];

		if (settle_lacks_bytes(intent) &&
		    names_file_ok(intent->source) &&
		    names_file_ok(intent->file) &&
		    names_hash_ok(intent->after) &&
		    is_overwritten(run, intent->source) &&
		    rescue_bytes(run, intent, err) == -1)
			return -1;
	}
	return 0;
}

enum run_end
run_settle(struct run *run, struct err *err)
{
	struct ledger *ledger = &run->ledger;
	bool landed = run->fate == SETTLE_LANDED;
	size_t i;

	if (ledger->n_intents == 0)
		return RUN_IDLE;
	for (i = 0; i < ledger->n_intents; i++) {
		if (settle_one(run, &ledger->intents[i], landed, err) == -1)
			return RUN_FAILED;
		/* The other run may have written it after its lease ended, so
		 * after this one has raised the version for it. */
		if (ledger->intents[i].written)
			changes_add_file(
			    &run->changed, ledger->intents[i].file);
	}
	if (rescue_all(run, err) == -1)
		return RUN_FAILED;
	settle_moves(ledger);
	/* In memory only: after a crash the next run settles them again. */
	ledger_intents_clear(ledger);
	ledger->tree[0] = ledger->tree_head[0] = '\0';
	run->shown = true;
	return RUN_DONE;
}
