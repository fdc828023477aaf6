/*
 * mirror: load the task files of one user as the store has them (design.md 5
 * and 6).
 *
 * Calling sequence
 *
 *	struct mirror mirror = MIRROR_INIT;	or MIRROR_WITH(memory)
 *
 *	if (mirror_load(app, user, &mirror, err) == -1)
 *		return -1;
 *	week = mirror_week(app, user, &mirror, app_now(app));
 *	...
 *	mirror_release(&mirror);
 *
 * With a memory (mirror_memory.h) a load takes from it what still has the ETag
 * that the store tells, and mirror_release puts all back that was loaded.  So a
 * caller that changes the set has no memory.  A load that fails puts back what
 * it has read until then, so that the next one has less to read: a user whose
 * files take longer than a request may is answered at a later try.
 *
 * Error handling: -1 with the store's error (store.h) and an empty mirror.  An
 * index or sync.json that does not parse is no failure: files are read anew,
 * records count as none.
 */
#ifndef MIRROR_H
#define MIRROR_H

#include "app/app.h"
#include "app/numbers.h"
#include "edit/edit.h"
#include "edit/mirror_memory.h"
#include "task/taskset.h"
#include "week/ledger.h"
#include "week/week.h"

struct mirror {
	struct mirror_memory *memory; /* NULL: none */
	char user[NAMES_USER_MAX + 1];
	struct taskset set;
	size_t base_n; /* files of the base that set.base names */
	char mark[STORE_MARK_MAX + 1]; /* of the list that set is; "" none */
	bool whole; /* set by the caller: let the store look at all files */
	/* Set by the caller that puts the index, so that it is no older than what
	 * memory has: look at all files if it has one that memory and the list of
	 * changes do not. */
	bool heeds_index;
	struct numbers_used numbers; /* by files, and by the stored number */
	unsigned raise_to;  /* files have higher numbers than the stored one,
			    * which must be raised to this; 0: it need not */
	bool changed;       /* the stored index differs: put it anew */
	bool outgrown;      /* changed, and the base: put it anew as well */
	bool has_repo;      /* a repository is set up */
	bool synced;        /* has_repo, and sync.json is there and parses */
	bool newer;         /* sync.json is of a newer program */
	struct ledger sync; /* sync.json; empty if not synced */
	char *sync_etag;    /* of it; NULL if not synced */
	struct gzip_parts week; /* that was built last, or now (build.h) */
};

#define MIRROR_WITH(m)                                                         \
	{                                                                      \
		.memory = (m), .set = TASKSET_INIT, .week = GZIP_PARTS_INIT    \
	}
#define MIRROR_INIT MIRROR_WITH(NULL)

/*
 * Load index, next number, list and, if a repository is set up, sync.json in
 * one round; then the base of the index, unless memory has that one or there is
 * none; then the files that none of these has with the ETag of the list.
 * `mirror` must be empty, but for its memory.
 */
MUST_USE int mirror_load(
    struct app *app, const char *user, struct mirror *mirror, struct err *err);
void mirror_release(struct mirror *mirror);

/* One task, and how it stands to Git. */
struct mirror_one {
	struct edit_found task;
	bool has_repo;      /* a repository is set up */
	struct ledger sync; /* with the task's record, if it has one */
};

#define MIRROR_ONE_INIT                                                        \
	{                                                                      \
		.task = EDIT_FOUND_INIT                                        \
	}

/*
 * Read one task by its id, with its record, as edit_find does and with its
 * errors: one round for a stem, two for a number.  What is done does not depend
 * on how many tasks there are, but that sync.json is loaded, and that a folder
 * lists all its names to find a number.
 */
MUST_USE int mirror_load_one(struct app *app, const char *user, const char *id,
    struct mirror_one *one, struct err *err);
void mirror_one_release(struct mirror_one *one);

/* Return what week.h takes: this mirror at that moment, borrowed. */
struct week mirror_week(const struct app *app, const char *user,
    const struct mirror *mirror, int64_t now_ms);

/*
 * Read the user's side of a conflict, conflicts/<user>/<stem>/<hash>.md, in a
 * round of its own.  *there is false if the copy is missing or the record
 * names none.
 */
MUST_USE int mirror_copy(struct app *app, const char *user,
    const struct ledger_file *record, struct buf *bytes, bool *there,
    struct err *err);

#endif
