/*
 * export_forms: print the tasks of a user for other programs, each in one of
 * the forms of `codex export`.  They borrow all that they are given.
 *
 *	md    a heading for each file with its name, the front matter as a
 *	      block of code, then the Markdown as it is; what would swallow
 *	      the files behind it, a bad file and a copy of a conflict, is a
 *	      block of code, too
 *	json  {"userId","exportedAt","tasks":[…],"problems":[…],"otherFiles",
 *	      "badFiles":[{"file","text"}],
 *	      "conflictCopies":[{"file","path","storedAt","text"}]}: tasks as a
 *	      list has them (http-api.md, "A task"), each with its `body`
 *	csv   a table (csv.h): a row for each task, then one for each bad file
 *	      with what is wrong in `problem`
 *	ics   a calendar (icalendar.h)
 *
 * A copy of a conflict is no task, so table and calendar have none.
 *
 * Error handling: no function fails.
 */
#ifndef EXPORT_FORMS_H
#define EXPORT_FORMS_H

#include "inspect/copies.h"
#include "week/week.h"

struct export_source {
	struct week week; /* with all files, good and bad */
	/* The bytes of the i-th file of week.set; empty if they are too many to
	 * be read. */
	const struct buf *bytes;
	const struct copies *conflicts; /* our sides of conflicts, as UTF-8 */
};

typedef void export_form_fn(
    struct buf *out, const struct export_source *source);
export_form_fn export_forms_md;
export_form_fn export_forms_json;
export_form_fn export_forms_csv;
export_form_fn export_forms_ics;

#endif
