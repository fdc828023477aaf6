/*
 * numbers: the numbers of new tasks (design.md 7, "Numbers").
 *
 * `state/<user>/nextId.txt` holds the next free number, 0 to 10000; it only
 * rises, by compare-and-swap.  If the blob is missing or holds no number, one
 * list of the mirror finds it.
 *
 * Error handling
 *
 * ERR_STORE if the store fails; ERR_CONTENDED if every swap was lost to other
 * hosts.  A number that a failed numbers_take may have taken is never given
 * again: it stays a gap, which is no fault.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "app/app.h"

/*
 * Take the next number for good, 0 to 9999.  It is never given again, even if
 * its file is never written.  ERR_NUMBERS after 9999.  The caller holds the
 * user's lock "create-<user>" (lock.h), so that creations of one host queue
 * instead of losing swaps to each other.
 */
MUST_USE int numbers_take(
    struct app *app, const char *user, unsigned *number, struct err *err);

/* Raise the next free number to at least `next`; never lower it. */
MUST_USE int numbers_raise(
    struct app *app, const char *user, unsigned next, struct err *err);

/* Read the next free number without taking it. */
MUST_USE int numbers_look(
    struct app *app, const char *user, unsigned *next, struct err *err);

/* Read the number in the bytes of NAMES_NEXT_ID ("" for no blob).  -1 if they
 * hold none. */
MUST_USE int numbers_parse(const struct buf *bytes, unsigned *next);

#endif
