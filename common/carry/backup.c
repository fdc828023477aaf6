#include "carry/backup.h"

#include <time.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/bundle.h"
#include "inspect/copies.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/user_set.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

#define REST_TRIES    60 /* for a user's files to come to rest */
#define REST_PAUSE_MS 500

struct backup {
	struct store *store;
	struct bundle_writer *writer;
	struct findings *found;
	struct backup_counts *counts;
};

static void
tell_left(struct backup *backup, const char *key)
{
	struct msg msg;

	msg_set(&msg, MSG_BACKUP_LEFT);
	msg_value(&msg, "%s", key);
	findings_add(backup->found, FINDING_ERROR, "fehlt", key, &msg);
}

static int
save_copy(struct backup *backup, const struct copied *c, struct err *err)
{
	if (c->is_barred) {
		tell_left(backup, c->key);
		return 0;
	}
	backup->counts->blobs++;
	return bundle_add(
	    backup->writer, c->key, &c->bytes, c->modified_ms, err);
}

/* Add a blob that was read, if it is there. */
static void
add_blob(struct copies *copies, const struct blob *blob)
{
	struct copied *c;

	if (!blob->is_there)
		return;
	STD_GROW(copies->items, copies->n, copies->cap);
	c = &copies->items[copies->n++];
	*c = (struct copied){.key = std_strdup(blob->key.s),
	    .etag = std_strdup(blob->etag.s),
	    .bytes = BUF_INIT};
	buf_add(&c->bytes, blob->bytes.s, blob->bytes.len);
}

static bool
is_good_ledger(const struct blob *ledger, const struct blob *base)
{
	struct ledger_base *under =
	    base->is_there ? ledger_base_new(&base->bytes) : NULL;
	struct ledger sync = LEDGER_INIT;
	enum ledger_json parsed =
	    ledger_json_parse_on(&ledger->bytes, under, &sync);

	ledger_release(&sync);
	ledger_base_drop(under);
	return parsed == LEDGER_JSON_GOOD;
}

/* Add the base on which the ledger lies, which is there as long as the ledger is
 * this one; all of them if we cannot read it, as it may lie on any. */
static int
copy_bases(struct store *store, const char *user, const struct blob *ledger,
    struct copies *copies, struct err *err)
{
	struct blob base = BLOB_INIT;
	struct buf prefix = BUF_INIT;
	char id[ENC_HASH_LEN + 1];
	int rc = 0;

	if (ledger_scan_base(&ledger->bytes, id)) {
		names_records_key(&base.key, user, id);
		rc = blob_get(store, &base, err);
	}
	names_key(&prefix, NAMES_RECORDS, user);
	if (rc == 0 && is_good_ledger(ledger, &base))
		add_blob(copies, &base);
	else if (rc == 0)
		rc = copies_add_prefix(store, prefix.s, copies, err);
	blob_release(&base);
	buf_release(&prefix);
	return rc;
}

/* Add what is known of the user's files and Git, if there is such. */
static int
copy_ledger(struct store *store, const char *user, struct blob *ledger,
    struct copies *copies, struct err *err)
{
	if (blob_get(store, ledger, err) == -1)
		return -1;
	add_blob(copies, ledger);
	return ledger->is_there ? copy_bases(store, user, ledger, copies, err)
				: 0;
}

/* Set *rests if a run has not written the ledger since it was read. */
static int
look_again(struct store *store, const struct blob *ledger, bool *rests,
    struct err *err)
{
	struct blob now = BLOB_INIT;
	int rc;

	buf_adds(&now.key, ledger->key.s);
	rc = blob_get(store, &now, err);
	*rests = rc == 0 && now.is_there == ledger->is_there &&
		 strcmp(now.etag.s, ledger->etag.s) == 0;
	blob_release(&now);
	return rc;
}

static int
copy_mirror_once(struct store *store, const char *user, struct copies *copies,
    bool *rests, struct err *err)
{
	struct blob ledger = BLOB_INIT;
	struct buf prefix = BUF_INIT;
	int rc;

	names_key(&ledger.key, NAMES_SYNC, user);
	names_area_prefix(&prefix, NAMES_AREA_RAW, user);
	rc = copy_ledger(store, user, &ledger, copies, err);
	if (rc == 0)
		rc = copies_add_prefix(store, prefix.s, copies, err);
	if (rc == 0)
		rc = look_again(store, &ledger, rests, err);
	buf_release(&prefix);
	blob_release(&ledger);
	return rc;
}

/* Copy ledger and mirror so that they fit together. */
static int
copy_mirror(struct store *store, const char *user, struct copies *copies,
    struct err *err)
{
	const struct timespec pause = {.tv_nsec = REST_PAUSE_MS * 1000000L};
	unsigned i;
	bool rests = false;

