#include "inspect/copies.h"

#include "base/buf.h"
#include "base/std.h"
#include "store/store.h"

void
copies_release(struct copies *copies)
{
	while (copies->n > 0) {
		struct copied *c = &copies->items[--copies->n];

		free(c->key);
		free(c->etag);
		buf_release(&c->bytes);
	}
	free(copies->items);
	*copies = (struct copies)COPIES_INIT;
}

int
copies_add(struct store *store, const struct store_item *items, size_t n,
    struct copies *copies, struct err *err)
{
	struct store_op ops[COPIES_BATCH];
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		ops[i] = (struct store_op)STORE_GET(items[i].key);
	rc = store_run(store, ops, n, err);
	if (rc == -1 && store_only_barred(ops, n))
		rc = 0;
	for (i = 0; rc == 0 && i < n; i++) {
		bool is_barred = ops[i].result != STORE_OK;
		struct copied *c;

		if (ops[i].result == STORE_ABSENT)
			continue; /* removed since the list */
		STD_GROW(copies->items, copies->n, copies->cap);
		c = &copies->items[copies->n++];
		*c = (struct copied){.key = std_strdup(items[i].key),
		    .etag = std_strdup(
			is_barred ? items[i].etag : ops[i].new_etag.s),
		    .bytes = BUF_INIT,
		    .modified_ms = items[i].modified_ms,
		    .is_barred = is_barred};
		buf_move(&c->bytes, &ops[i].body);
	}
	store_ops_release(ops, n);
	return rc;
}

size_t
copies_batch(size_t left)
{
	return left < COPIES_BATCH ? left : COPIES_BATCH;
}

int
copies_add_prefix(struct store *store, const char *prefix,
    struct copies *copies, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	size_t i, n;
	int rc = store_list(store, prefix, &list, err);

	for (i = 0; rc == 0 && i < list.n; i += n) {
		n = copies_batch(list.n - i);
		rc = copies_add(store, list.items + i, n, copies, err);
	}
	store_list_release(&list);
	return rc;
}
