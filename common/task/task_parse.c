#include "task/task_parse.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_read.h"
#include "store/names.h"
#include "task/task.h"
#include "task/task_field.h"
#include "task/task_title.h"
#include "task/task_yaml.h"

struct reader {
	const char *bytes;
	struct frontmatter front;
	struct task *task;
	struct task_problem *problem;
};

static int
fail_file(struct reader *r, size_t at, const char *code, enum msg_id reason)
{
	r->problem->line = frontmatter_line(r->bytes, at);
	r->problem->code = code;
	msg_set(&r->problem->reason, reason);
	return -1;
}

/* Where the field stands; the first line if it is missing. */
static size_t
find_key(const struct reader *r, const char *key)
{
	struct frontmatter_field field;

	return frontmatter_find(
		   &r->front, frontmatter_root(&r->front), key, &field)
		   ? field.key->from
		   : 0;
}

static int
read_type(struct reader *r)
{
	const struct frontmatter_node *root = frontmatter_root(&r->front);
	struct frontmatter_field field;

	if (!frontmatter_find(&r->front, root, "typ", &field) ||
	    !std_streq(frontmatter_word(&r->front, field.value), "task"))
		return fail_file(
		    r, find_key(r, "typ"), "kein_typ_task", MSG_TASK_NO_TYP);
	return 0;
}

/* A field without a value makes the file odd, or, if it must have one, bad. */
static int
read_fields(struct reader *r)
{
	const struct task_field *f;

	for (f = task_field_table; f->key != NULL; f++) {
		if (task_yaml_read(&r->front, f, r->task) == 0)
			continue;
		if (f->problem != NULL)
			return fail_file(
			    r, find_key(r, f->key), f->problem, f->problem_msg);
		r->task->warnings |= f->warning;
	}
	return 0;
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

	task_title_read(&title, file, &r->front, r->bytes + at, len - at);
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
		fail_file(r, 0, "zu_gross", MSG_TASK_TOO_LARGE);
		msg_value(&r->problem->reason, "%zu", TASK_FILE_MAX >> 10);
		r->problem->line = 0;
		return -1;
	}
	if (!enc_is_utf8(r->bytes, len))
		return fail_file(r, find_no_utf8(r->bytes, len), "kein_utf8",
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
	if (read_type(&r) < 0)
		goto out;
	if (read_fields(&r) < 0)
		goto out;

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

int
task_parse_refuse(const struct msg *reason, struct err *err)
{
	err_set(err, ERR_BAD_FILE, MSG_TASK_INVALID);
	return err_cause(err, reason);
}
