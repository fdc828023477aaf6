/*
 * placement: place tasks into the slots of a week (design.md 4), by a pure
 * function of (tasks, now, zone, slots): same input, same result; no clock, no
 * store, no locale.  Instants are milliseconds since 1970.
 *
 * Only tasks with status "offen" are looked at, in the order of their
 * numbers, then of their file names bytewise.  First those with a fixedSlot:
 * each takes exactly its slot, whatever its kategorie, or is unplaced with a
 * reason.  Then the rest, each into the first free slot: arbeit from Monday
 * to Friday, privat on Saturday and Sunday, morgens and nachmittags only.
 *
 *	struct placement week = PLACEMENT_INIT;
 *
 *	const struct placement_frame frame = {
 *		.now = now, .zone = zone_of("Europe/Berlin"), .slots = &slots,
 *		.n_days = PLACEMENT_DAYS};
 *
 *	placement_place(tasks, n, &frame, &week);
 *	...
 *	placement_release(&week);
 *
 * Error handling: nothing here can fail.
 */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include "base/day.h"
#include "task/task.h"
#include "week/slots.h"

#define PLACEMENT_DAYS 7 /* of the horizon that decides, today included */

/* Why a task stands where it stands. */
enum placement_why {
	/* In a slot: */
	PLACEMENT_REIHENFOLGE, /* the first one that lower numbers leave free */
	PLACEMENT_VERDRAENGT,  /* the same, but `by` is fixed to an earlier one
				* of its kind: the nearest of such */
	PLACEMENT_FEST,        /* its fixedSlot */
	PLACEMENT_ERLEDIGT,    /* completed there; of past days (week.h) */
	/* Unplaced: */
	PLACEMENT_DOPPELT_BELEGT, /* `by` is fixed to its slot, too */
	PLACEMENT_UEBERFAELLIG,   /* its fixed slot is over */
	PLACEMENT_SPAETER,        /* its fixed slot is beyond the horizon */
	PLACEMENT_KEIN_PLATZ,     /* no free slot */
	PLACEMENT_WHYS
};
/* Return the word on the wire (http-api.md). */
const char *placement_why_word(enum placement_why why);
bool placement_is_placed(enum placement_why why);

#define PLACEMENT_NOBODY SIZE_MAX

struct placement_entry {
	size_t task; /* index into the tasks given */
	/* The slot lies after the deadline; or there is no slot, and the
	 * deadline is on or before the last day of the horizon (a deadline
	 * that has passed is at risk, too). */
	bool deadline_risk;
	enum placement_why why;
	size_t by; /* index of the task that why is about; or NOBODY */
	struct task_when slot; /* if it is placed */
};

struct placement_slot {
	enum task_time time;
	bool taken;
	struct placement_entry entry; /* if taken */
};

struct placement_day {
	struct day date;
	struct placement_slot slots[TASK_TIMES];
	size_t n_slots; /* that are left, 1..3, in order of the day */
};

struct placement {
	struct placement_day *days; /* owned */
	size_t n_days; /* days without a slot left are not listed */
	struct placement_entry *unplaced; /* owned; by number, then file */
	size_t n_unplaced;
	/* The next end of a slot today, or else midnight: until then (in ms,
	 * exclusive) a later now gives the same result. */
	int64_t valid_until;
};

#define PLACEMENT_INIT                                                         \
	{                                                                      \
		.n_days = 0                                                    \
	}

struct placement_frame {
	int64_t now;
	struct day_zone zone;
	const struct slots *slots;
	int n_days; /* of the horizon, today included */
};

/*
 * Place the open ones of `tasks`, which may come in any order; no two have
 * the same file name.  A slot of today is there until it ends (slots_end).  A
 * longer horizon has the same days at its beginning.  `out` must be empty;
 * release it.  Takes O(n log n).
 */
void placement_place(const struct task *const *tasks, size_t n,
    const struct placement_frame *frame, struct placement *out);
void placement_release(struct placement *placement);

#endif
