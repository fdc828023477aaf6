#include "edit/mirror_memory.h"

#include "app/lru.h"
#include "base/std.h"
#include "store/names.h"

#define RECORD_TEXTS 160 /* bytes of a record's texts, about */

struct entry {
	struct lru_entry lru;
	struct mirror_known known;
	char user[NAMES_USER_MAX + 1];
};

struct mirror_memory {
	struct lru lru;
};

void
mirror_memory_release(struct mirror_known *known)
{
	taskset_release(&known->set);
	ledger_release(&known->sync);
	free(known->sync_etag);
	gzip_parts_release(&known->week);
	*known = (struct mirror_known)MIRROR_KNOWN_INIT;
}

static void
free_mirror(struct lru_entry *entry)
{
	struct entry *e = (struct entry *)entry;

	mirror_memory_release(&e->known);
	free(e);
}

struct mirror_memory *
mirror_memory_new(size_t max_bytes)
{
	struct mirror_memory *memory = std_zalloc(sizeof *memory);

	lru_init(&memory->lru, max_bytes, free_mirror);
	return memory;
}

void
mirror_memory_free(struct mirror_memory *memory)
{
	if (memory == NULL)
		return;

	lru_release(&memory->lru);
	free(memory);
}

void
mirror_memory_take(
    struct mirror_memory *memory, const char *user, struct mirror_known *known)
{
	struct entry *e = (struct entry *)lru_find(&memory->lru, user);

	if (e == NULL)
		return;
	*known = e->known;
	lru_take(&memory->lru, &e->lru);
	free(e);
}

static size_t
known_bytes(struct mirror_known *known)
{
	return sizeof(struct entry) + taskset_bytes(&known->set) +
	       gzip_parts_bytes(&known->week) +
	       known->sync.n * (sizeof(struct ledger_file) + RECORD_TEXTS);
}

/* Make what is known of a user smaller than the bound: forget first what is made
 * anew with least effort. */
static size_t
shrink_known(struct mirror_known *known, size_t max_bytes)
{
	size_t bytes = known_bytes(known);

	if (bytes > max_bytes) {
		gzip_parts_release(&known->week);
		bytes = known_bytes(known);
	}
	if (bytes > max_bytes) {
		ledger_release(&known->sync);
		free(known->sync_etag);
		known->sync_etag = NULL;
		bytes = known_bytes(known);
	}
	if (bytes > max_bytes)
		mirror_memory_release(known);
	return bytes;
}

void
mirror_memory_put(
    struct mirror_memory *memory, const char *user, struct mirror_known *known)
{
	size_t bytes = shrink_known(known, memory->lru.max_bytes);
	struct entry *e;

	if (bytes > memory->lru.max_bytes)
		return;
	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	e->known = *known;
	e->lru.user = e->user;
	e->lru.bytes = bytes;
	lru_add(&memory->lru, &e->lru);
	*known = (struct mirror_known)MIRROR_KNOWN_INIT;
}

size_t
mirror_memory_bytes(const struct mirror_memory *memory)
{
	return memory->lru.bytes;
}

uint64_t
mirror_memory_steps(const struct mirror_memory *memory)
{
	return memory->lru.steps;
}
