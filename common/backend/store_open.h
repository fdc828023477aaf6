/*
 * store_open: open the store that the settings name.
 */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "store/store.h"

/*
 * Open Azure if a connection string is given, else the folder `fs_dir`, which
 * is created if missing.  No network I/O: the container is made at first
 * need.  ERR_SETTING for a connection string or folder that cannot be used;
 * *out is untouched then.  store_close frees it.
 */
MUST_USE int store_open(
    const struct store_options *options, struct store **out, struct err *err);

#endif
