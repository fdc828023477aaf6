/*
 * decide: decide what becomes of one file (reconcile.md 6), by a table.
 * Pure.
 *
 * Three things are known of a file: its base (the Git blob that the mirror
 * was last equal to, if any), what Git has now, and what the mirror has.
 *
 * Calling sequence: by plan_decide alone, for each file that does not wait
 * for a pull request; then decide_needs_confirm for all of them.
 *
 * Error handling: no function fails.
 */
#ifndef DECIDE_H
#define DECIDE_H

#include "base/std.h"

/* From base to Git. */
enum decide_remote {
	DECIDE_SAME,    /* Git has the base */
	DECIDE_CHANGED, /* Git has another blob */
	DECIDE_GONE,    /* Git has nothing of that name any more */
	DECIDE_NEW,     /* no base, or an unknown one; Git has the file */
	DECIDE_NONE,    /* no base, or an unknown one; Git has no such file */
	DECIDE_FOREIGN, /* Git has no file of that name, but a folder, a link
			 * or a submodule, which stays as it is */
};

enum decide_mirror {
	DECIDE_CLEAN,   /* the bytes of the base */
	DECIDE_DIRTY,   /* other bytes, or there is no base */
	DECIDE_DAMAGED, /* bytes that were stored for the base's, and have
			 * another id: nobody has edited them */
	DECIDE_ABSENT,
	DECIDE_BARRED, /* something that can be neither read nor replaced */
};

enum decide_action {
	DECIDE_NOTHING,
	DECIDE_PULL,     /* Git's bytes into the mirror */
	DECIDE_PUSH,     /* the mirror's bytes to Git */
	DECIDE_PUSH_NEW, /* the same; Git had removed it, so report it */
	DECIDE_MERGE,    /* equal bytes: clean; else merge, else conflict */
	DECIDE_ADOPT,    /* equal bytes: clean; else conflict */
	DECIDE_REMOVE,   /* from the mirror (needs `confirm` where many go) */
	DECIDE_FORGET,   /* only the record is left: drop it */
};

/* Return the table's row for what Git and the mirror have. */
enum decide_action decide(enum decide_remote remote, enum decide_mirror mirror);

/*
 * Return true if so many removals from so many recorded files need
 * `confirm`: more than max(10, 30 %), or Git has none of the recorded files
 * left.
 */
bool decide_needs_confirm(size_t removals, size_t recorded, bool none_left);

#endif
