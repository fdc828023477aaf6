#include "task/task_json.h"

#include <strings.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/std.h"
#include "task/task.h"
#include "task/task_field.h"

static void
add_day_text(struct buf *out, struct day day)
{
	struct buf text = BUF_INIT;

	day_add(&text, day);
	json_add_str(out, text.s);
	buf_release(&text);
}

static void
add_words(struct buf *out, struct task_words words)
{
	size_t i;

	json_open(out, '[');
	for (i = 0; i < words.n; i++)
		json_add_str(out, words.list[i]);
	json_close(out, ']');
}

/* Members of the API. */

void
task_json_add_when(struct buf *out, const struct task_when *when)
{
	json_open(out, '{');
	json_key(out, "datum");
	add_day_text(out, when->date);
	json_key(out, "zeit");
	json_add_str(out, task_time_word(when->time));
	json_close(out, '}');
}

void
task_json_add(
    struct buf *out, const struct task_field *field, const struct task *task)
{
	const void *value = task_field_value(field, task);

	json_key(out, field->key);
	if (field->type != TASK_FIELD_WORDS && !task_field_has(field, task)) {
		json_add_null(out);
		return;
	}
	switch (field->type) {
	case TASK_FIELD_WORD:
		json_add_str(out, field->words[*(const unsigned *)value]);
		break;
	case TASK_FIELD_WORDS:
		add_words(out, task_field_words(field, task));
		break;
	case TASK_FIELD_DATE:
		add_day_text(out, *(const struct day *)value);
		break;
	case TASK_FIELD_WHEN:
		task_json_add_when(out, value);
		break;
	}
}

int
task_json_read_text(struct json_object *json, const char *key, const char **out,
    bool *null, struct err *err)
{
	struct json_object *value;

	*null = false;
	if (!json_object_object_get_ex(json, key, &value))
		return 0;
	if (value == NULL) {
		*null = true;
		return 0;
	}
	*out = json_get_str(json, key);
	if (*out == NULL) {
		err_field(err, key, MSG_FIELD_NO_TEXT);
		return err_value(err, "%s", key);
	}
	if (strcmp(key, "body") != 0 && enc_has_control(*out, strlen(*out))) {
		err_field(err, key, MSG_FIELD_CONTROL);
		return err_value(err, "%s", key);
	}
	return 1;
}

static int
find_named(const struct task_field *field, const char *s, unsigned *out)
{
	unsigned i;

	for (i = 0; i < field->n_words; i++)
		if (strcmp(field->words[i], s) == 0) {
			*out = i;
			return 0;
		}
	return -1;
}

static int
get_word(struct json_object *json, const struct task_field *field,
    unsigned *out, bool *there, struct err *err)
{
	const char *s = NULL;
	bool null;
	int rc = task_json_read_text(json, field->key, &s, &null, err);

	if (rc == 0 && null) {
		err_field(err, field->key, MSG_FIELD_NOT_REMOVABLE);
		return err_value(err, "%s", field->key);
	}
	if (rc != 1)
		return rc;
	if (field->empty_ok && *s == '\0')
		return 0;
	*there = true;
	return find_named(field, s, out) == 0
		   ? 0
		   : err_field(err, field->key, field->wrong);
}

static int
add_tag(struct task_words *words, struct json_object *value, struct err *err)
{
	const char *s;
	size_t len;

	if (!json_object_is_type(value, json_type_string))
		return err_field(err, "tags", MSG_TAG_NO_TEXT);
	s = json_object_get_string(value);
	len = (size_t)json_object_get_string_len(value);
	if (strlen(s) != len || enc_has_control(s, len))
		return err_field(err, "tags", MSG_TAG_CONTROL);
	words->list[words->n++] = std_strdup(s);
	return 0;
}

static int
get_words(struct json_object *json, const struct task_field *field,
    struct task *task, bool *there, struct err *err)
{
	struct task_words words = {.list = NULL};
	struct json_object *list;
	size_t i, n;

	*there = json_object_object_get_ex(json, field->key, &list);
	if (list == NULL)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return err_field(err, field->key, field->wrong);
	n = json_object_array_length(list);
	words.list = std_zalloc(n * sizeof *words.list);
	for (i = 0; i < n; i++)
		if (add_tag(&words, json_object_array_get_idx(list, i), err) ==
		    -1) {
			task_free_words(words.list, words.n);
			return -1;
		}
	task_field_set_words(field, task, words);
	return 0;
}

static int
get_date(struct json_object *json, const struct task_field *field,
    struct task *task, bool *there, struct err *err)
{
	const char *s = NULL;
	int rc = task_json_read_text(json, field->key, &s, there, err);

	if (rc != 1)
		return rc;
	*there = true;
	if (day_parse(s, task_field_place(field, task)) == -1)
		return err_field(err, field->key, field->wrong);
	task_field_set(field, task);
	return 0;
}

/* Find a time of the day by its word, in any case. */
static int
find_time(const char *s, enum task_time *out)
{
	unsigned i;

	for (i = 0; i < TASK_TIMES; i++)
		if (strcasecmp(task_time_word((enum task_time)i), s) == 0) {
			*out = (enum task_time)i;
			return 0;
		}
	return -1;
}

