#include "run/run_facts.h"

#include "app/app.h"
#include "app/strays_list.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "git/github_result.h"
#include "git/object.h"
#include "plan/facts.h"
#include "plan/plan.h"
#include "plan/plan_decide.h"
#include "run/remote.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/pending.h"
#include "task/strays.h"
#include "week/ledger.h"

/* Read the mark first: an edit after this puts another, for the next run. */
enum run_end
run_facts_list(struct run *run, struct err *err)
{
	struct store *store = run->job->app->store;
	struct buf prefix = BUF_INIT;
	int rc;

	store_list_release(&run->list);
	run->list.shallow = true;
	buf_reset(&run->mark.key);
	names_key(&run->mark.key, NAMES_PENDING, run->job->user);
	names_task_prefix(&prefix, run->job->user);
	rc = blob_get(store, &run->mark, err);
	if (rc == 0) {
		pending_read(&run->mark.bytes, &run->note);
		/* The program that put it may run on another host. */
		if (run->mark.age_ms >= 0)
			run->note.at_ms =
			    app_now(run->job->app) - run->mark.age_ms;
		rc = store_list(store, prefix.s, &run->list, err);
	}
	/* What is recorded must not be older than the mirror after a power cut:
	 * the old bytes would be taken for an edit. */
	if (rc == 0)
		rc = store_persist(store, prefix.s, err);
	buf_release(&prefix);
	return rc == 0 ? RUN_DONE : RUN_FAILED;
}

/* Return true if all records equal Git's folder at the believed head. */
static bool
is_folder_known(const struct run *run)
{
	const struct ledger *ledger = &run->ledger;

	return !run->job->full && ledger->tree_head[0] != '\0' &&
	       strcmp(ledger->tree_head, ledger->head) == 0;
}

static void
copy_id(struct object_id *to, const char *hex)
{
	snprintf(to->hex, sizeof to->hex, "%.*s", OBJECT_ID_LEN, hex);
}

enum run_end
run_facts_folder(struct run *run, struct err *err)
{
	const struct job *job = run->job;
	const struct ledger *ledger = &run->ledger;
	struct remote *remote = &run->remote;
	enum github_result result = GITHUB_OK;

	/* An earlier attempt of this run has read it, and a commit never
	 * changes. */
	if (!remote->same && strcmp(remote->head.hex, ledger->head) == 0)
		return RUN_IDLE;
	remote_release(remote);
	if (is_folder_known(run)) {
		copy_id(&remote->head, ledger->head);
		copy_id(&remote->tasks, ledger->tree);
		remote->same = true;
	} else {
		const struct remote_place place = {
		    job->user, ledger->head, job->full ? "" : ledger->tree};

		result =
		    remote_read(job->app, job->github, &place, remote, err);
	}
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	/* If the folder is gone in Git, a push makes it anew under the name
	 * that it had. */
	if (remote->folder == NULL && ledger->folder != NULL)
		remote->folder = std_strdup(ledger->folder);
	return RUN_DONE;
}

/* Add a name of a list in their order, unless the records have it, as they mostly
 * do; *at as in ledger_next. */
static void
add_unrecorded(struct run *run, size_t *at, const char *file)
{
	if (ledger_next(&run->ledger, at, file) == NULL)
		facts_add(&run->facts, file);
}

/* Make one entry for each name that the records, Git or the mirror know. */
static void
collect_names(struct run *run, const struct strays *barred)
{
	struct facts *facts = &run->facts;
	size_t i, at = 0;

	for (i = 0; i < run->ledger.n; i++)
		facts_add(facts, run->ledger.files[i]->file);
	for (i = 0; i < run->remote.n; i++)
		add_unrecorded(run, &at, run->remote.files[i].file);
	at = 0;
	for (i = 0; i < run->list.n; i++) {
		const char *file =
		    names_task_of_key(run->list.items[i].key, run->job->user);

		if (file != NULL)
			add_unrecorded(run, &at, file);
	}
	for (i = 0; i < barred->n_barred; i++)
		facts_add(facts, barred->barred[i].name);
	facts_sort(facts);
}

/* Fill in which names are barred: by what lies there, or as an earlier attempt
 * of this run could not read the file. */
static void
collect_barred(struct run *run, const struct strays *barred)
{
	size_t i;

	for (i = 0; i < barred->n_barred; i++)
		facts_set_barred(
		    facts_find(&run->facts, barred->barred[i].name));
}

/* Fill in what the list of the mirror says. */
static void
collect_mirror(struct run *run)
{
	size_t i;

	for (i = 0; i < run->list.n; i++) {
		const struct store_item *item = &run->list.items[i];
		const char *file = names_task_of_key(item->key, run->job->user);
		struct facts_file *f =
		    file != NULL ? facts_find(&run->facts, file) : NULL;

		if (f == NULL)
			continue;
		facts_set_mirror(f, item->etag);
		f->size += item->size;
	}
}

