#include "week/week.h"

#include <utf8proc.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_field.h"
#include "task/task_json.h"
#include "week/problems.h"

static void
add_id(struct buf *out, const char *key, unsigned number)
{
	char id[8];

	snprintf(id, sizeof id, "%04u", number % NAMES_NUMBER_END);
	json_key(out, key);
	json_add_str(out, id);
}

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

static void
add_pull(struct buf *out, const struct ledger_pr *pull)
{
	json_key(out, "pr");
	json_open(out, '{');
	json_key(out, "number");
	if (pull->number > 0)
		json_add_int(out, pull->number);
	else
		json_add_null(out);
	json_key(out, "url");
	if (pull->url != NULL)
		json_add_str(out, pull->url);
	else
		json_add_null(out);
	json_key(out, "state");
	json_add_str(out, ledger_pr_word(pull));
	json_close(out, '}');
}

static void
add_sync(struct buf *out, const struct ledger *sync, const char *file,
    const char *etag)
{
	const struct ledger_file *f = NULL;
	enum ledger_shown shown = LEDGER_CLEAN;

	if (sync != NULL) {
		f = ledger_find(sync, file);
		shown = ledger_shown(f, etag);
	}
	json_key(out, "sync");
	json_add_str(out, ledger_shown_word(shown));
	/* A request that is not opened yet is none. */
	if (f != NULL && f->pr.state != LEDGER_PR_NONE &&
	    (f->pr.number > 0 || f->pr.state != LEDGER_PR_OPEN))
		add_pull(out, &f->pr);
}

void
week_add_task(struct buf *out, const struct ledger *sync,
    const struct task *task, const char *etag)
{
	enum msg_id warning = task_warning_msg(task->warnings);
	const struct task_field *f;

	add_id(out, "id", task->number);
	json_key(out, "file");
	json_add_str(out, task->file);
	json_key(out, "title");
	json_add_str(out, task->title);
	for (f = task_field_table; f->key != NULL; f++)
		task_json_add(out, f, task);
	json_key(out, "isFixed");
	json_add_bool(out, task->has_fixed);
	if (warning != MSG_NONE) {
		json_key(out, "warning");
		json_add_str(out, msg_sentence(warning));
	}
	add_sync(out, sync, task->file, etag);
}

/* The good files of a set, placed.  What they hold is still the set's. */
struct placed {
	const struct week *week;
	struct task *tasks;
	const struct taskset_file **files; /* of each task */
	size_t n;
	struct placement timeline;
};

static void
add_why(struct buf *out, const struct placed *placed,
    const struct placement_entry *entry)
{
	const char *word = placement_why_word(entry->why);

	json_key(out, "why");
	json_open(out, '{');
	json_key(out, "code");
	json_add_str(out, word);
	if (entry->by != PLACEMENT_NOBODY) {
		json_key(out, "by");
		json_add_str(out, placed->tasks[entry->by].file);
	}
	json_close(out, '}');
	if (!placement_is_placed(entry->why)) {
		json_key(out, "reason");
		json_add_str(out, word);
	}
}

/* Append the members of the n-th task and, as in lists and weeks, what a change
 * of it needs: its etag.  entry is NULL if it is not open. */
static void
add_file(struct buf *out, const struct placed *placed, size_t n,
    const struct placement_entry *entry)
{
	const struct taskset_file *f = placed->files[n];

	week_add_task(out, placed->week->sync, &f->task, f->etag);
	json_key(out, "deadlineRisk");
	json_add_bool(out, entry != NULL && entry->deadline_risk);
	json_key(out, "etag");
	json_add_str(out, f->hash);
	if (entry != NULL)
		add_why(out, placed, entry);
}

static void
add_entry(struct buf *out, const struct placed *placed,
    const struct placement_entry *entry)
{
	json_open(out, '{');
	add_file(out, placed, entry->task, entry);
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
	json_key(out, "unplaced");
	json_open(out, '[');
	for (i = 0; i < timeline->n_unplaced; i++)
		add_entry(out, placed, &timeline->unplaced[i]);
	json_close(out, ']');
}

static void
add_head(struct buf *out, const struct week *week, int64_t valid_until)
{
	add_instant(out, "cacheCreatedAt", week->now);
	add_instant(out, "generatedAt", week->now);
	add_instant(out, "validUntil", valid_until);
	add_instant(out, "now", week->now);
	if (week->next_id < NAMES_NUMBER_END) {
		add_id(out, "nextAvailableId", week->next_id);
	} else {
		json_key(out, "nextAvailableId");
		json_add_null(out);
	}
	add_date(out, "weekStart", day_of(week->now, week->zone));
	json_key(out, "userId");
	json_add_str(out, week->user);
}

