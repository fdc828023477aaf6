#include "run/run_mirror.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/std.h"
#include "plan/plan.h"
#include "plan/plan_record.h"
#include "run/run_progress.h"
#include "store/blob.h"
#include "store/changes.h"
#include "store/names.h"
#include "store/store.h"
#include "week/ledger.h"

/* Move run->at to the next item whose bytes go; return false if none does. */
static bool
has_copies(struct run *run)
{
	while (run->at < run->plan.n &&
	       (!plan_writes(&run->plan.items[run->at]) ||
		   !run->plan.items[run->at].facts->there))
		run->at++;
	return run->at < run->plan.n;
}

/* Put one batch of copies, from run->at on, and leave that after it. */
static int
copy_batch(struct run *run, struct err *err)
{
	struct store_op ops[RUN_BATCH];
	struct buf keys[RUN_BATCH];
	size_t n = 0, i;
	int rc;

	for (; n < RUN_BATCH && has_copies(run); run->at++) {
		const struct plan_item *item = &run->plan.items[run->at];
		const struct facts_file *file = item->facts;

		buf_init(&keys[n]);
		names_copy_key(&keys[n],
		    item->mirror == PLAN_YIELD ? NAMES_CONFLICTS : NAMES_TRASH,
		    run->job->user, file->file, file->hash);
		ops[n] = (struct store_op)STORE_PUT(keys[n].s, STORE_IF_NEW,
		    NULL, file->bytes.s, file->bytes.len);
		n++;
	}
	rc = store_run(run->job->app->store, ops, n, err);
	for (i = 0; i < n; i++)
		buf_release(&keys[i]);
	store_ops_release(ops, n);
	return rc;
}

/*
 * Copy our side of a conflict to the new name of its file.  Do nothing if the
 * copy is missing: the conflict goes along all the same.
 */
static int
copy_conflict(struct run *run, const struct plan_item *item, const char *hash,
    struct err *err)
{
	const char *user = run->job->user;
	struct blob from = BLOB_INIT, to = BLOB_INIT;
	int rc;

	names_copy_key(
	    &from.key, NAMES_CONFLICTS, user, item->facts->file, hash);
	names_copy_key(
	    &to.key, NAMES_CONFLICTS, user, item->renamed->facts->file, hash);
	rc = blob_copy(run->job->app->store, &from, &to, err);
	blob_release(&from);
	blob_release(&to);
	return rc;
}

/* Copy the conflicts of a file that Git has renamed to its new name. */
static int
copy_conflicts(struct run *run, const struct plan_item *item, struct err *err)
{
	const struct ledger_file *f =
	    ledger_find(&run->ledger, item->facts->file);
	size_t i;

	if (!plan_writes(item) || item->renamed == NULL || f == NULL ||
	    f->conflict[0] == '\0')
		return 0;
	for (i = 0; i < f->n_older; i++)
		if (copy_conflict(run, item, f->older[i].hash, err) == -1)
			return -1;
	return copy_conflict(run, item, f->conflict, err);
}

enum run_end
run_mirror_copy(struct run *run, struct err *err)
{
	enum run_end end = RUN_DONE;
	size_t i;

	if (has_copies(run)) {
		end = run_keep(run, err);
		if (end == RUN_DONE && copy_batch(run, err) == -1)
			end = RUN_FAILED;
		return end == RUN_DONE ? RUN_PART : end;
	}
	for (i = 0; i < run->plan.n; i++)
		if (copy_conflicts(run, &run->plan.items[i], err) == -1)
			return RUN_FAILED;
	return RUN_DONE;
}

enum run_end
run_mirror_intend(struct run *run, struct err *err)
{
	run->intended_ms = clock_monotonic_ms();
	plan_record_intents(&run->plan, run->results, &run->ledger,
	    run->commit.hex, app_now(run->job->app));
	return run->ledger.n_intents > 0 ? run_save(run, err) : RUN_IDLE;
}

/*
 * Return the operation that writes or removes the file if it is still as it
 * was listed: with If-Match, or, if it was not there, only if it still is not.
 */
