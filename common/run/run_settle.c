#include "run/run_settle.h"

#include "base/std.h"
#include "plan/settle.h"
#include "run/run_head.h"
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
	size_t i;

	for (i = 0; i < run->list.n; i++) {
		const char *name =
		    names_task_of_key(run->list.items[i].key, run->job->user);

		if (name != NULL && strcmp(name, file) == 0)
			return &run->list.items[i];
	}
	return NULL;
}

/*
 * Settle one intent.  Its file is read only if its ETag is not the one from
 * before the intent.
 */
static int
settle_one(struct run *run, const struct ledger_intent *intent, bool landed,
    struct err *err)
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
	if (op.result == STORE_OK) {
		taskset_hash(op.body.s, op.body.len, hash);
		seen = (struct settle_seen){true, op.new_etag.s, hash};
	}
	if (rc == 0)
		settle_intent(&run->ledger, intent, &seen, landed);
	store_ops_release(&op, 1);
	return rc;
}

enum run_end
run_settle(struct run *run, struct err *err)
{
	struct ledger *ledger = &run->ledger;
	bool landed = run->fate == SETTLE_LANDED;
	size_t i;

	if (ledger->n_intents == 0)
		return RUN_IDLE;
	for (i = 0; i < ledger->n_intents; i++)
		if (settle_one(run, &ledger->intents[i], landed, err) == -1)
			return RUN_FAILED;
	/* In memory only: after a crash the next run settles them again. */
	ledger_intents_clear(ledger);
	ledger->tree[0] = ledger->tree_head[0] = '\0';
	run->shown = true;
	return RUN_DONE;
}
