#include "carry/downgrade.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "store/blob.h"
#include "store/names.h"
#include "sync/ledger_blob.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"

static int
refuse_busy(const char *user, struct err *err)
{
	err_set(err, ERR_BUSY, MSG_DOWNGRADE_BUSY);
	return err_value(err, "%s", user);
}

/* Read sync.json, if there is one; refuse what is no ledger of this version. */
static int
load(struct app *app, const char *user, struct blob *blob, struct ledger *sync,
    struct err *err)
{
	enum ledger_json parsed = LEDGER_JSON_GOOD;

	names_key(&blob->key, NAMES_SYNC, user);
	if (blob_get(app->store, blob, err) == -1 ||
	    (blob->is_there &&
		ledger_blob_parse(app, user, blob, sync, &parsed, err) == -1))
		return -1;
	ledger_clock_read(sync, app_now(app), blob->age_ms);
	if (parsed == LEDGER_JSON_NEWER)
		return err_set(err, ERR_NEWER, MSG_NEWER_RECORD);
	if (parsed == LEDGER_JSON_GOOD)
		return 0;
	err_set(err, ERR_STORE, MSG_FSCK_BROKEN);
	return err_value(err, "%s", blob->key.s);
}

static int
save_whole(struct app *app, const char *user, struct blob *blob,
    struct ledger *sync, struct err *err)
{
	bool saved;

	if (ledger_clock_is_leased(sync, app->conf.sync_lease_ms, app_now(app)))
		return refuse_busy(user, err);
	ledger_base_set(&sync->under, NULL);
	if (ledger_blob_save(app, blob, sync, &saved, err) == -1)
		return -1;
	return saved ? 0 : refuse_busy(user, err);
}

int
downgrade_user(struct app *app, const char *user, struct err *err)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	int rc = load(app, user, &blob, &sync, err);

	if (rc == 0 && sync.under != NULL)
		rc = save_whole(app, user, &blob, &sync, err);
	ledger_release(&sync);
	blob_release(&blob);
	return rc;
}
