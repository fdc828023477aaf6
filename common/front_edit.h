/*
 * front_edit: changing fields of a front matter by replacing as few bytes as
 * possible (DESIGN 3).  Pure.  It works on what front_read found, collects
 * the changes and writes them all at once:
 *
 *	struct front_edit edit = FRONT_EDIT_INIT;
 *	front_edit_start(&edit, &front, bytes);
 *	front_edit_set(&edit, "status", "offen");
 *	rc = front_edit_finish(&edit, len, &out);
 *	front_edit_release(&edit);
 *
 * What an edit leaves alone: comments, order, indentation, line ends, quotes
 * of what stays, an anchor.  A tag goes with the value that it was about.
 * Each field may be changed once.  Nothing here knows whether the result is
 * still YAML: read it back.
 */
#ifndef FRONT_EDIT_H
#define FRONT_EDIT_H

#include "front.h"

struct front_patch {
	size_t from, to; /* offsets in the file */
	struct buf text;
};

struct front_edit {
	const struct front *front;
	const char *bytes;
	const char *eol; /* "\n" or "\r\n", as the file's first line */
	struct front_patch *patches;
	size_t n_patches, cap_patches;
	struct buf added; /* fields that are not there yet */
};

#define FRONT_EDIT_INIT                                                        \
	{                                                                      \
		.added = BUF_INIT                                              \
	}

/* front and bytes must outlive the edit; the root must be a map. */
void front_edit_start(
    struct front_edit *edit, const struct front *front, const char *bytes);
void front_edit_release(struct front_edit *edit);

/*
 * The field's value becomes a word, which must be one that needs no quotes;
 * it gets those of the old value.  A missing field is added at the end.
 */
void front_edit_set(struct front_edit *edit, const char *key, const char *word);
/* The same for a field below the top, which is there. */
void front_edit_set_at(
    struct front_edit *edit, const struct front_field *field, const char *word);

/* The value becomes this piece of flow YAML: `{a: b}`, `[]`, `null`. */
void front_edit_put(struct front_edit *edit, const char *key, const char *flow);

/*
 * The value becomes the list of these words.  In a block list the lines of
 * words that stay, stay; if that would break the order, and in every other
 * case, it becomes a flow list in which old words keep their quotes.
 */
void front_edit_list(
    struct front_edit *edit, const char *key, char *const *words, size_t n);

/*
 * The field goes with its lines; where other things stand on them, a
 * comment or an anchor, its value becomes null.
 */
void front_edit_drop(struct front_edit *edit, const char *key);

/*
 * Appends the file with all changes made.  -1 if two of them overlap; `out`
 * is untouched then.
 */
MUST_USE int front_edit_finish(
    struct front_edit *edit, size_t len, struct buf *out);

#endif
