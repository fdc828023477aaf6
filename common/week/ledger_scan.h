/*
 * ledger_scan: read single things of a `sync.json` (ledger.h has its shape)
 * without the tree of it.  Pure.
 *
 * sync.json grows with the files of its user.  Who shows one task needs one
 * record of it, so the others are read over and nothing is kept of them: memory
 * does not depend on how many there are, and a tenth of the time is left.
 *
 * Calling sequence
 *
 *	struct ledger sync = LEDGER_INIT;
 *
 *	if (ledger_scan_file(&bytes, "0042-Brot.md", &sync) == -1)
 *		count its base as unknown;
 *	shown = ledger_shown(ledger_find(&sync, "0042-Brot.md"), etag);
 *	ledger_release(&sync);
 */
#ifndef LEDGER_SCAN_H
#define LEDGER_SCAN_H

#include "week/ledger.h"

/*
 * Read the record of one file into an empty ledger, which stays empty if there
 * is none.  -1, and empty, where ledger_json_parse says that this is no
 * ledger; but a fault within another record goes unseen.
 */
MUST_USE int ledger_scan_file(
    const struct buf *json, const char *file, struct ledger *ledger);

/* Append the member `folder`; nothing if there is none, or no ledger. */
void ledger_scan_folder(const struct buf *json, struct buf *out);

#endif
