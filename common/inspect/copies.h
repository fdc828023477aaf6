/*
 * copies: read many blobs of a store, so many in one round.
 *
 * Calling sequence
 *
 *	struct copies copies = COPIES_INIT;
 *
 *	if (copies_add_prefix(store, prefix.s, &copies, err) == 0)
 *		use(copies.items, copies.n);
 *	copies_release(&copies);
 *
 * Error handling: -1 with the store's error (store.h); some may have been added.
 * A blob that was removed since the list is left out, one that cannot be read
 * is there without bytes.
 */
#ifndef COPIES_H
#define COPIES_H

#include "store/store.h"

#define COPIES_BATCH 64 /* gets in one round */

struct copied {
	char *key;
	char *etag; /* of these bytes; of a barred blob, the list's */
	struct buf bytes;
	int64_t modified_ms;
	bool is_barred; /* it cannot be read, and has no bytes */
};

struct copies {
	struct copied *items;
	size_t n, cap;
};

#define COPIES_INIT                                                            \
	{                                                                      \
		.items = NULL                                                  \
	}
void copies_release(struct copies *copies);

/* Read at most COPIES_BATCH blobs of a list. */
MUST_USE int copies_add(struct store *store, const struct store_item *items,
    size_t n, struct copies *copies, struct err *err);
/* Return how many of what is left the next copies_add takes. */
size_t copies_batch(size_t left);

/* Read all blobs whose keys begin so. */
MUST_USE int copies_add_prefix(struct store *store, const char *prefix,
    struct copies *copies, struct err *err);

#endif
