#include "task/task.h"

#include "base/enc.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"
#include "task/task_title.h"
#include "text/frontmatter.h"
#include "text/frontmatter_read.h"

static const char *const kind_words[TASK_KINDS] = {
    [TASK_ARBEIT] = "arbeit",
    [TASK_PRIVAT] = "privat",
};

static const char *const status_words[TASK_STATUSES] = {
    [TASK_OFFEN] = "offen",
    [TASK_ABGESCHLOSSEN] = "abgeschlossen",
    [TASK_ABGEBROCHEN] = "abgebrochen",
};

static const char *const time_words[TASK_TIMES] = {
    [TASK_MORGENS] = "morgens",
    [TASK_NACHMITTAGS] = "nachmittags",
    [TASK_ABENDS] = "abends",
};

const char *
task_kind_word(enum task_kind kind)
{
	return kind_words[kind];
}

const char *
task_status_word(enum task_status status)
{
	return status_words[status];
}

const char *
task_time_word(enum task_time time)
{
	return time_words[time];
}

static int
find_word(const char *const *words, size_t n, const char *s)
{
	size_t i;

	for (i = 0; s != NULL && i < n; i++)
		if (strcmp(words[i], s) == 0)
			return (int)i;
	return -1;
}

int
task_kind_parse(const char *s, enum task_kind *out)
{
	int i = find_word(kind_words, TASK_KINDS, s);

	if (i < 0)
		return -1;
	*out = (enum task_kind)i;
	return 0;
}

int
task_status_parse(const char *s, enum task_status *out)
{
	int i = find_word(status_words, TASK_STATUSES, s);

	if (i < 0)
		return -1;
	*out = (enum task_status)i;
	return 0;
}

int
task_time_parse(const char *s, enum task_time *out)
{
	int i = find_word(time_words, TASK_TIMES, s);

	if (i < 0)
		return -1;
	*out = (enum task_time)i;
	return 0;
}

bool
task_same_when(const struct task_when *a, const struct task_when *b)
{
	return day_cmp(a->date, b->date) == 0 && a->time == b->time;
}

void
task_add_when(struct buf *out, const struct task_when *when)
{
	buf_adds(out, "{datum: ");
	day_add(out, when->date);
	buf_addf(out, ", zeit: %s}", task_time_word(when->time));
}

