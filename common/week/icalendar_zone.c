#include "week/icalendar_zone.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/std.h"
#include "text/ical.h"

#define SECOND_MS INT64_C(1000)

/* The clock is set at `at`, from one offset to another. */
struct change {
	int64_t at, from_ms, to_ms;
};

struct changes {
	struct change *items;
	size_t n, cap;
	int64_t least_ms; /* the smallest offset: the standard time */
};

static int64_t
offset_at(struct day_zone zone, int64_t ms)
{
	return zone.offset_ms(ms, zone.name);
}

static void
note_change(struct changes *changes, int64_t at, int64_t from_ms, int64_t to_ms)
{
	STD_GROW(changes->items, changes->n, changes->cap);
	changes->items[changes->n++] = (struct change){at, from_ms, to_ms};
	if (to_ms < changes->least_ms)
		changes->least_ms = to_ms;
}

/* Return the first second with the later offset, of two instants with different
 * ones. */
static int64_t
find_turn(struct day_zone zone, int64_t before, int64_t after)
{
	int64_t was = offset_at(zone, before), middle;

	while (after - before > SECOND_MS) {
		middle = before + (after - before) / 2 / SECOND_MS * SECOND_MS;
		if (offset_at(zone, middle) == was)
			before = middle;
		else
			after = middle;
	}
	return after;
}

/* The clock is looked at once a day: no zone sets it twice within one. */
static void
find_changes(
    struct changes *changes, struct day_zone zone, int64_t from, int64_t end)
{
	int64_t at, was = offset_at(zone, from), now;

	changes->least_ms = was;
	note_change(changes, from, was, was);
	for (at = from + DAY_MS; at < end; at += DAY_MS) {
		now = offset_at(zone, at);
		if (now != was)
			note_change(changes, find_turn(zone, at - DAY_MS, at),
			    was, now);
		was = now;
	}
}

/* +0100, or +001730 with seconds */
static void
line_offset(struct buf *out, const char *name, int64_t ms)
{
	char value[16];
	int s = (int)(llabs(ms) / SECOND_MS);
	int n = snprintf(value, sizeof value, "%c%02d%02d", ms < 0 ? '-' : '+',
	    s / 3600 % 100, s / 60 % 60);

	if (s % 60 != 0)
		snprintf(value + n, sizeof value - (size_t)n, "%02d", s % 60);
	ical_line(out, name, value);
}

/* By the clock as it went before: the offset is added to UTC. */
static void
add_turn_start(struct buf *out, const struct change *change)
{
	struct buf value = BUF_INIT;

	ical_add_time(&value, change->at + change->from_ms);
	ical_line(out, "DTSTART", value.s);
	buf_release(&value);
}

void
icalendar_zone_add(
    struct buf *out, struct day_zone zone, int first_year, int end_year)
{
	struct changes changes = {NULL, 0, 0, 0};
	size_t i;

	find_changes(&changes, zone,
	    day_at((struct day){first_year, 1, 1}, 0, zone),
	    day_at((struct day){end_year, 1, 1}, 0, zone));
	ical_line(out, "BEGIN", "VTIMEZONE");
	ical_line(out, "TZID", zone.name);
	for (i = 0; i < changes.n; i++) {
		const struct change *change = &changes.items[i];
		const char *sort =
		    change->to_ms > changes.least_ms ? "DAYLIGHT" : "STANDARD";

		ical_line(out, "BEGIN", sort);
		add_turn_start(out, change);
		line_offset(out, "TZOFFSETFROM", change->from_ms);
		line_offset(out, "TZOFFSETTO", change->to_ms);
		ical_line(out, "END", sort);
	}
	ical_line(out, "END", "VTIMEZONE");
	free(changes.items);
}
