/*
 * markdown_text: what md4c 0.4.8 has to be given and asked so that no text
 * leads it astray, and the text of what it finds.  For markdown.h and
 * markdown_heading.h.  Pure.
 *
 * Calling sequence: refuse what is_too_deep, parse a padded copy with
 * MARKDOWN_TEXT_FLAGS, and end the parse (-1 from a callback) when it has
 * called back MARKDOWN_TEXT_STEPS_MAX times or with a text that is_astray.
 */
#ifndef MARKDOWN_TEXT_H
#define MARKDOWN_TEXT_H

#include <md4c.h>

#include "base/buf.h"

#define MARKDOWN_TEXT_FLAGS                                                    \
	(MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |          \
	    MD_FLAG_NOHTML)

#define MARKDOWN_TEXT_LISTS_MAX 64
/* A table of n columns and n short rows asks for n² cells. */
#define MARKDOWN_TEXT_STEPS_MAX(len) (2 * (len) + 1024)

/*
 * Makes a copy with a line end behind it: md4c looks behind the end of a
 * text whose last line has none, and goes on by what it finds there.
 */
void markdown_text_pad(struct buf *copy, const char *text, size_t len);

/*
 * True if a line opens more than MARKDOWN_TEXT_LISTS_MAX lists within each
 * other.  md4c walks through all open ones at every blank line, so that many
 * would cost it minutes.
 */
bool markdown_text_is_too_deep(const char *text, size_t len);

/* True if a piece of text is longer than all of the input. */
bool markdown_text_is_astray(size_t len, size_t input);

/* Appends a piece of text, entities resolved. */
void markdown_text_add(
    struct buf *out, MD_TEXTTYPE type, const char *s, size_t len);

/* Length of a list marker ("- ", "12. ") or '>' at s; 0 if there is none. */
size_t markdown_text_container_len(const char *s, size_t len);
/* The first byte after the line end. */
size_t markdown_text_line_end(const char *text, size_t len, size_t at);
/* True for a space or a tab. */
bool markdown_text_is_blank(char c);

#endif
