/*
 * start_log: write the lines of the log about the start of a program: what keeps
 * it from starting, what is odd about its settings, and that it has started.
 *
 * Error handling: no function fails.
 */
#ifndef START_LOG_H
#define START_LOG_H

#include "app/app.h"
#include "base/err.h"
#include "base/findings.h"

/* Write all that was found in the settings: errors as such, the rest as
 * warnings. */
void start_log_findings(const struct findings *found);

/* Write all that is wrong with the settings (conf_read); or tell it the person
 * who has called the program of that name.  Return false if one is an error. */
bool start_log_settings(const char *file, const char *person);

/* Write that the program cannot start, and why; or tell the person. */
void start_log_fault(const struct err *err, const char *person);

/* Write that it has: its version, where its store is, and the hash of its
 * settings (conf_hash), which is the same in all programs of a site. */
void start_log_started(const struct app *app);

#endif
