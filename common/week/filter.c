#include "week/filter.h"

#include <utf8proc.h>

#include "base/buf.h"

/* Appends the text as it compares, and a line end. */
static int
fold_case(struct buf *out, const char *s)
{
	utf8proc_uint8_t *folded = NULL;

	if (utf8proc_map((const utf8proc_uint8_t *)s, 0, &folded,
		UTF8PROC_NULLTERM | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE) < 0)
		return -1;
	buf_adds(out, (const char *)folded);
	buf_addc(out, '\n');
	free(folded);
	return 0;
}

/* Append the tags, a line each, as they compare. */
static int
fold_tags(struct buf *out, const struct task *task)
{
	size_t i;

	for (i = 0; i < task->n_tags; i++)
		if (fold_case(out, task->tags[i]) == -1)
			return -1;
	return 0;
}

static bool
has_text(const struct task *task, const char *search)
{
	struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool has = false;

	if (fold_case(&wanted, search) == 0 &&
	    fold_case(&text, task->title) == 0 &&
	    fold_case(&text, task->file) == 0 && fold_tags(&text, task) == 0) {
		buf_cut(&wanted, wanted.len - 1);
		has = strstr(text.s, wanted.s) != NULL;
	}
	buf_release(&text);
	buf_release(&wanted);
	return has;
}

/* A tag stands between two line ends, and has none within. */
static bool
has_tag(const struct task *task, const char *tag)
{
	struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool has = false;

	buf_addc(&text, '\n');
	buf_addc(&wanted, '\n');
	if (strchr(tag, '\n') == NULL && fold_case(&wanted, tag) == 0 &&
	    fold_tags(&text, task) == 0)
		has = strstr(text.s, wanted.s) != NULL;
	buf_release(&text);
	buf_release(&wanted);
	return has;
}

bool
filter_passes(const struct filter *filter, const struct task *task)
{
	return (filter->kind < 0 || (int)task->kind == filter->kind) &&
	       (filter->status < 0 || (int)task->status == filter->status) &&
	       (filter->tag == NULL || has_tag(task, filter->tag)) &&
	       (filter->search == NULL || has_text(task, filter->search));
}
