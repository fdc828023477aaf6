/*
 * store_fault: a store that fails when a test says so.  For tests only.
 *
 *	struct store_fault plan = {.at = 3, .when = STORE_FAULT_AFTER};
 *	struct store *store = store_fault_new(inner, &plan);
 *
 * The third op from now on ends in STORE_FAILED although it took place: an
 * answer that was lost.  Ops of a batch run one after another, in order.
 */
#ifndef STORE_FAULT_H
#define STORE_FAULT_H

#include "store/store.h"

enum store_fault_when {
	STORE_FAULT_BEFORE, /* it fails and nothing happened */
	STORE_FAULT_AFTER,  /* it fails though it happened */
};

struct store_fault {
	unsigned at;    /* the op that fails, counted from 1; 0: none */
	unsigned count; /* how many fail from there on; 0 stands for one */
	enum store_fault_when when;
	unsigned ops; /* seen so far; set to 0 to count anew */
	/* Called before each op, if set: to look, or to change the store
	 * under the caller's hands (through another handle). */
	void (*hook)(void *arg, const struct store_op *op);
	void *arg;
	bool unsure;         /* a put that lost may have happened before */
	const char *bars;    /* this key cannot be read; NULL none */
	unsigned persists;   /* calls of store_persist */
	bool cannot_persist; /* they fail */
};

/* `inner` is owned by the new store, the plan stays the caller's. */
struct store *store_fault_new(struct store *inner, struct store_fault *plan);

#endif
