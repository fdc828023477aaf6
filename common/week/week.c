#include "week/week.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/json.h"
#include "base/std.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_json.h"
#include "week/filter.h"
#include "week/problems.h"
#include "week/week_task.h"

#define PART_NUMBERS 100 /* of unplaced tasks in a part */

static void
add_date(struct buf *out, const char *key, struct day day)
{
	struct buf text = BUF_INIT;

	day_add(&text, day);
	json_key(out, key);
	json_add_str(out, text.s);
	buf_release(&text);
}

static void
add_instant(struct buf *out, const char *key, int64_t ms)
{
	struct buf text = BUF_INIT;

	day_add_rfc3339(&text, ms);
	json_key(out, key);
	json_add_str(out, text.s);
	buf_release(&text);
}

void
week_add_task(struct buf *out, const struct ledger *sync,
    const struct task *task, const char *etag)
{
	const struct ledger_file *record =
	    sync != NULL ? ledger_find(sync, task->file) : NULL;

	week_task_add_file(out, task);
	week_task_add_sync(out, sync, record, etag);
}

/* The good files of a set, placed.  What they hold is still the set's. */
struct placed {
	const struct week *week;
	const struct task **tasks;
	const struct taskset_file **files;  /* of each task */
	const struct ledger_file **records; /* of each task; or NULL */
	size_t n;
	struct placement timeline;
	struct gzip_parts *parts; /* that the week is printed into, or NULL */
};

static void
add_why(struct buf *out, const struct week_standing *standing)
{
	const char *word = placement_why_word(standing->entry->why);

	json_key(out, "why");
	json_open(out, '{');
	json_key(out, "code");
	json_add_str(out, word);
	if (standing->by != NULL) {
		json_key(out, "by");
		json_add_str(out, standing->by);
	}
	json_close(out, '}');
	if (!placement_is_placed(standing->entry->why)) {
		json_key(out, "reason");
		json_add_str(out, word);
	}
}

/* Return true if a task stands as week_print_waiting has printed it. */
static bool
is_waiting(const struct week *week, const struct week_standing *standing)
{
	const struct taskset_file *f = standing->file;

	return standing->entry != NULL &&
	       standing->entry->why == PLACEMENT_KEIN_PLATZ &&
	       !standing->entry->deadline_risk &&
	       week_task_is_clean(week->sync, standing->record, f->etag);
}

/* Append what the file alone does not tell. */
static void
add_how_placed(struct buf *out, const struct week *week,
    const struct week_standing *standing)
{
	const struct taskset_file *f = standing->file;
	const struct placement_entry *entry = standing->entry;

	week_task_add_sync(out, week->sync, standing->record, f->etag);
	json_key(out, "deadlineRisk");
	json_add_bool(out, entry != NULL && entry->deadline_risk);
	taskset_add_etag(out, f->hash);
	if (entry != NULL)
		add_why(out, standing);
}

void
week_add_standing(struct buf *out, const struct week *week,
    const struct week_standing *standing)
{
	const struct taskset_file *f = standing->file;

	if (f->shown != NULL && is_waiting(week, standing)) {
		json_add_raw(out, f->shown, f->shown_len);
		return;
	}
	if (f->shown != NULL)
		json_add_raw(out, f->shown, f->shown_own);
	else
		week_task_add_file(out, &f->task);
	add_how_placed(out, week, standing);
}

void
week_print_waiting(struct taskset *set)
{
	const struct week week = {.sync = NULL};
	const struct placement_entry waiting = {
	    .why = PLACEMENT_KEIN_PLATZ, .by = PLACEMENT_NOBODY};
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < set->n; i++) {
		struct taskset_file *f = &set->files[i];
		const struct week_standing standing = {
		    .file = f, .entry = &waiting};

		if (f->bad || f->shown != NULL || f->task.status != TASK_OFFEN)
			continue;
		buf_reset(&text);
		week_task_add_file(&text, &f->task);
		f->shown_own = text.len;
		add_how_placed(&text, &week, &standing);
		f->shown = std_strndup(text.s, text.len);
		f->shown_len = text.len;
	}
	buf_release(&text);
}

