/*
 * moves: tell which tasks a change moves to another slot (http-api.md, "POST
 * /api/preview").  Pure.
 *
 *	struct week_places before = WEEK_PLACES_INIT;
 *	struct week_places after = WEEK_PLACES_INIT;
 *
 *	week_list_places(&week, &before);
 *	(change the set)
 *	week_list_places(&week, &after);
 *	moves_add(out, &before, &after);
 *
 * Error handling: no function fails.
 */
#ifndef MOVES_H
#define MOVES_H

#include "base/buf.h"
#include "week/week.h"

/*
 * Append the array of the tasks whose slot differs, by file name, each as
 * {id, file, from, to}: a slot {datum, zeit}, or null where it has none.
 */
void moves_add(struct buf *out, const struct week_places *before,
    const struct week_places *after);

#endif
