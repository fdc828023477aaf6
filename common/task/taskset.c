#include "task/taskset.h"

#include "base/buf.h"
#include "base/etag.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"
#include "store/sorted.h"
#include "task/task.h"
#include "task/task_field.h"
#include "task/task_json.h"
#include "task/task_parse.h"

/* Raise it when parsing changes, so that old indexes are read anew. */
#define INDEX_VERSION 4

#define FEW          64 /* files that are sorted in one by one */
#define MALLOC_COSTS 16 /* bytes beside those of a text, about */

static void
free_file_entry(struct taskset_file *f)
{
	free(f->file);
	free(f->etag);
	task_release(&f->task);
	free(f->code);
	free(f->reason);
	free(f->english);
	free(f->shown);
}

void
taskset_release(struct taskset *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		free_file_entry(&set->files[i]);
	free(set->files);
	strays_release(&set->strays);
	memset(set, 0, sizeof *set);
}

void
taskset_hash(const void *bytes, size_t len, char hash[ENC_HASH_LEN + 1])
{
	enc_hash(bytes, len, hash);
}

void
taskset_add_etag(struct buf *out, const char *hash)
{
	json_key(out, "etag");
	json_add_strn(out, hash, strnlen(hash, ETAG_CONTENT_LEN));
}

static struct taskset_file *
append_file(struct taskset *set)
{
	struct taskset_file *f;

	STD_GROW(set->files, set->n, set->cap);
	f = &set->files[set->n++];
	memset(f, 0, sizeof *f);
	return f;
}

static void
set_name(struct taskset_file *f, const char *file, const char *etag)
{
	f->file = std_strdup(file);
	f->etag = std_strdup(etag);
	f->number = names_number(file);
}

static void
set_problem(struct taskset_file *f, unsigned line, const char *code,
    const struct msg *reason)
{
	char text[MSG_TEXT_MAX];

	f->bad = true;
	f->line = line > 0 ? line : 1;
	f->code = std_strdup(code);
	f->reason = std_strdup(msg_text(reason, text));
	f->english = std_strdup(msg_text_in(reason, MSG_ENGLISH, text));
}

static void
parse_file(struct taskset_file *f, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	struct task_problem problem;

	set_name(f, file, etag);
	taskset_hash(bytes, len, f->hash);
	if (task_parse(file, bytes, len, &f->task, &problem) == -1)
		set_problem(f, problem.line, problem.code, &problem.reason);
}

void
taskset_add(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	parse_file(append_file(set), file, etag, bytes, len);
}

static void
fill_too_large(struct taskset_file *f, const char *file, const char *etag)
{
	struct msg reason;

	set_name(f, file, etag);
	msg_set(&reason, MSG_TASK_TOO_LARGE);
	msg_value(&reason, "%zu", TASK_FILE_MAX >> 10);
	set_problem(f, 1, "zu_gross", &reason);
}

void
taskset_add_too_large(struct taskset *set, const char *file, const char *etag)
{
	fill_too_large(append_file(set), file, etag);
}

void
taskset_move(struct taskset *set, struct taskset_file *from)
{
	*append_file(set) = *from;
	memset(from, 0, sizeof *from);
}

static int
compare_file_names(const void *a, const void *b)
{
	const struct taskset_file *x = a, *y = b;

	return strcmp(x->file, y->file);
}

/* Return the place among the first n files, which are sorted, where one of that
 * name belongs: behind those that have the same. */
static size_t
place_of_name(const struct taskset *set, size_t n, const char *file)
{
	size_t at;

	if (sorted_find(set->files, n, sizeof *set->files, file, &at))
		while (at < n && strcmp(set->files[at].file, file) == 0)
			at++;
	return at;
}

void
taskset_sort(struct taskset *set)
{
	struct taskset_file *files = set->files, moved;
	size_t n = 1, to;

	while (n < set->n && strcmp(files[n - 1].file, files[n].file) <= 0)
		n++;
	if (n + FEW < set->n) {
		qsort(files, set->n, sizeof *files, compare_file_names);
		return;
	}
	for (; n < set->n; n++) {
		to = place_of_name(set, n, files[n].file);
		moved = files[n];
		sorted_open(files, n, sizeof *files, to);
		files[to] = moved;
	}
}

