/*
 * plan: decide from facts what one run does with each of a user's files
 * (docs/reconcile.md 5 and 6).  Pure: neither store nor GitHub nor clock, so
 * that tests/test_plan.c can write every case as literals.
 *
 * Error handling: no function fails; a plan can always be made.
 *
 * Calling sequence.  Two passes, because which of Git's bytes are needed is
 * known only after the first:
 *
 *	struct plan plan = PLAN_INIT;
 *
 *	facts: names, ETags, Git's blobs; bytes where plan_decide_wants_bytes
 *	plan_decide(&plan, &facts, &ledger, &rules);
 *	plan_record_notes(&plan, &ledger);
 *	facts: `theirs` and `base` of each file as items[i].wants says
 *	plan_merge(&plan);
 *	... apply it; plan_record_intents and plan_record_done say what ...
 *	plan_release(&plan);
 *
 * The plan points into facts, which must outlive it, and keeps no pointer
 * into the ledger.  It changes neither; what is to be recorded in the ledger
 * stands in its items' notes, which plan_record writes there.
 *
 * A plan is for a portion: a run does so many files at once, records them,
 * and plans anew (`more`).
 */
#ifndef PLAN_H
#define PLAN_H

#include "plan/decide.h"
#include "plan/facts.h"

#define PLAN_FILES  200 /* files that are written or pushed in a portion */
#define PLAN_PUSHES 100 /* of them pushed, that is, in one commit */
#define PLAN_BYTES  ((uint64_t)64 << 20) /* of them, before it ends */
/* Of what is pushed, before it ends: it goes to GitHub as one request, which
 * must be over within 15 s on a slow line, too. */
#define PLAN_PUSH_BYTES ((uint64_t)2 << 20)

struct plan_rules {
	bool full;            /* trust no ETag: compare every byte */
	bool confirm;         /* removals are meant */
	bool read_only;       /* the token must not push */
	bool via_pr;          /* edits go by pull request, */
	bool create_via_pr;   /* or new files at least */
	size_t files, pushes; /* limits of a portion */
	uint64_t bytes;       /* it ends with the file that exceeds them, */
	uint64_t push_bytes;  /* or with the push that exceeds these */
};

/*
 * Return how many files a portion has of so many that are known: PLAN_FILES,
 * or a multiple of it, so that the number of portions has a limit: a run looks
 * at all files for each portion, so its time would grow with their square.  A
 * query for blobs (object_bulk.h) has as many files.
 */
size_t plan_portion(size_t known);

/* What happens in the mirror.  `after` are the bytes that stand there then. */
enum plan_mirror {
	PLAN_KEEP,
	PLAN_AGREE, /* nothing: it has Git's bytes, and that is recorded */
	PLAN_WRITE, /* what is replaced is copied to trash/ */
	PLAN_YIELD, /* a conflict: Git's are written, ours go to conflicts/ */
	PLAN_REMOVE,
};

/* What happens to `after` in Git. */
enum plan_git {
	PLAN_NO_PUSH,
	PLAN_PUSH,
	PLAN_BY_PR,    /* on the branch of the file's pull request */
	PLAN_DECLINED, /* nothing: a closed request had just these bytes */
};

/* Git's bytes that the second pass needs. */
enum plan_wants { PLAN_WANTS_NONE, PLAN_WANTS_THEIRS, PLAN_WANTS_BOTH };

/* What the facts say about a file's record; shown are all but `held`. */
struct plan_note {
	bool clean;   /* the bytes are the base's: the record's ETag or hash
		       * is another */
	bool pr_etag; /* the same of the pull request's bytes */
	bool pr_over; /* clean, so nothing is left to ask for */
	bool held;    /* gone in Git, and stays here until that is confirmed */
	enum ledger_foreign foreign; /* in Git, where the task is here */
};

struct plan_item {
	const struct facts_file *facts;
	/* What is recorded. */
	bool recorded;
	char base[LEDGER_SHA_MAX]; /* "" none, or unknown */
	char base_hash[ENC_HASH_LEN + 1];

	/* plan_decide: */
	enum decide_remote from_base;
	enum decide_mirror side;
	bool executable; /* what is pushed gets mode 100755 */
	bool waits;      /* a pull request is open: it decides about the file */
	bool luggage;    /* has conflicts or a branch: they go where it goes */
	bool declined;   /* a closed request had just these bytes */
	enum decide_action action;
	struct plan_note note;
	struct plan_item *renamed; /* Git has this task under that name now */
	struct plan_item *source;  /* old name whose dirty bytes, or luggage,
				    * come here */
	bool taken;                /* an old name's new one */
	bool chosen;               /* belongs to this portion */
	enum plan_wants wants;

	/* plan_merge: */
	enum plan_mirror mirror;
	enum plan_git git;
	struct buf after;
	char theirs[ENC_HASH_LEN + 1]; /* hash of Git's bytes, if wanted */
	char *fields;                  /* of a conflict, "status, body" */
};

struct plan {
	struct plan_rules rules;
	struct plan_item *items; /* one for each of the facts, in their order */
	size_t n;
	unsigned kept;    /* removals that are held back */
	unsigned revived; /* gone in Git, edited here: pushed as new */
	size_t work;      /* files to be written, removed or pushed, in this
			   * portion and those after it */
	bool more;        /* something is left for another portion */
	bool too_large;   /* a file in Git is left out for its size */
	/* The first file that must stay here, as Git has a foreign entry of
	 * its name, or in Git, as its name is barred here; NULL none. */
	const struct plan_item *blocked;
};

#define PLAN_INIT                                                              \
	{                                                                      \
		.items = NULL                                                  \
	}
void plan_release(struct plan *plan);

/* Return true if the dirty bytes of another name come to this one. */
bool plan_brings_bytes(const struct plan_item *item);
/* Return true if the mirror's file is written or removed. */
bool plan_writes(const struct plan_item *item);
/* Return the number of files that go to Git in this portion's commit. */
size_t plan_count_pushes(const struct plan *plan);
/* Push nothing, as the token turned out not to be allowed to; pull all. */
void plan_drop_pushes(struct plan *plan);

#endif
