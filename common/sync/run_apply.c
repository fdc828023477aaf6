/*
 * Doing what was planned (reconcile.md 7 to 10): copies first, then the commit
 * that nobody sees yet, then the intents, then mirror, push and records.
 */
#include "app/app.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/object.h"
#include "git/object_make.h"
#include "git/refs.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/remote.h"
#include "sync/run.h"
#include "task/task.h"
#include "task/taskset.h"
#include "week/ledger.h"

static bool
is_planned(const struct run_item *item)
{
	return item->write || item->push || item->settled;
}

static bool
is_replaced(const struct run *run, const struct run_item *item)
{
	(void)run;
	return item->write && item->there;
}

/*
 * Bytes that are replaced or removed must be known, to be copied.  What has
 * changed since the list was decided for other bytes.
 */
static int
read_replaced(struct run *run, enum run_end *end, struct err *err)
{
	char **etags = std_zalloc((run->n + 1) * sizeof *etags);
	size_t i;
	int rc;

	for (i = 0; i < run->n; i++)
		if (is_replaced(run, &run->items[i]))
			etags[i] = std_strdup(run->items[i].etag.s);
	rc = run_read(run, is_replaced, err);
	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		if (etags[i] != NULL &&
		    (!item->there || strcmp(etags[i], item->etag.s) != 0))
			*end = RUN_AGAIN;
		free(etags[i]);
	}
	free(etags);
	return rc;
}

/* Create-only, named by content: twice is once. */
static int
copy_batch(struct run *run, size_t *from, struct err *err)
{
	struct store_op ops[RUN_BATCH];
	struct buf keys[RUN_BATCH];
	char hash[ENC_HASH_LEN + 1];
	size_t n = 0, i;
	int rc = 0;

	for (; *from < run->n && n < RUN_BATCH; (*from)++) {
		const struct run_item *item = &run->items[*from];

		if (!is_replaced(run, item))
			continue;
		taskset_hash(item->bytes.s, item->bytes.len, hash);
		buf_init(&keys[n]);
		names_copy_key(&keys[n],
		    item->conflict ? NAMES_CONFLICTS : NAMES_TRASH,
		    run->job->user, item->file, hash);
		ops[n] = (struct store_op)STORE_PUT(keys[n].s, STORE_IF_NEW,
		    NULL, item->bytes.s, item->bytes.len);
		n++;
	}
	if (n > 0)
		rc = store_run(run->job->app->store, ops, n, err);
	for (i = 0; i < n; i++)
		buf_release(&keys[i]);
	store_ops_release(ops, n);
	return rc;
}

/* A copy of ours under the new name of its file, too. */
static int
copy_again(struct run *run, const struct run_item *item, const char *hash,
    struct err *err)
{
	const char *user = run->job->user;
	struct buf from = BUF_INIT, to = BUF_INIT;
	int rc;

	names_copy_key(&from, NAMES_CONFLICTS, user, item->file, hash);
	names_copy_key(&to, NAMES_CONFLICTS, user, item->renamed->file, hash);
	struct store_op get = STORE_GET(from.s);
	rc = store_run(run->job->app->store, &get, 1, err);
	if (rc == 0 && get.result == STORE_OK) {
		struct store_op put = STORE_PUT(
		    to.s, STORE_IF_NEW, NULL, get.body.s, get.body.len);

		rc = store_run(run->job->app->store, &put, 1, err);
		store_ops_release(&put, 1);
	}
	store_ops_release(&get, 1);
	buf_release(&from);
	buf_release(&to);
	return rc;
}

/* The conflicts of a file that Git has renamed go along with it. */
static int
copy_conflicts(struct run *run, const struct run_item *item, struct err *err)
{
	const struct ledger_file *f = ledger_find(&run->sync, item->file);
	size_t i;

	if (!item->gone || item->renamed == NULL || f == NULL ||
	    f->conflict[0] == '\0')
		return 0;
	for (i = 0; i < f->n_older; i++)
		if (copy_again(run, item, f->older[i].hash, err) == -1)
			return -1;
	return copy_again(run, item, f->conflict, err);
}

static int
copy_all(struct run *run, struct err *err)
{
	size_t from = 0, i;

	while (from < run->n)
		if (copy_batch(run, &from, err) == -1)
			return -1;
	for (i = 0; i < run->n; i++)
		if (copy_conflicts(run, &run->items[i], err) == -1)
			return -1;
	run_step(run, "copies");
	return 0;
}

