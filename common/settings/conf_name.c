#include "settings/conf_name.h"

#include "settings/conf_table.h"

#define LEN_MAX 63 /* of a name that is compared; ours have 25 */
#define SLIPS   2  /* changes that a slip of the fingers makes, */
#define LETTERS 6  /* one in so many letters */

static bool
begins_with(const char *name, size_t len, const char *prefix)
{
	return len >= strlen(prefix) &&
	       memcmp(name, prefix, strlen(prefix)) == 0;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * Count the changes from one name to the other: the optimal string alignment
 * distance, row by row of its table; the last three rows are kept.
 */
static unsigned
count_changes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned rows[3][LEN_MAX + 1] = {{0}};
	unsigned *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	unsigned n;
	size_t i, k;

	for (k = 0; k <= b_len; k++)
		last[k] = (unsigned)k;
	for (i = 1; i <= a_len; i++) {
		row[0] = (unsigned)i;
		for (k = 1; k <= b_len; k++) {
			n = last[k - 1] + (a[i - 1] != b[k - 1]);
			n = least(n, least(last[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				n = least(n, before[k - 2] + 1);
			row[k] = n;
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b_len];
}

/* Find the nearest setting and count the changes to it. */
static const char *
find_nearest(const char *name, size_t len, unsigned *changes)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);
	const char *nearest = NULL;
	unsigned count;

	*changes = LEN_MAX;
	for (i = 0; i < n && len <= LEN_MAX; i++) {
		count = count_changes(
		    name, len, settings[i].name, strlen(settings[i].name));
		if (count < *changes) {
			*changes = count;
			nearest = settings[i].name;
		}
	}
	return nearest;
}

static bool
is_close(const char *name, size_t len)
{
	unsigned changes;

	return find_nearest(name, len, &changes) != NULL && changes <= SLIPS &&
	       changes <= len / LETTERS;
}

/* Names that scripts, tests and commands of this project take from the
 * environment. */
static bool
is_of_scripts(const char *name, size_t len)
{
	return begins_with(name, len, "CODEX_BUILD") ||
	       begins_with(name, len, "CODEX_LIMITS") ||
	       begins_with(name, len, "CODEX_NODE_MODULES") ||
	       begins_with(name, len, "CODEX_TEST_") ||
	       begins_with(name, len, "CODEX_TOKEN") ||
	       begins_with(name, len, "CODEX_URL");
}

bool
conf_name_is_odd(const char *name, size_t len)
{
	static const char *const prefixes[] = {
	    "CODEX_", "CACHE_", "GITHUB_", "SYNC_", "AZURE_", "REDIS_"};
	size_t i;

	if (conf_table_find(name, len) != NULL)
		return false;
	for (i = 0; i < ARRAY_LEN(prefixes); i++)
		if (begins_with(name, len, prefixes[i]))
			return true;
	return is_close(name, len);
}

bool
conf_name_is_odd_here(const char *name, size_t len)
{
	if (!conf_name_is_odd(name, len) || is_of_scripts(name, len))
		return false;
	if (begins_with(name, len, "GITHUB_") ||
	    begins_with(name, len, "AZURE_"))
		return is_close(name, len);
	return true;
}

const char *
conf_name_nearest(const char *name, size_t len)
{
	unsigned changes;
	const char *nearest = find_nearest(name, len, &changes);

	return changes <= len / 2 ? nearest : NULL;
}
