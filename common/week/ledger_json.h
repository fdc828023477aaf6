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

/*
 * Read `json` into the ledger, in place of what it held.  Return -1, with an
 * empty ledger, if it is none: no JSON, another version, a text that is too
 * long, or an id that Git could not have.  The caller then counts all bases
 * as unknown.
 */
MUST_USE int ledger_json_parse(const struct buf *json, struct ledger *ledger);

/* Append the ledger to `out`. */
void ledger_json_print(struct buf *out, const struct ledger *ledger);

#endif
