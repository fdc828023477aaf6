#include "plan/plan_moves.h"

#include "base/std.h"

/* An item under one of its blobs. */
struct entry {
	const char *blob, *hash; /* hash: "" where the blob is enough */
	struct plan_item *item;
	size_t taken; /* in the first of a key: how many at its start are */
};

/* Entries by blob and hash, those of one key by name. */
struct index {
	struct entry *entries;
	size_t n;
};

struct indexes {
	struct index half;     /* by base and hash: may have moved already */
	struct index fresh;    /* by Git's blob: names that only Git has */
	struct index arrived;  /* by Git's blob: names that have it anew */
	struct index standing; /* by Git's blob: all names */
	struct index bases;    /* by base: all names */
};

/* Set the key of an item; return false if it is not in this index. */
typedef bool key_fn(const struct plan_item *item, struct entry *entry);

/*
 * An earlier run may have moved dirty bytes to that name and crashed before it
 * changed the old one: then both names have the bytes, and the new one is
 * recorded with the old one's base.
 */
static bool
key_half(const struct plan_item *to, struct entry *entry)
{
	entry->blob = to->base;
	entry->hash = to->facts->hash;
	return to->recorded && to->from_base == DECIDE_SAME &&
	       to->facts->read && to->facts->there;
}

static bool
key_fresh(const struct plan_item *to, struct entry *entry)
{
	entry->blob = to->facts->remote;
	return to->action == DECIDE_PULL && !to->facts->there && !to->recorded;
}

static bool
key_arrived(const struct plan_item *to, struct entry *entry)
{
	entry->blob = to->facts->remote;
	return !to->facts->barred &&
	       (to->from_base == DECIDE_CHANGED || to->from_base == DECIDE_NEW);
}

static bool
key_standing(const struct plan_item *item, struct entry *entry)
{
	entry->blob = item->facts->remote;
	return item->facts->remote[0] != '\0';
}

static bool
key_base(const struct plan_item *item, struct entry *entry)
{
	entry->blob = item->base;
	return item->base[0] != '\0';
}

static int
compare_blobs(const struct entry *x, const struct entry *y)
{
	int order = strcmp(x->blob, y->blob);

	return order != 0 ? order : strcmp(x->hash, y->hash);
}

static int
order_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_blobs(x, y);

	if (order != 0)
		return order;
	return x->item < y->item ? -1 : x->item > y->item;
}

static void
build_index(struct index *index, struct plan *plan, key_fn *key)
{
	size_t i;

	index->n = 0;
	index->entries = std_alloc(plan->n * sizeof *index->entries);
	for (i = 0; i < plan->n; i++) {
		struct entry *entry = &index->entries[index->n];

		*entry = (struct entry){.hash = "", .item = &plan->items[i]};
		if (key(entry->item, entry))
			index->n++;
	}
	if (index->n > 0)
		qsort(index->entries, index->n, sizeof *index->entries,
		    order_entries);
}

