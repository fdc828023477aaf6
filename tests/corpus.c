/*
 * corpus: what the program makes of the task files of a folder, a line of JSON
 * for each, for 21-corpus.mjs to compare with other readers of YAML.
 *
 *	tests/corpus FOLDER
 *
 *	{"file":"0001-a.md","front":["m",[[key,value],..],tagged,anchor],
 *	 "task":{"title":"..","kategorie":"..",..},"edits":["title differs"]}
 *	{"file":"0002-b.md","front":"kein_yaml","task":"kein_yaml","edits":[]}
 *
 * A node of `front` is ["s",text,quoted,tagged,anchor], ["l",items,tagged,
 * anchor], ["m",pairs,tagged,anchor] or ["a",name].  `edits` names those that
 * do not lead back: each field is changed and changed back, and the file must
 * then have the bytes that it had.
 */
#include <dirent.h>
#include <stdio.h>

#include "base/json.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_read.h"
#include "store/names.h"
#include "task/task_field.h"
#include "task/task_json.h"
#include "task/task_parse.h"
#include "task/task_splice.h"

/* The tree. */

/* Append the name behind the mark, `&` or `*`, in [from, to); "" if none. */
static void
add_anchor(struct buf *out, const struct frontmatter *front, size_t from,
    size_t to, char mark)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s = memchr(front->bytes + from, mark, to - from);

	if (s == NULL)
		json_add_str(out, "");
	else
		json_add_strn(out, s + 1, strspn(s + 1, letters));
}

static void add_node(struct buf *out, const struct frontmatter *front,
    const struct frontmatter_node *node);

static void
add_children(struct buf *out, const struct frontmatter *front,
    const struct frontmatter_node *node)
{
	const bool pairs = node->kind == FRONTMATTER_MAP;
	const struct frontmatter_node *child;
	bool is_key = true;

	json_open(out, '[');
	for (child = frontmatter_child(front, node); child != NULL;
	     child = frontmatter_next(front, node, child)) {
		if (pairs && is_key)
			json_open(out, '[');
		add_node(out, front, child);
		if (pairs && !is_key)
			json_close(out, ']');
		is_key = !is_key;
	}
	json_close(out, ']');
}

static void
add_node(struct buf *out, const struct frontmatter *front,
    const struct frontmatter_node *node)
{
	static const char *const kinds[] = {[FRONTMATTER_SCALAR] = "s",
	    [FRONTMATTER_LIST] = "l",
	    [FRONTMATTER_MAP] = "m",
	    [FRONTMATTER_ALIAS] = "a"};

	json_open(out, '[');
	json_add_str(out, kinds[node->kind]);
	if (node->kind == FRONTMATTER_ALIAS) {
		add_anchor(out, front, node->from, node->to, '*');
		json_close(out, ']');
		return;
	}
	if (node->kind == FRONTMATTER_SCALAR) {
		json_add_strn(out, front->values.s + node->value, node->len);
		json_add_bool(out, node->style != 0);
	} else {
		add_children(out, front, node);
	}
	json_add_bool(out, node->tagged);
	add_anchor(out, front, node->props, node->from, '&');
	json_close(out, ']');
}

static void
add_front(struct buf *out, const struct buf *bytes)
{
	struct frontmatter front = FRONTMATTER_INIT;
	struct frontmatter_fault fault;

	json_key(out, "front");
	if (frontmatter_read(&front, bytes->s, bytes->len, &fault) == -1)
		json_add_str(out, fault.code);
	else if (frontmatter_root(&front) == NULL)
		json_add_null(out);
	else
		add_node(out, &front, frontmatter_root(&front));
	frontmatter_release(&front);
}

/* Edits there and back. */

static void
change_value(const struct task_field *field, struct task *to)
{
	unsigned *word = task_field_place(field, to);
	struct task_when *when = task_field_place(field, to);
	struct day *date = task_field_place(field, to);

	switch (field->type) {
	case TASK_FIELD_WORD:
		*word = (*word + 1) % field->n_words;
		break;
	case TASK_FIELD_WORDS:
		break; /* by add_word */
	case TASK_FIELD_DATE:
		*date = (struct day){2031, 3, date->day == 4 ? 5 : 4};
		break;
	case TASK_FIELD_WHEN:
		when->date = (struct day){2031, 3, when->date.day == 4 ? 5 : 4};
		when->time = (when->time + 1) % TASK_TIMES;
		break;
	}
	task_field_set(field, to);
}

