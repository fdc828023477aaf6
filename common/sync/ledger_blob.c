#include "sync/ledger_blob.h"

#include "base/buf.h"
#include "store/names.h"
#include "store/store.h"

int
ledger_blob_load(struct app *app, const char *user, struct ledger *sync,
    struct buf *etag, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	names_key(&key, NAMES_SYNC, user);
	struct store_op op = STORE_GET(key.s);
	rc = store_run(app->store, &op, 1, err);
	if (rc == 0 && op.result == STORE_OK &&
	    ledger_parse(&op.body, sync) == 0)
		buf_move(etag, &op.new_etag);
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

int
ledger_blob_save(struct app *app, const char *user, const struct ledger *sync,
    struct buf *etag, bool *saved, struct err *err)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	int rc;

	names_key(&key, NAMES_SYNC, user);
	ledger_print(&text, sync);
	struct store_op op =
	    STORE_PUT(key.s, STORE_IF_MATCH, etag->s, text.s, text.len);
	rc = store_run(app->store, &op, 1, err);
	*saved = op.result == STORE_OK;
	if (*saved)
		buf_move(etag, &op.new_etag);
	store_ops_release(&op, 1);
	buf_release(&key);
	buf_release(&text);
	return rc;
}
