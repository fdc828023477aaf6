#include "base/day.h"
#include "base/zone.h"
#include "t.h"

#include <time.h>

#define BERLIN    "Europe/Berlin"
#define MINUTE_MS INT64_C(60000)

static struct day
date(const char *s)
{
	struct day day;

	ck_assert_msg(day_parse(s, &day) == 0, "%s", s);
	return day;
}

static int64_t
instant(const char *s)
{
	int64_t ms;

	ck_assert_msg(day_parse_rfc3339(s, &ms) == 0, "%s", s);
	return ms;
}

static void
assert_date(struct day day, const char *want)
{
	struct buf b = BUF_INIT;

	day_add(&b, day);
	ck_assert_str_eq(b.s, want);
	buf_release(&b);
}

static void
assert_instant(int64_t ms, const char *want)
{
	struct buf b = BUF_INIT;

	day_add_rfc3339(&b, ms);
	ck_assert_str_eq(b.s, want);
	buf_release(&b);
}

START_TEST(a_date_is_read_and_written)
{
	assert_date(date("22.11.2026"), "22.11.2026");
	assert_date(date("01.01.0001"), "01.01.0001");
	assert_date(date("31.12.9999"), "31.12.9999");
	assert_date(date("29.02.2028"), "29.02.2028");
	assert_date(date("29.02.2000"), "29.02.2000");
}
END_TEST

START_TEST(a_malformed_date_is_refused)
{
	static const char *const bad[] = {"", "22.11.26", "22.11.2026 ",
	    " 22.11.2026", "2.11.2026", "22.1.2026", "22-11-2026",
	    "22.11.20261", "2026-11-22", "31.02.2027", "29.02.2027",
	    "29.02.1900", "31.04.2026", "00.11.2026", "32.01.2026",
	    "22.00.2026", "22.13.2026", "22.11.0000", "+2.11.2026",
	    "22.11.-026", "22.11.2O26", "dd.mm.yyyy", "22.11.",
	    "\xd9\xa2"
	    "2.11.2026",
	    "null"};
	struct day day = {1, 2, 3};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(day_parse(bad[i], &day) == -1, "%s", bad[i]);
	ck_assert_int_eq(day.year, 1);
	ck_assert_int_eq(day.month, 2);
	ck_assert_int_eq(day.day, 3);
}
END_TEST

START_TEST(dates_have_an_order)
{
	ck_assert_int_eq(day_cmp(date("22.11.2026"), date("22.11.2026")), 0);
	ck_assert_int_lt(day_cmp(date("22.11.2026"), date("23.11.2026")), 0);
	ck_assert_int_lt(day_cmp(date("30.11.2026"), date("01.12.2026")), 0);
	ck_assert_int_lt(day_cmp(date("31.12.2026"), date("01.01.2027")), 0);
	ck_assert_int_gt(day_cmp(date("01.01.2027"), date("31.12.2026")), 0);
}
END_TEST

START_TEST(days_pass_over_the_ends_of_months_and_years)
{
	assert_date(day_plus(date("28.02.2027"), 1), "01.03.2027");
	assert_date(day_plus(date("28.02.2028"), 1), "29.02.2028");
	assert_date(day_plus(date("31.12.2026"), 1), "01.01.2027");
	assert_date(day_plus(date("01.01.2027"), -1), "31.12.2026");
	assert_date(day_plus(date("01.03.2000"), -1), "29.02.2000");
	assert_date(day_plus(date("01.03.1900"), -1), "28.02.1900");
	assert_date(day_plus(date("22.11.2026"), 0), "22.11.2026");
	assert_date(day_plus(date("22.11.2026"), 3650), "19.11.2036");
}
END_TEST

