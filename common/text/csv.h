/*
 * csv: write rows of a table (RFC 4180), for spreadsheets.  Pure.
 *
 * Every cell is in quotes, lines end with CRLF, and the bytes are UTF-8.  A
 * spreadsheet takes a cell that begins with one of "=+-@", a tab or a carriage
 * return for a formula, whatever the quotes: such a cell gets an apostrophe in
 * front, so that nothing in a task is ever computed.
 *
 *	csv_begin(&out);
 *	csv_cell(&out, "id", 2);
 *	csv_cell(&out, "title", 5);
 *	csv_end_row(&out);
 *
 * Error handling: no function fails.
 */
#ifndef CSV_H
#define CSV_H

#include "base/buf.h"

/* Append the mark by which spreadsheets know UTF-8. */
void csv_begin(struct buf *out);
/* Append a cell to the row that is open. */
void csv_cell(struct buf *out, const char *text, size_t len);
void csv_end_row(struct buf *out);

#endif
