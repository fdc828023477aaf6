/*
 * frontmatter_take: taking a whole field from one front matter into another,
 * as merging does.  Pure.
 */
#ifndef FRONTMATTER_TAKE_H
#define FRONTMATTER_TAKE_H

#include "frontmatter/frontmatter_edit.h"

/*
 * Lets the field become what it is in `from`: its lines replace the old ones,
 * or are added at the end; if `from` has no such field, the old lines go.
 *
 * Returns -1 and changes nothing where whole lines will not do: one of the
 * front matters is in braces, something else stands on the field's lines, or
 * an anchor or alias ties it to other fields.
 */
MUST_USE int frontmatter_take(struct frontmatter_edit *edit,
    const struct frontmatter *from, const char *key);

#endif
