#include "worker/head_watch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/std.h"
#include "git/refs.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/user_set.h"
#include "store/users.h"
#include "sync/pending.h"

int64_t
head_watch_next(const struct head_watch *watch, const struct app *app)
{
	return app->conf.sync_head_ms > 0 ? watch->next_ms : INT64_MAX;
}

/* Add the users whose last sync was of another head, or who had none. */
static int
find_behind(struct store *store, const struct user_set *users, const char *head,
    struct user_set *behind, struct err *err)
{
	struct blob *heads = std_zalloc((users->n + 1) * sizeof *heads);
	size_t i;
	int rc;

	for (i = 0; i < users->n; i++) {
		blob_init(&heads[i]);
		names_key(&heads[i].key, NAMES_LAST_HEAD, users->names[i]);
	}
	rc = blob_get_many(store, heads, users->n, err);
	for (i = 0; i < users->n; i++) {
		if (rc == 0 && strcmp(heads[i].bytes.s, head) != 0)
			user_set_add(
			    behind, users->names[i], strlen(users->names[i]));
		blob_release(&heads[i]);
	}
	free(heads);
	return rc;
}

static int
mark_behind(struct app *app, const char *head, bool *marked, struct err *err)
{
	struct user_set users = USER_SET_INIT, behind = USER_SET_INIT;
	int rc = users_list(app->store, &users, err);

	if (rc == 0)
		rc = find_behind(app->store, &users, head, &behind, err);
	if (rc == 0 && behind.n > 0)
		rc = pending_put_all(app, &behind, head, err);
	*marked = rc == 0 && behind.n > 0;
	user_set_release(&users);
	user_set_release(&behind);
	return rc;
}

int
head_watch_look(struct head_watch *watch, struct app *app,
    struct github *github, bool *marked, struct err *err)
{
	struct object_id head;

	*marked = false;
	watch->next_ms = clock_monotonic_ms() + app->conf.sync_head_ms;
	if (github_is_limited(github))
		return 0;
	if (refs_poll(github, app->conf.github_branch, watch->known, &head,
		err) != GITHUB_OK)
		return -1;
	if (strcmp(head.hex, watch->known) == 0)
		return 0;
	if (mark_behind(app, head.hex, marked, err) == -1)
		return -1;
	snprintf(watch->known, sizeof watch->known, "%s", head.hex);
	return 0;
}