static void
place_tasks(const struct week *week, struct placed *out)
{
	const struct taskset *set = week->set;
	size_t i;

	memset(out, 0, sizeof *out);
	out->week = week;
	out->tasks = std_alloc(set->n * sizeof *out->tasks);
	out->files = std_alloc(set->n * sizeof *out->files);
	for (i = 0; i < set->n; i++) {
		if (set->files[i].bad)
			continue;
		out->tasks[out->n] = set->files[i].task;
		out->files[out->n++] = &set->files[i];
	}
	placement_place(out->tasks, out->n, week->now, week->zone, week->slots,
	    &out->timeline);
}

static void
release_placed(struct placed *placed)
{
	placement_release(&placed->timeline);
	free(placed->tasks);
	free(placed->files);
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

	place_tasks(week, &placed);
	entries = list_entries(&placed);
	out->list = std_alloc(placed.n * sizeof *out->list);
	for (i = 0; i < placed.n; i++)
		if (entries[i] != NULL && placement_is_placed(entries[i]->why))
			out->list[out->n++] = (struct week_place){
			    .file = std_strdup(placed.tasks[i].file),
			    .slot = entries[i]->slot};
	free(entries);
	release_placed(&placed);
}

void
week_print(struct buf *out, const struct week *week, int64_t *valid_until)
{
	struct placed placed;

	place_tasks(week, &placed);
	*valid_until = week->now + week->ttl_ms;
	if (placed.timeline.valid_until < *valid_until)
		*valid_until = placed.timeline.valid_until;

	json_open(out, '{');
	add_head(out, week, *valid_until);
	add_timeline(out, &placed);
	problems_add(out, week->set, week->sync);
	json_close(out, '}');
	release_placed(&placed);
}

/* Appends the text as it compares, and a line end. */
static int
fold_case(struct buf *out, const char *s)
{
	utf8proc_uint8_t *folded = NULL;

	if (utf8proc_map((const utf8proc_uint8_t *)s, 0, &folded,
		UTF8PROC_NULLTERM | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE) < 0)
		return -1;
	buf_adds(out, (const char *)folded);
	buf_addc(out, '\n');
	free(folded);
	return 0;
}

/* Append the tags, a line each, as they compare. */
static int
fold_tags(struct buf *out, const struct task *task)
{
	size_t i;

	for (i = 0; i < task->n_tags; i++)
		if (fold_case(out, task->tags[i]) == -1)
			return -1;
	return 0;
}

static bool
has_text(const struct task *task, const char *search)
{
	struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool has = false;

	if (fold_case(&wanted, search) == 0 &&
	    fold_case(&text, task->title) == 0 &&
	    fold_case(&text, task->file) == 0 && fold_tags(&text, task) == 0) {
		wanted.s[--wanted.len] = '\0';
		has = strstr(text.s, wanted.s) != NULL;
	}
	buf_release(&text);
	buf_release(&wanted);
	return has;
}

/* A tag stands between two line ends, and has none within. */
static bool
has_tag(const struct task *task, const char *tag)
{
	struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool has = false;

	buf_addc(&text, '\n');
	buf_addc(&wanted, '\n');
	if (strchr(tag, '\n') == NULL && fold_case(&wanted, tag) == 0 &&
	    fold_tags(&text, task) == 0)
		has = strstr(text.s, wanted.s) != NULL;
	buf_release(&text);
	buf_release(&wanted);
	return has;
}

static bool
passes_filter(const struct task *task, const struct week_filter *filter)
{
	return (filter->kind < 0 || (int)task->kind == filter->kind) &&
	       (filter->status < 0 || (int)task->status == filter->status) &&
	       (filter->tag == NULL || has_tag(task, filter->tag)) &&
	       (filter->search == NULL || has_text(task, filter->search));
}

void
week_add_tasks(
    struct buf *out, const struct week *week, const struct week_filter *filter)
{
	const struct placement_entry **entries;
	struct placed placed;
	size_t i;

	place_tasks(week, &placed);
	entries = list_entries(&placed);
	json_open(out, '[');
	for (i = 0; i < placed.n; i++)
		if (passes_filter(&placed.tasks[i], filter)) {
			json_open(out, '{');
			add_file(out, &placed, i, entries[i]);
			json_close(out, '}');
		}
	json_close(out, ']');
	free(entries);
	release_placed(&placed);
}
