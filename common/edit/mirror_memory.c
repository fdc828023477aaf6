#include "edit/mirror_memory.h"

#include "base/std.h"
#include "store/names.h"

/* More users are not kept, so that a search by name stays short. */
#define USERS_MAX 512

#define RECORD_TEXTS 160 /* bytes of a record's texts, about */

struct entry {
	char user[NAMES_USER_MAX + 1];
	struct mirror_known known;
	size_t bytes;
	struct entry *next; /* used before this one */
};

struct mirror_memory {
	size_t max_bytes, bytes, n;
	struct entry *latest;
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

struct mirror_memory *
mirror_memory_new(size_t max_bytes)
{
	struct mirror_memory *memory = std_zalloc(sizeof *memory);

	memory->max_bytes = max_bytes;
	return memory;
}

/* Unlink an entry, which is the caller's then. */
static struct entry *
unlink_entry(struct mirror_memory *memory, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	memory->bytes -= e->bytes;
	memory->n--;
	return e;
}

static void
forget_oldest(struct mirror_memory *memory)
{
	struct entry **at = &memory->latest, *e;

	while ((*at)->next != NULL)
		at = &(*at)->next;
	e = unlink_entry(memory, at);
	mirror_memory_release(&e->known);
	free(e);
}

void
mirror_memory_free(struct mirror_memory *memory)
{
	if (memory == NULL)
		return;

	while (memory->n > 0)
		forget_oldest(memory);
	free(memory);
}

void
mirror_memory_take(
    struct mirror_memory *memory, const char *user, struct mirror_known *known)
{
	struct entry **at = &memory->latest, *e;

	while (*at != NULL && strcmp((*at)->user, user) != 0)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	e = unlink_entry(memory, at);
	*known = e->known;
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
	size_t bytes = shrink_known(known, memory->max_bytes);
	struct entry *e;

	if (bytes > memory->max_bytes)
		return;
	while (
	    memory->n == USERS_MAX || memory->bytes + bytes > memory->max_bytes)
		forget_oldest(memory);

	e = std_zalloc(sizeof *e);
	snprintf(e->user, sizeof e->user, "%s", user);
	e->known = *known;
	e->bytes = bytes;
	e->next = memory->latest;
	memory->latest = e;
	memory->bytes += bytes;
	memory->n++;
	*known = (struct mirror_known)MIRROR_KNOWN_INIT;
}

size_t
mirror_memory_bytes(const struct mirror_memory *memory)
{
	return memory->bytes;
}
