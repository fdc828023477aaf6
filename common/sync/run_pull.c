/*
 * Pull requests (reconcile.md, "By pull request").
 *
 * What is about to happen to a branch stands in the records before it does:
 * the commit, and where the branch was.  Whoever comes after a death looks
 * where the branch is, and goes on from there.
 */
#include "app/app.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/object.h"
#include "git/object_make.h"
#include "git/pr.h"
#include "git/refs.h"
#include "store/names.h"
#include "sync/remote.h"
#include "sync/run.h"
#include "task/taskset.h"
#include "week/ledger.h"

#define PULLS      25  /* in one run; the next goes on */
#define BRANCH_MAX 100 /* bytes of a branch that are the file's */

static void
show(struct run *run, struct ledger_pr *p, enum ledger_pr_state state)
{
	if (p->state == state)
		return;
	ledger_pr_set_state(p, state);
	run->shown = true;
}

/* What GitHub says in this run may be from before that. */
static bool
is_recent(const struct run *run, int64_t ms)
{
	return run->looked_ms - ms < run->job->lag_ms;
}

/* Does the history of `head` have the commit? */
static enum github_result
is_in(struct run *run, const char *commit, const char *head, bool *in,
    struct err *err)
{
	enum refs_order order = REFS_IDENTICAL;
	enum github_result result = GITHUB_OK;

	if (strcmp(commit, head) != 0)
		result =
		    refs_compare(run->job->github, commit, head, &order, err);
	*in = result == GITHUB_OK &&
	      (order == REFS_IDENTICAL || order == REFS_AHEAD);
	return result;
}

/* What became of those that are open. */

/*
 * Merged: the base is what we pushed last of what was merged.  A push that
 * came too late for that is dirty again.  If somebody took all of ours out
 * of the branch, the old base holds.
 */
static enum github_result
land(struct run *run, struct ledger_file *f, const struct pr *pull,
    struct err *err)
{
	struct ledger_pr *p = &f->pr;
	enum github_result result;
	bool last, before = false;

	result = is_in(run, p->tip, pull->head.hex, &last, err);
	if (result == GITHUB_OK && !last && p->old_blob[0] != '\0')
		result = is_in(run, p->old, pull->head.hex, &before, err);
	if (result != GITHUB_OK)
		return result;
	if (last)
		ledger_set_base(
		    f, p->blob, p->hash, p->etag != NULL ? p->etag : "");
	else if (before)
		ledger_set_base(f, p->old_blob, p->old_hash, "");
	ledger_pr_end(p);
	run->sync.tree[0] = run->sync.tree_head[0] = '\0';
	run->shown = true;
	return GITHUB_OK;
}

/*
 * A merge that a head is too old for is waited for; one that never comes
 * (forced away, or merged into another branch) was none.
 */
static enum github_result
judge(struct run *run, struct ledger_file *f, const struct pr *pull,
    struct err *err)
{
	struct ledger_pr *p = &f->pr;
	enum github_result result;
	bool in, ours;

	if (pull->open) {
		ours = strcmp(pull->head.hex, p->tip) == 0 ||
		       (p->moving && strcmp(pull->head.hex, p->old) == 0);
		if (ours || !is_recent(run, p->pushed_ms))
			show(run, p, ours ? LEDGER_PR_OPEN : LEDGER_PR_FOREIGN);
		return GITHUB_OK;
	}
	if (pull->merged) {
		result = is_in(run, pull->merge.hex, run->sync.head, &in, err);
		if (result != GITHUB_OK)
			return result;
		if (in)
			return land(run, f, pull, err);
		if (p->merged_ms == 0)
			p->merged_ms = app_now(run->job->app);
		if (is_recent(run, p->merged_ms)) {
			run->merged = true;
			return GITHUB_OK;
		}
	}
	p->merged_ms = 0;
	show(run, p, LEDGER_PR_CLOSED);
	return GITHUB_OK;
}

/* One that is no longer among the open ones is asked for by itself. */
static enum github_result
look_at(struct run *run, struct ledger_file *f, const struct pr_list *open,
    struct err *err)
{
	struct pr pull = PR_INIT;
	enum github_result result;
	size_t i;

