#include "week/filter.h"

#include <utf8proc.h>

#include "base/buf.h"

/* Appends the text as it compares, and a line end. */
static int
fold_bytes(struct buf *out, const char *s, size_t len)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n =
	    utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len,
		&folded, UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE);

	if (n < 0)
		return -1;
	buf_add(out, folded, (size_t)n);
	buf_addc(out, '\n');
	free(folded);
	return 0;
}

static int
fold_case(struct buf *out, const char *s)
{
	return fold_bytes(out, s, strlen(s));
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

static int
fold_task(struct buf *out, const struct task *task)
{
	return fold_case(out, task->title) == 0 &&
		       fold_case(out, task->file) == 0
		   ? fold_tags(out, task)
		   : -1;
}

bool
filter_has_words(
    const char *search, const struct task *task, const char *text, size_t len)
{
	struct buf all = BUF_INIT, words = BUF_INIT;
	char *word, *rest = NULL;
	bool has = fold_case(&words, search) == 0 &&
		   fold_task(&all, task) == 0 &&
		   (text == NULL || fold_bytes(&all, text, len) == 0);

	for (word = strtok_r(words.s, " \n", &rest); has && word != NULL;
	     word = strtok_r(NULL, " \n", &rest))
		has = memmem(all.s, all.len, word, strlen(word)) != NULL;
	buf_release(&all);
	buf_release(&words);
	return has;
}

static bool
has_text(const struct task *task, const char *search)
{
	struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool has = false;

	if (fold_case(&wanted, search) == 0 && fold_task(&text, task) == 0) {
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

static int
match_name(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool
is_listed(const struct filter *filter, const char *file)
{
	return filter->n_files > 0 &&
	       bsearch(file, filter->files, filter->n_files,
		   sizeof *filter->files, match_name) != NULL;
}

bool
filter_passes(const struct filter *filter, const struct task *task)
{
	return (filter->kind < 0 || (int)task->kind == filter->kind) &&
	       (filter->status < 0 || (int)task->status == filter->status) &&
	       (filter->tag == NULL || has_tag(task, filter->tag)) &&
	       (filter->has_files ? is_listed(filter, task->file)
				  : filter->search == NULL ||
					has_text(task, filter->search));
}
