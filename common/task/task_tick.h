/*
 * task_tick: tick a box of a task list (`- [ ]`, `- [x]`) in the Markdown of a
 * task, or take the tick away (http-api.md).  One byte of the
 * file changes, or none.  Pure.
 *
 *	const struct task_tick tick = {.line = 12, .checked = true};
 *
 *	if (task_tick(file, bytes, &tick, &out, err) == -1)
 *		return -1;
 */
#ifndef TASK_TICK_H
#define TASK_TICK_H

#include "base/buf.h"
#include "base/err.h"

struct task_tick {
	unsigned line; /* of the file, 1 for the first */
	bool checked;
};

/* Return the line in which the Markdown begins that begins at `body_at`. */
unsigned task_tick_first_line(const struct buf *bytes, size_t body_at);

/*
 * Append the file with that box ticked or not.  A box that is ticked already,
 * with a capital X perhaps, keeps its byte.  ERR_BAD_FILE if it is no task,
 * ERR_VALUE if the line has no box that a reader of the Markdown sees.
 */
MUST_USE int task_tick(const char *file, const struct buf *bytes,
    const struct task_tick *tick, struct buf *out, struct err *err);

#endif
