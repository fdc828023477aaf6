#include "plan/plan_decide.h"

#include "base/buf.h"
#include "base/std.h"
#include "plan/decide.h"
#include "plan/plan_moves.h"
#include "week/ledger.h"

bool
plan_decide_wants_bytes(
    const struct facts_file *file, const struct ledger *ledger, bool full)
{
	const struct ledger_file *f = ledger_find(ledger, file->file);

	if (!file->there)
		return false;
	if (f == NULL || full)
		return true;
	/* Bytes that the file's pull request has need no reading. */
	if (ledger_pr_waits(&f->pr))
		return f->pr.moving || f->pr.number == 0 ||
		       !std_streq(f->pr.etag, file->etag.s);
	return f->base[0] == '\0' || strcmp(f->etag, file->etag.s) != 0;
}

/* Return how Git's file stands to the base. */
static enum decide_remote
compare_remote(const struct plan_item *item)
{
	const char *remote = item->facts->remote;

	if (item->facts->foreign != LEDGER_PLAIN)
		return DECIDE_FOREIGN;
	if (item->base[0] == '\0')
		return remote[0] != '\0' ? DECIDE_NEW : DECIDE_NONE;
	if (remote[0] == '\0')
		return DECIDE_GONE;
	return strcmp(item->base, remote) == 0 ? DECIDE_SAME : DECIDE_CHANGED;
}

static void
copy_record(struct plan_item *item, const struct ledger_file *f)
{
	item->recorded = true;
	item->note.held = f->held;
	item->luggage = f->conflict[0] != '\0' || f->pr.branch != NULL;
	memcpy(item->base, f->base, sizeof item->base);
	memcpy(item->base_hash, f->hash, sizeof item->base_hash);
	item->executable = f->executable;
}

/*
 * Compare the mirror's file with the base.  A file that its ETag does not show
 * to be clean has been read: it is clean if its bytes have the base's id.  If
 * they are those that were recorded as the base's and are not, they came
 * damaged, and no edit is in them.
 */
static void
compare_mirror(struct plan_item *item, const struct ledger_file *f)
{
	const struct facts_file *file = item->facts;

	item->side = file->there ? DECIDE_CLEAN : DECIDE_ABSENT;
	if (file->barred)
		item->side = DECIDE_BARRED;
	if (!file->there || !file->read)
		return;
	if (f == NULL || f->base[0] == '\0')
		item->side = DECIDE_DIRTY;
	else if (strcmp(f->base, file->id.hex) == 0)
		item->note.clean = !std_streq(f->etag, file->etag.s) ||
				   strcmp(f->hash, file->hash) != 0;
	else
		item->side = strcmp(f->hash, file->hash) == 0 ? DECIDE_DAMAGED
							      : DECIDE_DIRTY;
}

/*
 * Let the file wait for its open pull request: only further edits count,
 * which go to the request's branch, unless that is not ours (`fremd`) or Git
 * has a foreign entry of the file's name by now.
 */
static void
wait_for_pr(struct plan_item *item, const struct ledger_pr *pr)
{
	const struct facts_file *file = item->facts;

	item->waits = true;
	if (!file->there)
		return;
	item->side = DECIDE_DIRTY;
	if (!file->read || pr->state == LEDGER_PR_FOREIGN ||
	    file->foreign != LEDGER_PLAIN)
		return;
	if (pr->moving || pr->number == 0 || strcmp(pr->hash, file->hash) != 0)
		item->git = PLAN_BY_PR;
}

/*
 * Compare the mirror's file with its pull request.  Bytes of a closed request
 * are not pushed again: Git's owner did not want them.
 */
static void
compare_pr(struct plan_item *item, const struct ledger_pr *pr)
{
	const struct facts_file *file = item->facts;

	if (pr->state == LEDGER_PR_NONE)
		return;
	if (file->read && strcmp(pr->hash, file->hash) == 0) {
		item->note.pr_etag = !std_streq(pr->etag, file->etag.s);
		item->declined = pr->state == LEDGER_PR_CLOSED;
		if (item->declined)
			item->git = PLAN_DECLINED;
	}
	if (ledger_pr_waits(pr))
		wait_for_pr(item, pr);
	else
		item->note.pr_over = item->side == DECIDE_CLEAN;
}

static void
decide_item(struct plan_item *item, const struct ledger_file *f)
{
	if (f != NULL)
		copy_record(item, f);
	/* A file that Git has lost is pushed with the mode that it had. */
	if (item->facts->remote[0] != '\0')
		item->executable = item->facts->executable;
	if (item->facts->there)
		item->note.foreign = item->facts->foreign;
	item->from_base = compare_remote(item);
	compare_mirror(item, f);
	if (f != NULL)
		compare_pr(item, &f->pr);
	item->action =
	    item->waits ? DECIDE_NOTHING : decide(item->from_base, item->side);
}

/*
 * Return true if Git has none of the recorded files left, not even under
 * another name.
 */
static bool
is_none_left(const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->renamed != NULL ||
		    (item->recorded && item->facts->remote[0] != '\0'))
			return false;
	}
	return true;
}

static bool
needs_confirm(const struct plan *plan, bool none_left)
{
	size_t i, removals = 0, recorded = 0;

	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		recorded += item->recorded;
		removals +=
		    item->action == DECIDE_REMOVE && item->renamed == NULL;
	}
	return decide_needs_confirm(removals, recorded, none_left);
}

/*
 * Hold removals back until they are confirmed: the files and their records
 * stay, all else is done.  A file that was held once stays held even when
 * fewer are left with it.  Where Git's whole folder has vanished, do not
 * push edited files over that, either.
 */
