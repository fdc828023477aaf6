/*
 * azure_changes: list what has changed in a folder, without a list of all that
 * is in it, by what the writers have noted beside a blob (changes.h).
 *
 * The service knows no moment from which on it could list, and a list of 5,000
 * names is megabytes long.  So a list that is kept (store.h) begins with the
 * blob that tells.  Then each blob is looked at that its note names; or, if the
 * note does not know all that has changed since the mark, all are listed.
 *
 * The mark is the token that was read first, so a write that comes meanwhile is
 * in a later note.  What nobody notes (a writer that died before it could, or
 * whose write arrives after all, somebody who puts blobs by other means) is seen
 * AZURE_CHANGES_TRUST_MS after all were listed, or by a list without a mark.
 *
 * Calling sequence
 *
 *	struct azure_changes changes = AZURE_CHANGES_INIT;
 *
 *	if (azure_changes_begin(&changes, list, &token, note))
 *		while ((name = azure_changes_name(&changes)) != NULL &&
 *		    !azure_changes_give_up(&changes, list))
 *			azure_changes_add(&changes, op, &item);
 *	if (!list->changes)
 *		...list all...
 *	azure_changes_release(&changes);
 *
 * No function fails.
 */
#ifndef AZURE_CHANGES_H
#define AZURE_CHANGES_H

#include "base/buf.h"
#include "store/store.h"

#define AZURE_CHANGES_TRUST_MS 900000 /* 15 minutes */
#define AZURE_CHANGES_MAX      16 /* blobs to look at; of more all are listed */
/* So are they after so long, as one look comes after the other: a store that is
 * slow has answered with all names sooner. */
#define AZURE_CHANGES_LOOK_MS 1000

struct azure_changes {
	struct buf names; /* each with its '\0' */
	size_t at;        /* of the one to look at */
	int64_t until_ms; /* by the monotonic clock */
};

#define AZURE_CHANGES_INIT                                                     \
	{                                                                      \
		.names = BUF_INIT                                              \
	}

void azure_changes_release(struct azure_changes *changes);

/* Return true if the op is a list that begins with the blob that tells. */
bool azure_changes_wanted(const struct store_op *op);

/*
 * Set the list's mark, by the token and the note beside it, and whether it is one
 * of changes; return that.
 */
bool azure_changes_begin(struct azure_changes *changes, struct store_list *list,
    const struct buf *token, const char *note);

/* Return the name to look at, NULL if there are no more. */
const char *azure_changes_name(const struct azure_changes *changes);

/* If the looks have taken too long, forget what they were told, so that all are
 * to be listed, and return true. */
bool azure_changes_give_up(
    const struct azure_changes *changes, struct store_list *list);

/* Tell the list of the blob of that name, and go on to the next one.  Its
 * key is set here; one that is gone has the ETag "". */
void azure_changes_add(struct azure_changes *changes, const struct store_op *op,
    const struct store_item *item);

#endif
