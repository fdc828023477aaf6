/*
 * ledger: what is known of a user's files and Git, `state/<user>/sync.json`
 * (reconcile.md).  Pure: the records and their form as JSON.
 *
 *	{"v":1,"run":{"id":"..","until":ms},"head":"<sha>","headAt":ms,
 *	 "after":"<sha>","afterAt":ms,
 *	 "folder":"userA","tree":"<sha>","treeHead":"<sha>","state":"ok",
 *	 "text":"","lastSyncAt":ms,"raise":false,
 *	 "files":[{"file":"0042-Brot.md","base":"<blob>","hash":"..",
 *	   "etag":"..","held":false,"conflict":"<hash>","fields":"status",
 *	   "older":[{"conflict":"<hash>","fields":"body"}],
 *	   "pull":{"state":"open","number":7,"url":"..","branch":"..",
 *	     "tip":"<sha>","blob":"<blob>","hash":"..","old":"<sha>",
 *	     "oldBlob":"<blob>","oldHash":"..","etag":"..","moving":false,
 *	     "pushedAt":ms,"mergedAt":ms}}],
 *	 "intent":{"commit":"<sha>","head":"<sha>","at":ms,
 *	   "files":[{"file":"..","after":"<hash>","before":"<etag>",
 *	     "base":"<blob>","hash":"..","pushed":"<blob>","renamed":"..",
 *	     "written":true}]},
 *	 "resolved":[{"file":"0042-Brot.md","hash":"..","at":ms}]}
 *
 * Without the file, and where it does not parse, all bases are unknown.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "base/buf.h"
#include "base/enc.h"
#include "base/msg.h"

#define LEDGER_SHA_MAX 65 /* hex digits of a Git id and the terminator */

/*
 * How the last run ended, or what status shows instead (http-api.md).
 * sync.json has the first four; a word that this program does not know is
 * OTHER and keeps its text, as a newer program may have written it.
 */
enum ledger_state {
	LEDGER_STATE_NONE, /* nothing ran yet */
	LEDGER_STATE_OK,
	LEDGER_STATE_PENDING,
	LEDGER_STATE_FAILED,
	LEDGER_STATE_READ_ONLY, /* the token must not push */
	LEDGER_STATE_RUNNING,
	LEDGER_STATE_OFF, /* no repository is set up */
	LEDGER_STATE_OTHER,
};

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

/* A copy of our bytes in conflicts/, and the fields that it is about. */
struct ledger_copy {
	char hash[ENC_HASH_LEN + 1];
	char *fields; /* "status, body"; NULL none */
};

struct ledger_file {
	char *file;
	char base[LEDGER_SHA_MAX]; /* Git blob it was last equal to; "" none */
	char hash[ENC_HASH_LEN + 1]; /* BLAKE2b of that blob's bytes */
	char *etag; /* the store's, that came with exactly those bytes */
	bool held;  /* gone in Git, and to stay until that is confirmed */
	char conflict[ENC_HASH_LEN + 1]; /* copy in conflicts/; "" none */
	char *fields; /* of the conflict, "status, body"; NULL none */
	/* Earlier conflicts that are not resolved, the oldest first. */
	struct ledger_copy *older;
	size_t n_older, cap_older;
	struct ledger_pr pr;
};

/* A file that a run writes into the mirror, pushes, or both. */
struct ledger_intent {
	char *file;
	bool written; /* the mirror gets new bytes (or loses the file) */
	char after[ENC_HASH_LEN + 1]; /* hash of the bytes after; "" removed */
	char *before;                 /* ETag before; "" absent */
	/* The base that holds once the mirror is written, before the push. */
	char base[LEDGER_SHA_MAX];
	char hash[ENC_HASH_LEN + 1];
	char pushed
	    [LEDGER_SHA_MAX]; /* blob that the commit has; "" not pushed */
	char conflict[ENC_HASH_LEN + 1]; /* as in ledger_file */
	char *fields;
	char *renamed; /* its new name, of one that goes by a rename; NULL */
};

/* A conflict that its owner has resolved: the copy is swept 30 days later. */
struct ledger_resolved {
	char *file;
	char hash[ENC_HASH_LEN + 1]; /* of the copy in conflicts/ */
	int64_t at_ms;
};

struct ledger {
	char *run_id; /* NULL: nobody runs */
	int64_t run_until_ms;
	char head[LEDGER_SHA_MAX];  /* last one believed; "" none */
	int64_t head_ms;            /* when it was seen last */
	char after[LEDGER_SHA_MAX]; /* a webhook's head that we wait for; "" */
	int64_t after_ms;           /* since when */
	char *folder;               /* of the user in Git, as written there */
	/* Of tasks/ at tree_head; both "" unless all records equal it. */
	char tree[LEDGER_SHA_MAX], tree_head[LEDGER_SHA_MAX];
	enum ledger_state state;
	char *other_state; /* the word of LEDGER_STATE_OTHER */
	char *text;        /* German sentence to the state */
	int64_t last_ms;   /* lastSyncAt; 0 never */
	bool raise;        /* a shown state changed: the version must follow */

