/*
 * log: write one line per event on standard error, for terminal or journal.
 *
 * A line is logfmt: fields `name=value` with one blank between them.  Its first
 * ones are the same in all lines:
 *
 *	level=warning msg="request refused" program=codex-tasks pid=312
 *	    request=5f… user=usera address=192.0.2.7 status=503 us=1234
 *
 * The level is a word of syslog(3); where standard error leads to systemd's
 * journal, the line begins with its number there (`<4>`), which the journal takes
 * off (sd-daemon(3)).  `msg` says what has happened, in words that no value
 * changes, so that lines of one kind are found by it.  A value stands in quotes
 * if it has a blank, `"`, `=` or `\`; in them `"` and `\` have a `\` before them.
 * A control character and a byte that is no UTF-8 are shown as `\u00hh`, so
 * nothing that a user sends can forge a line or a field, or move a terminal.
 * What is unknown or empty is `-`.
 *
 * Only programs log; the library reports by err.  A line is written at once
 * and whole, in less than LOG_ROOM bytes, so that lines of many workers never
 * mix; a value is cut after LOG_VALUE_MAX, and a field that has no more room is
 * left out.  No heap is used, as that may be what has failed.
 *
 *	struct log_line line;
 *
 *	log_begin(&line, LOG_INFO, "logged out");
 *	log_str(&line, "user", user);
 *	log_end(&line);
 */
#ifndef LOG_H
#define LOG_H

#include "base/std.h"

/* Of syslog(3): something ends or cannot start; something is wrong; what
 * happened; for who looks for a fault (CODEX_DEBUG). */
enum log_level { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

#define LOG_ROOM      4096 /* PIPE_BUF of Linux */
#define LOG_VALUE_MAX 1000 /* bytes of a value as it is shown */

struct log_line {
	bool is_off; /* of a level that is not written */
	size_t len;
	char text[LOG_ROOM];
};

/* Set the name that lines have (kept, not copied), and whether debug lines are
 * written. */
void log_start(const char *program, bool debug);

/* Return true if lines of that level are written. */
bool log_is_on(enum log_level level);
/* Return true if what is written goes to systemd's journal. */
bool log_is_journal(void);

/* Begin a line; add fields in the order in which they shall stand; write it. */
void log_begin(struct log_line *line, enum log_level level, const char *msg);
void log_str(struct log_line *line, const char *field, const char *value);
void log_fmt(struct log_line *line, const char *field, const char *fmt, ...)
    PRINTF(3, 4);
void log_int(struct log_line *line, const char *field, int64_t value);
void log_end(struct log_line *line);

/*
 * Have fn add its fields, with arg, to each line that begins from now on: for
 * whom the program works, as long as it does.  NULL ends that.
 */
typedef void log_context_fn(struct log_line *line, const void *arg);
void log_set_context(log_context_fn *fn, const void *arg);

/* Write a line that is msg alone. */
void log_debug(const char *fmt, ...) PRINTF(1, 2);
void log_info(const char *fmt, ...) PRINTF(1, 2);
void log_warn(const char *fmt, ...) PRINTF(1, 2);
void log_err(const char *fmt, ...) PRINTF(1, 2);

#endif
