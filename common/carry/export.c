#include "carry/export.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "edit/mirror.h"
#include "inspect/copies.h"
#include "store/names.h"
#include "store/store.h"
#include "store/user_set.h"
#include "store/users.h"
#include "task/strays.h"
#include "task/taskset.h"

static int
check_user(struct app *app, const char *user, struct err *err)
{
	struct user_set users = USER_SET_INIT;
	int rc = users_list(app->store, &users, err);

	if (rc == 0 && !(names_user_ok(user) && user_set_has(&users, user))) {
		err_set(err, ERR_NOT_FOUND, MSG_STATUS_NOBODY);
		rc = err_value(err, "%s", user);
	}
	user_set_release(&users);
	return rc;
}

/* Read the bytes of a batch of files, from that one on. */
static int
fetch_bytes(struct app *app, const char *user, const struct taskset *set,
    size_t from, struct copies *copies, struct err *err)
{
	struct store_item items[COPIES_BATCH];
	size_t i, n = copies_batch(set->n - from);
	int rc;

	for (i = 0; i < n; i++) {
		struct buf key = BUF_INIT;

		names_task_key(&key, user, set->files[from + i].file);
		items[i] = (struct store_item){.key = key.s};
	}
	rc = copies_add(app->store, items, n, copies, err);
	for (i = 0; i < n; i++)
		free(items[i].key);
	return rc;
}

/* Read the bytes of all files that the set names. */
static int
read_files(struct app *app, const char *user, const struct taskset *set,
    struct copies *copies, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < set->n; i += COPIES_BATCH)
		rc = fetch_bytes(app, user, set, i, copies, err);
	return rc;
}

/* Let the text of a bad file be one: bytes that are no UTF-8 become U+FFFD. */
static void
clean_text(struct buf *bytes)
{
	struct buf text = BUF_INIT;
	size_t at, n;

	if (enc_is_utf8(bytes->s, bytes->len))
		return;
	for (at = 0; at < bytes->len; at += n) {
		n = enc_utf8_len(bytes->s + at);
		if (n <= bytes->len - at && enc_is_utf8(bytes->s + at, n)) {
			buf_add(&text, bytes->s + at, n);
		} else {
			buf_adds(&text, "\xef\xbf\xbd");
			n = 1;
		}
	}
	buf_move(bytes, &text);
}

/*
 * Parse what was read in place of what the index knows: a file may have changed
 * since.  Both sets are in the order of names, so bytes[i] is of files[i].
 */
static struct buf *
renew_set(struct taskset *set, const char *user, struct copies *copies)
{
	struct buf *bytes = std_alloc((copies->n + 1) * sizeof *bytes);
	struct taskset read = TASKSET_INIT;
	size_t i;

	for (i = 0; i < copies->n; i++) {
		struct copied *c = &copies->items[i];

		if (c->is_barred)
			continue;
		taskset_add(&read, names_task_of_key(c->key, user), c->etag,
		    c->bytes.s, c->bytes.len);
		clean_text(&c->bytes);
		bytes[read.n - 1] = c->bytes;
	}
	read.strays = set->strays;
	set->strays = (struct strays)STRAYS_INIT;
	taskset_release(set);
	*set = read;
	return bytes;
}

/* Read the user's sides of conflicts with Git. */
static int
read_conflicts(
    struct app *app, const char *user, struct copies *copies, struct err *err)
{
	struct buf prefix = BUF_INIT;
	size_t i;
	int rc;

	names_key(&prefix, NAMES_CONFLICTS, user);
	rc = copies_add_prefix(app->store, prefix.s, copies, err);
	for (i = 0; i < copies->n; i++)
		clean_text(&copies->items[i].bytes);
	buf_release(&prefix);
	return rc;
}

int
export_run(struct app *app, const char *user, export_form_fn *form,
    struct buf *out, struct err *err)
{
	struct mirror mirror = MIRROR_INIT;
	struct copies copies = COPIES_INIT, conflicts = COPIES_INIT;
	struct export_source source;
	struct buf *bytes;
	int rc = check_user(app, user, err);

	if (rc == 0)
		rc = mirror_load(app, user, &mirror, err);
	if (rc == 0)
		rc = read_files(app, user, &mirror.set, &copies, err);
	if (rc == 0)
		rc = read_conflicts(app, user, &conflicts, err);
	if (rc == 0) {
		bytes = renew_set(&mirror.set, user, &copies);
		source = (struct export_source){
		    mirror_week(app, user, &mirror, app_now(app)), bytes,
		    &conflicts};
		form(out, &source);
		free(bytes);
	}
	copies_release(&copies);
	copies_release(&conflicts);
	mirror_release(&mirror);
	return rc;
}
