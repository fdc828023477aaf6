#include "plan/facts.h"

#include "base/std.h"
#include "task/taskset.h"

static void
release_entry(struct facts_file *file)
{
	free(file->file);
	buf_release(&file->etag);
	buf_release(&file->bytes);
	buf_release(&file->theirs.bytes);
	buf_release(&file->base.bytes);
}

void
facts_release(struct facts *facts)
{
	size_t i;

	for (i = 0; i < facts->n; i++)
		release_entry(&facts->files[i]);
	free(facts->files);
	memset(facts, 0, sizeof *facts);
}

struct facts_file *
facts_add(struct facts *facts, const char *file)
{
	struct facts_file *f;

	STD_GROW(facts->files, facts->n, facts->cap);
	f = &facts->files[facts->n++];
	memset(f, 0, sizeof *f);
	f->file = std_strdup(file);
	buf_init(&f->etag);
	buf_init(&f->bytes);
	buf_init(&f->theirs.bytes);
	buf_init(&f->base.bytes);
	return f;
}

static int
compare_names(const void *a, const void *b)
{
	const struct facts_file *x = a, *y = b;

	return strcmp(x->file, y->file);
}

/* Return true if each name stands once, in their order. */
static bool
is_sorted(const struct facts *facts)
{
	size_t i;

	for (i = 1; i < facts->n; i++)
		if (compare_names(&facts->files[i - 1], &facts->files[i]) >= 0)
			return false;
	return true;
}

void
facts_sort(struct facts *facts)
{
	size_t i, n = 0;

	if (is_sorted(facts))
		return;
	qsort(facts->files, facts->n, sizeof *facts->files, compare_names);
	/* The entries of one name are all the same: nothing is filled in. */
	for (i = 1; i < facts->n; i++)
		if (strcmp(facts->files[n].file, facts->files[i].file) != 0)
			facts->files[++n] = facts->files[i];
		else
			release_entry(&facts->files[i]);
	facts->n = n + 1;
}

struct facts_file *
facts_find(const struct facts *facts, const char *file)
{
	struct facts_file key = {.file = (char *)(uintptr_t)file};

	if (facts->n == 0)
		return NULL;
	return bsearch(
	    &key, facts->files, facts->n, sizeof *facts->files, compare_names);
}

void
facts_set_mirror(struct facts_file *file, const char *etag)
{
	file->there = true;
	buf_set(&file->etag, etag, strlen(etag));
}

void
facts_set_bytes(struct facts_file *file, struct buf *bytes, struct buf *etag)
{
	file->read = file->there = true;
	buf_move(&file->bytes, bytes);
	buf_move(&file->etag, etag);
	taskset_hash(file->bytes.s, file->bytes.len, file->hash);
	object_id_of_blob(file->bytes.s, file->bytes.len, &file->id);
}

void
facts_set_vanished(struct facts_file *file)
{
	file->read = true;
	file->there = false;
}

void
facts_set_barred(struct facts_file *file)
{
	file->barred = true;
	file->there = false;
}
