/*
 * shared: map a file of the run folder that all processes of a host write at
 * once, with atomics (mmap(2), MAP_SHARED).
 *
 * The file `<run>/<name>` begins with a magic number of 64 bits that names its
 * layout: another layout, another number.  It is made whole before it has its
 * name, and never cut while a program runs.
 *
 * Calling sequence
 *
 *	static const struct shared_kind kind = {
 *		.name = "metrics",
 *		.magic = MAGIC,
 *		.size = sizeof(struct table),
 *	};
 *	struct table *table = shared_open(run, &kind, err);
 *	...
 *	shared_close(table, &kind);
 *
 * Error handling: NULL with ERR_SETTING.  A file that another process made
 * first is used.
 */
#ifndef SHARED_H
#define SHARED_H

#include "base/err.h"
#include "base/std.h"

struct shared_kind {
	const char *name;
	uint64_t magic;
	size_t size;
	/* Fill a new table, which is zero behind its magic; may be NULL. */
	void (*fill)(void *table);
	/*
	 * A file of another size or magic gives way to a new one; processes
	 * that have the old one mapped keep it to themselves.  Without this it
	 * is an error, as its numbers must be the same for all.
	 */
	bool may_replace;
};

/* Map the file, and make it if it is missing. */
MUST_USE void *shared_open(
    const char *run, const struct shared_kind *kind, struct err *err);
/* Unmap what shared_open returned. */
void shared_close(void *table, const struct shared_kind *kind);

#endif
