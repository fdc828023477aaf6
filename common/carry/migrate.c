#include "carry/migrate.h"

#include "app/app.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/first_keys.h"
#include "inspect/copies.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/fill.h"
#include "store/names.h"
#include "store/store.h"
#include "store/user_set.h"
#include "sync/pending.h"

/* A blob of the container. */
struct entry {
	struct first_key at;
	const struct store_item *item;
	char hash[ENC_HASH_LEN + 1]; /* of a file's bytes, once they are read */
	bool is_left;                /* it was not taken: it stays */
};

struct work {
	struct migrate *m;
	struct store_list list;
	struct entry *entries; /* by target, then by key */
	size_t n;
	size_t told; /* how many of `sent` fill has told of */
	struct entry **sent;
	size_t n_sent;
	struct user_set users;
	unsigned next_of_all; /* the number stored for all */
};

static bool
is_in_place(const struct migrate *m)
{
	return m->from == m->app->store;
}

static void
leave(struct work *w, struct entry *e, enum finding_level level, enum msg_id id)
{
	struct msg msg;

	e->is_left = true;
	w->m->counts.left++;
	msg_set(&msg, id);
	msg_value(&msg, "%s", e->item->key);
	findings_add(w->m->found, level, "bleibt", e->item->key, &msg);
}

/* What is there. */

static int
order_by_target(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->at.target.s, y->at.target.s);

	return order != 0 ? order : strcmp(x->item->key, y->item->key);
}

/* Tasks of nobody are an error: somebody misses them. */
static void
note_entry(struct work *w, struct entry *e)
{
	bool is_task = std_starts(e->item->key, names_area(NAMES_AREA_RAW));

	if (e->at.sort == FIRST_OTHER ||
	    (e->at.sort == FIRST_OURS && !is_in_place(w->m)))
		leave(w, e, is_task ? FINDING_ERROR : FINDING_WARN,
		    MSG_MIGRATE_LEFT);
	else if (e->at.user[0] != '\0')
		user_set_add(&w->users, e->at.user, strlen(e->at.user));
}

static int
list_container(struct work *w, struct err *err)
{
	size_t i;

	if (store_list(w->m->from, "", &w->list, err) == -1)
		return -1;
	if (w->list.n == 0) {
		err_set(err, ERR_SETTING, MSG_MIGRATE_EMPTY);
		return err_value(err, "%s", w->m->container);
	}
	w->entries = std_zalloc(w->list.n * sizeof *w->entries);
	w->sent = std_zalloc(w->list.n * sizeof *w->sent);
	w->n = w->list.n;
	for (i = 0; i < w->n; i++) {
		struct entry *e = &w->entries[i];

		e->at = (struct first_key)FIRST_KEY_INIT;
		e->item = &w->list.items[i];
		first_keys_read(e->item->key, w->m->owner, &e->at);
		note_entry(w, e);
	}
	qsort(w->entries, w->n, sizeof *w->entries, order_by_target);
	w->m->counts.users = w->users.n;
	return 0;
}

/* Files and records. */

static bool
is_carried(const struct entry *e)
{
	return e->at.sort == FIRST_FILE || e->at.sort == FIRST_RECORD;
}

static bool
is_at_its_key(const struct work *w, const struct entry *e)
{
	return is_in_place(w->m) && strcmp(e->item->key, e->at.target.s) == 0;
}

static int
count_carried(struct work *w, struct entry *e, enum fill_result result)
{
	if (result == FILL_ADDED)
		w->m->counts.added++;
	else if (result == FILL_SAME)
		w->m->counts.same++;
	else
		leave(w, e, FINDING_ERROR, MSG_MIGRATE_KEPT);
	return 0;
}

static int
note_sent(void *arg, const struct fill_blob *blob, enum fill_result result,
    const char *etag, struct err *err)
{
	struct work *w = arg;

	(void)blob;
	(void)etag;
	(void)err;
	return count_carried(w, w->sent[w->told++], result);
}

