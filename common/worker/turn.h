/*
 * turn: decide when the worker of this host looks through pending/, so that the
 * hosts of a site together do so about once in SYNC_POLL_MS (design.md 7).
 *
 * With Redis a host claims a period, by a key that is over a little before the
 * period is (site_mark.h).  A host that finds it claimed leaves the look to the
 * one that has it.  Where Redis does not answer, each host looks.
 *
 * Without Redis, where several hosts may share the store (CACHE_REVALIDATE_MS
 * is on), each leaves its name among the marks, `pending/host.<id>`, and puts
 * it anew before it gets old.  So a look shows the other hosts at no cost, and
 * they take turns: periods are counted by the real clock, and of H hosts the one
 * of rank r has each Hth of them.  The id lasts as long as the run folder.
 *
 * Both only delay looks, and by at most TURN_MOST periods for each host, whatever
 * Redis or the other names say.  The first look after a start is at once, and a
 * host whose look has failed holds up nobody.
 *
 * Calling sequence
 *
 *	if (turn_open(&turn, app, err) == -1)
 *		return -1;
 *	wait until turn.next_ms, by the monotonic clock;
 *	if (turn_take(&turn, app, now_ms)) {
 *		rc = pending_list(app, &marks, err);
 *		turn_end(&turn, app, rc == 0 ? &marks : NULL, now_ms);
 *	}
 *	turn_leave(&turn, app);		the worker stops
 *
 * Error handling: turn_open fails with ERR_SETTING.  No other function fails: a
 * name that cannot be put or removed costs requests of other hosts, or time.
 */
#ifndef TURN_H
#define TURN_H

#include "app/app.h"
#include "store/names.h"
#include "store/store.h"

#define TURN_MOST 8 /* periods from one look of a host to its next */

struct turn {
	char id[NAMES_HOST_LEN + 1]; /* of this host */
	int64_t next_ms; /* of the monotonic clock: when to look; 0 at once */
	unsigned passed; /* periods in a row that another host had claimed */
	bool has_looked; /* since the start */
	bool has_failed; /* the last look */
	bool is_named;   /* this host's name may be in the store */
};

/* Find out the host's id. */
MUST_USE int turn_open(
    struct turn *turn, const struct app *app, struct err *err);

/* Begin the look that is due now, and set the next one a period later.  Return
 * false if another host has claimed this period: do not look. */
bool turn_take(struct turn *turn, struct app *app, int64_t now_ms);

/* End the look: set the next one by the hosts that are named among the marks,
 * and put this host's name if it is missing or old.  NULL: the look failed. */
void turn_end(struct turn *turn, struct app *app,
    const struct store_list *marks, int64_t now_ms);

/* Remove the host's name, so that nobody waits for its turns. */
void turn_leave(struct turn *turn, struct app *app);

#endif
