/*
 * frontmatter_comment: finding the comments of a front matter.  A '#' begins
 * one where it stands outside of scalars, behind a blank, a line end or a
 * mark of flow YAML; a comment ends with its line.  Pure.
 *
 *	struct frontmatter_comment comment;
 *
 *	frontmatter_comment_start(&comment, front->from, front->to);
 *	while (frontmatter_comment_next(front, &comment))
 *		buf_add(out, front->bytes + comment.from,
 *		    comment.to - comment.from);
 */
#ifndef FRONTMATTER_COMMENT_H
#define FRONTMATTER_COMMENT_H

#include "frontmatter/frontmatter.h"

struct frontmatter_comment {
	size_t from, to; /* from the '#' to the line end, offsets in the file */
	/* Where the walk goes on, where it ends, the node ahead of it. */
	size_t at, limit, node;
};

/* Starts a walk through the comments that begin in [from, to). */
void frontmatter_comment_start(
    struct frontmatter_comment *comment, size_t from, size_t to);
/* Moves on to the next one; false if there is none. */
bool frontmatter_comment_next(
    const struct frontmatter *front, struct frontmatter_comment *comment);

/* Where the first comment of [from, to) begins; `to` if there is none. */
size_t frontmatter_comment_find(
    const struct frontmatter *front, size_t from, size_t to);

/* True if the front matter has a comment with that text. */
bool frontmatter_comment_has(
    const struct frontmatter *front, const char *text, size_t len);

#endif
