/*
 * markdown: reading Markdown (CommonMark with tables, task lists and
 * strike-through, by md4c).  Pure.
 *
 * Raw HTML is text.  Links survive only with http, https, mailto or without
 * a scheme; others become their text.  An image becomes a link to it (inside
 * a link: its text).  What takes more steps than MARKDOWN_STEPS_MAX allows
 * for its size is cut off there: a table of n columns and n short rows asks
 * for n² cells.  A text with a line that opens more than MARKDOWN_LISTS_MAX
 * lists within each other is shown as code and has no heading; one of more
 * than MARKDOWN_TREE_MAX bytes is shown as code, too, as its tree could cost
 * a tenth of a second.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H

#include "base/buf.h"

#define MARKDOWN_DEPTH_MAX      32
#define MARKDOWN_LISTS_MAX      64
#define MARKDOWN_TREE_MAX       ((size_t)128 << 10)
#define MARKDOWN_STEPS_MAX(len) (2 * (len) + 1024)

/*
 * Where the first heading with text stands.  All are offsets in `text`:
 * [from, to) are its lines with the last line end, a setext underline and
 * what contains them ("> ") included; [source_from, source_to) is what stands
 * between the markers, which a new heading text replaces.  `text` is plain:
 * no markup, entities resolved.
 *
 * False if there is none, and out is untouched.  Release with
 * buf_release(&out->text).
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

MUST_USE bool markdown_first_heading(
    const char *text, size_t len, struct markdown_heading *out);

/*
 * Appends the document as a JSON array of nodes:
 *	{"type":"paragraph","children":[...]}   {"type":"text","text":"..."}
 * Block types: paragraph, heading (level), list (ordered, start), item
 * (checked: true|false if a task item), quote, code (language, text), rule,
 * table, row, cell (header, align: left|center|right or absent).  Inline:
 * text, break, softbreak, em, strong, del, code (text), link (href, title).
 * The items of a tight list hold their text without a paragraph.  Nesting is
 * cut at MARKDOWN_DEPTH_MAX: what is deeper hands its text to what is not.
 */
void markdown_nodes(struct buf *json, const char *text, size_t len);

/* True if a link to this address may be followed from the page. */
bool markdown_link_ok(const char *href);

#endif
