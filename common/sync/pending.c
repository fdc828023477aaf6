#include "sync/pending.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"
#include "git/object_id.h"
#include "store/names.h"
#include "store/store.h"

void
pending_mark_make(const struct app *app, const char *user, const char *after,
    struct pending_mark *mark)
{
	buf_init(&mark->key);
	buf_init(&mark->bytes);
	names_key(&mark->key, NAMES_PENDING, user);
	enc_stamp(&mark->bytes, app_now(app));
	if (after != NULL)
		buf_addf(&mark->bytes, "\n%s", after);
	mark->put = (struct store_op)STORE_PUT(
	    mark->key.s, STORE_ALWAYS, NULL, mark->bytes.s, mark->bytes.len);
}

void
pending_mark_release(struct pending_mark *mark)
{
	store_ops_release(&mark->put, 1);
	buf_release(&mark->key);
	buf_release(&mark->bytes);
}

int
pending_put_all(struct app *app, const struct user_set *users,
    const char *after, struct err *err)
{
	struct store_op *ops = std_zalloc((users->n + 1) * sizeof *ops);
	struct pending_mark *marks = std_zalloc((users->n + 1) * sizeof *marks);
	size_t i;
	int rc;

	for (i = 0; i < users->n; i++) {
		pending_mark_make(app, users->names[i], after, &marks[i]);
		ops[i] = marks[i].put;
	}
	rc = store_run(app->store, ops, users->n, err);
	for (i = 0; i < users->n; i++) {
		marks[i].put = ops[i];
		pending_mark_release(&marks[i]);
	}
	free(marks);
	free(ops);
	return rc;
}

int
pending_put(struct app *app, const char *user, struct err *err)
{
	struct pending_mark mark;
	int rc;

	pending_mark_make(app, user, NULL, &mark);
	rc = store_run(app->store, &mark.put, 1, err);
	pending_mark_release(&mark);
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
