/*
 * task_splice: editing a task file (design.md 3).  Pure.
 */
#ifndef TASK_SPLICE_H
#define TASK_SPLICE_H

#include "task/task.h"

/*
 * Applies the edit by splicing: only the bytes of the fields concerned change;
 * comments, order, quoting, unknown keys and line ends stay.  A field that
 * already has the value is left alone, so an edit that changes nothing returns
 * the same bytes.  The result is parsed back and compared with what was meant
 * before it is handed out; if it does not match, or the bytes are no task, this
 * fails with ERR_BAD_FILE; with ERR_TOO_LARGE if the file would outgrow
 * TASK_FILE_MAX or its front matter FRONTMATTER_MAX.  On failure `out` is
 * untouched.  On success `out` is the whole new file; what was in it is gone.
 *
 * Removing: fixedSlot becomes null and tags [] in place, deadline and
 * abgeschlossen_am lose their lines (or become null where something else stands
 * there), the title loses its field in the front matter or, if it has none, its
 * heading, the body all its bytes.
 */
MUST_USE int task_splice(const char *file, const void *bytes, size_t len,
    const struct task_edit *edit, struct buf *out, struct err *err);

#endif
