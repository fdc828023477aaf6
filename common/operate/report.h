/*
 * report: the commands that look at a site and tell what they have found:
 * `-c FILE`, `-j`, sentences or JSON (findings.h), and an exit status.
 *
 * Calling sequence
 *
 *	status = report_options(argc, argv, NULL, &report);
 *	if (status != -1)
 *		return status;
 *	...fill report.found...
 *	return report_end(&report, MSG_AUDIT_SOUND);
 *
 * Error handling: none fails.  The exit status is 0 if what was looked at is
 * sound, 1 if something is an error, 2 after a wrong call.
 */
#ifndef REPORT_H
#define REPORT_H

#include "base/findings.h"
#include "operate/origin.h"

struct report {
	const char *name;            /* of the command */
	struct origin_places places; /* with the file of -c */
	bool json;
	/* The list of programs, which -p changes; NULL: the command needs none. */
	const char *programs_file;
	struct findings found;
};

/* Read the command line; argv[0] is the command's name.  Return -1 to go on,
 * else the exit status.  programs_file as in struct report. */
int report_options(
    int argc, char **argv, const char *programs_file, struct report *report);

/* Print what was found, or `sound` if nothing is an error; free it, and return
 * the exit status. */
int report_end(struct report *report, enum msg_id sound);

#endif