void
taskset_keep(struct taskset *set, const bool *keep)
{
	size_t i, n = 0;

	for (i = 0; i < set->n; i++) {
		if (!keep[i]) {
			free_file_entry(&set->files[i]);
			continue;
		}
		if (n < i)
			set->files[n] = set->files[i];
		n++;
	}
	set->n = n;
}

static size_t
text_bytes(const char *s)
{
	return s != NULL ? strlen(s) + MALLOC_COSTS : 0;
}

/* Count the bytes of a file's texts, but for what is printed of it. */
static size_t
count_texts(const struct taskset_file *f)
{
	size_t i, n = text_bytes(f->file) + text_bytes(f->etag) +
		      text_bytes(f->task.file) + text_bytes(f->task.title) +
		      text_bytes(f->code) + text_bytes(f->reason) +
		      text_bytes(f->english);

	for (i = 0; i < f->task.n_tags; i++)
		n += sizeof(char *) + text_bytes(f->task.tags[i]);
	return n;
}

size_t
taskset_bytes(struct taskset *set)
{
	size_t i, n = set->cap * sizeof *set->files;

	for (i = 0; i < set->n; i++) {
		struct taskset_file *f = &set->files[i];

		if (f->bytes == 0)
			f->bytes = count_texts(f);
		n += f->bytes + f->shown_len;
	}
	return n;
}

struct taskset_file *
taskset_find(const struct taskset *set, const char *file)
{
	size_t at;

	return sorted_find(set->files, set->n, sizeof *set->files, file, &at)
		   ? &set->files[at]
		   : NULL;
}

/* Return the empty place of a file of that name in a sorted set: of the one that
 * had it, or a new one. */
static struct taskset_file *
clear_place(struct taskset *set, const char *file)
{
	size_t at;

	if (sorted_find(set->files, set->n, sizeof *set->files, file, &at)) {
		free_file_entry(&set->files[at]);
	} else {
		append_file(set);
		sorted_open(set->files, set->n - 1, sizeof *set->files, at);
	}
	memset(&set->files[at], 0, sizeof *set->files);
	return &set->files[at];
}

void
taskset_put(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len)
{
	parse_file(clear_place(set, file), file, etag, bytes, len);
}

void
taskset_put_too_large(struct taskset *set, const char *file, const char *etag)
{
	fill_too_large(clear_place(set, file), file, etag);
}

void
taskset_put_moved(struct taskset *set, struct taskset_file *from)
{
	*clear_place(set, from->file) = *from;
	memset(from, 0, sizeof *from);
}

void
taskset_remove(struct taskset *set, const char *file)
{
	struct taskset_file *f = taskset_find(set, file);

	if (f == NULL)
		return;
	free_file_entry(f);
	sorted_close(
	    set->files, set->n--, sizeof *set->files, (size_t)(f - set->files));
}

bool
taskset_is_twin(const struct taskset *set, size_t i)
{
	const struct taskset_file *f = &set->files[i];

	return (i > 0 && f[-1].number == f->number) ||
	       (i + 1 < set->n && f[1].number == f->number);
}

/* Appends those fields of the index that a task must have, or the others. */
static void
add_index_fields(struct buf *out, const struct task *task, bool required)
{
	const struct task_field *f;

	for (f = task_field_table; f->key != NULL; f++)
		if ((f->type == TASK_FIELD_WORD) == required)
			task_json_add_index(out, f, task);
}

static void
print_task(struct buf *out, const struct task *task)
{
	json_key(out, "title");
	json_add_str(out, task->title);
	add_index_fields(out, task, true);
	json_key(out, "warnings");
	json_add_int(out, task->warnings);
	add_index_fields(out, task, false);
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
	json_key(out, "english");
	json_add_str(out, f->english);
	json_close(out, '}');
}

static void
print_entry(struct buf *out, const struct taskset_file *f)
{
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

/* Append the array of all files, or of those that are not based. */
static void
print_entries(struct buf *out, const struct taskset *set, bool all)
{
	size_t i;

	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < set->n; i++)
		if (all || !set->files[i].based)
			print_entry(out, &set->files[i]);
	json_close(out, ']');
}

static void
print_version(struct buf *out)
{
	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, INDEX_VERSION);
}

