#include "inspect/fsck_user.h"

#include "app/numbers.h"
#include "app/strays_list.h"
#include "app/user_cache.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/object.h"
#include "git/object_id.h"
#include "inspect/copies.h"
#include "inspect/records.h"
#include "inspect/report.h"
#include "run/remote.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "sync/pending.h"
#include "sync/sweep.h"
#include "task/strays.h"
#include "task/taskset.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

/* For so long nobody needs to have looked, who sets off the sweep. */
#define FORGOTTEN_MS (30 * DAY_MS)

void
fsck_user_tell(const struct fsck *fsck, const char *code, const char *what,
    enum msg_id id, bool mended)
{
	struct msg msg, cause;

	msg_set(&msg, id);
	msg_value(&msg, "%s", what);
	if (mended) {
		cause = msg;
		msg_set(&msg, MSG_FSCK_MENDED);
		msg_cause(&msg, &cause);
	}
	findings_add(fsck->found, mended ? FINDING_WARN : FINDING_ERROR, code,
	    what, &msg);
}

void
fsck_user_tell_waste(const struct fsck *fsck, const char *code, const char *key,
    const char *etag, enum msg_id id)
{
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	int rc = 0;

	buf_adds(&blob.key, key);
	buf_adds(&blob.etag, etag);
	blob.is_there = true;
	if (fsck->repair)
		rc = blob_remove_if_same(fsck->app->store, &blob, &err);
	if (rc == -1)
		report_fault(fsck->found, key, &err);
	/* One that was written since it was looked at is no waste any more. */
	if (!fsck->repair || rc == -1 || !blob.is_there)
		fsck_user_tell(fsck, code, key, id, !blob.is_there);
	blob_release(&blob);
}

/* The records, and what they say of the mirror. */

struct known {
	const struct fsck *fsck;
	const char *user;
	struct ledger ledger;
	struct blob blob; /* sync.json */
	struct copies mirror;
	struct strays strays; /* what else lies in the mirror */
	bool must_save;       /* the ledger was mended */
	bool has_lease;       /* hold_records has taken it */
};

static void
release_known(struct known *k)
{
	ledger_release(&k->ledger);
	blob_release(&k->blob);
	copies_release(&k->mirror);
	strays_release(&k->strays);
}

/* Tell that the records cannot be read, by the base on which they lie if it is
 * missing or does not have its hash. */
static void
tell_broken(struct known *k)
{
	struct ledger_base *base = NULL;
	struct err err = ERR_INIT;
	struct buf key = BUF_INIT;
	char id[ENC_HASH_LEN + 1];

	buf_adds(&key, k->blob.key.s);
	if (ledger_blob_get_base(
		k->fsck->app, k->user, &k->blob, &base, &err) == 0 &&
	    base == NULL && ledger_scan_base(&k->blob.bytes, id)) {
		buf_reset(&key);
		names_records_key(&key, k->user, id);
	}
	fsck_user_tell(k->fsck, "unlesbar", key.s, MSG_FSCK_BROKEN, false);
	ledger_base_drop(base);
	buf_release(&key);
}

/* Return false if nothing can be said of the user by these records. */
static bool
load_ledger(struct known *k)
{
	struct err err = ERR_INIT;
	enum ledger_json json;

	names_key(&k->blob.key, NAMES_SYNC, k->user);
	if (blob_get(k->fsck->app->store, &k->blob, &err) == -1) {
		report_fault(k->fsck->found, k->blob.key.s, &err);
		return false;
	}
	if (!k->blob.is_there)
		return true;
	if (ledger_blob_parse(k->fsck->app, k->user, &k->blob, &k->ledger,
		&json, &err) == -1) {
		report_fault(k->fsck->found, k->blob.key.s, &err);
		return false;
	}
	if (json == LEDGER_JSON_GOOD)
		return true;
	if (json == LEDGER_JSON_NEWER)
		fsck_user_tell(
		    k->fsck, "fassung", k->blob.key.s, MSG_DOCTOR_NEWER, false);
	else
		tell_broken(k);
	return false;
}