/* The commit's text: what was done to which task. */
static const char *
verb_of(
    const struct run *run, const struct run_item *item, const struct task *task)
{
	const struct ledger_file *f = ledger_find(&run->sync, item->file);

	if ((f == NULL || f->base[0] == '\0') && item->partner == NULL)
		return "create";
	if (task->status == TASK_ABGESCHLOSSEN)
		return "complete";
	return task->status == TASK_ABGEBROCHEN ? "cancel" : "update";
}

static void
add_line(const struct run *run, const struct run_item *item, struct buf *out)
{
	struct task task = TASK_INIT;
	struct task_problem problem;

	if (task_parse(item->file, item->after.s, item->after.len, &task,
		&problem) == 0)
		buf_addf(out, "%s %04u %s", verb_of(run, item, &task),
		    task.number, task.title);
	else
		buf_addf(out, "update %s", item->file);
	task_release(&task);
}

void
run_subject(const struct run *run, const struct run_item *item, struct buf *out)
{
	buf_adds(out, "[codex] ");
	add_line(run, item, out);
}

static void
write_message(const struct run *run, size_t pushes, struct buf *out)
{
	char text[MSG_TEXT_MAX];
	struct msg title;
	size_t i;

	buf_adds(out, "[codex] ");
	if (pushes > 1) {
		msg_set(&title, MSG_SYNC_COMMIT);
		msg_value(&title, "%zu", pushes);
		buf_addf(out, "%s\n\n", msg_text(&title, text));
	}
	for (i = 0; i < run->n; i++) {
		if (!run->items[i].push)
			continue;
		add_line(run, &run->items[i], out);
		if (pushes > 1)
			buf_addc(out, '\n');
	}
}

enum github_result
run_commit(struct run *run, const struct run_commit *what,
    struct object_id *out, struct err *err)
{
	const struct job *job = run->job;
	struct buf email = BUF_INIT;
	struct object_new_commit commit = {
	    .message = what->message,
	    .tree = what->tree,
	    .parents = what->parents,
	    .n_parents = what->n_parents,
	    .committer = job->committer,
	    .when = app_now(job->app),
	};
	enum github_result result;

	buf_addf(&email, "%s@users.noreply.github.com", job->user);
	commit.author = (struct object_person){job->user, email.s};
	result = object_make_commit(job->github, &commit, out, err);
	buf_release(&email);
	return result;
}

static enum github_result
make_commit(struct run *run, const char *tree, size_t pushes,
    struct object_id *out, struct err *err)
{
	const char *parent = run->remote.head.hex;
	struct buf message = BUF_INIT;
	struct run_commit commit = {
	    .tree = tree, .parents = &parent, .n_parents = 1};
	enum github_result result;

	write_message(run, pushes, &message);
	commit.message = message.s;
	result = run_commit(run, &commit, out, err);
	buf_release(&message);
	return result;
}

/* What blobs the new tree has for the files that we push. */
static enum github_result
read_pushed(struct run *run, const char *commit, struct err *err)
{
	struct remote made = REMOTE_INIT;
	const struct remote_place place = {run->job->user, commit, ""};
	enum github_result result =
	    remote_read(run->job->app, run->job->github, &place, &made, err);
	size_t i;

	for (i = 0; result == GITHUB_OK && i < run->n; i++) {
		struct run_item *item = &run->items[i];
		const struct remote_file *f =
		    item->push ? remote_find(&made, item->file) : NULL;

		if (f != NULL)
			snprintf(item->pushed, sizeof item->pushed, "%s",
			    f->blob.hex);
		else if (item->push)
			result = GITHUB_BROKEN;
	}
	run->made_tasks = made.tasks;
	remote_release(&made);
	return result;
}

static enum github_result
make_tree(
    struct run *run, size_t pushes, struct object_id *out, struct err *err)
{
	struct object_change *changes = std_zalloc(pushes * sizeof *changes);
	struct buf *paths = std_zalloc(pushes * sizeof *paths);
	enum github_result result;
	size_t i, n = 0;

	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		if (!item->push)
			continue;
		buf_init(&paths[n]);
		remote_path(&paths[n], run->job->app, &run->remote,
		    run->job->user, item->file);
		changes[n] = (struct object_change){
		    .path = paths[n].s,
		    .bytes = item->after.s,
		    .len = item->after.len,
		};
		n++;
	}
	result = object_make_tree(
	    run->job->github, run->remote.root.hex, changes, n, out, err);
	while (n > 0)
		buf_release(&paths[--n]);
	free(paths);
	free(changes);
	return result;
}

