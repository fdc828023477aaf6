/*
 * edit: find and change a user's task in the store (design.md 3, "Edits", 6
 * and 7).
 *
 * Every write puts the task into the store, then a new token, then raises the
 * generation; then it may be answered.
 *
 * Calling sequence
 *
 *	const struct edit_change change = {
 *		.user = "ada", .id = "0042", .edit = &edit};
 *	struct edit_result result = EDIT_RESULT_INIT;
 *
 *	if (edit_change(app, &change, &result, err) == -1)
 *		return -1;
 *	...
 *	edit_result_release(&result);
 *
 * Error handling: -1 with the codes below, ERR_CONTENDED if other writers
 * were faster eight times, what task_splice says (task_splice.h), or the
 * store's error.  After a fault of the store the change may be there.  The
 * same request again does no harm: a change that is there already changes no
 * byte, and still raises the version.
 */
#ifndef EDIT_H
#define EDIT_H

#include "app/app.h"
#include "base/enc.h"
#include "store/blob.h"
#include "task/task.h"
#include "task/task_tick.h"
#include "task/task_undo.h"

/* A task as it stands in the store. */
struct edit_found {
	struct buf file; /* bare name */
	struct buf bytes;
	struct buf store_etag; /* the blob's, not the content's hash */
};
#define EDIT_FOUND_INIT                                                        \
	{                                                                      \
		.file = BUF_INIT, .bytes = BUF_INIT, .store_etag = BUF_INIT    \
	}
void edit_found_release(struct edit_found *found);

/*
 * Find and read the task of an id: a number or a stem.  ERR_NOT_FOUND if
 * there is none; ERR_AMBIGUOUS, which names two of them, if several files
 * share the number.
 */
MUST_USE int edit_find(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct err *err);

/*
 * The same, and read `beside`, whose key the caller has filled, in the round
 * of the task; NULL: nothing.
 */
MUST_USE int edit_find_beside(struct app *app, const char *user, const char *id,
    struct edit_found *found, struct blob *beside, struct err *err);

/* Fail with ERR_AMBIGUOUS: two files have the number.  The sentence names both
 * so that they can be told apart. */
int edit_refuse_twins(const char *first, const char *second, struct err *err);

/*
 * Change one task.  With if_match (the header's value) its content must have
 * that etag, else ERR_MODIFIED.  A completion (`complete`) leaves a task
 * alone that is completed already.
 */
struct edit_change {
	const char *user;
	const char *id;
	const char *if_match; /* or NULL */
	const struct task_edit *edit;
	/* Instead of the edit, or NULL.  Without if_match: ERR_NO_MATCH. */
	const struct task_tick *tick;
	const struct task_undo *undo;
	bool complete;
};
struct edit_result {
	struct buf file;
	char etag[ENC_HASH_LEN + 1]; /* hash of the content now */
	bool changed;
	struct task_undo undo; /* of what changed */
	struct task_when done; /* of a completion: when it was completed */
};
#define EDIT_RESULT_INIT                                                       \
	{                                                                      \
		.file = BUF_INIT, .undo = TASK_UNDO_INIT                       \
	}
void edit_result_release(struct edit_result *result);
MUST_USE int edit_change(struct app *app, const struct edit_change *change,
    struct edit_result *result, struct err *err);

/*
 * Append the bytes that edit_change would store in place of `old`, those of
 * result->file.  Fill the rest of the result; store nothing.
 */
MUST_USE int edit_make(const struct edit_change *change, const struct buf *old,
    struct edit_result *result, struct buf *out, struct err *err);

#endif
