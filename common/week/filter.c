#include "week/filter.h"

#include <utf8proc.h>

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

void
filter_set_tag(struct filter *filter, const char *tag)
{
	buf_addc(&filter->tag, '\n');
	if (strchr(tag, '\n') != NULL || fold_case(&filter->tag, tag) == -1)
		filter->fits_none = true;
}

void
filter_set_search(struct filter *filter, const char *search)
{
	if (fold_case(&filter->search, search) == -1)
		filter->fits_none = true;
	else
		buf_cut(&filter->search, filter->search.len - 1);
}

void
filter_release(struct filter *filter)
{
	buf_release(&filter->tag);
	buf_release(&filter->search);
	*filter = (struct filter)FILTER_ANY;
}

static bool
has_each_word(const struct buf *text, const char *words)
{
	size_t len;

	for (;; words += len) {
		words += strspn(words, " \n");
		len = strcspn(words, " \n");
		if (len == 0)
			return true;
		if (memmem(text->s, text->len, words, len) == NULL)
			return false;
	}
}

bool
filter_has_words(const struct filter *filter, const struct task *task,
    const char *text, size_t len)
{
	struct buf all = BUF_INIT;
	bool has = !filter->fits_none && fold_task(&all, task) == 0 &&
		   (text == NULL || fold_bytes(&all, text, len) == 0) &&
		   has_each_word(&all, filter->search.s);

	buf_release(&all);
	return has;
}

static bool
has_text(const struct filter *filter, const struct task *task)
{
	struct buf text = BUF_INIT;
	bool has = fold_task(&text, task) == 0 &&
		   strstr(text.s, filter->search.s) != NULL;

	buf_release(&text);
	return has;
}

/* A tag stands between two line ends, and has none within. */
static bool
has_tag(const struct filter *filter, const struct task *task)
{
	struct buf text = BUF_INIT;
	bool has;

	buf_addc(&text, '\n');
	has = fold_tags(&text, task) == 0 &&
	      strstr(text.s, filter->tag.s) != NULL;
	buf_release(&text);
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
	return !filter->fits_none &&
	       (filter->kind < 0 || (int)task->kind == filter->kind) &&
	       (filter->status < 0 || (int)task->status == filter->status) &&
	       (filter->tag.len == 0 || has_tag(filter, task)) &&
	       (filter->has_files
		       ? is_listed(filter, task->file)
		       : filter->search.len == 0 || has_text(filter, task));
}
