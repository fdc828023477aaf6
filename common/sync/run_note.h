/*
 * run_note: keep what the last run of a user on this host has cost, and when
 * the worker tries again, for people who ask (`codex status`).
 *
 * It is the file `<run>/last-<user>`, one line, which the worker replaces after
 * each run:
 *
 *	{"at":ms,"tookMs":n,"store":n,"github":n,"nextAt":ms}
 *
 * Nothing depends on it: the store knows nothing of it, and what is not there
 * or is none counts as unknown.
 *
 * Error handling: -1 with errno if it cannot be written.
 */
#ifndef RUN_NOTE_H
#define RUN_NOTE_H

#include "base/std.h"

/* Times are milliseconds since 1970. */
struct run_note {
	int64_t at_ms; /* the run's end; 0: unknown */
	int64_t took_ms;
	int64_t store_requests, github_requests;
	int64_t next_ms; /* before it no other run is tried; 0: none is due */
};

MUST_USE int run_note_put(
    const char *run, const char *user, const struct run_note *note);
/* Read the note; all of it is 0 if there is none. */
void run_note_get(const char *run, const char *user, struct run_note *note);

#endif
