/*
 * migrate: take the container of the first system (first_keys.h) into the
 * store, for a site that stands still.
 *
 * Files and records get the keys that they have here, users in lower case.  The
 * next number of a user becomes the highest that is known of: stored for them,
 * stored for all, above all files.  Each user gets a new version, and a mark
 * if there is a repository.  Nothing is overwritten: what the store has
 * otherwise stays, here and there, and is a finding.
 *
 * If the container is the store's own, what has got another key is removed from
 * its old one once it stands under the new one, and versions, numbers for all
 * and artifacts of the first system go.  Another container stays as it is.
 * After a failure it can be called again.
 *
 * Error handling: ERR_SETTING if there is nothing in the container, and the
 * store's error.  What is left where it is is a finding.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "app/app.h"
#include "base/findings.h"

struct migrate_counts {
	size_t users;
	size_t added;   /* files and records that were put */
	size_t same;    /* those that were there with the same bytes */
	size_t left;    /* what was not taken */
	size_t removed; /* from the store's own container */
};

struct migrate {
	struct app *app;
	struct store *from;    /* the container; app->store if it is that one */
	const char *container; /* how it is called */
	const char *owner;     /* of files that name nobody, or NULL */
	bool dry_run;          /* only count */
	struct findings *found;
	struct migrate_counts counts;
};

/* The counts must be 0 before. */
MUST_USE int migrate_run(struct migrate *migrate, struct err *err);

#endif
