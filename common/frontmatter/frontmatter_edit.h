/*
 * frontmatter_edit: changing fields of a front matter by replacing as few
 * bytes as possible (design.md 3).  It works on what frontmatter_read found,
 * collects the changes and writes them all at once.  Pure.
 *
 * Calling sequence:
 *
 *	struct frontmatter_edit edit = FRONTMATTER_EDIT_INIT;
 *
 *	frontmatter_edit_start(&edit, &front);
 *	frontmatter_edit_set(&edit, "status", "offen");
 *	rc = frontmatter_edit_finish(&edit, len, &out);
 *	frontmatter_edit_release(&edit);
 *
 * What an edit leaves alone: comments, order, indentation, line ends, quotes
 * of what stays, an anchor.  A tag goes with the value that it was about.
 * Front matter that is JSON stays JSON.  Each field may be changed once.
 * Nothing here knows whether the result is still YAML: read it back.
 */
#ifndef FRONTMATTER_EDIT_H
#define FRONTMATTER_EDIT_H

#include "frontmatter/frontmatter.h"

struct frontmatter_patch {
	size_t from, to; /* offsets in the file */
	struct buf text;
};

struct frontmatter_edit {
	const struct frontmatter *front;
	const char *bytes, *eol; /* of the file */
	struct frontmatter_patch *patches;
	size_t n_patches, cap_patches;
	/* Fields that are not there yet: lines, or in braces `k: v, l: w`. */
	struct buf added;
};

#define FRONTMATTER_EDIT_INIT                                                  \
	{                                                                      \
		.added = BUF_INIT                                              \
	}

/* `front` must outlive the edit, and not be empty. */
void frontmatter_edit_start(
    struct frontmatter_edit *edit, const struct frontmatter *front);
void frontmatter_edit_release(struct frontmatter_edit *edit);

/* True if the front matter is a map in braces with all keys in double quotes. */
bool frontmatter_edit_is_json(const struct frontmatter_edit *edit);
/* Appends a text as the front matter has to write it (frontmatter_scalar.h). */
void frontmatter_edit_add_text(
    const struct frontmatter_edit *edit, struct buf *out, const char *text);

/*
 * The field's value becomes a word, which must be one that needs no quotes;
 * it gets those of the old value.  A missing field is added at the end.
 */
void frontmatter_edit_set(
    struct frontmatter_edit *edit, const char *key, const char *word);
/* The same for a field below the top, which is there. */
void frontmatter_edit_set_at(struct frontmatter_edit *edit,
    const struct frontmatter_field *field, const char *word);

/*
 * The value becomes this piece of flow YAML: `{a: b}`, `[]`, `null`; it must
 * be JSON if frontmatter_edit_is_json.
 */
void frontmatter_edit_put(
    struct frontmatter_edit *edit, const char *key, const char *flow);

/* True if the field has its lines for itself, so that they can go. */
bool frontmatter_edit_has_lines(
    const struct frontmatter_edit *edit, const struct frontmatter_field *field);

/*
 * The field goes with its lines; where other things stand on them, a
 * comment or an anchor, its value becomes null.
 */
void frontmatter_edit_drop(struct frontmatter_edit *edit, const char *key);

/*
 * Lets these bytes of the file become the text, which is empty afterwards:
 * for changes that the functions above do not know.
 */
void frontmatter_edit_replace(
    struct frontmatter_edit *edit, size_t from, size_t to, struct buf *text);

/*
 * Appends the file with all changes made.  -1 if two of them overlap; `out`
 * is untouched then.
 */
MUST_USE int frontmatter_edit_finish(
    struct frontmatter_edit *edit, size_t len, struct buf *out);

#endif
