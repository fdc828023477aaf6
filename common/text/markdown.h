/*
 * markdown: Markdown (CommonMark with tables, task lists and strike-through,
 * by md4c) as the tree that the page shows.  Pure.
 *
 * Raw HTML is text.  Links survive only with http, https, mailto or without
 * a scheme; others become their text.  An image becomes a link to it (inside
 * a link: its text).  What takes more steps than its size allows is cut off
 * there, and a text with too many lists within each other is shown as code
 * (markdown_text.h).  So is one of more than MARKDOWN_TREE_MAX bytes, as its
 * tree could cost a tenth of a second.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H

#include "base/buf.h"

#define MARKDOWN_DEPTH_MAX 32
#define MARKDOWN_TREE_MAX  ((size_t)128 << 10)

/*
 * Appends the document, which begins in line `first_line` of its file, as a
 * JSON array of nodes:
 *	{"type":"paragraph","children":[...]}   {"type":"text","text":"..."}
 * Block types: paragraph, heading (level), list (ordered, start), item
 * (checked: true|false and line, of its box, if a task item), quote, code
 * (language, text), rule, table, row, cell (header, align: left|center|right or
 * absent).  Inline: text, break, softbreak, em, strong, del, code (text), link
 * (href, title).  The items of a tight list hold their text without a
 * paragraph.  Nesting is cut at MARKDOWN_DEPTH_MAX: what is deeper hands its
 * text to what is not.
 */
void markdown_nodes(
    struct buf *json, const char *text, size_t len, unsigned first_line);

/*
 * Find the box of the task item that stands in this line, as the item's node
 * gives it: set *at to the byte between its brackets.  -1 if there is none, as
 * in a code block.
 */
MUST_USE int markdown_find_box(const char *text, size_t len,
    unsigned first_line, unsigned line, size_t *at);

/* True if a link to this address may be followed from the page. */
bool markdown_link_ok(const char *href);

#endif
