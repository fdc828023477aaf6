/*
 * markdown_heading: finding the first heading of a Markdown text, and where
 * in the bytes it stands.  Pure.
 *
 * A heading is one that a reader of the rendered page sees (CommonMark 4.2,
 * 4.3): none in a comment or a block of HTML, in code or in a table, and none
 * of blanks and invisible characters alone.  Its text is what is left without
 * markup, of which HTML is a part (CommonMark 6.6); `<br>` is a blank.  What
 * only dialects know (`{#id}`, `[[page]]`) is text.
 */
#ifndef MARKDOWN_HEADING_H
#define MARKDOWN_HEADING_H

#include "base/buf.h"

/*
 * All are offsets in the Markdown: [from, to) are the heading's lines with
 * the last line end, a setext underline and what contains them ("> ")
 * included; [source_from, source_to) is what stands between the markers,
 * without comments at its ends, which a new heading text replaces.  `text` is
 * plain: no markup, entities resolved.
 */
struct markdown_heading {
	size_t from, to;
	size_t source_from, source_to;
	struct buf text;
};
#define MARKDOWN_HEADING_INIT                                                  \
	{                                                                      \
		.text = BUF_INIT                                               \
	}

/*
 * Finds the first heading with text.  False if there is none or the text is
 * too deep (markdown_text.h); `out` is untouched then.  Release with
 * buf_release(&out->text).
 */
MUST_USE bool markdown_heading_find(
    const char *text, size_t len, struct markdown_heading *out);

/*
 * Append the plain text of the first heading; of a text without one the first
 * line of text, which stands in a paragraph, a list or a quote.  The mark of
 * an alert (`[!NOTE]`) is no text.  False if there is neither.
 */
MUST_USE bool markdown_heading_text(
    struct buf *out, const char *text, size_t len);

#endif
