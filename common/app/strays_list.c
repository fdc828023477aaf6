#include "app/strays_list.h"

#include "base/buf.h"
#include "base/std.h"
#include "store/names.h"
#include "store/store.h"
#include "task/strays.h"

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
add_strange(struct strays *strays, const char *entry, enum strays_kind kind)
{
	if (names_file_ok(entry))
		strays_bar(strays, entry, kind);
	else
		strays_add(strays, entry);
}

static enum strays_kind
kind_of(enum store_strange_kind kind)
{
	switch (kind) {
	case STORE_STRANGE_FOLDER:
		return STRAYS_FOLDER;
	case STORE_STRANGE_LINK:
		return STRAYS_LINK;
	case STORE_STRANGE_NAME: /* of no task */
	case STORE_STRANGE_OTHER:
		break;
	}
	return STRAYS_NO_FILE;
}

static void
read_items(struct strays *strays, const struct store_list *list,
    const bool *known, const char *user, struct folders *folders)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const char *entry;
		size_t len;

		if (known != NULL && known[i])
			continue;
		entry = names_entry_of_key(list->items[i].key, user);
		if (entry == NULL || names_file_ok(entry))
			continue;
		len = strcspn(entry, "/");
		if (entry[len] == '/')
			note_folder(folders, entry, len);
		else
			strays_add(strays, entry);
	}
}

static void
read_strange(struct strays *strays, const struct store_list *list,
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
			add_strange(strays, entry, kind_of(strange->kind));
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
strays_list_read(struct strays *strays, const struct store_list *list,
    const bool *known, const char *user)
{
	struct folders folders = {.names = NULL};
	size_t i;

	read_items(strays, list, known, user, &folders);
	read_strange(strays, list, user, &folders);
	if (folders.n > 0)
		qsort(folders.names, folders.n, sizeof *folders.names,
		    compare_folders);
	for (i = 0; i < folders.n; i++) {
		const char *name = folders.names[i];

		if (i > 0 && strcmp(name, folders.names[i - 1]) == 0)
			continue;
		if (is_task(list, user, name))
			strays->others++;
		else
			add_strange(strays, name, STRAYS_FOLDER);
	}
	for (i = 0; i < folders.n; i++)
		free(folders.names[i]);
	free(folders.names);
}
