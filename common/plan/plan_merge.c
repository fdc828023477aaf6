#include "plan/plan_merge.h"

#include "base/buf.h"
#include "base/std.h"
#include "plan/plan_moves.h"
#include "task/merge.h"
#include "task/task.h"
#include "task/task_parse.h"
#include "task/taskset.h"

static struct merge_side
to_side(const struct buf *b)
{
	return (struct merge_side){.bytes = b->s, .len = b->len};
}

static char *
join_fields(const struct merge_conflict *conflict)
{
	struct buf out = BUF_INIT;
	char *fields;
	size_t i;

	for (i = 0; i < conflict->n; i++)
		buf_addf(&out, "%s%s", i > 0 ? ", " : "", conflict->fields[i]);
	fields = std_strdup(out.s);
	buf_release(&out);
	return fields;
}

static void
set_after(struct plan_item *item, const struct buf *bytes)
{
	buf_set(&item->after, bytes->s, bytes->len);
}

/*
 * Push the bytes that are written, as Git does not have them either; unless
 * they go by pull request, or come from bytes of a request that was closed.
 */
static void
push_written(const struct plan *plan, struct plan_item *item)
{
	const struct plan_item *from =
	    plan_brings_bytes(item) ? item->source : item;

	if (from->declined)
		item->git = PLAN_DECLINED;
	else if (plan->rules.via_pr)
		item->git = PLAN_BY_PR;
	else if (!plan->rules.read_only)
		item->git = PLAN_PUSH;
}

/* Return true if both are tasks and have different titles. */
static bool
differs_in_title(const char *file, const struct buf *a, const struct buf *b)
{
	struct task x = TASK_INIT, y = TASK_INIT;
	struct task_problem unused;
	bool differs = task_parse(file, a->s, a->len, &x, &unused) == 0 &&
		       task_parse(file, b->s, b->len, &y, &unused) == 0 &&
		       strcmp(x.title, y.title) != 0;

	task_release(&x);
	task_release(&y);
	return differs;
}

/*
 * Return true if Git's file has a title that neither the base nor ours has:
 * it may be another task, which has changed its place and its text in one
 * push, so that no blob tells.
 */
static bool
is_other_title(const struct facts_file *file)
{
	const struct buf *theirs = &file->theirs.bytes;

	return differs_in_title(file->file, &file->base.bytes, theirs) &&
	       differs_in_title(file->file, &file->bytes, theirs);
}

/*
 * Merge the mirror's bytes with Git's.  If a field is in conflict, Git's bytes
 * are written and ours go to conflicts/.  Without a known base, or if Git's may
 * be another task, all sides that differ are in conflict.
 */
static void
merge_bytes(const struct plan *plan, struct plan_item *item)
{
	const struct facts_file *file = item->facts;
	const struct buf *theirs = &file->theirs.bytes;
	struct merge merge = {
	    .file = file->file,
	    .mine = to_side(&file->bytes),
	    .theirs = to_side(theirs),
	};
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;

	if (file->base.state == FACTS_READ && !is_other_title(file))
		merge.base = to_side(&file->base.bytes);
	if (merge_task(&merge, &item->after, &conflict) == -1) {
		item->mirror = PLAN_YIELD;
		item->fields = join_fields(&conflict);
		set_after(item, theirs);
	} else {
		if (!buf_eq(&item->after, &file->bytes))
			item->mirror = PLAN_WRITE;
		if (!buf_eq(&item->after, theirs))
			push_written(plan, item);
	}
	merge_conflict_release(&conflict);
}

/*
 * Write the dirty bytes whose task Git has moved to this name.  Bytes of the
 * name's own that go nowhere are in conflict, field by field.
 */
static void
take_moved(const struct plan *plan, struct plan_item *item)
{
	const struct facts_file *file = item->facts;
	const struct buf *bytes = &item->source->facts->bytes;
	struct merge merge = {
	    .file = file->file,
	    .mine = to_side(&file->bytes),
	    .theirs = to_side(bytes),
	};
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;

	set_after(item, bytes);
	push_written(plan, item);
	item->mirror = PLAN_WRITE;
	if (file->read && buf_eq(&file->bytes, bytes)) {
		item->mirror = PLAN_AGREE;
	} else if (item->action == DECIDE_ADOPT) {
		struct buf unused = BUF_INIT;

		(void)!merge_task(&merge, &unused, &conflict);
		item->mirror = PLAN_YIELD;
		item->fields = join_fields(&conflict);
		buf_release(&unused);
	}
	merge_conflict_release(&conflict);
}

/* Decide about a file for which Git's bytes were wanted. */
static void
plan_theirs(struct plan *plan, struct plan_item *item)
{
	const struct facts_file *file = item->facts;
	const struct buf *theirs = &file->theirs.bytes;

	taskset_hash(theirs->s, theirs->len, item->theirs);
	if (plan_brings_bytes(item)) {
		take_moved(plan, item);
	} else if (file->there && file->read && buf_eq(&file->bytes, theirs)) {
		item->mirror = PLAN_AGREE;
		set_after(item, theirs);
	} else if (item->action != DECIDE_PULL) {
		merge_bytes(plan, item);
	} else {
		item->mirror = PLAN_WRITE;
		set_after(item, theirs);
	}
}

/* Decide about a file of the portion that needs none of Git's bytes. */
static void
plan_ours(struct plan_item *item)
{
	if (item->action == DECIDE_REMOVE) {
		item->mirror = PLAN_REMOVE;
	} else if (item->action == DECIDE_PUSH ||
		   item->action == DECIDE_PUSH_NEW) {
		item->git = PLAN_PUSH;
		set_after(item, &item->facts->bytes);
	}
}

/*
 * Leave out a file that is too large in Git, and with it all names that must
 * go together with it.
 */
static void
leave_out(struct plan *plan, struct plan_item *item)
{
	struct plan_item *other = plan_moves_next(item);

	plan->too_large = true;
	item->wants = PLAN_WANTS_NONE;
	for (; other != item; other = plan_moves_next(other)) {
		other->chosen = false;
		other->wants = PLAN_WANTS_NONE;
	}
}

/* Return true if the name's bytes need not move: Git has the same here. */
static bool
is_same_here(const struct plan_item *item)
{
	const struct facts_file *file = item->facts;

	return item->renamed != NULL && item->side == DECIDE_DIRTY &&
	       item->wants != PLAN_WANTS_NONE &&
	       buf_eq(&file->bytes, &file->theirs.bytes);
}

void
plan_merge(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->items[i].wants != PLAN_WANTS_NONE &&
		    plan->items[i].facts->theirs.state == FACTS_TOO_LARGE)
			leave_out(plan, &plan->items[i]);
	for (i = 0; i < plan->n; i++)
		if (is_same_here(&plan->items[i]))
			plan_moves_cancel(&plan->items[i]);
	/* Only now, as what is left out or stays changes other names. */
	for (i = 0; i < plan->n; i++) {
		struct plan_item *item = &plan->items[i];

		if (item->wants != PLAN_WANTS_NONE)
			plan_theirs(plan, item);
		else if (item->chosen)
			plan_ours(item);
	}
}
