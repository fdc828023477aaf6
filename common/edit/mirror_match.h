/*
 * mirror_match: find the files of a list among those that were parsed before,
 * by name and ETag (design.md 6, "The index").
 *
 * Error handling: no function fails.
 */
#ifndef MIRROR_MATCH_H
#define MIRROR_MATCH_H

#include "store/store.h"
#include "task/taskset.h"

/* Where parsed files come from; all sorted. */
struct mirror_sources {
	struct taskset *set;   /* from memory; gets all that are found */
	struct taskset *index; /* as stored */
	struct taskset *base;  /* as stored; NULL: set->base is still good */
};

/*
 * Make `set` the files of the list that one of the sources has with the ETag of
 * the list, in no order, and note which of them are based.  `list` is that of
 * a prefix of prefix_len bytes.  found[i] becomes true for each item that was
 * found.
 */
void mirror_match(const struct mirror_sources *from,
    const struct store_list *list, size_t prefix_len, bool *found);

/*
 * The same with a list of changes since `set` was all there is; it stays sorted.
 * found[i] becomes true for what is gone, too.  A file that was not found is
 * still in the set as it was.
 */
void mirror_match_changes(const struct mirror_sources *from,
    const struct store_list *list, size_t prefix_len, bool *found);

/* Return how many entries of a stored index a new one of the set would have,
 * too; both are sorted. */
size_t mirror_match_count(
    const struct taskset *set, const struct taskset *index);

#endif
