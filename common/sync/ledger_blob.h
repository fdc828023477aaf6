/*
 * ledger_blob: read and swap a user's `sync.json` (ledger.h; reconcile.md,
 * "What is remembered"), with the base that it may lie on (ledger_base.h).  A
 * run has run_load and run_save (run.h) around these.
 *
 * Everybody may read.  A change is a compare-and-swap and keeps every member
 * that it is not about, the lease of a run above all: that run finds its next
 * swap lost and starts over (reconcile.h).
 *
 * Calling sequence
 *
 *	struct ledger sync = LEDGER_INIT;
 *	struct blob blob = BLOB_INIT;
 *
 *	rc = ledger_blob_load(app, user, &sync, &blob, err);
 *	if (rc == 0) {
 *		ledger_resolve(&sync, file, hash, now_ms);
 *		rc = ledger_blob_save(app, &blob, &sync, &saved, err);
 *	}
 *	...if not saved, release both and start with the load again
 *	ledger_release(&sync);
 *	blob_release(&blob);
 *
 * Error handling: -1 with the store's error (blob.h), or with ERR_NEWER for
 * records of a newer program, which nobody may write over; after a save that
 * failed nobody knows whether sync.json is the new one.
 */
#ifndef LEDGER_BLOB_H
#define LEDGER_BLOB_H

#include "app/app.h"
#include "store/blob.h"
#include "week/ledger.h"
#include "week/ledger_json.h"

/*
 * Get the base that a sync.json lies on, which the blob was just read from, and
 * hold it; NULL if it lies on none.  A base is removed some time after no
 * sync.json names it any more: if it is missing, the blob is read once more.
 * NULL, too, if that does not help, or the base does not have its hash.
 */
MUST_USE int ledger_blob_get_base(struct app *app, const char *user,
    struct blob *blob, struct ledger_base **base, struct err *err);
/*
 * Set *parsed, and read a sync.json with its base into an empty sync.  Its
 * bytes are those of the blob, as ledger_blob_get_base leaves it.
 */
MUST_USE int ledger_blob_parse(struct app *app, const char *user,
    struct blob *blob, struct ledger *sync, enum ledger_json *parsed,
    struct err *err);

/*
 * Print sync as it is to be written into the empty `out`.  If its base is
 * outgrown, put a new one before, so that no sync.json names one that is not
 * there.
 */
MUST_USE int ledger_blob_print(struct app *app, const char *user,
    struct ledger *sync, struct buf *out, struct err *err);

/*
 * Read sync.json into an empty sync, and the blob that it was read from into
 * an empty blob.  A sync.json that is missing or does not parse leaves sync
 * empty (reconcile.md, "Without records").
 */
MUST_USE int ledger_blob_load(struct app *app, const char *user,
    struct ledger *sync, struct blob *blob, struct err *err);

/*
 * Append the name of the user's folder in the repository: in the case in which
 * it is written there, if that is known; else, and without a repository, the
 * user's.
 */
MUST_USE int ledger_blob_folder(
    struct app *app, const char *user, struct buf *out, struct err *err);

/*
 * Date and write sync if sync.json is still the blob of the load or of the last
 * save; *saved is false if another process has written since.
 */
MUST_USE int ledger_blob_save(struct app *app, struct blob *blob,
    struct ledger *sync, bool *saved, struct err *err);

#endif
