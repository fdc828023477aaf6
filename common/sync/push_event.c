#include "sync/push_event.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/users.h"
#include "sync/bell.h"
#include "sync/pending.h"

/* Mark the users whom the push concerns, with the head that it tells of. */
static int
put_marks(struct app *app, struct webhook_push *push, struct err *err)
{
	/* A run cannot wait for the head of a branch that was deleted. */
	const char *after = push->deleted ? NULL : push->after.s;

	if (!push->whole && users_list(app->store, &push->users, err) == -1)
		return -1;
	return pending_put_all(app, &push->users, after, err);
}

/*
 * Ring for the users, one after the other, and append each result to
 * `results`.  When `end` has passed, ring for the rest without waiting.
 * Return true if there is a result for every user.
 */
static bool
ring_users(struct app *app, const struct webhook_push *push, int64_t end,
    struct buf *results)
{
	const struct bell_wish wish = {.later = false};
	struct buf line = BUF_INIT;
	size_t i, answered = 0;
	int64_t left;

	for (i = 0; i < push->users.n && i < PUSH_EVENT_RINGS_MAX; i++) {
		left = end - clock_monotonic_ms();
		buf_reset(&line);
		if (!bell_ring(app, push->users.names[i], &wish,
			left > 0 ? left : 0, &line))
			continue;
		json_add_raw(results, line.s, line.len);
		answered++;
	}
	buf_release(&line);
	return answered == push->users.n;
}

int
push_event_ring(struct app *app, struct webhook_push *push, int64_t wait_ms,
    struct buf *answer, bool *done, struct err *err)
{
	int64_t end = clock_monotonic_ms() + wait_ms;
	struct buf results = BUF_INIT;

	app_step(app, "marks");
	if (put_marks(app, push, err) == -1)
		return -1;
	app_step(app, "bell");
	json_open(&results, '[');
	*done = ring_users(app, push, end, &results);
	json_close(&results, ']');

	app_step(app, "reply");
	json_open(answer, '{');
	json_key(answer, "ok");
	json_add_bool(answer, true);
	if (*done) {
		json_key(answer, "head");
		json_add_str(answer, push->after.s);
	}
	json_key(answer, "usersAffected");
	json_add_int(answer, (int64_t)push->users.n);
	json_key(answer, *done ? "results" : "queued");
	if (*done)
		json_add_raw(answer, results.s, results.len);
	else
		json_add_bool(answer, true);
	json_close(answer, '}');
	buf_release(&results);
	return 0;
}
