/*
 * run: one run of reconcile, what its steps share (reconcile.h).
 *
 * run_*.c are the steps; nobody but reconcile.c and they include this.
 */
#ifndef RUN_H
#define RUN_H

#include "sync/decide.h"
#include "sync/job.h"
#include "sync/pending.h"
#include "sync/remote.h"
#include "week/ledger.h"

#define RUN_PORTION 200 /* files written in one go */
#define RUN_COMMIT  100 /* files pushed in one commit */
#define RUN_BATCH   16  /* store requests in one go */

/* A file that stands in the records, in Git or in the mirror. */
struct run_item {
	char *file;
	char remote[LEDGER_SHA_MAX]; /* blob in Git; "" none */
	bool there;                  /* in the mirror */
	struct buf etag;             /* of the list, later of the bytes read */
	bool read;
	struct buf bytes;            /* the mirror's, if read */
	char hash[ENC_HASH_LEN + 1]; /* of these */
	enum decide_mirror mirror;
	enum decide_action action;
	char theirs[ENC_HASH_LEN + 1]; /* hash of Git's bytes, if fetched */
	char pushed[LEDGER_SHA_MAX];   /* blob that our commit has */
	bool written;                  /* the mirror has it */
	bool moved;                    /* Git has it under another name now */
	bool taken;                    /* is that other name */
	struct run_item *partner; /* dirty bytes move there, or from there */
	struct run_item *renamed; /* the other name, if Git renamed it */
	bool chosen;              /* belongs to this portion */

	/* What was planned: */
	bool write; /* `after` goes into the mirror; or, with gone, */
	bool gone;  /* the file goes */
	bool push;  /* `after` (or the bytes) goes to Git */
	struct buf after;
	bool pull;     /* the same by a pull request, once the rest is done */
	bool conflict; /* the bytes go to conflicts/ */
	char *fields;  /* of the conflict */
	bool settled;  /* only the record changes: bytes are Git's */
	bool waits;    /* a pull request is open: nothing is decided */
	bool declined; /* its bytes were refused: not pushed before an edit */
};

enum run_end {
	RUN_DONE,  /* nothing is left */
	RUN_MORE,  /* a portion is done; go on */
	RUN_AGAIN, /* somebody was faster: look again */
	RUN_LATER, /* undecided: stay pending */
	RUN_STOP,  /* Git does not let us; the state says why */
	RUN_LOST,  /* the lease is somebody else's */
};

struct run {
	const struct job *job;
	struct job_result *result;
	struct ledger sync;
	struct buf sync_etag; /* "" while there is no sync.json */
	char id[33];          /* of this run */
	struct buf mark_etag; /* "" no mark */
	struct pending_note mark;
	struct store_list list;
	struct remote remote;
	struct run_item *items; /* by name */
	size_t n, cap;
	bool shown;       /* something shown has changed */
	bool read_only;   /* the token must not push */
	bool raise_saved; /* sync.json says that the version must follow */
	bool pushing;     /* this attempt has a commit, */
	bool dead;        /* which is not in Git and never will be */
	bool more;        /* the plan is only a portion */
	bool too_large;   /* a file in Git is left out for its size */
	unsigned revived; /* gone in Git, edited here: pushed again */
	struct object_id made_tasks; /* tree of tasks/ in our commit */
	/* When the head was asked for: it may be as old as that, and by
	 * GitHub's lag older, however long the answer took. */
	int64_t looked_ms;
	bool asked;     /* the pull requests are as GitHub has them */
	bool ask_again; /* one is known since that may be over */
	bool merged;    /* one of them, but its commit is not to be seen yet */
};

/*
 * Saves sync.json with a longer lease, by compare-and-swap.  *end: RUN_DONE,
 * or RUN_LOST if somebody else has written it.
 */
MUST_USE int run_save(struct run *run, enum run_end *end, struct err *err);
/* Is the lease still ours?  Asked before each push. */
bool run_holds(const struct run *run);
/* Before each write: extends a lease that ends soon.  *end as in run_save. */
MUST_USE int run_keep(struct run *run, enum run_end *end, struct err *err);
void run_step(const struct run *run, const char *name);

/* Git said no: RUN_LATER if that passes, else RUN_STOP; the state says why. */
enum run_end run_refused(
    struct run *run, enum github_result result, const struct err *err);

/* run_settle.c: what an earlier run intended. */
MUST_USE int run_settle(struct run *run, enum run_end *end, struct err *err);

/* run_plan.c: items, their actions, and what is to be written. */
MUST_USE int run_plan(struct run *run, enum run_end *end, struct err *err);
void run_items_release(struct run *run);
/*
 * Reads the mirror's bytes of the items that are wanted, many at once; a
 * vanished file is `there` = false, and the ETag is that of the bytes.
 */
MUST_USE int run_read(struct run *run,
    bool (*wanted)(const struct run *run, const struct run_item *item),
    struct err *err);

/* run_apply.c: copies, commit, intents, mirror, push, records. */
MUST_USE int run_apply(struct run *run, enum run_end *end, struct err *err);

/* The first line of a commit for this item's new bytes. */
void run_subject(
    const struct run *run, const struct run_item *item, struct buf *out);
/* A commit of the user's that no branch has yet. */
struct run_commit {
	const char *message, *tree;
	const char *const *parents;
	size_t n_parents;
};
MUST_USE enum github_result run_commit(struct run *run,
    const struct run_commit *what, struct object_id *out, struct err *err);
/* The state after all is done; again when it has turned read_only. */
void run_state(struct run *run);

/*
 * run_pull.c: pull requests.  The first asks what became of those that are
 * open, before anything is decided; the second, after all else, carries out
 * `pull` of the items.
 */
enum run_end run_pull_look(struct run *run, struct err *err);
MUST_USE int run_pull_push(struct run *run, enum run_end *end, struct err *err);

#endif
