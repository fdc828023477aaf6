/*
 * options: read the command line that all programs which serve have (serve.h
 * says what each option does).
 *
 * Error handling: a wrong option is told on standard error, by getopt_long(3).
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/std.h"

struct options {
	const char *file;        /* of -c, or NULL */
	bool check, quiet, once; /* -t, -q, -1 */
};

/*
 * Fill options.  Return -1 to go on, else the exit status: what --help,
 * --settings or --version print is then printed.  `summary` is one line.
 */
MUST_USE int options_parse(int argc, char **argv, const char *name,
    const char *summary, struct options *options);

#endif
