#include "run/run_branch.h"

#include "app/app.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/object.h"
#include "git/object_make.h"
#include "git/refs.h"
#include "plan/settle.h"
#include "run/remote.h"
#include "run/run_commit.h"
#include "run/run_head.h"
#include "store/names.h"
#include "week/ledger.h"

#define BRANCH_MAX 100 /* bytes of a branch that are the file's */

void
run_branch_show(struct run *run, enum ledger_pr_state state)
{
	if (run->pr->pr->state == state)
		return;
	ledger_pr_set_state(run->pr->pr, state);
	run->shown = true;
}

enum run_end
run_branch_refused(
    struct run *run, enum github_result result, const struct err *err)
{
	switch (result) {
	case GITHUB_OK:
		return RUN_DONE;
	case GITHUB_FORBIDDEN:
	case GITHUB_ABSENT:
	case GITHUB_PROTECTED:
		run_forbidden(run, err);
		return RUN_STOP;
	case GITHUB_NOT_FORWARD: /* another writer was faster */
	case GITHUB_EXISTS:
		return RUN_LATER;
	case GITHUB_INVALID:
		run->pr->refused = true;
		return run_refused(run, result, err);
	case GITHUB_CONFLICT:
		/* GitHub's words are about this request's bytes.  A branch in
		 * the way may be in that of all requests. */
		run->pr->refused = err->msg.id == MSG_GITHUB_SAYS;
		return run_refused(run, result, err);
	default:
		return run_refused(run, result, err);
	}
}

/*
 * Return true if the byte may stand in a branch's name as it is: a letter, a
 * digit, '-', '_', or a part of a character beyond ASCII.
 */
static bool
is_branch_char(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       c == '_';
}

/*
 * Append <prefix>/<user>/<stem>, with '-' for every other character, and cut to
 * BRANCH_MAX bytes.  If the stem is changed by that, add a piece of its hash,
 * so that two stems never share a branch.
 */
static void
add_stem_branch(struct buf *out, const struct job *job, const char *file)
{
	struct buf stem = BUF_INIT;
	char hash[ENC_HASH_LEN + 1];
	size_t i, len, used = 0;

	names_stem(&stem, file);
	buf_addf(out, "%s/%s/", job->app->conf.pr_branch_prefix, job->user);
	for (i = 0; i < stem.len && i < BRANCH_MAX; i += len) {
		len = enc_utf8_len(stem.s + i);
		if (is_branch_char(stem.s[i])) {
			buf_add(out, stem.s + i, len);
			used += len;
		} else {
			buf_addc(out, '-');
		}
	}
	if (used < stem.len) {
		enc_hash(stem.s, stem.len, hash);
		buf_addf(out, "-%.8s", hash);
	}
	buf_release(&stem);
}

char *
run_branch_name(const struct run *run, const char *file)
{
	struct buf out = BUF_INIT;
	char *branch;
	size_t len;
	unsigned i;

	add_stem_branch(&out, run->job, file);
	len = out.len;
	/* A task that Git has moved has taken the branch of this name along. */
	for (i = 2; ledger_has_branch(&run->ledger, out.s); i++) {
		buf_cut(&out, len);
		buf_addf(&out, "-%u", i);
	}
	branch = std_strdup(out.s);
	buf_release(&out);
	return branch;
}

enum run_end
run_branch_read(struct run *run, struct err *err)
{
	struct run_pr *w = run->pr;
	const struct ledger_pr *p = w->pr;
	const struct settle_clock clock = run_clock(run);
	enum github_result result =
	    refs_head(run->job->github, p->branch, &w->ref, err);

	/* No branch is no failure: a first push has none, and a reviewer may
	 * have deleted it. */
	if (result == GITHUB_ABSENT) {
		w->ref.hex[0] = '\0';
		result = GITHUB_OK;
	}
	if (result == GITHUB_OK && p->tip[0] != '\0' && !p->moving &&
	    strcmp(w->ref.hex, p->tip) != 0 &&
	    settle_is_recent(&clock, p->pushed_ms)) {
		err_set(err, ERR_BUSY, MSG_SYNC_BRANCH_UNSEEN);
		result = GITHUB_TEMPORARY;
	}
	return run_branch_refused(run, result, err);
}

