#include "task/task_yaml.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"
#include "frontmatter/frontmatter_list.h"
#include "frontmatter/frontmatter_scalar.h"
#include "task/task.h"
#include "task/task_field.h"

/* Reading. */

static int
read_word(const struct frontmatter *front, const struct frontmatter_node *node,
    const struct task_field *field, unsigned *out)
{
	const char *word = frontmatter_word(front, node);
	unsigned i;

	for (i = 0; i < field->n_words; i++)
		if (std_streq(word, field->words[i])) {
			*out = i;
			return 0;
		}
	return -1;
}

/* The item's word; NULL if it has none that can be shown. */
static const char *
item_word(const struct frontmatter *front, const struct frontmatter_node *item)
{
	const char *word = frontmatter_word(front, item);

	if (word == NULL || enc_has_control(word, item->len) ||
	    (item->style == 0 && frontmatter_is_none(front, item)))
		return NULL;
	return word;
}

static int
read_words(const struct frontmatter *front, const struct frontmatter_node *list,
    const struct task_field *field, struct task *task)
{
	const struct frontmatter_node *item;
	struct task_words words = {.list = NULL};
	const char *word;
	size_t cap = 0;

	if (list->kind != FRONTMATTER_LIST || list->tagged)
		return -1;
	for (item = frontmatter_child(front, list); item != NULL;
	     item = frontmatter_next(front, list, item)) {
		word = item_word(front, item);
		if (word == NULL) {
			task_free_words(words.list, words.n);
			return -1;
		}
		STD_GROW(words.list, words.n, cap);
		words.list[words.n++] = std_strdup(word);
	}
	task_field_set_words(field, task, words);
	return 0;
}

static int
read_day(const struct frontmatter *front, const struct frontmatter_node *node,
    struct day *out)
{
	const char *word = frontmatter_word(front, node);

	return word != NULL ? day_parse(word, out) : -1;
}

/* Finds the two values of a slot, a map or a list of maps, each there once. */
static bool
find_when(const struct frontmatter *front, const struct frontmatter_node *node,
    struct frontmatter_field *date, struct frontmatter_field *time)
{
	return !node->tagged &&
	       frontmatter_pick(front, node, "datum", date) == 1 &&
	       frontmatter_pick(front, node, "zeit", time) == 1;
}

static int
read_when(const struct frontmatter *front, const struct frontmatter_node *node,
    struct task_when *out)
{
	struct frontmatter_field date, time;
	struct task_when when;

	if (!find_when(front, node, &date, &time) ||
	    read_day(front, date.value, &when.date) < 0 ||
	    task_time_parse(frontmatter_word(front, time.value), &when.time) <
		0)
		return -1;
	*out = when;
	return 0;
}

/* True for a slot whose two keys have no values: a template, not filled in. */
static bool
is_empty_when(
    const struct frontmatter *front, const struct frontmatter_node *node)
{
	struct frontmatter_field date, time;

	return find_when(front, node, &date, &time) &&
	       frontmatter_is_none(front, date.value) &&
	       frontmatter_is_none(front, time.value);
}

static int
read_value(const struct frontmatter *front, const struct frontmatter_node *node,
    const struct task_field *field, struct task *task)
{
	void *place = task_field_place(field, task);

	switch (field->type) {
	case TASK_FIELD_WORD:
		return read_word(front, node, field, place);
	case TASK_FIELD_WORDS:
		return read_words(front, node, field, task);
	case TASK_FIELD_DATE:
		return read_day(front, node, place);
	case TASK_FIELD_WHEN:
		return read_when(front, node, place);
	}
	return -1;
}

int
task_yaml_read(const struct frontmatter *front, const struct task_field *field,
    struct task *task)
{
	struct frontmatter_field found;
	bool there = frontmatter_find(
	    front, frontmatter_root(front), field->key, &found);

	if (field->type != TASK_FIELD_WORD &&
	    (!there || frontmatter_is_none(front, found.value)))
		return 0;
	if (field->type == TASK_FIELD_WHEN && is_empty_when(front, found.value))
		return 0;
	if (!there || read_value(front, found.value, field, task) < 0)
		return -1;
	task_field_set(field, task);
	return 0;
}

/* Printing. */

static void
print_words(struct buf *out, struct task_words words)
{
	size_t i;

	buf_addc(out, '[');
	for (i = 0; i < words.n; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		frontmatter_scalar_add(out, words.list[i]);
	}
	buf_addc(out, ']');
}

/* `quote` stands around all words: "" or, for JSON, a double one. */
static void
print_when(struct buf *out, const struct task_when *when, const char *quote)
{
	buf_addf(out, "{%sdatum%s: %s", quote, quote, quote);
	day_add(out, when->date);
	buf_addf(out, "%s, %szeit%s: %s%s%s}", quote, quote, quote, quote,
	    task_time_word(when->time), quote);
}

/*
 * Print a slot of a field that the file did not have: with its keys the other
 * way round, so that its line is known as one to be taken away again.
 */
static void
print_added_when(struct buf *out, const struct task_when *when)
{
	buf_addf(out, "{zeit: %s, datum: ", task_time_word(when->time));
	day_add(out, when->date);
	buf_addc(out, '}');
}

void
task_yaml_print(
    struct buf *out, const struct task_field *field, const struct task *task)
{
	const void *value = task_field_value(field, task);

