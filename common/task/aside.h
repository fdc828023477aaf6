/*
 * aside: what lies in a user's folder of tasks and is none, in the mirror or
 * in Git, so that nothing is silently nowhere (design.md 3, "Bad files").
 * Pure.
 *
 * As JSON, in sync.json:
 *
 *	{"odd":["0010-A.MD"],"large":["0044-Plan.md"],"others":3}
 *
 * Calling sequence
 *
 *	struct aside aside = ASIDE_INIT;
 *
 *	aside_add(&aside, "0010-A.MD");  each entry of the folder
 *	aside_release(&aside);
 *
 * Error handling: only reading fails.
 */
#ifndef ASIDE_H
#define ASIDE_H

#include "base/buf.h"
#include "base/json.h"

#define ASIDE_NAMES_MAX 1000 /* odd names that are kept; more are counted */

struct aside_names {
	char **list;
	size_t n, cap;
};

/* What the store has under the name of a task that is no task for it. */
enum aside_kind {
	ASIDE_FOLDER,
	ASIDE_LINK,
	ASIDE_NO_FILE,    /* a pipe, a socket, a device */
	ASIDE_UNREADABLE, /* a file that the programs may not read */
};

/*
 * A name of a task at which the store can be neither read nor written.  It is
 * as good as taken: nothing is put there, and its number is in use.
 */
struct aside_barred {
	char *name;
	enum aside_kind kind;
};

struct aside {
	struct aside_names odd;   /* NAMES_SORT_ODD */
	struct aside_names large; /* task files that Git has and we do not */
	size_t others;            /* entries of any other name */
	/* Of the mirror alone, and in no JSON. */
	struct aside_barred *barred;
	size_t n_barred, cap_barred;
};

#define ASIDE_INIT                                                             \
	{                                                                      \
		.others = 0                                                    \
	}
void aside_release(struct aside *aside);

/* Keep an odd name, count one that says nothing; a task's is neither. */
void aside_add(struct aside *aside, const char *name);
/* Keep a task's name that is barred. */
void aside_bar(struct aside *aside, const char *name, enum aside_kind kind);
/* Keep the name of a file that is too large to be fetched. */
void aside_add_large(struct aside *aside, const char *name);

/* Take the odd names and the count of `from`; true if they were others. */
bool aside_set_names(struct aside *aside, const struct aside *from);
/* Take the large files of `from`; true if they were others. */
bool aside_set_large(struct aside *aside, const struct aside *from);

void aside_print(struct buf *out, const struct aside *aside);
/* Read an object into an empty aside; -1 if it is none of these. */
MUST_USE int aside_read(struct json_object *json, struct aside *aside);

#endif
