#include "enc.h"
#include "front.h"
#include "front_edit.h"
#include "task.h"

/* The front matter. */

static void
add_when(struct buf *out, const struct task_when *when)
{
	buf_adds(out, "{datum: ");
	day_add(out, when->date);
	buf_addf(out, ", zeit: %s}", task_time_word(when->time));
}

/* The two values of a slot, if each is there once and can be replaced. */
static bool
find_when(const struct front *front, const char *key, struct front_field *date,
    struct front_field *time)
{
	struct front_field field;

	return front_find(front, front_root(front), key, &field) &&
	       !field.value->tagged &&
	       front_pick(front, field.value, "datum", date) == 1 &&
	       front_pick(front, field.value, "zeit", time) == 1;
}

static void
set_when(struct front_edit *front, const char *key,
    const struct task_when *when, const struct task_when *old)
{
	struct front_field date, time;
	struct buf text = BUF_INIT;

	if (find_when(front->front, key, &date, &time)) {
		day_add(&text, when->date);
		if (old == NULL || day_cmp(old->date, when->date) != 0)
			front_edit_set_at(front, &date, text.s);
		if (old == NULL || old->time != when->time)
			front_edit_set_at(
			    front, &time, task_time_word(when->time));
	} else {
		add_when(&text, when);
		front_edit_put(front, key, text.s);
	}
	buf_release(&text);
}

static bool
same_when(const struct task_when *a, const struct task_when *b)
{
	return day_cmp(a->date, b->date) == 0 && a->time == b->time;
}

static bool
same_words(char *const *a, size_t n_a, char *const *b, size_t n_b)
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
edit_deadline(struct front_edit *front, const struct task *task,
    const struct task_edit *edit)
{
	bool odd = task->warnings & TASK_WARN_DEADLINE;
	struct buf text = BUF_INIT;

	if (edit->deadline_null) {
		if (task->has_deadline || odd)
			front_edit_drop(front, "deadline");
	} else if (!task->has_deadline ||
		   day_cmp(task->deadline, edit->deadline) != 0) {
		day_add(&text, edit->deadline);
		front_edit_set(front, "deadline", text.s);
	}
	buf_release(&text);
}

static void
edit_fixed(struct front_edit *front, const struct task *task,
    const struct task_edit *edit)
{
	bool odd = task->warnings & TASK_WARN_FIXED_SLOT;

	if (edit->fixed_null) {
		if (task->has_fixed || odd)
			front_edit_put(front, "fixedSlot", "null");
	} else if (!task->has_fixed || !same_when(&task->fixed, &edit->fixed)) {
		set_when(front, "fixedSlot", &edit->fixed,
		    task->has_fixed ? &task->fixed : NULL);
	}
}

static void
edit_done(struct front_edit *front, const struct task *task,
    const struct task_edit *edit)
{
	bool odd = task->warnings & TASK_WARN_DONE;

	if (edit->done_null) {
		if (task->has_done || odd)
			front_edit_drop(front, "abgeschlossen_am");
	} else if (!task->has_done || !same_when(&task->done, &edit->done)) {
		set_when(front, "abgeschlossen_am", &edit->done,
		    task->has_done ? &task->done : NULL);
	}
}

static void
edit_fields(struct front_edit *front, const struct task *task,
    const struct task_edit *edit)
{
	if (edit->has_kind && edit->kind != task->kind)
		front_edit_set(front, "kategorie", task_kind_word(edit->kind));
	if (edit->has_status && edit->status != task->status)
		front_edit_set(front, "status", task_status_word(edit->status));
	if (edit->has_tags && ((task->warnings & TASK_WARN_TAGS) ||
				  !same_words(task->tags, task->n_tags,
				      edit->tags, edit->n_tags)))
		front_edit_list(front, "tags", edit->tags, edit->n_tags);
	if (edit->has_deadline)
		edit_deadline(front, task, edit);
	if (edit->has_fixed)
		edit_fixed(front, task, edit);
	if (edit->has_done)
		edit_done(front, task, edit);
}

/* The Markdown. */

/* Appends the text with "\r\n" as '\n', or every '\n' as `eol`. */
static void
add_lines(struct buf *out, const char *text, size_t len, const char *eol)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			buf_adds(out, eol);
		else if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			buf_addc(out, text[i]);
}

static bool
same_lines(const char *a, size_t n_a, const char *b, size_t n_b)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	bool same;

	add_lines(&one, a, n_a, "\n");
	add_lines(&other, b, n_b, "\n");
	same = buf_eq(&one, &other);
	buf_release(&one);
	buf_release(&other);
	return same;
}

