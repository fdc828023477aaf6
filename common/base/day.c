#include "base/day.h"

#include "base/std.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)

/* n / d and the rest, rounded towards minus infinity; d > 0. */
static int64_t
floor_div(int64_t n, int64_t d)
{
	return n / d - (n % d < 0);
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_days(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool
is_date(struct day d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 &&
	       d.day >= 1 && d.day <= month_days(d.year, d.month);
}

/*
 * Years are counted from March here, so that the leap day is the last day of
 * its year and the lengths of the months before it follow a plain rule: 153
 * days in every five.
 */
static int64_t
to_number(struct day d)
{
	int64_t year = d.year - (d.month <= 2);
	int month = (d.month + 9) % 12;
	int64_t in_year = (153 * month + 2) / 5 + d.day - 1;

	return year * 365 + floor_div(year, 4) - floor_div(year, 100) +
	       floor_div(year, 400) + in_year - 719468;
}

static struct day
of_number(int64_t number)
{
	int64_t days = number + 719468; /* since 0000-03-01 */
	int64_t era = floor_div(days, 146097);
	int in_era = (int)(days - era * 146097);
	int year =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int in_year = in_era - (365 * year + year / 4 - year / 100);
	int month = (5 * in_year + 2) / 153;
	struct day d;

	d.day = in_year - (153 * month + 2) / 5 + 1;
	d.month = month < 10 ? month + 3 : month - 9;
	d.year = (int)era * 400 + year + (d.month <= 2);
	return d;
}

static int64_t
offset_ms(int64_t ms, struct day_zone zone)
{
	return zone.offset_ms(ms, zone.name);
}

int
day_cmp(struct day a, struct day b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return (a.day > b.day) - (a.day < b.day);
}

struct day
day_plus(struct day day, int n)
{
	return of_number(to_number(day) + n);
}

int
day_weekday(struct day day)
{
	int64_t since_sunday = to_number(day) + 4; /* 1970-01-01: Thursday */

	return (int)(since_sunday - 7 * floor_div(since_sunday, 7));
}

struct day
day_of(int64_t ms, struct day_zone zone)
{
	return of_number(floor_div(ms + offset_ms(ms, zone), DAY_MS));
}

/* The instant in (lo, hi] at which the offset stops to be that of lo. */
static int64_t
find_change(int64_t lo, int64_t hi, struct day_zone zone)
{
	int64_t before = offset_ms(lo, zone);

	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;
		if (offset_ms(mid, zone) == before)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

int64_t
day_at(struct day day, int minute, struct day_zone zone)
{
	int64_t shown = to_number(day) * DAY_MS + minute * MINUTE_MS;
	int64_t before = offset_ms(shown - DAY_MS, zone);
	int64_t after = offset_ms(shown + DAY_MS, zone);

	/* The offset of the day before first: it gives the earlier instant. */
	if (offset_ms(shown - before, zone) == before)
		return shown - before;
	if (offset_ms(shown - after, zone) == after)
		return shown - after;

	/* Skipped: the change lies between the two guesses. */
	return find_change(shown - after, shown - before, zone);
}

void
day_add(struct buf *out, struct day day)
{
	buf_addf(out, "%02d.%02d.%04d", day.day, day.month, day.year);
}

void
day_add_clock(struct buf *out, int64_t ms, struct day_zone zone)
{
	int64_t local = ms + offset_ms(ms, zone);
	int minute =
	    (int)((local - floor_div(local, DAY_MS) * DAY_MS) / MINUTE_MS);

	buf_addf(out, "%02d:%02d", minute / 60, minute % 60);
}

static void
put_digits(char *at, size_t digits, int n)
{
	for (; digits > 0; n /= 10)
		at[--digits] = (char)('0' + n % 10);
}

void
day_add_rfc3339(struct buf *out, int64_t ms)
{
	int64_t number = floor_div(ms, DAY_MS);
	int in_day = (int)(ms - number * DAY_MS);
	struct day d = of_number(number);
	char rest[] = "-00-00T00:00:00.000Z";

	buf_add_number(out, (uintmax_t)d.year, 4);
	put_digits(rest + 1, 2, d.month);
	put_digits(rest + 4, 2, d.day);
	put_digits(rest + 7, 2, in_day / 3600000);
	put_digits(rest + 10, 2, in_day / 60000 % 60);
	put_digits(rest + 13, 2, in_day / 1000 % 60);
	put_digits(rest + 16, 3, in_day % 1000);
	buf_add(out, rest, strlen(rest));
}

/*
 * Reads by a picture: '2' and '4' stand for a number of so many digits, any
 * other character for itself.  Moves *s behind what it has read.
 */
static int
read_picture(const char **s, const char *picture, int *numbers)
{
	const char *at = *s;

	for (; *picture != '\0'; picture++) {
		int digits = *picture - '0', n = 0;

		if (digits != 2 && digits != 4) {
			if (*at++ != *picture)
				return -1;
			continue;
		}
		for (; digits > 0; digits--, at++) {
			if (*at < '0' || *at > '9')
				return -1;
			n = 10 * n + (*at - '0');
		}
		*numbers++ = n;
	}
	*s = at;
	return 0;
}

int
day_parse(const char *s, struct day *out)
{
	int n[3];
	struct day day;

	if (read_picture(&s, "2.2.4", n) < 0 || *s != '\0')
		return -1;

	day = (struct day){.day = n[0], .month = n[1], .year = n[2]};
	if (!is_date(day))
		return -1;
	*out = day;
	return 0;
}

/* `.` and digits, or nothing. */
static int
read_fraction(const char **s, int *ms)
{
	int digits;

	*ms = 0;
	if (**s != '.')
		return 0;

	++*s;
	for (digits = 0; **s >= '0' && **s <= '9'; digits++, ++*s)
		if (digits < 3)
			*ms = *ms * 10 + (**s - '0');
	if (digits == 0)
		return -1;
	for (; digits < 3; digits++)
		*ms *= 10;
	return 0;
}

/* `Z` or `+hh:mm` or `-hh:mm`. */
static int
read_offset(const char **s, int64_t *ms)
{
	char sign = **s;
	int n[2];

	if (sign == '\0')
		return -1;
	++*s;
	if (sign == 'Z' || sign == 'z') {
		*ms = 0;
		return 0;
	}

	if (sign != '+' && sign != '-')
		return -1;
	if (read_picture(s, "2:2", n) < 0 || n[0] > 23 || n[1] > 59)
		return -1;
	*ms = (n[0] * HOUR_MS + n[1] * MINUTE_MS) * (sign == '-' ? -1 : 1);
	return 0;
}

int
day_parse_rfc3339(const char *s, int64_t *out)
{
	int n[3], clock[3], fraction;
	int64_t offset, ms;
	struct day day;

	if (read_picture(&s, "4-2-2", n) < 0)
		return -1;
	day = (struct day){.year = n[0], .month = n[1], .day = n[2]};
	if (!is_date(day) || (*s != 'T' && *s != 't'))
		return -1;

	s++;
	if (read_picture(&s, "2:2:2", clock) < 0 || clock[0] > 23 ||
	    clock[1] > 59 || clock[2] > 59)
		return -1;
	if (read_fraction(&s, &fraction) < 0 || read_offset(&s, &offset) < 0 ||
	    *s != '\0')
		return -1;

	ms = to_number(day) * DAY_MS + clock[0] * HOUR_MS +
	     clock[1] * MINUTE_MS + clock[2] * INT64_C(1000) + fraction -
	     offset;
	/* An offset can lead out of the years that we have. */
	if (!is_date(of_number(floor_div(ms, DAY_MS))))
		return -1;
	*out = ms;
	return 0;
}
