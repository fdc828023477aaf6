/*
 * store_t: what the tests of the store share: opening one of each kind, and
 * ops that must go well.
 */
#ifndef STORE_T_H
#define STORE_T_H

#include "store/store.h"
#include "t.h"

/*
 * Opens the store that a test works on; every call within a test gives
 * another handle to the same one, in this process or a child.  "fs" is a
 * scratch folder, "azure" a container of the test's own in AZURE_BLOB_CONN,
 * "fault" the fs one behind a store_fault without a plan.
 */
struct store *store_t_open(const char *kind);
/* The same with options; missing members are filled in. */
struct store *store_t_open_with(
    const char *kind, const struct store_options *options);
/* Folder of the fs store. */
const char *store_t_dir(void);

/* Each must end in that result. */
void store_t_put(struct store *store, const char *key, const char *text);
void store_t_expect(
    struct store *store, struct store_op *op, enum store_result result);
/* The blob's bytes must be these; `text` NULL: it must be absent. */
void store_t_check(struct store *store, const char *key, const char *text);
/* Its ETag; freed by the caller. */
char *store_t_etag(struct store *store, const char *key);

/* Runs fn in `n` children at once; all must return true. */
void store_t_fork(unsigned n, bool (*fn)(unsigned i, void *arg), void *arg);

#endif
