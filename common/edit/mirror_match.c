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

size_t
mirror_match(const struct mirror_sources *from, const struct store_list *list,
    size_t prefix_len, bool *found)
{
	struct walk known = begin_walk(from->set);
	struct walk index = begin_walk(from->index);
	struct walk base = begin_walk(from->base);
	bool *keep = std_zalloc(known.n * sizeof *keep);
	struct taskset more = TASKSET_INIT;
	size_t i, same = 0;

	for (i = 0; i < list->n; i++) {
		const struct store_item *item = &list->items[i];
		const char *file = item->key + prefix_len;
		struct taskset_file *k = find_same(&known, file, item->etag);
		struct taskset_file *b = find_same(&base, file, item->etag);
		struct taskset_file *x = find_same(&index, file, item->etag);
		bool based =
		    from->base != NULL ? b != NULL : k != NULL && k->based;

		found[i] = k != NULL || b != NULL || x != NULL;
		same += x != NULL && !based;
		if (k != NULL) {
			keep[k - from->set->files] = true;
			k->based = based;
		} else if (found[i]) {
			taskset_move(&more, b != NULL ? b : x);
		}
	}
	taskset_keep(from->set, keep);
	append_all(from->set, &more);
	free(keep);
	return same;
}
