/*
 * azure_changes: list what has changed in a folder, without a list of all that
 * is in it, by what the writers have noted beside a blob (changes.h).
 *
 * The service cannot list what was written since a moment, and a list of 5,000
 * names is megabytes long.  So a list that is kept (store.h) begins with a get
 * of the user's token (`told_by`).  Then the store looks at each blob that the
 * token's note names; or, if the note does not go back to the mark, it lists
 * all.
 *
 * The mark is that token, read before all else: a later note has each write
 * that came while blobs were looked at or listed.  Some writes are in no note:
 * the writer died before it put a token, or a write was carried out after
 * it had been reported as failed, or another program put the blob.  A list
 * shows them once AZURE_CHANGES_TRUST_MS have passed since all blobs were
 * listed, or if it has no mark.
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
#define AZURE_CHANGES_MAX      16     /* blobs to look at; if more, list all */
/* List all once the looks have taken so long: they come one after the other, and
 * a slow store answers sooner with all names. */
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

/* Return true if the op is a list that begins with a get of its `told_by`. */
bool azure_changes_wanted(const struct store_op *op);

/*
 * Take the token and the note beside it: set the list's mark, and return true,
 * and set `changes` of the list, if the note tells all that may have changed
 * since the mark that the caller has.
 */
bool azure_changes_begin(struct azure_changes *changes, struct store_list *list,
    const struct buf *token, const char *note);

/* Return the name to look at, NULL if there are no more. */
const char *azure_changes_name(const struct azure_changes *changes);

/* If the looks have taken too long, empty the list, so that all blobs are
 * listed anew, and return true. */
bool azure_changes_give_up(
    const struct azure_changes *changes, struct store_list *list);

/* Add the blob of the present name to the list, and go on to the next name.
 * The item's key is set here; its ETag is "" if the blob is gone. */
void azure_changes_add(struct azure_changes *changes, const struct store_op *op,
    const struct store_item *item);

#endif
