#include "store/users.h"

#define STATE "state/"

int
users_list(struct store *store, struct user_set *users, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	const char *user, *blob;
	size_t i;

	if (store_list(store, STATE, &list, err) == -1)
		return -1;
	for (i = 0; i < list.n; i++) {
		user = list.items[i].key + strlen(STATE);
		blob = strchr(user, '/');
		if (blob != NULL && (strcmp(blob, "/cacheVersion.txt") == 0 ||
					strcmp(blob, "/sync.json") == 0))
			user_set_add(users, user, (size_t)(blob - user));
	}
	store_list_release(&list);
	return 0;
}
