/*
 * store_fs: a folder as a blob store (store.h is the contract; design.md 5).
 */
#ifndef STORE_FS_H
#define STORE_FS_H

#include "store/store.h"

/* Open the folder `dir`, which is created if missing. */
MUST_USE int store_fs_open(
    const char *dir, struct store **out, struct err *err);

#endif
