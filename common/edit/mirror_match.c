#include "edit/mirror_match.h"

#include "base/std.h"

/* One of the sources, and how far a walk by names has come in it. */
struct walk {
	struct taskset *set;
	size_t at, n;
};

static struct walk
begin_walk(struct taskset *set)
{
	return (struct walk){set, 0, set != NULL ? set->n : 0};
}

/* Go on to a name behind those before; return the file that has it and that
 * ETag, NULL if none has. */
static struct taskset_file *
find_same(struct walk *w, const char *file, const char *etag)
{
	struct taskset_file *f;
	int order = -1;

	for (; w->at < w->n; w->at++) {
		f = &w->set->files[w->at];
		order = strcmp(f->file, file);
		if (order > 0 || (order == 0 && strcmp(f->etag, etag) == 0))
			break;
	}
	return w->at < w->n && order == 0 ? &w->set->files[w->at++] : NULL;
}

/* Move all files behind those of a set. */
static void
append_all(struct taskset *set, struct taskset *more)
{
	size_t i;

	for (i = 0; i < more->n; i++)
		taskset_move(set, &more->files[i]);
	free(more->files);
}

/* Note which files of the set the base has, if that is another one. */
static void
note_based(const struct mirror_sources *from)
{
	struct walk base = begin_walk(from->base);
	size_t i;

	for (i = 0; from->base != NULL && i < from->set->n; i++) {
		struct taskset_file *f = &from->set->files[i];

		f->based = find_same(&base, f->file, f->etag) != NULL;
	}
}

void
mirror_match(const struct mirror_sources *from, const struct store_list *list,
    size_t prefix_len, bool *found)
{
	struct walk known = begin_walk(from->set);
	struct walk index = begin_walk(from->index);
	struct walk base = begin_walk(from->base);
	bool *keep = std_zalloc(known.n * sizeof *keep);
	struct taskset more = TASKSET_INIT;
	size_t i;

	note_based(from);
	for (i = 0; i < list->n; i++) {
		const struct store_item *item = &list->items[i];
		const char *file = item->key + prefix_len;
		struct taskset_file *k = find_same(&known, file, item->etag);
		struct taskset_file *b = find_same(&base, file, item->etag);
		struct taskset_file *x = find_same(&index, file, item->etag);

		found[i] = k != NULL || b != NULL || x != NULL;
		if (k != NULL)
			keep[k - from->set->files] = true;
		else if (found[i])
			taskset_move(&more, b != NULL ? b : x);
	}
	taskset_keep(from->set, keep);
	append_all(from->set, &more);
	free(keep);
}

/* Find a file by its name and that ETag. */
static struct taskset_file *
find_version(const struct taskset *set, const char *file, const char *etag)
{
	struct taskset_file *f = taskset_find(set, file);

	return f != NULL && strcmp(f->etag, etag) == 0 ? f : NULL;
}

void
mirror_match_changes(const struct mirror_sources *from,
    const struct store_list *list, size_t prefix_len, bool *found)
{
	struct walk index = begin_walk(from->index);
	struct walk base = begin_walk(from->base);
	size_t i;

	note_based(from);
	for (i = 0; i < list->n; i++) {
		const struct store_item *item = &list->items[i];
		const char *file = item->key + prefix_len;
		bool gone = item->etag[0] == '\0';
		struct taskset_file *b = find_same(&base, file, item->etag);
		struct taskset_file *x = find_same(&index, file, item->etag);

		if (gone)
			taskset_remove(from->set, file);
		found[i] =
		    gone || find_version(from->set, file, item->etag) != NULL;
		if (found[i] || (b == NULL && x == NULL))
			continue;
		taskset_put_moved(from->set, b != NULL ? b : x);
		found[i] = true;
	}
}

size_t
mirror_match_count(const struct taskset *set, const struct taskset *index)
{
	size_t i, same = 0;

	for (i = 0; i < index->n; i++) {
		const struct taskset_file *x = &index->files[i];
		const struct taskset_file *f;

		/* What was moved from there is in the set. */
		f = x->file != NULL ? find_version(set, x->file, x->etag)
				    : NULL;
		same += x->file == NULL || (f != NULL && !f->based);
	}
	return same;
}
