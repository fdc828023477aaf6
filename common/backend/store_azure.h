/*
 * store_azure: an Azure Blob container as a blob store (store.h is the
 * contract).
 */
#ifndef STORE_AZURE_H
#define STORE_AZURE_H

#include "store/store.h"

/* Open the container that the options name; it is made at first need. */
MUST_USE int store_azure_open(
    const struct store_options *options, struct store **out, struct err *err);

#endif
