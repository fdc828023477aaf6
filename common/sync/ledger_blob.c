#include "sync/ledger_blob.h"

#include "base/buf.h"
#include "base/err.h"
#include "settings/conf.h"
#include "store/names.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

int
ledger_blob_load(struct app *app, const char *user, struct ledger *sync,
    struct blob *blob, struct err *err)
{
	buf_reset(&blob->key);
	names_key(&blob->key, NAMES_SYNC, user);
	if (blob_get(app->store, blob, err) == -1)
		return -1;
	/* Broken records are no error: then sync stays empty. */
	if (!blob->is_there ||
	    ledger_json_parse(&blob->bytes, sync) != LEDGER_JSON_NEWER) {
		ledger_clock_read(sync, app_now(app), blob->age_ms);
		return 0;
	}
	err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
	return err_detail(err, "newer: %s", blob->key.s);
}

int
ledger_blob_folder(
    struct app *app, const char *user, struct buf *out, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc = 0;

	names_key(&blob.key, NAMES_SYNC, user);
	if (conf_has_repo(&app->conf))
		rc = blob_get(app->store, &blob, err);
	if (blob.is_there)
		ledger_scan_folder(&blob.bytes, out);
	if (out->len == 0)
		buf_adds(out, user);
	blob_release(&blob);
	return rc;
}

int
ledger_blob_save(struct app *app, struct blob *blob, struct ledger *sync,
    bool *saved, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	sync->saved_ms = app_now(app);
	ledger_json_print(&text, sync);
	rc = blob_swap(app->store, blob, &text, saved, err);
	buf_release(&text);
	return rc;
}