/* Return the first entry of the key; NULL if there is none. */
static struct entry *
find_first(const struct index *index, const char *blob, const char *hash)
{
	const struct entry key = {.blob = blob, .hash = hash};
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_blobs(&index->entries[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < index->n && compare_blobs(&index->entries[low], &key) == 0)
		return &index->entries[low];
	return NULL;
}

static bool
is_in_group(
    const struct index *index, const struct entry *first, const struct entry *e)
{
	return e < index->entries + index->n && compare_blobs(first, e) == 0;
}

/* Return the first name of the key, in their order, that is not taken. */
static struct plan_item *
find_free(const struct index *index, const char *hash, struct plan_item *old)
{
	struct entry *first = find_first(index, old->base, hash), *e;

	if (first == NULL)
		return NULL;
	for (e = first + first->taken; is_in_group(index, first, e); e++) {
		if (!e->item->taken && e->item != old)
			return e->item;
		if (e->item->taken && e == first + first->taken)
			first->taken++;
	}
	return NULL;
}

/* Return the one name that has the base anew; NULL if there are more. */
static struct plan_item *
find_only(const struct index *index, struct plan_item *old)
{
	struct entry *first = find_first(index, old->base, "");

	if (first == NULL || is_in_group(index, first, first + 1) ||
	    first->item->taken || first->item->waits)
		return NULL;
	return first->item;
}

/* Note that the old name's task has the new name now. */
static void
move_item(struct plan_item *old, struct plan_item *to, bool is_half)
{
	to->taken = true;
	if (old->waits) { /* its pull request decides about both names */
		to->action = DECIDE_NOTHING;
		return;
	}
	if (!is_half && (old->side == DECIDE_DIRTY || old->luggage)) {
		to->source = old;
		if (old->side == DECIDE_DIRTY)
			to->git = PLAN_NO_PUSH;
	}
	old->renamed = to;
	if (old->from_base != DECIDE_CHANGED) {
		old->action = DECIDE_REMOVE;
		return;
	}
	old->action = DECIDE_PULL;
	old->git = PLAN_NO_PUSH;
}

static void
find_move(const struct indexes *by, struct plan_item *old)
{
	struct plan_item *to = NULL;

	if (old->side == DECIDE_DIRTY)
		to = find_free(&by->half, old->facts->hash, old);
	if (to != NULL) {
		move_item(old, to, true);
		return;
	}
	if (old->from_base != DECIDE_CHANGED)
		to = find_free(&by->fresh, "", old);
	if (to == NULL)
		to = find_only(&by->arrived, old);
	if (to != NULL)
		move_item(old, to, false);
}

/*
 * Return true if Git has the name's task no longer, or another one, so that it
 * may have moved; a folder may stand in its place.  A clean file that stands
 * there under another blob has nothing to take along, unless it has luggage.
 */
static bool
is_old_name(const struct plan_item *item)
{
	bool pulled = item->action == DECIDE_PULL && item->luggage;

	if (item->from_base == DECIDE_GONE)
		return item->waits || item->action == DECIDE_REMOVE ||
		       item->action == DECIDE_PUSH_NEW;
	if (item->from_base == DECIDE_FOREIGN)
		return item->base[0] != '\0' && item->facts->there;
	if (item->from_base != DECIDE_CHANGED || !item->facts->there)
		return false;
	return item->waits || item->action == DECIDE_MERGE || pulled;
}

/*
 * Return true if a dirty file that did not move may stand under a name that
 * has another task now: its base is under another name, or Git's blob is the
 * base of another.  Nobody knows then what a field belongs to.
 */
static bool
is_another_task(const struct indexes *by, const struct plan_item *item)
{
	return item->action == DECIDE_MERGE &&
	       (find_first(&by->standing, item->base, "") != NULL ||
		   find_first(&by->bases, item->facts->remote, "") != NULL);
}

/* Files that wait for a pull request come first: their new names wait, too. */
static void
find_moves(const struct indexes *by, struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->items[i].waits && is_old_name(&plan->items[i]))
			find_move(by, &plan->items[i]);
	for (i = 0; i < plan->n; i++)
		if (!plan->items[i].waits && is_old_name(&plan->items[i]))
			find_move(by, &plan->items[i]);
	for (i = 0; i < plan->n; i++)
		if (is_another_task(by, &plan->items[i]))
			plan->items[i].action = DECIDE_ADOPT;
}

/* Return true if something can have moved.  Mostly nothing has, and the indexes
 * take longer than all else of a plan. */
static bool
may_have_moves(const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (is_old_name(&plan->items[i]) ||
		    plan->items[i].action == DECIDE_MERGE)
			return true;
	return false;
}

void
plan_moves(struct plan *plan)
{
	struct indexes by;

	if (!may_have_moves(plan))
		return;
	build_index(&by.half, plan, key_half);
	build_index(&by.fresh, plan, key_fresh);
	build_index(&by.arrived, plan, key_arrived);
	build_index(&by.standing, plan, key_standing);
	build_index(&by.bases, plan, key_base);
	find_moves(&by, plan);
	free(by.half.entries);
	free(by.fresh.entries);
	free(by.arrived.entries);
	free(by.standing.entries);
	free(by.bases.entries);
}

struct plan_item *
plan_moves_next(struct plan_item *item)
{
	if (item->renamed != NULL && item->renamed->source == item)
		return item->renamed;
	while (item->source != NULL)
		item = item->source;
	return item;
}

void
plan_moves_cancel(struct plan_item *item)
{
	item->renamed->source = NULL;
	item->renamed = NULL;
	item->action = DECIDE_MERGE;
}
