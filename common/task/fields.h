/*
 * fields: what a client sends about a task, checked (http-api.md).  Pure.
 *
 *	{"kategorie":"arbeit","status":"offen","tags":["team"],
 *	 "deadline":"05.12.2026","fixedSlot":{"datum":"..","zeit":"morgens"},
 *	 "title":"..","body":".."}
 *
 * Absent members are not part of the edit; null removes deadline, fixedSlot
 * and title (its field or heading), and empties tags and body.  Unknown members
 * are ignored, and named.  Every refusal names its member.
 */
#ifndef FIELDS_H
#define FIELDS_H

#include "base/enc.h"
#include "base/json.h"
#include "task/task.h"
#include "task/task_tick.h"
#include "task/task_undo.h"

/*
 * Fills an empty edit; on failure it is empty again.  The limits of tags
 * depend on the file and are checked by the two functions below.
 */
MUST_USE int fields_parse(
    struct json_object *json, struct task_edit *edit, struct err *err);

/* Refuses tags that a new task may not have: TASK_TAGS_MAX, TASK_TAG_MAX. */
MUST_USE int fields_check_new(const struct task_edit *edit, struct err *err);

/*
 * The same for a change of a file: a tag that it has may stay, and a list
 * that is no longer than its own, or nobody could take one away.  What is no
 * task is refused by task_splice.
 */
MUST_USE int fields_check_change(const struct task_edit *edit, const char *file,
    const struct buf *bytes, struct err *err);

/* Removes members that count as absent in a creation: null, as there is
 * nothing to remove, and an empty text where that is absent. */
void fields_drop_absent(struct json_object *json);

/*
 * Appends the names of members that fields_parse does not know, as items of a
 * JSON array: "Tags", "fixedSlot.dauer".  `also` is known, too; or NULL.
 */
void fields_add_unknown(
    struct buf *ignored, struct json_object *json, const char *also);

/*
 * The body of a change: members of a task, or {"tick":{"line":7,
 * "checked":true}}, or {"undo":..} as the answer to an edit gave it.
 * fields_change_release frees it.
 */
struct fields_change {
	struct task_edit edit;
	struct task_tick tick;
	struct task_undo undo;
	bool is_tick, is_undo; /* instead of the edit */
};
#define FIELDS_CHANGE_INIT                                                     \
	{                                                                      \
		.edit = TASK_EDIT_INIT, .undo = TASK_UNDO_INIT                 \
	}
void fields_change_release(struct fields_change *change);
/* Fills an empty change; appends to ignored what it passed over. */
MUST_USE int fields_read_change(const struct buf *body,
    struct fields_change *out, struct buf *ignored, struct err *err);
/* The same of an object; `also` as in fields_add_unknown. */
MUST_USE int fields_parse_change(struct json_object *json, const char *also,
    struct fields_change *out, struct buf *ignored, struct err *err);

/*
 * Fills an empty edit with a completion, {"datum":"..","zeit":".."}; appends
 * to ignored what else the object has, behind `of` as json_add_unknown does.
 */
MUST_USE int fields_parse_complete(struct json_object *json, const char *of,
    struct task_edit *edit, struct buf *ignored, struct err *err);

/*
 * The body {"take":"mine"} or {"take":"theirs"} (resolving a conflict), and
 * which: {"copy":"<hash>"}; "" if it does not say.
 */
struct fields_take {
	bool mine;
	char copy[ENC_HASH_LEN + 1];
};
MUST_USE int fields_read_take(const struct buf *body, struct fields_take *out,
    struct buf *ignored, struct err *err);

#endif
