#include "run/run_blobs.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "git/github.h"
#include "git/github_result.h"
#include "git/object.h"
#include "git/object_bulk.h"
#include "plan/facts.h"
#include "plan/plan.h"
#include "run/run_facts.h"

#define FETCHED 64          /* blobs that are asked for in one go, singly */
#define QUERIES ((size_t)4) /* in one go */

/* So many blobs are not worth a query: single requests for them are under way
 * together, take a few of the 5000 of an hour, and bring any bytes.  So an
 * everyday sync needs no GraphQL. */
#define FEW 5

/* A blob that a file wants. */
struct wish {
	const char *id;
	struct facts_blob *to;
	uint64_t size; /* at most, in bytes; 0: unknown */
	bool may_be_absent;
};

/* Wishes that are not fulfilled, by id. */
struct wishes {
	struct wish *list;
	size_t n;
};

/* Of one id those first that must be fulfilled. */
static int
compare_wishes(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : x->may_be_absent - y->may_be_absent;
}

static void
add_wish(struct wishes *wishes, const char *id, struct facts_file *file,
    struct facts_blob *to)
{
	if (to->state == FACTS_UNREAD)
		wishes->list[wishes->n++] = (struct wish){.id = id,
		    .to = to,
		    .size = file->size,
		    .may_be_absent = to == &file->base};
}

/*
 * List for each item Git's blob, and its base if a merge needs it.  A base may
 * be absent, as a force push may have taken it away; Git's present blob is in
 * the tree that was read, so it must be there.
 */
static void
list_wishes(struct run *run, struct wishes *wishes)
{
	const struct plan *plan = &run->plan;
	size_t i;

	wishes->n = 0;
	wishes->list = std_alloc(2 * plan->n * sizeof *wishes->list);
	for (i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];
		struct facts_file *file = &run->facts.files[i];

		if (item->wants != PLAN_WANTS_NONE)
			add_wish(wishes, file->remote, file, &file->theirs);
		if (item->wants == PLAN_WANTS_BOTH)
			add_wish(wishes, item->base, file, &file->base);
	}
	if (wishes->n > 0)
		qsort(wishes->list, wishes->n, sizeof *wishes->list,
		    compare_wishes);
}

/* Return true if the item's bytes in the mirror are the blob of its base. */
static bool
has_base(const struct plan_item *item)
{
	return item->facts->there && item->side == DECIDE_CLEAN &&
	       item->base[0] != '\0';
}

