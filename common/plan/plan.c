#include "plan/plan.h"

#include "base/buf.h"
#include "base/std.h"

void
plan_release(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		buf_release(&plan->items[i].after);
		free(plan->items[i].fields);
	}
	free(plan->items);
	memset(plan, 0, sizeof *plan);
}

size_t
plan_portion(size_t known)
{
	size_t shares = (known / 4 + PLAN_FILES - 1) / PLAN_FILES;

	return (shares > 0 ? shares : 1) * PLAN_FILES;
}

bool
plan_brings_bytes(const struct plan_item *item)
{
	return item->source != NULL && item->source->side == DECIDE_DIRTY;
}

bool
plan_writes(const struct plan_item *item)
{
	return item->mirror == PLAN_WRITE || item->mirror == PLAN_YIELD ||
	       item->mirror == PLAN_REMOVE;
}

size_t
plan_count_pushes(const struct plan *plan)
{
	size_t i, n = 0;

	for (i = 0; i < plan->n; i++)
		n += plan->items[i].git == PLAN_PUSH;
	return n;
}

void
plan_drop_pushes(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (plan->items[i].git == PLAN_PUSH)
			plan->items[i].git = PLAN_NO_PUSH;
}
