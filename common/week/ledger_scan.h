/*
 * ledger_scan: read single things of a `sync.json` (ledger.h has its shape)
 * without the tree of it.  Pure.
 *
 * sync.json grows with the files of its user, and who shows one task needs one
 * record of it.  The records stand in the order of their names, so a binary
 * search over the bytes finds it: about two records are read for each time that
 * their number doubles, and nothing is kept of the others.
 *
 * Calling sequence
 *
 *	struct ledger sync = LEDGER_INIT;
 *
 *	if (ledger_scan_base(&bytes, id))
 *		base = get the base of that id;
 *	if (ledger_scan_file(&bytes, base, "0042-Brot.md", &sync) == -1)
 *		parse all of it;
 *	shown = ledger_shown(ledger_find(&sync, "0042-Brot.md"), etag);
 *	ledger_release(&sync);
 */
#ifndef LEDGER_SCAN_H
#define LEDGER_SCAN_H

#include "week/ledger.h"

/*
 * Read the record of one file into an empty ledger, which stays empty if there
 * is none, and holds no base.  -1, and empty, where the bytes are no ledger or
 * none in the form that every version has written (ledger.h), or lie on another
 * base; but a fault that is neither in the record nor on the way to it goes
 * unseen.
 */
MUST_USE int ledger_scan_file(const struct buf *json,
    const struct ledger_base *base, const char *file, struct ledger *ledger);

/*
 * Return true, and set the id, if the ledger lies on a base; else the id stays
 * as it is.  Only what stands before the records is read; but all of one that
 * has another form than every version has written.
 */
bool ledger_scan_base(const struct buf *json, char id[ENC_HASH_LEN + 1]);

/* Append the member `folder`; nothing if there is none, or no ledger. */
void ledger_scan_folder(const struct buf *json, struct buf *out);

#endif
