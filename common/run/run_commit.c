#include "run/run_commit.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/object.h"
#include "git/object_id.h"
#include "git/object_make.h"
#include "plan/plan.h"
#include "run/remote.h"
#include "task/task.h"
#include "task/task_parse.h"

/* Return the verb of the subject, as design.md 7, "Commits" lists them. */
static const char *
find_verb(const struct plan_item *item, const struct task *task)
{
	if (item->base[0] == '\0' && item->source == NULL)
		return "create";
	if (task->status == TASK_ABGESCHLOSSEN)
		return "complete";
	return task->status == TASK_ABGEBROCHEN ? "cancel" : "update";
}

/*
 * Append what was done to which task.  Of a file that is no valid task only
 * its name is known.
 */
static void
describe_change(const struct plan_item *item, struct buf *out)
{
	const char *file = item->facts->file;
	struct task task = TASK_INIT;
	struct task_problem problem;

	if (task_parse(file, item->after.s, item->after.len, &task, &problem) ==
	    0)
		buf_addf(out, "%s %04u %s", find_verb(item, &task), task.number,
		    task.title);
	else
		buf_addf(out, "update %s", file);
	task_release(&task);
}

void
run_commit_subject(const struct plan_item *item, struct buf *out)
{
	buf_adds(out, "[codex] ");
	describe_change(item, out);
}

unsigned
run_commit_mode(const struct plan_item *item)
{
	return item->executable ? 0100755 : 0100644;
}

/* Write the message: one line for one file, else a title and a list. */
static void
write_message(const struct plan *plan, size_t pushes, struct buf *out)
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
	for (i = 0; i < plan->n; i++) {
		if (plan->items[i].git != PLAN_PUSH)
			continue;
		describe_change(&plan->items[i], out);
		if (pushes > 1)
			buf_addc(out, '\n');
	}
}

enum github_result
run_commit_create(struct run *run, const struct run_commit_new *what,
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
make_commit_of(struct run *run, const char *tree, size_t pushes,
    struct object_id *out, struct err *err)
{
	const char *parent = run->remote.head.hex;
	struct buf message = BUF_INIT;
	struct run_commit_new commit = {
	    .tree = tree, .parents = &parent, .n_parents = 1};
	enum github_result result;

	write_message(&run->plan, pushes, &message);
	commit.message = message.s;
	result = run_commit_create(run, &commit, out, err);
	buf_release(&message);
	return result;
}

/* Set the entry that tasks/ has of a file after the push; false if it has
 * none. */
static bool
fill_entry(const struct plan_item *item, struct object_entry *entry)
{
	const struct facts_file *file = item->facts;
	bool pushed = item->git == PLAN_PUSH;

	*entry = (struct object_entry){.name = file->file, .kind = OBJECT_BLOB};
	entry->mode = pushed             ? run_commit_mode(item)
		      : file->executable ? 0100755
					 : 0100644;
	if (pushed)
		object_id_of_blob(item->after.s, item->after.len, &entry->id);
	else
		snprintf(entry->id.hex, sizeof entry->id.hex, "%.*s",
		    OBJECT_ID_LEN, file->remote);
	return entry->id.hex[0] != '\0';
}

/*
 * Return the id of tasks/ after the push, if what is known of its files is all
 * that it has.  An id tells all: if the commit has that one, it has our bytes,
 * and its files need not be listed.
 */
static struct object_id
expect_tasks(const struct run *run)
{
	const struct plan *plan = &run->plan;
	struct object_tree tree = OBJECT_TREE_INIT;
	struct object_id id;
	size_t i;

	tree.entries = std_alloc(plan->n * sizeof *tree.entries);
	for (i = 0; i < plan->n; i++)
		tree.n += fill_entry(&plan->items[i], &tree.entries[tree.n]);
	id = object_tree_id(&tree);
	free(tree.entries); /* the names are the facts' */
	return id;
}

/* Return true if the tree has our bytes, as far as it tells: of names that are
 * written alike it does not tell which is ours. */
static bool
has_pushed(const struct remote_file *f, const struct object_id *own)
{
	return f != NULL && (f->foreign == LEDGER_LOST ||
				strcmp(f->blob.hex, own->hex) == 0);
}

/*
 * Read what blobs the new tree has for the files that are pushed: these
 * become their bases, so they must be those of our bytes.
 */
static enum github_result
read_pushed(struct run *run, struct err *err)
{
	struct remote made = REMOTE_INIT;
	const struct object_id expected = expect_tasks(run);
	const struct remote_place place = {
	    run->job->user, run->commit.hex, expected.hex};
	enum github_result result =
	    remote_read(run->job->app, run->job->github, &place, &made, err);
	size_t i;

	for (i = 0; result == GITHUB_OK && i < run->plan.n; i++) {
		const struct plan_item *item = &run->plan.items[i];
		const struct remote_file *f;
		struct object_id own;

		if (item->git != PLAN_PUSH)
			continue;
		f = remote_find(&made, item->facts->file);
		object_id_of_blob(item->after.s, item->after.len, &own);
		if (!made.same && !has_pushed(f, &own)) {
			err_set(err, ERR_BUSY, MSG_GITHUB_DAMAGED);
			result = GITHUB_DAMAGED;
		} else {
			memcpy(run->results[i].pushed, own.hex, sizeof own.hex);
		}
	}
	run->made_tasks = made.tasks;
	remote_release(&made);
	return result;
}

static enum github_result
make_tree_of(
    struct run *run, size_t pushes, struct object_id *out, struct err *err)
{
	struct object_change *changes = std_zalloc(pushes * sizeof *changes);
	struct buf *paths = std_zalloc(pushes * sizeof *paths);
	enum github_result result;
	size_t i, n = 0;

	for (i = 0; i < run->plan.n; i++) {
		const struct plan_item *item = &run->plan.items[i];

		if (item->git != PLAN_PUSH)
			continue;
		buf_init(&paths[n]);
		remote_path(&paths[n], run->job->app, &run->remote,
		    run->job->user, item->facts->file);
		changes[n] = (struct object_change){
		    .path = paths[n].s,
		    .mode = run_commit_mode(item),
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

static enum github_result
make_all(struct run *run, size_t pushes, struct err *err)
{
	struct object_id tree;
	enum github_result result =
	    run_unseen(remote_root(run->job->github, &run->remote, err), err);

	if (result == GITHUB_OK)
		result = make_tree_of(run, pushes, &tree, err);
	if (result == GITHUB_OK)
		result =
		    make_commit_of(run, tree.hex, pushes, &run->commit, err);
	if (result == GITHUB_OK)
		result = run_unseen(read_pushed(run, err), err);
	return result;
}

enum run_end
run_commit_make(struct run *run, struct err *err)
{
	size_t pushes = plan_count_pushes(&run->plan);
	enum github_result result;

	run->commit.hex[0] = '\0';
	run->push = RUN_NO_COMMIT;
	if (pushes == 0)
		return RUN_IDLE;
	result = make_all(run, pushes, err);
	if (result == GITHUB_OK) {
		run->push = RUN_UNSENT;
		return RUN_DONE;
	}
	/* To a token that may not write GitHub answers 403 or 404. */
	if (result != GITHUB_FORBIDDEN && result != GITHUB_ABSENT)
		return run_refused(run, result, err);
	run->commit.hex[0] = '\0';
	run_forbidden(run, err);
	plan_drop_pushes(&run->plan);
	return RUN_DONE;
}