/*
 * Replaces what begins at `at`.  An empty line between closing line and
 * Markdown belongs to neither: where there is none, a body that begins with
 * one needs another.
 */
static void
edit_body(
    struct buf *file, size_t at, bool margin, const char *eol, const char *body)
{
	const char *text = body != NULL ? body : "";
	struct buf lines = BUF_INIT;

	if (same_lines(file->s + at, file->len - at, text, strlen(text)))
		return;

	if (at == file->len && file->s[at - 1] != '\n')
		buf_adds(&lines, eol);
	if (!margin && (text[0] == '\n' || strncmp(text, "\r\n", 2) == 0))
		buf_adds(&lines, eol);
	add_lines(&lines, text, strlen(text), eol);
	buf_splice(file, at, file->len - at, lines.s, lines.len);
	buf_release(&lines);
}

/* True if the Markdown that begins at `at` has this title already. */
static bool
has_title(
    const char *name, const struct buf *file, size_t at, const char *title)
{
	struct buf now = BUF_INIT, want = BUF_INIT;
	bool same;

	if (title == NULL)
		return false;
	task_title_read(&now, name, file->s + at, file->len - at);
	task_title_clean(&want, title, strlen(title));
	same = buf_eq(&now, &want);
	buf_release(&now);
	buf_release(&want);
	return same;
}

static int
edit_markdown(const char *name, struct buf *file, size_t at, bool margin,
    const char *eol, const struct task_edit *edit)
{
	if (edit->has_body) {
		edit_body(file, at, margin, eol, edit->body);
		/* The closing line may have got its line end just now. */
		if (file->s[at - 1] != '\n' && at < file->len)
			at += strlen(eol);
	}
	if (!edit->has_title || has_title(name, file, at, edit->title))
		return 0;
	return task_title_write(file, at, eol, edit->title);
}

/* Reading back. */

/* True if the edit is about this top-level key. */
static bool
is_edited(const struct task_edit *edit, const struct front *front,
    const struct front_node *key)
{
	const struct {
		const char *key;
		bool edited;
	} fields[] = {
	    {"kategorie", edit->has_kind},
	    {"status", edit->has_status},
	    {"tags", edit->has_tags},
	    {"deadline", edit->has_deadline},
	    {"fixedSlot", edit->has_fixed},
	    {"abgeschlossen_am", edit->has_done},
	};
	size_t i;

	for (i = 0; key->kind == FRONT_SCALAR && i < ARRAY_LEN(fields); i++)
		if (fields[i].edited && strlen(fields[i].key) == key->len &&
		    memcmp(fields[i].key, front->values.s + key->value,
			key->len) == 0)
			return true;
	return false;
}

struct side {
	struct front front;
	const char *bytes;
	const struct front_node *key; /* the walk's next field */
};

/* Moves past the fields that the edit is about. */
static const struct front_node *
skip_edited(struct side *side, const struct task_edit *edit)
{
	const struct front_node *root = front_root(&side->front), *value;

	while (side->key != NULL && is_edited(edit, &side->front, side->key)) {
		value = front_next(&side->front, root, side->key);
		side->key = front_next(&side->front, root, value);
	}
	return side->key;
}

static bool
same_node(const struct side *a, const struct front_node *x,
    const struct side *b, const struct front_node *y)
{
	return x->kind == y->kind && x->style == y->style &&
	       x->tagged == y->tagged && x->len == y->len &&
	       memcmp(a->front.values.s + x->value,
		   b->front.values.s + y->value, x->len) == 0 &&
	       x->to - x->props == y->to - y->props &&
	       memcmp(a->bytes + x->props, b->bytes + y->props,
		   x->to - x->props) == 0;
}

/* Compares key and value with all below them, as read and as bytes. */
static bool
same_field(struct side *a, struct side *b)
{
	const struct front_node *x = a->key, *y = b->key, *end_x, *end_y;

	end_x = front_next(&a->front, front_root(&a->front), x);
	end_y = front_next(&b->front, front_root(&b->front), y);
	if (end_x->end - (size_t)(x - a->front.nodes) !=
	    end_y->end - (size_t)(y - b->front.nodes))
		return false;

	a->key = front_next(&a->front, front_root(&a->front), end_x);
	b->key = front_next(&b->front, front_root(&b->front), end_y);
	end_x = a->front.nodes + end_x->end;
	for (; x < end_x; x++, y++)
		if (!same_node(a, x, b, y))
			return false;
	return true;
}

