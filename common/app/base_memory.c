#include "app/base_memory.h"

#include "app/lru.h"
#include "store/names.h"

struct entry {
	struct lru_entry lru;
	struct base_memory *memory;
	struct ledger_base *base; /* held */
	char user[NAMES_USER_MAX + 1];
};

struct base_memory {
	struct lru bases;
	struct lru read; /* those that have their records as they are read */
};

static void
free_base(struct lru_entry *entry)
{
	struct entry *e = (struct entry *)entry;

	ledger_base_drop(e->base);
	free(e);
}

static void
free_read(struct lru_entry *entry)
{
	ledger_base_unread(((struct entry *)entry)->base);
	free_base(entry);
}

/* Free a base that is kept no more, with what is read of it: nobody would find
 * that, and its text would count for nothing. */
static void
free_kept(struct lru_entry *entry)
{
	struct entry *e = (struct entry *)entry;
	struct lru *lru = &e->memory->read;
	struct entry *read = (struct entry *)lru_find(lru, e->user);

	if (read != NULL && read->base == e->base)
		lru_drop(lru, &read->lru);
	free_base(entry);
}

struct base_memory *
base_memory_new(size_t max_bytes)
{
	struct base_memory *memory = std_zalloc(sizeof *memory);

	lru_init(&memory->bases, max_bytes, free_kept);
	lru_init(&memory->read, max_bytes, free_read);
	return memory;
}

void
base_memory_free(struct base_memory *memory)
{
	if (memory == NULL)
		return;
	lru_release(&memory->bases); /* first: it drops what is read, too */
	lru_release(&memory->read);
	free(memory);
}

/* Hold the base as the user's, of so many bytes, in place of another one. */
static void
hold_base(struct base_memory *memory, struct lru *lru, const char *user,
    struct ledger_base *base, size_t bytes)
{
	struct entry *e = (struct entry *)lru_find(lru, user);

	if (e != NULL && e->base == base) {
		lru_use(lru, &e->lru);
		return;
	}
	if (e != NULL)
		lru_drop(lru, &e->lru);
	bytes += sizeof *e;
	if (bytes > lru->max_bytes)
		return;
	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	e->memory = memory;
	e->base = ledger_base_hold(base);
	e->lru.user = e->user;
	e->lru.bytes = bytes;
	lru_add(lru, &e->lru);
}

/* Return true if the user's base is that one. */
static bool
is_kept(struct lru *lru, const char *user, const struct ledger_base *base)
{
	const struct entry *e = (struct entry *)lru_find(lru, user);

	return e != NULL && e->base == base;
}

struct ledger_base *
base_memory_find(struct base_memory *memory, const char *user, const char *id)
{
	struct entry *e = memory != NULL
			      ? (struct entry *)lru_find(&memory->bases, user)
			      : NULL;

	if (e == NULL || strcmp(e->base->id, id) != 0)
		return NULL;
	lru_use(&memory->bases, &e->lru);
	return ledger_base_hold(e->base);
}

void
base_memory_keep(
    struct base_memory *memory, const char *user, struct ledger_base *base)
{
	if (memory != NULL)
		hold_base(memory, &memory->bases, user, base,
		    ledger_base_bytes(base));
}

/* What is read of a base that is not kept would be found by nobody. */
void
base_memory_keep_read(
    struct base_memory *memory, const char *user, struct ledger_base *base)
{
	if (base->read == NULL)
		return;
	if (memory != NULL && is_kept(&memory->bases, user, base))
		hold_base(memory, &memory->read, user, base, base->read_bytes);
	if (memory == NULL || !is_kept(&memory->read, user, base))
		ledger_base_unread(base);
}
