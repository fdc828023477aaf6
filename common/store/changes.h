/*
 * changes: which task files the last writes of a user have changed, as a note
 * beside the token that the last of them has put (version.h).
 *
 * In a store that keeps notes (store.h) a list of many names is long, and one
 * after an edit says what is known but for one of them.  So each token has a
 * note, which names the tokens before it, the youngest first, and what the
 * write that replaced each has changed:
 *
 *	1764500000000-0123456789abcdef,0042-Brot.md;17644...,0007.md,0042-Brot.md
 *
 * Who has listed all files after reading one of these tokens knows by it which
 * may be others by now.  What is not in the note is unknown, and all is listed:
 * a token that is too old, one put by a program that writes no notes, a write
 * that does not know what it has changed.  So a note can only save work.  It is
 * true only if no write is missing in it, which is why a token with a note is
 * put by compare and swap.
 *
 * A list of files is their names, each with its '\0', in a buf; NULL stands for
 * any files.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "base/buf.h"

#define CHANGES_TOKEN_MAX 64 /* bytes */

/* No file: of a write that has changed something else of the user. */
#define CHANGES_NONE (&(const struct buf)BUF_INIT)

/* Add a name, unless it is there, or there are more than a note takes: these
 * count as any. */
void changes_add_file(struct buf *files, const char *file);

/* Return true if the text may be a token of a note: digits, lower-case letters
 * and '-'. */
bool changes_is_token(const char *s, size_t len);

/*
 * Make the note of a token into that of the one that replaces it.  `replaced` is
 * the token whose note it was, whatever text.  The oldest go where it would be too
 * long (STORE_NOTE_MAX).
 */
void changes_note(
    struct buf *note, const char *replaced, const struct buf *files);

/* Add the files that may have changed since the token was the one before that of
 * the note; false if that is unknown, and `files` has some of them. */
MUST_USE bool changes_since(
    const char *note, const char *token, struct buf *files);

#endif