/* Say what would become of an entry. */
static int
foresee(struct work *w, struct entry *e, const struct buf *bytes,
    const struct entry *twin, struct err *err)
{
	struct blob there = BLOB_INIT;
	enum fill_result result = FILL_ADDED;
	int rc = 0;

	buf_adds(&there.key, e->at.target.s);
	if (twin != NULL) {
		result =
		    strcmp(twin->hash, e->hash) == 0 ? FILL_SAME : FILL_OTHER;
	} else {
		rc = blob_get(w->m->app->store, &there, err);
		if (there.is_barred || (rc == 0 && there.is_there))
			result = rc == 0 && buf_eq(&there.bytes, bytes)
				     ? FILL_SAME
				     : FILL_OTHER;
		rc = there.is_barred ? 0 : rc;
	}
	blob_release(&there);
	return rc == 0 ? count_carried(w, e, result) : -1;
}

/* Two folders of one user may have a file of the same name: the first one is
 * put before the other is looked at. */
static int
carry_entry(struct work *w, struct fill *fill, struct entry *e,
    struct buf *bytes, struct err *err)
{
	const struct entry *before = e > w->entries ? e - 1 : NULL;
	bool is_twin = before != NULL && before->at.target.len > 0 &&
		       strcmp(before->at.target.s, e->at.target.s) == 0;

	enc_hash(bytes->s, bytes->len, e->hash);
	if (is_at_its_key(w, e)) {
		w->m->counts.same++;
		return 0;
	}
	if (w->m->dry_run)
		return foresee(w, e, bytes, is_twin ? before : NULL, err);
	if (is_twin && fill_end(fill, err) == -1)
		return -1;
	w->sent[w->n_sent++] = e;
	return fill_add(fill, e->at.target.s, bytes, err);
}

/* Read up to a batch of entries from *at on, and carry them. */
static int
carry_batch(struct work *w, struct fill *fill, size_t *at, struct err *err)
{
	struct store_item items[COPIES_BATCH];
	struct copies copies = COPIES_INIT;
	struct entry *of[COPIES_BATCH];
	size_t i, k, n = 0;
	int rc;

	for (; *at < w->n && n < COPIES_BATCH; ++*at)
		if (is_carried(&w->entries[*at])) {
			of[n] = &w->entries[*at];
			items[n] = *of[n]->item;
			n++;
		}
	rc = copies_add(w->m->from, items, n, &copies, err);
	/* One that was removed since the list is not among the copies. */
	for (i = k = 0; rc == 0 && i < n && k < copies.n; i++) {
		struct copied *c = &copies.items[k];

		if (strcmp(of[i]->item->key, c->key) != 0)
			continue;
		k++;
		if (c->is_barred)
			leave(w, of[i], FINDING_ERROR, MSG_MIGRATE_UNREAD);
		else
			rc = carry_entry(w, fill, of[i], &c->bytes, err);
	}
	copies_release(&copies);
	return rc;
}

static int
carry_all(struct work *w, struct err *err)
{
	struct fill fill = FILL_INIT(w->m->app->store, note_sent, w);
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && at < w->n)
		rc = carry_batch(w, &fill, &at, err);
	if (rc == 0)
		rc = fill_end(&fill, err);
	fill_release(&fill);
	return rc;
}

/* Numbers and versions. */

/* Read a stored number, whatever blanks are around it; 0 if it is none. */
static int
read_stored_number(
    struct work *w, const struct entry *e, unsigned *next, struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf text = BUF_INIT;
	const char *from;
	int rc;

	*next = 0;
	buf_adds(&blob.key, e->item->key);
	rc = blob_get(w->m->from, &blob, err);
	if (rc == 0) {
		from = blob.bytes.s + strspn(blob.bytes.s, " \t\r\n");
		buf_add(&text, from, strcspn(from, " \t\r\n"));
		if (numbers_parse(&text, next) == -1)
			*next = 0;
	}
	buf_release(&text);
	blob_release(&blob);
	return rc;
}

