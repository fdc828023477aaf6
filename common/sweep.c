#include "sweep.h"

#include "names.h"

#define BATCH 64

/* With If-Match, so that a blob written since the list stays. */
static int
remove_older(
    struct app *app, const char *prefix, int64_t before, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op ops[BATCH];
	size_t i, n = 0;
	int rc = store_list(app->store, prefix, &list, err);

	for (i = 0; rc == 0 && i < list.n; i++) {
		const struct store_item *item = &list.items[i];

		if (item->modified_ms < before)
			ops[n++] = (struct store_op)STORE_REMOVE(
			    item->key, STORE_IF_MATCH, item->etag);
		if (n == BATCH || (n > 0 && i + 1 == list.n)) {
			rc = store_run(app->store, ops, n, err);
			store_ops_release(ops, n);
			n = 0;
		}
	}
	store_list_release(&list);
	return rc;
}

int
sweep_user(struct app *app, const char *user, struct err *err)
{
	struct buf claims = BUF_INIT, trash = BUF_INIT;
	int64_t now = app_now(app);
	int rc;

	names_key(&claims, NAMES_CLAIMS, user);
	names_key(&trash, NAMES_TRASH, user);
	rc = remove_older(app, claims.s, now - SWEEP_CLAIM_MS, err);
	if (rc == 0)
		rc = remove_older(app, trash.s, now - SWEEP_TRASH_MS, err);
	buf_release(&claims);
	buf_release(&trash);
	return rc;
}