/* Return how the n-th task stands; entry is NULL if it is not open. */
static struct week_standing
standing_of(
    const struct placed *placed, size_t n, const struct placement_entry *entry)
{
	bool has_by = entry != NULL && entry->by != PLACEMENT_NOBODY;

	return (struct week_standing){
	    .file = placed->files[n],
	    .record = placed->records[n],
	    .entry = entry,
	    .by = has_by ? placed->tasks[entry->by]->file : NULL,
	};
}

static void
add_entry(struct buf *out, const struct placed *placed,
    const struct placement_entry *entry)
{
	const struct week_standing standing =
	    standing_of(placed, entry->task, entry);

	json_open(out, '{');
	week_add_standing(out, placed->week, &standing);
	json_close(out, '}');
}

static void
add_day(struct buf *out, const struct placed *placed,
    const struct placement_day *day)
{
	size_t i;

	json_open(out, '{');
	add_date(out, "datum", day->date);
	json_key(out, "dayOfWeek");
	json_add_int(out, day_weekday(day->date));
	json_key(out, "slots");
	json_open(out, '[');
	for (i = 0; i < day->n_slots; i++) {
		const struct placement_slot *slot = &day->slots[i];

		json_open(out, '{');
		json_key(out, "zeit");
		json_add_str(out, task_time_word(slot->time));
		json_key(out, "task");
		if (slot->taken)
			add_entry(out, placed, &slot->entry);
		else
			json_add_null(out);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

/* Append the unplaced tasks.  They are most of a long week, by number: those of
 * each hundred numbers may be a part of their own. */
static void
add_unplaced(struct buf *out, const struct placed *placed)
{
	unsigned part, last = 0;
	size_t i;

	json_key(out, "unplaced");
	json_open(out, '[');
	for (i = 0; i < placed->timeline.n_unplaced; i++) {
		const struct placement_entry *e = &placed->timeline.unplaced[i];

		part = placed->tasks[e->task]->number / PART_NUMBERS + 1;
		if (placed->parts != NULL && part != last)
			gzip_parts_cut(placed->parts, part);
		last = part;
		add_entry(out, placed, e);
	}
	json_close(out, ']');
}

static void
add_timeline(struct buf *out, const struct placed *placed)
{
	const struct placement *timeline = &placed->timeline;
	size_t i;

	json_key(out, "timeline");
	json_open(out, '[');
	for (i = 0; i < timeline->n_days; i++)
		add_day(out, placed, &timeline->days[i]);
	json_close(out, ']');
	add_unplaced(out, placed);
}

/* Count the days of a horizon that ends no earlier than that day. */
static int
count_days(const struct week *week, struct day last)
{
	struct day today = day_of(week->now, week->zone);
	int n = PLACEMENT_DAYS;

	while (day_cmp(day_plus(today, n - 1), last) < 0)
		n++;
	return n;
}

/* Find the record of each file; both are in the order of names. */
static void
find_records(struct placed *placed)
{
	const struct ledger *sync = placed->week->sync;
	size_t i, at = 0;
	int order;

	for (i = 0; sync != NULL && i < placed->n && at < sync->n;) {
		order = strcmp(sync->files[at]->file, placed->files[i]->file);
		if (order == 0)
			placed->records[i] = sync->files[at];
		at += order <= 0;
		i += order >= 0;
	}
}

static void
place_tasks(const struct week *week, int n_days, struct placed *out)
{
	const struct placement_frame frame = {
	    .now = week->now,
	    .zone = week->zone,
	    .slots = week->slots,
	    .n_days = n_days,
	};
	const struct taskset *set = week->set;
	size_t i;

	memset(out, 0, sizeof *out);
	out->week = week;
	out->tasks = std_alloc(set->n * sizeof *out->tasks);
	out->files = std_alloc(set->n * sizeof *out->files);
	out->records = std_zalloc(set->n * sizeof *out->records);
	for (i = 0; i < set->n; i++) {
		if (set->files[i].bad)
			continue;
		out->tasks[out->n] = &set->files[i].task;
		out->files[out->n++] = &set->files[i];
	}
	find_records(out);
	placement_place(out->tasks, out->n, &frame, &out->timeline);
}

static void
release_placed(struct placed *placed)
{
	placement_release(&placed->timeline);
	free(placed->tasks);
	free(placed->files);
	free(placed->records);
}

void
week_places_release(struct week_places *places)
{
	size_t i;

	for (i = 0; i < places->n; i++)
		free(places->list[i].file);
	free(places->list);
	*places = (struct week_places)WEEK_PLACES_INIT;
}

/* One for each task; NULL for those that are not open. */
static const struct placement_entry **
list_entries(const struct placed *p)
{
	const struct placement_entry **entries =
	    std_zalloc(p->n * sizeof *entries);
	size_t i, k;

	for (i = 0; i < p->timeline.n_unplaced; i++)
		entries[p->timeline.unplaced[i].task] =
		    &p->timeline.unplaced[i];
	for (i = 0; i < p->timeline.n_days; i++)
		for (k = 0; k < p->timeline.days[i].n_slots; k++) {
			const struct placement_slot *s =
			    &p->timeline.days[i].slots[k];

			if (s->taken)
				entries[s->entry.task] = &s->entry;
		}
	return entries;
}

void
week_list_places(const struct week *week, struct week_places *out)
{
	const struct placement_entry **entries;
	struct placed placed;
	size_t i;

	place_tasks(week, PLACEMENT_DAYS, &placed);
	entries = list_entries(&placed);
	out->list = std_alloc(placed.n * sizeof *out->list);
	for (i = 0; i < placed.n; i++)
		if (entries[i] != NULL && placement_is_placed(entries[i]->why))
			out->list[out->n++] = (struct week_place){
			    .file = std_strdup(placed.tasks[i]->file),
			    .slot = entries[i]->slot};
	free(entries);
	release_placed(&placed);
}

static bool
is_done_before(const struct task *task, struct day day)
{
	return task->status == TASK_ABGESCHLOSSEN && task->has_done &&
	       day_cmp(task->done.date, day) < 0;
}

/* Return true if there is something to be seen in the week before `from`. */
static bool
has_week_before(const struct placed *placed, struct day today, struct day from)
{
	size_t i;

	if (day_cmp(day_plus(from, -7), day_plus(today, -WEEK_PAST_DAYS)) < 0)
		return false;
	if (day_cmp(from, today) > 0)
		return true;
	for (i = 0; i < placed->n; i++)
		if (is_done_before(placed->tasks[i], from))
			return true;
	return false;
}

static void
add_date_if(struct buf *out, const char *key, struct day day, bool is_there)
{
	if (is_there) {
		add_date(out, key, day);
	} else {
		json_key(out, key);
		json_add_null(out);
	}
}

/* Append what the week that begins with `from` is, and its neighbours. */
static void
add_week(struct buf *out, const struct placed *placed, struct day from)
{
	const struct week *week = placed->week;
	struct day today = day_of(week->now, week->zone);
	struct day next = day_plus(from, 7);

	if (week->next_id < NAMES_NUMBER_END) {
		week_task_add_id(out, "nextAvailableId", week->next_id);
	} else {
		json_key(out, "nextAvailableId");
		json_add_null(out);
	}
	add_date(out, "weekStart", from);
	add_date_if(out, "prev", day_plus(from, -7),
	    has_week_before(placed, today, from));
	add_date_if(out, "next", next,
	    day_cmp(next, day_plus(today, WEEK_AHEAD_DAYS)) <= 0);
	json_key(out, "userId");
	json_add_str(out, week->user);
}

static void
print_placed(struct buf *out, const struct placed *placed, int64_t *valid_until)
{
	const struct week *week = placed->week;

	*valid_until = week->now + week->ttl_ms;
	if (placed->timeline.valid_until < *valid_until)
		*valid_until = placed->timeline.valid_until;

	json_open(out, '{');
	add_instant(out, "cacheCreatedAt", week->now);
	add_instant(out, "generatedAt", week->now);
	add_instant(out, "validUntil", *valid_until);
	add_instant(out, "now", week->now);
	add_week(out, placed, day_of(week->now, week->zone));
	add_timeline(out, placed);
	problems_add(out, week->set, week->sync);
	json_close(out, '}');
}

void
week_print(struct buf *out, const struct week *week, int64_t *valid_until)
{
	struct placed placed;

	place_tasks(week, PLACEMENT_DAYS, &placed);
	print_placed(out, &placed, valid_until);
	release_placed(&placed);
}

void
week_print_parts(
    struct gzip_parts *parts, const struct week *week, int64_t *valid_until)
{
	struct placed placed;

	place_tasks(week, PLACEMENT_DAYS, &placed);
	placed.parts = parts;
	print_placed(&parts->bytes, &placed, valid_until);
	release_placed(&placed);
}

/* Return the slot of the timeline; NULL if it is over. */
static const struct placement_slot *
find_left(const struct placement *timeline, struct day date, int time)
{
	size_t i, k;

	for (i = 0; i < timeline->n_days; i++) {
		const struct placement_day *day = &timeline->days[i];

		for (k = 0; k < day->n_slots; k++)
			if ((int)day->slots[k].time == time &&
			    day_cmp(day->date, date) == 0)
				return &day->slots[k];
	}
	return NULL;
}

/* Append the tasks that were completed in that slot. */
static void
add_done(
    struct buf *out, const struct placed *placed, struct day date, int time)
{
	size_t i;

	json_key(out, "done");
	json_open(out, '[');
	for (i = 0; i < placed->n; i++) {
		const struct task *task = placed->tasks[i];
		const struct placement_entry entry = {.task = i,
		    .why = PLACEMENT_ERLEDIGT,
		    .by = PLACEMENT_NOBODY};

		if (task->status == TASK_ABGESCHLOSSEN && task->has_done &&
		    (int)task->done.time == time &&
		    day_cmp(task->done.date, date) == 0)
			add_entry(out, placed, &entry);
	}
	json_close(out, ']');
}

static void
add_whole_day(struct buf *out, const struct placed *placed, struct day date)
{
	int time;

	json_open(out, '{');
	add_date(out, "datum", date);
	json_key(out, "dayOfWeek");
	json_add_int(out, day_weekday(date));
	json_key(out, "slots");
	json_open(out, '[');
	for (time = 0; time < TASK_TIMES; time++) {
		const struct placement_slot *left =
		    find_left(&placed->timeline, date, time);

		json_open(out, '{');
		json_key(out, "zeit");
		json_add_str(out, task_time_word((enum task_time)time));
		json_key(out, "over");
		json_add_bool(out, left == NULL);
		json_key(out, "task");
		if (left != NULL && left->taken)
			add_entry(out, placed, &left->entry);
		else
			json_add_null(out);
		add_done(out, placed, date, time);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

void
week_print_from(struct buf *out, const struct week *week, struct day from)
{
	struct placed placed;
	int i;

	place_tasks(week, count_days(week, day_plus(from, 6)), &placed);
	json_open(out, '{');
	add_instant(out, "validUntil", placed.timeline.valid_until);
	add_week(out, &placed, from);
	json_key(out, "timeline");
	json_open(out, '[');
	for (i = 0; i < 7; i++)
		add_whole_day(out, &placed, day_plus(from, i));
	json_close(out, ']');
	add_unplaced(out, &placed);
	problems_add(out, week->set, week->sync);
	json_close(out, '}');
	release_placed(&placed);
}

void
week_visit(const struct week *week, int n_days, week_visit_fn *visit, void *arg)
{
	const struct placement_entry **entries;
	struct placed placed;
	size_t i;

	place_tasks(week, n_days, &placed);
	entries = list_entries(&placed);
	for (i = 0; i < placed.n; i++) {
		const struct week_standing standing =
		    standing_of(&placed, i, entries[i]);

		visit(arg, &standing);
	}
	free(entries);
	release_placed(&placed);
}

struct listing {
	struct buf *out;
	const struct week *week;
	const struct filter *filter;
};

static void
add_if_fits(void *arg, const struct week_standing *standing)
{
	const struct listing *listing = arg;

	if (!filter_passes(listing->filter, &standing->file->task))
		return;
	json_open(listing->out, '{');
	week_add_standing(listing->out, listing->week, standing);
	json_close(listing->out, '}');
}

void
week_add_tasks(
    struct buf *out, const struct week *week, const struct filter *filter)
{
	struct listing listing = {out, week, filter};

	json_open(out, '[');
	week_visit(week, PLACEMENT_DAYS, add_if_fits, &listing);
	json_close(out, ']');
}