	struct ledger_file *files; /* sorted by name */
	size_t n, cap;

	/* The intents of the run that was the last to get that far. */
	char commit[LEDGER_SHA_MAX]; /* last of the chain; "" nothing pushed */
	char intent_head[LEDGER_SHA_MAX];
	int64_t intent_ms;
	struct ledger_intent *intents;
	size_t n_intents, cap_intents;

	struct ledger_resolved *resolved; /* oldest first */
	size_t n_resolved, cap_resolved;
};

#define LEDGER_INIT                                                            \
	{                                                                      \
		.run_id = NULL                                                 \
	}
void ledger_release(struct ledger *ledger);

/* The record of a file, NULL if there is none; one is made by ledger_record. */
struct ledger_file *ledger_find(const struct ledger *ledger, const char *file);
struct ledger_file *ledger_record(struct ledger *ledger, const char *file);
/* A conflict that is not resolved outlives its file: then the base goes. */
void ledger_forget(struct ledger *ledger, const char *file);

/* What is now known of a file: these bytes are that blob.  The arguments may
 * be the record's own. */
void ledger_set_base(struct ledger_file *f, const char *blob, const char *hash,
    const char *etag);

/*
 * How a mirrored file of this ETag stands to Git; f may be NULL.  LEDGER_PR: a
 * pull request has exactly these bytes, or had when it was closed.  While one
 * is open, what it does not have is pending, even if Git has it.
 */
enum ledger_shown { LEDGER_CLEAN, LEDGER_PENDING, LEDGER_PR, LEDGER_CONFLICT };
enum ledger_shown ledger_shown(const struct ledger_file *f, const char *etag);
const char *ledger_shown_word(enum ledger_shown shown); /* as in http-api.md */

/* Is one open, or on its way?  Until it ends, Git decides about the file. */
bool ledger_pr_waits(const struct ledger_pr *pr);
/* Is there one (or was, until it was closed), with our last push in it? */
bool ledger_pr_is_there(const struct ledger_pr *pr);
/* The pull request is over; its branch and what we pushed there stay known. */
void ledger_pr_end(struct ledger_pr *pr);
/* Bytes that were not wanted have become these by a merge with Git's. */
void ledger_decline(struct ledger_pr *pr, const char *hash, const char *etag);
/* Forget all of it. */
void ledger_pr_clear(struct ledger_pr *pr);
void ledger_pr_set_state(struct ledger_pr *pr, enum ledger_pr_state state);
/* The state's word, NULL for none. */
const char *ledger_pr_word(const struct ledger_pr *pr);
void ledger_pr_set_word(struct ledger_pr *pr, const char *word);

/*
 * The copy in conflicts/ and the fields that it is about.  A conflict that
 * is there already becomes an older one.
 */
void ledger_set_conflict(
    struct ledger_file *f, const char *copy, const char *fields);
/* Forget the earlier conflicts, not the last one. */
void ledger_clear_older(struct ledger_file *f);
/* Does a conflict that is not resolved name that copy? */
bool ledger_in_conflict(const struct ledger_file *f, const char *copy);
/*
 * A file was renamed in Git: its conflicts, and its pull request if the new
 * name has none, are those of the new name now.
 */
void ledger_rename(struct ledger *ledger, const char *from, const char *to);

/*
 * The conflict of that file that names the copy, if there is one, is
 * resolved; if it was the newest, the newest of the older ones takes its
 * place.  Bases and trees stay true: if bytes go into the mirror with it,
 * that counts as an edit like any other.
 */
void ledger_resolve(
    struct ledger *ledger, const char *file, const char *copy, int64_t now_ms);
/* Append a resolved conflict; its hash is the caller's to fill. */
struct ledger_resolved *ledger_add_resolved(
    struct ledger *ledger, const char *file, int64_t at_ms);
/* Forgets the n oldest that are resolved. */
void ledger_forget_resolved(struct ledger *ledger, size_t n);
/* The last one of that file and copy (NULL: of any); NULL none. */
const struct ledger_resolved *ledger_find_resolved(
    const struct ledger *ledger, const char *file, const char *copy);

struct ledger_intent *ledger_intent_add(
    struct ledger *ledger, const char *file);
void ledger_intents_clear(struct ledger *ledger);

/* The sentence of `msg` becomes the text to the state; MSG_NONE: none. */
void ledger_set_state(
    struct ledger *ledger, enum ledger_state state, const struct msg *msg);
/* The same from a word as in sync.json, NULL none; the text stays. */
void ledger_set_state_word(struct ledger *ledger, const char *word);
/* NULL for NONE and OTHER. */
const char *ledger_state_word(enum ledger_state state);

#endif
