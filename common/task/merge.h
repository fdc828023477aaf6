/*
 * merge: one task file that changed here and in Git, merged by the fields of
 * its front matter and by its body (reconcile.md 6).  Pure.
 *
 *	base    what both sides began with
 *	mine    what stands in the mirror
 *	theirs  what stands in Git
 *
 *	struct merge merge = {
 *		.file = "0042-Titel.md",
 *		.base = {base.s, base.len},
 *		.mine = {mine.s, mine.len},
 *		.theirs = {theirs.s, theirs.len},
 *	};
 *	struct merge_conflict conflict = MERGE_CONFLICT_INIT;
 *
 *	if (merge_task(&merge, &merged, &conflict) == -1)
 *		keep_both(&conflict);
 *	merge_conflict_release(&conflict);
 *
 * The rules.
 * - Sides with the same bytes are merged; so is a side that still has the
 *   bytes of the base: the other one is the result, task or not.  An unknown
 *   base allows only the former.
 * - Otherwise all three must be tasks.  Fields are the keys at the top of the
 *   front matter and "body", all Markdown.  A field that one side changed is
 *   taken from that side; changed to the same value on both it is no
 *   conflict; changed to two values it is one.  Removing is changing.
 * - The fields that task.h knows are compared by what they mean, as long as
 *   they mean something; all others as YAML: kind, plain or quoted, tags,
 *   anchors and text, in whatever layout.  Bodies are compared without
 *   regard to line ends, and are one field, never merged by lines.
 * - The result is theirs with the changed fields of mine spliced in.  What
 *   is no field is theirs: BOM, line ends, order of keys, comments, quotes
 *   of what did not change.  A comment that only mine has would be lost, so
 *   that is a conflict, named "#" (one behind the '|' of a block value counts
 *   as part of the value's layout).
 * - A field of mine with an anchor, an alias, a place that cannot be spliced
 *   safely, or in front matter as a flow map is a conflict.
 * - The result is parsed back: each field must be what was meant, or there
 *   is none and it is a conflict.
 */
#ifndef MERGE_H
#define MERGE_H

#include "task/task.h"

struct merge_side {
	const char *bytes; /* NULL: unknown; for base alone */
	size_t len;
};

struct merge {
	const char *file; /* bare name */
	struct merge_side base, mine, theirs;
};

enum merge_why {
	MERGE_BOTH,    /* fields changed to two values */
	MERGE_NO_BASE, /* the sides differ and the base is unknown; `fields`
			* are those that differ, if both are tasks */
	MERGE_NO_TASK, /* a side, or the base, is no task; no fields */
	MERGE_UNSAFE,  /* fields that mine changed cannot be spliced in */
};

struct merge_conflict {
	enum merge_why why;
	char **fields; /* "status", "body", "projekt", "#", ... */
	size_t n, cap;
};

#define MERGE_CONFLICT_INIT                                                    \
	{                                                                      \
		.fields = NULL                                                 \
	}

/*
 * 0: `out` is the merged file; what was in it is gone.  -1: `conflict`, which
 * must be empty, says which fields; `out` is untouched.
 */
MUST_USE int merge_task(const struct merge *merge, struct buf *out,
    struct merge_conflict *conflict);
void merge_conflict_release(struct merge_conflict *conflict);

#endif
