#include "task/merge.h"

#include "base/buf.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_comment.h"
#include "frontmatter/frontmatter_edit.h"
#include "frontmatter/frontmatter_read.h"
#include "frontmatter/frontmatter_take.h"
#include "task/task_field.h"
#include "task/task_parse.h"
#include "task/task_splice.h"
#include "text/lines.h"

struct side {
	const char *bytes;
	size_t len;
	struct task task;
	struct frontmatter front;
};

struct merger {
	const struct merge *merge;
	struct side base, mine, theirs;
	struct merge_conflict *conflict;
	struct task_edit edit; /* what task_splice can do; borrows from mine */
	struct buf body;       /* of edit */
	const char **other;    /* keys that are spliced here; borrowed */
	size_t n_other, cap_other;
	const char **taken; /* all fields that are taken from mine; borrowed */
	size_t n_taken, cap_taken;
};

void
merge_conflict_release(struct merge_conflict *conflict)
{
	size_t i;

	for (i = 0; i < conflict->n; i++)
		free(conflict->fields[i]);
	free(conflict->fields);
	*conflict = (struct merge_conflict)MERGE_CONFLICT_INIT;
}

static void
add_conflict(struct merge_conflict *conflict, const char *field)
{
	STD_GROW(conflict->fields, conflict->n, conflict->cap);
	conflict->fields[conflict->n++] = std_strdup(field);
}

/* Reading a side. */

static int
read_side(struct side *side, const char *file, const struct merge_side *bytes)
{
	struct task_problem problem;
	struct frontmatter_fault fault;

	side->bytes = bytes->bytes;
	side->len = bytes->len;
	if (task_parse(file, side->bytes, side->len, &side->task, &problem) < 0)
		return -1;
	return frontmatter_read(&side->front, side->bytes, side->len, &fault);
}

static void
release_side(struct side *side)
{
	task_release(&side->task);
	frontmatter_release(&side->front);
}

static bool
find(const struct side *side, const char *key, struct frontmatter_field *out)
{
	return frontmatter_find(
	    &side->front, frontmatter_root(&side->front), key, out);
}

/* False at the end, and for a base that is not known. */
static bool
next_field(const struct side *side, struct frontmatter_field *field)
{
	return frontmatter_next_field(
	    &side->front, frontmatter_root(&side->front), field);
}

/* The name of the field; NULL for a key that cannot be named. */
static const char *
name_of(const struct side *side, const struct frontmatter_node *key)
{
	return key->props == key->from ? frontmatter_word(&side->front, key)
				       : NULL;
}

/* True if a key is a list, an alias, tagged or holds a NUL. */
static bool
has_odd_key(const struct side *side)
{
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;

	while (next_field(side, &field))
		if (name_of(side, field.key) == NULL)
			return true;
	return false;
}

static const char *
body_of(const struct side *side, size_t *len)
{
	*len = side->len - side->task.body_at;
	return side->bytes + side->task.body_at;
}

/* Comparing. */

static bool
same_source(const struct side *a, const struct side *b, const char *key)
{
	struct frontmatter_field x, y;
	bool in_a = find(a, key, &x), in_b = find(b, key, &y);

	return in_a == in_b && (!in_a || frontmatter_same(&a->front, x.value,
					     &b->front, y.value));
}

/* True if the value is there and means nothing. */
static bool
is_odd(const struct side *side, const struct task_field *field)
{
	return (side->task.warnings & field->warning) != 0;
}

static bool
same_key(const struct side *a, const struct side *b, const char *key)
{
	const struct task_field *field = task_field_find(key);

	if (strcmp(key, "typ") == 0) /* the same in all tasks */
		return true;
	if (field == NULL || is_odd(a, field) || is_odd(b, field))
		return same_source(a, b, key);
	return task_field_same(field, &a->task, &b->task);
}

static bool
same_body(const struct side *a, const struct side *b)
{
	size_t n_a, n_b;
	const char *text_a = body_of(a, &n_a), *text_b = body_of(b, &n_b);

	return lines_same(text_a, n_a, text_b, n_b);
}

/* Deciding. */

enum choice { TAKE_THEIRS, TAKE_MINE, TAKE_NONE };

static enum choice
choose_side(bool mine_is_base, bool theirs_is_base, bool same)
{
	if (mine_is_base || same)
		return TAKE_THEIRS;
	return theirs_is_base ? TAKE_MINE : TAKE_NONE;
}

