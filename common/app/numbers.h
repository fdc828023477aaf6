/*
 * numbers: the numbers of new tasks (design.md 7, "Numbers").
 *
 * `state/<user>/nextId.txt` holds the first number that was never given, 0 to
 * 10000; it only rises, by compare-and-swap.  If the blob is missing or holds
 * no number, one list of the mirror finds it.
 *
 * Once it is 10000, gaps are given: the number behind the highest used one
 * that has a free successor, so that with 0 to 30 and 9999 in use the next
 * ones are 31 and 32; where there is no such number, 0.  The lines behind the
 * first are the numbers that were given last, the latest first, at most 16 and
 * none far from the top: a file may be stored only after the next number is
 * taken, so they count as used, and the swap keeps two takers apart as before.
 *
 *	10000
 *	32
 *	31
 *
 * Error handling
 *
 * ERR_STORE if the store fails; ERR_CONTENDED if every swap was lost to other
 * hosts.  A number that a failed numbers_take may have taken stays a gap,
 * which is no fault.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "app/app.h"
#include "store/names.h"
#include "task/strays.h"

/*
 * Take the next number for good, 0 to 9999.  Below 9999 it is never given
 * again, even if its file is never written.  ERR_NUMBERS if all are in use.
 * The caller holds the user's lock "create-<user>" (lock.h), so that creations
 * of one host queue instead of losing swaps to each other.
 */
MUST_USE int numbers_take(
    struct app *app, const char *user, unsigned *number, struct err *err);

/* Raise the number that was never given to at least `next`; never lower it. */
MUST_USE int numbers_raise(
    struct app *app, const char *user, unsigned next, struct err *err);

/* Find the number that numbers_take would give, without taking it;
 * NAMES_NUMBER_END if all are in use. */
MUST_USE int numbers_look(
    struct app *app, const char *user, unsigned *next, struct err *err);

/* Read the first number in the bytes of NAMES_NEXT_ID ("" for no blob).  -1 if
 * they hold none. */
MUST_USE int numbers_parse(const struct buf *bytes, unsigned *next);

/* Which numbers are in use, for a caller that has read the mirror.  Begins as
 * zeroes. */
struct numbers_used {
	unsigned end; /* the first number that was never given */
	bool is[NAMES_NUMBER_END];
};
/* Note the number of a file. */
void numbers_note(struct numbers_used *used, unsigned number);
/* Note the numbers of names that are barred: no task can get these names. */
void numbers_note_barred(
    struct numbers_used *used, const struct strays *strays);
/* Note what the bytes of NAMES_NEXT_ID say. */
void numbers_note_stored(struct numbers_used *used, const struct buf *stored);
/* Return the number that numbers_take would give; NAMES_NUMBER_END if all are
 * in use. */
unsigned numbers_next(const struct numbers_used *used);

#endif
