/*
 * store_fs: a folder as a blob store (store.h is the contract; design.md 5).
 */
#ifndef STORE_FS_H
#define STORE_FS_H

#include "store/store.h"

/* Open the folder that the options name; it is made if missing, unless it is
 * only to be read. */
MUST_USE int store_fs_open(
    const struct store_options *options, struct store **out, struct err *err);

#endif