/* Give the edit the old tags and one more; the words stay the old task's. */
static void
add_word(const struct task *old, struct task *to)
{
	to->tags = std_alloc((old->n_tags + 1) * sizeof *to->tags);
	if (old->n_tags > 0)
		memcpy(to->tags, old->tags, old->n_tags * sizeof *to->tags);
	to->tags[old->n_tags] = (char *)(uintptr_t) "ganz neu";
	to->n_tags = old->n_tags + 1;
}

struct trip {
	const char *file;
	const struct buf *before;
	const char *name; /* of the edit */
	struct buf *out;  /* of the report */
};

static void
report_trip(const struct trip *trip, const char *how)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s %s", trip->name, how);
	json_add_str(trip->out, text.s);
	buf_release(&text);
}

/* Apply an edit and the one that takes it back. */
static void
make_trip(const struct trip *trip, const struct task_edit *there,
    const struct task_edit *back)
{
	struct buf once = BUF_INIT, again = BUF_INIT;
	struct err err = ERR_INIT;

	if (task_splice(trip->file, trip->before->s, trip->before->len, there,
		&once, &err) == -1) {
		report_trip(trip, "is refused");
		return;
	}
	if (task_splice(trip->file, once.s, once.len, back, &again, &err) == -1)
		report_trip(trip, "is not taken back");
	else if (!buf_eq(&again, trip->before))
		report_trip(trip, "differs");
	buf_release(&once);
	buf_release(&again);
}

static void
try_field(
    struct trip *trip, const struct task_field *field, const struct task *old)
{
	struct task_edit there = {.to = *old}, back = {.to = *old};

	trip->name = field->key;
	task_field_set_edited(field, &there);
	task_field_set_edited(field, &back);
	if (field->type == TASK_FIELD_WORDS)
		add_word(old, &there.to);
	else
		change_value(field, &there.to);
	make_trip(trip, &there, &back);
	if (field->type == TASK_FIELD_WORDS)
		free(there.to.tags);
}

static void
try_markdown(struct trip *trip, const struct task *old)
{
	char title[] = "Ein neuer Titel", text[] = "Ganz *anders*.\n";
	struct buf body = BUF_INIT;
	struct task_edit there = {.has_title = true, .title = title};
	struct task_edit back = {.has_title = true, .title = old->title};

	trip->name = "title";
	make_trip(trip, &there, &back);

	buf_add(&body, trip->before->s + old->body_at,
	    trip->before->len - old->body_at);
	there = (struct task_edit){.has_body = true, .body = text};
	back = (struct task_edit){.has_body = true, .body = body.s};
	trip->name = "body";
	make_trip(trip, &there, &back);
	buf_release(&body);
}

/* Files. */

static void
add_task(struct buf *out, const struct task *task)
{
	const struct task_field *f;

	json_open(out, '{');
	json_key(out, "title");
	json_add_str(out, task->title);
	for (f = task_field_table; f->key != NULL; f++)
		task_json_add(out, f, task);
	json_close(out, '}');
}

static void
add_file(struct buf *out, const char *file, const struct buf *bytes)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct trip trip = {.file = file, .before = bytes, .out = out};
	bool good =
	    task_parse(file, bytes->s, bytes->len, &task, &problem) == 0;
	const struct task_field *f;

	json_open(out, '{');
	json_key(out, "file");
	json_add_str(out, file);
	add_front(out, bytes);
	json_key(out, "task");
	if (good)
		add_task(out, &task);
	else
		json_add_str(out, problem.code);
	json_key(out, "edits");
	json_open(out, '[');
	for (f = task_field_table; good && f->key != NULL; f++)
		try_field(&trip, f, &task);
	if (good)
		try_markdown(&trip, &task);
	json_close(out, ']');
	json_close(out, '}');
	task_release(&task);
}

static int
read_bytes(const char *folder, const char *file, struct buf *bytes)
{
	struct buf path = BUF_INIT;
	char chunk[16384];
	size_t n;
	FILE *f;

	buf_addf(&path, "%s/%s", folder, file);
	f = fopen(path.s, "rb");
	buf_release(&path);
	if (f == NULL)
		return -1;
	buf_reset(bytes);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(bytes, chunk, n);
	fclose(f);
	return 0;
}

int
main(int argc, char **argv)
{
	struct buf bytes = BUF_INIT, line = BUF_INIT;
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		fprintf(stderr, "Usage: corpus FOLDER\n");
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (!names_file_ok(entry->d_name))
			continue;
		if (read_bytes(argv[1], entry->d_name, &bytes) == -1)
			return 1;
		buf_reset(&line);
		add_file(&line, entry->d_name, &bytes);
		puts(line.s);
	}
	closedir(dir);
	buf_release(&bytes);
	buf_release(&line);
	return 0;
}
