#include "task/fields.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/std.h"
#include "store/names.h"
#include "task/task_field.h"
#include "task/task_json.h"
#include "task/task_parse.h"
#include "task/task_title.h"

static int
parse_title(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const char *s = NULL;
	bool null;
	int rc = task_json_read_text(json, "title", &s, &null, err);
	size_t len;

	if (rc == 0 && null)
		edit->has_title = true; /* its field or heading goes */
	if (rc != 1)
		return rc;
	s += strspn(s, " ");
	len = strlen(s);
	while (len > 0 && s[len - 1] == ' ')
		len--;
	if (enc_is_invisible(s, len) ||
	    enc_utf8_count(s, len) > TASK_TITLE_MAX) {
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
	int rc = task_json_read_text(json, "body", &s, &null, err);

	if (rc == -1)
		return -1;
	if (rc == 1 || null) {
		edit->body = std_strdup(s);
		edit->has_body = true;
	}
	return 0;
}

static int
parse_front(struct json_object *json, struct task_edit *edit, struct err *err)
{
	const struct task_field *f;
	bool there;

	for (f = task_field_table; f->key != NULL; f++) {
		if (!f->in_requests)
			continue;
		if (task_json_read(json, f, &edit->to, &there, err) == -1)
			return -1;
		if (there)
			task_field_set_edited(f, edit);
	}
	/* A task that is open again was not completed. */
	if (edit->has_status && edit->to.status == TASK_OFFEN)
		edit->has_done = true;
	return 0;
}

int
fields_parse(struct json_object *json, struct task_edit *edit, struct err *err)
{
	if (!json_object_is_type(json, json_type_object))
		return err_set(err, ERR_JSON, MSG_BODY_NO_JSON_OBJECT);
	if (parse_front(json, edit, err) == -1 ||
	    parse_title(json, edit, err) == -1 ||
	    parse_body(json, edit, err) == -1) {
		task_edit_release(edit);
		return -1;
	}
	return 0;
}

#define KNOWN_MAX 16 /* members, with the NULL behind them */

void
fields_add_unknown(
    struct buf *ignored, struct json_object *json, const char *also)
{
	static const char *const when[] = {"datum", "zeit", NULL};
	const char *known[KNOWN_MAX] = {"title", "body", also};
	size_t n = also != NULL ? 3 : 2;
	const struct task_field *f;

	for (f = task_field_table; f->key != NULL && n < KNOWN_MAX - 1; f++)
		if (f->in_requests)
			known[n++] = f->key;
	json_add_unknown(ignored, json, known, NULL);
	for (f = task_field_table; f->key != NULL; f++)
		if (f->in_requests && f->type == TASK_FIELD_WHEN)
			json_add_unknown(ignored,
			    json_get(json, f->key, json_type_object), when,
			    f->key);
}

static bool
is_tag_of(const struct task *task, const char *tag)
{
	size_t i;

	for (i = 0; i < task->n_tags; i++)
		if (strcmp(task->tags[i], tag) == 0)
			return true;
	return false;
}

static int
check_tags(
    const struct task_edit *edit, const struct task *old, struct err *err)
{
	const struct task *to = &edit->to;
	size_t i, len;

	if (to->n_tags > TASK_TAGS_MAX && to->n_tags > old->n_tags) {
		err_field(err, "tags", MSG_TAGS_TOO_MANY);
		return err_value(err, "%d", TASK_TAGS_MAX);
	}
	for (i = 0; i < to->n_tags; i++) {
		len = strlen(to->tags[i]);
		if ((len > 0 && len <= TASK_TAG_MAX) ||
		    is_tag_of(old, to->tags[i]))
			continue;
		err_field(err, "tags", MSG_TAG_LENGTH);
		return err_value(err, "%d", TASK_TAG_MAX);
	}
	return 0;
}

int
fields_check_new(const struct task_edit *edit, struct err *err)
{
	const struct task none = TASK_INIT;

	return check_tags(edit, &none, err);
}

int
fields_check_change(const struct task_edit *edit, const char *file,
    const struct buf *bytes, struct err *err)
{
	struct task old = TASK_INIT;
	struct task_problem problem;
	int rc = 0;

	if (edit->has_tags &&
	    task_parse(file, bytes->s, bytes->len, &old, &problem) == 0)
		rc = check_tags(edit, &old, err);
	task_release(&old);
	return rc;
}

static void
drop_absent(struct json_object *json, const char *key, bool empty_ok)
{
	const char *s = json_get_str(json, key);

	if (json_object_object_get(json, key) == NULL ||
	    (empty_ok && s != NULL && *s == '\0'))
		json_object_object_del(json, key);
}

void
fields_drop_absent(struct json_object *json)
{
	const struct task_field *f;

	if (!json_object_is_type(json, json_type_object))
		return;
	for (f = task_field_table; f->key != NULL; f++)
		if (f->in_requests)
			drop_absent(json, f->key, f->empty_ok);
	drop_absent(json, "title", false);
	drop_absent(json, "body", false);
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
fields_read_take(const struct buf *body, struct fields_take *out,
    struct buf *ignored, struct err *err)
{
	static const char *const known[] = {"take", "copy", NULL};
	struct json_object *json = NULL;
	int rc = json_parse(body->s, body->len, &json, err);

	if (rc == 0)
		rc = read_take(json, out, err);
	if (rc == 0)
		json_add_unknown(ignored, json, known, NULL);
	json_object_put(json);
	return rc;
}

static int
refuse_shape(const char *member, struct err *err)
{
	err_field(err, member, MSG_FIELD_SHAPE);
	return err_value(err, "%s", member);
}

static int
read_tick(struct json_object *json, struct task_tick *out, struct buf *ignored,
    struct err *err)
{
	static const char *const known[] = {"line", "checked", NULL};
	struct json_object *tick = json_get(json, "tick", json_type_object);
	int64_t line = json_get_int(tick, "line", 0);

	if (line < 1 || line > UINT32_MAX ||
	    json_get(tick, "checked", json_type_boolean) == NULL)
		return refuse_shape("tick", err);
	out->line = (unsigned)line;
	out->checked = json_get_bool(tick, "checked");
	json_add_unknown(ignored, tick, known, "tick");
	return 0;
}

static int
read_undo(struct json_object *json, struct task_undo *out, struct buf *ignored,
    struct err *err)
{
	static const char *const known[] = {"at", "cut", "text", NULL};
	struct json_object *undo = json_get(json, "undo", json_type_object);
	struct json_object *text = json_get(undo, "text", json_type_string);
	int64_t at = json_get_int(undo, "at", -1);
	int64_t cut = json_get_int(undo, "cut", -1);

	if (at < 0 || cut < 0 || text == NULL)
		return refuse_shape("undo", err);
	out->at = (size_t)at;
	out->cut = (size_t)cut;
	buf_set(&out->text, json_object_get_string(text),
	    (size_t)json_object_get_string_len(text));
	json_add_unknown(ignored, undo, known, "undo");
	return 0;
}

void
fields_change_release(struct fields_change *change)
{
	task_edit_release(&change->edit);
	task_undo_release(&change->undo);
}

int
fields_parse_change(struct json_object *json, const char *also,
    struct fields_change *out, struct buf *ignored, struct err *err)
{
	const char *const tick[] = {"tick", also, NULL};
	const char *const undo[] = {"undo", also, NULL};
	int rc;

	out->is_tick = json_object_object_get_ex(json, "tick", NULL);
	out->is_undo =
	    !out->is_tick && json_object_object_get_ex(json, "undo", NULL);
	if (!out->is_tick && !out->is_undo) {
		rc = fields_parse(json, &out->edit, err);
		if (rc == 0)
			fields_add_unknown(ignored, json, also);
		return rc;
	}
	json_add_unknown(ignored, json, out->is_tick ? tick : undo, NULL);
	return out->is_tick ? read_tick(json, &out->tick, ignored, err)
			    : read_undo(json, &out->undo, ignored, err);
}

int
fields_read_change(const struct buf *body, struct fields_change *out,
    struct buf *ignored, struct err *err)
{
	struct json_object *json = NULL;
	int rc = json_parse(body->s, body->len, &json, err);

	if (rc == 0)
		rc = fields_parse_change(json, NULL, out, ignored, err);
	json_object_put(json);
	return rc;
}

int
fields_parse_complete(struct json_object *json, const char *of,
    struct task_edit *edit, struct buf *ignored, struct err *err)
{
	static const char *const known[] = {"datum", "zeit", NULL};
	struct task_when done;

	if (task_json_read_when(json, &done, err) == -1)
		return -1;
	edit->has_status = edit->has_done = true;
	edit->to.status = TASK_ABGESCHLOSSEN;
	edit->to.has_done = true;
	edit->to.done = done;
	json_add_unknown(ignored, json, known, of);
	return 0;
}
