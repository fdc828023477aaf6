/*
 * filewatch: whether a file is still the one that was read.
 *
 * For small files that may change while a program runs (keys, the
 * allow-list): a look at most once a second, by stat(2) alone.
 */
#ifndef FILEWATCH_H
#define FILEWATCH_H

#include <sys/stat.h>

#include "base/std.h"

#define FILEWATCH_EVERY_MS 1000

struct filewatch {
	int64_t looked_ms;
	struct stat stat; /* when it was read last */
};

/* To be called with the stat of the file that is about to be read. */
void filewatch_note(
    struct filewatch *seen, const struct stat *stat, int64_t now_ms);

/*
 * True if the file at `path` is another one than noted, or another in
 * content or rights, or gone; false, too, where the last look was less than
 * FILEWATCH_EVERY_MS ago.  What it finds is noted: it says a change once.
 */
bool filewatch_changed(
    struct filewatch *seen, const char *path, int64_t now_ms);

#endif
