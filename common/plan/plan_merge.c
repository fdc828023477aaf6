#include "plan/plan_merge.h"

#include "base/buf.h"
#include "base/std.h"
#include "task/merge.h"
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
	    item->source != NULL ? item->source : item;

	if (from->git == PLAN_DECLINED)
		item->git = PLAN_DECLINED;
	else if (plan->rules.via_pr)
		item->git = PLAN_BY_PR;
	else if (!plan->rules.read_only)
		item->git = PLAN_PUSH;
}

/*
 * Merge the mirror's bytes with Git's.  If a field is in conflict, Git's bytes
 * are written and ours go to conflicts/.  Without a known base all sides that
 * differ are in conflict.
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

	if (file->base.state == FACTS_READ)
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

/* Decide about a file for which Git's bytes were wanted. */
static void
plan_theirs(struct plan *plan, struct plan_item *item)
{
	const struct facts_file *file = item->facts;
	const struct buf *theirs = &file->theirs.bytes;

	if (file->theirs.state == FACTS_TOO_LARGE) {
		plan->too_large = true;
		/* The new name is not written, so keep the old one. */
		if (item->source != NULL)
			item->source->chosen = false;
		return;
	}
	taskset_hash(theirs->s, theirs->len, item->theirs);
	if (file->there && file->read && buf_eq(&file->bytes, theirs)) {
		item->mirror = PLAN_AGREE;
		set_after(item, theirs);
	} else if (item->action != DECIDE_PULL) {
		merge_bytes(plan, item);
	} else {
		item->mirror = PLAN_WRITE;
		set_after(item, item->source != NULL
				    ? &item->source->facts->bytes
				    : theirs);
		if (item->source != NULL)
			push_written(plan, item);
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

void
plan_merge(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->items[i].wants != PLAN_WANTS_NONE)
			plan_theirs(plan, &plan->items[i]);
	/* Only now, as a new name that is left out (too large) takes its old
	 * one out of the portion. */
	for (i = 0; i < plan->n; i++)
		if (plan->items[i].chosen)
			plan_ours(&plan->items[i]);
}
