/*
 * run_blobs: get the bytes of Git's blobs that a plan wants (plan.h), from
 * the mirror where a clean file has them under whatever name, else from
 * GitHub.  So files that Git has renamed cost no request.
 *
 * Error handling: as in run_facts.h.
 */
#ifndef RUN_BLOBS_H
#define RUN_BLOBS_H

#include "run/run.h"

/* Step: read from the mirror what it has; a file that has changed since it
 * was listed is passed over. */
enum run_end run_blobs_known(struct run *run, struct err *err);

/*
 * Step "blobs": ask GitHub for the rest, each blob once, a batch each time, so
 * that the lease is extended in between.  Many blobs are asked for by queries
 * (object_bulk.h), as long as none of them fails; few, and those that a query
 * does not give, singly.
 */
enum run_end run_blobs_fetch(struct run *run, struct err *err);

#endif