/*
 * GitHub refuses this push for good: restore the record to what it was
 * before the push.
 */
static void
restore_record(struct ledger_pr *p)
{
	memcpy(p->tip, p->old, sizeof p->tip);
	memcpy(p->blob, p->old_blob, sizeof p->blob);
	memcpy(p->hash, p->old_hash, sizeof p->hash);
	free(p->etag);
	p->etag = std_strdup("");
	p->moving = false;
	if (p->number == 0)
		ledger_pr_end(p);
}

/*
 * Make the branch.  GitHub words a branch in the way as one that exists, or as
 * a reference update that failed: look for one, and if there is one, fail with
 * GITHUB_CONFLICT and its name.
 */
static enum github_result
create_branch(struct run *run, struct err *err)
{
	struct github *github = run->job->github;
	const struct ledger_pr *p = run->pr->pr;
	struct buf name = BUF_INIT;
	struct err ignored = ERR_INIT;
	enum github_result result = refs_create(github, p->branch, p->tip, err);

	if ((result == GITHUB_EXISTS || result == GITHUB_INVALID) &&
	    refs_in_way(github, p->branch, &name, &ignored) == GITHUB_OK) {
		err_set(err, ERR_BUSY, MSG_SYNC_BRANCH_IN_WAY);
		err_value(err, "%s", name.s);
		err_value(err, "%s", p->branch);
		result = GITHUB_CONFLICT;
	}
	buf_release(&name);
	return result;
}

/*
 * Move the branch to the commit that the record names, or make it there.
 * Without force, so that commits of a reviewer are never lost.  A move that
 * got no answer leaves `moving` set: the next run looks where the branch is.
 */
static enum run_end
move_branch(struct run *run, struct err *err)
{
	struct github *github = run->job->github;
	struct run_pr *w = run->pr;
	struct ledger_pr *p = w->pr;
	enum github_result result;

	if (w->ref.hex[0] == '\0') {
		result = create_branch(run, err);
	} else {
		result = refs_update(github, p->branch, p->tip, err);
		if (result == GITHUB_ABSENT)
			result = GITHUB_NOT_FORWARD; /* gone since */
	}
	if (result == GITHUB_OK) {
		p->moving = false;
		run->shown = true;
		memcpy(w->ref.hex, p->tip, sizeof w->ref.hex);
		run->result->pulls++;
	} else if (result == GITHUB_FORBIDDEN || result == GITHUB_ABSENT ||
		   result == GITHUB_PROTECTED || result == GITHUB_CONFLICT ||
		   result == GITHUB_INVALID) {
		restore_record(p);
	}
	return run_branch_refused(run, result, err);
}

/*
 * Go on from what an earlier run has noted of a request that is open or on
 * its way: finish its move of the branch, or find that somebody else has
 * moved the branch (`fremd`).  A branch that was deleted counts as a refusal, as
 * a closed request does.
 */
enum run_end
run_branch_resume(struct run *run, struct err *err)
{
	struct run_pr *w = run->pr;
	struct ledger_pr *p = w->pr;
	bool absent = w->ref.hex[0] == '\0';

	if (!w->waits)
		return RUN_IDLE;
	if (strcmp(w->ref.hex, p->tip) == 0) {
		run->shown = run->shown || p->moving;
		p->moving = false;
		return RUN_IDLE;
	}
	if (p->moving &&
	    (strcmp(w->ref.hex, p->old) == 0 || (absent && p->number == 0)))
		return move_branch(run, err);
	if (absent && p->number > 0) {
		/* GitHub closes a request whose branch is deleted: wait until
		 * the request says so (run_pr_look). */
		err_set(err, ERR_BUSY, MSG_SYNC_BRANCH_GONE);
		return run_branch_refused(run, GITHUB_TEMPORARY, err);
	}
	run_branch_show(run, absent ? LEDGER_PR_CLOSED : LEDGER_PR_FOREIGN);
	return RUN_IDLE;
}

/* The commit that a new one is made upon, and its tree. */
struct commit_base {
	struct object_id tree, commit;
};

