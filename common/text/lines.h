/*
 * lines: line ends of Markdown.  A file keeps its own, "\n" or "\r\n";
 * what clients send has either.  Pure.
 */
#ifndef LINES_H
#define LINES_H

#include "base/buf.h"

/* Appends the text with each line end written as `eol`. */
void lines_add(struct buf *out, const char *text, size_t len, const char *eol);

/* True if the texts differ in their line ends at most. */
bool lines_same(const char *a, size_t n_a, const char *b, size_t n_b);

/* Return how many lines of the text end between two of its bytes: each "\n",
 * and each "\r" that has none behind it (CommonMark, 2.1). */
size_t lines_count(const char *text, size_t len, size_t from, size_t to);

#endif