/* Tree and commit that nobody sees yet. */
static enum github_result
make_all(
    struct run *run, size_t pushes, struct object_id *commit, struct err *err)
{
	struct object_id tree;
	enum github_result result =
	    remote_root(run->job->github, &run->remote, err);

	if (result != GITHUB_OK)
		return result;
	result = make_tree(run, pushes, &tree, err);
	if (result == GITHUB_OK)
		result = make_commit(run, tree.hex, pushes, commit, err);
	if (result == GITHUB_OK)
		result = read_pushed(run, commit->hex, err);
	return result;
}

/*
 * Makes the commit.  A token that may only read turns pushing off for this
 * run, and pulling goes on.
 */
static enum run_end
prepare(struct run *run, struct object_id *commit, struct err *err)
{
	enum github_result result;
	size_t i, pushes = 0;

	commit->hex[0] = '\0';
	for (i = 0; i < run->n; i++)
		pushes += run->items[i].push;
	if (pushes == 0)
		return RUN_DONE;

	result = make_all(run, pushes, commit, err);
	run_step(run, "commit");
	if (result != GITHUB_FORBIDDEN && result != GITHUB_ABSENT)
		return result == GITHUB_OK ? RUN_DONE
					   : run_refused(run, result, err);
	commit->hex[0] = '\0';
	run->read_only = true;
	for (i = 0; i < run->n; i++)
		run->items[i].push = false;
	return RUN_DONE;
}

/* The base that an item has once the mirror is written, before the push. */
static void
set_base_before(
    const struct run *run, const struct run_item *item, struct ledger_intent *i)
{
	const struct ledger_file *f = ledger_find(&run->sync, item->file);

	if (item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW) {
		snprintf(i->base, sizeof i->base, "%s",
		    f != NULL && item->action == DECIDE_PUSH ? f->base : "");
		snprintf(i->hash, sizeof i->hash, "%s",
		    i->base[0] != '\0' ? f->hash : "");
		return;
	}
	snprintf(i->base, sizeof i->base, "%s", item->remote);
	snprintf(i->hash, sizeof i->hash, "%s", item->theirs);
}

static void
intend(struct run *run, const struct object_id *commit)
{
	struct ledger *sync = &run->sync;
	size_t n;

	ledger_intents_clear(sync);
	snprintf(sync->commit, sizeof sync->commit, "%s", commit->hex);
	snprintf(sync->intent_head, sizeof sync->intent_head, "%s", sync->head);
	sync->intent_ms = app_now(run->job->app);
	for (n = 0; n < run->n; n++) {
		const struct run_item *item = &run->items[n];
		struct ledger_intent *i;

		if (!item->write && !item->push)
			continue;
		i = ledger_intent_add(sync, item->file);
		i->written = item->write;
		if (!item->gone)
			taskset_hash(item->after.s, item->after.len, i->after);
		free(i->before);
		i->before = std_strdup(item->there ? item->etag.s : "");
		snprintf(i->pushed, sizeof i->pushed, "%s", item->pushed);
		if (item->conflict) {
			taskset_hash(
			    item->bytes.s, item->bytes.len, i->conflict);
			i->fields = std_strdup(item->fields);
		}
		if (!item->gone)
			set_base_before(run, item, i);
		else if (item->renamed != NULL)
			i->renamed = std_strdup(item->renamed->file);
	}
}

/* The mirror's new bytes, or its loss. */
static struct store_op
write_op(const struct run_item *item, const char *key)
{
	if (item->gone)
		return (struct store_op)STORE_REMOVE(
		    key, STORE_IF_MATCH, item->etag.s);
	return (struct store_op)STORE_PUT(key,
	    item->there ? STORE_IF_MATCH : STORE_IF_NEW, item->etag.s,
	    item->after.s, item->after.len);
}

/* What came of it; false if somebody was faster. */
static bool
take_written(struct run_item *item, struct store_op *op)
{
	if (op->result == STORE_OK)
		buf_move(&item->etag, &op->new_etag);
	item->written = op->result == STORE_OK ||
			(item->gone && op->result == STORE_ABSENT);
	return item->written;
}

/* One batch, from *from on; *faster says that somebody was. */
static int
write_batch(
    struct run *run, bool gone, size_t *from, bool *faster, struct err *err)
{
	struct store_op ops[RUN_BATCH];
	struct run_item *items[RUN_BATCH];
	struct buf keys[RUN_BATCH];
	size_t n = 0, i;
	int rc = 0;