/*
 * Make the blob of our bytes and the base's tree with it.  The blob by itself,
 * since the record needs its id.
 */
static enum github_result
make_branch_tree(struct run *run, const struct commit_base *base,
    struct object_id *blob, struct object_id *tree, struct err *err)
{
	const struct plan_item *item = run->pr->item;
	const struct buf *bytes = &item->after;
	struct buf path = BUF_INIT;
	struct object_change change = {
	    .id = blob->hex, .mode = run_commit_mode(item)};
	enum github_result result;

	remote_path(&path, run->job->app, &run->remote, run->job->user,
	    item->facts->file);
	change.path = path.s;
	result =
	    object_make_blob(run->job->github, bytes->s, bytes->len, blob, err);
	if (result == GITHUB_OK)
		result = object_make_tree(
		    run->job->github, base->tree.hex, &change, 1, tree, err);
	buf_release(&path);
	return result;
}

/*
 * Record that the branch is about to move to the commit, and where it was.
 * `old_*` become what we pushed last if the branch is there, stay if it is
 * still at `old`, and are cleared if it is anywhere else.
 */
static void
record_move(struct run *run, const struct object_id *commit,
    const struct object_id *blob)
{
	struct run_pr *w = run->pr;
	struct ledger_pr *p = w->pr;
	bool known = strcmp(w->ref.hex, p->old) == 0;

	if (w->ref.hex[0] != '\0' && strcmp(w->ref.hex, p->tip) == 0) {
		memcpy(p->old_blob, p->blob, sizeof p->old_blob);
		memcpy(p->old_hash, p->hash, sizeof p->old_hash);
	} else if (!known || w->ref.hex[0] == '\0') {
		p->old_blob[0] = p->old_hash[0] = '\0';
	}
	snprintf(p->old, sizeof p->old, "%s", w->ref.hex);
	snprintf(p->tip, sizeof p->tip, "%s", commit->hex);
	snprintf(p->blob, sizeof p->blob, "%s", blob->hex);
	memcpy(p->hash, w->hash, sizeof p->hash);
	free(p->etag);
	p->etag = std_strdup(w->etag);
	p->moving = true;
	p->pushed_ms = app_now(run->job->app);
	run->shown = true;
	if (!ledger_pr_waits(p))
		ledger_pr_end(p);
	run_branch_show(run, LEDGER_PR_OPEN);
}

/* Make a commit with our bytes upon the base, and record the move to it. */
static enum github_result
make_branch_commit(
    struct run *run, const struct commit_base *base, struct err *err)
{
	struct object_id blob = {""}, tree, id;
	const char *parent = base->commit.hex;
	struct run_commit_new commit = {.parents = &parent, .n_parents = 1};
	struct buf message = BUF_INIT;
	enum github_result result;

	result = make_branch_tree(run, base, &blob, &tree, err);
	if (result != GITHUB_OK)
		return result;
	run_commit_subject(run->pr->item, &message);
	commit.message = message.s;
	commit.tree = tree.hex;
	result = run_commit_create(run, &commit, &id, err);
	if (result == GITHUB_OK)
		record_move(run, &id, &blob);
	buf_release(&message);
	return result;
}

/* Make one more commit on a branch whose request is open. */
static enum github_result
make_next(struct run *run, struct err *err)
{
	const struct object_id *ref = &run->pr->ref;
	struct object_commit tip = OBJECT_COMMIT_INIT;
	struct commit_base base = {.commit = *ref};
	enum github_result result = run_unseen(
	    object_get_commit(run->job->github, ref->hex, &tip, err), err);

	if (result == GITHUB_OK) {
		base.tree = tip.tree;
		result = make_branch_commit(run, &base, err);
	}
	object_commit_release(&tip);
	return result;
}

/*
 * Compare our bytes with those on the branch: *blob is the id of ours, *has
 * true if the branch has them.  An earlier run may have pushed them and
 * crashed before it recorded that.
 */
static enum github_result
compare_bytes(
    struct run *run, struct object_id *blob, bool *has, struct err *err)
{
	const struct plan_item *item = run->pr->item;
	const struct buf *bytes = &item->after;
	struct remote there = REMOTE_INIT;
	const struct remote_place place = {
	    run->job->user, run->pr->ref.hex, ""};
	const struct remote_file *file;
	enum github_result result;

