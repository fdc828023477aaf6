/*
 * day: dates, clock times and time zones.
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

/* `dd.mm.yyyy`, exactly, and a real date.  -1 otherwise. */
MUST_USE int day_parse(const char *s, struct day *out);
/* Appends `dd.mm.yyyy`. */
void day_add(struct buf *out, struct day day);

/* Less than, equal to or greater than 0 as a is before, on or after b. */
int day_cmp(struct day a, struct day b);
/* The date n days later (or earlier). */
struct day day_plus(struct day day, int n);
/* 0 = Sunday .. 6 = Saturday. */
int day_weekday(struct day day);

/* The date in the zone at that instant. */
struct day day_of(int64_t ms, struct day_zone zone);

/*
 * The instant at which the zone's clock shows this minute (0..1440) of that
 * date: the first one where the clock is put back over it, the first instant
 * after the gap where the clock is put forward past it.
 */
int64_t day_at(struct day day, int minute, struct day_zone zone);

/* Appends `hh:mm`, as the zone's clock shows at that instant. */
void day_add_clock(struct buf *out, int64_t ms, struct day_zone zone);

/* Appends `2026-11-22T06:00:00.000Z` (RFC 3339). */
void day_add_rfc3339(struct buf *out, int64_t ms);
/*
 * Reads RFC 3339 with Z or an offset, fraction optional (digits after the
 * milliseconds are cut).  -1 otherwise, and for leap seconds, which no
 * instant of ours can tell from the second after.
 */
MUST_USE int day_parse_rfc3339(const char *s, int64_t *out);

#endif