static struct store_op
make_write(const struct plan_item *item, const char *key)
{
	const struct facts_file *file = item->facts;

	if (item->mirror == PLAN_REMOVE)
		return (struct store_op)STORE_REMOVE(
		    key, STORE_IF_MATCH, file->etag.s);
	return (struct store_op)STORE_PUT(key,
	    file->there ? STORE_IF_MATCH : STORE_IF_NEW, file->etag.s,
	    item->after.s, item->after.len);
}

/*
 * Take what came of a write or a removal.  Return false if another writer was
 * faster, even one that has removed the file, too: the next attempt lists what is
 * there.
 */
static bool
take_written(struct plan_result *result, struct store_op *op)
{
	result->written = op->result == STORE_OK;
	if (result->written)
		buf_move(&result->etag, &op->new_etag);
	return result->written;
}

/* The order of writes: no bytes may be overwritten before they are where they
 * go, nor an old name removed before the new one is written. */
enum phase { MOVES, WRITES, REMOVALS };

/* Return true if the item is written or removed in that phase. */
static bool
is_wanted(const struct plan_item *item, enum phase phase)
{
	if (!plan_writes(item))
		return false;
	if (item->mirror == PLAN_REMOVE)
		return phase == REMOVALS;
	return phase == (plan_brings_bytes(item) ? MOVES : WRITES);
}

/* Move run->at to the next item to do; return false if there is none. */
static bool
has_more(struct run *run, enum phase phase)
{
	while (run->at < run->plan.n &&
	       !is_wanted(&run->plan.items[run->at], phase))
		run->at++;
	return run->at < run->plan.n;
}

/*
 * Write or remove one batch, from run->at on.  RUN_AGAIN only after the whole
 * batch: what was written must be noted, as it is recorded in any case.
 */
static enum run_end
write_batch(struct run *run, enum phase phase, struct err *err)
{
	struct store_op ops[RUN_BATCH];
	size_t places[RUN_BATCH], n = 0, written = 0, i;
	struct buf keys[RUN_BATCH];
	enum run_end end = RUN_PART;

	for (; run->at < run->plan.n && n < RUN_BATCH; run->at++) {
		const struct plan_item *item = &run->plan.items[run->at];

		if (!is_wanted(item, phase))
			continue;
		buf_init(&keys[n]);
		names_task_key(&keys[n], run->job->user, item->facts->file);
		ops[n] = make_write(item, keys[n].s);
		places[n++] = run->at;
		/* Whatever comes of it: of a batch that fails, a part may be
		 * written. */
		changes_add_file(&run->changed, item->facts->file);
	}
	/* A name that is barred since it was listed is another writer's. */
	if (store_run(run->job->app->store, ops, n, err) == -1 &&
	    !store_only_barred(ops, n))
		end = RUN_FAILED;
	for (i = 0; i < n; i++) {
		struct plan_result *result = &run->results[places[i]];

		if (end != RUN_FAILED && !take_written(result, &ops[i]))
			end = RUN_AGAIN;
		/* The version must be raised even if the push fails, and after
		 * a write that failed and may have happened. */
		run->shown = run->shown || result->written ||
			     ops[i].result == STORE_FAILED;
		written += result->written;
		buf_release(&keys[i]);
	}
	store_ops_release(ops, n);
	if (end != RUN_FAILED)
		run_progress_add(run, written);
	return end;
}

/* Write the next batch, if there is one and the lease still holds. */
static enum run_end
write_next(struct run *run, enum phase phase, struct err *err)
{
	enum run_end end;

	if (!has_more(run, phase))
		return RUN_IDLE;
	end = run_keep(run, err);
	return end == RUN_DONE ? write_batch(run, phase, err) : end;
}

enum run_end
run_mirror_move(struct run *run, struct err *err)
{
	return write_next(run, MOVES, err);
}

enum run_end
run_mirror_write(struct run *run, struct err *err)
{
	return write_next(run, WRITES, err);
}

enum run_end
run_mirror_remove(struct run *run, struct err *err)
{
	return write_next(run, REMOVALS, err);
}
