/*
 * frontmatter_keys: keys that stand twice in a map, which readers of YAML
 * take in different ways: the first, the last or none.  Pure.
 */
#ifndef FRONTMATTER_KEYS_H
#define FRONTMATTER_KEYS_H

#include "frontmatter/frontmatter.h"

/*
 * Returns the first key of the first map that has one twice, at its second
 * place; NULL if there is none.  Only scalars count, plain or quoted; plain
 * numbers are compared by value: 1, 01, +1, 1.0 and 0x1 are one key, as they
 * are in YAML 1.2 and in JavaScript.
 */
const struct frontmatter_node *frontmatter_keys_twice(
    const struct frontmatter *front);

#endif