/* Read the mirror, as a run lists it: nothing in a folder within is a task. */
static int
load_files(struct known *k, struct err *err)
{
	struct store *store = k->fsck->app->store;
	struct store_list list = STORE_LIST_SHALLOW;
	struct buf prefix = BUF_INIT;
	size_t i, n;
	int rc;

	names_task_prefix(&prefix, k->user);
	rc = store_list(store, prefix.s, &list, err);
	if (rc == 0)
		strays_list_read(&k->strays, &list, NULL, k->user);
	for (i = 0; rc == 0 && i < list.n; i += n) {
		n = copies_batch(list.n - i);
		rc = copies_add(store, list.items + i, n, &k->mirror, err);
	}
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}

/* Bytes that came with the recorded ETag must be the recorded ones. */
static bool
is_as_recorded(const struct copied *c, const struct ledger_file *f)
{
	char hash[ENC_HASH_LEN + 1];
	struct object_id id;

	if (c->is_barred || f == NULL || f->base[0] == '\0' ||
	    strcmp(f->etag, c->etag) != 0)
		return true; /* nothing is said of these bytes */
	taskset_hash(c->bytes.s, c->bytes.len, hash);
	object_id_of_blob(c->bytes.s, c->bytes.len, &id);
	return strcmp(hash, f->hash) == 0 && strcmp(id.hex, f->base) == 0;
}

/* Let the next run read the file and take it for an edit. */
static void
forget_etag(struct known *k, const char *file)
{
	struct ledger_file *f = ledger_record(&k->ledger, file);

	free(f->etag);
	f->etag = std_strdup("");
	k->must_save = true;
}

static void
check_mirror(struct known *k)
{
	size_t i;

	for (i = 0; i < k->mirror.n; i++) {
		const struct copied *c = &k->mirror.items[i];
		const char *file = names_task_of_key(c->key, k->user);
		const struct ledger_file *f =
		    file != NULL ? ledger_find(&k->ledger, file) : NULL;

		if (is_as_recorded(c, f))
			continue;
		if (k->fsck->repair)
			forget_etag(k, file);
		fsck_user_tell(k->fsck, "abweichung", c->key,
		    MSG_FSCK_UNLIKE_RECORD, k->fsck->repair);
	}
}

/* Two files of one number stand beside each other. */
static void
check_numbers(struct known *k)
{
	const char *last = NULL, *file;
	size_t i;

	for (i = 0; i < k->mirror.n; i++) {
		file = names_task_of_key(k->mirror.items[i].key, k->user);
		if (file == NULL)
			continue;
		if (last != NULL && names_number(last) == names_number(file))
			fsck_user_tell(k->fsck, "doppelt",
			    k->mirror.items[i].key, MSG_FSCK_TWIN, false);
		last = file;
	}
}

/* The branch's tree. */

static int
compare_copied(const void *a, const void *b)
{
	return strcmp(
	    ((const struct copied *)a)->key, ((const struct copied *)b)->key);
}

static const struct copied *
find_copied(const struct known *k, const char *file)
{
	struct copied wanted = {0};
	const struct copied *found = NULL;
	struct buf key = BUF_INIT;

	names_task_key(&key, k->user, file);
	wanted.key = key.s;
	if (k->mirror.n > 0)
		found = bsearch(&wanted, k->mirror.items, k->mirror.n,
		    sizeof wanted, compare_copied);
	buf_release(&key);
	return found;
}

/* What is recorded as equal to Git must have Git's id, and what Git has must
 * be here, as the records are of this very commit. */
static bool
is_as_in_git(const struct known *k, const struct remote_file *theirs)
{
	const struct copied *c = find_copied(k, theirs->file);
	const struct ledger_file *f = ledger_find(&k->ledger, theirs->file);
	struct object_id id;

	if (theirs->foreign != LEDGER_PLAIN || theirs->size > OBJECT_BLOB_MAX)
		return true;
	if (c == NULL)
		return false;
	/* One that is unlike its record has been told. */
	if (c->is_barred || ledger_shown(f, c->etag) != LEDGER_CLEAN ||
	    !is_as_recorded(c, f))
		return true;
	object_id_of_blob(c->bytes.s, c->bytes.len, &id);
	return strcmp(id.hex, theirs->blob.hex) == 0;
}

/* Let the next run read the folder in Git, whatever it knows of it. */
static void
forget_tree(struct known *k)
{
	k->ledger.tree[0] = k->ledger.tree_head[0] = '\0';
	k->must_save = true;
}

