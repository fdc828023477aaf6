#include "carry/export_forms.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/json.h"
#include "base/std.h"
#include "inspect/copies.h"
#include "store/names.h"
#include "task/task.h"
#include "task/taskset.h"
#include "text/csv.h"
#include "text/markdown_open.h"
#include "week/icalendar.h"
#include "week/placement.h"
#include "week/problems.h"
#include "week/week.h"

static const struct buf *
bytes_of(const struct export_source *source, const struct taskset_file *file)
{
	return &source->bytes[file - source->week.set->files];
}

/* Append what stands below the front matter. */
static void
add_body(struct buf *out, const struct export_source *source,
    const struct taskset_file *file)
{
	const struct buf *bytes = bytes_of(source, file);

	if (file->task.body_at < bytes->len)
		buf_add(out, bytes->s + file->task.body_at,
		    bytes->len - file->task.body_at);
}

/* Copies of conflicts: conflicts/USER/STEM/HASH.md */

/* Append the key of a copy without its user. */
static void
add_path(struct buf *out, const char *key)
{
	const char *folder = names_area(NAMES_AREA_CONFLICTS), *rest;

	rest = key + strlen(folder);
	rest += strcspn(rest, "/") + 1;
	buf_adds(out, folder);
	buf_adds(out, rest);
}

/* Append the name of the file that it is a copy of. */
static void
add_copied_name(struct buf *out, const char *key)
{
	struct buf path = BUF_INIT;
	const char *stem, *end;

	add_path(&path, key);
	stem = path.s + strcspn(path.s, "/");
	stem += *stem == '/';
	end = stem + strcspn(stem, "/");
	buf_add(out, stem, (size_t)(end - stem));
	buf_adds(out, ".md");
	buf_release(&path);
}

/* Markdown */

/* Append the name so that Markdown shows it as it is. */
static void
add_name(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (strchr("\\`*_{}<>[]#&!|~", *name) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *name);
	}
}

