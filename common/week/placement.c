#include "week/placement.h"

#include "base/err.h"
#include "base/std.h"

struct placing {
	const struct task *const *tasks;
	struct placement *out;
	struct placement_entry *open; /* of the open tasks, in their order */
	size_t n_open;
	struct day last; /* of the horizon */
	/* For each kind: the slots before this one are taken, the last of them
	 * by a fixed task by `by`, if there is one. */
	struct {
		size_t day, slot, by;
	} next[TASK_KINDS];
};

static const char *const why_words[PLACEMENT_WHYS] = {
    [PLACEMENT_REIHENFOLGE] = "reihenfolge",
    [PLACEMENT_VERDRAENGT] = "verdraengt",
    [PLACEMENT_FEST] = "fest",
    [PLACEMENT_ERLEDIGT] = "erledigt",
    [PLACEMENT_DOPPELT_BELEGT] = "doppelt_belegt",
    [PLACEMENT_UEBERFAELLIG] = "ueberfaellig",
    [PLACEMENT_SPAETER] = "spaeter",
    [PLACEMENT_KEIN_PLATZ] = "kein_platz",
};

const char *
placement_why_word(enum placement_why why)
{
	return why_words[why];
}

bool
placement_is_placed(enum placement_why why)
{
	return why <= PLACEMENT_ERLEDIGT;
}

/* List the slots that are left, and note until when that is so. */
static void
list_days(struct placement *out, struct day today,
    const struct placement_frame *frame)
{
	int i, time;

	out->days = std_alloc((size_t)frame->n_days * sizeof *out->days);
	out->n_days = 0;
	out->valid_until = day_at(day_plus(today, 1), 0, frame->zone);
	for (i = 0; i < frame->n_days; i++) {
		struct placement_day *day = &out->days[out->n_days];

		*day = (struct placement_day){.date = day_plus(today, i)};
		for (time = 0; time < TASK_TIMES; time++) {
			int64_t end = slots_end(frame->slots, day->date,
			    (enum task_time)time, frame->zone);

			if (end <= frame->now)
				continue;
			if (end < out->valid_until)
				out->valid_until = end;
			day->slots[day->n_slots++].time = (enum task_time)time;
		}
		out->n_days += day->n_slots > 0;
	}
}

static int
compare_entries(const void *a, const void *b, void *arg)
{
	const struct placing *p = arg;
	const struct placement_entry *x = a, *y = b;
	const struct task *s = p->tasks[x->task], *t = p->tasks[y->task];

	if (s->number != t->number)
		return s->number < t->number ? -1 : 1;
	return strcmp(s->file, t->file);
}

/* Most callers have them in order. */
static void
sort_open(struct placing *p)
{
	size_t i = 1;

	while (i < p->n_open &&
	       compare_entries(&p->open[i - 1], &p->open[i], p) < 0)
		i++;
	if (i < p->n_open)
		qsort_r(
		    p->open, p->n_open, sizeof *p->open, compare_entries, p);
}

static void
list_open(struct placing *p, size_t n)
{
	size_t i;

	p->open = std_alloc(n * sizeof *p->open);
	for (i = 0; i < n; i++)
		if (p->tasks[i]->status == TASK_OFFEN)
			p->open[p->n_open++] =
			    (struct placement_entry){.task = i,
				.why = PLACEMENT_KEIN_PLATZ,
				.by = PLACEMENT_NOBODY};
	sort_open(p);
}

static void
take(struct placing *p, struct day date, struct placement_slot *slot,
    struct placement_entry *entry)
{
	const struct task *task = p->tasks[entry->task];

	entry->deadline_risk =
	    task->has_deadline && day_cmp(date, task->deadline) > 0;
	entry->slot = (struct task_when){date, slot->time};
	slot->taken = true;
	slot->entry = *entry;
}

