/*
 * day: compute with dates, clock times and time zones.
 *
 * Instants are int64_t milliseconds since 1970-01-01T00:00:00Z.  Dates are
 * of the proleptic Gregorian calendar, years 1 to 9999; an instant or a date
 * beyond them must not be asked for.  Zones come in as an argument (zone.h
 * has those of the machine).  Pure.
 *
 *	day_of(now, zone_of("Europe/Berlin"))          the date there
 *	day_at(day, 9 * 60, zone_of("Europe/Berlin"))  nine o'clock of that date
 */
#ifndef DAY_H
#define DAY_H

#include "base/buf.h"
#include "base/err.h"

#define DAY_MS INT64_C(86400000)

struct day {
	int year;  /* 1..9999 */
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

/*
 * A time zone: what its clock is ahead of UTC at an instant, in milliseconds.
 * zone_of makes one of a name in the zone database.
 */
struct day_zone {
	const char *name;
	int64_t (*offset_ms)(int64_t ms, const char *name);
};

/* Read `dd.mm.yyyy`, exactly, a real date; -1 for anything else. */
MUST_USE int day_parse(const char *s, struct day *out);
/* Append `dd.mm.yyyy`. */
void day_add(struct buf *out, struct day day);

/* Return less than 0, 0 or more than 0 if a is before, on or after b. */
int day_cmp(struct day a, struct day b);
/* Return the date n days later; earlier if n is below 0. */
struct day day_plus(struct day day, int n);
/* Return the day of the week: 0 = Sunday .. 6 = Saturday. */
int day_weekday(struct day day);

/* Return the date in the zone at that instant. */
struct day day_of(int64_t ms, struct day_zone zone);

/*
 * Return the instant at which the zone's clock shows this minute (0..1440) of
 * that date: the first one if the clock is put back over it, the first
 * instant after the gap if the clock is put forward past it.
 */
int64_t day_at(struct day day, int minute, struct day_zone zone);

/* Append `hh:mm`, as the zone's clock shows at that instant. */
void day_add_clock(struct buf *out, int64_t ms, struct day_zone zone);

/* Append `2026-11-22T06:00:00.000Z` (RFC 3339). */
void day_add_rfc3339(struct buf *out, int64_t ms);
/*
 * Read RFC 3339 with Z or an offset, fraction optional (digits after the
 * milliseconds are cut).  -1 for anything else, and for leap seconds, which
 * milliseconds since 1970 cannot tell from the second after.
 */
MUST_USE int day_parse_rfc3339(const char *s, int64_t *out);

#endif
