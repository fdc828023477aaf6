/*
 * report: the commands that look at a site and tell what they have found:
 * `-c FILE`, `-j`, sentences or JSON (findings.h), and an exit status.
 *
 * Calling sequence
 *
 *	status = report_options(argc, argv, 0, &report);
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

#include "base/err.h"
#include "base/findings.h"
#include "inspect/origin.h"

struct report {
	const char *name;            /* of the command */
	struct origin_places places; /* with the file of -c */
	bool json;
	bool repair;               /* --repair */
	const char *programs_file; /* of -p, or NULL */
	struct findings found;
};

/* Read the command line; argv[0] is the command's name.  `more` is what it
 * takes beside -c and -j: REPORT_PROGRAMS, REPORT_REPAIR.  Return -1 to go on,
 * else the exit status. */
enum { REPORT_PROGRAMS = 1, REPORT_REPAIR = 2 };
int report_options(int argc, char **argv, int more, struct report *report);

/* Append that the store, or what else keeps us from looking at `what`, failed. */
void report_fault(
    struct findings *found, const char *what, const struct err *err);

/* Print what was found, or `sound` if nothing is an error; to systemd's journal
 * as lines of the log.  Free it, and return the exit status. */
int report_end(struct report *report, enum msg_id sound);

#endif
