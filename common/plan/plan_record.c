#include "plan/plan_record.h"

#include "base/std.h"
#include "task/taskset.h"
#include "week/ledger.h"

static void
replace_text(char **to, const char *text)
{
	free(*to);
	*to = std_strdup(text);
}

static bool
note_record(const struct plan_item *item, struct ledger_file *f)
{
	const struct plan_note *note = &item->note;
	const char *etag = item->facts->etag.s;
	bool other = f->foreign != note->foreign;

	if (note->clean)
		ledger_set_base(f, f->base, item->facts->hash, etag);
	if (note->pr_etag)
		replace_text(&f->pr.etag, etag);
	if (note->pr_over)
		ledger_pr_end(&f->pr);
	f->held = note->held;
	f->foreign = note->foreign;
	f->executable = item->executable;
	return note->clean || note->pr_etag || note->pr_over || other;
}

/* Return true if the record says already what there is to be noted.  So one
 * that stays as it is is not taken out of the base for it. */
static bool
is_noted(const struct plan_item *item, const struct ledger_file *f)
{
	const struct plan_note *note = &item->note;

	return f != NULL && !note->clean && !note->pr_etag && !note->pr_over &&
	       f->held == note->held && f->foreign == note->foreign &&
	       f->executable == item->executable;
}

bool
plan_record_notes(const struct plan *plan, struct ledger *ledger)
{
	bool shown = false;
	size_t i;

	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];
		const char *file = item->facts->file;

		if (!item->recorded && item->note.foreign == LEDGER_PLAIN)
			continue;
		if (!is_noted(item, ledger_find(ledger, file)) &&
		    note_record(item, ledger_record(ledger, file)))
			shown = true;
	}
	return shown;
}

/*
 * Set the base that holds once the mirror is written and before the push:
 * Git's blob if it was pulled or merged, the old base if ours is only pushed.
 */
static void
set_base_before_push(const struct plan_item *item, struct ledger_intent *i)
{
	bool ours =
	    item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW;
	bool known = item->action == DECIDE_PUSH && item->base[0] != '\0';

	if (!ours) {
		memcpy(i->base, item->facts->remote, sizeof i->base);
		memcpy(i->hash, item->theirs, sizeof i->hash);
	} else if (known) {
		memcpy(i->base, item->base, sizeof i->base);
		memcpy(i->hash, item->base_hash, sizeof i->hash);
	}
}

static void
add_intent(const struct plan_item *item, const struct plan_result *result,
    struct ledger *ledger)
{
	const struct facts_file *file = item->facts;
	struct ledger_intent *i = ledger_intent_add(ledger, file->file);

	i->written = plan_writes(item);
	replace_text(&i->before, file->there ? file->etag.s : "");
	memcpy(i->pushed, result->pushed, sizeof i->pushed);
	if (item->renamed != NULL)
		i->renamed = std_strdup(item->renamed->facts->file);
	if (item->mirror == PLAN_REMOVE)
		return;
	if (plan_brings_bytes(item))
		i->source = std_strdup(item->source->facts->file);
	taskset_hash(item->after.s, item->after.len, i->after);
	set_base_before_push(item, i);
	if (item->mirror == PLAN_YIELD) {
		memcpy(i->conflict, file->hash, sizeof i->conflict);
		i->fields = std_strdup(item->fields);
	}
}

void
plan_record_intents(const struct plan *plan, const struct plan_result *results,
    struct ledger *ledger, const char *commit, int64_t now_ms)
{
	size_t i;

	ledger_intents_clear(ledger);
	snprintf(ledger->commit, sizeof ledger->commit, "%s", commit);
	memcpy(ledger->intent_head, ledger->head, sizeof ledger->intent_head);
	ledger->intent_ms = now_ms;
	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		if (plan_writes(item) || item->git == PLAN_PUSH)
			add_intent(item, &results[i], ledger);
	}
}

/*
 * Record an item that is done.  If its bytes are not the base's, record no
 * ETag, so that the file counts as dirty.
 */
static void
record_item(const struct plan_item *item, const struct plan_result *result,
    struct ledger *ledger, bool landed)
{
	struct ledger_file *f = ledger_record(ledger, item->facts->file);
	char after[ENC_HASH_LEN + 1];

	taskset_hash(item->after.s, item->after.len, after);
	if (item->git == PLAN_PUSH && landed) {
		ledger_set_base(f, result->pushed, after, result->etag.s);
		ledger_pr_end(&f->pr);
	} else {
		ledger_set_base(f, item->facts->remote, item->theirs,
		    strcmp(after, item->theirs) == 0 ? result->etag.s : "");
		if (item->git == PLAN_DECLINED)
			ledger_decline(&f->pr, after, result->etag.s);
	}
	f->executable = item->executable;
	if (item->mirror == PLAN_YIELD)
		ledger_set_conflict(f, item->facts->hash, item->fields);
}

bool
plan_record_is_done(
    const struct plan_item *item, const struct plan_result *result, bool landed)
{
	if (plan_writes(item))
		return result->written;
	return item->mirror == PLAN_AGREE || (item->git == PLAN_PUSH && landed);
}

static bool
is_planned(const struct plan_item *item)
{
	return item->mirror != PLAN_KEEP || item->git == PLAN_PUSH;
}

/*
 * If all records equal what Git has now, note the tree, so that the next run
 * need not read it again.  Foreign entries are not recorded, so a tree that
 * has one is read by each run.
 */
static void
record_tree(const struct plan *plan, const struct plan_result *results,
    struct ledger *ledger, const struct plan_git_after *git)
{
	size_t i;

	ledger->tree[0] = ledger->tree_head[0] = '\0';
	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];
		const struct ledger_file *f =
		    ledger_find(ledger, item->facts->file);
		const char *blob = git->landed && item->git == PLAN_PUSH
				       ? results[i].pushed
				       : item->facts->remote;

		if (item->from_base == DECIDE_FOREIGN ||
		    strcmp(f != NULL ? f->base : "", blob) != 0)
			return;
	}
	snprintf(ledger->tree, sizeof ledger->tree, "%s", git->tasks);
	memcpy(ledger->tree_head, ledger->head, sizeof ledger->tree_head);
}

/* Let conflicts and pull requests follow the tasks that have moved. */
static void
record_moves(const struct plan *plan, const struct plan_result *results,
    struct ledger *ledger, bool landed)
{
	struct ledger_move *moves = std_alloc(plan->n * sizeof *moves);
	size_t i, n = 0;

	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->renamed != NULL && item->luggage &&
		    plan_record_is_done(item, &results[i], landed))
			moves[n++] = (struct ledger_move){
			    item->facts->file, item->renamed->facts->file};
	}
	ledger_move(ledger, moves, n);
	free(moves);
}

bool
plan_record_done(const struct plan *plan, const struct plan_result *results,
    struct ledger *ledger, const struct plan_git_after *git)
{
	bool shown = false;
	size_t i;

	record_moves(plan, results, ledger, git->landed);
	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		if (!is_planned(item) && item->action == DECIDE_FORGET)
			ledger_forget(ledger, item->facts->file);
		if (!plan_record_is_done(item, &results[i], git->landed))
			continue;
		if (item->mirror == PLAN_REMOVE)
			ledger_forget(ledger, item->facts->file);
		else
			record_item(item, &results[i], ledger, git->landed);
		shown = true;
	}
	ledger_intents_clear(ledger);
	record_tree(plan, results, ledger, git);
	if (git->folder != NULL)
		replace_text(&ledger->folder, git->folder);
	return shown;
}
