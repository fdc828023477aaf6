/* What tasks are printed as for other programs, and what the first system's
 * keys are; tests/28-export.mjs and 28-migrate.mjs have the commands. */
#include "t.h"
#include "base/enc.h"
#include "base/zone.h"
#include "carry/first_keys.h"
#include "text/csv.h"
#include "text/ical.h"
#include "text/markdown_open.h"
#include "week/icalendar_zone.h"

START_TEST(a_long_line_is_folded_between_characters)
{
	struct buf out = BUF_INIT, text = BUF_INIT;
	const char *line, *end;
	size_t i, n = 0;

	for (i = 0; i < 60; i++)
		buf_adds(&text, i % 3 == 0 ? "ä" : i % 3 == 1 ? "€" : "x");
	ical_text(&out, "SUMMARY", text.s, text.len);
	for (line = out.s; *line != '\0'; line = end + 2, n++) {
		end = strstr(line, "\r\n");
		ck_assert_ptr_nonnull(end);
		ck_assert_uint_le((size_t)(end - line), 75);
		ck_assert(enc_is_utf8(line, (size_t)(end - line)));
		ck_assert(n == 0 || line[0] == ' ');
	}
	ck_assert_uint_gt(n, 1);
	buf_release(&out);
	buf_release(&text);
}
END_TEST

START_TEST(a_text_of_a_calendar_is_escaped)
{
	static const char text[] = "a,b;c\\d\r\ne\rf\ng\th\x01\x7f:";
	struct buf out = BUF_INIT;

	ical_text(&out, "X", text, sizeof text - 1);
	ck_assert_str_eq(out.s, "X:a\\,b\\;c\\\\d\\ne\\nf\\ng\th:\r\n");
	buf_release(&out);
}
END_TEST

/* Return how often the text has the line. */
static unsigned
count_lines(const struct buf *text, const char *line)
{
	const char *at = text->s;
	unsigned n = 0;

	while ((at = strstr(at, line)) != NULL) {
		n++;
		at += strlen(line);
	}
	return n;
}

START_TEST(a_zone_has_each_change_of_its_clock)
{
	static const struct {
		const char *zone;
		int year;
		unsigned changes; /* with the state at the year's beginning */
		const char *line;
	} cases[] = {
	    {"UTC", 2026, 1, "TZOFFSETTO:+0000\r\n"},
	    {"Europe/Berlin", 2026, 3, "DTSTART:20261025T030000\r\n"},
	    {"Europe/Berlin", 1893, 2, "TZOFFSETFROM:+005328\r\n"},
	    {"Australia/Lord_Howe", 2026, 3, "TZOFFSETTO:+1030\r\n"},
	    {"Africa/Casablanca", 2026, 3, "DTSTART:20260215T030000\r\n"},
	    {"Asia/Kolkata", 2026, 1, "TZOFFSETTO:+0530\r\n"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		ck_assert(zone_ok(cases[i].zone));
		icalendar_zone_add(&out, zone_of(cases[i].zone), cases[i].year,
		    cases[i].year + 1);
		ck_assert_uint_eq(
		    count_lines(&out, "DTSTART:"), cases[i].changes);
		ck_assert_msg(strstr(out.s, cases[i].line) != NULL, "%s: %s",
		    cases[i].zone, out.s);
		buf_release(&out);
	}
}
END_TEST

START_TEST(a_cell_that_a_spreadsheet_would_compute_is_a_text)
{
	static const char *const cells[][2] = {
	    {"", "\"\""},
	    {"a\"b,c\nd", "\"a\"\"b,c\nd\""},
	    {"=1+1", "\"'=1+1\""},
	    {"+49", "\"'+49\""},
	    {"-1", "\"'-1\""},
	    {"@SUM", "\"'@SUM\""},
	    {"\t=1", "\"'\t=1\""},
	    {"1=1", "\"1=1\""},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cells); i++) {
		struct buf out = BUF_INIT;

		csv_cell(&out, cells[i][0], strlen(cells[i][0]));
		ck_assert_str_eq(out.s, cells[i][1]);
		csv_cell(&out, "x", 1);
		csv_end_row(&out);
		csv_cell(&out, "y", 1);
		ck_assert_str_eq(
		    out.s + strlen(cells[i][1]), ",\"x\"\r\n\"y\"");
		buf_release(&out);
	}
}
END_TEST

