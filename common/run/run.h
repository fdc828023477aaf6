/*
 * run: what the steps of one run with Git share (reconcile.h).
 *
 * A run is a table of steps, each one function that does one thing to the
 * store or to Git, or plans it.  A step has one result, `enum run_end`; its
 * err is the run's only with RUN_FAILED, and otherwise may say why GitHub
 * refused.  Steps with a name are the points at which SYNC_CRASH_AT kills
 * the worker, right after the step: each must leave behind what the next run
 * can go on from.
 *
 *	static const struct run_step steps[] = {
 *	    {"look", run_facts_look},
 *	    {"head", run_head_read},
 *	    ...
 *	};
 *	end = run_steps(&run, steps, ARRAY_LEN(steps), err);
 *
 * Only reconcile.c and the modules run_* use this.
 */
#ifndef RUN_H
#define RUN_H

#include "git/github_result.h"
#include "plan/plan.h"
#include "plan/plan_record.h"
#include "plan/settle.h"
#include "run/job.h"
#include "run/remote.h"
#include "store/blob.h"
#include "store/store.h"
#include "sync/pending.h"

#define RUN_BATCH 16 /* store requests in one go */

enum run_end {
	RUN_DONE,   /* go on; of a whole run: nothing is left */
	RUN_IDLE,   /* the same, and there was nothing to do */
	RUN_PART,   /* a batch is done: call this step again, unless the
		     * worker is to end */
	RUN_MORE,   /* a portion is done: plan the next */
	RUN_AGAIN,  /* another writer was faster: look again */
	RUN_LATER,  /* undecided: keep the mark, run again later */
	RUN_STOP,   /* GitHub refuses; the ledger's state says why */
	RUN_LOST,   /* another run has the lease, or has written sync.json */
	RUN_FAILED, /* the store failed; err says how */
};

/* Where the commit of this attempt is. */
enum run_push {
	RUN_NO_COMMIT,
	RUN_UNSENT, /* not sent, or refused: it will never be in the branch */
	RUN_SENT,   /* no answer came: the next run finds out */
	RUN_LANDED, /* in the branch */
};

/* What this run knows of the pull requests that are open. */
enum run_prs { RUN_PRS_UNASKED, RUN_PRS_ASKED, RUN_PRS_STALE };

/* How far the run is, in files (run_progress.h). */
struct run_progress {
	size_t of;       /* in all, by the plans so far */
	size_t before;   /* done in the portions before this one */
	size_t here;     /* done in this portion */
	int64_t told_ms; /* when the store got it last, by the monotonic
			  * clock */
	bool is_told;    /* the store has it */
};

struct run_pr; /* run_pr.c: one file on its way to its pull request */

struct run {
	const struct job *job;
	struct job_result *result;
	char id[33]; /* of this run, in its lease */

	/* sync.json, as it is to be saved next. */
	struct ledger ledger;
	struct blob blob; /* sync.json as it was read or saved last */
	/* When the lease ends and when the intents were written, by the
	 * monotonic clock: a clock that is set amid a run changes neither. */
	int64_t lease_end_ms, intended_ms;
	bool shown;         /* what the page shows has changed */
	struct buf changed; /* of it the files of the mirror (changes.h) */
	bool raise_saved;   /* sync.json says that the version must follow */

	/* What was seen. */
	struct blob mark;
	struct pending_note note; /* of the mark */
	struct store_list list;
	/* When this run asked for the head last; 0: not yet.  The answer may
	 * be as old as that, and by GitHub's lag older, however long it
	 * took. */
	int64_t looked_ms;
	struct object_id seen; /* the branch's head, believed or not */
	struct remote remote;  /* the user's folder at the believed head */
	struct facts facts;
	struct strays unreadable; /* `barred`: files that could not be read */
	enum settle_fate fate;    /* of an earlier run's commit */
	enum run_prs prs;
	bool merge_unseen; /* a request is merged, its commit is not seen */
	bool singly;       /* a query for many blobs has failed: no other one */

	/* What is done about it. */
	struct plan plan;
	struct plan_result *results; /* of each of the plan's items */
	bool read_only;              /* the token must not push */
	struct msg forbidden;        /* in GitHub's words; MSG_NONE: none */
	struct object_id commit;     /* "" none */
	struct object_id made_tasks; /* tree of tasks/ in it */
	enum run_push push;
	struct run_pr *pr;
	struct run_progress progress;
	unsigned next_id; /* the next number has been raised to that; 0 */

	enum run_end how;    /* how the attempts ended */
	enum run_end so_far; /* how the table's steps before this one ended */
	size_t at;           /* where a step with batches goes on; 0 at first */
};

struct run_step {
	const char *name; /* NULL: nothing that a crash could leave behind */
	enum run_end (*run)(struct run *run, struct err *err);
	bool always; /* however the steps before it have ended */
};

/*
 * Run the steps in turn until one ends otherwise than RUN_DONE or RUN_IDLE;
 * then only those that are for `always`.  RUN_LOST and RUN_FAILED end the
 * table at once.
 */
enum run_end run_steps(
    struct run *run, const struct run_step *steps, size_t n, struct err *err);

/*
 * Read sync.json into run->ledger.  One that does not parse counts as none
 * (reconcile.md, "Without records").  Fail with the store's error, or with
 * ERR_NEWER if a newer program wrote it: then nothing may be decided, nor
 * anything written, not even a lease.
 */
MUST_USE int run_load(struct run *run, struct err *err);
/*
 * Save sync.json with a longer lease, by compare-and-swap: RUN_DONE,
 * RUN_LOST, or RUN_FAILED.  If its base is outgrown, put another one before
 * (ledger_blob_print).
 */
enum run_end run_save(struct run *run, struct err *err);
/*
 * The same, and note that the version must be raised if what is shown has
 * changed: the run may crash before it raises it.
 */
enum run_end run_save_shown(struct run *run, struct err *err);
/*
 * Extend the lease if more than half of it is over; call it before each batch
 * of writes, and between requests that may be many.  A lease that has ended is
 * extended, too: the swap is lost if another run has taken it.  As
 * run_save_shown.
 */
enum run_end run_keep(struct run *run, struct err *err);
/*
 * Return true if the lease is still this run's by the clock.  Asked right
 * before the push, which no swap of sync.json guards.
 */
bool run_holds(const struct run *run);

/* Return true if the worker has been told to end: stop after this batch. */
bool run_is_stopping(const struct run *run);

/* Return the moments that settle_* ask for, of now. */
struct settle_clock run_clock(const struct run *run);

/*
 * Put into the ledger's state that GitHub refused, or did not answer.  Return
 * RUN_LATER if another try may succeed, else RUN_STOP.
 */
enum run_end run_refused(
    struct run *run, enum github_result result, const struct err *err);
/*
 * Return GITHUB_TEMPORARY, with a sentence in err, for a 404 about an object
 * that GitHub has just made or shown: another of its servers does not have it
 * yet.  Only of a request that writes a 404 may mean that the token must not.
 */
enum github_result run_unseen(enum github_result result, struct err *err);
/* Note that GitHub forbids to push, and what it says of that. */
void run_forbidden(struct run *run, const struct err *err);
/*
 * Put the state of a run that is done into the ledger; again if the token
 * turned out later to be one that must not push.
 */
void run_set_state(struct run *run);

#endif
