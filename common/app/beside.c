#include "app/beside.h"

#include "base/buf.h"
#include "base/std.h"
#include "store/names.h"
#include "store/store.h"
#include "task/aside.h"

/* The names of folders that something was listed in, also more than once. */
struct folders {
	char **names;
	size_t n, cap;
};

static void
note_folder(struct folders *folders, const char *entry, size_t len)
{
	char *name = std_strndup(entry, len);

	STD_GROW(folders->names, folders->n, folders->cap);
	folders->names[folders->n++] = name;
}

/* Add an entry of the folder that is no blob. */
static void
add_strange(struct aside *aside, const char *entry, enum aside_kind kind)
{
	if (names_file_ok(entry))
		aside_bar(aside, entry, kind);
	else
		aside_add(aside, entry);
}

static enum aside_kind
kind_of(enum store_strange_kind kind)
{
	switch (kind) {
	case STORE_STRANGE_FOLDER:
		return ASIDE_FOLDER;
	case STORE_STRANGE_LINK:
		return ASIDE_LINK;
	case STORE_STRANGE_NAME: /* of no task */
	case STORE_STRANGE_OTHER:
		break;
	}
	return ASIDE_NO_FILE;
}

static void
read_items(struct aside *aside, const struct store_list *list, const char *user,
    struct folders *folders)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const char *entry =
		    names_entry_of_key(list->items[i].key, user);
		size_t len;

		if (entry == NULL || names_file_ok(entry))
			continue;
		len = strcspn(entry, "/");
		if (entry[len] == '/')
			note_folder(folders, entry, len);
		else
			aside_add(aside, entry);
	}
}

static void
read_strange(struct aside *aside, const struct store_list *list,
    const char *user, struct folders *folders)
{
	size_t i;

	for (i = 0; i < list->n_strange; i++) {
		const struct store_strange *strange = &list->strange[i];
		const char *entry = names_entry_of_key(strange->name, user);
		size_t len;

		if (entry == NULL)
			continue;
		len = strcspn(entry, "/");
		if (entry[len] == '/')
			note_folder(folders, entry, len);
		else
			add_strange(aside, entry, kind_of(strange->kind));
	}
}

static int
compare_folders(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Return true if a task has the folder's name, as a store without real folders
 * allows. */
static bool
is_task(const struct store_list *list, const char *user, const char *name)
{
	struct buf key = BUF_INIT;
	bool is = false;

	if (names_file_ok(name)) {
		names_task_key(&key, user, name);
		is = store_list_find(list, key.s) != NULL;
	}
	buf_release(&key);
	return is;
}

void
beside_read(
    struct aside *aside, const struct store_list *list, const char *user)
{
	struct folders folders = {.names = NULL};
	size_t i;

	read_items(aside, list, user, &folders);
	read_strange(aside, list, user, &folders);
	if (folders.n > 0)
		qsort(folders.names, folders.n, sizeof *folders.names,
		    compare_folders);
	for (i = 0; i < folders.n; i++) {
		const char *name = folders.names[i];

		if (i > 0 && strcmp(name, folders.names[i - 1]) == 0)
			continue;
		if (is_task(list, user, name))
			aside->others++;
		else
			add_strange(aside, name, ASIDE_FOLDER);
	}
	for (i = 0; i < folders.n; i++)
		free(folders.names[i]);
	free(folders.names);
}
