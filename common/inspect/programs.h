/*
 * programs: read the list of the programs that serve (scripts/programs, which
 * says what its columns are).
 *
 * Calling sequence
 *
 *	struct programs programs;
 *	unsigned line;
 *
 *	if (programs_read(&programs, file, &line) == -1)
 *		say(file, line, errno);
 *	row = programs_find(&programs, "render");
 *	...
 *	programs_release(&programs);
 *
 * Error handling: -1 with errno set, and EINVAL for a row that is none, whose
 * line is then told (0: the file cannot be read).  Nothing is to be released.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "base/std.h"

#define PROGRAMS_ARGS_MAX 8

enum programs_processes {
	PROGRAMS_ALL,  /* as many as are asked for */
	PROGRAMS_HALF, /* half of them, rounded up */
	PROGRAMS_ONE,  /* one, which serves no socket */
};

/* Lists have commas; "-" is none. */
struct programs_row {
	char *text;          /* what the others point into */
	const char *name;    /* of its socket */
	const char *needs;   /* must be set for it to run at all */
	const char *secrets; /* that not all programs get */
	enum programs_processes processes;
	char *args[PROGRAMS_ARGS_MAX + 1]; /* the command; NULL ends it */
};

struct programs {
	struct programs_row *rows;
	size_t n, cap;
};

MUST_USE int programs_read(
    struct programs *programs, const char *file, unsigned *line);
void programs_release(struct programs *programs);

/* Return the row of that name, or NULL. */
const struct programs_row *programs_find(
    const struct programs *programs, const char *name);

/* Return true if what the row needs is set in the environment. */
bool programs_is_needed(const struct programs_row *row);

/* Return true if the list of names has this one. */
bool programs_list_has(const char *list, const char *name);

#endif
