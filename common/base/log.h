/*
 * log: write one line per event on standard error, for terminal or journal.
 *
 * Only programs log; the library reports by err.  A line is written at once
 * and whole, and cut at 2047 bytes, so that lines of many workers never mix.
 * Where standard error leads to systemd's journal, a line begins with its
 * priority there (`<4>`), which the journal takes off.
 * Control characters are shown as '?', so nothing that a user sends can forge
 * a line or move a terminal.
 */
#ifndef LOG_H
#define LOG_H

#include "base/std.h"

/* Set the name that lines start with (kept, not copied), and whether debug
 * lines are written. */
void log_start(const char *program, bool debug);

void log_debug(const char *fmt, ...) PRINTF(1, 2);
void log_info(const char *fmt, ...) PRINTF(1, 2);
void log_warn(const char *fmt, ...) PRINTF(1, 2);

#endif