	for (i = 0; i < open->n; i++)
		if (open->pulls[i].number == f->pr.number)
			return judge(run, f, &open->pulls[i], err);
	result = pr_get(run->job->github, f->pr.number, &pull, err);
	if (result == GITHUB_OK)
		result = judge(run, f, &pull, err);
	pr_release(&pull);
	/* Not to be seen is not closed. */
	return result == GITHUB_ABSENT ? GITHUB_OK : result;
}

static bool
is_asked_for(const struct ledger_file *f)
{
	return ledger_pr_waits(&f->pr) && f->pr.number > 0;
}

static enum github_result
look_at_all(struct run *run, struct err *err)
{
	struct pr_list open = PR_LIST_INIT;
	enum github_result result =
	    pr_find(run->job->github, NULL, PR_OPEN, &open, err);
	size_t i;

	/* A token that may not see them: they stay as they are. */
	if (result == GITHUB_FORBIDDEN || result == GITHUB_ABSENT)
		return GITHUB_OK;
	for (i = 0; result == GITHUB_OK && i < run->sync.n; i++)
		if (is_asked_for(&run->sync.files[i]))
			result = look_at(run, &run->sync.files[i], &open, err);
	pr_list_release(&open);
	return result;
}

enum run_end
run_pull_look(struct run *run, struct err *err)
{
	enum github_result result;
	size_t i = 0;

	while (i < run->sync.n && !is_asked_for(&run->sync.files[i]))
		i++;
	if ((run->asked && !run->ask_again) || i == run->sync.n)
		return RUN_DONE;
	run->merged = run->ask_again = false;
	result = look_at_all(run, err);
	run_step(run, "pulls");
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	run->asked = true;
	return RUN_DONE;
}

/* The branch of a file. */

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       c == '_';
}

/*
 * <prefix>/<user>/<stem>, with what a ref must not have as '-'; then a piece
 * of the name's hash keeps it apart from others.
 */
static char *
name_branch(const struct job *job, const char *file)
{
	struct buf stem = BUF_INIT, out = BUF_INIT;
	char hash[ENC_HASH_LEN + 1], *branch;
	size_t i, len, used = 0;

	names_stem(&stem, file);
	buf_addf(&out, "%s/%s/", job->app->conf.pr_branch_prefix, job->user);
	for (i = 0; i < stem.len && i < BRANCH_MAX; i += len) {
		len = enc_utf8_len(stem.s + i);
		if (is_plain(stem.s[i])) {
			buf_add(&out, stem.s + i, len);
			used += len;
		} else {
			buf_addc(&out, '-');
		}
	}
	if (used < stem.len) {
		enc_hash(stem.s, stem.len, hash);
		buf_addf(&out, "-%.8s", hash);
	}
	branch = std_strdup(out.s);
	buf_release(&stem);
	buf_release(&out);
	return branch;
}

/* One file on its way to its pull request. */
struct way {
	struct run *run;
	struct run_item *item;
	struct ledger_pr *p;
	struct object_id ref;        /* where the branch is; "" nowhere */
	char hash[ENC_HASH_LEN + 1]; /* of the bytes that are to go there */
	bool resumed; /* the record is an earlier run's, without a request */
};

static enum github_result
look_at_branch(struct way *w, struct err *err)
{
	struct ledger_pr *p = w->p;
	enum github_result result;

	result = refs_head(w->run->job->github, p->branch, &w->ref, err);
	if (result == GITHUB_ABSENT) {
		w->ref.hex[0] = '\0';
		result = GITHUB_OK;
	}
	/* What we pushed just now may not be to be seen yet. */
	if (result == GITHUB_OK && p->tip[0] != '\0' && !p->moving &&
	    strcmp(w->ref.hex, p->tip) != 0 &&
	    is_recent(w->run, p->pushed_ms)) {
		err_set(err, ERR_BUSY, MSG_SYNC_BRANCH_UNSEEN);
		return GITHUB_TEMPORARY;
	}
	return result;
}

/* Refused for good: as if we had not tried. */
static void
take_back(struct ledger_pr *p)
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

