#include "store_fault.h"

struct fault {
	struct store *inner;
	struct store_fault *plan;
};

static bool
is_due(struct store_fault *plan)
{
	unsigned count = plan->count ? plan->count : 1;

	plan->ops++;
	return plan->at > 0 && plan->ops >= plan->at &&
	       plan->ops - plan->at < count;
}

static void
lose(struct store_op *op)
{
	err_detail(store_fail(op), "fault: planned");
	buf_reset(&op->body);
	buf_reset(&op->new_etag);
}

static void
run(void *self, struct store_op *ops, size_t n, int64_t until_ms)
{
	struct fault *fault = self;
	struct store_fault *plan = fault->plan;
	struct err err;
	size_t i;

	store_set_deadline(
	    fault->inner, until_ms != STORE_NO_END ? until_ms : 0);
	for (i = 0; i < n; i++) {
		bool due = is_due(plan);

		if (plan->hook != NULL)
			plan->hook(plan->arg, &ops[i]);
		/* The op itself says how it went. */
		if ((!due || plan->when == STORE_FAULT_AFTER) &&
		    store_run(fault->inner, &ops[i], 1, &err) == -1)
			continue;
		ops[i].unsure =
		    plan->unsure && (ops[i].result == STORE_CHANGED ||
					ops[i].result == STORE_EXISTS);
		if (plan->bars != NULL && ops[i].verb == STORE_VERB_GET &&
		    strcmp(ops[i].key, plan->bars) == 0) {
			ops[i].barred = true;
			due = true;
		}
		if (due)
			lose(&ops[i]);
	}
}

static int
persist(void *self, const char *key)
{
	struct fault *fault = self;
	struct err err;

	fault->plan->persists++;
	errno = EIO;
	return fault->plan->cannot_persist
		   ? -1
		   : store_persist(fault->inner, key, &err);
}

static void
close_fault(void *self)
{
	struct fault *fault = self;

	store_close(fault->inner);
	free(fault);
}

/* The kind decides when tokens are read again, so it is the inner one's. */
static const struct store_backend over_fs = {
    .kind = "fs",
    .run = run,
    .persist = persist,
    .close = close_fault,
};

static const struct store_backend over_azure = {
    .kind = "azure",
    .takes_notes = true,
    .run = run,
    .persist = persist,
    .close = close_fault,
};

struct store *
store_fault_new(struct store *inner, struct store_fault *plan)
{
	struct fault *fault = std_zalloc(sizeof *fault);

	fault->inner = inner;
	fault->plan = plan;
	return store_new(
	    std_streq(store_kind(inner), "fs") ? &over_fs : &over_azure, fault);
}
