/*
 * task_title: the title of a task is `title` or `titel` of its front matter,
 * else the first heading that Markdown shows, else its first line of text,
 * else the file's stem (design.md 3); never empty.  Pure.
 */
#ifndef TASK_TITLE_H
#define TASK_TITLE_H

#include "base/buf.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"

#define TASK_TITLE_MAX 200 /* characters */

/*
 * Appends the text as a title: control characters become spaces, blanks at
 * both ends go, TASK_TITLE_MAX characters stay (the last one then is '…').
 */
void task_title_clean(struct buf *out, const char *text, size_t len);

/*
 * Find the field of the front matter that is the title: a text with something
 * to be seen, no list, map or alias, and without a tag.
 */
bool task_title_field(
    const struct frontmatter *front, struct frontmatter_field *field);

/* Append the title of a file: its name, front matter and Markdown. */
void task_title_read(struct buf *out, const char *file,
    const struct frontmatter *front, const char *body, size_t len);

/*
 * Let the edit set the title in the field that task_title_field found, in the
 * quotes that it has; NULL removes the field.
 */
void task_title_splice(struct frontmatter_edit *edit,
    const struct frontmatter_field *field, const char *title);

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