static enum choice
choose_field(const struct merger *m, const char *key)
{
	return choose_side(same_key(&m->mine, &m->base, key),
	    same_key(&m->theirs, &m->base, key),
	    same_key(&m->mine, &m->theirs, key));
}

static enum choice
choose_body(const struct merger *m)
{
	return choose_side(same_body(&m->mine, &m->base),
	    same_body(&m->theirs, &m->base), same_body(&m->mine, &m->theirs));
}

/*
 * Calls `fn` for each field of the front matters, once: those of base, then
 * what only mine has, then what only theirs has.
 */
typedef void field_fn(struct merger *m, const char *key);

static void
each_field(struct merger *m, field_fn *fn)
{
	const struct side *sides[] = {&m->base, &m->mine, &m->theirs};
	struct frontmatter_field unused;
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(sides); i++) {
		struct frontmatter_field field = FRONTMATTER_FIELD_INIT;

		while (next_field(sides[i], &field)) {
			const char *name = name_of(sides[i], field.key);

			for (k = 0; k < i; k++)
				if (find(sides[k], name, &unused))
					break;
			if (k == i)
				fn(m, name);
		}
	}
}

static void
take_field(struct merger *m, const char *key)
{
	const struct task_field *field = task_field_find(key);

	switch (choose_field(m, key)) {
	case TAKE_THEIRS:
		break;
	case TAKE_NONE:
		add_conflict(m->conflict, key);
		break;
	case TAKE_MINE:
		STD_GROW(m->taken, m->n_taken, m->cap_taken);
		m->taken[m->n_taken++] = key;
		if (field != NULL && !is_odd(&m->mine, field)) {
			task_field_set_edited(field, &m->edit);
			break;
		}
		STD_GROW(m->other, m->n_other, m->cap_other);
		m->other[m->n_other++] = key;
	}
}

static void
take_body(struct merger *m)
{
	const char *text;
	size_t len;

	switch (choose_body(m)) {
	case TAKE_THEIRS:
		break;
	case TAKE_NONE:
		add_conflict(m->conflict, "body");
		break;
	case TAKE_MINE:
		text = body_of(&m->mine, &len);
		buf_set(&m->body, text, len);
		m->edit.has_body = true;
		m->edit.body = m->body.s;
		STD_GROW(m->taken, m->n_taken, m->cap_taken);
		m->taken[m->n_taken++] = "body";
	}
}

/* True if a side has a comment that neither of the others has. */
static bool
has_own_comment(
    const struct side *side, const struct side *one, const struct side *other)
{
	struct frontmatter_comment comment;
	const char *text;
	size_t len;

	frontmatter_comment_start(&comment, side->front.from, side->front.to);
	while (frontmatter_comment_next(&side->front, &comment)) {
		text = side->bytes + comment.from;
		len = comment.to - comment.from;
		if (!frontmatter_comment_has(&one->front, text, len) &&
		    !frontmatter_comment_has(&other->front, text, len))
			return true;
	}
	return false;
}

/* Takes the fields of mine that task.h does not know into theirs. */
static int
splice_other(const struct merger *m, struct buf *out)
{
	struct frontmatter_edit edit = FRONTMATTER_EDIT_INIT;
	size_t i;
	int rc = 0;

	frontmatter_edit_start(&edit, &m->theirs.front);
	for (i = 0; rc == 0 && i < m->n_other; i++)
		rc = frontmatter_take(&edit, &m->mine.front, m->other[i]);
	if (rc == 0)
		rc = frontmatter_edit_finish(&edit, m->theirs.len, out);
	frontmatter_edit_release(&edit);
	return rc;
}

static int
splice_mine(const struct merger *m, struct buf *out)
{
	struct buf spliced = BUF_INIT;
	struct err err;
	int rc = splice_other(m, &spliced);

	if (rc == 0)
		rc = task_splice(m->merge->file, spliced.s, spliced.len,
		    &m->edit, out, &err);
	buf_release(&spliced);
	return rc;
}

/* Reading the result back. */

static bool
is_key_meant(const struct merger *m, const struct side *result, const char *key)
{
	const struct side *from =
	    choose_field(m, key) == TAKE_MINE ? &m->mine : &m->theirs;

	/* What is theirs must be so to the letter of YAML. */
	return same_key(result, from, key) &&
	       (from == &m->mine || same_source(result, from, key));
}

