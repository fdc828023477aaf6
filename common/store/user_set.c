#include "store/user_set.h"

#include "store/names.h"

void
user_set_release(struct user_set *users)
{
	size_t i;

	for (i = 0; i < users->n; i++)
		free(users->names[i]);
	free(users->names);
	*users = (struct user_set)USER_SET_INIT;
}

/* Return the index of the name, or the one to insert it at. */
static size_t
find_user_index(const struct user_set *users, const char *name)
{
	size_t low = 0, high = users->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(users->names[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
user_set_has(const struct user_set *users, const char *name)
{
	size_t at = find_user_index(users, name);

	return at < users->n && strcmp(users->names[at], name) == 0;
}

void
user_set_add(struct user_set *users, const char *name, size_t len)
{
	char small[NAMES_USER_MAX + 1];
	size_t i, at;

	if (len > NAMES_USER_MAX || memchr(name, '\0', len) != NULL)
		return;
	for (i = 0; i < len; i++)
		small[i] = name[i] >= 'A' && name[i] <= 'Z'
			       ? (char)(name[i] - 'A' + 'a')
			       : name[i];
	small[len] = '\0';
	if (!names_user_ok(small) || user_set_has(users, small))
		return;

	at = find_user_index(users, small);
	STD_GROW(users->names, users->n, users->cap);
	memmove(users->names + at + 1, users->names + at,
	    (users->n - at) * sizeof *users->names);
	users->names[at] = std_strdup(small);
	users->n++;
}