void
taskset_print(struct buf *out, const struct taskset *set)
{
	print_version(out);
	json_key(out, "sweptAt");
	json_add_int(out, set->swept_ms);
	if (set->base[0] != '\0') {
		json_key(out, "base");
		json_add_str(out, set->base);
	}
	print_entries(out, set, false);
	json_close(out, '}');
}

void
taskset_print_base(struct buf *out, struct taskset *set)
{
	size_t i, from;

	print_version(out);
	from = out->len;
	print_entries(out, set, true);
	enc_hash(out->s + from, out->len - from, set->base);
	json_key(out, "id");
	json_add_str(out, set->base);
	json_close(out, '}');
	for (i = 0; i < set->n; i++)
		set->files[i].based = true;
}

void
taskset_drop_base(struct taskset *set)
{
	size_t i;

	set->base[0] = '\0';
	for (i = 0; i < set->n; i++)
		set->files[i].based = false;
}

size_t
taskset_count_new(const struct taskset *set)
{
	size_t i, n = 0;

	for (i = 0; i < set->n; i++)
		n += !set->files[i].based;
	return n;
}

static int
read_task(struct json_object *obj, const char *file, struct task *task)
{
	const char *title = json_get_str(obj, "title");
	const struct task_field *f;

	if (title == NULL)
		return -1;
	task->number = names_number(file);
	task->file = std_strdup(file);
	task->title = std_strdup(title);
	task->warnings = (unsigned)json_get_int(obj, "warnings", 0);
	for (f = task_field_table; f->key != NULL; f++)
		if (task_json_read_index(obj, f, task) == -1)
			return -1;
	return 0;
}

static int
read_problem(struct json_object *obj, struct taskset_file *f)
{
	const char *code = json_get_str(obj, "code");
	const char *reason = json_get_str(obj, "reason");
	const char *english = json_get_str(obj, "english");
	int64_t line = json_get_int(obj, "line", 0);

	if (code == NULL || reason == NULL || english == NULL || line < 1 ||
	    line > INT32_MAX)
		return -1;
	f->bad = true;
	f->line = (unsigned)line;
	f->code = std_strdup(code);
	f->reason = std_strdup(reason);
	f->english = std_strdup(english);
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
	set_name(f, file, etag);
	memcpy(f->hash, hash, strlen(hash) + 1);
	if (problem != NULL)
		return read_problem(problem, f);
	return read_task(obj, file, &f->task);
}

/* Read the id of a base, which may be missing. */
static void
read_base_id(struct json_object *top, const char *key, char out[])
{
	const char *id = json_get_str(top, key);

	out[0] = '\0';
	if (id != NULL && names_hash_ok(id))
		memcpy(out, id, ENC_HASH_LEN + 1);
}

/* Read the files of an index or a base; return the whole, NULL if it is none. */
static struct json_object *
read_parsed(const struct buf *json, struct taskset *set)
{
	struct json_object *top, *files;
	struct err err = ERR_INIT;
	size_t i;

	if (json_parse(json->s, json->len, &top, &err) == -1)
		return NULL;
	files = json_get(top, "files", json_type_array);
	if (files == NULL || json_get_int(top, "v", 0) != INDEX_VERSION) {
		json_object_put(top);
		return NULL;
	}
	for (i = 0; i < json_object_array_length(files); i++)
		if (read_file(json_object_array_get_idx(files, i),
			append_file(set)) == -1)
			free_file_entry(&set->files[--set->n]);
	taskset_sort(set);
	return top;
}

int
taskset_read(const struct buf *json, struct taskset *set)
{
	struct json_object *top = read_parsed(json, set);

	if (top == NULL)
		return -1;
	set->swept_ms = json_get_int(top, "sweptAt", 0);
	read_base_id(top, "base", set->base);
	json_object_put(top);
	return 0;
}

int
taskset_read_base(const struct buf *json, struct taskset *set)
{
	struct json_object *top = read_parsed(json, set);
	size_t i;

	if (top == NULL)
		return -1;
	read_base_id(top, "id", set->base);
	json_object_put(top);
	if (set->base[0] == '\0') {
		taskset_release(set);
		return -1;
	}
	for (i = 0; i < set->n; i++)
		set->files[i].based = true;
	return 0;
}
