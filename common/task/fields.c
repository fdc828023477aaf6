#include "task/fields.h"

#include <utf8proc.h>

#include "base/day.h"
#include "base/err.h"
#include "base/std.h"
#include "store/names.h"

/*
 * The member as a string without control characters.  1 if it is there, 0
 * if absent (or null, then *null), -1 if it is something else.
 */
static int
get_text(struct json_object *json, const char *key, const char **out,
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
get_word(struct json_object *json, const char *key, const char **out,
    struct err *err)
{
	bool null;
	int rc = get_text(json, key, out, &null, err);

	if (rc == 0 && null) {
		err_field(err, key, MSG_FIELD_NOT_REMOVABLE);
		return err_value(err, "%s", key);
	}
	return rc;
}

static int
parse_kind(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = NULL;
	int rc = get_word(json, "kategorie", &s, err);

	if (rc != 1)
		return rc;
	if (task_kind_parse(s, &edit->kind) == -1)
		return err_field(err, "kategorie", MSG_KIND_UNKNOWN);
	edit->has_kind = true;
	return 0;
}

static int
parse_status(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = NULL;
	int rc = get_word(json, "status", &s, err);

	if (rc != 1)
		return rc;
	if (task_status_parse(s, &edit->status) == -1)
		return err_field(err, "status", MSG_STATUS_UNKNOWN);
	edit->has_status = true;
	/* What is open again was not completed. */
	if (edit->status == TASK_OFFEN)
		edit->has_done = edit->done_null = true;
	return 0;
}

static int
add_tag(struct task_edit *edit, struct json_object *value, struct err *err)
{
	const char *s;
	size_t len;

	if (!json_object_is_type(value, json_type_string))
		return err_field(err, "tags", MSG_TAG_NO_TEXT);
	s = json_object_get_string(value);
	len = (size_t)json_object_get_string_len(value);
	if (len == 0 || len > TASK_TAG_MAX || strlen(s) != len) {
		err_field(err, "tags", MSG_TAG_LENGTH);
		return err_value(err, "%d", TASK_TAG_MAX);
	}
	if (enc_has_control(s, len))
		return err_field(err, "tags", MSG_TAG_CONTROL);
	edit->tags[edit->n_tags++] = std_strdup(s);
	return 0;
}

static int
parse_tags(struct json_object *json, struct task_edit *edit, struct err *err)
{
	struct json_object *list;
	size_t i, n;

	if (!json_object_object_get_ex(json, "tags", &list))
		return 0;
	edit->has_tags = true;
	if (list == NULL)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return err_field(err, "tags", MSG_TAGS_NO_LIST);
	n = json_object_array_length(list);
	if (n > TASK_TAGS_MAX) {
		err_field(err, "tags", MSG_TAGS_TOO_MANY);
		return err_value(err, "%d", TASK_TAGS_MAX);
	}
	edit->tags = std_zalloc(n * sizeof *edit->tags);
	for (i = 0; i < n; i++)
		if (add_tag(edit, json_object_array_get_idx(list, i), err))
			return -1;
	return 0;
}

static int
parse_deadline(
    struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = NULL;
	int rc = get_text(json, "deadline", &s, &edit->deadline_null, err);

	if (rc == -1)
		return -1;
	if (rc == 1 && day_parse(s, &edit->deadline) == -1)
		return err_field(err, "deadline", MSG_DEADLINE_NO_DATE);
	edit->has_deadline = rc == 1 || edit->deadline_null;
	return 0;
}

int
fields_parse_when(
    struct json_object *json, struct task_when *when, struct err *err)
{
	const char *date = json_get_str(json, "datum");
	const char *time = json_get_str(json, "zeit");

	if (date == NULL || day_parse(date, &when->date) == -1)
		return err_field(err, "datum", MSG_SLOT_DATE);
	if (time == NULL || task_time_parse(time, &when->time) == -1)
		return err_field(err, "zeit", MSG_SLOT_TIME);
	return 0;
}

static int
parse_fixed(struct json_object *json, struct task_edit *edit, struct err *err)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, "fixedSlot", &value))
		return 0;
	edit->has_fixed = true;
	edit->fixed_null = value == NULL;
	if (value == NULL)
		return 0;
	if (!json_object_is_type(value, json_type_object))
		return err_field(err, "fixedSlot", MSG_SLOT_SHAPE);
	if (fields_parse_when(value, &edit->fixed, err) == -1) {
		snprintf(err->field, sizeof err->field, "fixedSlot");
		return -1;
	}
	return 0;
}