/* True if all fields that the edit is not about are what they were. */
static bool
same_rest(const struct front *before, const char *bytes,
    const struct buf *after, const struct task_edit *edit)
{
	struct front_fault fault;
	struct side a = {.front = *before, .bytes = bytes};
	struct side b = {.front = FRONT_INIT, .bytes = after->s};
	bool same = false;

	if (front_read(&b.front, after->s, after->len, &fault) < 0)
		return false;
	a.key = front_child(&a.front, front_root(&a.front));
	b.key = front_child(&b.front, front_root(&b.front));
	while (skip_edited(&a, edit) != NULL && skip_edited(&b, edit) != NULL)
		if (!same_field(&a, &b))
			goto out;
	same = a.key == NULL && skip_edited(&b, edit) == NULL;
out:
	front_release(&b.front);
	return same;
}

/* What the task shall be: the old one with the edit's values. */
static unsigned
warnings_meant(const struct task *task, const struct task_edit *edit)
{
	unsigned gone = 0;

	if (edit->has_tags)
		gone |= TASK_WARN_TAGS;
	if (edit->has_deadline)
		gone |= TASK_WARN_DEADLINE;
	if (edit->has_fixed)
		gone |= TASK_WARN_FIXED_SLOT;
	if (edit->has_done)
		gone |= TASK_WARN_DONE;
	return task->warnings & ~gone;
}

static bool
is_when_meant(bool has, const struct task_when *when, bool want_has,
    const struct task_when *want)
{
	return has == want_has && (!has || same_when(when, want));
}

static bool
are_fields_meant(const struct task *now, const struct task *old,
    const struct task_edit *edit)
{
	bool has_deadline =
	    edit->has_deadline ? !edit->deadline_null : old->has_deadline;
	struct day deadline =
	    edit->has_deadline ? edit->deadline : old->deadline;

	return now->kind == (edit->has_kind ? edit->kind : old->kind) &&
	       now->status == (edit->has_status ? edit->status : old->status) &&
	       now->has_deadline == has_deadline &&
	       (!has_deadline || day_cmp(now->deadline, deadline) == 0) &&
	       now->warnings == warnings_meant(old, edit);
}

static bool
are_lists_meant(const struct task *now, const struct task *old,
    const struct task_edit *edit)
{
	return (edit->has_tags ? same_words(now->tags, now->n_tags, edit->tags,
				     edit->n_tags)
			       : same_words(now->tags, now->n_tags, old->tags,
				     old->n_tags)) &&
	       (edit->has_fixed ? is_when_meant(now->has_fixed, &now->fixed,
				      !edit->fixed_null, &edit->fixed)
				: is_when_meant(now->has_fixed, &now->fixed,
				      old->has_fixed, &old->fixed)) &&
	       (edit->has_done ? is_when_meant(now->has_done, &now->done,
				     !edit->done_null, &edit->done)
			       : is_when_meant(now->has_done, &now->done,
				     old->has_done, &old->done));
}

static bool
is_markdown_meant(const struct task *now, const struct buf *after,
    const struct task *old, const char *bytes, size_t len,
    const struct task_edit *edit)
{
	const char *body = edit->body != NULL ? edit->body : "";
	const char *text = after->s + now->body_at;
	size_t n = after->len - now->body_at;
	struct buf want = BUF_INIT;
	bool same = true;

	if (edit->has_title && edit->title != NULL) {
		task_title_clean(&want, edit->title, strlen(edit->title));
		same = want.len == 0 || strcmp(want.s, now->title) == 0;
	} else if (edit->has_body && !edit->has_title) {
		same = same_lines(text, n, body, strlen(body));
	} else if (!edit->has_title) {
		same = n == len - old->body_at &&
		       memcmp(text, bytes + old->body_at, n) == 0;
	}
	buf_release(&want);
	return same;
}

struct splice {
	const char *name;
	const char *bytes;
	size_t len;
	const struct task_edit *edit;
	struct task before;
	struct front front; /* of the bytes before */
	struct buf after;
};

