/*
 * ledger_record: what is recorded of one file and Git, and its memory.  What
 * the members mean for a run is in ledger.h, which has the functions.  Pure.
 *
 * A record may be held in several places: each ledger that lies on a base
 * (ledger_base.h) shares the records of that.  Nobody changes one that is
 * shared, but makes a copy first:
 *
 *	f = ledger_record_new("0042-Brot.md");	held once
 *	g = ledger_record_hold(f);
 *	own = ledger_record_copy(g);
 *	ledger_record_drop(f);
 *	ledger_record_drop(g);			freed
 *
 * Error handling: no function fails.
 */
#ifndef LEDGER_RECORD_H
#define LEDGER_RECORD_H

#include "base/enc.h"
#include "base/std.h"

#define LEDGER_SHA_MAX 65 /* hex digits of a Git id and the terminator */

enum ledger_pr_state {
	LEDGER_PR_NONE,
	LEDGER_PR_OPEN,
	LEDGER_PR_CLOSED,  /* unmerged */
	LEDGER_PR_FOREIGN, /* the branch's tip is not ours */
	LEDGER_PR_OTHER,   /* a word that this program does not know */
};

/*
 * The pull request of a file (VIA_PR).  Each file has a branch of its own,
 * which is known as long as the file is, whatever became of a request.
 *
 * A branch is ours while it is at `tip` or, until the move from there is
 * seen (`moving`), at `old`, or is not there.
 */
struct ledger_pr {
	enum ledger_pr_state state;
	char *other;    /* the word of LEDGER_PR_OTHER, printed as it was */
	int64_t number; /* 0: the branch is pushed, but none is opened yet */
	char *url;      /* of its page, for people; NULL unknown */
	char *branch;   /* NULL: there never was one */
	char tip[LEDGER_SHA_MAX];    /* the branch's, as we pushed it last */
	char blob[LEDGER_SHA_MAX];   /* the file's in that commit */
	char hash[ENC_HASH_LEN + 1]; /* of its bytes */
	char *etag; /* the store's, that came with exactly those bytes */
	/* The same before our last push, ours as well; "" nothing. */
	char old[LEDGER_SHA_MAX], old_blob[LEDGER_SHA_MAX];
	char old_hash[ENC_HASH_LEN + 1];
	bool moving;       /* our last push may not be there */
	int64_t pushed_ms; /* when that was */
	int64_t merged_ms; /* since when we know it as merged, and do not see
			      the merge in the branch; 0 */
};

/*
 * What Git has under a task's name: a plain file or nothing, or a foreign
 * entry, which is never replaced and never removed (reconcile.md 6).
 */
enum ledger_foreign {
	LEDGER_PLAIN,
	LEDGER_FOLDER,
	LEDGER_LINK, /* symbolic, wherever it leads */
	LEDGER_SUBMODULE,
	LEDGER_LOST, /* a name that is not UTF-8, and may be of this task */
};

/* A copy of our bytes in conflicts/, and the fields that it is about. */
struct ledger_copy {
	char hash[ENC_HASH_LEN + 1];
	char *fields; /* "status, body"; NULL none */
};

struct ledger_file {
	unsigned holders; /* ledgers, and the base that it is of */
	char *file;
	char base[LEDGER_SHA_MAX]; /* Git blob it was last equal to; "" none */
	char hash[ENC_HASH_LEN + 1]; /* BLAKE2b of that blob's bytes */
	char *etag;      /* the store's, that came with exactly those bytes */
	bool executable; /* Git has it with mode 100755 */
	enum ledger_foreign foreign; /* in Git, while the task is here */
	bool held; /* gone in Git, and to stay until that is confirmed */
	char conflict[ENC_HASH_LEN + 1]; /* copy in conflicts/; "" none */
	char *fields; /* of the conflict, "status, body"; NULL none */
	/* Earlier conflicts that are not resolved, the oldest first. */
	struct ledger_copy *older;
	size_t n_older, cap_older;
	struct ledger_pr pr;
};

/* Return an empty record of a file, held once. */
MUST_USE struct ledger_file *ledger_record_new(const char *file);
/* Return a copy, held once. */
MUST_USE struct ledger_file *ledger_record_copy(const struct ledger_file *f);
/* Hold the record in one more place, and return it. */
const struct ledger_file *ledger_record_hold(const struct ledger_file *f);
/* Hold it no longer in one; the last one frees it. */
void ledger_record_drop(const struct ledger_file *f);
/* Free all that is in a record that nobody holds. */
void ledger_record_release(struct ledger_file *f);

/* Forget the pull request, its branch and all pushes. */
void ledger_record_clear_pr(struct ledger_pr *pr);
/* Forget the earlier conflicts, not the last one. */
void ledger_record_clear_older(struct ledger_file *f);

/* Return about how many bytes of memory a record takes. */
size_t ledger_record_bytes(const struct ledger_file *f);

#endif