/* NULL if the slot is over or beyond the horizon. */
static struct placement_slot *
find_slot(struct placement *out, const struct task_when *when)
{
	size_t i, j;

	for (i = 0; i < out->n_days; i++) {
		struct placement_day *day = &out->days[i];

		if (day_cmp(day->date, when->date) != 0)
			continue;
		for (j = 0; j < day->n_slots; j++)
			if (day->slots[j].time == when->time)
				return &day->slots[j];
	}
	return NULL;
}

static void
place_fixed(struct placing *p, struct placement_entry *entry)
{
	const struct task_when *when = &p->tasks[entry->task]->fixed;
	struct placement_slot *slot = find_slot(p->out, when);

	if (slot == NULL) {
		entry->why = day_cmp(when->date, p->last) > 0
				 ? PLACEMENT_SPAETER
				 : PLACEMENT_UEBERFAELLIG;
	} else if (slot->taken) {
		entry->why = PLACEMENT_DOPPELT_BELEGT;
		entry->by = slot->entry.task;
	} else {
		entry->why = PLACEMENT_FEST;
		take(p, when->date, slot, entry);
	}
}

static bool
is_for(const struct placement_day *day, enum task_kind kind)
{
	int weekday = day_weekday(day->date);
	bool weekend = weekday == 0 || weekday == 6;

	return weekend == (kind == TASK_PRIVAT);
}

/* Return the first slot for that kind that nobody has yet; NULL if there is
 * none. */
static struct placement_slot *
find_first_free(struct placing *p, enum task_kind kind)
{
	size_t *i = &p->next[kind].day, *k = &p->next[kind].slot;

	for (; *i < p->out->n_days; (*i)++, *k = 0) {
		struct placement_day *day = &p->out->days[*i];

		for (; is_for(day, kind) && *k < day->n_slots; (*k)++) {
			struct placement_slot *slot = &day->slots[*k];

			if (slot->time == TASK_ABENDS)
				continue;
			if (!slot->taken)
				return slot;
			if (slot->entry.why == PLACEMENT_FEST)
				p->next[kind].by = slot->entry.task;
		}
	}
	return NULL;
}

static void
place_free(struct placing *p, struct placement_entry *entry)
{
	enum task_kind kind = p->tasks[entry->task]->kind;
	struct placement_slot *slot = find_first_free(p, kind);

	if (slot == NULL)
		return;
	entry->by = p->next[kind].by;
	entry->why = entry->by == PLACEMENT_NOBODY ? PLACEMENT_REIHENFOLGE
						   : PLACEMENT_VERDRAENGT;
	take(p, p->out->days[p->next[kind].day].date, slot, entry);
}

/* Make the tasks that are left of `open` the list of the unplaced. */
static void
hand_over_unplaced(struct placing *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->n_open; i++) {
		struct placement_entry *entry = &p->open[i];
		const struct task *task = p->tasks[entry->task];

		if (placement_is_placed(entry->why))
			continue;
		entry->deadline_risk =
		    task->has_deadline && day_cmp(task->deadline, p->last) <= 0;
		p->open[n++] = *entry;
	}
	p->out->unplaced = p->open;
	p->out->n_unplaced = n;
}

void
placement_place(const struct task *const *tasks, size_t n,
    const struct placement_frame *frame, struct placement *out)
{
	struct placing p = {.tasks = tasks, .out = out};
	struct day today = day_of(frame->now, frame->zone);
	size_t i;

	p.last = day_plus(today, frame->n_days - 1);
	for (i = 0; i < TASK_KINDS; i++)
		p.next[i].by = PLACEMENT_NOBODY;
	list_days(out, today, frame);
	list_open(&p, n);

	for (i = 0; i < p.n_open; i++)
		if (tasks[p.open[i].task]->has_fixed)
			place_fixed(&p, &p.open[i]);
	for (i = 0; i < p.n_open; i++)
		if (!tasks[p.open[i].task]->has_fixed)
			place_free(&p, &p.open[i]);
	hand_over_unplaced(&p);
}

void
placement_release(struct placement *placement)
{
	free(placement->days);
	free(placement->unplaced);
	*placement = (struct placement)PLACEMENT_INIT;
}
