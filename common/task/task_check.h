/*
 * task_check: reading an edited file back (design.md 3: "parse the result back
 * and compare before it is stored").  It shares nothing with the code that
 * edits: it parses both files afresh.  Pure.
 */
#ifndef TASK_CHECK_H
#define TASK_CHECK_H

#include "frontmatter/frontmatter.h"
#include "task/task.h"

/*
 * True if `after` is the task of `before` with this edit and nothing else:
 * the edited fields have the new values, every other field of the front
 * matter, known or not, has its value and its very bytes in the same order,
 * what its aliases stand for, and the comments behind it, and the Markdown is
 * the old one or the one that the edit brings.
 */
MUST_USE bool task_check(const char *file, const void *before, size_t len,
    const struct buf *after, const struct task_edit *edit);

/*
 * True if an alias in a field that the edit is not about stands for what is
 * in one that it is about: then another value there would change both.
 */
bool task_check_is_tied(
    const struct frontmatter *front, const struct task_edit *edit);

#endif
