#include "store/fill.h"

#include "base/buf.h"
#include "base/std.h"
#include "store/blob.h"
#include "store/store.h"

#define ROUND_BYTES ((size_t)8 << 20) /* a round ends at these, too */

void
fill_release(struct fill *fill)
{
	while (fill->n > 0) {
		free(fill->blobs[--fill->n].key);
		buf_release(&fill->blobs[fill->n].bytes);
	}
	fill->size = 0;
}

/* Tell of a blob whose key was taken. */
static int
tell_taken(struct fill *fill, const struct fill_blob *blob, struct err *err)
{
	struct blob there = BLOB_INIT;
	bool same;
	int rc;

	buf_adds(&there.key, blob->key);
	rc = blob_get(fill->store, &there, err);
	if (there.is_barred)
		rc = 0;
	if (rc == 0) {
		same = there.is_there && buf_eq(&there.bytes, &blob->bytes);
		rc = fill->told(fill->arg, blob, same ? FILL_SAME : FILL_OTHER,
		    same ? there.etag.s : "", err);
	}
	blob_release(&there);
	return rc;
}

int
fill_end(struct fill *fill, struct err *err)
{
	struct store_op ops[FILL_BATCH];
	size_t i, n = fill->n;
	int rc;

	for (i = 0; i < n; i++)
		ops[i] =
		    (struct store_op)STORE_PUT(fill->blobs[i].key, STORE_IF_NEW,
			NULL, fill->blobs[i].bytes.s, fill->blobs[i].bytes.len);
	rc = store_run(fill->store, ops, n, err);
	if (rc == -1 && store_only_barred(ops, n))
		rc = 0;
	for (i = 0; rc == 0 && i < n; i++)
		if (ops[i].result == STORE_OK)
			rc = fill->told(fill->arg, &fill->blobs[i], FILL_ADDED,
			    ops[i].new_etag.s, err);
		else
			rc = tell_taken(fill, &fill->blobs[i], err);
	store_ops_release(ops, n);
	fill_release(fill);
	return rc;
}

int
fill_add(struct fill *fill, const char *key, struct buf *bytes, struct err *err)
{
	struct fill_blob *blob = &fill->blobs[fill->n++];

	*blob = (struct fill_blob){std_strdup(key), BUF_INIT};
	buf_move(&blob->bytes, bytes);
	fill->size += blob->bytes.len;
	return fill->n < FILL_BATCH && fill->size < ROUND_BYTES
		   ? 0
		   : fill_end(fill, err);
}