static bool
is_as_meant(const struct splice *s)
{
	struct task now = TASK_INIT;
	struct task_problem problem;
	bool meant;

	if (task_parse(s->name, s->after.s, s->after.len, &now, &problem) < 0)
		return false;
	meant = are_fields_meant(&now, &s->before, s->edit) &&
		are_lists_meant(&now, &s->before, s->edit) &&
		is_markdown_meant(
		    &now, &s->after, &s->before, s->bytes, s->len, s->edit) &&
		same_rest(&s->front, s->bytes, &s->after, s->edit);
	task_release(&now);
	return meant;
}

static int
apply(struct splice *s)
{
	struct front_edit edit = FRONT_EDIT_INIT;
	size_t tail = s->len - s->before.body_at;
	bool margin = s->before.body_at > s->front.after;
	const char *eol;
	int rc;

	front_edit_start(&edit, &s->front, s->bytes);
	eol = edit.eol;
	edit_fields(&edit, &s->before, s->edit);
	rc = front_edit_finish(&edit, s->len, &s->after);
	front_edit_release(&edit);
	if (rc < 0)
		return -1;

	/* The Markdown has moved, but it still ends the file. */
	return edit_markdown(
	    s->name, &s->after, s->after.len - tail, margin, eol, s->edit);
}

static int
read_before(struct splice *s, struct err *err)
{
	struct task_problem problem;
	struct front_fault fault;

	if (task_parse(s->name, s->bytes, s->len, &s->before, &problem) < 0)
		return err_set(err, ERR_BAD_FILE,
		    "Die Datei ist keine gültige Aufgabe: %s", problem.reason);
	if (front_read(&s->front, s->bytes, s->len, &fault) < 0)
		return err_set(err, ERR_BAD_FILE,
		    "Die Datei ist keine gültige Aufgabe: %s", fault.reason);
	return 0;
}

int
task_splice(const char *file, const void *bytes, size_t len,
    const struct task_edit *edit, struct buf *out, struct err *err)
{
	struct splice s = {
	    .name = file,
	    .bytes = bytes,
	    .len = len,
	    .edit = edit,
	    .before = TASK_INIT,
	    .front = FRONT_INIT,
	    .after = BUF_INIT,
	};
	int rc = -1;

	if (read_before(&s, err) < 0)
		goto out;

	if (apply(&s) < 0 || !is_as_meant(&s)) {
		err_set(err, ERR_BAD_FILE,
		    "Die Datei ist so geschrieben, dass diese Änderung "
		    "anderes darin mitändern würde. Bitte direkt in der "
		    "Datei ändern.");
		goto out;
	}
	buf_move(out, &s.after);
	rc = 0;
out:
	task_release(&s.before);
	front_release(&s.front);
	buf_release(&s.after);
	return rc;
}

/* A new file. */

static void
print_tags(struct buf *out, const struct task_edit *edit)
{
	size_t i;

	buf_adds(out, "tags: [");
	for (i = 0; i < edit->n_tags; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		front_add_scalar(out, edit->tags[i]);
	}
	buf_adds(out, "]\n");
}

static void
print_front(struct buf *out, const struct task_edit *edit)
{
	buf_addf(out, "---\ntyp: task\nkategorie: %s\nstatus: %s\n",
	    task_kind_word(edit->kind),
	    task_status_word(edit->has_status ? edit->status : TASK_OFFEN));
	print_tags(out, edit);
	if (edit->has_deadline && !edit->deadline_null) {
		buf_adds(out, "deadline: ");
		day_add(out, edit->deadline);
		buf_addc(out, '\n');
	}
	buf_adds(out, "fixedSlot: ");
	if (edit->has_fixed && !edit->fixed_null)
		add_when(out, &edit->fixed);
	else
		buf_adds(out, "null");
	buf_addc(out, '\n');
	if (edit->has_done && !edit->done_null) {
		buf_adds(out, "abgeschlossen_am: ");
		add_when(out, &edit->done);
		buf_addc(out, '\n');
	}
	buf_adds(out, "---\n");
}

void
task_print(struct buf *out, const struct task_edit *edit)
{
	struct buf file = BUF_INIT;
	size_t at;

	print_front(&file, edit);
	at = file.len;
	if (edit->body != NULL)
		add_lines(&file, edit->body, strlen(edit->body), "\n");
	if (file.len > at && file.s[file.len - 1] != '\n')
		buf_addc(&file, '\n');
	if (edit->title != NULL &&
	    task_title_write(&file, at, "\n", edit->title) < 0)
		buf_addf(&file, "# %s\n", edit->title);
	if (file.len > at)
		buf_splice(&file, at, 0, "\n", 1);
	buf_add(out, file.s, file.len);
	buf_release(&file);
}