	for (; *from < run->n && n < RUN_BATCH; (*from)++) {
		struct run_item *item = &run->items[*from];

		if (!item->write || item->gone != gone)
			continue;
		buf_init(&keys[n]);
		names_task_key(&keys[n], run->job->user, item->file);
		ops[n] = write_op(item, keys[n].s);
		items[n++] = item;
	}
	if (n > 0) {
		rc = store_run(run->job->app->store, ops, n, err);
		run_step(run, gone ? "removals" : "mirror");
	}
	for (i = 0; i < n; i++) {
		if (rc == 0 && !take_written(items[i], &ops[i]))
			*faster = true;
		/* Whatever becomes of the push. */
		run->shown = run->shown || items[i]->written;
		buf_release(&keys[i]);
	}
	store_ops_release(ops, n);
	return rc;
}

static bool
has_writes(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++)
		if (run->items[i].write)
			return true;
	return false;
}

/*
 * Writes the mirror, removals last: a renamed file's bytes stand under the
 * new name before the old one goes.  A write that fails its condition ends
 * this attempt: the commit is not pushed, what was written is recorded.
 */
static int
write_mirror(struct run *run, enum run_end *end, struct err *err)
{
	bool faster = false;
	int gone;

	if (!has_writes(run))
		return 0;
	for (gone = 0; gone < 2; gone++) {
		size_t from = 0;

		while (from < run->n && !faster) {
			if (run_keep(run, end, err) == -1)
				return -1;
			if (*end != RUN_DONE)
				return 0;
			if (write_batch(run, gone, &from, &faster, err) == -1)
				return -1;
		}
	}
	if (faster)
		*end = RUN_AGAIN;
	return 0;
}

/*
 * What is now true of an item.  `landed`: its push is in Git.  Bytes that
 * are not the base's leave no ETag behind, so that they count as dirty.
 */
static void
record(struct run *run, const struct run_item *item, bool landed)
{
	char after[ENC_HASH_LEN + 1];
	struct ledger_file *f;

	if (item->gone) {
		if (item->renamed != NULL)
			ledger_rename(
			    &run->sync, item->file, item->renamed->file);
		ledger_forget(&run->sync, item->file);
		return;
	}
	taskset_hash(item->after.s, item->after.len, after);
	if (item->push && landed) {
		f = ledger_record(&run->sync, item->file);
		ledger_set_base(f, item->pushed, after, item->etag.s);
		ledger_pr_end(&f->pr);
	} else if (item->write || item->settled) {
		f = ledger_record(&run->sync, item->file);
		ledger_set_base(f, item->remote, item->theirs,
		    strcmp(after, item->theirs) == 0 ? item->etag.s : "");
		if (item->declined)
			ledger_decline(&f->pr, after, item->etag.s);
	} else {
		return;
	}
	if (item->conflict) {
		taskset_hash(item->bytes.s, item->bytes.len, after);
		ledger_set_conflict(f, after, item->fields);
	}
}

/* Only right after its intent, and while nobody else can run. */
static bool
is_in_time(const struct run *run)
{
	int64_t age = app_now(run->job->app) - run->sync.intent_ms;

	return run_holds(run) && age >= 0 && age < run->job->push_ms &&
	       age < run->job->lease_ms;
}

/*
 * One update without force, right after a look at the ref.  Unless nobody
 * knows what became of it, a commit that did not land is dead.
 */
static enum run_end
push(struct run *run, const struct object_id *commit, struct err *err)
{
	const struct job *job = run->job;
	struct object_id head;
	enum github_result result;

	run->dead = true; /* as long as it is not sent */
	result = refs_head(job->github, job->branch, &head, err);
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	if (strcmp(head.hex, run->sync.head) != 0 || !is_in_time(run))
		return RUN_AGAIN;

	result = refs_update(job->github, job->branch, commit->hex, err);
	run_step(run, "push");
	run->dead = result != GITHUB_OK && result != GITHUB_UNKNOWN;
	switch (result) {
	case GITHUB_OK:
		snprintf(
		    run->sync.head, sizeof run->sync.head, "%s", commit->hex);
		run->sync.head_ms = app_now(job->app);
		return RUN_DONE;
	case GITHUB_NOT_FORWARD:
		return RUN_AGAIN;
	case GITHUB_FORBIDDEN:
	case GITHUB_INVALID: /* a protected branch */
		run->read_only = true;
		return RUN_DONE;
	default:
		return run_refused(run, result, err);
	}
}

static void
count(struct run *run, const struct run_item *item, bool landed)
{
	struct job_result *result = run->result;

	result->removed += item->gone;
	result->changed += item->write && !item->gone;
	result->conflicts += item->conflict;
	result->pushed += item->push && landed;
}

