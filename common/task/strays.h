/*
 * strays: the stray files, what lies in a user's folder of tasks and is none,
 * in the mirror or in Git, so that nothing is silently nowhere (design.md 3,
 * "Bad files").  Pure.
 *
 * As JSON, in sync.json:
 *
 *	{"odd":["0010-A.MD"],"large":["0044-Plan.md"],"others":3}
 *
 * Calling sequence
 *
 *	struct strays strays = STRAYS_INIT;
 *
 *	strays_add(&strays, "0010-A.MD");  each entry of the folder
 *	strays_release(&strays);
 *
 * Error handling: only reading fails.
 */
#ifndef STRAYS_H
#define STRAYS_H

#include "base/buf.h"
#include "base/json.h"

#define STRAYS_NAMES_MAX 1000 /* odd names that are kept; more are counted */

struct strays_names {
	char **list;
	size_t n, cap;
};

/* What the store has under the name of a task that is no task for it. */
enum strays_kind {
	STRAYS_FOLDER,
	STRAYS_LINK,
	STRAYS_NO_FILE,    /* a pipe, a socket, a device */
	STRAYS_UNREADABLE, /* a file that the programs may not read */
};

/*
 * A name of a task at which the store can be neither read nor written.  It is
 * as good as taken: nothing is put there, and its number is in use.
 */
struct strays_barred {
	char *name;
	enum strays_kind kind;
};

struct strays {
	struct strays_names odd;   /* NAMES_SORT_ODD */
	struct strays_names large; /* task files that Git has and we do not */
	size_t others;             /* entries of any other name */
	/* Of the mirror alone, and in no JSON. */
	struct strays_barred *barred;
	size_t n_barred, cap_barred;
};

#define STRAYS_INIT                                                            \
	{                                                                      \
		.others = 0                                                    \
	}
void strays_release(struct strays *strays);

/* Keep an odd name, count one that says nothing; a task's is neither. */
void strays_add(struct strays *strays, const char *name);
/* Keep a task's name that is odd, as its bytes in Git are others. */
void strays_add_odd(struct strays *strays, const char *name);
/* Keep a task's name that is barred. */
void strays_bar(struct strays *strays, const char *name, enum strays_kind kind);
/* Keep the name of a file that is too large to be fetched. */
void strays_add_large(struct strays *strays, const char *name);

/* Take the odd names and the count of `from`; true if they were others. */
bool strays_set_names(struct strays *strays, const struct strays *from);
/* Take the large files of `from`; true if they were others. */
bool strays_set_large(struct strays *strays, const struct strays *from);

void strays_print(struct buf *out, const struct strays *strays);
/* Read an object into empty strays; -1 if it is none of these. */
MUST_USE int strays_read(struct json_object *json, struct strays *strays);

#endif
