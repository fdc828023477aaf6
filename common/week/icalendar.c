#include "week/icalendar.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/std.h"
#include "task/task.h"
#include "text/ical.h"
#include "week/icalendar_zone.h"
#include "week/placement.h"
#include "week/slots.h"
#include "week/week.h"

/* Tasks that are fixed to a later day are to-dos. */
#define HORIZON_DAYS (WEEK_AHEAD_DAYS + 7)

struct calendar {
	const struct week *week;
	calendar_body_fn *body;
	void *arg;
	struct buf entries;
	int first_year, last_year; /* of events; 0: there is none */
};

static void
add_plain_date(struct buf *out, struct day day)
{
	buf_addf(out, "%04d%02d%02d", day.year, day.month, day.day);
}

static void
line_utc(struct buf *out, const char *name, int64_t ms)
{
	struct buf value = BUF_INIT;

	ical_add_time(&value, ms);
	buf_addc(&value, 'Z');
	ical_line(out, name, value.s);
	buf_release(&value);
}

/* A minute of a date by the zone's clock; 1440 is the next midnight. */
static void
line_clock(const struct calendar *c, struct buf *out, const char *name,
    struct day day, int minute)
{
	struct buf head = BUF_INIT, value = BUF_INIT;

	if (minute >= 1440)
		day = day_plus(day, 1);
	minute %= 1440;
	buf_addf(&head, "%s;TZID=%s", name, c->week->zone.name);
	add_plain_date(&value, day);
	buf_addf(&value, "T%02d%02d00", minute / 60, minute % 60);
	ical_line(out, head.s, value.s);
	buf_release(&head);
	buf_release(&value);
}

static void
line_uid(const struct calendar *c, struct buf *out, const char *file,
    const char *part)
{
	char hash[ENC_HASH_LEN + 1];
	struct buf name = BUF_INIT;

	buf_addf(&name, "%s/%s", c->week->user, file);
	enc_hash(name.s, name.len, hash);
	buf_reset(&name);
	buf_addf(&name, "%.32s-%s@codex-miroir", hash, part);
	ical_line(out, "UID", name.s);
	buf_release(&name);
}

/* What an event and a to-do tell alike. */
static void
add_about(struct calendar *c, const struct taskset_file *file)
{
	const struct task *task = &file->task;
	struct buf *out = &c->entries, body = BUF_INIT;
	char **words = std_alloc((task->n_tags + 1) * sizeof *words);
	char kind[16];

	snprintf(kind, sizeof kind, "%s", task_kind_word(task->kind));
	words[0] = kind;
	if (task->n_tags > 0)
		memcpy(words + 1, task->tags, task->n_tags * sizeof *words);
	line_utc(out, "DTSTAMP", c->week->now);
	ical_text(out, "SUMMARY", task->title, strlen(task->title));
	ical_words(out, "CATEGORIES", words, task->n_tags + 1);
	c->body(&body, c->arg, file);
	if (body.len > 0)
		ical_text(out, "DESCRIPTION", body.s, body.len);
	free(words);
	buf_release(&body);
}

static void
add_event(struct calendar *c, const struct week_standing *standing)
{
	const struct task_when *slot = &standing->entry->slot;
	struct buf *out = &c->entries;
	int year = slot->date.year;

	ical_line(out, "BEGIN", "VEVENT");
	line_uid(c, out, standing->file->file, "slot");
	line_clock(
	    c, out, "DTSTART", slot->date, c->week->slots->at[slot->time].from);
	line_clock(
	    c, out, "DTEND", slot->date, c->week->slots->at[slot->time].to);
	add_about(c, standing->file);
	ical_line(out, "END", "VEVENT");
	if (c->first_year == 0 || year < c->first_year)
		c->first_year = year;
	if (year > c->last_year)
		c->last_year = year;
}

static void
add_state(struct calendar *c, const struct task *task)
{
	static const char *const states[TASK_STATUSES] = {
	    [TASK_OFFEN] = "NEEDS-ACTION",
	    [TASK_ABGESCHLOSSEN] = "COMPLETED",
	    [TASK_ABGEBROCHEN] = "CANCELLED",
	};
	const struct week *week = c->week;

	ical_line(&c->entries, "STATUS", states[task->status]);
	if (task->status == TASK_ABGESCHLOSSEN && task->has_done)
		line_utc(&c->entries, "COMPLETED",
		    slots_end(week->slots, task->done.date, task->done.time,
			week->zone));
}

static void
add_todo(struct calendar *c, const struct taskset_file *file)
{
	const struct task *task = &file->task;
	struct buf *out = &c->entries, due = BUF_INIT;

	ical_line(out, "BEGIN", "VTODO");
	line_uid(c, out, file->file, "task");
	if (task->has_deadline) {
		add_plain_date(&due, task->deadline);
		ical_line(out, "DUE;VALUE=DATE", due.s);
	}
	add_state(c, task);
	add_about(c, file);
	ical_line(out, "END", "VTODO");
	buf_release(&due);
}

/* A slot behind the week's horizon is known of fixed tasks alone: which task
 * gets another one there, each edit decides anew. */
static bool
has_known_slot(const struct calendar *c, const struct placement_entry *entry)
{
	const struct week *week = c->week;
	struct day end =
	    day_plus(day_of(week->now, week->zone), PLACEMENT_DAYS);

	return entry != NULL && placement_is_placed(entry->why) &&
	       (entry->why == PLACEMENT_FEST ||
		   day_cmp(entry->slot.date, end) < 0);
}

static void
add_standing(void *arg, const struct week_standing *standing)
{
	struct calendar *c = arg;
	bool has_slot = has_known_slot(c, standing->entry);

	if (has_slot)
		add_event(c, standing);
	if (!has_slot || standing->file->task.has_deadline)
		add_todo(c, standing->file);
}

void
icalendar_print(
    struct buf *out, const struct week *week, calendar_body_fn *body, void *arg)
{
	struct calendar c = {
	    .week = week, .body = body, .arg = arg, .entries = BUF_INIT};

	week_visit(week, HORIZON_DAYS, add_standing, &c);
	ical_line(out, "BEGIN", "VCALENDAR");
	ical_line(out, "VERSION", "2.0");
	ical_line(out, "PRODID", "-//Codex Miroir//" PACKAGE_STRING "//DE");
	if (c.first_year > 0)
		icalendar_zone_add(
		    out, week->zone, c.first_year, c.last_year + 1);
	buf_add(out, c.entries.s, c.entries.len);
	ical_line(out, "END", "VCALENDAR");
	buf_release(&c.entries);
}
