/*
 * mirror: the task files of one user as they stand in the store (design.md 6).
 */
#ifndef MIRROR_H
#define MIRROR_H

#include "app/app.h"
#include "task/taskset.h"
#include "week/ledger.h"
#include "week/week.h"

struct mirror {
	struct taskset set;
	unsigned next_id;    /* next free number: the stored or highest + 1 */
	bool next_id_behind; /* the stored one is there, but lower */
	bool changed;        /* the stored index says something else */
	bool has_repo;       /* a repository is set up */
	bool synced;         /* and sync.json is there, and whole */
	struct ledger sync;  /* what is in it; empty if not synced */
};

#define MIRROR_INIT                                                            \
	{                                                                      \
		.set = TASKSET_INIT                                            \
	}

/*
 * Loads what is there now: index, next number, list and, if a repository is
 * set up, sync.json in one round, then the files that the index does not have
 * with that ETag.  `mirror` must be
 * empty; on failure it is.
 */
MUST_USE int mirror_load(
    struct app *app, const char *user, struct mirror *mirror, struct err *err);
void mirror_release(struct mirror *mirror);

/* What week.h takes: this mirror at that moment; borrows all of it. */
struct week mirror_week(const struct app *app, const char *user,
    const struct mirror *mirror, int64_t now_ms);

/*
 * Reads the user's side of a conflict, conflicts/<user>/<stem>/<hash>.md, in
 * a round of its own; *there is false if the copy is missing or the record
 * names none.
 */
MUST_USE int mirror_copy(struct app *app, const char *user,
    const struct ledger_file *record, struct buf *bytes, bool *there,
    struct err *err);

#endif
