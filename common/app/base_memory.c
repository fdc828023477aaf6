#include "app/base_memory.h"

#include "app/lru.h"
#include "store/names.h"

struct entry {
	struct lru_entry lru;
	struct ledger_base *base; /* held */
	char user[NAMES_USER_MAX + 1];
};

struct base_memory {
	struct lru lru;
};

static void
free_base(struct lru_entry *entry)
{
	struct entry *e = (struct entry *)entry;

	ledger_base_drop(e->base);
	free(e);
}

struct base_memory *
base_memory_new(size_t max_bytes)
{
	struct base_memory *memory = std_zalloc(sizeof *memory);

	lru_init(&memory->lru, max_bytes, free_base);
	return memory;
}

void
base_memory_free(struct base_memory *memory)
{
	if (memory == NULL)
		return;
	lru_release(&memory->lru);
	free(memory);
}

static struct entry *
find_remembered(struct base_memory *memory, const char *user)
{
	return memory != NULL ? (struct entry *)lru_find(&memory->lru, user)
			      : NULL;
}

struct ledger_base *
base_memory_find(struct base_memory *memory, const char *user, const char *id)
{
	struct entry *e = find_remembered(memory, user);

	if (e == NULL || strcmp(e->base->id, id) != 0)
		return NULL;
	lru_use(&memory->lru, &e->lru);
	return ledger_base_hold(e->base);
}

void
base_memory_keep(
    struct base_memory *memory, const char *user, struct ledger_base *base)
{
	size_t bytes = sizeof(struct entry) + ledger_base_bytes(base);
	struct entry *e = find_remembered(memory, user);

	if (e != NULL)
		lru_drop(&memory->lru, &e->lru);
	if (memory == NULL || bytes > memory->lru.max_bytes)
		return;
	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	e->base = ledger_base_hold(base);
	e->lru.user = e->user;
	e->lru.bytes = bytes;
	lru_add(&memory->lru, &e->lru);
}