	if (!task_field_has(field, task)) {
		buf_adds(out, field->none != NULL ? field->none : "null");
		return;
	}
	switch (field->type) {
	case TASK_FIELD_WORD:
		buf_adds(out, field->words[*(const unsigned *)value]);
		break;
	case TASK_FIELD_WORDS:
		print_words(out, task_field_words(field, task));
		break;
	case TASK_FIELD_DATE:
		day_add(out, *(const struct day *)value);
		break;
	case TASK_FIELD_WHEN:
		print_when(out, value, "");
		break;
	}
}

/* Splicing. */

/* Changes the two values of a slot in place; false if it has not both. */
static bool
splice_when(struct frontmatter_edit *edit, const struct task_field *field,
    const struct task *old, const struct task_when *when)
{
	const struct frontmatter *front = edit->front;
	const struct task_when *was =
	    task_field_has(field, old) ? task_field_value(field, old) : NULL;
	struct frontmatter_field found, date, time;
	struct buf text = BUF_INIT;

	if (!frontmatter_find(
		front, frontmatter_root(front), field->key, &found) ||
	    !find_when(front, found.value, &date, &time))
		return false;
	day_add(&text, when->date);
	if (was == NULL || day_cmp(was->date, when->date) != 0)
		frontmatter_edit_set_at(edit, &date, text.s);
	if (was == NULL || was->time != when->time)
		frontmatter_edit_set_at(
		    edit, &time, task_time_word(when->time));
	buf_release(&text);
	return true;
}

static void
put_when(struct frontmatter_edit *edit, const struct task_field *field,
    const struct task_when *when)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	struct frontmatter_field found;
	struct buf text = BUF_INIT;

	if (field->none != NULL && root->style == 0 &&
	    !frontmatter_find(edit->front, root, field->key, &found))
		print_added_when(&text, when);
	else
		print_when(
		    &text, when, frontmatter_edit_is_json(edit) ? "\"" : "");
	frontmatter_edit_put(edit, field->key, text.s);
	buf_release(&text);
}

/* Return true if the value has these bytes, and neither anchor nor tag. */
static bool
is_written_as(const struct frontmatter_edit *edit,
    const struct frontmatter_node *value, const struct buf *text)
{
	return !value->tagged && value->props == value->from &&
	       value->to - value->from == text->len &&
	       memcmp(edit->bytes + value->from, text->s, text->len) == 0;
}

static const char *
none_word(const struct frontmatter_node *value)
{
	return value->style == '\'' || value->style == '"' ? "" : "null";
}

/*
 * Empty the two values of a slot in place, each within its quotes, so that they
 * can be filled again.  Return false if it has not both, or for JSON, where
 * quotes would make a text of null.
 */
static bool
empty_when(struct frontmatter_edit *edit, const struct frontmatter_field *found)
{
	struct frontmatter_field date, time;

	if (frontmatter_edit_is_json(edit) ||
	    !find_when(edit->front, found->value, &date, &time))
		return false;
	frontmatter_edit_set_at(edit, &date, none_word(date.value));
	frontmatter_edit_set_at(edit, &time, none_word(time.value));
	return true;
}

/*
 * Remove a slot so that the same one, put again, brings the old bytes back:
 * take away a line that put_when has added, put null in the place of a value as
 * it writes them, and empty one that a person wrote in another form.
 */
static void
remove_when(struct frontmatter_edit *edit, const struct task_field *field,
    const struct frontmatter_field *found, const struct task_when *old)
{
	struct buf added = BUF_INIT, put = BUF_INIT;

	print_added_when(&added, old);
	print_when(&put, old, frontmatter_edit_is_json(edit) ? "\"" : "");
	if (is_written_as(edit, found->value, &added) &&
	    frontmatter_edit_has_lines(edit, found))
		frontmatter_edit_drop(edit, field->key);
	else if (is_written_as(edit, found->value, &put) ||
		 !empty_when(edit, found))
		frontmatter_edit_put(edit, field->key, field->none);
	buf_release(&added);
	buf_release(&put);
}

/* Make the field say that it has no value; it stays where there is a word for
 * that. */
static void
remove_value(struct frontmatter_edit *edit, const struct task_field *field,
    const struct task *old)
{
	struct frontmatter_field found;

	if (field->none == NULL)
		frontmatter_edit_drop(edit, field->key);
	else if (task_field_has(field, old) &&
		 frontmatter_find(edit->front, frontmatter_root(edit->front),
		     field->key, &found))
		remove_when(edit, field, &found, task_field_value(field, old));
	else
		frontmatter_edit_put(edit, field->key, field->none);
}

static void
splice_value(struct frontmatter_edit *edit, const struct task_field *field,
    const struct task *old, const struct task *new)
{
	const void *value = task_field_value(field, new);
	struct task_words words;
	struct buf text = BUF_INIT;

	switch (field->type) {
	case TASK_FIELD_WORD:
	case TASK_FIELD_DATE:
		task_yaml_print(&text, field, new);
		frontmatter_edit_set(edit, field->key, text.s);
		break;
	case TASK_FIELD_WORDS:
		words = task_field_words(field, new);
		frontmatter_list_set(edit, field->key, words.list, words.n);
		break;
	case TASK_FIELD_WHEN:
		if (!splice_when(edit, field, old, value))
			put_when(edit, field, value);
		break;
	}
	buf_release(&text);
}

void
task_yaml_splice(struct frontmatter_edit *edit, const struct task_field *field,
    const struct task *old, const struct task *new)
{
	if (task_field_same(field, old, new) &&
	    (old->warnings & field->warning) == 0)
		return;
	if (task_field_has(field, new) || field->type == TASK_FIELD_WORDS)
		splice_value(edit, field, old, new);
	else
		remove_value(edit, field, old);
}
