#include "store/user_set.h"

#include "store/names.h"
#include "store/sorted.h"

void
user_set_release(struct user_set *users)
{
	size_t i;

	for (i = 0; i < users->n; i++)
		free(users->names[i]);
	free(users->names);
	*users = (struct user_set)USER_SET_INIT;
}

bool
user_set_has(const struct user_set *users, const char *name)
{
	size_t at;

	return sorted_find(
	    users->names, users->n, sizeof *users->names, name, &at);
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
	if (!names_user_ok(small) || sorted_find(users->names, users->n,
					 sizeof *users->names, small, &at))
		return;

	STD_GROW(users->names, users->n, users->cap);
	sorted_open(users->names, users->n++, sizeof *users->names, at);
	users->names[at] = std_strdup(small);
}