	result =
	    object_make_blob(run->job->github, bytes->s, bytes->len, blob, err);
	if (result == GITHUB_OK)
		result = run_unseen(remote_read(run->job->app, run->job->github,
					&place, &there, err),
		    err);
	file = remote_find(&there, item->facts->file);
	*has = result == GITHUB_OK && file != NULL &&
	       strcmp(file->blob.hex, blob->hex) == 0;
	remote_release(&there);
	return result;
}

/*
 * Join an old branch to the base by a commit of both that changes nothing
 * against the base, and make it the new base.  Our change must not be in this
 * commit, as a merge by rebasing drops commits with two parents.
 */
static enum github_result
join_branch(struct run *run, struct commit_base *base, struct err *err)
{
	const char *const parents[] = {base->commit.hex, run->pr->ref.hex};
	const struct run_commit_new commit = {
	    .message = "[codex] take the branch up again",
	    .tree = base->tree.hex,
	    .parents = parents,
	    .n_parents = ARRAY_LEN(parents),
	};
	struct object_id id;
	enum github_result result = run_commit_create(run, &commit, &id, err);

	if (result == GITHUB_OK)
		base->commit = id;
	return result;
}

/*
 * Decide about a branch without an open request, whose commits the head
 * lacks.  If it has our bytes, it needs no commit; if it is ours, join it to
 * the base; else leave it alone (`fremd`).  *taken is true if nothing is left
 * to commit.
 */
static enum github_result
take_branch(
    struct run *run, struct commit_base *base, bool *taken, struct err *err)
{
	struct run_pr *w = run->pr;
	const struct ledger_pr *p = w->pr;
	bool ours =
	    strcmp(w->ref.hex, p->tip) == 0 || strcmp(w->ref.hex, p->old) == 0;
	struct object_id blob;
	enum github_result result;
	bool has;

	*taken = false;
	result = compare_bytes(run, &blob, &has, err);
	if (result != GITHUB_OK)
		return result;
	if (has) {
		const struct object_id tip = w->ref;

		record_move(run, &tip, &blob);
		w->pr->moving = false;
		w->resumed = true;
		*taken = true;
	} else if (ours) {
		result = join_branch(run, base, err);
	} else {
		ledger_pr_end(w->pr);
		run_branch_show(run, LEDGER_PR_FOREIGN);
		*taken = true;
	}
	return result;
}

/*
 * Make the commit of a new request, upon the head that it is to be merged
 * into.  *taken is true if the branch needs none (take_branch).
 */
static enum github_result
make_first(struct run *run, bool *taken, struct err *err)
{
	const char *ref = run->pr->ref.hex;
	struct commit_base base = {.commit = run->remote.head};
	enum github_result result;
	bool merged = true;

	*taken = false;
	result =
	    run_unseen(remote_root(run->job->github, &run->remote, err), err);
	base.tree = run->remote.root;
	if (result == GITHUB_OK && ref[0] != '\0')
		result =
		    run_head_has(run, ref, run->remote.head.hex, &merged, err);
	if (result == GITHUB_OK && !merged)
		result = take_branch(run, &base, taken, err);
	if (result != GITHUB_OK || *taken)
		return result;
	return make_branch_commit(run, &base, err);
}

enum run_end
run_branch_make(struct run *run, struct err *err)
{
	struct run_pr *w = run->pr;
	enum github_result result;
	bool taken = false;

	if (w->waits && w->pr->state != LEDGER_PR_OPEN)
		return RUN_IDLE;
	if (w->waits && strcmp(w->hash, w->pr->hash) == 0)
		return RUN_IDLE;
	result = w->waits ? make_next(run, err) : make_first(run, &taken, err);
	if (result == GITHUB_OK && taken)
		return RUN_IDLE;
	return run_branch_refused(run, result, err);
}

enum run_end
run_branch_move(struct run *run, struct err *err)
{
	const struct ledger_pr *p = run->pr->pr;

	if (!p->moving || p->state != LEDGER_PR_OPEN)
		return RUN_IDLE;
	return move_branch(run, err);
}
