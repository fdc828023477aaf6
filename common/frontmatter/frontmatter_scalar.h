/*
 * frontmatter_scalar: writing a text so that every reader of YAML reads it
 * back.  Pure.
 */
#ifndef FRONTMATTER_SCALAR_H
#define FRONTMATTER_SCALAR_H

#include "base/buf.h"

/*
 * Appends the text as a YAML scalar: plain if no reader of YAML 1.1 or 1.2,
 * in block or flow, could take it for anything else, quoted otherwise.
 */
void frontmatter_scalar_add(struct buf *out, const char *text);
/* The same in double quotes, which is JSON, too. */
void frontmatter_scalar_add_quoted(struct buf *out, const char *s);
/*
 * The same in the style of the value that it replaces, one of struct
 * frontmatter_node: quotes stay where they can carry the text.
 */
void frontmatter_scalar_add_as(struct buf *out, const char *text, char style);

#endif
