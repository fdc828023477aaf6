/*
 * edit: finding and changing a user's task in the store (design.md 6, 7).
 *
 * Every write goes: the task to the store, then a new token, then the
 * generation; then it may be answered.  A failure before the token was put
 * is an error for the caller, and his retry does no harm: an edit that is
 * already there changes no byte, and still raises the version.
 */
#ifndef EDIT_H
#define EDIT_H

#include "app/app.h"
#include "base/enc.h"
#include "task/task.h"

/* A task as it stands in the store. */
struct edit_found {
	struct buf file; /* bare name */
	struct buf bytes;
	struct buf store_etag;
};
#define EDIT_FOUND_INIT                                                        \
	{                                                                      \
		.file = BUF_INIT, .bytes = BUF_INIT, .store_etag = BUF_INIT    \
	}
void edit_found_release(struct edit_found *found);

/*
 * Finds and reads the task of an id: a number or a stem.  ERR_NOT_FOUND;
 * ERR_AMBIGUOUS names the files that share the number.
 */
MUST_USE int edit_find(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct err *err);

/*
 * Changes one task.  With if_match (the header's value) its content must
 * have that etag, else ERR_MODIFIED.  A completion (`complete`) leaves a
 * task alone that is completed already.
 */
struct edit_change {
	const char *user;
	const char *id;
	const char *if_match; /* or NULL */
	const struct task_edit *edit;
	bool complete;
};
struct edit_result {
	struct buf file;
	char etag[ENC_HASH_LEN + 1]; /* hash of the content now */
	bool changed;
	struct task_when done; /* of a completion: when it was completed */
};
#define EDIT_RESULT_INIT                                                       \
	{                                                                      \
		.file = BUF_INIT                                               \
	}
void edit_result_release(struct edit_result *result);
MUST_USE int edit_change(struct app *app, const struct edit_change *change,
    struct edit_result *result, struct err *err);

#endif
