/*
 * changes: which task files the last writes of a user have changed, as a note
 * beside the token that the last of them has put (version.h).
 *
 * In a store that keeps notes (store.h) a list of many names is long, and
 * after an edit all of them but one are known already.  So each token has a
 * note.  It names the tokens that were stored before, the youngest first, and
 * with each the files that were changed by the write that replaced it:
 *
 *	1764500000000-0123456789abcdef,0042-Brot.md;17644...,0007.md,0042-Brot.md
 *
 * A process that read one of these tokens and then listed all files learns
 * from the note which of them may have changed since.  If the note does not
 * have the token of its list, it lists all files again: that token is too old,
 * or a write since then came from a program that writes no notes, or did not
 * know what it had changed.  So a note only saves work.  It must not lack a
 * write, which is why a token with a note is put by compare and swap.
 *
 * A list of files is their names, each with its '\0', in a buf; NULL stands for
 * any files.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "base/buf.h"

#define CHANGES_TOKEN_MAX 64 /* bytes */

/* No files: for a write that changes something else of the user. */
#define CHANGES_NONE (&(const struct buf)BUF_INIT)

/* Add a name, unless the list has it.  A list that is longer than a note may
 * be stays as it is: changes_note takes it for any files. */
void changes_add_file(struct buf *files, const char *file);

/* Return true if the text may be a token of a note: digits, lower-case letters
 * and '-'. */
bool changes_is_token(const char *s, size_t len);

/*
 * Make the note of a stored token into the note of the token that replaces it.
 * `replaced` is the stored one, whatever text it is: if it has not the shape
 * of a token, the note is empty.  Drop the oldest tokens of a note that would
 * be longer than STORE_NOTE_MAX.
 */
void changes_note(
    struct buf *note, const char *replaced, const struct buf *files);

/* Add the files that may have changed since `token` was stored, by the note of
 * the token that is stored now.  Return false if the note does not tell;
 * `files` has some of them then. */
MUST_USE bool changes_since(
    const char *note, const char *token, struct buf *files);

#endif
