/*
 * counters: numbers that all processes of a host share, one for each user.
 *
 * A table in shared memory, indexed by a keyed hash of the user, so that
 * nobody can choose whom he shares a number with; two users may all the
 * same.  What the numbers mean is for version.h and user_rate.h.
 *
 * The table is the file `<run>/<name>`, made whole before it has its name,
 * never cut or unlinked while a program runs.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"

#define COUNTERS_SLOTS 65536

struct counters;

/* ERR_SETTING. */
MUST_USE int counters_open(
    const char *run, const char *name, struct counters **out, struct err *err);
void counters_close(struct counters *counters);

/* The user's number. */
_Atomic uint64_t *counters_of(
    const struct counters *counters, const char *user);

/* 16 bits of the user's hash that chose no slot: who shares it has others. */
uint64_t counters_mark(const struct counters *counters, const char *user);

#endif
