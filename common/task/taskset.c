#include "task/taskset.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"

/* Raise it when parsing changes, so that old indexes are read anew. */
#define INDEX_VERSION 1

static void
release_file(struct taskset_file *f)
{
	free(f->file);
	free(f->etag);
	task_release(&f->task);
	free(f->code);
	free(f->reason);
}

void
taskset_release(struct taskset *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		release_file(&set->files[i]);
	free(set->files);
	memset(set, 0, sizeof *set);
}

void
taskset_hash(const void *bytes, size_t len, char hash[ENC_HASH_LEN + 1])
{
	enc_hash(bytes, len, hash);
}

static struct taskset_file *
append(struct taskset *set)
{
	struct taskset_file *f;

	STD_GROW(set->files, set->n, set->cap);
	f = &set->files[set->n++];
	memset(f, 0, sizeof *f);
	return f;
}

static void
set_problem(
    struct taskset_file *f, unsigned line, const char *code, const char *reason)
{
	f->bad = true;
	f->line = line > 0 ? line : 1;
	f->code = std_strdup(code);
	f->reason = std_strdup(reason);
}

static void
parse(struct taskset_file *f, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	struct task_problem problem;
	char text[MSG_TEXT_MAX];

	f->file = std_strdup(file);
	f->etag = std_strdup(etag);
	taskset_hash(bytes, len, f->hash);
	if (task_parse(file, bytes, len, &f->task, &problem) == -1)
		set_problem(f, problem.line, problem.code,
		    msg_text(&problem.reason, text));
}

void
taskset_add(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	parse(append(set), file, etag, bytes, len);
}

void
taskset_add_too_large(struct taskset *set, const char *file, const char *etag)
{
	struct taskset_file *f = append(set);
	char text[MSG_TEXT_MAX];
	struct msg reason;

	f->file = std_strdup(file);
	f->etag = std_strdup(etag);
	msg_set(&reason, MSG_TASK_TOO_LARGE);
	msg_value(&reason, "%zu", TASK_FILE_MAX >> 10);
	set_problem(f, 1, "zu_gross", msg_text(&reason, text));
}

void
taskset_move(struct taskset *set, struct taskset_file *from)
{
	*append(set) = *from;
	memset(from, 0, sizeof *from);
}

static int
by_name(const void *a, const void *b)
{
	const struct taskset_file *x = a, *y = b;

	return strcmp(x->file, y->file);
}

void
taskset_sort(struct taskset *set)
{
	if (set->n > 0)
		qsort(set->files, set->n, sizeof *set->files, by_name);
}

void
taskset_put(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->files[i].file, file) == 0) {
			release_file(&set->files[i]);
			memset(&set->files[i], 0, sizeof set->files[i]);
			parse(&set->files[i], file, etag, bytes, len);
			return;
		}
	taskset_add(set, file, etag, bytes, len);
	taskset_sort(set);
}

bool
taskset_is_twin(const struct taskset *set, size_t i)
{
	unsigned number = names_number(set->files[i].file);

	if (i > 0 && names_number(set->files[i - 1].file) == number)
		return true;
	return i + 1 < set->n && names_number(set->files[i + 1].file) == number;
}

unsigned
taskset_next_id(const struct taskset *set)
{
	return set->n > 0 ? names_number(set->files[set->n - 1].file) + 1 : 0;
}

static void
print_date(struct buf *out, struct day day)
{
	struct buf text = BUF_INIT;

	day_add(&text, day);
	json_add_str(out, text.s);
	buf_release(&text);
}

static void
print_when(struct buf *out, const char *key, struct task_when when)
{
	json_key(out, key);
	json_open(out, '[');
	print_date(out, when.date);
	json_add_int(out, when.time);
	json_close(out, ']');
}

static void
print_task(struct buf *out, const struct task *t)
{
	size_t i;

	json_key(out, "title");
	json_add_str(out, t->title);
	json_key(out, "kind");
	json_add_int(out, t->kind);
	json_key(out, "status");
	json_add_int(out, t->status);
	json_key(out, "warnings");
	json_add_int(out, t->warnings);
	if (t->n_tags > 0) {
		json_key(out, "tags");
		json_open(out, '[');
		for (i = 0; i < t->n_tags; i++)
			json_add_str(out, t->tags[i]);
		json_close(out, ']');
	}
	if (t->has_deadline) {
		json_key(out, "deadline");
		print_date(out, t->deadline);
	}
	if (t->has_fixed)
		print_when(out, "fixed", t->fixed);
	if (t->has_done)
		print_when(out, "done", t->done);
}

static void
print_problem(struct buf *out, const struct taskset_file *f)
{
	json_key(out, "problem");
	json_open(out, '{');
	json_key(out, "line");
	json_add_int(out, f->line);
	json_key(out, "code");
	json_add_str(out, f->code);
	json_key(out, "reason");
	json_add_str(out, f->reason);
	json_close(out, '}');
}

