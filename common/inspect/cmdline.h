/*
 * cmdline: read the command line of a command that works on a site: `-c FILE`,
 * its own options, and what stands behind them; and print its help from the
 * same table.
 *
 * Calling sequence
 *
 *	bool json = false;
 *	const struct cmdline_option options[] = {
 *		{'j', "json", NULL, "print it as JSON", &json, NULL}};
 *	const struct cmdline_form form = {"[USER...]", 0, INT_MAX, options, 1};
 *	struct cmdline cmdline;
 *	int status = cmdline_read(argc, argv, &form, &cmdline);
 *
 *	if (status != -1)
 *		return status;
 *	... cmdline.places, cmdline.args[0] ...
 *
 * Error handling: the sentence is on standard error, or the help on standard
 * output; the exit status says which.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include "base/err.h"
#include "inspect/origin.h"

#define CMDLINE_OPTIONS_MAX 8

struct cmdline_option {
	char letter;      /* 0: it has none */
	const char *word; /* behind "--"; NULL: it has none */
	const char
	    *value; /* what the help calls its value; NULL: it has none */
	const char *help;
	bool *given;       /* set if there is no value; or NULL */
	const char **text; /* set to the value; or NULL */
};

struct cmdline_form {
	const char *operands; /* for the help; "": none */
	int least, most;      /* how many operands there may be */
	const struct cmdline_option *options; /* beside -c and -h */
	size_t n;                             /* CMDLINE_OPTIONS_MAX at most */
};

struct cmdline {
	const char *name;            /* of the command */
	struct origin_places places; /* with the file of -c */
	char **args;                 /* the operands */
	int n_args;
};

/* Read the command line; argv[0] is the command's name.  Return -1 to go on,
 * else the exit status. */
MUST_USE int cmdline_read(int argc, char **argv,
    const struct cmdline_form *form, struct cmdline *cmdline);

/* Print the help, for a command line that is wrong otherwise; return its
 * status. */
int cmdline_refuse(const char *name, const struct cmdline_form *form);

/* Set ERR_SETTING for a file that the caller has named, with the reason in
 * `error`; return -1. */
int cmdline_refuse_file(struct err *err, const char *path, int error);

/* Print the error, and return the exit status 1. */
int cmdline_fail(const char *name, const struct err *err);

/* Make sure, before all else, of what a caller may have taken from a program: its
 * standard descriptors, and the news of how its children end. */
void cmdline_begin(void);

/* Flush standard output, as a process of a command ends with this status; return
 * the status, 1 for 0 if what was found could not be told: that is no success. */
int cmdline_end(int status);

/* Return the language of whoever has called: English if LC_ALL, LC_MESSAGES or
 * LANG, the first that is set, begins with `en`, else German. */
enum msg_language cmdline_language(void);

#endif
