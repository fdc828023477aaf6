/*
 * ledger_etags: take over what is recorded for a store that has the same files
 * with ETags of its own.  Pure.
 *
 * Each recorded ETag becomes what `find` returns for its file and the hash of
 * the bytes that it came with, "" if that is NULL: then the next run reads the
 * file.
 *
 * Error handling: nothing fails.
 */
#ifndef LEDGER_ETAGS_H
#define LEDGER_ETAGS_H

#include "week/ledger.h"

typedef const char *ledger_etags_find_fn(
    const void *arg, const char *file, const char *hash);
void ledger_etags_set(
    struct ledger *ledger, ledger_etags_find_fn *find, const void *arg);

#endif
