/*
 * task_title: the title of a task lives in its Markdown: the first heading
 * with text, else the first line that is not blank, else the file's stem
 * (design.md 3).  Pure.
 */
#ifndef TASK_TITLE_H
#define TASK_TITLE_H

#include "base/buf.h"

#define TASK_TITLE_MAX 200 /* characters */

/*
 * Appends the text as a title: control characters become spaces, blanks at
 * both ends go, TASK_TITLE_MAX characters stay (the last one then is '…').
 */
void task_title_clean(struct buf *out, const char *text, size_t len);

/* Appends the title of this Markdown in a file of that name. */
void task_title_read(
    struct buf *out, const char *file, const char *body, size_t len);

/*
 * Sets the title in the Markdown that begins at `at` and ends with the
 * buffer.  The text between the markers of the first heading is replaced;
 * without a heading `# Title` and a blank line go before the Markdown.
 * Characters are escaped only where the text would not read back the same.
 * `title` NULL or blank removes the heading's lines.  -1 if no way of writing
 * it reads back; the buffer is untouched then.
 */
MUST_USE int task_title_write(
    struct buf *file, size_t at, const char *eol, const char *title);

/*
 * The same for Markdown that came along with the title: a heading that opens
 * it is the title's place, one further down is text and stays, so the title
 * goes before it.
 */
MUST_USE int task_title_lead(
    struct buf *file, size_t at, const char *eol, const char *title);

#endif
