/*
 * head_watch: find a push of which no webhook told (git.md, "When Git
 * follows").
 *
 * Every SYNC_HEAD_MS the worker asks for the head of the branch, once for all
 * users, with If-None-Match: while nobody has pushed, GitHub answers with a 304
 * that costs nothing of the rate limit (refs_poll).  A head that was not seen
 * before marks all known users whose last sync was of another one, as a push
 * does that does not say whom it concerns.
 *
 * Calling sequence
 *
 *	struct head_watch watch = {.known = ""};
 *
 *	wait no longer than until head_watch_next(&watch, app);
 *	if (head_watch_look(&watch, app, github, &marked, err) == -1)
 *		log it; the next look is as far as any
 *	if (marked)
 *		run for those who are marked;
 *
 * Error handling: -1 with the error of GitHub (refs.h) or of the store; the
 * head counts as not seen then.
 */
#ifndef HEAD_WATCH_H
#define HEAD_WATCH_H

#include "app/app.h"
#include "git/github.h"
#include "git/object.h"

struct head_watch {
	char known[OBJECT_ID_LEN + 1]; /* "" before the first look */
	int64_t next_ms;               /* of the monotonic clock; 0: at once */
};

/* Return when the next look is due, by the monotonic clock; INT64_MAX if
 * SYNC_HEAD_MS is 0. */
int64_t head_watch_next(const struct head_watch *watch, const struct app *app);

/* Ask for the head, and mark users if it has changed; *marked says whether any
 * were.  Ask nothing while GitHub wants a pause. */
MUST_USE int head_watch_look(struct head_watch *watch, struct app *app,
    struct github *github, bool *marked, struct err *err);

#endif