static void
check_remote(struct known *k)
{
	const struct fsck *fsck = k->fsck;
	const struct remote_place place = {k->user, fsck->head, ""};
	struct remote remote = REMOTE_INIT;
	struct buf key = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	/* A run is due anyway where Git has moved on. */
	if (fsck->github == NULL || strcmp(k->ledger.head, fsck->head) != 0)
		return;
	if (remote_read(fsck->app, fsck->github, &place, &remote, &err) !=
	    GITHUB_OK)
		report_fault(fsck->found, k->user, &err);
	for (i = 0; i < remote.n; i++) {
		if (is_as_in_git(k, &remote.files[i]))
			continue;
		if (fsck->repair)
			forget_tree(k);
		buf_reset(&key);
		names_task_key(&key, k->user, remote.files[i].file);
		fsck_user_tell(fsck, "abweichung", key.s, MSG_FSCK_UNLIKE_GIT,
		    fsck->repair);
	}
	buf_release(&key);
	remote_release(&remote);
}

/* Copies of conflicts. */

static bool
is_named(const struct known *k, const char *key)
{
	const struct ledger *ledger = &k->ledger;
	const char *slash = strrchr(key, '/');
	char hash[ENC_HASH_LEN + 1] = "";
	size_t i;

	if (slash != NULL)
		snprintf(hash, sizeof hash, "%s", slash + 1);
	for (i = 0; i < ledger->n; i++)
		if (ledger_in_conflict(ledger->files[i], hash))
			return true;
	for (i = 0; i < ledger->n_resolved; i++)
		if (strcmp(ledger->resolved[i].hash, hash) == 0)
			return true;
	return false;
}

/*
 * Take the lease of a run, if nobody has written the records since they were
 * read: a run that finds a copy of its conflict there already must not lose it.
 * save_known gives it back.
 */
static bool
hold_records(struct known *k)
{
	struct app *app = k->fsck->app;
	int64_t now = app_now(app), lease_ms = app->conf.sync_lease_ms;
	struct err err = ERR_INIT;
	bool ours = false;

	if (k->has_lease || !k->blob.is_there)
		return k->has_lease;
	ledger_clock_read(&k->ledger, now, k->blob.age_ms);
	if (ledger_clock_is_leased(&k->ledger, lease_ms, now))
		return false;
	free(k->ledger.run_id);
	k->ledger.run_id = std_strdup("fsck");
	k->ledger.run_until_ms = now + lease_ms;
	if (ledger_blob_save(app, &k->blob, &k->ledger, &ours, &err) == -1)
		report_fault(k->fsck->found, k->blob.key.s, &err);
	k->has_lease = k->must_save = ours;
	return ours;
}

/* Return true if the copy is in the trash instead. */
static bool
drop_copy(const struct known *k, const struct copied *c)
{
	struct store *store = k->fsck->app->store;
	struct blob from = BLOB_INIT, to = BLOB_INIT;
	struct err err = ERR_INIT;
	bool done;

	buf_adds(&from.key, c->key);
	buf_addf(&to.key, "%s", c->key);
	names_area_move(&to.key, NAMES_AREA_CONFLICTS, NAMES_AREA_TRASH);
	done = blob_copy(store, &from, &to, &err) == 0 &&
	       blob_remove(store, &from, &err) == 0;
	if (!done)
		report_fault(k->fsck->found, c->key, &err);
	blob_release(&from);
	blob_release(&to);
	return done;
}

static void
check_conflicts(struct known *k)
{
	struct copies copies = COPIES_INIT;
	struct buf prefix = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	names_key(&prefix, NAMES_CONFLICTS, k->user);
	if (copies_add_prefix(k->fsck->app->store, prefix.s, &copies, &err) ==
	    -1)
		report_fault(k->fsck->found, prefix.s, &err);
	for (i = 0; i < copies.n; i++)
		if (!is_named(k, copies.items[i].key))
			fsck_user_tell(k->fsck, "verwaist", copies.items[i].key,
			    MSG_FSCK_ORPHAN,
			    k->fsck->repair && hold_records(k) &&
				drop_copy(k, &copies.items[i]));
	copies_release(&copies);
	buf_release(&prefix);
}

