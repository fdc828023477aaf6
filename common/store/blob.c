#include "store/blob.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"

void
blob_init(struct blob *blob)
{
	*blob = (struct blob)BLOB_INIT;
}

void
blob_release(struct blob *blob)
{
	buf_release(&blob->key);
	buf_release(&blob->bytes);
	buf_release(&blob->note);
	buf_release(&blob->etag);
	blob->is_there = blob->is_unsure = false;
}

void
blob_take(struct blob *blob, struct store_op *got)
{
	blob->is_there = got->result == STORE_OK;
	buf_reset(&blob->bytes);
	buf_reset(&blob->note);
	buf_reset(&blob->etag);
	if (blob->is_there) {
		buf_move(&blob->bytes, &got->body);
		buf_move(&blob->note, &got->note);
		buf_move(&blob->etag, &got->new_etag);
		blob->age_ms = got->age_ms;
	}
}

int
blob_get_many(
    struct store *store, struct blob *blobs, size_t n, struct err *err)
{
	struct store_op *ops = std_zalloc((n + 1) * sizeof *ops);
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		ops[i] = (struct store_op)STORE_GET(blobs[i].key.s);
	rc = store_run(store, ops, n, err);
	for (i = 0; i < n; i++)
		blobs[i].is_barred = ops[i].barred;
	for (i = 0; rc == 0 && i < n; i++)
		blob_take(&blobs[i], &ops[i]);
	store_ops_release(ops, n);
	free(ops);
	return rc;
}

int
blob_get(struct store *store, struct blob *blob, struct err *err)
{
	return blob_get_many(store, blob, 1, err);
}

static int
put_if(struct store *store, struct blob *blob, enum store_cond cond,
    const struct buf *bytes, bool *stored, struct err *err)
{
	struct store_op op =
	    STORE_PUT(blob->key.s, cond, blob->etag.s, bytes->s, bytes->len);
	int rc;

	op.put_note = blob->put_note;
	rc = store_run(store, &op, 1, err);
	*stored = op.result == STORE_OK;
	blob->is_barred = op.barred;
	blob->is_unsure = blob->is_unsure || rc == -1 || op.unsure;
	if (*stored) {
		blob->is_there = true;
		buf_move(&blob->etag, &op.new_etag);
	}
	store_ops_release(&op, 1);
	return rc;
}

int
blob_put(struct store *store, struct blob *blob, const struct buf *bytes,
    struct err *err)
{
	bool stored;

	return put_if(store, blob, STORE_ALWAYS, bytes, &stored, err);
}

int
blob_create(struct store *store, struct blob *blob, const struct buf *bytes,
    bool *created, struct err *err)
{
	return put_if(store, blob, STORE_IF_NEW, bytes, created, err);
}

int
blob_copy(
    struct store *store, struct blob *from, struct blob *to, struct err *err)
{
	bool created;

	if (blob_get(store, from, err) == -1)
		return -1;
	return from->is_there
		   ? blob_create(store, to, &from->bytes, &created, err)
		   : 0;
}

int
blob_swap(struct store *store, struct blob *blob, const struct buf *bytes,
    bool *swapped, struct err *err)
{
	return put_if(store, blob,
	    blob->is_there ? STORE_IF_MATCH : STORE_IF_NEW, bytes, swapped,
	    err);
}

static int
remove_if(struct store *store, struct blob *blob, enum store_cond cond,
    struct err *err)
{
	struct store_op op = STORE_REMOVE(blob->key.s, cond, blob->etag.s);
	int rc = store_run(store, &op, 1, err);

	blob->is_unsure = blob->is_unsure || rc == -1;
	if (rc == 0 && op.result != STORE_CHANGED) {
		blob->is_there = false;
		buf_reset(&blob->bytes);
		buf_reset(&blob->etag);
	}
	store_ops_release(&op, 1);
	return rc;
}

int
blob_remove(struct store *store, struct blob *blob, struct err *err)
{
	return remove_if(store, blob, STORE_ALWAYS, err);
}

int
blob_remove_if_same(struct store *store, struct blob *blob, struct err *err)
{
	return blob->is_there ? remove_if(store, blob, STORE_IF_MATCH, err) : 0;
}

/* Pause for a time that differs from try to try, so that writers that collided
 * do not meet again at once. */
static void
pause_after(unsigned lost)
{
	usleep(2000u * (1 + lost % 8));
}

int
blob_refuse_unsure(const struct blob *blob, struct err *err)
{
	err_set(err, ERR_STORE, MSG_STORE_FAILS);
	err_detail(err,
	    "store: '%.200s': an answer was lost, "
	    "and another process has written since",
	    blob->key.s);
	return -1;
}

int
blob_update(struct store *store, struct blob *blob,
    const struct blob_update *update, struct err *err)
{
	struct buf bytes = BUF_INIT;
	bool done = false;
	unsigned i;
	int rc = 0;

	for (i = 0; rc == 0 && !done && i < update->tries; i++) {
		buf_reset(&bytes);
		rc = blob_get(store, blob, err);
		if (rc == 0)
			rc = update->change(blob, &bytes, update->arg, err);
		if (rc == BLOB_SWAP)
			rc = blob_swap(store, blob, &bytes, &done, err);
		if (rc == 0 && !done && update->once && blob->is_unsure)
			rc = blob_refuse_unsure(blob, err);
		if (rc == 0 && !done)
			pause_after(i);
	}
	buf_release(&bytes);
	if (rc == BLOB_KEEP)
		return store_persist(store, blob->key.s, err);
	if (rc == 0 && !done)
		return err_set(err, ERR_CONTENDED, update->contended);
	return rc;
}
