#include "carry/restore.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/bundle.h"
#include "settings/conf.h"
#include "store/fill.h"
#include "store/names.h"
#include "store/sorted.h"
#include "store/store.h"
#include "store/user_set.h"
#include "sync/pending.h"
#include "task/taskset.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_etags.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

/* A file of the mirror as it stands in the store now. */
struct mirrored {
	char *key;
	char hash[ENC_HASH_LEN + 1];
	char *etag;
};

struct restore {
	struct app *app;
	struct user_set users;
	char **keys; /* of the file; sorted once it is read through */
	size_t n, cap;
	struct fill fill;
	struct fill_blob *last; /* what is put when all else is there */
	size_t n_last, cap_last;
	struct fill_blob *bases; /* on which these lie */
	size_t n_bases, cap_bases;
	struct mirrored *mirror;
	size_t n_mirror, cap_mirror;
};

static void
release_blobs(struct fill_blob *blobs, size_t n)
{
	while (n > 0) {
		free(blobs[--n].key);
		buf_release(&blobs[n].bytes);
	}
	free(blobs);
}

static void
release_restore(struct restore *r)
{
	while (r->n > 0)
		free(r->keys[--r->n]);
	free(r->keys);
	while (r->n_mirror > 0) {
		free(r->mirror[--r->n_mirror].key);
		free(r->mirror[r->n_mirror].etag);
	}
	free(r->mirror);
	user_set_release(&r->users);
	release_blobs(r->last, r->n_last);
	release_blobs(r->bases, r->n_bases);
	fill_release(&r->fill);
}

/* The first reading: what the file has, and for whom. */

static int
take_key(void *arg, const char *key, const struct buf *bytes, struct err *err)
{
	struct restore *r = arg;
	const char *user;
	size_t len = names_area_user(key, &user);

	(void)bytes;
	if (len == 0)
		return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
	user_set_add(&r->users, user, len);
	STD_GROW(r->keys, r->n, r->cap);
	r->keys[r->n++] = std_strdup(key);
	return 0;
}

static int
compare_saved_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
has_key(const struct restore *r, const char *key)
{
	return bsearch(&key, r->keys, r->n, sizeof *r->keys,
		   compare_saved_keys) != NULL;
}

static int
refuse_store(struct err *err, const char *key)
{
	err_set(err, ERR_SETTING, MSG_RESTORE_NOT_EMPTY);
	return err_value(err, "%s", key);
}

/* Refuse a store that has a blob which the file does not; a version is made
 * anew in any case. */
static int
check_list(
    const struct restore *r, const struct store_list *list, struct err *err)
{
	const char *user;
	size_t i;

	for (i = 0; i < list->n; i++) {
		const char *key = list->items[i].key;

		if (!has_key(r, key) &&
		    names_user_of_key(key, NAMES_TOKEN, &user) == 0)
			return refuse_store(err, key);
	}
	return 0;
}

static int
check_store(const struct restore *r, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < NAMES_AREAS; i++) {
		rc = store_list(
		    r->app->store, names_area((enum names_area)i), &list, err);
		if (rc == 0)
			rc = check_list(r, &list, err);
		store_list_release(&list);
	}
	return rc;
}

/* The second one: put it. */

/* Note with which ETag a file of the mirror stands in the store; refuse a blob
 * that was there with other bytes. */
static int
note_put(void *arg, const struct fill_blob *blob, enum fill_result result,
    const char *etag, struct err *err)
{
	struct restore *r = arg;
	struct mirrored *m;

	if (result == FILL_OTHER)
		return refuse_store(err, blob->key);
	if (!std_starts(blob->key, names_area(NAMES_AREA_RAW)))
		return 0;
	STD_GROW(r->mirror, r->n_mirror, r->cap_mirror);
	m = &r->mirror[r->n_mirror++];
	m->key = std_strdup(blob->key);
	m->etag = std_strdup(etag);
	taskset_hash(blob->bytes.s, blob->bytes.len, m->hash);
	return 0;
}

static int
take_saved(void *arg, const char *key, const struct buf *bytes, struct err *err)
{
	struct restore *r = arg;
	struct buf copy = BUF_INIT;
	const char *user;

	buf_add(&copy, bytes->s, bytes->len);
	if (names_is_records(key)) {
		STD_GROW(r->bases, r->n_bases, r->cap_bases);
		r->bases[r->n_bases++] =
		    (struct fill_blob){std_strdup(key), copy};
		return 0;
	}
	if (names_user_of_key(key, NAMES_SYNC, &user) == 0)
		return fill_add(&r->fill, key, &copy, err);
	STD_GROW(r->last, r->n_last, r->cap_last);
	r->last[r->n_last++] = (struct fill_blob){std_strdup(key), copy};
	return 0;
}

static int
compare_mirrored(const void *a, const void *b)
{
	return strcmp(((const struct mirrored *)a)->key,
	    ((const struct mirrored *)b)->key);
}

struct mirror_of {
	const struct restore *restore;
	char user[NAMES_USER_MAX + 1];
};

static const char *
find_etag(const void *arg, const char *file, const char *hash)
{
	const struct mirror_of *of = arg;
	const struct restore *r = of->restore;
	const struct mirrored *found;
	struct buf key = BUF_INIT;

	if (!names_file_ok(file))
		return NULL;
	names_task_key(&key, of->user, file);
	const struct mirrored wanted = {.key = key.s};
	found = r->n_mirror > 0 ? bsearch(&wanted, r->mirror, r->n_mirror,
				      sizeof *r->mirror, compare_mirrored)
				: NULL;
	buf_release(&key);
	return found != NULL && strcmp(found->hash, hash) == 0 ? found->etag
							       : NULL;
}

