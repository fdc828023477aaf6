/*
 * filewatch: find out whether a file is still the one that was read.  No
 * function fails: a file that stat(2) refuses counts as gone.
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

/* Note the stat of the file that is about to be read. */
void filewatch_note(
    struct filewatch *seen, const struct stat *stat, int64_t now_ms);

/*
 * Return true if the file at `path` is another one than noted, or has other
 * content or rights, or is gone; false, too, if the last look was less than
 * FILEWATCH_EVERY_MS ago.  A change is noted, so that it is reported once.
 */
bool filewatch_changed(
    struct filewatch *seen, const char *path, int64_t now_ms);

#endif
