/*
 * ledger_blob: a user's `sync.json` (ledger.h) in the store, for who is no run.
 *
 * Reading is free to all.  A change goes by compare-and-swap and keeps what
 * it is not about, a living run's lease above all: the run finds its next
 * own swap lost and starts over (reconcile.h).
 */
#ifndef LEDGER_BLOB_H
#define LEDGER_BLOB_H

#include "app/app.h"
#include "store/blob.h"
#include "week/ledger.h"

/*
 * Read sync.json into an empty sync, and the blob that it was read from into
 * an empty blob.  Records that do not parse are none.
 */
MUST_USE int ledger_blob_load(struct app *app, const char *user,
    struct ledger *sync, struct blob *blob, struct err *err);

/*
 * Swap the blob of a load, or of an earlier save, for `sync`.  *saved is
 * false if another process has written since.
 */
MUST_USE int ledger_blob_save(struct app *app, struct blob *blob,
    const struct ledger *sync, bool *saved, struct err *err);

#endif
