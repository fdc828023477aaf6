/*
 * icalendar: print a user's tasks as a calendar (iCalendar, RFC 5545).  Pure.
 *
 * A task that has a slot is an event at the slot's hours: those of the week's
 * horizon, and those fixed to a later day of the coming year, which will stand
 * there.  An open task without a slot, or with a deadline, is a to-do, due on
 * the day of its deadline; so is, with its state, one that is no more open.
 *
 *	BEGIN:VEVENT
 *	UID:<hash of user and file name>-slot@codex-miroir
 *	DTSTAMP:20261128T181653Z
 *	DTSTART;TZID=Europe/Berlin:20261129T090000
 *	DTEND;TZID=Europe/Berlin:20261129T123000
 *	SUMMARY:Steuererklärung 2025
 *	CATEGORIES:privat,haus
 *	END:VEVENT
 *
 * UIDs last as long as the file's name does, so a later calendar replaces what
 * an earlier one had; that of a to-do ends in "-task@codex-miroir".  The zone
 * (VTIMEZONE) has each change of its clock in the years of the events.
 *
 * Error handling: no function fails.
 */
#ifndef ICALENDAR_H
#define ICALENDAR_H

#include "week/week.h"

/* Append what a file says below its front matter. */
typedef void calendar_body_fn(
    struct buf *out, void *arg, const struct taskset_file *file);

/* Append the calendar; `body` gives each entry its description. */
void icalendar_print(struct buf *out, const struct week *week,
    calendar_body_fn *body, void *arg);

#endif