bool
task_same_words(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
	size_t i;

	if (n_a != n_b)
		return false;
	for (i = 0; i < n_a; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static void
release_words(char **words, size_t n)
{
	while (n > 0)
		free(words[--n]);
	free(words);
}

void
task_release(struct task *task)
{
	free(task->file);
	free(task->title);
	release_words(task->tags, task->n_tags);
	*task = (struct task)TASK_INIT;
}

void
task_edit_release(struct task_edit *edit)
{
	release_words(edit->tags, edit->n_tags);
	free(edit->title);
	free(edit->body);
	*edit = (struct task_edit)TASK_EDIT_INIT;
}

enum msg_id
task_warning_msg(unsigned warnings)
{
	if (warnings & TASK_WARN_FIXED_SLOT)
		return MSG_WARN_SLOT;
	if (warnings & TASK_WARN_DEADLINE)
		return MSG_WARN_DEADLINE;
	if (warnings & TASK_WARN_TAGS)
		return MSG_WARN_TAGS;
	if (warnings & TASK_WARN_DONE)
		return MSG_WARN_DONE;
	return MSG_NONE;
}

/* Reading the fields. */

struct reader {
	const char *bytes;
	struct frontmatter front;
	struct task *task;
	struct task_problem *problem;
};

static int
fail(struct reader *r, size_t at, const char *code, enum msg_id reason)
{
	r->problem->line = frontmatter_line(r->bytes, at);
	r->problem->code = code;
	msg_set(&r->problem->reason, reason);
	return -1;
}

/*
 * The word of a field that every task has.  `at` says where it stands; the
 * first line if it is missing.
 */
static const char *
required_word(const struct reader *r, const char *key, size_t *at)
{
	struct frontmatter_field field;

	*at = 0;
	if (!frontmatter_find(
		&r->front, frontmatter_root(&r->front), key, &field))
		return NULL;
	*at = field.key->from;
	return frontmatter_word(&r->front, field.value);
}

static int
read_required(struct reader *r)
{
	const struct frontmatter_node *root = frontmatter_root(&r->front);
	size_t at;

	if (root != NULL && root->kind != FRONTMATTER_MAP)
		return fail(r, root->from, "kein_yaml", MSG_FRONT_NO_FIELDS);

	if (!std_streq(required_word(r, "typ", &at), "task"))
		return fail(r, at, "kein_typ_task", MSG_TASK_NO_TYP);

	if (task_kind_parse(
		required_word(r, "kategorie", &at), &r->task->kind) < 0)
		return fail(r, at, "kategorie_unbekannt", MSG_TASK_KIND);

	if (task_status_parse(
		required_word(r, "status", &at), &r->task->status) < 0)
		return fail(r, at, "status_unbekannt", MSG_TASK_STATUS);
	return 0;
}

static bool
optional(
    const struct reader *r, const char *key, struct frontmatter_field *field)
{
	return frontmatter_find(
		   &r->front, frontmatter_root(&r->front), key, field) &&
	       !frontmatter_is_none(&r->front, field->value);
}

static void
read_deadline(struct reader *r)
{
	struct frontmatter_field field;
	const char *word;

	if (!optional(r, "deadline", &field))
		return;
	word = frontmatter_word(&r->front, field.value);
	if (word != NULL && day_parse(word, &r->task->deadline) == 0)
		r->task->has_deadline = true;
	else
		r->task->warnings |= TASK_WARN_DEADLINE;
}

/* A template that is not filled in: both keys there, both without value. */
static bool
is_empty_when(
    const struct frontmatter *front, const struct frontmatter_node *node)
{
	struct frontmatter_field date, time;

	return frontmatter_pick(front, node, "datum", &date) == 1 &&
	       frontmatter_pick(front, node, "zeit", &time) == 1 &&
	       frontmatter_is_none(front, date.value) &&
	       frontmatter_is_none(front, time.value);
}

static int
read_when(const struct frontmatter *front, const struct frontmatter_node *node,
    struct task_when *out)
{
	struct frontmatter_field date, time;
	struct task_when when;
	const char *word;

	if (node->tagged ||
	    frontmatter_pick(front, node, "datum", &date) != 1 ||
	    frontmatter_pick(front, node, "zeit", &time) != 1)
		return -1;
	word = frontmatter_word(front, date.value);
	if (word == NULL || day_parse(word, &when.date) < 0)
		return -1;
	if (task_time_parse(frontmatter_word(front, time.value), &when.time) <
	    0)
		return -1;
	*out = when;
	return 0;
}

/* fixedSlot and abgeschlossen_am have the same shape. */
static bool
read_when_field(
    struct reader *r, const char *key, unsigned warning, struct task_when *out)
{
	struct frontmatter_field field;

	if (!optional(r, key, &field) ||
	    (!field.value->tagged && is_empty_when(&r->front, field.value)))
		return false;
	if (read_when(&r->front, field.value, out) == 0)
		return true;
	r->task->warnings |= warning;
	return false;
}

/* The word of a list's item; NULL if it is none that can be shown. */
static const char *
tag_word(const struct frontmatter *front, const struct frontmatter_node *item)
{
	const char *word = frontmatter_word(front, item);

	if (word == NULL || enc_has_control(word, item->len) ||
	    (item->style == 0 && frontmatter_is_none(front, item)))
		return NULL;
	return word;
}

static void
read_tags(struct reader *r)
{
	struct task *task = r->task;
	const struct frontmatter_node *item;
	struct frontmatter_field field;
	const char *word;
	size_t cap = 0;

	if (!optional(r, "tags", &field))
		return;
	if (field.value->kind != FRONTMATTER_LIST || field.value->tagged)
		goto bad;

	for (item = frontmatter_child(&r->front, field.value); item != NULL;
	     item = frontmatter_next(&r->front, field.value, item)) {
		word = tag_word(&r->front, item);
		if (word == NULL)
			goto bad;
		STD_GROW(task->tags, task->n_tags, cap);
		task->tags[task->n_tags++] = std_strdup(word);
	}
	return;
bad:
	release_words(task->tags, task->n_tags);
	task->tags = NULL;
	task->n_tags = 0;
	task->warnings |= TASK_WARN_TAGS;
}

/* The line end after the closing line counts as the Markdown's margin. */
static size_t
body_start(const char *bytes, size_t len, size_t at)
{
	if (at < len && bytes[at] == '\n')
		return at + 1;
	if (at + 1 < len && bytes[at] == '\r' && bytes[at + 1] == '\n')
		return at + 2;
	return at;
}

static void
read_title(struct reader *r, const char *file, size_t len)
{
	struct buf title = BUF_INIT;
	size_t at = r->task->body_at;

	task_title_read(&title, file, r->bytes + at, len - at);
	r->task->title = std_strdup(title.s);
	buf_release(&title);
}

static int
read_front(struct reader *r, size_t len)
{
	struct frontmatter_fault fault;

	if (frontmatter_read(&r->front, r->bytes, len, &fault) == 0)
		return 0;
	r->problem->line = fault.line;
	r->problem->code = fault.code;
	r->problem->reason = fault.reason;
	return -1;
}

/* The first byte that is no UTF-8. */
static size_t
find_no_utf8(const char *bytes, size_t len)
{
	size_t at = 0, n;

	while (at < len) {
		n = enc_utf8_len(bytes + at);
		if (n > len - at || !enc_is_utf8(bytes + at, n))
			break;
		at += n;
	}
	return at;
}

static int
check_bytes(struct reader *r, size_t len)
{
	if (len > TASK_FILE_MAX) {
		fail(r, 0, "zu_gross", MSG_TASK_TOO_LARGE);
		msg_value(&r->problem->reason, "%zu", TASK_FILE_MAX >> 10);
		r->problem->line = 0;
		return -1;
	}
	if (!enc_is_utf8(r->bytes, len))
		return fail(r, find_no_utf8(r->bytes, len), "kein_utf8",
		    MSG_TASK_NO_UTF8);
	return 0;
}

int
task_parse(const char *file, const void *bytes, size_t len, struct task *task,
    struct task_problem *problem)
{
	struct task read = TASK_INIT;
	struct reader r = {
	    .bytes = bytes,
	    .front = FRONTMATTER_INIT,
	    .task = &read,
	    .problem = problem,
	};
	int rc = -1;

	if (check_bytes(&r, len) < 0)
		goto out;
	if (read_front(&r, len) < 0)
		goto out;
	if (read_required(&r) < 0)
		goto out;

	read_deadline(&r);
	read.has_fixed =
	    read_when_field(&r, "fixedSlot", TASK_WARN_FIXED_SLOT, &read.fixed);
	read.has_done =
	    read_when_field(&r, "abgeschlossen_am", TASK_WARN_DONE, &read.done);
	read_tags(&r);

	read.number = names_number(file);
	read.file = std_strdup(file);
	read.body_at = body_start(bytes, len, r.front.after);
	read_title(&r, file, len);
	*task = read;
	read = (struct task)TASK_INIT;
	rc = 0;
out:
	frontmatter_release(&r.front);
	task_release(&read);
	return rc;
}