/* Nothing but spaces, of whatever kind: a title that nobody sees. */
static bool
is_blank(const char *s, size_t len)
{
	utf8proc_int32_t c;
	size_t i;

	for (i = 0; i < len; i += enc_utf8_len(s + i)) {
		utf8proc_iterate((const utf8proc_uint8_t *)s + i,
		    (utf8proc_ssize_t)(len - i), &c);
		switch (utf8proc_category(c)) {
		case UTF8PROC_CATEGORY_ZS:
		case UTF8PROC_CATEGORY_ZL:
		case UTF8PROC_CATEGORY_ZP:
		case UTF8PROC_CATEGORY_CF:
			break;
		default:
			return false;
		}
	}
	return true;
}

static int
parse_title(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = NULL;
	bool null;
	int rc = get_text(json, "title", &s, &null, err);
	size_t len;

	if (rc == 0 && null)
		edit->has_title = true; /* the heading goes */
	if (rc != 1)
		return rc;
	s += strspn(s, " ");
	len = strlen(s);
	while (len > 0 && s[len - 1] == ' ')
		len--;
	if (is_blank(s, len) || enc_utf8_count(s, len) > TASK_TITLE_MAX) {
		err_field(err, "title", MSG_TITLE_LENGTH);
		return err_value(err, "%d", TASK_TITLE_MAX);
	}
	edit->title = std_strndup(s, len);
	edit->has_title = true;
	return 0;
}

static int
parse_body(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = "";
	bool null;
	int rc = get_text(json, "body", &s, &null, err);

	if (rc == -1)
		return -1;
	if (rc == 1 || null) {
		edit->body = std_strdup(s);
		edit->has_body = true;
	}
	return 0;
}

int
fields_parse(struct json_object *json, struct task_edit *edit, struct err *err)
{
	if (!json_object_is_type(json, json_type_object))
		return err_set(err, ERR_JSON, MSG_BODY_NO_JSON_OBJECT);
	if (parse_kind(json, edit, err) == -1 ||
	    parse_status(json, edit, err) == -1 ||
	    parse_tags(json, edit, err) == -1 ||
	    parse_deadline(json, edit, err) == -1 ||
	    parse_fixed(json, edit, err) == -1 ||
	    parse_title(json, edit, err) == -1 ||
	    parse_body(json, edit, err) == -1) {
		task_edit_release(edit);
		return -1;
	}
	return 0;
}

int
fields_read(const struct buf *body, struct task_edit *edit, struct err *err)
{
	struct json_object *json = NULL;
	int rc = json_parse(body->s, body->len, &json, err);

	if (rc == 0)
		rc = fields_parse(json, edit, err);
	json_object_put(json);
	return rc;
}

void
fields_drop_nulls(struct json_object *json)
{
	static const char *const names[] = {"kategorie", "status", "tags",
	    "deadline", "fixedSlot", "title", "body"};
	size_t i;

	if (!json_object_is_type(json, json_type_object))
		return;
	for (i = 0; i < ARRAY_LEN(names); i++)
		if (json_object_object_get(json, names[i]) == NULL)
			json_object_object_del(json, names[i]);
}

static int
read_take(struct json_object *json, struct fields_take *out, struct err *err)
{
	const char *take = json_get_str(json, "take");
	const char *copy = json_get_str(json, "copy");

	memset(out, 0, sizeof *out);
	if (!std_streq(take, "mine") && !std_streq(take, "theirs"))
		return err_field(err, "take", MSG_TAKE_UNKNOWN);
	out->mine = strcmp(take, "mine") == 0;
	if (json_object_object_get(json, "copy") != NULL &&
	    (copy == NULL || !names_hash_ok(copy)))
		return err_field(err, "copy", MSG_COPY_UNKNOWN);
	if (copy != NULL)
		snprintf(out->copy, sizeof out->copy, "%s", copy);
	return 0;
}

int
fields_read_take(
    const struct buf *body, struct fields_take *out, struct err *err)
{
	struct json_object *json = NULL;
	int rc = json_parse(body->s, body->len, &json, err);

	if (rc == 0)
		rc = read_take(json, out, err);
	json_object_put(json);
	return rc;
}
