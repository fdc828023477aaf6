#include "app/list_memory.h"

#include "app/lru.h"
#include "store/names.h"
#include "store/sorted.h"

#define ALLOC_COST 16 /* of malloc(3), for each item */

struct entry {
	struct lru_entry lru;
	struct store_list list;
	char user[NAMES_USER_MAX + 1];
};

struct list_memory {
	struct lru lru;
};

static void
free_list(struct lru_entry *entry)
{
	struct entry *e = (struct entry *)entry;

	store_list_release(&e->list);
	free(e);
}

struct list_memory *
list_memory_new(size_t max_bytes)
{
	struct list_memory *memory = std_zalloc(sizeof *memory);

	lru_init(&memory->lru, max_bytes, free_list);
	return memory;
}

void
list_memory_free(struct list_memory *memory)
{
	if (memory == NULL)
		return;
	lru_release(&memory->lru);
	free(memory);
}

void
list_memory_take(
    struct list_memory *memory, const char *user, struct store_list *known)
{
	struct entry *e = (struct entry *)lru_find(&memory->lru, user);

	if (e == NULL)
		return;
	*known = e->list;
	lru_take(&memory->lru, &e->lru);
	free(e);
}

/* Leave out what is no task's. */
static void
drop_others(struct store_list *list, const char *user)
{
	size_t i, n = 0;

	for (i = 0; i < list->n; i++)
		if (names_task_of_key(list->items[i].key, user) != NULL)
			list->items[n++] = list->items[i];
		else
			free(list->items[i].key);
	list->n = n;
}

/* Put an item of a list of changes in its place, or remove it. */
static void
apply_change(struct store_list *known, const struct store_item *item)
{
	bool gone = item->etag[0] == '\0';
	size_t at;
	bool found = sorted_find(
	    known->items, known->n, sizeof *known->items, item->key, &at);

	if (found) {
		free(known->items[at].key);
		sorted_close(
		    known->items, known->n--, sizeof *known->items, at);
	}
	if (gone) {
		free(item->key);
		return;
	}
	STD_GROW(known->items, known->n, known->cap);
	sorted_open(known->items, known->n++, sizeof *known->items, at);
	known->items[at] = *item;
}

void
list_memory_update(
    struct store_list *known, struct store_list *told, const char *user)
{
	size_t i;

	drop_others(told, user);
	if (told->changes) {
		for (i = 0; i < told->n; i++)
			apply_change(known, &told->items[i]);
	} else {
		store_list_release(known);
		known->items = told->items;
		known->n = told->n;
		known->cap = told->cap;
		told->items = NULL;
		told->cap = 0;
	}
	told->n = 0;
	memcpy(known->mark, told->mark, sizeof known->mark);
}

static size_t
list_bytes(const struct store_list *list)
{
	size_t i,
	    bytes = sizeof(struct entry) + list->cap * sizeof *list->items;

	for (i = 0; i < list->n; i++)
		bytes += strlen(list->items[i].key) + 1 +
			 strlen(list->items[i].etag) + 1 + ALLOC_COST;
	return bytes;
}

void
list_memory_put(
    struct list_memory *memory, const char *user, struct store_list *known)
{
	size_t bytes = list_bytes(known);
	struct entry *e;

	if (known->mark[0] == '\0' || bytes > memory->lru.max_bytes)
		return;
	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	e->list = *known;
	e->lru.user = e->user;
	e->lru.bytes = bytes;
	lru_add(&memory->lru, &e->lru);
	*known = (struct store_list)STORE_LIST_INIT;
}
