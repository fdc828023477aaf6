#include "plan/plan_moves.h"

#include "base/buf.h"
#include "base/std.h"

/* A name that an old one may have been renamed to. */
struct candidate {
	const char *blob;
	struct plan_item *item;
};

/* Candidates by blob, those of one blob by name. */
struct candidates {
	struct candidate *entries;
	size_t n;
};

/* Return true if only Git has that name, so that it may be a new one. */
static bool
is_new_name(const struct plan_item *to)
{
	return to->action == DECIDE_PULL && !to->facts->there && !to->recorded;
}

/*
 * Return true if an earlier run may have moved dirty bytes to that name and
 * crashed before it removed the old name: then both names have the bytes, and
 * the new one is recorded with the old one's base.
 */
static bool
could_have_moved(const struct plan_item *to)
{
	return to->recorded && to->base[0] != '\0' && to->facts->read &&
	       to->facts->there;
}

static int
compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->blob, y->blob);

	if (order != 0)
		return order;
	return x->item < y->item ? -1 : x->item > y->item;
}

static void
index_candidates(struct plan *plan, struct candidates *index)
{
	size_t i;

	index->n = 0;
	index->entries = std_alloc(plan->n * sizeof *index->entries);
	for (i = 0; i < plan->n; i++) {
		struct plan_item *to = &plan->items[i];

		if (is_new_name(to))
			index->entries[index->n++] =
			    (struct candidate){to->facts->remote, to};
		else if (could_have_moved(to))
			index->entries[index->n++] =
			    (struct candidate){to->base, to};
	}
	if (index->n > 0)
		qsort(index->entries, index->n, sizeof *index->entries,
		    compare_candidates);
}

/* Return the place of the first candidate with that blob, or of the next. */
static size_t
find_blob(const struct candidates *index, const char *blob)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->entries[middle].blob, blob) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_renamed_to(const struct plan_item *old, const struct plan_item *to)
{
	if (to->taken || to == old)
		return false;
	if (!to->recorded)
		return true;
	return old->side == DECIDE_DIRTY &&
	       buf_eq(&to->facts->bytes, &old->facts->bytes);
}

/* Return the first name, in their order, that no other old name has taken. */
static struct plan_item *
find_new_name(const struct candidates *index, const struct plan_item *old)
{
	size_t i;

	for (i = find_blob(index, old->base); i < index->n; i++) {
		const struct candidate *c = &index->entries[i];

		if (strcmp(c->blob, old->base) != 0)
			return NULL;
		if (is_renamed_to(old, c->item))
			return c->item;
	}
	return NULL;
}

/* Note that the old name's file has the new name now. */
static void
move_item(struct plan_item *old, struct plan_item *to)
{
	to->taken = true;
	if (old->waits) { /* its pull request decides about both names */
		to->action = DECIDE_NOTHING;
		return;
	}
	if (!to->recorded && old->side == DECIDE_DIRTY)
		to->source = old;
	old->renamed = to;
	old->action = DECIDE_REMOVE;
}

/*
 * Return true if Git has no file of the name any more, so that it may have
 * been renamed; a folder may stand in its place.
 */
static bool
is_old_name(const struct plan_item *item)
{
	return item->action == DECIDE_REMOVE ||
	       (item->from_base == DECIDE_FOREIGN && item->base[0] != '\0' &&
		   item->facts->there) ||
	       item->action == DECIDE_PUSH_NEW ||
	       (item->waits && item->from_base == DECIDE_GONE);
}

void
plan_moves(struct plan *plan)
{
	struct candidates index;
	size_t i;

	index_candidates(plan, &index);
	for (i = 0; i < plan->n && index.n > 0; i++) {
		struct plan_item *old = &plan->items[i], *to;

		if (!is_old_name(old))
			continue;
		to = find_new_name(&index, old);
		if (to != NULL)
			move_item(old, to);
	}
	free(index.entries);
}
