/*
 * frontmatter_list: changing a list of words in a front matter so that it
 * keeps its form (design.md 3, "Edits").  Pure.
 *
 *	tags:
 *	  - team    # erstes
 *	  # Quartal
 *	  - q4
 *
 * becomes [q4, neu, team] as
 *
 *	tags:
 *	  # Quartal
 *	  - q4
 *	  - neu
 *	  - team    # erstes
 *
 * Each word that stays keeps its bytes: quotes, the comment behind it, and
 * the lines of comment above it.  The comment behind a word that goes, goes
 * with it; lines of comment above such a word stay, behind the word before.
 */
#ifndef FRONTMATTER_LIST_H
#define FRONTMATTER_LIST_H

#include "frontmatter/frontmatter_edit.h"

/*
 * The field's value becomes the list of these words.  A block list stays one
 * unless it becomes empty; a flow list keeps its lines and blanks.  Where
 * that cannot be (the first dash stands on the key's line, a comma begins a
 * line) and where there was no list, it becomes a flow list on one line.
 */
void frontmatter_list_set(struct frontmatter_edit *edit, const char *key,
    char *const *words, size_t n);

#endif