static void
finish_line(struct buf *out)
{
	if (out->s[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

static void
add_md_task(
    struct buf *out, const struct taskset_file *file, const struct buf *bytes)
{
	size_t at = file->task.body_at, head = at;

	if (at > bytes->len)
		at = head = bytes->len;
	while (head > 0 && strchr("\r\n", bytes->s[head - 1]) != NULL)
		head--;
	markdown_open_fence(out, "yaml", bytes->s, head);
	if (at == bytes->len)
		return;
	buf_addc(out, '\n');
	if (markdown_open_at_end(bytes->s + at, bytes->len - at))
		markdown_open_fence(
		    out, "markdown", bytes->s + at, bytes->len - at);
	else
		buf_add(out, bytes->s + at, bytes->len - at);
	finish_line(out);
}

static void
add_md_copy(struct buf *out, const struct copied *copy)
{
	struct buf path = BUF_INIT;

	add_path(&path, copy->key);
	buf_adds(out, "\n## ");
	add_name(out, path.s);
	buf_adds(out, "\n\n");
	markdown_open_fence(out, "markdown", copy->bytes.s, copy->bytes.len);
	buf_release(&path);
}

void
export_forms_md(struct buf *out, const struct export_source *source)
{
	const struct taskset *set = source->week.set;
	size_t i;

	buf_addf(out, "# %s, ", source->week.user);
	day_add(out, day_of(source->week.now, source->week.zone));
	buf_addc(out, '\n');
	for (i = 0; i < set->n; i++) {
		const struct taskset_file *file = &set->files[i];

		buf_adds(out, "\n## ");
		add_name(out, file->file);
		buf_adds(out, "\n\n");
		if (!file->bad) {
			add_md_task(out, file, &source->bytes[i]);
			continue;
		}
		add_name(out, file->reason);
		buf_adds(out, "\n\n");
		markdown_open_fence(
		    out, "", source->bytes[i].s, source->bytes[i].len);
	}
	for (i = 0; i < source->conflicts->n; i++)
		add_md_copy(out, &source->conflicts->items[i]);
}

/* JSON */

struct printing {
	struct buf *out;
	const struct export_source *source;
};

static void
add_json_task(void *arg, const struct week_standing *standing)
{
	const struct printing *printing = arg;
	struct buf body = BUF_INIT;

	add_body(&body, printing->source, standing->file);
	json_open(printing->out, '{');
	week_add_standing(printing->out, &printing->source->week, standing);
	json_key(printing->out, "body");
	json_add_strn(printing->out, body.s, body.len);
	json_close(printing->out, '}');
	buf_release(&body);
}

static void
add_bad_files(struct buf *out, const struct export_source *source)
{
	const struct taskset *set = source->week.set;
	size_t i;

	json_key(out, "badFiles");
	json_open(out, '[');
	for (i = 0; i < set->n; i++) {
		if (!set->files[i].bad)
			continue;
		json_open(out, '{');
		json_key(out, "file");
		json_add_str(out, set->files[i].file);
		json_key(out, "text");
		json_add_strn(out, source->bytes[i].s, source->bytes[i].len);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
add_json_copy(struct buf *out, const struct copied *copy)
{
	struct buf text = BUF_INIT;

	json_open(out, '{');
	json_key(out, "file");
	add_copied_name(&text, copy->key);
	json_add_str(out, text.s);
	json_key(out, "path");
	buf_reset(&text);
	add_path(&text, copy->key);
	json_add_str(out, text.s);
	json_key(out, "storedAt");
	buf_reset(&text);
	day_add_rfc3339(&text, copy->modified_ms);
	json_add_str(out, text.s);
	json_key(out, "text");
	json_add_strn(out, copy->bytes.s, copy->bytes.len);
	json_close(out, '}');
	buf_release(&text);
}

static void
add_conflict_copies(struct buf *out, const struct copies *conflicts)
{
	size_t i;

	json_key(out, "conflictCopies");
	json_open(out, '[');
	for (i = 0; i < conflicts->n; i++)
		add_json_copy(out, &conflicts->items[i]);
	json_close(out, ']');
}

void
export_forms_json(struct buf *out, const struct export_source *source)
{
	const struct week *week = &source->week;
	struct printing printing = {out, source};
	struct buf now = BUF_INIT;

	day_add_rfc3339(&now, week->now);
	json_open(out, '{');
	json_key(out, "userId");
	json_add_str(out, week->user);
	json_key(out, "exportedAt");
	json_add_str(out, now.s);
	json_key(out, "tasks");
	json_open(out, '[');
	week_visit(week, PLACEMENT_DAYS, add_json_task, &printing);
	json_close(out, ']');
	problems_add(out, week->set, week->sync);
	add_bad_files(out, source);
	add_conflict_copies(out, source->conflicts);
	json_close(out, '}');
	buf_addc(out, '\n');
	buf_release(&now);
}

/* CSV */

static const char *const columns[] = {"id", "file", "title", "kategorie",
    "status", "tags", "deadline", "fixedSlot.datum", "fixedSlot.zeit",
    "abgeschlossen_am.datum", "abgeschlossen_am.zeit", "slot.datum",
    "slot.zeit", "reason", "body", "problem"};
#define BEFORE_BODY (ARRAY_LEN(columns) - 2)

static void
cell_text(struct buf *out, const char *text)
{
	csv_cell(out, text, strlen(text));
}

static void
cell_day(struct buf *out, bool is_there, struct day day)
{
	struct buf text = BUF_INIT;

	if (is_there)
		day_add(&text, day);
	csv_cell(out, text.s, text.len);
	buf_release(&text);
}

static void
cell_when(struct buf *out, bool is_there, const struct task_when *when)
{
	cell_day(out, is_there, when->date);
	cell_text(out, is_there ? task_time_word(when->time) : "");
}

static void
cell_id(struct buf *out, unsigned number)
{
	char id[16];

	snprintf(id, sizeof id, "%04u", number);
	cell_text(out, id);
}

static void
cell_tags(struct buf *out, const struct task *task)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < task->n_tags; i++)
		buf_addf(&text, "%s%s", i > 0 ? ", " : "", task->tags[i]);
	csv_cell(out, text.s, text.len);
	buf_release(&text);
}

static void
cell_slot(struct buf *out, const struct placement_entry *entry)
{
	static const struct task_when nowhen = {{1, 1, 1}, TASK_MORGENS};
	bool placed = entry != NULL && placement_is_placed(entry->why);

	cell_when(out, placed, placed ? &entry->slot : &nowhen);
	cell_text(out,
	    entry != NULL && !placed ? placement_why_word(entry->why) : "");
}

static void
add_row(void *arg, const struct week_standing *standing)
{
	const struct printing *printing = arg;
	const struct task *task = &standing->file->task;
	struct buf *out = printing->out, body = BUF_INIT;

	add_body(&body, printing->source, standing->file);
	cell_id(out, task->number);
	cell_text(out, task->file);
	cell_text(out, task->title);
	cell_text(out, task_kind_word(task->kind));
	cell_text(out, task_status_word(task->status));
	cell_tags(out, task);
	cell_day(out, task->has_deadline, task->deadline);
	cell_when(out, task->has_fixed, &task->fixed);
	cell_when(out, task->has_done, &task->done);
	cell_slot(out, standing->entry);
	csv_cell(out, body.s, body.len);
	cell_text(out, "");
	csv_end_row(out);
	buf_release(&body);
}

static void
add_bad_row(
    struct buf *out, const struct taskset_file *file, const struct buf *bytes)
{
	size_t i;

	cell_id(out, names_number(file->file));
	cell_text(out, file->file);
	for (i = 2; i < BEFORE_BODY; i++)
		cell_text(out, "");
	csv_cell(out, bytes->s, bytes->len);
	cell_text(out, file->reason);
	csv_end_row(out);
}

void
export_forms_csv(struct buf *out, const struct export_source *source)
{
	const struct taskset *set = source->week.set;
	struct printing printing = {out, source};
	size_t i;

	csv_begin(out);
	for (i = 0; i < ARRAY_LEN(columns); i++)
		cell_text(out, columns[i]);
	csv_end_row(out);
	week_visit(&source->week, PLACEMENT_DAYS, add_row, &printing);
	for (i = 0; i < set->n; i++)
		if (set->files[i].bad)
			add_bad_row(out, &set->files[i], &source->bytes[i]);
}

/* Calendar */

static void
describe_task(struct buf *out, void *arg, const struct taskset_file *file)
{
	add_body(out, arg, file);
}

void
export_forms_ics(struct buf *out, const struct export_source *source)
{
	struct export_source copy = *source;

	icalendar_print(out, &source->week, describe_task, &copy);
}