/* Tell of bases that the sweep should have removed long ago. */
static void
check_bases(const struct known *k)
{
	struct store_list bases = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT, named = BUF_INIT;
	struct err err = ERR_INIT;
	int64_t before = app_now(k->fsck->app) - FORGOTTEN_MS;
	size_t i;

	names_key(&prefix, NAMES_RECORDS, k->user);
	if (k->ledger.under != NULL)
		names_records_key(&named, k->user, k->ledger.under->id);
	if (store_list(k->fsck->app->store, prefix.s, &bases, &err) == -1)
		report_fault(k->fsck->found, prefix.s, &err);
	for (i = 0; i < bases.n; i++)
		if (sweep_is_base_over(
			&bases, &bases.items[i], named.s, before))
			fsck_user_tell_waste(k->fsck, "verwaist",
			    bases.items[i].key, bases.items[i].etag,
			    MSG_FSCK_ORPHAN);
	store_list_release(&bases);
	buf_release(&prefix);
	buf_release(&named);
}

/* Find the number that none of the mirror's files has, nor a higher one. */
static unsigned
find_end(const struct known *k)
{
	struct numbers_used used = {.end = 0};
	size_t i;

	for (i = 0; i < k->mirror.n; i++) {
		const char *file =
		    names_task_of_key(k->mirror.items[i].key, k->user);

		if (file != NULL)
			numbers_note(&used, names_number(file));
	}
	numbers_note_barred(&used, &k->strays);
	return used.end;
}

/* The number of the next task must be above all.  Where none is stored, a list
 * finds it. */
static void
check_next_number(const struct known *k)
{
	struct app *app = k->fsck->app;
	struct blob stored = BLOB_INIT;
	struct err err = ERR_INIT;
	unsigned next, end = find_end(k);
	bool mended = false;

	names_key(&stored.key, NAMES_NEXT_ID, k->user);
	if (blob_get(app->store, &stored, &err) == -1) {
		report_fault(k->fsck->found, stored.key.s, &err);
	} else if (numbers_parse(&stored.bytes, &next) == 0 && next < end) {
		if (k->fsck->repair)
			mended = numbers_raise(app, k->user, end, &err) == 0;
		fsck_user_tell(
		    k->fsck, "nummer", stored.key.s, MSG_FSCK_NUMBER, mended);
	}
	blob_release(&stored);
}

/* Sessions, tokens and claims. */

/* A broken claim counts as none.  What a session or token is, nobody can say
 * any more: it is left for a backup to bring back. */
static void
tell_record(void *arg, const struct record *record)
{
	const struct known *k = arg;
	bool newer = record->parsed == USER_CACHE_NEWER;

	if (record->is_claim && !newer)
		fsck_user_tell_waste(k->fsck, "unlesbar", record->key,
		    record->etag, MSG_FSCK_BROKEN);
	else
		fsck_user_tell(k->fsck, newer ? "fassung" : "unlesbar",
		    record->key, newer ? MSG_DOCTOR_NEWER : MSG_FSCK_BROKEN,
		    false);
}

static void
check_records(struct known *k)
{
	struct err err = ERR_INIT;

	if (records_check(k->fsck->app->store, k->user, tell_record, k, &err) ==
	    -1)
		report_fault(k->fsck->found, k->user, &err);
}

/* Write what was mended, unless a run has written since: then it reads all of
 * it the next time. */
static void
save_known(struct known *k)
{
	struct app *app = k->fsck->app;
	struct err err = ERR_INIT;
	bool saved;

	if (!k->must_save)
		return;
	if (k->has_lease) {
		free(k->ledger.run_id);
		k->ledger.run_id = NULL;
	}
	if (ledger_blob_save(app, &k->blob, &k->ledger, &saved, &err) == -1 ||
	    pending_put(app, k->user, &err) == -1)
		report_fault(k->fsck->found, k->blob.key.s, &err);
	else if (!saved)
		fsck_user_tell(
		    k->fsck, "bewegt", k->blob.key.s, MSG_FSCK_MOVING, false);
}

void
fsck_user(const struct fsck *fsck, const char *user)
{
	struct known known = {.fsck = fsck,
	    .user = user,
	    .ledger = LEDGER_INIT,
	    .blob = BLOB_INIT,
	    .mirror = COPIES_INIT,
	    .strays = STRAYS_INIT};
	struct err err = ERR_INIT;

	if (!load_ledger(&known)) {
		/* It has been told. */
	} else if (load_files(&known, &err) == -1) {
		report_fault(fsck->found, user, &err);
	} else {
		check_mirror(&known);
		check_numbers(&known);
		check_remote(&known);
		check_conflicts(&known);
		check_bases(&known);
		check_next_number(&known);
		save_known(&known);
	}
	check_records(&known);
	release_known(&known);
}