int
task_json_read_when(
    struct json_object *json, struct task_when *when, struct err *err)
{
	const char *date = json_get_str(json, "datum");
	const char *time = json_get_str(json, "zeit");

	if (date == NULL || day_parse(date, &when->date) == -1)
		return err_field(err, "datum", MSG_SLOT_DATE);
	if (time == NULL || find_time(time, &when->time) == -1)
		return err_field(err, "zeit", MSG_SLOT_TIME);
	return 0;
}

static int
get_slot(struct json_object *json, const struct task_field *field,
    struct task *task, bool *there, struct err *err)
{
	struct json_object *value;

	*there = json_object_object_get_ex(json, field->key, &value);
	if (value == NULL)
		return 0;
	if (!json_object_is_type(value, json_type_object))
		return err_field(err, field->key, field->wrong);
	if (task_json_read_when(value, task_field_place(field, task), err) ==
	    -1) {
		/* The sentence says which of the two, the field where. */
		snprintf(err->field, sizeof err->field, "%s", field->key);
		return -1;
	}
	task_field_set(field, task);
	return 0;
}

int
task_json_read(struct json_object *json, const struct task_field *field,
    struct task *task, bool *there, struct err *err)
{
	*there = false;
	switch (field->type) {
	case TASK_FIELD_WORD:
		return get_word(
		    json, field, task_field_place(field, task), there, err);
	case TASK_FIELD_WORDS:
		return get_words(json, field, task, there, err);
	case TASK_FIELD_DATE:
		return get_date(json, field, task, there, err);
	case TASK_FIELD_WHEN:
		return get_slot(json, field, task, there, err);
	}
	return -1;
}

/* Members of the index. */

static void
add_when_index(struct buf *out, const struct task_when *when)
{
	json_open(out, '[');
	add_day_text(out, when->date);
	json_add_int(out, when->time);
	json_close(out, ']');
}

void
task_json_add_index(
    struct buf *out, const struct task_field *field, const struct task *task)
{
	const void *value = task_field_value(field, task);

	if (!task_field_has(field, task))
		return;
	json_key(out, field->index_key);
	switch (field->type) {
	case TASK_FIELD_WORD:
		json_add_int(out, *(const unsigned *)value);
		break;
	case TASK_FIELD_WORDS:
		add_words(out, task_field_words(field, task));
		break;
	case TASK_FIELD_DATE:
		add_day_text(out, *(const struct day *)value);
		break;
	case TASK_FIELD_WHEN:
		add_when_index(out, value);
		break;
	}
}

static int
read_word_index(struct json_object *value, unsigned n_words, unsigned *out)
{
	int64_t n = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || n < 0 || n >= n_words)
		return -1;
	*out = (unsigned)n;
	return 0;
}

static int
read_words_index(struct json_object *value, const struct task_field *field,
    struct task *task)
{
	struct task_words words = {.list = NULL};
	struct json_object *item;
	const char *s;
	size_t i, n;

	if (!json_object_is_type(value, json_type_array))
		return -1;
	n = json_object_array_length(value);
	words.list = std_zalloc(n * sizeof *words.list);
	for (i = 0; i < n; i++) {
		item = json_object_array_get_idx(value, i);
		s = json_object_get_string(item);
		if (!json_object_is_type(item, json_type_string) ||
		    strlen(s) != (size_t)json_object_get_string_len(item)) {
			task_free_words(words.list, words.n);
			return -1;
		}
		words.list[words.n++] = std_strdup(s);
	}
	task_field_set_words(field, task, words);
	return 0;
}

static int
read_day_index(struct json_object *value, struct day *out)
{
	return json_object_is_type(value, json_type_string)
		   ? day_parse(json_object_get_string(value), out)
		   : -1;
}

static int
read_when_index(struct json_object *value, struct task_when *out)
{
	unsigned time;

	if (!json_object_is_type(value, json_type_array) ||
	    read_day_index(json_object_array_get_idx(value, 0), &out->date) ==
		-1 ||
	    read_word_index(
		json_object_array_get_idx(value, 1), TASK_TIMES, &time) == -1)
		return -1;
	out->time = (enum task_time)time;
	return 0;
}

int
task_json_read_index(
    struct json_object *json, const struct task_field *field, struct task *task)
{
	void *place = task_field_place(field, task);
	struct json_object *value;
	int rc = -1;

	if (!json_object_object_get_ex(json, field->index_key, &value))
		return field->type == TASK_FIELD_WORD ? -1 : 0;
	switch (field->type) {
	case TASK_FIELD_WORD:
		rc = read_word_index(value, field->n_words, place);
		break;
	case TASK_FIELD_WORDS:
		rc = read_words_index(value, field, task);
		break;
	case TASK_FIELD_DATE:
		rc = read_day_index(value, place);
		break;
	case TASK_FIELD_WHEN:
		rc = read_when_index(value, place);
		break;
	}
	if (rc == 0)
		task_field_set(field, task);
	return rc;
}
