/*
 * markdown_open: whether a Markdown text leaves something open at its end, so
 * that what is put behind it would become a part of it.  Pure.
 *
 * A fence of code or a comment without its end does; so do other blocks of HTML
 * that only their own end closes (CommonMark 4.5, 4.6).
 */
#ifndef MARKDOWN_OPEN_H
#define MARKDOWN_OPEN_H

#include "base/buf.h"

/* Return true if a heading behind the text and a blank line would be none, or
 * if the text is too deep to say so (markdown_text.h). */
bool markdown_open_at_end(const char *text, size_t len);

/* Append the text as a block of code, in a fence that it does not close, with
 * the word of its language. */
void markdown_open_fence(
    struct buf *out, const char *language, const char *text, size_t len);

#endif
