/*
 * ledger_json: read and print the ledger as JSON, the bytes of `sync.json`
 * (ledger.h has their shape).  Pure.
 *
 * A member that is absent is empty; an unknown one is dropped when the
 * ledger is printed again, an unknown word of a state is kept.  Printing
 * what was parsed gives the same bytes, so a run that changes nothing can
 * be told by them.
 */
#ifndef LEDGER_JSON_H
#define LEDGER_JSON_H

#include "week/ledger.h"

enum ledger_json {
	LEDGER_JSON_GOOD,
	/* No JSON, no version, a text that is too long, an id that Git
	 * could not have, or no base where it lies on one: count all bases as
	 * unknown. */
	LEDGER_JSON_BROKEN,
	/* Of a version that this program does not know: decide nothing by it,
	 * and write nothing over it (design.md 5). */
	LEDGER_JSON_NEWER,
};

/*
 * Read `json` into the ledger, which need not be set before: a caller whose
 * ledger holds something releases it first.  It may lie on `base`, which the
 * ledger holds then, too; one that lies on another is broken.  If it is not
 * good, the ledger is empty.
 */
MUST_USE enum ledger_json ledger_json_parse_on(
    const struct buf *json, struct ledger_base *base, struct ledger *ledger);
/* The same, of one that lies on no base. */
MUST_USE enum ledger_json ledger_json_parse(
    const struct buf *json, struct ledger *ledger);

/* Return true, and set the id, if the ledger lies on a base, by the version that
 * it has: whatever its form is (ledger_scan.h is quicker in ours). */
bool ledger_json_find_base(const struct buf *json, struct buf *id);

/*
 * Append the ledger to `out`, without what the base on which it lies has of it.
 * Return in how many records the two differ.
 */
size_t ledger_json_print(struct buf *out, const struct ledger *ledger);

/* Return true if a ledger that differs in so many records from its base, or has
 * none, is to get another one. */
bool ledger_json_is_outgrown(const struct ledger *ledger, size_t beside);
/* Append a base of all records. */
void ledger_json_print_base(struct buf *out, const struct ledger *ledger);

#endif
