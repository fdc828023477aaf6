/*
 * blob: one blob at a time: get it, put it, swap it.
 *
 * A struct blob is a key and what the last get found under it.  For several
 * blobs in one round there is blob_get_many, for anything else a batch of
 * store.h.
 *
 * Calling sequence
 *
 *	struct blob blob = BLOB_INIT;
 *
 *	names_key(&blob.key, NAMES_NEXT_ID, user);
 *	if (blob_get(store, &blob, err) == -1)
 *		goto out;
 *	if (blob.is_there)
 *		use(blob.bytes.s, blob.bytes.len);
 *	...
 * out:
 *	blob_release(&blob);
 *
 * A change that others may make at the same time is a blob_update: get,
 * change, swap, and again if the swap was lost.
 *
 *	static int
 *	count_up(const struct blob *old, struct buf *bytes, void *arg,
 *	    struct err *err)
 *	{
 *		buf_addf(bytes, "%d", parse(old) + 1);
 *		return BLOB_SWAP;
 *	}
 *	...
 *	const struct blob_update update = {
 *		.change = count_up, .tries = 8, .contended = MSG_TASK_CONTENDED};
 *	if (blob_update(store, &blob, &update, err) == -1)
 *
 * Error handling
 *
 * -1 is a fault of the store (ERR_STORE): a read that failed has changed
 * nothing in the blob; a write that failed may have happened, or may happen
 * later.  A blob that is absent, or that another process has written since, is
 * no fault: `is_there`, *created and *swapped say so.
 */
#ifndef BLOB_H
#define BLOB_H

#include "store/store.h"

struct blob {
	struct buf key;   /* the caller's to fill, by a function of names.h */
	struct buf bytes; /* of the last get; empty if there was no blob */
	struct buf note;  /* of the last get; "" for none */
	const char *put_note; /* the caller's: of puts; NULL for none
			       * (store_takes_notes) */
	struct buf etag; /* of the last get or write; "" if there is none */
	int64_t age_ms;  /* of the last get: as in struct store_op */
	bool is_there;
	bool is_unsure; /* a write may have happened that has failed, or that
			 * lost to another one (`unsure` of struct store_op) */
	bool is_barred; /* the last get or put failed for this key alone: as
			 * in struct store_op */
};

#define BLOB_INIT                                                              \
	{                                                                      \
		.key = BUF_INIT, .bytes = BUF_INIT, .note = BUF_INIT,          \
		.etag = BUF_INIT                                               \
	}

/* Make the blob empty, as BLOB_INIT does. */
void blob_init(struct blob *blob);

/* Free what the blob holds and leave it empty. */
void blob_release(struct blob *blob);

/* Read the blob at blob->key: set is_there, bytes and etag. */
MUST_USE int blob_get(struct store *store, struct blob *blob, struct err *err);

/* Take what a get of the key has found in a batch that the caller has run: the
 * bytes are the blob's then. */
void blob_take(struct blob *blob, struct store_op *got);

/* Read several blobs in one round.  If one get fails, all stay as they
 * were. */
MUST_USE int blob_get_many(
    struct store *store, struct blob *blobs, size_t n, struct err *err);

/*
 * Writes.  `bytes` must not be the blob's own.  After a success the blob is
 * there with the new ETag; its bytes are still those of the last get.
 */

/* Put the bytes, whatever is stored there now. */
MUST_USE int blob_put(struct store *store, struct blob *blob,
    const struct buf *bytes, struct err *err);

/* Put the bytes if the key is absent. */
MUST_USE int blob_create(struct store *store, struct blob *blob,
    const struct buf *bytes, bool *created, struct err *err);

/*
 * Read `from`, and put its bytes at the other key if that is absent.  If `from`
 * is absent, say so in from->is_there and put nothing.
 */
MUST_USE int blob_copy(
    struct store *store, struct blob *from, struct blob *to, struct err *err);

/*
 * Put the bytes if no process has written since the last get or write of this
 * blob: if the ETag is still the same, or the key is still absent.
 */
MUST_USE int blob_swap(struct store *store, struct blob *blob,
    const struct buf *bytes, bool *swapped, struct err *err);

/* Remove the blob, whatever is stored there now. */
MUST_USE int blob_remove(
    struct store *store, struct blob *blob, struct err *err);

/*
 * Remove the blob if no process has written since the last get or write; else
 * it stays.  Do nothing if it was not there.
 */
MUST_USE int blob_remove_if_same(
    struct store *store, struct blob *blob, struct err *err);

/* Results of a change: store its bytes, or leave the blob as it is. */
enum { BLOB_SWAP = 0, BLOB_KEEP = 1 };

/*
 * Append the new bytes to the empty `bytes`, made from the blob as it was just
 * read.  blob_update calls this once for each try.  Return BLOB_SWAP,
 * BLOB_KEEP, or -1 with err, which ends the update.
 */
typedef int blob_change_fn(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err);

/* Set ERR_STORE for a write that lost to another one and may have happened before
 * it (`is_unsure`); return -1. */
int blob_refuse_unsure(const struct blob *blob, struct err *err);

struct blob_update {
	blob_change_fn *change;
	void *arg;
	unsigned tries;        /* swaps that may be lost */
	bool once;             /* never make the change a second time */
	enum msg_id contended; /* the sentence of ERR_CONTENDED */
};

/*
 * Get, change, swap, until a swap is won or the change wants the blob kept,
 * which is then made sure to last.
 * ERR_CONTENDED after `tries` lost swaps, each followed by a short pause.
 * With `once`, ERR_STORE after a lost swap that may have happened before the
 * other write: a second change could undo that one.
 */
MUST_USE int blob_update(struct store *store, struct blob *blob,
    const struct blob_update *update, struct err *err);

#endif