START_TEST(weekdays_count_from_sunday)
{
	ck_assert_int_eq(day_weekday(date("22.11.2026")), 0);
	ck_assert_int_eq(day_weekday(date("28.11.2026")), 6);
	ck_assert_int_eq(day_weekday(date("01.01.1970")), 4);
	ck_assert_int_eq(day_weekday(date("31.12.1969")), 3);
	ck_assert_int_eq(day_weekday(date("01.01.0001")), 1);
	ck_assert_int_eq(day_weekday(date("31.12.9999")), 5);
}
END_TEST

/* Ten thousand years day by day, against the plainest calendar there is. */
START_TEST(every_day_of_the_calendar_follows_the_one_before)
{
	static const int lengths[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct day d = {1, 1, 1};
	int weekday = 1;
	bool leap;

	while (!(d.year == 9999 && d.month == 12 && d.day == 31)) {
		struct day want = d;
		struct day next = day_plus(d, 1);

		leap =
		    d.year % 400 == 0 || (d.year % 4 == 0 && d.year % 100 != 0);
		if (++want.day >
		    lengths[d.month - 1] + (leap && d.month == 2)) {
			want.day = 1;
			want.month++;
		}
		if (want.month > 12) {
			want.month = 1;
			want.year++;
		}
		weekday = (weekday + 1) % 7;
		if (day_cmp(next, want) != 0 || day_weekday(next) != weekday)
			ck_abort_msg("after %d-%d-%d", d.year, d.month, d.day);
		d = want;
	}
}
END_TEST

START_TEST(zones_of_the_database_are_known)
{
	ck_assert(zone_ok(BERLIN));
	ck_assert(zone_ok("UTC"));
	ck_assert(zone_ok("Etc/GMT+5"));
	ck_assert(zone_ok("America/Argentina/Buenos_Aires"));
	ck_assert(zone_ok("America/Port-au-Prince"));
}
END_TEST

START_TEST(an_unknown_zone_is_refused)
{
	static const char *const bad[] = {"", "Europe", "Europe/",
	    "europe/berlin", "Europe/Berlinn", "/etc/passwd",
	    "/usr/share/zoneinfo/Europe/Berlin", "../zoneinfo/UTC",
	    "Europe/../Europe/Berlin", ":Europe/Berlin", "Europe/Berlin ",
	    "zone.tab", "tzdata", "CET-1CEST", "UTC0", "utc",
	    "right/Europe/Berlin", "Europe/Berlin\n",
	    "Europe/Berlin/Europe/Berlin/Europe/Berlin/Europe/Berlin/Europe/B"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!zone_ok(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(the_date_depends_on_the_zone)
{
	int64_t ms = instant("2026-11-22T23:30:00Z");

	assert_date(day_of(ms, zone_of("UTC")), "22.11.2026");
	assert_date(day_of(ms, zone_of(BERLIN)), "23.11.2026");
	assert_date(day_of(ms, zone_of("America/New_York")), "22.11.2026");
	assert_date(day_of(ms, zone_of("Asia/Kathmandu")), "23.11.2026");
	assert_date(day_of(ms, zone_of(BERLIN)), "23.11.2026");
}
END_TEST

START_TEST(the_date_changes_at_midnight_to_the_millisecond)
{
	int64_t ms = instant("2026-11-22T23:00:00Z");

	assert_date(day_of(ms - 1, zone_of(BERLIN)), "22.11.2026");
	assert_date(day_of(ms, zone_of(BERLIN)), "23.11.2026");
	assert_date(day_of(-1, zone_of("UTC")), "31.12.1969");
	assert_date(day_of(0, zone_of("UTC")), "01.01.1970");
}
END_TEST

START_TEST(the_time_zone_of_the_process_does_not_matter)
{
	setenv("TZ", "Asia/Tokyo", 1);
	setenv("TZDIR", "/nonexistent", 1);
	tzset();
	assert_date(day_of(instant("2026-11-22T16:00:00Z"), zone_of(BERLIN)),
	    "22.11.2026");
	assert_instant(day_at(date("22.11.2026"), 9 * 60, zone_of(BERLIN)),
	    "2026-11-22T08:00:00.000Z");
	assert_instant(day_at(date("22.11.2026"), 9 * 60, zone_of("UTC")),
	    "2026-11-22T09:00:00.000Z");
}
END_TEST

START_TEST(a_clock_time_has_its_instant)
{
	struct day winter = date("22.11.2026"), summer = date("22.07.2026");

	assert_instant(day_at(winter, 9 * 60, zone_of(BERLIN)),
	    "2026-11-22T08:00:00.000Z");
	assert_instant(day_at(summer, 9 * 60, zone_of(BERLIN)),
	    "2026-07-22T07:00:00.000Z");
	assert_instant(
	    day_at(winter, 0, zone_of(BERLIN)), "2026-11-21T23:00:00.000Z");
	assert_instant(
	    day_at(winter, 1440, zone_of(BERLIN)), "2026-11-22T23:00:00.000Z");
	assert_instant(day_at(winter, 570, zone_of("Asia/Kathmandu")),
	    "2026-11-22T03:45:00.000Z");
	assert_instant(day_at(winter, 570, zone_of("America/New_York")),
	    "2026-11-22T14:30:00.000Z");
}
END_TEST

START_TEST(the_hour_that_spring_skips_is_the_instant_after_it)
{
	struct day d = date("29.03.2026"); /* 02:00 -> 03:00 */

	assert_instant(
	    day_at(d, 0, zone_of(BERLIN)), "2026-03-28T23:00:00.000Z");
	assert_instant(
	    day_at(d, 119, zone_of(BERLIN)), "2026-03-29T00:59:00.000Z");
	assert_instant(
	    day_at(d, 120, zone_of(BERLIN)), "2026-03-29T01:00:00.000Z");
	assert_instant(
	    day_at(d, 150, zone_of(BERLIN)), "2026-03-29T01:00:00.000Z");
	assert_instant(
	    day_at(d, 180, zone_of(BERLIN)), "2026-03-29T01:00:00.000Z");
	assert_instant(
	    day_at(d, 181, zone_of(BERLIN)), "2026-03-29T01:01:00.000Z");
	assert_instant(
	    day_at(d, 540, zone_of(BERLIN)), "2026-03-29T07:00:00.000Z");
	assert_instant(
	    day_at(d, 1440, zone_of(BERLIN)), "2026-03-29T22:00:00.000Z");
}
END_TEST

START_TEST(the_hour_that_autumn_repeats_is_the_first_of_the_two)
{
	struct day d = date("25.10.2026"); /* 03:00 -> 02:00 */

	assert_instant(
	    day_at(d, 0, zone_of(BERLIN)), "2026-10-24T22:00:00.000Z");
	assert_instant(
	    day_at(d, 120, zone_of(BERLIN)), "2026-10-25T00:00:00.000Z");
	assert_instant(
	    day_at(d, 179, zone_of(BERLIN)), "2026-10-25T00:59:00.000Z");
	assert_instant(
	    day_at(d, 180, zone_of(BERLIN)), "2026-10-25T02:00:00.000Z");
	assert_instant(
	    day_at(d, 540, zone_of(BERLIN)), "2026-10-25T08:00:00.000Z");
	assert_instant(
	    day_at(d, 1440, zone_of(BERLIN)), "2026-10-25T23:00:00.000Z");
}
END_TEST

/* Greenland, Cuba, Lebanon, Egypt, Chile: the clock goes at midnight. */
START_TEST(a_day_without_midnight_begins_when_it_begins)
{
	assert_instant(day_at(date("29.03.2026"), 0, zone_of("Asia/Beirut")),
	    "2026-03-28T22:00:00.000Z"); /* 00:00 -> 01:00 */
	assert_instant(day_at(date("28.03.2026"), 1440, zone_of("Asia/Beirut")),
	    "2026-03-28T22:00:00.000Z");
	assert_instant(
	    day_at(date("06.09.2026"), 0, zone_of("America/Santiago")),
	    "2026-09-06T04:00:00.000Z");
	assert_instant(
	    day_at(date("06.09.2026"), 30, zone_of("America/Santiago")),
	    "2026-09-06T04:00:00.000Z");
	assert_date(
	    day_of(day_at(date("06.09.2026"), 0, zone_of("America/Santiago")),
		zone_of("America/Santiago")),
	    "06.09.2026");
	/* Samoa had no 30 December at all. */
	assert_instant(day_at(date("30.12.2011"), 720, zone_of("Pacific/Apia")),
	    "2011-12-30T10:00:00.000Z");
}
END_TEST

static int64_t
shown_by_libc(int64_t ms, const char *zone)
{
	time_t seconds = ms / 1000;
	struct tm tm;

	(void)day_of(ms, zone_of(zone)); /* sets the zone of the C library */
	localtime_r(&seconds, &tm);
	return ms + tm.tm_gmtoff * 1000;
}

/* The first minute, of all there are, whose clock is not before `shown`. */
static int64_t
first_by_search(int64_t shown, int64_t from, const char *zone)
{
	while (shown_by_libc(from, zone) < shown)
		from += MINUTE_MS;
	return from;
}

static void
check_zone(const char *zone, int first_year, int last_year)
{
	static const int minutes[] = {0, 30, 90, 120, 150, 180, 540, 1440};
	int64_t ms, from;
	struct day d;
	size_t i;

	for (d = (struct day){first_year, 1, 2}; d.year <= last_year;
	     d = day_plus(d, 1)) {
		int64_t utc = day_at(d, 0, zone_of("UTC"));

		if (shown_by_libc(utc - DAY_MS, zone) + 2 * DAY_MS ==
		    shown_by_libc(utc + DAY_MS, zone))
			continue; /* nothing changes around this day */
		for (i = 0; i < ARRAY_LEN(minutes); i++) {
			int64_t shown = utc + minutes[i] * MINUTE_MS;

			ms = day_at(d, minutes[i], zone_of(zone));
			from = first_by_search(shown, utc - DAY_MS, zone);
			ck_assert_msg(ms == from, "%s %d-%d-%d %d: %jd %jd",
			    zone, d.year, d.month, d.day, minutes[i],
			    (intmax_t)ms, (intmax_t)from);
		}
	}
}

START_TEST(around_every_change_the_instant_is_that_of_a_search)
{
	static const char *const zones[] = {BERLIN, "America/New_York",
	    "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago",
	    "Africa/Casablanca", "America/Nuuk", "Africa/Cairo"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(zones); i++)
		check_zone(zones[i], 2024, t_long() ? 2037 : 2028);
}
END_TEST

START_TEST(an_instant_is_written_as_rfc_3339)
{
	assert_instant(0, "1970-01-01T00:00:00.000Z");
	assert_instant(-1, "1969-12-31T23:59:59.999Z");
	assert_instant(INT64_C(1795327200123), "2026-11-22T06:00:00.123Z");
	assert_instant(
	    instant("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
	assert_instant(
	    instant("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00.000Z");
}
END_TEST

START_TEST(rfc_3339_is_read_with_offsets_and_fractions)
{
	int64_t ms = instant("2026-11-22T06:00:00.000Z");

	ck_assert_int_eq(instant("2026-11-22T06:00:00Z"), ms);
	ck_assert_int_eq(instant("2026-11-22t06:00:00z"), ms);
	ck_assert_int_eq(instant("2026-11-22T07:00:00+01:00"), ms);
	ck_assert_int_eq(instant("2026-11-22T11:45:00+05:45"), ms);
	ck_assert_int_eq(instant("2026-11-21T23:30:00-06:30"), ms);
	ck_assert_int_eq(instant("2026-11-22T06:00:00-00:00"), ms);
	ck_assert_int_eq(instant("2026-11-22T06:00:00.5Z"), ms + 500);
	ck_assert_int_eq(instant("2026-11-22T06:00:00.05+00:00"), ms + 50);
	ck_assert_int_eq(instant("2026-11-22T06:00:00.123999999Z"), ms + 123);
}
END_TEST

START_TEST(a_malformed_rfc_3339_time_is_refused)
{
	static const char *const bad[] = {"", "2026-11-22",
	    "2026-11-22T06:00:00", "2026-11-22 06:00:00Z", "2026-11-22T06:00Z",
	    "2026-11-22T24:00:00Z", "2026-11-22T06:60:00Z",
	    "2026-12-31T23:59:60Z", "2026-02-29T06:00:00Z",
	    "2026-11-22T06:00:00.Z", "2026-11-22T06:00:00+1:00",
	    "2026-11-22T06:00:00+0100", "2026-11-22T06:00:00+24:00",
	    "2026-11-22T06:00:00Z ", "2026-11-22T06:00:00ZZ",
	    "0000-12-31T00:00:00Z", "0001-01-01T00:00:00+01:00",
	    "9999-12-31T23:59:59-01:00", "-026-11-22T06:00:00Z"};
	int64_t ms = 7;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(
		    day_parse_rfc3339(bad[i], &ms) == -1, "%s", bad[i]);
	ck_assert_int_eq(ms, 7);
}
END_TEST

START_TEST(a_written_time_reads_back)
{
	uint64_t seed = 4711;
	struct buf b = BUF_INIT;
	int64_t ms;
	int i;

	for (i = 0; i < 20000; i++) {
		seed =
		    seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		ms = (int64_t)(seed >> 18) - (INT64_C(1) << 45);
		buf_reset(&b);
		day_add_rfc3339(&b, ms);
		ck_assert_int_eq(instant(b.s), ms);
	}
	buf_release(&b);
}
END_TEST

START_TEST(a_clock_is_the_zones_on_days_of_23_and_25_hours)
{
	static const struct {
		const char *at, *shown;
	} cases[] = {
	    {"2026-11-22T17:32:59.999Z", "18:32"},
	    {"2026-03-29T00:59:00.000Z", "01:59"},
	    {"2026-03-29T01:00:00.000Z", "03:00"},
	    {"2026-10-25T01:05:00.000Z", "02:05"},
	    {"2026-12-31T23:00:00.000Z", "00:00"},
	    {"1969-12-31T22:59:00.000Z", "23:59"},
	};
	struct buf shown = BUF_INIT;
	int64_t ms;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_int_eq(day_parse_rfc3339(cases[i].at, &ms), 0);
		buf_reset(&shown);
		day_add_clock(&shown, ms, zone_of("Europe/Berlin"));
		ck_assert_str_eq(shown.s, cases[i].shown);
	}
	buf_release(&shown);
}
END_TEST

T_MAIN("day", a_clock_is_the_zones_on_days_of_23_and_25_hours,
    a_date_is_read_and_written, a_malformed_date_is_refused,
    dates_have_an_order, days_pass_over_the_ends_of_months_and_years,
    weekdays_count_from_sunday,
    every_day_of_the_calendar_follows_the_one_before,
    zones_of_the_database_are_known, an_unknown_zone_is_refused,
    the_date_depends_on_the_zone,
    the_date_changes_at_midnight_to_the_millisecond,
    the_time_zone_of_the_process_does_not_matter, a_clock_time_has_its_instant,
    the_hour_that_spring_skips_is_the_instant_after_it,
    the_hour_that_autumn_repeats_is_the_first_of_the_two,
    a_day_without_midnight_begins_when_it_begins,
    around_every_change_the_instant_is_that_of_a_search,
    an_instant_is_written_as_rfc_3339,
    rfc_3339_is_read_with_offsets_and_fractions,
    a_malformed_rfc_3339_time_is_refused, a_written_time_reads_back)