/* The branch goes to our commit. */
static enum github_result
place(struct way *w, struct err *err)
{
	struct github *github = w->run->job->github;
	struct ledger_pr *p = w->p;
	enum github_result result;

	if (w->ref.hex[0] == '\0') {
		result = refs_create(github, p->branch, p->tip, err);
	} else {
		result = refs_update(github, p->branch, p->tip, err);
		if (result == GITHUB_ABSENT)
			result = GITHUB_NOT_FORWARD; /* gone since */
	}
	run_step(w->run, "branch");
	if (result == GITHUB_OK) {
		p->moving = false;
		w->run->shown = true;
		memcpy(w->ref.hex, p->tip, sizeof w->ref.hex);
		w->run->result->pulls++;
	} else if (result == GITHUB_FORBIDDEN || result == GITHUB_ABSENT ||
		   result == GITHUB_INVALID) {
		take_back(p);
	}
	return result;
}

/*
 * Where the records say that a request is open or on its way.  A branch that
 * was deleted says no, as a closed request does.
 */
static enum github_result
go_on(struct way *w, struct err *err)
{
	struct ledger_pr *p = w->p;
	bool absent = w->ref.hex[0] == '\0';

	if (strcmp(w->ref.hex, p->tip) == 0) {
		w->run->shown = w->run->shown || p->moving;
		p->moving = false;
		return GITHUB_OK;
	}
	if (p->moving &&
	    (strcmp(w->ref.hex, p->old) == 0 || (absent && p->number == 0)))
		return place(w, err);
	if (absent && p->number > 0) {
		err_set(err, ERR_BUSY, MSG_SYNC_BRANCH_GONE);
		return GITHUB_TEMPORARY; /* the request says more, soon */
	}
	show(w->run, p, absent ? LEDGER_PR_CLOSED : LEDGER_PR_FOREIGN);
	return GITHUB_OK;
}

/* Our bytes as a commit. */

struct base {
	struct object_id tree, commit;
};

static enum github_result
make_tree(struct way *w, const struct base *base, struct object_id *blob,
    struct object_id *tree, struct err *err)
{
	struct run *run = w->run;
	const struct buf *bytes = &w->item->after;
	struct buf path = BUF_INIT;
	struct object_change change = {.id = blob->hex};
	enum github_result result;

	remote_path(
	    &path, run->job->app, &run->remote, run->job->user, w->item->file);
	change.path = path.s;
	result =
	    object_make_blob(run->job->github, bytes->s, bytes->len, blob, err);
	if (result == GITHUB_OK)
		result = object_make_tree(
		    run->job->github, base->tree.hex, &change, 1, tree, err);
	buf_release(&path);
	return result;
}

/* The record of what is about to happen to the branch. */
static void
intend(
    struct way *w, const struct object_id *commit, const struct object_id *blob)
{
	struct ledger_pr *p = w->p;
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
	p->etag = std_strdup(w->item->etag.s);
	p->moving = true;
	p->pushed_ms = app_now(w->run->job->app);
	w->run->shown = true;
	if (!ledger_pr_waits(p))
		ledger_pr_end(p);
	show(w->run, p, LEDGER_PR_OPEN);
}

static enum github_result
make_commit(struct way *w, const struct base *base, struct err *err)
{
	struct object_id blob = {""}, tree, id;
	const char *parent = base->commit.hex;
	struct run_commit commit = {.parents = &parent, .n_parents = 1};
	struct buf message = BUF_INIT;
	enum github_result result;

	result = make_tree(w, base, &blob, &tree, err);
	if (result != GITHUB_OK)
		return result;
	run_subject(w->run, w->item, &message);
	commit.message = message.s;
	commit.tree = tree.hex;
	result = run_commit(w->run, &commit, &id, err);
	if (result == GITHUB_OK)
		intend(w, &id, &blob);
	buf_release(&message);
	run_step(w->run, "made");
	return result;
}

/* One more commit on a branch whose request is open. */
static enum github_result
make_next(struct way *w, struct err *err)
{
	struct object_commit tip = OBJECT_COMMIT_INIT;
	struct base base = {.commit = w->ref};
	enum github_result result =
	    object_get_commit(w->run->job->github, w->ref.hex, &tip, err);

	if (result == GITHUB_OK) {
		base.tree = tip.tree;
		result = make_commit(w, &base, err);
	}
	object_commit_release(&tip);
	return result;
}

