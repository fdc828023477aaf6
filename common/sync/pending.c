#include "sync/pending.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"
#include "git/object_id.h"
#include "store/names.h"
#include "store/store.h"

int
pending_put_all(struct app *app, const struct user_set *users,
    const char *after, struct err *err)
{
	struct store_op *ops = std_zalloc((users->n + 1) * sizeof *ops);
	struct buf *keys = std_zalloc((users->n + 1) * sizeof *keys);
	struct buf bytes = BUF_INIT;
	size_t i;
	int rc;

	enc_stamp(&bytes, app_now(app));
	if (after != NULL)
		buf_addf(&bytes, "\n%s", after);
	for (i = 0; i < users->n; i++) {
		buf_init(&keys[i]);
		names_key(&keys[i], NAMES_PENDING, users->names[i]);
		ops[i] = (struct store_op)STORE_PUT(
		    keys[i].s, STORE_ALWAYS, NULL, bytes.s, bytes.len);
	}
	rc = store_run(app->store, ops, users->n, err);
	store_ops_release(ops, users->n);
	for (i = 0; i < users->n; i++)
		buf_release(&keys[i]);
	buf_release(&bytes);
	free(keys);
	free(ops);
	return rc;
}

int
pending_put(struct app *app, const char *user, struct err *err)
{
	struct user_set one = USER_SET_INIT;
	int rc;

	user_set_add(&one, user, strlen(user));
	rc = pending_put_all(app, &one, NULL, err);
	user_set_release(&one);
	return rc;
}

void
pending_read(const struct buf *bytes, struct pending_note *note)
{
	const char *after = strchr(bytes->s, '\n');

	memset(note, 0, sizeof *note);
	note->at_ms = strtoll(bytes->s, NULL, 10);
	if (after != NULL && object_id_ok(after + 1))
		snprintf(note->after, sizeof note->after, "%s", after + 1);
}

int
pending_list(struct app *app, struct store_list *marks, struct err *err)
{
	return store_list(app->store, names_folder(NAMES_PENDING), marks, err);
}

const char *
pending_user(const struct store_item *item)
{
	const char *user;

	/* A foreign blob under pending/ is no user's mark. */
	return names_user_of_key(item->key, NAMES_PENDING, &user) > 0 &&
		       names_user_ok(user)
		   ? user
		   : NULL;
}
