#include "edit/search.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "store/names.h"
#include "store/store.h"
#include "task/task.h"
#include "task/task_parse.h"

/* Files of a round, whose texts are asked for. */
struct batch {
	const struct taskset_file *files[SEARCH_BATCH];
	struct buf keys[SEARCH_BATCH];
	struct store_op ops[SEARCH_BATCH];
	size_t n;
};

void
search_release(struct search *search)
{
	free(search->files);
	memset(search, 0, sizeof *search);
}

/* Return true if the words stand in the file: in what is known of its task, or
 * in the text, of whatever content that is now. */
static bool
has_words(
    const struct filter *filter, const char *file, const struct buf *bytes)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	bool has;

	if (task_parse(file, bytes->s, bytes->len, &task, &problem) == -1)
		return false;
	has = filter_has_words(
	    filter, &task, bytes->s + task.body_at, bytes->len - task.body_at);
	task_release(&task);
	return has;
}

/* Read the files of the batch, add those that have the words, and empty it. */
static int
search_batch(struct app *app, const struct filter *filter, struct batch *batch,
    struct search *out, struct err *err)
{
	size_t i;
	int rc = 0;

	if (batch->n > 0)
		rc = store_run(app->store, batch->ops, batch->n, err);
	if (rc == -1 && store_only_barred(batch->ops, batch->n))
		rc = 0;
	for (i = 0; i < batch->n; i++) {
		const char *file = batch->files[i]->file;

		if (rc == 0 && batch->ops[i].result == STORE_OK &&
		    has_words(filter, file, &batch->ops[i].body))
			out->files[out->n++] = file;
		buf_release(&batch->keys[i]);
	}
	store_ops_release(batch->ops, batch->n);
	batch->n = 0;
	return rc;
}

static void
add_to_batch(
    struct batch *batch, const char *user, const struct taskset_file *file)
{
	struct buf *key = &batch->keys[batch->n];

	*key = (struct buf)BUF_INIT;
	names_task_key(key, user, file->file);
	batch->ops[batch->n] = (struct store_op)STORE_GET(key->s);
	batch->files[batch->n++] = file;
}

static int
compare_found(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
search_texts(struct app *app, const char *user, const struct taskset *set,
    struct filter *filter, struct search *out, struct err *err)
{
	struct batch *batch = std_zalloc(sizeof *batch);
	struct filter others = *filter;
	size_t i, n_read = 0;
	int rc = 0;

	others.search = (struct buf)BUF_INIT;
	out->files = std_zalloc((set->n + 1) * sizeof *out->files);
	for (i = set->n; rc == 0 && i-- > 0;) {
		const struct taskset_file *file = &set->files[i];

		if (file->bad || !filter_passes(&others, &file->task))
			continue;
		if (filter_has_words(filter, &file->task, NULL, 0)) {
			out->files[out->n++] = file->file;
		} else if (n_read == out->most) {
			out->n_unread++;
		} else {
			add_to_batch(batch, user, file);
			n_read++;
		}
		if (batch->n == SEARCH_BATCH)
			rc = search_batch(app, filter, batch, out, err);
	}
	if (search_batch(app, filter, batch, out, err) == -1)
		rc = -1;
	free(batch);
	if (rc == -1) {
		search_release(out);
		return -1;
	}
	qsort(out->files, out->n, sizeof *out->files, compare_found);
	filter->has_files = true;
	filter->files = out->files;
	filter->n_files = out->n;
	return 0;
}
