#include "base/zone.h"
#include "week/placement.h"

#include <inttypes.h>
#include <time.h>

#include "t.h"

#define BERLIN "Europe/Berlin"
#define SLOTS  "morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30"

/*
 * Golden cases: tests/data/timeline/<case>/input.txt, one thing a line:
 *
 *	zone Europe/Berlin
 *	slots morgens=09:00-12:30,...        (optional)
 *	0042-Titel.md arbeit offen fix=24.11.2026/morgens deadline=01.12.2026
 *	now 2026-11-22T07:00:00+01:00        (places; any number of times)
 *
 * Empty lines and those that begin with '#' count for nothing.
 */
struct scene {
	char zone[64];
	struct slots slots;
	struct task *tasks;
	size_t n, cap;
};

static struct slots
slots_of(const char *s)
{
	struct slots slots;
	struct err err = ERR_INIT;

	ck_assert_msg(slots_parse(s, &slots, &err) == 0, "%s", s);
	return slots;
}

static void
scene_init(struct scene *scene)
{
	*scene = (struct scene){.zone = BERLIN, .slots = slots_of(SLOTS)};
}

static void
scene_release(struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		free(scene->tasks[i].file);
	free(scene->tasks);
}

static struct task *
scene_add(struct scene *scene, const char *file)
{
	struct task *task;

	STD_GROW(scene->tasks, scene->n, scene->cap);
	task = &scene->tasks[scene->n++];
	*task = (struct task)TASK_INIT;
	task->file = std_strdup(file);
	task->number = (unsigned)strtoul(file, NULL, 10);
	return task;
}

static void
read_word(struct task *task, const char *word)
{
	char date[11] = "";

	if (task_kind_parse(word, &task->kind) == 0 ||
	    task_status_parse(word, &task->status) == 0)
		return;

	if (std_starts(word, "deadline=")) {
		task->has_deadline = true;
		ck_assert_int_eq(day_parse(word + 9, &task->deadline), 0);
		return;
	}

	ck_assert_msg(std_starts(word, "fix="), "%s", word);
	task->has_fixed = true;
	memcpy(date, word + 4, 10);
	ck_assert_int_eq(day_parse(date, &task->fixed.date), 0);
	ck_assert_int_eq(task_time_parse(word + 15, &task->fixed.time), 0);
}

static void
print_task(struct buf *out, const struct task *task, bool risk)
{
	buf_addf(out, " %s %s%s", task->file, task_kind_word(task->kind),
	    risk ? " deadlineRisk" : "");
}

