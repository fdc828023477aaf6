/*
 * ical: write the content lines of a calendar (RFC 5545, 3.1).  Pure.
 *
 * Lines end with CRLF.  One of more than 75 octets is folded, between two
 * characters of UTF-8.
 *
 *	ical_line(&out, "BEGIN", "VEVENT");
 *	ical_text(&out, "SUMMARY", title, strlen(title));
 *
 * Error handling: no function fails.
 */
#ifndef ICAL_H
#define ICAL_H

#include "base/buf.h"

/* Append a line whose value stands as it is; the name may have parameters. */
void ical_line(struct buf *out, const char *name, const char *value);

/* Append a line whose value is a text (3.3.11): escaped, a line end of whatever
 * form is \n, and other control characters but the tab are left out. */
void ical_text(struct buf *out, const char *name, const char *text, size_t len);
/* Append a list of texts. */
void ical_words(
    struct buf *out, const char *name, char *const *words, size_t n);

/* Append 20261128T181653: the instant by the clock of UTC, without the Z. */
void ical_add_time(struct buf *out, int64_t ms);

#endif
