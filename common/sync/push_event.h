/*
 * push_event: what a push that GitHub tells of sets going (design.md 7): marks
 * first, so that the worker finds them whatever becomes of us; then the
 * bell, and what the worker answers in time.
 */
#ifndef PUSH_EVENT_H
#define PUSH_EVENT_H

#include "app/app.h"
#include "sync/webhook.h"

/* For so many at once the worker is rung for; it finds other marks by
 * itself. */
#define PUSH_EVENT_RINGS_MAX 64

/*
 * Marks push->users, and everybody known where they are not the whole (they
 * are added to them), and waits up to wait_ms for the results.  Appends the
 * answer as JSON; *done is false if it is not all done yet:
 *
 *	{"ok":true,"head":"<sha>","usersAffected":1,"results":[{...}]}
 *	{"ok":true,"usersAffected":1,"queued":true}
 *
 * On failure some may be marked, which is harmless.
 */
MUST_USE int push_event_ring(struct app *app, struct webhook_push *push,
    int64_t wait_ms, struct buf *answer, bool *done, struct err *err);

#endif
