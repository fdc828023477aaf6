/*
 * numbers: the numbers of new tasks (design.md 7, "Numbers").
 *
 * `state/<user>/nextId.txt` holds the next free number; it only rises, by
 * compare-and-swap.  Where it is missing or no number, one list of the
 * mirror finds it.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "app/app.h"

/*
 * Takes the next number for good, 0..9999; a number once taken is never
 * given again, even if its file is never written.  ERR_NUMBERS after 9999.
 * Callers of one user on one host hold his lock "create-<user>", so that
 * they queue instead of losing swaps to each other.
 */
MUST_USE int numbers_take(
    struct app *app, const char *user, unsigned *number, struct err *err);

/* Raises the next free number to at least `next`. */
MUST_USE int numbers_raise(
    struct app *app, const char *user, unsigned next, struct err *err);

/* The next free number, which stays free. */
MUST_USE int numbers_look(
    struct app *app, const char *user, unsigned *next, struct err *err);

/* The number in the bytes of NAMES_NEXT_ID ("" for no blob); -1 if none. */
MUST_USE int numbers_parse(const struct buf *bytes, unsigned *next);

#endif
