#include "run/run_rename.h"

#include "app/app.h"
#include "base/buf.h"
#include "plan/facts.h"
#include "store/blob.h"
#include "store/changes.h"
#include "store/names.h"
#include "week/ledger.h"

#define SUFFIXES 99 /* names that are tried; then the task stays as it is */

/* Return true if Git has, and had, nothing of this task. */
static bool
is_new_task(const struct ledger_file *f)
{
	return f == NULL || (f->base[0] == '\0' && f->conflict[0] == '\0' &&
				f->pr.branch == NULL);
}

static bool
must_rename(const struct run *run, const struct facts_file *file)
{
	return file->foreign != LEDGER_PLAIN && file->there && file->read &&
	       is_new_task(ledger_find(&run->ledger, file->file));
}

/*
 * Return true if nobody has the name, or an earlier run that crashed has put
 * the same bytes there.
 */
static bool
is_free(const struct run *run, const struct facts_file *file, const char *name)
{
	const struct facts_file *other = facts_find(&run->facts, name);

	if (other == NULL)
		return true;
	return other->remote[0] == '\0' && other->foreign == LEDGER_PLAIN &&
	       other->there && other->read &&
	       buf_eq(&other->bytes, &file->bytes);
}

/* Make `<stem>-<i>.md`, and cut the title to whole characters that fit. */
static void
make_name(struct buf *out, const struct buf *stem, unsigned i)
{
	size_t len = stem->len;

	do {
		buf_reset(out);
		buf_add(out, stem->s, len--);
		buf_addf(out, "-%u.md", i);
	} while (!names_file_ok(out->s));
}

/* Find a free name of the same number; return false if there is none. */
static bool
find_free_name(
    const struct run *run, const struct facts_file *file, struct buf *out)
{
	struct buf stem = BUF_INIT;
	bool found = false;
	unsigned i;

	names_stem(&stem, file->file);
	for (i = 2; !found && i <= SUFFIXES; i++) {
		make_name(out, &stem, i);
		found = is_free(run, file, out->s);
	}
	buf_release(&stem);
	return found;
}

/*
 * Put the bytes under a key where nothing is; *ours is false if other bytes
 * are there.
 */
static int
put_copy(struct store *store, struct blob *blob, const struct buf *bytes,
    bool *ours, struct err *err)
{
	if (blob_create(store, blob, bytes, ours, err) == -1)
		return -1;
	if (*ours)
		return 0;
	if (blob_get(store, blob, err) == -1)
		return -1;
	*ours = blob->is_there && buf_eq(&blob->bytes, bytes);
	return 0;
}

/*
 * Remove the old name if it has the bytes that were moved.  If the task was
 * edited meanwhile, remove the new name instead.  If the old name is gone, the
 * new one stays: a run whose lease is over may have put the same bytes there and
 * removed the old name since this run listed it, so that they stand nowhere else.
 */
static int
remove_old(struct store *store, struct blob *old, struct blob *new,
    const struct facts_file *file, struct err *err)
{
	old->is_there = true;
	buf_set(&old->etag, file->etag.s, file->etag.len);
	if (blob_remove_if_same(store, old, err) == -1)
		return -1;
	if (!old->is_there)
		return 0;

	if (blob_get(store, old, err) == -1)
		return -1;
	return old->is_there ? blob_remove_if_same(store, new, err) : 0;
}

/*
 * Copy the task to trash/, where a repeated creation looks whether its file
 * was there, and to its new name; then remove the old one.
 */
static int
move_task(struct run *run, const struct facts_file *file, const char *name,
    struct err *err)
{
	struct store *store = run->job->app->store;
	const char *user = run->job->user;
	struct blob copy = BLOB_INIT, new = BLOB_INIT, old = BLOB_INIT;
	bool ours = false;
	int rc;

	names_copy_key(&copy.key, NAMES_TRASH, user, file->file, file->hash);
	names_task_key(&new.key, user, name);
	names_task_key(&old.key, user, file->file);
	rc = put_copy(store, &copy, &file->bytes, &ours, err);
	if (rc == 0)
		rc = put_copy(store, &new, &file->bytes, &ours, err);
	if (rc == 0 && ours)
		rc = remove_old(store, &old, &new, file, err);
	blob_release(&copy);
	blob_release(&new);
	blob_release(&old);
	return rc;
}

/* Save first that the version must be raised, as the run may crash. */
static enum run_end
rename_task(struct run *run, const struct facts_file *file, const char *name,
    struct err *err)
{
	enum run_end end;

	run->shown = true;
	changes_add_file(&run->changed, file->file);
	changes_add_file(&run->changed, name);
	end = run_save_shown(run, err);
	if (end != RUN_DONE)
		return end;
	return move_task(run, file, name, err) == 0 ? RUN_DONE : RUN_FAILED;
}

enum run_end
run_rename_new(struct run *run, struct err *err)
{
	enum run_end end = RUN_DONE;
	struct buf name = BUF_INIT;
	bool any = false;
	size_t i;

	for (i = 0; end == RUN_DONE && i < run->facts.n; i++) {
		const struct facts_file *file = &run->facts.files[i];

		if (!must_rename(run, file) ||
		    !find_free_name(run, file, &name))
			continue;
		end = rename_task(run, file, name.s, err);
		any = true;
	}
	buf_release(&name);
	if (end != RUN_DONE)
		return end;
	return any ? RUN_AGAIN : RUN_IDLE;
}
