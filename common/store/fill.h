/*
 * fill: put many blobs where nothing is, some at a time, and learn of each what
 * the store has then.
 *
 * Nothing is overwritten, so whoever fills a store can do so again after a
 * failure.
 *
 * Calling sequence
 *
 *	struct fill fill = FILL_INIT(store, note, arg);
 *
 *	if (fill_add(&fill, key.s, &bytes, err) == 0 &&
 *	    fill_end(&fill, err) == 0)
 *		...
 *	fill_release(&fill);
 *
 * Error handling: -1 with the store's error, or with what `told` returned;
 * what was put until then stays.
 */
#ifndef FILL_H
#define FILL_H

#include "store/store.h"

#define FILL_BATCH 64 /* blobs of one round */

enum fill_result {
	FILL_ADDED,
	FILL_SAME,  /* the store had it, with these bytes */
	FILL_OTHER, /* it has another one, or what is no blob it can read */
};

struct fill_blob {
	char *key;
	struct buf bytes;
};

/* Hear what became of a blob; `etag` is the store's, "" with FILL_OTHER. */
typedef int fill_told_fn(void *arg, const struct fill_blob *blob,
    enum fill_result result, const char *etag, struct err *err);

struct fill {
	struct store *store;
	fill_told_fn *told;
	void *arg;
	struct fill_blob blobs[FILL_BATCH];
	size_t n;
	size_t size; /* of all bytes that wait */
};

#define FILL_INIT(s, t, a)                                                     \
	{                                                                      \
		.store = (s), .told = (t), .arg = (a)                          \
	}
void fill_release(struct fill *fill);

/* Take a blob, whose bytes are empty then; put those that wait if they are
 * enough for a round. */
MUST_USE int fill_add(
    struct fill *fill, const char *key, struct buf *bytes, struct err *err);
/* Put those that wait. */
MUST_USE int fill_end(struct fill *fill, struct err *err);

#endif
