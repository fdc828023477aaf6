/* Past and coming weeks: http-api.md, "GET /api/week". */
#include "base/day.h"
#include "base/json.h"
#include "base/zone.h"
#include "t.h"
#include "week/week.h"

#define NOW   INT64_C(1795518000000) /* 2026-11-24, a Tuesday, 12:00 in Berlin */
#define TASKS 120

static struct week
week_of(const struct taskset *set)
{
	static struct slots slots;
	struct err err = ERR_INIT;

	ck_assert_int_eq(
	    slots_parse("morgens=09:00-12:30,nachmittags=13:30-17:00,"
			"abends=18:00-21:30",
		&slots, &err),
	    0);
	return (struct week){
	    .user = "edge",
	    .zone = zone_of("Europe/Berlin"),
	    .slots = &slots,
	    .now = NOW,
	    .ttl_ms = 900000,
	    .next_id = TASKS,
	    .set = set,
	};
}

static void
add_when_line(struct buf *out, const char *key, struct day day, unsigned time)
{
	buf_addf(out, "%s: {datum: ", key);
	day_add(out, day);
	buf_addf(out, ", zeit: %s}\n", task_time_word((enum task_time)time));
}

/* Of three tasks one is done, one fixed to a day to come, one free. */
static void
fill_year(struct taskset *set, struct day today)
{
	struct buf text = BUF_INIT, file = BUF_INIT;
	unsigned i;

	for (i = 0; i < TASKS; i++) {
		buf_reset(&text);
		buf_reset(&file);
		buf_addf(&file, "%04u.md", i);
		buf_addf(&text, "---\ntyp: task\nkategorie: %s\nstatus: %s\n",
		    i % 2 == 0 ? "arbeit" : "privat",
		    i % 3 == 0 ? "abgeschlossen" : "offen");
		if (i % 3 == 0)
			add_when_line(&text, "abgeschlossen_am",
			    day_plus(today, -(int)(i * i % 91)), i / 3 % 3);
		else if (i % 3 == 1)
			add_when_line(&text, "fixedSlot",
			    day_plus(today, 1 + (int)i), i / 3 % 3);
		buf_adds(&text, "---\n");
		taskset_add(set, file.s, "e", text.s, text.len);
	}
	taskset_sort(set);
	buf_release(&text);
	buf_release(&file);
}

/* Count the tasks of a slot, the open one and those done, by their numbers. */
static void
count_slot(struct json_object *slot, const char *date, unsigned seen[TASKS])
{
	struct json_object *done = json_get(slot, "done", json_type_array);
	struct json_object *task = json_get(slot, "task", json_type_object);
	struct json_object *at;
	size_t i;

	if (task != NULL) {
		ck_assert(!json_get_bool(slot, "over"));
		seen[strtoul(json_get_str(task, "id"), NULL, 10)]++;
	}
	for (i = 0; i < json_object_array_length(done); i++) {
		task = json_object_array_get_idx(done, i);
		ck_assert_str_eq(
		    json_get_str(
			json_get(task, "why", json_type_object), "code"),
		    "erledigt");
		at = json_get(task, "abgeschlossen_am", json_type_object);
		ck_assert_str_eq(json_get_str(at, "datum"), date);
		ck_assert_str_eq(
		    json_get_str(at, "zeit"), json_get_str(slot, "zeit"));
		seen[strtoul(json_get_str(task, "id"), NULL, 10)]++;
	}
}

static void
count_days(struct json_object *json, struct day from, unsigned seen[TASKS])
{
	struct json_object *days = json_get(json, "timeline", json_type_array);
	struct json_object *day, *slots;
	struct buf date = BUF_INIT;
	size_t i, k;

	ck_assert_uint_eq(json_object_array_length(days), 7);
	for (i = 0; i < 7; i++) {
		buf_reset(&date);
		day_add(&date, day_plus(from, (int)i));
		day = json_object_array_get_idx(days, i);
		ck_assert_str_eq(json_get_str(day, "datum"), date.s);
		slots = json_get(day, "slots", json_type_array);
		ck_assert_uint_eq(json_object_array_length(slots), TASK_TIMES);
		for (k = 0; k < TASK_TIMES; k++)
			count_slot(
			    json_object_array_get_idx(slots, k), date.s, seen);
	}
	buf_release(&date);
}

/* Count what the week from that day on shows, and go where it says; false if
 * there is nothing more. */
static bool
turn_page(const struct taskset *set, struct day *from, const char *where,
    unsigned seen[TASKS])
{
	struct week week = week_of(set);
	struct json_object *json = NULL;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	bool more;

	week_print_from(&out, &week, *from);
	ck_assert_int_eq(json_parse(out.s, out.len, &json, &err), 0);
	count_days(json, *from, seen);
	more = json_get_str(json, where) != NULL;
	if (more)
		ck_assert_int_eq(day_parse(json_get_str(json, where), from), 0);
	json_object_put(json);
	buf_release(&out);
	return more;
}

START_TEST(paging_shows_each_task_that_has_a_slot_once)
{
	struct taskset set = TASKSET_INIT;
	struct week week = week_of(&set);
	struct day today = day_of(week.now, week.zone), from;
	unsigned seen[TASKS] = {0}, i, n_past = 1, n_coming = 1;

	fill_year(&set, today);
	from = today;
	while (turn_page(&set, &from, "next", seen))
		n_coming++;
	from = day_plus(today, -7);
	while (turn_page(&set, &from, "prev", seen))
		n_past++;
	/* 364 days ahead; and no further back than the first that was done. */
	ck_assert_uint_eq(n_coming, 53);
	ck_assert_uint_eq(n_past, 13);
	for (i = 0; i < TASKS; i++)
		ck_assert_msg(seen[i] == 1, "%04u %u times", i, seen[i]);
	taskset_release(&set);
}
END_TEST

START_TEST(the_week_from_today_leaves_the_same_unplaced)
{
	struct taskset set = TASKSET_INIT;
	struct week week = week_of(&set);
	struct day today = day_of(week.now, week.zone);
	struct buf out = BUF_INIT, from = BUF_INIT;
	int64_t until;

	fill_year(&set, today);
	week_print(&out, &week, &until);
	week_print_from(&from, &week, today);
	ck_assert_ptr_nonnull(strstr(out.s, "\"spaeter\""));
	ck_assert_str_eq(
	    strstr(out.s, "\"unplaced\""), strstr(from.s, "\"unplaced\""));
	taskset_release(&set);
	buf_release(&out);
	buf_release(&from);
}
END_TEST

START_TEST(a_week_within_its_slot_has_the_same_bytes_at_any_moment)
{
	struct taskset set = TASKSET_INIT;
	struct week week = week_of(&set);
	struct day today = day_of(week.now, week.zone);
	struct buf a = BUF_INIT, b = BUF_INIT;

	fill_year(&set, today);
	week_print_from(&a, &week, day_plus(today, -3));
	week.now += INT64_C(29) * 60000; /* until 12:30, when a slot ends */
	week_print_from(&b, &week, day_plus(today, -3));
	ck_assert_str_eq(a.s, b.s);
	week.now += 60000;
	buf_reset(&b);
	week_print_from(&b, &week, day_plus(today, -3));
	ck_assert_str_ne(a.s, b.s);
	taskset_release(&set);
	buf_release(&a);
	buf_release(&b);
}
END_TEST

T_MAIN("week", paging_shows_each_task_that_has_a_slot_once,
    the_week_from_today_leaves_the_same_unplaced,
    a_week_within_its_slot_has_the_same_bytes_at_any_moment)