/* Do all records equal what Git has now?  Then its trees are known. */
static void
record_tree(struct run *run, bool landed)
{
	struct ledger *sync = &run->sync;
	const char *tree = landed ? run->made_tasks.hex : run->remote.tasks.hex;
	size_t i;

	sync->tree[0] = sync->tree_head[0] = '\0';
	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];
		const struct ledger_file *f = ledger_find(sync, item->file);
		const char *git =
		    landed && item->push ? item->pushed : item->remote;

		if (strcmp(f != NULL ? f->base : "", git) != 0)
			return;
	}
	snprintf(sync->tree, sizeof sync->tree, "%s", tree);
	snprintf(sync->tree_head, sizeof sync->tree_head, "%s", sync->head);
}

/* Records all that happened. */
static void
record_all(struct run *run, bool landed)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		const struct run_item *item = &run->items[i];

		if (!is_planned(item) && item->action == DECIDE_FORGET)
			ledger_forget(&run->sync, item->file);
		if (!is_planned(item) || (item->write && !item->written))
			continue;
		if (!item->write && !item->settled && !landed)
			continue;
		record(run, item, landed);
		count(run, item, landed);
		run->shown = true;
	}
	ledger_intents_clear(&run->sync);
	record_tree(run, landed);
	if (run->remote.folder != NULL) {
		free(run->sync.folder);
		run->sync.folder = std_strdup(run->remote.folder);
	}
}

void
run_state(struct run *run)
{
	enum msg_id id = MSG_NONE;
	struct msg msg;

	if (run->read_only)
		id = MSG_SYNC_READ_ONLY;
	else if (run->result->kept > 0 && run->remote.tasks.hex[0] == '\0')
		id = MSG_SYNC_FOLDER_GONE;
	else if (run->result->kept > 0)
		id = MSG_SYNC_MANY_GONE;
	else if (run->too_large)
		id = MSG_SYNC_FILE_TOO_LARGE;
	else if (run->revived > 0)
		id = MSG_SYNC_REVIVED;
	msg_set(&msg, id);
	ledger_set_state(&run->sync,
	    run->read_only ? LEDGER_STATE_READ_ONLY : LEDGER_STATE_OK, &msg);
}

static int
save_records(struct run *run, bool landed, enum run_end *end, struct err *err)
{
	enum run_end saved;

	record_all(run, landed);
	run->sync.raise = run->sync.raise || run->shown;
	if (*end == RUN_DONE)
		run_state(run);
	if (!run->sync.raise && *end == RUN_DONE && !run->more)
		return 0; /* finish saves it */
	if (run_save(run, &saved, err) == -1)
		return -1;
	run_step(run, "recorded");
	if (saved == RUN_LOST)
		*end = RUN_LOST;
	return 0;
}

/* Intents, mirror and push; *landed: the commit is in Git. */
static int
carry_out(struct run *run, const struct object_id *commit, bool *landed,
    enum run_end *end, struct err *err)
{
	enum run_end saved;

	intend(run, commit);
	run->pushing = commit->hex[0] != '\0';
	if (run->sync.n_intents > 0) {
		if (run_save(run, &saved, err) == -1)
			return -1;
		run_step(run, "intents");
		if (saved == RUN_LOST) {
			*end = RUN_LOST;
			return 0;
		}
	}
	if (write_mirror(run, end, err) == -1)
		return -1;
	if (!run->pushing)
		return 0;
	if (*end == RUN_DONE) {
		*end = push(run, commit, err);
		*landed = *end == RUN_DONE && !run->read_only;
	} else {
		run->dead = true; /* never sent */
	}
	return 0;
}

int
run_apply(struct run *run, enum run_end *end, struct err *err)
{
	struct object_id commit;
	bool landed = false;

	*end = RUN_DONE;
	run->pushing = false;
	if (read_replaced(run, end, err) == -1)
		return -1;
	if (*end != RUN_DONE)
		return 0;
	if (copy_all(run, err) == -1)
		return -1;
	*end = prepare(run, &commit, err);
	if (*end != RUN_DONE)
		return 0;
	if (carry_out(run, &commit, &landed, end, err) == -1)
		return -1;
	/* Undecided: the intents stay, and the next run settles them. */
	if (*end == RUN_LOST ||
	    (run->pushing && !landed && !run->dead && *end != RUN_DONE))
		return 0;
	if (save_records(run, landed, end, err) == -1)
		return -1;
	if (*end == RUN_DONE && run->more)
		*end = RUN_MORE;
	return 0;
}
