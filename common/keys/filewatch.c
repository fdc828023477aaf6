#include "keys/filewatch.h"

#include "base/span.h"

void
filewatch_note(struct filewatch *seen, const struct stat *stat, int64_t now_ms)
{
	seen->stat = *stat;
	seen->looked_ms = now_ms;
}

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The change time, too: it tells of rights, and nobody can set it back. */
static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       is_same_time(&a->st_mtim, &b->st_mtim) &&
	       is_same_time(&a->st_ctim, &b->st_ctim);
}

bool
filewatch_changed(struct filewatch *seen, const char *path, int64_t now_ms)
{
	struct stat now = {.st_ino = 0};
	bool changed;

	if (span_lasts(seen->looked_ms, FILEWATCH_EVERY_MS, now_ms))
		return false;

	if (stat(path, &now) == -1)
		memset(&now, 0, sizeof now);
	changed = !is_same(&seen->stat, &now);
	filewatch_note(seen, &now, now_ms);
	return changed;
}