static void
print(struct buf *out, const struct scene *scene, int64_t now,
    const struct placement *week)
{
	static const char names[][3] = {
	    "So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"};
	size_t i, j;

	buf_adds(out, "now ");
	day_add_rfc3339(out, now);
	buf_adds(out, "\nvalidUntil ");
	day_add_rfc3339(out, week->valid_until);
	buf_addc(out, '\n');
	for (i = 0; i < week->n_days; i++) {
		const struct placement_day *day = &week->days[i];

		buf_addf(out, "%s ", names[day_weekday(day->date)]);
		day_add(out, day->date);
		for (j = 0; j < day->n_slots; j++) {
			const struct placement_slot *slot = &day->slots[j];

			buf_addf(out, " | %s", task_time_word(slot->time));
			if (slot->taken)
				print_task(out, &scene->tasks[slot->entry.task],
				    slot->entry.deadline_risk);
		}
		buf_addc(out, '\n');
	}
	for (i = 0; i < week->n_unplaced; i++) {
		const struct placement_entry *entry = &week->unplaced[i];

		buf_adds(out, placement_why_word(entry->why));
		print_task(
		    out, &scene->tasks[entry->task], entry->deadline_risk);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

/*
 * The second opinion: no sorting, no list of days; slot by slot it asks who
 * of all tasks may have it.
 */
struct cell {
	const struct task *task;
	bool left;
};

static bool
goes_first(const struct task *a, const struct task *b)
{
	if (b == NULL || a->number != b->number)
		return b == NULL || a->number < b->number;
	return strcmp(a->file, b->file) < 0;
}

static int
minute_of(int64_t now, const char *zone)
{
	time_t seconds = now / 1000;
	struct tm tm;

	(void)day_of(now, zone_of(zone)); /* sets the zone of the C library */
	localtime_r(&seconds, &tm);
	return tm.tm_hour * 60 + tm.tm_min;
}

static bool
may_have(
    const struct task *task, struct day date, enum task_time time, bool fixed)
{
	bool weekend = day_weekday(date) % 6 == 0;

	if (task->status != TASK_OFFEN || task->has_fixed != fixed)
		return false;
	if (fixed)
		return day_cmp(task->fixed.date, date) == 0 &&
		       task->fixed.time == time;
	return time != TASK_ABENDS && weekend == (task->kind == TASK_PRIVAT);
}

static const struct task *
best_for(const struct scene *scene, const bool *placed, struct day date,
    enum task_time time, bool fixed)
{
	const struct task *best = NULL;
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (!placed[i] &&
		    may_have(&scene->tasks[i], date, time, fixed) &&
		    goes_first(&scene->tasks[i], best))
			best = &scene->tasks[i];
	return best;
}

static void
fill_cells(const struct scene *scene, int64_t now, bool *placed,
    struct cell cells[PLACEMENT_DAYS][TASK_TIMES])
{
	struct day today = day_of(now, zone_of(scene->zone));
	int minute = minute_of(now, scene->zone);
	int fixed, i, time;

	for (fixed = 1; fixed >= 0; fixed--)
		for (i = 0; i < PLACEMENT_DAYS; i++)
			for (time = 0; time < TASK_TIMES; time++) {
				struct cell *cell = &cells[i][time];

				cell->left =
				    i > 0 || minute < scene->slots.at[time].to;
				if (!cell->left || cell->task != NULL)
					continue;
				cell->task =
				    best_for(scene, placed, day_plus(today, i),
					(enum task_time)time, fixed);
				if (cell->task != NULL)
					placed[cell->task - scene->tasks] =
					    true;
			}
}

static enum placement_why
reason_of(const struct scene *scene, const struct task *task, int64_t now)
{
	struct day today = day_of(now, zone_of(scene->zone));
	int minute = minute_of(now, scene->zone);

	if (!task->has_fixed)
		return PLACEMENT_KEIN_PLATZ;
	if (day_cmp(task->fixed.date, today) < 0)
		return PLACEMENT_UEBERFAELLIG;
	if (day_cmp(task->fixed.date, today) == 0 &&
	    minute >= scene->slots.at[task->fixed.time].to)
		return PLACEMENT_UEBERFAELLIG;
	if (day_cmp(task->fixed.date, day_plus(today, 7)) >= 0)
		return PLACEMENT_SPAETER;
	return PLACEMENT_DOPPELT_BELEGT;
}

static void
check_cells(const struct scene *scene, int64_t now,
    const struct placement *week, const struct cell (*cells)[TASK_TIMES])
{
	struct day today = day_of(now, zone_of(scene->zone));
	size_t day = 0;
	int i, time;

	for (i = 0; i < PLACEMENT_DAYS; i++) {
		size_t left = 0;

		for (time = 0; time < TASK_TIMES; time++) {
			const struct cell *cell = &cells[i][time];
			const struct placement_slot *slot;

			if (!cell->left)
				continue;
			ck_assert_uint_lt(day, week->n_days);
			slot = &week->days[day].slots[left++];
			ck_assert_int_eq((int)slot->time, time);
			ck_assert(slot->taken == (cell->task != NULL));
			if (!slot->taken)
				continue;
			ck_assert_ptr_eq(
			    &scene->tasks[slot->entry.task], cell->task);
			ck_assert(placement_is_placed(slot->entry.why));
			ck_assert(slot->entry.deadline_risk ==
				  (cell->task->has_deadline &&
				      day_cmp(cell->task->deadline,
					  day_plus(today, i)) < 0));
		}
		if (left == 0)
			continue;
		ck_assert_int_eq(
		    day_cmp(week->days[day].date, day_plus(today, i)), 0);
		ck_assert_uint_eq(week->days[day].n_slots, left);
		day++;
	}
	ck_assert_uint_eq(day, week->n_days);
}

static void
check_unplaced(const struct scene *scene, int64_t now,
    const struct placement *week, const bool *placed)
{
	struct day end = day_plus(day_of(now, zone_of(scene->zone)), 7);
	const struct task *last = NULL;
	size_t i, n = 0;

	for (i = 0; i < scene->n; i++)
		n += scene->tasks[i].status == TASK_OFFEN && !placed[i];
	ck_assert_uint_eq(week->n_unplaced, n);

	for (i = 0; i < n; i++) {
		const struct placement_entry *entry = &week->unplaced[i];
		const struct task *task = &scene->tasks[entry->task];

		ck_assert(!placed[entry->task]);
		ck_assert_int_eq(task->status, TASK_OFFEN);
		ck_assert(last == NULL || goes_first(last, task));
		ck_assert_int_eq(entry->why, reason_of(scene, task, now));
		ck_assert(
		    entry->deadline_risk ==
		    (task->has_deadline && day_cmp(task->deadline, end) < 0));
		last = task;
	}
}

static void
check_against_second_opinion(
    const struct scene *scene, int64_t now, const struct placement *week)
{
	struct cell cells[PLACEMENT_DAYS][TASK_TIMES] = {0};
	bool *placed = std_zalloc(scene->n);

	fill_cells(scene, now, placed, cells);
	check_cells(scene, now, week, (const struct cell(*)[TASK_TIMES])cells);
	check_unplaced(scene, now, week, placed);
	free(placed);
}

static void
place_days(
    const struct scene *scene, int64_t now, int n_days, struct placement *week)
{
	const struct placement_frame frame = {
	    .now = now,
	    .zone = zone_of(scene->zone),
	    .slots = &scene->slots,
	    .n_days = n_days,
	};
	const struct task **tasks = std_alloc(scene->n * sizeof *tasks);
	size_t i;

	for (i = 0; i < scene->n; i++)
		tasks[i] = &scene->tasks[i];
	placement_place(tasks, scene->n, &frame, week);
	free(tasks);
}

static void
place(const struct scene *scene, int64_t now, struct placement *week)
{
	place_days(scene, now, PLACEMENT_DAYS, week);
}

static void
run_line(struct scene *scene, struct buf *out, char *line)
{
	struct placement week = PLACEMENT_INIT;
	char *rest, *word = strtok_r(line, " ", &rest);
	struct task *task;
	int64_t now;

	if (word == NULL || word[0] == '#')
		return;

	if (strcmp(word, "zone") == 0) {
		snprintf(scene->zone, sizeof scene->zone, "%s", rest);
		ck_assert(zone_ok(scene->zone));
	} else if (strcmp(word, "slots") == 0) {
		scene->slots = slots_of(rest);
	} else if (strcmp(word, "now") == 0) {
		ck_assert_int_eq(day_parse_rfc3339(rest, &now), 0);
		place(scene, now, &week);
		print(out, scene, now, &week);
		check_against_second_opinion(scene, now, &week);
		placement_release(&week);
	} else {
		task = scene_add(scene, word);
		while ((word = strtok_r(NULL, " ", &rest)) != NULL)
			read_word(task, word);
	}
}

static void
golden(const char *name)
{
	struct buf input = BUF_INIT, out = BUF_INIT, path = BUF_INIT;
	struct scene scene;
	char *line, *rest;

	scene_init(&scene);
	buf_addf(&path, "timeline/%s/input.txt", name);
	t_data(&input, path.s);
	for (line = strtok_r(input.s, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		run_line(&scene, &out, line);

	buf_reset(&path);
	buf_addf(&path, "timeline/%s/expected.txt", name);
	t_golden(path.s, out.s, out.len);
	scene_release(&scene);
	buf_release(&input);
	buf_release(&out);
	buf_release(&path);
}

#define GOLDEN(sentence, name)                                                 \
	START_TEST(sentence)                                                   \
	{                                                                      \
		golden(name);                                                  \
	}                                                                      \
	END_TEST

GOLDEN(a_week_without_tasks_lists_its_free_slots, "empty")
GOLDEN(a_lower_number_goes_first, "order")
GOLDEN(before_the_first_slot_all_of_today_is_left, "before-first-slot")
GOLDEN(a_slot_is_there_until_the_millisecond_of_its_end, "slot-ends")
GOLDEN(between_two_slots_only_the_past_ones_are_gone, "gaps")
GOLDEN(after_the_last_slot_today_is_not_listed, "after-last-slot")
GOLDEN(midnight_moves_the_horizon, "midnight")
GOLDEN(the_day_that_loses_an_hour_keeps_its_slots, "spring")
GOLDEN(the_day_that_wins_an_hour_keeps_its_slots, "autumn")
GOLDEN(slots_within_the_lost_and_the_repeated_hour_have_an_end, "odd-hours")
GOLDEN(of_two_fixed_in_one_slot_the_lower_number_has_it, "two-fixed")
GOLDEN(a_fixed_task_takes_its_slot_whatever_its_kategorie, "fixed-anywhere")
GOLDEN(fixed_in_the_past_is_ueberfaellig_beyond_the_week_spaeter, "fixed-out")
GOLDEN(a_free_task_moves_around_the_fixed_ones, "around-fixed")
GOLDEN(a_cut_day_gives_what_is_left_of_it, "cut-days")
GOLDEN(what_finds_no_slot_is_kein_platz, "full")
GOLDEN(a_deadline_moves_nothing_but_is_at_risk, "deadlines")
GOLDEN(two_files_with_one_number_are_both_placed_by_name, "same-number")
GOLDEN(closed_tasks_are_left_out, "closed")
GOLDEN(the_zone_decides_what_day_it_is, "zones")
GOLDEN(slots_are_a_setting, "custom-slots")
GOLDEN(the_week_goes_on_over_the_end_of_the_year, "new-year")

/* A generator of our own, so that a seed means the same everywhere. */
static unsigned
roll(uint64_t *seed, unsigned n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)((*seed >> 33) % n);
}

static void
random_task(struct scene *scene, uint64_t *seed, struct day today)
{
	struct buf file = BUF_INIT;
	struct task *task;

	buf_addf(&file, "%04u-%c%zu.md", roll(seed, 30),
	    'a' + (char)roll(seed, 3), scene->n);
	task = scene_add(scene, file.s);
	task->kind = (enum task_kind)roll(seed, TASK_KINDS);
	if (roll(seed, 4) == 0)
		task->status = (enum task_status)roll(seed, TASK_STATUSES);
	task->has_fixed = roll(seed, 3) == 0;
	task->fixed.date = day_plus(today, (int)roll(seed, 12) - 2);
	task->fixed.time = (enum task_time)roll(seed, TASK_TIMES);
	task->has_deadline = roll(seed, 2) == 0;
	task->deadline = day_plus(today, (int)roll(seed, 12) - 2);
	buf_release(&file);
}

static int64_t
random_scene(struct scene *scene, uint64_t seed)
{
	static const char *const zones[] = {BERLIN, "UTC", "America/New_York",
	    "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"};
	static const char *const slots[] = {SLOTS,
	    "morgens=04:00-08:00,nachmittags=08:00-16:00,abends=16:00-24:00",
	    "morgens=10:00-10:01,nachmittags=12:00-12:05,abends=22:58-22:59"};
	uint64_t *s = &seed;
	unsigned n;
	int64_t now;

	scene_init(scene);
	roll(s, 1);
	snprintf(scene->zone, sizeof scene->zone, "%s", zones[roll(s, 6)]);
	scene->slots = slots_of(slots[roll(s, 3)]);
	/* Within two years of 2026-01-01, to the millisecond. */
	now = INT64_C(1767225600000) + roll(s, 730) * DAY_MS +
	      (int64_t)roll(s, 86400000);
	for (n = roll(s, roll(s, 8) == 0 ? 120 : 30); n > 0; n--)
		random_task(scene, s, day_of(now, zone_of(scene->zone)));
	return now;
}

static unsigned
rounds(void)
{
	return t_long() ? 40000 : 3000;
}

START_TEST(every_open_task_is_exactly_once_in_a_slot_or_unplaced)
{
	struct placement week;
	struct scene scene;
	unsigned seed;
	size_t i, j;

	for (seed = 0; seed < rounds(); seed++) {
		int64_t now = random_scene(&scene, seed);
		unsigned *seen = std_zalloc(scene.n * sizeof *seen);

		week = (struct placement)PLACEMENT_INIT;
		place(&scene, now, &week);
		for (i = 0; i < week.n_days; i++)
			for (j = 0; j < week.days[i].n_slots; j++)
				if (week.days[i].slots[j].taken)
					seen[week.days[i]
						 .slots[j]
						 .entry.task]++;
		for (i = 0; i < week.n_unplaced; i++)
			seen[week.unplaced[i].task]++;
		for (i = 0; i < scene.n; i++)
			ck_assert_msg(
			    seen[i] == (scene.tasks[i].status == TASK_OFFEN),
			    "seed %u: %s %u times", seed, scene.tasks[i].file,
			    seen[i]);
		free(seen);
		placement_release(&week);
		scene_release(&scene);
	}
}
END_TEST

START_TEST(a_second_implementation_comes_to_the_same)
{
	struct placement week;
	struct scene scene;
	unsigned seed;
	int64_t now;

	for (seed = 0; seed < rounds(); seed++) {
		now = random_scene(&scene, seed);
		week = (struct placement)PLACEMENT_INIT;
		place(&scene, now, &week);
		check_against_second_opinion(&scene, now, &week);
		placement_release(&week);
		scene_release(&scene);
	}
}
END_TEST

static void
shuffle(struct scene *scene, uint64_t seed)
{
	struct task swap;
	size_t i, j;

	for (i = scene->n; i > 1; i--) {
		j = roll(&seed, (unsigned)i);
		swap = scene->tasks[i - 1];
		scene->tasks[i - 1] = scene->tasks[j];
		scene->tasks[j] = swap;
	}
}

static void
place_and_print(struct buf *out, const struct scene *scene, int64_t now)
{
	struct placement week = PLACEMENT_INIT;

	place(scene, now, &week);
	print(out, scene, now, &week);
	placement_release(&week);
}

START_TEST(the_order_of_the_input_changes_nothing)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct scene scene;
	unsigned seed;
	int64_t now;

	for (seed = 0; seed < rounds() / 4; seed++) {
		now = random_scene(&scene, seed);
		place_and_print(&before, &scene, now);
		shuffle(&scene, seed);
		place_and_print(&after, &scene, now);
		ck_assert_str_eq(before.s, after.s);
		buf_reset(&before);
		buf_reset(&after);
		scene_release(&scene);
	}
	buf_release(&before);
	buf_release(&after);
}
END_TEST

/* Days, slots and tasks, without the line that names now. */
static void
place_at(struct buf *out, const struct scene *scene, int64_t now)
{
	const char *days;

	buf_reset(out);
	place_and_print(out, scene, now);
	days = strchr(strchr(out->s, '\n') + 1, '\n');
	buf_splice(out, 0, (size_t)(days - out->s), "", 0);
}

START_TEST(until_valid_until_nothing_changes_and_then_it_does)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct placement week;
	struct scene scene;
	unsigned seed;
	int64_t now, until;

	for (seed = 0; seed < rounds() / 4; seed++) {
		now = random_scene(&scene, seed);
		week = (struct placement)PLACEMENT_INIT;
		place(&scene, now, &week);
		until = week.valid_until;
		placement_release(&week);

		ck_assert_int_gt(until, now);
		place_at(&a, &scene, now);
		place_at(&b, &scene, until - 1);
		ck_assert_str_eq(a.s, b.s);
		place_at(&b, &scene, until);
		ck_assert_str_ne(a.s, b.s);
		scene_release(&scene);
	}
	buf_release(&a);
	buf_release(&b);
}
END_TEST

START_TEST(slots_are_read_from_the_setting)
{
	struct slots s = slots_of(SLOTS);

	ck_assert_int_eq(s.at[TASK_MORGENS].from, 9 * 60);
	ck_assert_int_eq(s.at[TASK_MORGENS].to, 12 * 60 + 30);
	ck_assert_int_eq(s.at[TASK_NACHMITTAGS].from, 13 * 60 + 30);
	ck_assert_int_eq(s.at[TASK_NACHMITTAGS].to, 17 * 60);
	ck_assert_int_eq(s.at[TASK_ABENDS].from, 18 * 60);
	ck_assert_int_eq(s.at[TASK_ABENDS].to, 21 * 60 + 30);
	s = slots_of(
	    "morgens=00:00-08:00,nachmittags=08:00-16:00,abends=16:00-24:00");
	ck_assert_int_eq(s.at[TASK_MORGENS].from, 0);
	ck_assert_int_eq(s.at[TASK_ABENDS].to, 1440);
}
END_TEST

START_TEST(what_are_no_slots_is_refused)
{
	static const char *const bad[] = {"", "morgens",
	    "morgens=", "morgens=09:00-12:30", "morgens=09:00-12:30,",
	    "morgens=09:00-12:30,nachmittags=13:30-17:00", SLOTS ",", SLOTS " ",
	    " " SLOTS, SLOTS ",abends=22:00-23:00",
	    "nachmittags=13:30-17:00,morgens=09:00-12:30,abends=18:00-21:30",
	    "morgens=09:00-12:30,morgens=13:30-17:00,abends=18:00-21:30",
	    "morgens=09:00-13:31,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=12:30-09:00,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=09:00-09:00,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=9:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=09:60-12:30,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-24:01",
	    "morgens=09.00-12.30,nachmittags=13:30-17:00,abends=18:00-21:30",
	    "morgens=-9:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30"};
	struct slots slots = {.at = {{1, 2}}};
	struct err err;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		err = (struct err)ERR_INIT;
		ck_assert_msg(
		    slots_parse(bad[i], &slots, &err) == -1, "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_str_ne(t_text(&err), "");
	}
	ck_assert_int_eq(slots.at[0].from, 1);
	ck_assert_int_eq(slots.at[0].to, 2);
}
END_TEST

START_TEST(each_why_has_its_own_word)
{
	static const char *const words[PLACEMENT_WHYS] = {"reihenfolge",
	    "verdraengt", "fest", "erledigt", "doppelt_belegt", "ueberfaellig",
	    "spaeter", "kein_platz"};
	int why;

	for (why = 0; why < PLACEMENT_WHYS; why++) {
		ck_assert_str_eq(
		    placement_why_word((enum placement_why)why), words[why]);
		ck_assert(placement_is_placed((enum placement_why)why) ==
			  (why < PLACEMENT_DOPPELT_BELEGT));
	}
}
END_TEST

/* Count the slots for free tasks of that kind that come before the task's, or
 * all of them if it has none. */
static unsigned
count_before(const struct scene *scene, const struct placement *week,
    const char *file, enum task_kind kind)
{
	unsigned n = 0;
	size_t i, j;

	for (i = 0; i < week->n_days; i++)
		for (j = 0; j < week->days[i].n_slots; j++) {
			const struct placement_slot *slot =
			    &week->days[i].slots[j];
			bool weekend = day_weekday(week->days[i].date) % 6 == 0;

			if (slot->taken &&
			    strcmp(scene->tasks[slot->entry.task].file, file) ==
				0)
				return n;
			n += slot->time != TASK_ABENDS &&
			     weekend == (kind == TASK_PRIVAT);
		}
	return n;
}

/* Return the scene without the tasks that are fixed to that slot. */
static struct scene
scene_without(const struct scene *scene, const struct task_when *slot)
{
	struct scene other = *scene;
	size_t i;

	other.tasks = std_alloc(scene->n * sizeof *other.tasks);
	for (i = 0; i < scene->n; i++) {
		struct task *task = &other.tasks[i];

		*task = scene->tasks[i];
		if (task->has_fixed && task->fixed.time == slot->time &&
		    day_cmp(task->fixed.date, slot->date) == 0)
			task->status = TASK_ABGESCHLOSSEN;
	}
	return other;
}

/* Count by how many slots the task would stand earlier if nothing were fixed
 * to that slot. */
static int
count_gain(const struct scene *scene, int64_t now, const struct task *task,
    const struct task_when *slot)
{
	struct placement week = PLACEMENT_INIT, after = PLACEMENT_INIT;
	struct scene other = scene_without(scene, slot);
	int gain;

	place(scene, now, &week);
	place(&other, now, &after);
	gain = (int)count_before(scene, &week, task->file, task->kind) -
	       (int)count_before(&other, &after, task->file, task->kind);
	placement_release(&week);
	placement_release(&after);
	free(other.tasks);
	return gain;
}

/* Why is true if the week without a fixed task shows it. */
static void
check_why_of_free(
    const struct scene *scene, int64_t now, const struct placement_entry *entry)
{
	const struct task *task = &scene->tasks[entry->task];
	size_t i;

	if (entry->why == PLACEMENT_VERDRAENGT) {
		ck_assert(scene->tasks[entry->by].has_fixed);
		ck_assert_int_gt(count_gain(scene, now, task,
				     &scene->tasks[entry->by].fixed),
		    0);
		return;
	}
	ck_assert_int_eq(entry->why, PLACEMENT_REIHENFOLGE);
	for (i = 0; i < scene->n; i++)
		if (scene->tasks[i].has_fixed)
			ck_assert_int_eq(count_gain(scene, now, task,
					     &scene->tasks[i].fixed),
			    0);
}

static void
check_why(
    const struct scene *scene, int64_t now, const struct placement_entry *entry)
{
	const struct task *task = &scene->tasks[entry->task];
	const struct task *by;

	if (placement_is_placed(entry->why)) {
		ck_assert(task->has_fixed == (entry->why == PLACEMENT_FEST));
		if (!task->has_fixed)
			check_why_of_free(scene, now, entry);
	} else if (entry->why == PLACEMENT_DOPPELT_BELEGT) {
		by = &scene->tasks[entry->by];
		ck_assert(by->has_fixed && goes_first(by, task));
		ck_assert_int_eq(day_cmp(by->fixed.date, task->fixed.date), 0);
		ck_assert_int_eq(by->fixed.time, task->fixed.time);
	}
	ck_assert((entry->by != PLACEMENT_NOBODY) ==
		  (entry->why == PLACEMENT_VERDRAENGT ||
		      entry->why == PLACEMENT_DOPPELT_BELEGT));
}

START_TEST(why_names_the_task_without_which_the_place_would_be_another)
{
	unsigned seed, n_pushed = 0;
	struct placement week;
	struct scene scene;
	size_t i, j;

	for (seed = 0; seed < rounds() / 30; seed++) {
		int64_t now = random_scene(&scene, seed);

		week = (struct placement)PLACEMENT_INIT;
		place(&scene, now, &week);
		for (i = 0; i < week.n_unplaced; i++)
			check_why(&scene, now, &week.unplaced[i]);
		for (i = 0; i < week.n_days; i++)
			for (j = 0; j < week.days[i].n_slots; j++) {
				const struct placement_slot *slot =
				    &week.days[i].slots[j];

				if (!slot->taken)
					continue;
				check_why(&scene, now, &slot->entry);
				n_pushed +=
				    slot->entry.why == PLACEMENT_VERDRAENGT;
			}
		placement_release(&week);
		scene_release(&scene);
	}
	ck_assert_uint_gt(n_pushed, 50);
}
END_TEST

static void
check_same_day(const struct placement_day *a, const struct placement_day *b)
{
	size_t k;

	ck_assert_int_eq(day_cmp(a->date, b->date), 0);
	ck_assert_uint_eq(a->n_slots, b->n_slots);
	for (k = 0; k < a->n_slots; k++) {
		const struct placement_slot *s = &a->slots[k];
		const struct placement_slot *t = &b->slots[k];

		ck_assert_int_eq(s->time, t->time);
		ck_assert(s->taken == t->taken);
		if (!s->taken)
			continue;
		ck_assert_uint_eq(s->entry.task, t->entry.task);
		ck_assert_int_eq(s->entry.why, t->entry.why);
		ck_assert_uint_eq(s->entry.by, t->entry.by);
		ck_assert(s->entry.deadline_risk == t->entry.deadline_risk);
	}
}

START_TEST(a_longer_horizon_has_the_same_days_at_its_beginning)
{
	struct placement week, longer;
	unsigned seed, n_less = 0;
	struct scene scene;
	int64_t now;
	size_t i;

	for (seed = 0; seed < rounds() / 4; seed++) {
		now = random_scene(&scene, seed);
		week = longer = (struct placement)PLACEMENT_INIT;
		place(&scene, now, &week);
		place_days(&scene, now, 8 + (int)(seed % 50), &longer);
		ck_assert_int_eq(week.valid_until, longer.valid_until);
		ck_assert_uint_gt(longer.n_days, week.n_days);
		for (i = 0; i < week.n_days; i++)
			check_same_day(&week.days[i], &longer.days[i]);
		ck_assert_uint_le(longer.n_unplaced, week.n_unplaced);
		n_less += longer.n_unplaced < week.n_unplaced;
		placement_release(&week);
		placement_release(&longer);
		scene_release(&scene);
	}
	ck_assert_uint_gt(n_less, rounds() / 16);
}
END_TEST

START_TEST(the_nearest_fixed_task_before_a_place_is_named)
{
	static const char *const lines[] = {"0001.md arbeit offen",
	    "0002.md arbeit offen", "0003.md privat offen",
	    "0901.md arbeit offen fix=23.11.2026/abends",
	    "0902.md privat offen fix=23.11.2026/nachmittags",
	    "0903.md privat offen fix=24.11.2026/morgens"};
	struct placement week = PLACEMENT_INIT;
	struct buf out = BUF_INIT, line = BUF_INIT;
	struct scene scene;
	size_t i;

	scene_init(&scene);
	for (i = 0; i < ARRAY_LEN(lines); i++) {
		buf_set(&line, lines[i], strlen(lines[i]));
		run_line(&scene, &out, line.s);
	}
	/* Monday at 07:30 UTC. */
	place(&scene, INT64_C(1795419000000), &week);
	ck_assert_int_eq(
	    week.days[0].slots[0].entry.why, PLACEMENT_REIHENFOLGE);
	ck_assert_int_eq(week.days[1].slots[1].entry.why, PLACEMENT_VERDRAENGT);
	ck_assert_str_eq(
	    scene.tasks[week.days[1].slots[1].entry.by].file, "0903.md");
	/* What stands in other days' slots or in the evening pushes nobody. */
	ck_assert_int_eq(
	    week.days[5].slots[0].entry.why, PLACEMENT_REIHENFOLGE);
	placement_release(&week);
	scene_release(&scene);
	buf_release(&out);
	buf_release(&line);
}
END_TEST

START_TEST(a_hundred_thousand_tasks_are_placed_at_once)
{
	struct placement week = PLACEMENT_INIT;
	struct scene scene;
	uint64_t seed = 1;
	char file[32];
	clock_t start;
	int i;

	scene_init(&scene);
	for (i = 0; i < 100000; i++) {
		snprintf(
		    file, sizeof file, "%04u-%06d.md", roll(&seed, 10000), i);
		scene_add(&scene, file);
	}
	start = clock();
	place(&scene, INT64_C(1795327200000), &week);
	/* Some 0.1 s under the sanitizers; a quadratic one takes minutes. */
	ck_assert_int_lt((clock() - start) / CLOCKS_PER_SEC, 5);
	ck_assert_uint_eq(week.n_unplaced, 100000 - 10);
	placement_release(&week);
	scene_release(&scene);
}
END_TEST

T_MAIN("timeline", a_week_without_tasks_lists_its_free_slots,
    a_lower_number_goes_first, before_the_first_slot_all_of_today_is_left,
    a_slot_is_there_until_the_millisecond_of_its_end,
    between_two_slots_only_the_past_ones_are_gone,
    after_the_last_slot_today_is_not_listed, midnight_moves_the_horizon,
    the_day_that_loses_an_hour_keeps_its_slots,
    the_day_that_wins_an_hour_keeps_its_slots,
    slots_within_the_lost_and_the_repeated_hour_have_an_end,
    of_two_fixed_in_one_slot_the_lower_number_has_it,
    a_fixed_task_takes_its_slot_whatever_its_kategorie,
    fixed_in_the_past_is_ueberfaellig_beyond_the_week_spaeter,
    a_free_task_moves_around_the_fixed_ones, a_cut_day_gives_what_is_left_of_it,
    what_finds_no_slot_is_kein_platz, a_deadline_moves_nothing_but_is_at_risk,
    two_files_with_one_number_are_both_placed_by_name,
    closed_tasks_are_left_out, the_zone_decides_what_day_it_is,
    slots_are_a_setting, the_week_goes_on_over_the_end_of_the_year,
    every_open_task_is_exactly_once_in_a_slot_or_unplaced,
    a_second_implementation_comes_to_the_same,
    the_order_of_the_input_changes_nothing,
    until_valid_until_nothing_changes_and_then_it_does,
    slots_are_read_from_the_setting, what_are_no_slots_is_refused,
    each_why_has_its_own_word,
    why_names_the_task_without_which_the_place_would_be_another,
    a_longer_horizon_has_the_same_days_at_its_beginning,
    the_nearest_fixed_task_before_a_place_is_named,
    a_hundred_thousand_tasks_are_placed_at_once)
