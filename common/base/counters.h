/*
 * counters: share numbers among all processes of a host, one for each user.
 *
 * They stand in a table in shared memory, indexed by a keyed hash of the user.
 * Two users may share a number; the key is secret, so that no user can choose
 * another one to share it with.  What the numbers mean is for version.h and
 * user_rate.h to say.
 *
 * The table is the file `<run>/<name>` (shared.h), never cut or unlinked while
 * a program runs.
 *
 * Calling sequence
 *
 *	if (counters_open(run, "generations", &counters, err) == -1)
 *		return -1;
 *	atomic_fetch_add(counters_of(counters, "ada"), 1);
 *	...
 *	counters_close(counters);
 *
 * Error handling: counters_open fails with ERR_SETTING and leaves *out as it
 * was; a file that another process made first is used.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"

#define COUNTERS_SLOTS 65536 /* numbers in a table */

struct counters;

/* Open the table, and make it if it is missing. */
MUST_USE int counters_open(
    const char *run, const char *name, struct counters **out, struct err *err);
void counters_close(struct counters *counters);

/* Return the user's number, in shared memory until counters_close. */
_Atomic uint64_t *counters_of(
    const struct counters *counters, const char *user);

/*
 * Return 16 bits of the user's hash that did not choose the slot: another user
 * of the same slot most likely has other ones.
 */
uint64_t counters_mark(const struct counters *counters, const char *user);

/* Return all 48 bits that did not, of any text: for a caller that must not take
 * one text for another. */
uint64_t counters_long_mark(const struct counters *counters, const char *text);

#endif