void
taskset_print(struct buf *out, const struct taskset *set)
{
	size_t i;

	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, INDEX_VERSION);
	json_key(out, "sweptAt");
	json_add_int(out, set->swept_ms);
	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < set->n; i++) {
		const struct taskset_file *f = &set->files[i];

		json_open(out, '{');
		json_key(out, "file");
		json_add_str(out, f->file);
		json_key(out, "etag");
		json_add_str(out, f->etag);
		json_key(out, "hash");
		json_add_str(out, f->hash);
		if (f->bad)
			print_problem(out, f);
		else
			print_task(out, &f->task);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

/* A member that may be missing, but not be of another type. */
static int
get_optional(struct json_object *obj, const char *key, enum json_type type,
    struct json_object **out)
{
	*out = json_get(obj, key, type);
	return *out == NULL && json_object_object_get_ex(obj, key, NULL) ? -1
									 : 0;
}

static int
read_when(
    struct json_object *obj, const char *key, bool *has, struct task_when *out)
{
	struct json_object *pair, *date, *time;
	int64_t n;

	if (get_optional(obj, key, json_type_array, &pair) == -1)
		return -1;
	if (pair == NULL)
		return 0;
	date = json_object_array_get_idx(pair, 0);
	time = json_object_array_get_idx(pair, 1);
	if (!json_object_is_type(date, json_type_string) ||
	    !json_object_is_type(time, json_type_int))
		return -1;
	n = json_object_get_int64(time);
	if (n < 0 || n >= TASK_TIMES ||
	    day_parse(json_object_get_string(date), &out->date) == -1)
		return -1;
	out->time = (enum task_time)n;
	*has = true;
	return 0;
}

static int
read_deadline(struct json_object *obj, struct task *t)
{
	struct json_object *date;

	if (get_optional(obj, "deadline", json_type_string, &date) == -1)
		return -1;
	t->has_deadline = date != NULL;
	return date == NULL
		   ? 0
		   : day_parse(json_object_get_string(date), &t->deadline);
}

static int
read_tags(struct json_object *obj, struct task *t)
{
	struct json_object *tags;
	size_t i, n;

	if (get_optional(obj, "tags", json_type_array, &tags) == -1)
		return -1;
	n = tags != NULL ? json_object_array_length(tags) : 0;
	t->tags = n > 0 ? std_zalloc(n * sizeof *t->tags) : NULL;
	for (i = 0; i < n; i++) {
		struct json_object *tag = json_object_array_get_idx(tags, i);
		const char *s = json_object_get_string(tag);

		if (!json_object_is_type(tag, json_type_string) ||
		    strlen(s) != (size_t)json_object_get_string_len(tag))
			return -1;
		t->tags[t->n_tags++] = std_strdup(s);
	}
	return 0;
}

static int
read_task(struct json_object *obj, const char *file, struct task *t)
{
	const char *title = json_get_str(obj, "title");
	int64_t kind = json_get_int(obj, "kind", -1);
	int64_t status = json_get_int(obj, "status", -1);

	if (title == NULL || kind < 0 || kind >= TASK_KINDS || status < 0 ||
	    status >= TASK_STATUSES)
		return -1;
	t->number = names_number(file);
	t->file = std_strdup(file);
	t->title = std_strdup(title);
	t->kind = (enum task_kind)kind;
	t->status = (enum task_status)status;
	t->warnings = (unsigned)json_get_int(obj, "warnings", 0);
	if (read_deadline(obj, t) == -1 ||
	    read_when(obj, "fixed", &t->has_fixed, &t->fixed) == -1 ||
	    read_when(obj, "done", &t->has_done, &t->done) == -1)
		return -1;
	return read_tags(obj, t);
}

static int
read_problem(struct json_object *obj, struct taskset_file *f)
{
	const char *code = json_get_str(obj, "code");
	const char *reason = json_get_str(obj, "reason");
	int64_t line = json_get_int(obj, "line", 0);

	if (code == NULL || reason == NULL || line < 1 || line > INT32_MAX)
		return -1;
	set_problem(f, (unsigned)line, code, reason);
	return 0;
}

static int
read_file(struct json_object *obj, struct taskset_file *f)
{
	const char *file = json_get_str(obj, "file");
	const char *etag = json_get_str(obj, "etag");
	const char *hash = json_get_str(obj, "hash");
	struct json_object *problem =
	    json_get(obj, "problem", json_type_object);

	if (file == NULL || !names_file_ok(file) || etag == NULL ||
	    hash == NULL || (*hash != '\0' && strlen(hash) != ENC_HASH_LEN))
		return -1;
	f->file = std_strdup(file);
	f->etag = std_strdup(etag);
	memcpy(f->hash, hash, strlen(hash) + 1);
	if (problem != NULL)
		return read_problem(problem, f);
	return read_task(obj, file, &f->task);
}

int
taskset_read(const struct buf *json, struct taskset *set)
{
	struct json_object *top, *files;
	struct err err = ERR_INIT;
	size_t i;

	if (json_parse(json->s, json->len, &top, &err) == -1)
		return -1;
	files = json_get(top, "files", json_type_array);
	if (files == NULL || json_get_int(top, "v", 0) != INDEX_VERSION) {
		json_object_put(top);
		return -1;
	}

	set->swept_ms = json_get_int(top, "sweptAt", 0);
	for (i = 0; i < json_object_array_length(files); i++)
		if (read_file(
			json_object_array_get_idx(files, i), append(set)) == -1)
			release_file(&set->files[--set->n]);
	taskset_sort(set);
	json_object_put(top);
	return 0;
}
