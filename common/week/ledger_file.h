/*
 * ledger_file: print and read the record of one file as JSON (ledger.h has its
 * shape).  Pure.
 */
#ifndef LEDGER_FILE_H
#define LEDGER_FILE_H

#include "base/json.h"
#include "week/ledger.h"

/* Append the record to the open array. */
void ledger_file_print(struct buf *out, const struct ledger_file *f);
/* Read a record into the ledger, in place of what it has of that file; -1 if it
 * is none, and what the ledger has then is of no use. */
MUST_USE int ledger_file_read(struct json_object *json, struct ledger *ledger);

#endif