static int
compare_bases(const void *a, const void *b)
{
	return strcmp(((const struct fill_blob *)a)->key,
	    ((const struct fill_blob *)b)->key);
}

/* Return the base on which a ledger lies, held; NULL if there is none. */
static struct ledger_base *
find_base(const struct restore *r, const char *user, const struct buf *ledger)
{
	struct ledger_base *base = NULL;
	struct buf key = BUF_INIT;
	char id[ENC_HASH_LEN + 1];
	size_t at;

	if (!ledger_scan_base(ledger, id))
		return NULL;
	names_records_key(&key, user, id);
	if (sorted_find(r->bases, r->n_bases, sizeof *r->bases, key.s, &at))
		base = ledger_base_new(&r->bases[at].bytes);
	buf_release(&key);
	return base;
}

/*
 * A record is true if its file stands in the store with the recorded ETag: give
 * it the one of this store.  The ledger lies on no base then, as that has the
 * ETags of another one.  Return false, and leave it as it is, if we cannot read
 * it.
 */
static bool
fit_ledger(const struct mirror_of *of, struct fill_blob *saved)
{
	struct ledger ledger = LEDGER_INIT;
	struct ledger_base *base =
	    find_base(of->restore, of->user, &saved->bytes);
	bool is_good = ledger_json_parse_on(&saved->bytes, base, &ledger) ==
		       LEDGER_JSON_GOOD;

	if (is_good) {
		ledger_base_set(&ledger.under, NULL);
		ledger_etags_set(&ledger, find_etag, of);
		buf_reset(&saved->bytes);
		(void)ledger_json_print(&saved->bytes, &ledger);
	}
	ledger_base_drop(base);
	ledger_release(&ledger);
	return is_good;
}

/* Put all bases of the user. */
static int
put_bases(struct restore *r, const char *user, struct err *err)
{
	struct buf prefix = BUF_INIT;
	size_t i;
	int rc = 0;

	names_key(&prefix, NAMES_RECORDS, user);
	for (i = 0; rc == 0 && i < r->n_bases; i++)
		if (std_starts(r->bases[i].key, prefix.s))
			rc = fill_add(
			    &r->fill, r->bases[i].key, &r->bases[i].bytes, err);
	buf_release(&prefix);
	return rc;
}

/* Fit all ledgers, and put the bases of those that stay as they are. */
static int
fit_all(struct restore *r, struct err *err)
{
	struct mirror_of of = {.restore = r};
	const char *user;
	size_t i, len;
	int rc = 0;

	for (i = 0; rc == 0 && i < r->n_last; i++) {
		len = names_user_of_key(r->last[i].key, NAMES_SYNC, &user);
		snprintf(of.user, sizeof of.user, "%.*s", (int)len, user);
		if (!fit_ledger(&of, &r->last[i]))
			rc = put_bases(r, of.user, err);
	}
	return rc == 0 ? fill_end(&r->fill, err) : -1;
}

static int
put_last(struct restore *r, struct err *err)
{
	size_t i;
	int rc = fit_all(r, err);

	for (i = 0; rc == 0 && i < r->n_last; i++)
		rc = fill_add(&r->fill, r->last[i].key, &r->last[i].bytes, err);
	return rc == 0 ? fill_end(&r->fill, err) : -1;
}

static int
put_all(struct restore *r, int fd, struct err *err)
{
	if (bundle_read(fd, take_saved, r, err) == -1 ||
	    fill_end(&r->fill, err) == -1)
		return -1;
	if (r->n_mirror > 0)
		qsort(r->mirror, r->n_mirror, sizeof *r->mirror,
		    compare_mirrored);
	if (r->n_bases > 0)
		qsort(r->bases, r->n_bases, sizeof *r->bases, compare_bases);
	return put_last(r, err);
}

/* Let every program of any host see the users' tasks.  A user whose version
 * cannot be raised takes no other's with it; the first error is told. */
static int
bump_all(struct restore *r, struct err *err)
{
	struct err unused = ERR_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < r->users.n; i++)
		if (app_bump(r->app, r->users.names[i], NULL,
			rc == 0 ? err : &unused) == -1)
			rc = -1;
	return rc;
}

/* The same, and let a run follow. */
static int
tell_all(struct restore *r, struct err *err)
{
	if (bump_all(r, err) == -1)
		return -1;
	return conf_has_repo(&r->app->conf)
		   ? pending_put_all(r->app, &r->users, NULL, err)
		   : 0;
}

int
restore_run(
    struct app *app, int fd, struct backup_counts *counts, struct err *err)
{
	struct restore r = {.app = app,
	    .users = USER_SET_INIT,
	    .fill = FILL_INIT(app->store, note_put, &r)};
	struct err unused = ERR_INIT;
	int rc = bundle_read(fd, take_key, &r, err);

	if (rc == 0) {
		qsort(r.keys, r.n, sizeof *r.keys, compare_saved_keys);
		rc = check_store(&r, err);
	}
	if (rc == 0 && put_all(&r, fd, err) == -1) {
		rc = -1;
		(void)!bump_all(&r, &unused); /* a part may be stored */
	}
	if (rc == 0)
		rc = tell_all(&r, err);
	*counts = (struct backup_counts){r.users.n, r.n};
	release_restore(&r);
	return rc;
}