static void
hold_removals(struct plan *plan)
{
	bool none_left = is_none_left(plan);
	bool all = needs_confirm(plan, none_left);
	size_t i;

	for (i = 0; i < plan->n; i++) {
		struct plan_item *item = &plan->items[i];
		bool removed = item->action == DECIDE_REMOVE;

		if (item->facts->remote[0] != '\0' ||
		    item->from_base == DECIDE_FOREIGN)
			item->note.held = false;
		if (item->renamed != NULL || plan->rules.confirm)
			continue;
		if (removed && (all || item->note.held))
			item->note.held = true;
		else if (item->action != DECIDE_PUSH_NEW || !none_left)
			continue;
		item->action = DECIDE_NOTHING;
		plan->kept++;
	}
}

static bool
is_push(const struct plan_item *item)
{
	return item->action == DECIDE_PUSH || item->action == DECIDE_PUSH_NEW;
}

static bool
goes_by_pr(const struct plan *plan, const struct plan_item *item)
{
	return plan->rules.via_pr ||
	       (plan->rules.create_via_pr && item->from_base == DECIDE_NONE);
}

/*
 * Send a push that needs no write in the mirror its way: in this portion's
 * commit, by pull request, or not at all if a closed request had these bytes.
 */
static void
route_push(const struct plan *plan, struct plan_item *item)
{
	const struct buf *bytes = &item->facts->bytes;

	if (is_push(item) &&
	    (item->git == PLAN_DECLINED || goes_by_pr(plan, item))) {
		if (item->git != PLAN_DECLINED)
			item->git = PLAN_BY_PR;
		item->action = DECIDE_NOTHING;
	}
	if (item->git == PLAN_BY_PR)
		buf_set(&item->after, bytes->s, bytes->len);
}

static enum plan_wants
find_wants(const struct plan_item *item)
{
	switch (item->action) {
	case DECIDE_PULL:
	case DECIDE_ADOPT:
		return PLAN_WANTS_THEIRS;
	case DECIDE_MERGE: /* the base, too: a blob never changes */
		return PLAN_WANTS_BOTH;
	default:
		return PLAN_WANTS_NONE;
	}
}

/* Return true if this run has something to do for the file. */
static bool
is_work(const struct plan *plan, const struct plan_item *item)
{
	if (is_push(item))
		return !plan->rules.read_only;
	return find_wants(item) != PLAN_WANTS_NONE ||
	       item->action == DECIDE_REMOVE;
}

/* Return true if the item is one of the pushes of a portion. */
static bool
is_pushed_along(const struct plan_item *item)
{
	return is_push(item) || item->action == DECIDE_MERGE ||
	       plan_brings_bytes(item);
}

/* What has been chosen for this portion. */
struct portion {
	size_t writes, pushes;
	uint64_t bytes, push_bytes;
};

/*
 * Choose the item, and with it all names between which something of ours
 * moves: a run that ends between two portions must not have overwritten one
 * alone.
 */
static void
choose_ring(struct portion *portion, struct plan_item *first)
{
	struct plan_item *item = first;

	do {
		item->chosen = true;
		portion->bytes += item->facts->size;
		if (is_pushed_along(item)) {
			portion->pushes++;
			portion->push_bytes += item->facts->size;
		}
		item = plan_moves_next(item);
	} while (item != first);
	portion->writes++;
}

static bool
is_full(const struct portion *portion, const struct plan_rules *rules)
{
	return portion->writes >= rules->files ||
	       portion->pushes >= rules->pushes ||
	       portion->bytes > rules->bytes ||
	       portion->push_bytes > rules->push_bytes;
}

/* Choose the files of this portion, in the order of their names. */
static void
choose_portion(struct plan *plan)
{
	struct portion portion = {.writes = 0};
	size_t i;

	for (i = 0; i < plan->n; i++) {
		struct plan_item *item = &plan->items[i];

		if (item->chosen || !is_work(plan, item))
			continue;
		if (is_full(&portion, &plan->rules)) {
			plan->more = true;
			return;
		}
		choose_ring(&portion, item);
	}
}

/* Return true if the task stays here, as Git has a foreign entry there, or
 * stays in Git, as its name is barred here. */
static bool
is_blocked(const struct plan_item *item)
{
	if (item->facts->barred)
		return strcmp(item->facts->remote, item->base) != 0 &&
		       item->facts->remote[0] != '\0';
	return item->note.foreign != LEDGER_PLAIN && item->renamed == NULL;
}

void
plan_decide(struct plan *plan, const struct facts *facts,
    const struct ledger *ledger, const struct plan_rules *rules)
{
	size_t i, at = 0;

	plan->rules = *rules;
	plan->n = facts->n;
	plan->items = std_zalloc(facts->n * sizeof *plan->items);
	for (i = 0; i < plan->n; i++) {
		struct plan_item *item = &plan->items[i];

		item->facts = &facts->files[i];
		buf_init(&item->after);
		decide_item(item, ledger_next(ledger, &at, item->facts->file));
	}
	plan_moves(plan);
	hold_removals(plan);
	for (i = 0; i < plan->n; i++)
		route_push(plan, &plan->items[i]);
	choose_portion(plan);
	for (i = 0; i < plan->n; i++) {
		struct plan_item *item = &plan->items[i];

		plan->revived += item->action == DECIDE_PUSH_NEW;
		if (plan->blocked == NULL && is_blocked(item))
			plan->blocked = item;
		if (item->chosen)
			item->wants = find_wants(item);
		plan->work += is_work(plan, item);
	}
}