/* Find the highest of what the entries say of the user, "" of all. */
static int
find_highest(struct work *w, const char *user, unsigned *next, struct err *err)
{
	unsigned number;
	size_t i;

	for (i = 0; i < w->n; i++) {
		const struct entry *e = &w->entries[i];
		const char *file;

		if (strcmp(e->at.user, user) != 0)
			continue;
		if (e->at.sort == FIRST_NUMBER) {
			if (read_stored_number(w, e, &number, err) == -1)
				return -1;
			if (number > *next)
				*next = number;
		} else if (e->at.sort == FIRST_FILE) {
			file = names_task_of_key(e->at.target.s, user);
			if (file != NULL && names_number(file) >= *next)
				*next = names_number(file) + 1;
		}
	}
	return 0;
}

/* Let every program of any host see the user's tasks, and a run follow. */
static int
settle_user(struct work *w, const char *user, struct err *err)
{
	unsigned next = w->next_of_all;

	if (find_highest(w, user, &next, err) == -1 ||
	    numbers_raise(w->m->app, user, next, err) == -1)
		return -1;
	return app_bump(w->m->app, user, NULL, err);
}

static int
settle_all(struct work *w, struct err *err)
{
	struct app *app = w->m->app;
	size_t i;

	if (find_highest(w, "", &w->next_of_all, err) == -1)
		return -1;
	for (i = 0; i < w->users.n; i++)
		if (settle_user(w, w->users.names[i], err) == -1)
			return -1;
	return conf_has_repo(&app->conf)
		   ? pending_put_all(app, &w->users, NULL, err)
		   : 0;
}

/* The container's rest. */

/* Return true if this system has something else under the key of the first
 * one's: a version that was just put, or the number. */
static bool
is_our_key(const struct entry *e)
{
	struct buf key = BUF_INIT;
	bool ours;

	if (e->at.user[0] == '\0')
		return false;
	names_key(&key,
	    e->at.sort == FIRST_NUMBER ? NAMES_NEXT_ID : NAMES_TOKEN,
	    e->at.user);
	ours = strcmp(key.s, e->item->key) == 0;
	buf_release(&key);
	return ours;
}

static bool
is_waste(const struct work *w, const struct entry *e)
{
	if (e->is_left)
		return false;
	if (is_carried(e))
		return !is_at_its_key(w, e);
	return (e->at.sort == FIRST_CACHE || e->at.sort == FIRST_NUMBER) &&
	       !is_our_key(e);
}

/* Remove it if it is what was listed, and thus copied. */
static int
remove_entry(struct work *w, const struct entry *e, struct err *err)
{
	struct store_op op =
	    STORE_REMOVE(e->item->key, STORE_IF_MATCH, e->item->etag);
	int rc = w->m->dry_run ? 0 : store_run(w->m->from, &op, 1, err);

	if (rc == 0 && op.result == STORE_OK)
		w->m->counts.removed++;
	store_ops_release(&op, 1);
	return rc;
}

static int
clean_container(struct work *w, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && is_in_place(w->m) && i < w->n; i++)
		if (is_waste(w, &w->entries[i]))
			rc = remove_entry(w, &w->entries[i], err);
	return rc;
}

static void
release_work(struct work *w)
{
	while (w->n > 0)
		first_keys_release(&w->entries[--w->n].at);
	free(w->entries);
	free(w->sent);
	user_set_release(&w->users);
	store_list_release(&w->list);
}

int
migrate_run(struct migrate *migrate, struct err *err)
{
	struct work w = {
	    .m = migrate, .list = STORE_LIST_INIT, .users = USER_SET_INIT};
	int rc = list_container(&w, err);

	if (rc == 0)
		rc = carry_all(&w, err);
	if (rc == 0 && !migrate->dry_run)
		rc = settle_all(&w, err);
	if (rc == 0)
		rc = clean_container(&w, err);
	release_work(&w);
	return rc;
}
