#include "base/counters.h"

#include "base/shared.h"
#include "base/std.h"

#include <sodium.h>

#define MAGIC     UINT64_C(0x636d67656e303031) /* "cmgen001" */
#define MARK_BITS UINT64_C(0xffff)

struct table {
	uint64_t magic;
	unsigned char key[crypto_shorthash_KEYBYTES];
	_Atomic uint64_t slots[COUNTERS_SLOTS];
};

struct counters {
	struct table *table;
	struct shared_kind kind;
};

static void
fill_key(void *table)
{
	struct table *t = table;

	randombytes_buf(t->key, sizeof t->key);
}

int
counters_open(
    const char *run, const char *name, struct counters **out, struct err *err)
{
	const struct shared_kind kind = {
	    .name = name,
	    .magic = MAGIC,
	    .size = sizeof(struct table),
	    .fill = fill_key,
	};
	struct table *table = shared_open(run, &kind, err);

	if (table == NULL)
		return -1;
	*out = std_zalloc(sizeof **out);
	(*out)->table = table;
	(*out)->kind = kind;
	return 0;
}

void
counters_close(struct counters *counters)
{
	if (counters == NULL)
		return;
	shared_close(counters->table, &counters->kind);
	free(counters);
}

static uint64_t
hash_user(const struct counters *counters, const char *user)
{
	unsigned char bytes[crypto_shorthash_BYTES];
	uint64_t n;

	crypto_shorthash(bytes, (const unsigned char *)user, strlen(user),
	    counters->table->key);
	memcpy(&n, bytes, sizeof n);
	return n;
}

_Atomic uint64_t *
counters_of(const struct counters *counters, const char *user)
{
	return &counters->table
		    ->slots[hash_user(counters, user) % COUNTERS_SLOTS];
}

uint64_t
counters_mark(const struct counters *counters, const char *user)
{
	return counters_long_mark(counters, user) & MARK_BITS;
}

uint64_t
counters_long_mark(const struct counters *counters, const char *text)
{
	return hash_user(counters, text) / COUNTERS_SLOTS;
}
