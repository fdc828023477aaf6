#include "store/users.h"

#include "store/names.h"

int
users_list(struct store *store, struct user_set *users, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	const char *user;
	size_t i, len;

	/* One list shows both kinds, as they stand in one folder. */
	if (store_list(store, names_folder(NAMES_TOKEN), &list, err) == -1)
		return -1;
	for (i = 0; i < list.n; i++) {
		const char *key = list.items[i].key;

		len = names_user_of_key(key, NAMES_TOKEN, &user);
		if (len == 0)
			len = names_user_of_key(key, NAMES_SYNC, &user);
		if (len > 0)
			user_set_add(users, user, len);
	}
	store_list_release(&list);
	return 0;
}