/* Return the first wish for that blob; NULL if there is none. */
static struct wish *
find_wish(const struct wishes *wishes, const char *id)
{
	size_t low = 0, high = wishes->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(wishes->list[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < wishes->n && strcmp(wishes->list[low].id, id) == 0)
		return &wishes->list[low];
	return NULL;
}

/* Give the bytes to every wish for that blob. */
static void
fulfil_wishes(const struct wishes *wishes, const char *id,
    enum facts_blob_state state, const struct buf *bytes)
{
	struct wish *end = wishes->list + wishes->n;
	struct wish *wish = find_wish(wishes, id);

	for (; wish != NULL && wish < end && strcmp(wish->id, id) == 0;
	     wish++) {
		wish->to->state = state;
		buf_set(&wish->to->bytes, bytes->s, bytes->len);
	}
}

enum run_end
run_blobs_known(struct run *run, struct err *err)
{
	const struct plan *plan = &run->plan;
	bool *wanted = std_zalloc(plan->n * sizeof *wanted), changed;
	struct wishes wishes;
	size_t i;
	int rc;

	list_wishes(run, &wishes);
	for (i = 0; i < plan->n; i++)
		wanted[i] = has_base(&plan->items[i]) &&
			    find_wish(&wishes, plan->items[i].base) != NULL;
	rc = run_facts_read(run, wanted, &changed, err);
	for (i = 0; rc == 0 && i < plan->n; i++) {
		const struct facts_file *file = plan->items[i].facts;

		/* By the id: the file may have changed since the list. */
		if (wanted[i] && file->there && file->read &&
		    strcmp(file->id.hex, plan->items[i].base) == 0)
			fulfil_wishes(&wishes, plan->items[i].base, FACTS_READ,
			    &file->bytes);
	}
	free(wanted);
	free(wishes.list);
	if (rc == -1)
		return RUN_FAILED;
	return changed ? RUN_AGAIN : RUN_DONE;
}

/* Take what came of a blob, or return why the run cannot go on. */
static enum github_result
take_answer(const struct wishes *wishes, const struct object_blob *blob)
{
	const char *id = blob->id.hex;
	const struct wish *wish = find_wish(wishes, id);

	switch (blob->result) {
	case GITHUB_OK:
		fulfil_wishes(wishes, id, FACTS_READ, &blob->bytes);
		return GITHUB_OK;
	case GITHUB_TOO_LARGE:
		fulfil_wishes(wishes, id, FACTS_TOO_LARGE, &blob->bytes);
		return GITHUB_OK;
	case GITHUB_ABSENT:
		if (!wish->may_be_absent)
			return GITHUB_ABSENT;
		fulfil_wishes(wishes, id, FACTS_ABSENT, &blob->bytes);
		return GITHUB_OK;
	default:
		return blob->result;
	}
}

/* Return true if the wish before it is for the same blob. */
static bool
is_same_blob(const struct wishes *wishes, size_t i)
{
	return i > 0 && strcmp(wishes->list[i - 1].id, wishes->list[i].id) == 0;
}

static void
fill_blob(struct object_blob *blob, const struct wish *wish)
{
	memset(blob, 0, sizeof *blob);
	snprintf(
	    blob->id.hex, sizeof blob->id.hex, "%.*s", OBJECT_ID_LEN, wish->id);
	blob->size = wish->size;
	blob->result = GITHUB_BROKEN; /* until it has come */
	buf_init(&blob->bytes);
}

/* List the blobs of the next batch, each once; return how many. */
static size_t
list_batch(const struct wishes *wishes, struct object_blob *blobs)
{
	size_t i, n = 0;

	for (i = 0; i < wishes->n && n < FETCHED; i++)
		if (!is_same_blob(wishes, i))
			fill_blob(&blobs[n++], &wishes->list[i]);
	return n;
}

/*
 * Let take_answer judge a blob that is absent or too large; any other result
 * than success ends the run.
 */
static enum github_result
fetch_singly(struct run *run, const struct wishes *wishes, struct err *err)
{
	struct object_blob blobs[FETCHED];
	size_t n = list_batch(wishes, blobs), i;
	enum github_result result =
	    object_get_blobs(run->job->github, blobs, n, err);

	if (result == GITHUB_ABSENT || result == GITHUB_TOO_LARGE)
		result = GITHUB_OK;
	for (i = 0; result == GITHUB_OK && i < n; i++) {
		result = take_answer(wishes, &blobs[i]);
		if (result != GITHUB_OK) /* err may be another blob's */
			err_set(err, ERR_BUSY, github_result_msg(result));
	}
	object_blobs_release(blobs, n);
	return result;
}

/* Return true if a query may give the wish, the first for its blob. */
static bool
suits_query(const struct wishes *wishes, size_t i)
{
	const struct wish *wish = &wishes->list[i];

	return !is_same_blob(wishes, i) && !wish->to->singly &&
	       wish->size <= OBJECT_BULK_MAX;
}

/* List the blobs of the next queries, as many as QUERIES have; return how
 * many. */
static size_t
list_queried(const struct wishes *wishes, struct object_blob *blobs)
{
	uint64_t bytes = 0;
	size_t i, n = 0;

	for (i = 0; i < wishes->n && n < QUERIES * OBJECT_BULK_BLOBS; i++) {
		if (!suits_query(wishes, i))
			continue;
		bytes += wishes->list[i].size;
		if (n > 0 && bytes > QUERIES * OBJECT_BULK_BYTES)
			break;
		fill_blob(&blobs[n++], &wishes->list[i]);
	}
	return n;
}

/* Return true if the next batch goes by queries. */
static bool
wants_queries(const struct run *run, const struct wishes *wishes)
{
	size_t i, n = 0;

	for (i = 0; i < wishes->n; i++)
		n += suits_query(wishes, i);
	return !run->singly && n > FEW;
}

/* Go on without queries for the rest of the run. */
static void
give_up_queries(struct run *run, const struct err *why)
{
	run->singly = true;
	if (run->job->singly != NULL)
		run->job->singly(run->job->arg, why->detail);
}

/*
 * Fetch a batch by queries.  What they do not give is left for single requests,
 * and so is all else if one of them fails, unless GitHub wants a pause: that
 * ends the run.
 */
static enum github_result
fetch_by_queries(struct run *run, const struct wishes *wishes, struct err *err)
{
	struct object_blob *blobs =
	    std_alloc(QUERIES * OBJECT_BULK_BLOBS * sizeof *blobs);
	size_t n = list_queried(wishes, blobs), i;
	enum github_result result =
	    object_bulk_get(run->job->github, blobs, n, err);

	for (i = 0; i < n; i++)
		if (blobs[i].result == GITHUB_OK)
			fulfil_wishes(wishes, blobs[i].id.hex, FACTS_READ,
			    &blobs[i].bytes);
		else
			find_wish(wishes, blobs[i].id.hex)->to->singly = true;
	object_blobs_release(blobs, n);
	free(blobs);
	if (result == GITHUB_OK)
		return GITHUB_OK;
	if (github_is_limited(run->job->github))
		return GITHUB_LIMITED;
	give_up_queries(run, err);
	return GITHUB_OK;
}

enum run_end
run_blobs_fetch(struct run *run, struct err *err)
{
	enum github_result result = GITHUB_OK;
	enum run_end end = RUN_DONE;
	struct wishes wishes;

	list_wishes(run, &wishes);
	if (wishes.n > 0)
		end = run_keep(run, err);
	if (end == RUN_DONE && wishes.n > 0)
		result = wants_queries(run, &wishes)
			     ? fetch_by_queries(run, &wishes, err)
			     : fetch_singly(run, &wishes, err);
	free(wishes.list);
	if (end != RUN_DONE)
		return end;
	if (result != GITHUB_OK)
		return run_refused(run, result, err);
	return wishes.n > 0 ? RUN_PART : RUN_DONE;
}
