#include "sync/ledger_blob.h"

#include "app/base_memory.h"
#include "base/buf.h"
#include "base/err.h"
#include "settings/conf.h"
#include "store/names.h"
#include "week/ledger_base.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

/* Read the base of that id; NULL if there is none that has its hash. */
static int
get_base(struct app *app, const char *user, const char *id,
    struct ledger_base **base, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_records_key(&blob.key, user, id);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0 && blob.is_there)
		*base = ledger_base_new(&blob.bytes);
	if (*base != NULL && strcmp((*base)->id, id) != 0) {
		ledger_base_drop(*base);
		*base = NULL;
	}
	if (*base != NULL)
		base_memory_keep(app->bases, user, *base);
	blob_release(&blob);
	return rc;
}

int
ledger_blob_get_base(struct app *app, const char *user, struct blob *blob,
    struct ledger_base **base, struct err *err)
{
	char id[ENC_HASH_LEN + 1];
	int looks;

	*base = NULL;
	for (looks = 0; looks < 2; looks++) {
		if (looks > 0 && blob_get(app->store, blob, err) == -1)
			return -1;
		if (!blob->is_there || !ledger_scan_base(&blob->bytes, id))
			return 0;
		*base = base_memory_find(app->bases, user, id);
		if (*base == NULL && get_base(app, user, id, base, err) == -1)
			return -1;
		if (*base != NULL)
			return 0;
	}
	return 0;
}

int
ledger_blob_parse(struct app *app, const char *user, struct blob *blob,
    struct ledger *sync, enum ledger_json *parsed, struct err *err)
{
	struct ledger_base *base;

	if (ledger_blob_get_base(app, user, blob, &base, err) == -1)
		return -1;
	*parsed = LEDGER_JSON_BROKEN;
	if (blob->is_there)
		*parsed = ledger_json_parse_on(&blob->bytes, base, sync);
	if (base != NULL)
		base_memory_keep_read(app->bases, user, base);
	ledger_base_drop(base);
	return 0;
}

/* Put a base of all records, and let sync lie on it.  One of which no base can
 * be made stays whole. */
static int
put_base(
    struct app *app, const char *user, struct ledger *sync, struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf text = BUF_INIT;
	struct ledger_base *base;
	int rc = 0;

	ledger_json_print_base(&text, sync);
	base = ledger_base_new(&text);
	if (base != NULL) {
		names_records_key(&blob.key, user, base->id);
		/* Even if it is there: the sweep goes by when it was put. */
		rc = blob_put(app->store, &blob, &text, err);
	}
	if (rc == 0 && base != NULL) {
		base_memory_keep(app->bases, user, base);
		ledger_base_set(&sync->under, base);
	}
	ledger_base_drop(base);
	blob_release(&blob);
	buf_release(&text);
	return rc;
}

int
ledger_blob_print(struct app *app, const char *user, struct ledger *sync,
    struct buf *out, struct err *err)
{
	if (!ledger_json_is_outgrown(sync, ledger_json_print(out, sync)))
		return 0;
	buf_reset(out);
	if (put_base(app, user, sync, err) == -1)
		return -1;
	(void)ledger_json_print(out, sync);
	return 0;
}

int
ledger_blob_load(struct app *app, const char *user, struct ledger *sync,
    struct blob *blob, struct err *err)
{
	enum ledger_json parsed;

	buf_reset(&blob->key);
	names_key(&blob->key, NAMES_SYNC, user);
	if (blob_get(app->store, blob, err) == -1 ||
	    ledger_blob_parse(app, user, blob, sync, &parsed, err) == -1)
		return -1;
	/* Broken records are no error: then sync stays empty. */
	if (parsed != LEDGER_JSON_NEWER) {
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
