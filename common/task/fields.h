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

/*
 * Fills an empty edit; on failure it is empty again.  The limits of tags
 * depend on the file and are checked by the two functions below.
 */
MUST_USE int fields_parse(
    struct json_object *json, struct task_edit *edit, struct err *err);

/* The same from the bytes of a request; appends to ignored (fields_add_unknown)
 * what it passed over. */
MUST_USE int fields_read(const struct buf *body, struct task_edit *edit,
    struct buf *ignored, struct err *err);

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
 * The body {"tick":{"line":7,"checked":true}}.  Returns 1 if it is one, 0 if it
 * has no `tick`, -1 if it is no JSON or a tick without a line or a state.
 */
MUST_USE int fields_read_tick(const struct buf *body, struct task_tick *out,
    struct buf *ignored, struct err *err);

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
