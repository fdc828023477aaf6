/*
 * What an earlier run intended (reconcile.md, "Old intents"): before anything
 * is decided, the records must say what has really happened.
 */
#include "base/std.h"
#include "git/refs.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/run.h"
#include "task/taskset.h"
#include "week/ledger.h"

enum fate { LANDED, DEAD, OPEN };

/* The commit is in the believed head's history, or never will be, or... */
static enum run_end
find_fate(struct run *run, enum fate *fate, struct err *err)
{
	const struct job *job = run->job;
	const struct ledger *sync = &run->sync;
	int64_t age = run->looked_ms - sync->intent_ms;
	enum refs_order order = REFS_IDENTICAL;
	enum github_result result;

	*fate = DEAD;
	if (sync->commit[0] == '\0')
		return RUN_DONE;
	if (strcmp(sync->commit, sync->head) != 0) {
		result = refs_compare(
		    job->github, sync->commit, sync->head, &order, err);
		if (result != GITHUB_OK)
			return run_refused(run, result, err);
	}
	if (order == REFS_IDENTICAL || order == REFS_AHEAD)
		*fate = LANDED;
	else if (age <= job->lag_ms + job->lease_ms)
		*fate = OPEN;
	return *fate == OPEN ? RUN_LATER : RUN_DONE;
}

static const struct store_item *
find_item(const struct run *run, const char *file)
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

/* The bytes were written: which base they stand for. */
static void
settle_written(struct run *run, const struct ledger_intent *i,
    const struct buf *etag, bool landed)
{
	struct ledger_file *f = ledger_record(&run->sync, i->file);
	bool at_base = strcmp(i->hash, i->after) == 0;

	/* Refused bytes are so in what a merge made of them. */
	if (f->pr.state == LEDGER_PR_CLOSED && std_streq(f->pr.etag, i->before))
		ledger_decline(&f->pr, i->after, etag->s);
	if (landed && i->pushed[0] != '\0') {
		ledger_set_base(f, i->pushed, i->after, etag->s);
		ledger_pr_end(&f->pr);
	} else {
		ledger_set_base(f, i->base, i->hash, at_base ? etag->s : "");
	}
	if (i->conflict[0] != '\0')
		ledger_set_conflict(f, i->conflict, i->fields);
}

/* Other bytes than were meant: somebody has edited since. */
static void
settle_other(struct run *run, const struct ledger_intent *i, bool landed)
{
	struct ledger_file *f = ledger_record(&run->sync, i->file);

	if (landed && i->pushed[0] != '\0')
		ledger_set_base(f, i->pushed, i->after, "");
	else if (i->written)
		ledger_set_base(f, "", "", "");
	if (i->written && i->conflict[0] != '\0')
		ledger_set_conflict(f, i->conflict, i->fields);
}

/* Not there: removed as meant, or never written, or gone since. */
static void
settle_absent(struct run *run, const struct ledger_intent *i, bool landed)
{
	if (!i->written || i->after[0] != '\0') {
		settle_other(run, i, landed);
		return;
	}
	if (i->renamed != NULL)
		ledger_rename(&run->sync, i->file, i->renamed);
	ledger_forget(&run->sync, i->file);
}

static int
settle_one(struct run *run, const struct ledger_intent *i, bool landed,
    struct err *err)
{
	const struct store_item *item = find_item(run, i->file);
	const char *etag = item != NULL ? item->etag : "";
	bool pushed = landed && i->pushed[0] != '\0';
	char hash[ENC_HASH_LEN + 1] = "";
	int rc;

	if (i->written && strcmp(etag, i->before) == 0)
		return 0; /* never written: the old base holds */
	if (!i->written && !pushed)
		return 0; /* pushed only, and dead: the same */
	if (item == NULL) {
		settle_absent(run, i, landed);
		return 0;
	}

	struct store_op op = STORE_GET(item->key);
	rc = store_run(run->job->app->store, &op, 1, err);
	if (op.result == STORE_OK)
		taskset_hash(op.body.s, op.body.len, hash);
	if (rc == 0 && op.result == STORE_ABSENT)
		settle_absent(run, i, landed);
	else if (rc == 0 && strcmp(hash, i->after) == 0)
		settle_written(run, i, &op.new_etag, landed);
	else if (rc == 0)
		settle_other(run, i, landed);
	store_ops_release(&op, 1);
	return rc;
}

int
run_settle(struct run *run, enum run_end *end, struct err *err)
{
	enum fate fate;
	size_t i;

	*end = RUN_DONE;
	if (run->sync.n_intents == 0)
		return 0;
	*end = find_fate(run, &fate, err);
	if (*end != RUN_DONE)
		return 0;
	for (i = 0; i < run->sync.n_intents; i++)
		if (settle_one(
			run, &run->sync.intents[i], fate == LANDED, err) == -1)
			return -1;
	ledger_intents_clear(&run->sync);
	run->sync.tree[0] = run->sync.tree_head[0] = '\0';
	run->shown = true;
	run_step(run, "settled");
	return 0;
}