START_TEST(a_text_that_would_swallow_what_follows_is_seen)
{
	static const struct {
		const char *text;
		bool open;
	} cases[] = {
	    {"", false},
	    {"# Title\n\ntext", false},
	    {"- a\n  - b", false},
	    {"> quote", false},
	    {"a\n===", false},
	    {"| a |\n| - |", false},
	    {"    code", false},
	    {"```\nx\n```", false},
	    {"<!-- a -->", false},
	    {"<b>x", false},
	    {"```\nx", true},
	    {"~~~~\nx\n~~~", true},
	    {"<!-- a", true},
	    {"<script>\nx", true},
	    {"<?php", true},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_msg(markdown_open_at_end(cases[i].text,
				  strlen(cases[i].text)) == cases[i].open,
		    "%s", cases[i].text);
}
END_TEST

START_TEST(a_fence_is_longer_than_all_within)
{
	struct buf out = BUF_INIT;

	markdown_open_fence(&out, "x", "a ```` b", 8);
	ck_assert_str_eq(out.s, "`````x\na ```` b\n`````\n");
	buf_release(&out);
}
END_TEST

START_TEST(each_key_of_the_first_system_is_known)
{
	static const struct {
		const char *key;
		enum first_sort sort;
		const char *user, *target;
	} cases[] = {
	    {"raw/userA/tasks/0042-B.md", FIRST_FILE, "usera",
		"raw/usera/tasks/0042-B.md"},
	    {"raw/userA/tasks/a/b.md", FIRST_FILE, "usera",
		"raw/usera/tasks/a/b.md"},
	    {"raw/tasks/0042-B.md", FIRST_OTHER, "", ""},
	    {"raw/tasks/tasks/0042-B.md", FIRST_FILE, "tasks",
		"raw/tasks/tasks/0042-B.md"},
	    {"raw/-x/tasks/0042-B.md", FIRST_OTHER, "", ""},
	    {"raw/userA/tasks", FIRST_OTHER, "", ""},
	    {"state/nextId.txt", FIRST_NUMBER, "", ""},
	    {"state/userA/nextId.txt", FIRST_NUMBER, "usera", ""},
	    {"state/cacheVersion.txt", FIRST_CACHE, "", ""},
	    {"state/userA/cacheVersion.txt", FIRST_CACHE, "usera", ""},
	    {"state/userA/cacheValid.txt", FIRST_CACHE, "usera", ""},
	    {"artifacts/userA/timeline_1_20251011_07.json", FIRST_CACHE, "",
		""},
	    {"state/userA/lastHeadSha.txt", FIRST_RECORD, "usera",
		"state/usera/lastHeadSha.txt"},
	    {"state/userA/lastSyncAt.txt", FIRST_RECORD, "usera",
		"state/usera/lastSyncAt.txt"},
	    {"state/usera/sync.json", FIRST_OURS, "", ""},
	    {"pending/usera", FIRST_OURS, "", ""},
	    {"trash/usera/0042-B/x.md", FIRST_OURS, "", ""},
	    {"state/userA/other.txt", FIRST_OTHER, "", ""},
	    {"else", FIRST_OTHER, "", ""},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct first_key key = FIRST_KEY_INIT;

		first_keys_read(cases[i].key, NULL, &key);
		ck_assert_msg(key.sort == cases[i].sort, "%s", cases[i].key);
		ck_assert_str_eq(key.user, cases[i].user);
		ck_assert_str_eq(key.target.s, cases[i].target);
		first_keys_release(&key);
	}
}
END_TEST

START_TEST(files_of_nobody_become_their_owners)
{
	struct first_key key = FIRST_KEY_INIT;

	first_keys_read("raw/tasks/0042-B.md", "ada", &key);
	ck_assert(key.sort == FIRST_FILE);
	ck_assert_str_eq(key.target.s, "raw/ada/tasks/0042-B.md");
	first_keys_release(&key);
	first_keys_read("raw/userA/tasks/0042-B.md", "ada", &key);
	ck_assert_str_eq(key.target.s, "raw/usera/tasks/0042-B.md");
	first_keys_release(&key);
}
END_TEST

T_MAIN("export", a_long_line_is_folded_between_characters,
    a_text_of_a_calendar_is_escaped, a_zone_has_each_change_of_its_clock,
    a_cell_that_a_spreadsheet_would_compute_is_a_text,
    a_text_that_would_swallow_what_follows_is_seen,
    a_fence_is_longer_than_all_within, each_key_of_the_first_system_is_known,
    files_of_nobody_become_their_owners)