/* If the tree is the known one, Git has what is recorded. */
static void
take_recorded(struct facts_file *file, const struct ledger_file *f)
{
	if (f == NULL)
		return;
	memcpy(file->remote, f->base, sizeof file->remote);
	file->executable = f->executable;
}

static void
take_listed(struct facts_file *file, const struct remote_file *r)
{
	if (r == NULL)
		return;
	memcpy(file->remote, r->blob.hex, sizeof r->blob.hex);
	file->executable = r->executable;
	file->foreign = r->foreign;
	file->size += r->size;
}

/* Fill in what Git has of each file. */
static void
collect_remote(struct run *run)
{
	size_t i, at = 0;

	for (i = 0; i < run->facts.n; i++) {
		struct facts_file *file = &run->facts.files[i];

		if (run->remote.same)
			take_recorded(
			    file, ledger_next(&run->ledger, &at, file->file));
		else
			take_listed(
			    file, remote_find(&run->remote, file->file));
	}
}

/*
 * Take what came of a get.  Return true if the file has changed, or has
 * vanished, since it was listed, or cannot be read: then it is barred for the
 * rest of the run.
 */
static bool
take_bytes(struct run *run, struct facts_file *file, struct store_op *op)
{
	bool changed =
	    op->result != STORE_OK || !buf_eq(&op->new_etag, &file->etag);

	if (op->barred) {
		strays_bar(&run->unreadable, file->file, STRAYS_UNREADABLE);
		facts_set_barred(file);
	} else if (op->result == STORE_OK) {
		facts_set_bytes(file, &op->body, &op->new_etag);
	} else {
		facts_set_vanished(file);
	}
	return changed;
}

/*
 * Read one batch of the wanted files, from *from on, and leave *from after
 * it.  Set *changed to true if a file has changed since it was listed.
 */
static int
read_batch(struct run *run, const bool *wanted, size_t *from, bool *changed,
    struct err *err)
{
	struct store_op ops[RUN_BATCH];
	struct facts_file *files[RUN_BATCH];
	struct buf keys[RUN_BATCH];
	size_t i, n = 0;
	int rc = 0;

	for (; *from < run->facts.n && n < RUN_BATCH; (*from)++) {
		struct facts_file *file = &run->facts.files[*from];

		if (!wanted[*from] || file->read || !file->there)
			continue;
		buf_init(&keys[n]);
		names_task_key(&keys[n], run->job->user, file->file);
		ops[n] = (struct store_op)STORE_GET(keys[n].s);
		files[n++] = file;
	}
	if (n > 0)
		rc = store_run(run->job->app->store, ops, n, err);
	if (rc == -1 && store_only_barred(ops, n))
		rc = 0;
	for (i = 0; i < n; i++) {
		if (rc == 0 && take_bytes(run, files[i], &ops[i]))
			*changed = true;
		buf_release(&keys[i]);
	}
	store_ops_release(ops, n);
	return rc;
}

int
run_facts_read(
    struct run *run, const bool *wanted, bool *changed, struct err *err)
{
	size_t from = 0;

	*changed = false;
	while (from < run->facts.n)
		if (read_batch(run, wanted, &from, changed, err) == -1)
			return -1;
	return 0;
}

enum run_end
run_facts_collect(struct run *run, struct err *err)
{
	struct strays barred = STRAYS_INIT;
	bool *wanted, changed;
	size_t i;
	int rc;

	facts_release(&run->facts);
	strays_list_read(&barred, &run->list, NULL, run->job->user);
	for (i = 0; i < run->unreadable.n_barred; i++)
		strays_bar(
		    &barred, run->unreadable.barred[i].name, STRAYS_UNREADABLE);
	collect_names(run, &barred);
	collect_mirror(run);
	collect_barred(run, &barred);
	strays_release(&barred);
	collect_remote(run);
	wanted = std_zalloc(run->facts.n * sizeof *wanted);
	for (i = 0; i < run->facts.n; i++)
		wanted[i] = plan_decide_wants_bytes(
		    &run->facts.files[i], &run->ledger, run->job->full);
	/* A change since the list does no harm yet: nothing is decided. */
	rc = run_facts_read(run, wanted, &changed, err);
	free(wanted);
	return rc == 0 ? RUN_DONE : RUN_FAILED;
}

enum run_end
run_facts_replaced(struct run *run, struct err *err)
{
	bool *wanted = std_zalloc(run->plan.n * sizeof *wanted), changed;
	size_t i;
	int rc;

	for (i = 0; i < run->plan.n; i++)
		wanted[i] = plan_writes(&run->plan.items[i]);
	rc = run_facts_read(run, wanted, &changed, err);
	free(wanted);
	if (rc == -1)
		return RUN_FAILED;
	return changed ? RUN_AGAIN : RUN_DONE;
}
