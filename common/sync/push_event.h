/*
 * push_event: start the runs for a push that GitHub tells of (design.md 7): put
 * the marks first, so that the worker finds them even if this process dies;
 * then ring the bell and collect what the worker answers in time.
 *
 * Calling sequence: after the checks of webhook.h.
 *
 *	struct webhook_push push = WEBHOOK_PUSH_INIT;
 *
 *	if (webhook_scan(&body, base_path, &push, err) == 0)
 *		rc = push_event_ring(
 *		    app, &push, wait_ms, &answer, &done, err);
 *
 * Error handling: -1 with the store's error (store.h).  Some users may be
 * marked then, which is harmless: their runs find nothing to do.
 */
#ifndef PUSH_EVENT_H
#define PUSH_EVENT_H

#include "app/app.h"
#include "sync/webhook.h"

/*
 * Ring for at most so many users, one after the other; the worker finds the
 * marks of the others by itself, within SYNC_POLL_MS.
 */
#define PUSH_EVENT_RINGS_MAX 64

/*
 * Mark push->users, ring for them and wait up to wait_ms for the results.  If
 * the users are not the whole (webhook.h), add all known users to push->users
 * first.  Append the answer as JSON; set *done to true if there is a result
 * for every user.  The answer is the first of these if done, else the second
 * (http-api.md, "POST /github/webhook"):
 *
 *	{"ok":true,"head":"<sha>","usersAffected":1,"results":[{...}]}
 *	{"ok":true,"usersAffected":1,"queued":true}
 */
MUST_USE int push_event_ring(struct app *app, struct webhook_push *push,
    int64_t wait_ms, struct buf *answer, bool *done, struct err *err);

#endif