/* A branch that we do not know may have our bytes all the same. */
static enum github_result
has_our_bytes(struct way *w, struct object_id *blob, bool *has, struct err *err)
{
	struct run *run = w->run;
	const struct buf *bytes = &w->item->after;
	struct remote there = REMOTE_INIT;
	const struct remote_place place = {run->job->user, w->ref.hex, ""};
	const struct remote_file *file;
	enum github_result result;

	result =
	    object_make_blob(run->job->github, bytes->s, bytes->len, blob, err);
	if (result == GITHUB_OK)
		result = remote_read(
		    run->job->app, run->job->github, &place, &there, err);
	file = remote_find(&there, w->item->file);
	*has = result == GITHUB_OK && file != NULL &&
	       strcmp(file->blob.hex, blob->hex) == 0;
	remote_release(&there);
	return result;
}

/*
 * Takes an old branch along without a word of it.  Our change must not be in
 * this commit: a merge by rebasing leaves such commits out.
 */
static enum github_result
join(struct way *w, struct base *base, struct err *err)
{
	const char *const parents[] = {base->commit.hex, w->ref.hex};
	const struct run_commit commit = {
	    .message = "[codex] take the branch up again",
	    .tree = base->tree.hex,
	    .parents = parents,
	    .n_parents = ARRAY_LEN(parents),
	};
	struct object_id id;
	enum github_result result = run_commit(w->run, &commit, &id, err);

	if (result == GITHUB_OK)
		base->commit = id;
	return result;
}

/*
 * A branch without an open request, whose commits Git lacks.  With our bytes
 * it needs no commit; one of ours goes on; another's is left.
 */
static enum github_result
take_branch(struct way *w, struct base *base, bool *taken, struct err *err)
{
	const struct ledger_pr *p = w->p;
	bool ours =
	    strcmp(w->ref.hex, p->tip) == 0 || strcmp(w->ref.hex, p->old) == 0;
	struct object_id blob;
	enum github_result result;
	bool has;

	*taken = false;
	result = has_our_bytes(w, &blob, &has, err);
	if (result != GITHUB_OK)
		return result;
	if (has) {
		const struct object_id tip = w->ref;

		intend(w, &tip, &blob);
		w->p->moving = false;
		w->resumed = true;
		*taken = true;
	} else if (ours) {
		result = join(w, base, err);
	} else {
		ledger_pr_end(w->p);
		show(w->run, w->p, LEDGER_PR_FOREIGN);
		*taken = true;
	}
	return result;
}

/* For a new request: upon the branch that it is to be merged into. */
static enum github_result
make_first(struct way *w, struct err *err)
{
	struct run *run = w->run;
	struct base base = {.commit = run->remote.head};
	enum github_result result;
	bool merged = true, taken = false;

	result = remote_root(run->job->github, &run->remote, err);
	base.tree = run->remote.root;
	if (result == GITHUB_OK && w->ref.hex[0] != '\0')
		result =
		    is_in(run, w->ref.hex, run->remote.head.hex, &merged, err);
	if (result == GITHUB_OK && !merged)
		result = take_branch(w, &base, &taken, err);
	if (result != GITHUB_OK || taken)
		return result;
	return make_commit(w, &base, err);
}

/* The request. */

static void
take_request(struct way *w, const struct pr *pull)
{
	struct ledger_pr *p = w->p;

	p->number = pull->number;
	free(p->url);
	p->url = std_strdup(pull->url);
	w->run->shown = true;
}

/* One that is open, or that was for just this commit. */
static enum github_result
find_request(struct way *w, struct err *err)
{
	struct pr_list all = PR_LIST_INIT;
	enum github_result result =
	    pr_find(w->run->job->github, w->p->branch, PR_ALL, &all, err);
	const struct pr *found = NULL;
	size_t i;

	for (i = all.n; i > 0; i--)
		if (all.pulls[i - 1].open ||
		    strcmp(all.pulls[i - 1].head.hex, w->p->tip) == 0)
			found = &all.pulls[i - 1];
	if (result == GITHUB_OK && found != NULL)
		take_request(w, found);
	/* What became of it is asked like that of any other. */
	w->run->ask_again = found != NULL && !found->open;
	pr_list_release(&all);
	return result;
}

static void
describe(const struct way *w, struct buf *out)
{
	const struct run *run = w->run;
	char text[MSG_TEXT_MAX];
	struct msg title;

	msg_set(&title, MSG_SYNC_PULL_REQUEST);
	msg_value(&title, "%s", run->job->user);
	buf_addf(out, "%s `", msg_text(&title, text));
	remote_path(
	    out, run->job->app, &run->remote, run->job->user, w->item->file);
	buf_addc(out, '`');
}