/* True if each field of `side` is in the result what it is meant to be. */
static bool
are_keys_meant(
    const struct merger *m, const struct side *side, const struct side *result)
{
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	const char *name;

	while (next_field(side, &field)) {
		name = name_of(side, field.key);
		if (name == NULL || !is_key_meant(m, result, name))
			return false;
	}
	return true;
}

static bool
is_meant(const struct merger *m, const struct buf *out)
{
	const struct merge_side bytes = {out->s, out->len};
	const struct side *body =
	    choose_body(m) == TAKE_MINE ? &m->mine : &m->theirs;
	struct side result = {.task = TASK_INIT, .front = FRONTMATTER_INIT};
	bool meant;

	meant = read_side(&result, m->merge->file, &bytes) == 0 &&
		are_keys_meant(m, &m->base, &result) &&
		are_keys_meant(m, &m->mine, &result) &&
		are_keys_meant(m, &m->theirs, &result) &&
		are_keys_meant(m, &result, &result) &&
		same_body(&result, body) &&
		!has_own_comment(&m->theirs, &m->base, &result);
	release_side(&result);
	return meant;
}

/* All of it. */

static bool
same_bytes(const struct merge_side *a, const struct merge_side *b)
{
	return a->bytes != NULL && b->bytes != NULL && a->len == b->len &&
	       (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static int
fail(struct merger *m, enum merge_why why)
{
	size_t i;

	m->conflict->why = why;
	for (i = 0; why == MERGE_UNSAFE && i < m->n_taken; i++)
		add_conflict(m->conflict, m->taken[i]);
	return -1;
}

static void
note_difference(struct merger *m, const char *key)
{
	if (!same_key(&m->mine, &m->theirs, key))
		add_conflict(m->conflict, key);
}

static int
fail_without_base(struct merger *m)
{
	const struct merge *merge = m->merge;

	if (read_side(&m->mine, merge->file, &merge->mine) == 0 &&
	    read_side(&m->theirs, merge->file, &merge->theirs) == 0 &&
	    !has_odd_key(&m->mine) && !has_odd_key(&m->theirs)) {
		each_field(m, note_difference);
		if (!same_body(&m->mine, &m->theirs))
			add_conflict(m->conflict, "body");
	}
	return fail(m, MERGE_NO_BASE);
}

static int
merge_fields(struct merger *m, struct buf *out)
{
	const struct merge *merge = m->merge;
	struct buf merged = BUF_INIT;

	if (read_side(&m->base, merge->file, &merge->base) == -1 ||
	    read_side(&m->mine, merge->file, &merge->mine) == -1 ||
	    read_side(&m->theirs, merge->file, &merge->theirs) == -1)
		return fail(m, MERGE_NO_TASK);
	if (has_odd_key(&m->base) || has_odd_key(&m->mine) ||
	    has_odd_key(&m->theirs))
		return fail(m, MERGE_UNSAFE);

	m->edit.to = m->mine.task;
	each_field(m, take_field);
	take_body(m);
	if (has_own_comment(&m->mine, &m->base, &m->theirs))
		add_conflict(m->conflict, "#");
	if (m->conflict->n > 0)
		return fail(m, MERGE_BOTH);

	if (splice_mine(m, &merged) == -1 || !is_meant(m, &merged)) {
		buf_release(&merged);
		return fail(m, MERGE_UNSAFE);
	}
	buf_move(out, &merged);
	return 0;
}

int
merge_task(
    const struct merge *merge, struct buf *out, struct merge_conflict *conflict)
{
	struct merger m = {
	    .merge = merge,
	    .conflict = conflict,
	    .edit = TASK_EDIT_INIT,
	    .body = BUF_INIT,
	    .base = {.task = TASK_INIT, .front = FRONTMATTER_INIT},
	    .mine = {.task = TASK_INIT, .front = FRONTMATTER_INIT},
	    .theirs = {.task = TASK_INIT, .front = FRONTMATTER_INIT},
	};
	int rc = 0;

	if (same_bytes(&merge->mine, &merge->theirs) ||
	    same_bytes(&merge->mine, &merge->base))
		buf_set(out, merge->theirs.bytes, merge->theirs.len);
	else if (same_bytes(&merge->theirs, &merge->base))
		buf_set(out, merge->mine.bytes, merge->mine.len);
	else if (merge->base.bytes == NULL)
		rc = fail_without_base(&m);
	else
		rc = merge_fields(&m, out);

	release_side(&m.base);
	release_side(&m.mine);
	release_side(&m.theirs);
	buf_release(&m.body);
	free(m.other);
	free(m.taken);
	return rc;
}
