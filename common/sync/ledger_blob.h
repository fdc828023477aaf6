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
#include "week/ledger.h"

/*
 * Fills an empty sync and the blob's ETag ("" if there is none).  Records
 * that do not parse are none, too.
 */
MUST_USE int ledger_blob_load(struct app *app, const char *user,
    struct ledger *sync, struct buf *etag, struct err *err);

/*
 * *saved is false if somebody else has written since; else etag is the new
 * one.
 */
MUST_USE int ledger_blob_save(struct app *app, const char *user,
    const struct ledger *sync, struct buf *etag, bool *saved, struct err *err);

#endif