static enum github_result
open_request(struct way *w, struct err *err)
{
	const struct job *job = w->run->job;
	struct buf title = BUF_INIT, body = BUF_INIT;
	struct pr pull = PR_INIT;
	enum github_result result = GITHUB_OK;

	if (w->resumed)
		result = find_request(w, err);
	if (result != GITHUB_OK || w->p->number > 0)
		return result;
	run_subject(w->run, w->item, &title);
	describe(w, &body);
	const struct pr_new what = {title.s, body.s, w->p->branch, job->branch};
	result = pr_open(job->github, &what, &pull, err);
	run_step(w->run, "opened");
	if (result == GITHUB_OK) {
		take_request(w, &pull);
	} else if (result == GITHUB_EXISTS) {
		result = find_request(w, err);
	} else if (result == GITHUB_INVALID) {
		show(w->run, w->p, LEDGER_PR_CLOSED); /* it wants none of it */
		result = GITHUB_OK;
	}
	pr_release(&pull);
	buf_release(&title);
	buf_release(&body);
	return result;
}

/* All of it. */

static int
save(struct run *run, enum run_end *end, struct err *err)
{
	run->sync.raise = run->sync.raise || run->shown;
	return run_save(run, end, err);
}

/* Until the commit is made, if there must be one. */
static enum github_result
prepare(struct way *w, struct err *err)
{
	struct ledger_pr *p = w->p;
	bool waits = ledger_pr_waits(p);
	enum github_result result = look_at_branch(w, err);

	if (result == GITHUB_OK && waits)
		result = go_on(w, err);
	if (result != GITHUB_OK || (waits && p->state != LEDGER_PR_OPEN))
		return result;
	if (!waits)
		return make_first(w, err);
	return strcmp(w->hash, p->hash) == 0 ? GITHUB_OK : make_next(w, err);
}

static enum run_end
refused(struct run *run, enum github_result result, const struct err *err)
{
	switch (result) {
	case GITHUB_OK:
		return RUN_DONE;
	case GITHUB_FORBIDDEN:
	case GITHUB_ABSENT:
	case GITHUB_INVALID:
		run->read_only = true;
		return RUN_DONE;
	case GITHUB_NOT_FORWARD: /* somebody was faster */
	case GITHUB_EXISTS:
		return RUN_LATER;
	default:
		return run_refused(run, result, err);
	}
}

static int
bring(
    struct run *run, struct run_item *item, enum run_end *end, struct err *err)
{
	struct ledger_file *f = ledger_record(&run->sync, item->file);
	struct way w = {.run = run, .item = item, .p = &f->pr};
	struct err why = ERR_INIT;
	enum github_result result;
	enum run_end saved;

	if (w.p->branch == NULL)
		w.p->branch = name_branch(run->job, item->file);
	w.resumed = w.p->state == LEDGER_PR_OPEN && w.p->number == 0;
	taskset_hash(item->after.s, item->after.len, w.hash);
	result = prepare(&w, &why);
	if (result == GITHUB_OK && w.p->moving &&
	    w.p->state == LEDGER_PR_OPEN) {
		if (save(run, end, err) == -1)
			return -1;
		if (*end == RUN_LOST)
			return 0;
		run_step(run, "meant");
		result = place(&w, &why);
	}
	if (result == GITHUB_OK && w.p->state == LEDGER_PR_OPEN &&
	    w.p->number == 0)
		result = open_request(&w, &why);
	*end = refused(run, result, &why);
	if (save(run, &saved, err) == -1)
		return -1;
	run_step(run, "pulled");
	if (saved == RUN_LOST)
		*end = RUN_LOST;
	return 0;
}

int
run_pull_push(struct run *run, enum run_end *end, struct err *err)
{
	size_t i, n = 0;

	for (i = 0; i < run->n; i++) {
		if (!run->items[i].pull || run->read_only)
			continue;
		if (n++ == PULLS) {
			*end = RUN_LATER;
			return 0;
		}
		if (run_keep(run, end, err) == -1)
			return -1;
		if (*end == RUN_DONE &&
		    bring(run, &run->items[i], end, err) == -1)
			return -1;
		if (*end != RUN_DONE)
			return 0;
	}
	if (run->read_only)
		run_state(run);
	else if (run->ask_again)
		*end = RUN_MORE;
	return 0;
}
