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
	/* No JSON, no version, a text that is too long, or an id that Git
	 * could not have: count all bases as unknown. */
	LEDGER_JSON_BROKEN,
	/* Of a version that this program does not know: decide nothing by it,
	 * and write nothing over it (design.md 5). */
	LEDGER_JSON_NEWER,
};

/*
 * Read `json` into the ledger, in place of what it held.  If it is not good,
 * the ledger is empty.
 */
MUST_USE enum ledger_json ledger_json_parse(
    const struct buf *json, struct ledger *ledger);

/* Append the ledger to `out`. */
void ledger_json_print(struct buf *out, const struct ledger *ledger);

#endif
