/*
 * task_undo: take an edit of a task file back byte for byte (design.md 3,
 * "Edits").
 *
 * An edit of a field cannot always be taken back by an edit of that field: an
 * empty one comes back as null, and a list of tags that was replaced has lost
 * its form.  So the answer to an edit says what of the old
 * file it replaced, in one piece, and whoever sends that back gets the old
 * bytes.  Pure.
 *
 *	{"at":78,"cut":41,"text":"null"}
 *
 *	struct task_undo undo = TASK_UNDO_INIT;
 *
 *	task_undo_make(&before, &after, &undo);
 *	...
 *	task_undo_apply(file, &after, &undo, &out, err); (out is `before`)
 *	task_undo_release(&undo);
 */
#ifndef TASK_UNDO_H
#define TASK_UNDO_H

#include "base/buf.h"
#include "base/err.h"

struct task_undo {
	size_t at, cut;  /* bytes of the file after the edit */
	struct buf text; /* of the file before, in their place; UTF-8 */
};

#define TASK_UNDO_INIT                                                         \
	{                                                                      \
		.text = BUF_INIT                                               \
	}
void task_undo_release(struct task_undo *undo);

/* Find the piece in which the files, both UTF-8, differ: from the first
 * character to the last that is another one. */
void task_undo_make(
    const struct buf *before, const struct buf *after, struct task_undo *out);

/*
 * Append the file with the piece put back.  ERR_VALUE if the file has no such
 * place, ERR_TOO_LARGE or ERR_BAD_FILE if the result is no task.
 */
MUST_USE int task_undo_apply(const char *file, const struct buf *bytes,
    const struct task_undo *undo, struct buf *out, struct err *err);

#endif
