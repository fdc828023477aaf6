/*
 * slots: when the slots of a day begin and end (design.md 4), as CODEX_SLOTS
 * says.
 *
 * Error handling: slots_parse fails with ERR_SETTING, and *out stays as it was.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include "base/day.h"
#include "task/task.h"

/* In minutes of the day's clock. */
struct slots {
	struct {
		int from, to; /* 0 <= from < to <= 1440 */
	} at[TASK_TIMES];
};

/*
 * Read CODEX_SLOTS, whose default is
 * `morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30`: each slot
 * once, in this order, none before the end of the one before it; a day ends
 * at 24:00.
 */
MUST_USE int slots_parse(const char *s, struct slots *out, struct err *err);

/* Return when the slot of that day ends, in ms since 1970: at this very
 * millisecond it is over.  A day that the clock makes shorter or longer keeps its
 * slots (day_at). */
int64_t slots_end(const struct slots *slots, struct day date,
    enum task_time time, struct day_zone zone);

#endif