	for (i = 0; i < REST_TRIES; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		copies_release(copies);
		if (copy_mirror_once(store, user, copies, &rests, err) == -1)
			return -1;
		if (rests)
			return 0;
	}
	err_set(err, ERR_BUSY, MSG_BACKUP_BUSY);
	return err_value(err, "%s", user);
}

static int
save_mirror(struct backup *backup, const char *user, struct err *err)
{
	struct copies copies = COPIES_INIT;
	size_t i;
	int rc = copy_mirror(backup->store, user, &copies, err);

	for (i = 0; rc == 0 && i < copies.n; i++)
		rc = save_copy(backup, &copies.items[i], err);
	copies_release(&copies);
	return rc;
}

/* Return true for what is saved with the mirror, and for the version, which a
 * restored site makes anew. */
static bool
is_saved_apart(const char *key)
{
	const char *user;

	return names_user_of_key(key, NAMES_SYNC, &user) > 0 ||
	       names_is_records(key) ||
	       names_user_of_key(key, NAMES_TOKEN, &user) > 0;
}

/* Save a listed area batch by batch, as copies of the trash may be large. */
static int
save_area(struct backup *backup, const struct store_list *list, struct err *err)
{
	struct copies copies = COPIES_INIT;
	size_t i, k, n;
	int rc = 0;

	for (i = 0; rc == 0 && i < list->n; i += n) {
		n = copies_batch(list->n - i);
		rc =
		    copies_add(backup->store, list->items + i, n, &copies, err);
		for (k = 0; rc == 0 && k < copies.n; k++)
			if (!is_saved_apart(copies.items[k].key))
				rc = save_copy(backup, &copies.items[k], err);
		copies_release(&copies);
	}
	return rc;
}

/* Save what the user has beside the mirror. */
static int
save_rest(struct backup *backup, const char *user, struct err *err)
{
	static const enum names_area areas[] = {
	    NAMES_AREA_TRASH, NAMES_AREA_CONFLICTS, NAMES_AREA_STATE};
	struct store_list list = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < ARRAY_LEN(areas); i++) {
		buf_reset(&prefix);
		names_area_prefix(&prefix, areas[i], user);
		rc = store_list(backup->store, prefix.s, &list, err);
		if (rc == 0)
			rc = save_area(backup, &list, err);
		store_list_release(&list);
	}
	buf_release(&prefix);
	return rc;
}

/* List the areas, all in one round. */
static int
list_areas(
    struct store *store, struct store_list lists[NAMES_AREAS], struct err *err)
{
	struct store_op ops[NAMES_AREAS];
	size_t i;
	int rc;

	for (i = 0; i < NAMES_AREAS; i++) {
		lists[i] = (struct store_list)STORE_LIST_INIT;
		ops[i] = (struct store_op)STORE_LIST(
		    names_area((enum names_area)i), &lists[i]);
	}
	rc = store_run(store, ops, NAMES_AREAS, err);
	store_ops_release(ops, NAMES_AREAS);
	return rc;
}

static void
release_lists(struct store_list lists[NAMES_AREAS])
{
	size_t i;

	for (i = 0; i < NAMES_AREAS; i++)
		store_list_release(&lists[i]);
}

/* Find all users; what is nobody's is left out. */
static int
find_users(struct backup *backup, struct user_set *users, struct err *err)
{
	struct store_list lists[NAMES_AREAS];
	const char *user;
	size_t i, k, len;
	int rc = list_areas(backup->store, lists, err);

	for (i = 0; rc == 0 && i < NAMES_AREAS; i++)
		for (k = 0; k < lists[i].n; k++) {
			len = names_area_user(lists[i].items[k].key, &user);
			if (len > 0)
				user_set_add(users, user, len);
			else
				tell_left(backup, lists[i].items[k].key);
		}
	release_lists(lists);
	return rc;
}

static int
save_users(struct backup *backup, struct err *err)
{
	struct user_set users = USER_SET_INIT;
	size_t i;
	int rc = find_users(backup, &users, err);

	for (i = 0; rc == 0 && i < users.n; i++) {
		rc = save_mirror(backup, users.names[i], err);
		if (rc == 0)
			rc = save_rest(backup, users.names[i], err);
	}
	backup->counts->users = users.n;
	user_set_release(&users);
	return rc;
}

int
backup_save(struct store *store, int fd, struct backup_counts *counts,
    struct findings *found, struct err *err)
{
	struct backup backup = {
	    .store = store, .found = found, .counts = counts};

	*counts = (struct backup_counts){0, 0};
	if (bundle_create(fd, &backup.writer, err) == -1)
		return -1;
	if (save_users(&backup, err) == -1) {
		bundle_abandon(backup.writer);
		return -1;
	}
	return bundle_finish(backup.writer, err);
}
