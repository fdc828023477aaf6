/*
 * ledger: hold what is known of a user's files and Git, as in
 * `state/<user>/sync.json` (reconcile.md, "What is remembered").  Pure.
 *
 *	{"v":1,"run":{"id":"..","until":ms},"head":"<sha>","headAt":ms,
 *	 "after":"<sha>","afterAt":ms,
 *	 "folder":"userA","tasks":"<sha>","tasksHead":"<sha>","state":"ok",
 *	 "text":"","english":"","lastSyncAt":ms,"savedAt":ms,"raise":false,
 *	 "files":[{"file":"0042-Brot.md","base":"<blob>","hash":"..",
 *	   "etag":"..","executable":false,"foreign":"folder","held":false,
 *	   "conflict":"<hash>","fields":"status",
 *	   "older":[{"conflict":"<hash>","fields":"body"}],
 *	   "pull":{"state":"open","number":7,"url":"..","branch":"..",
 *	     "tip":"<sha>","blob":"<blob>","hash":"..","old":"<sha>",
 *	     "oldBlob":"<blob>","oldHash":"..","etag":"..","moving":false,
 *	     "pushedAt":ms,"mergedAt":ms}}],
 *	 "intent":{"commit":"<sha>","head":"<sha>","at":ms,
 *	   "files":[{"file":"..","after":"<hash>","before":"<etag>",
 *	     "base":"<blob>","hash":"..","pushed":"<blob>","renamed":"..",
 *	     "written":true}]},
 *	 "resolved":[{"file":"0042-Brot.md","hash":"..","at":ms}],
 *	 "aside":{"odd":["0010-A.MD"],"large":["0044.md"],"others":3}}
 *
 * That of many files lies on a base (ledger_base.h), so that a run that changes
 * few of them moves few bytes: `files` are the records that the base lacks or
 * has otherwise, `gone` the names that only the base has.
 *
 *	{"v":2,...,"raise":false,"base":"<hash>","gone":["0007.md"],
 *	 "files":[...],...}
 *
 * Every version writes it without blanks, `v`, `base` and `gone` before `files`,
 * these before the other lists, in the order of their names, and of each record
 * `file` first: ledger_scan.h searches it by that.
 *
 * If the file is missing or does not parse, all bases are unknown.  One of a
 * newer version is neither: it is left alone (ledger_json.h).
 *
 * Calling sequence
 *
 *	struct ledger ledger = LEDGER_INIT;
 *
 *	if (ledger_json_parse(&bytes, &ledger) == LEDGER_JSON_BROKEN)
 *		count all bases as unknown;
 *	f = ledger_record(&ledger, "0042-Brot.md");
 *	ledger_set_base(f, blob, hash, etag);
 *	ledger_json_print(&text, &ledger);
 *	ledger_release(&ledger);
 *
 * A record keeps its address until it is forgotten, or ledger_record makes one
 * that is shared the ledger's own.
 *
 * Error handling: no function fails.  Times are milliseconds since 1970.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "base/buf.h"
#include "base/enc.h"
#include "base/msg.h"
#include "task/strays.h"
#include "week/ledger_base.h"
#include "week/ledger_record.h"

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
	char *renamed; /* its new name, where its conflicts go, too; NULL */
	char *source;  /* name that these bytes of ours come from; NULL */
	bool settled;  /* of no matter in sync.json: settle_intent's note */
};

/* A conflict that its owner has resolved: the copy is swept 30 days later. */
struct ledger_resolved {
	char *file;
	char hash[ENC_HASH_LEN + 1]; /* of the copy in conflicts/ */
	int64_t at_ms;
};

struct ledger {
	char *run_id; /* of the run that has the lease; NULL: none has */
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
	char *english;     /* the same; NULL if an older program wrote it */
	int64_t last_ms;   /* lastSyncAt; 0 never */
	int64_t saved_ms;  /* what the writer's clock showed; 0: unknown */
	bool raise;        /* a shown state changed: the version must follow */

	/* Sorted by name.  A record of the base is shared by all ledgers that
	 * lie on it, so none is changed but by ledger_record. */
	const struct ledger_file **files;
	size_t n, cap;
	/* The base on which sync.json lies; NULL: on none.  Held: change it by
	 * ledger_base_set. */
	struct ledger_base *under;
	struct strays strays; /* what Git's folder has beside these */

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

/* Return the record of a file; NULL if there is none. */
const struct ledger_file *ledger_find(
    const struct ledger *ledger, const char *file);
/* The same for names in their order, from *at 0 on, which is how far the walk has
 * come: all together cost one look at each record. */
const struct ledger_file *ledger_next(
    const struct ledger *ledger, size_t *at, const char *file);
/*
 * Return the record of a file, to be changed; make an empty one if there is
 * none.  One that is shared becomes the ledger's own: what ledger_find has
 * returned of it before stays as it was.
 */
struct ledger_file *ledger_record(struct ledger *ledger, const char *file);
/*
 * Forget the record of a file.  If a conflict of it is not resolved, keep that
 * and forget the base only.
 */
void ledger_forget(struct ledger *ledger, const char *file);

/* Remove the record of a file, whatever it says. */
void ledger_remove(struct ledger *ledger, const char *file);

/*
 * Record that the file's bytes, which came with that ETag, are that blob.  The
 * arguments may be the record's own.
 */
void ledger_set_base(struct ledger_file *f, const char *blob, const char *hash,
    const char *etag);

/*
 * Return how a mirrored file of this ETag stands to Git; f may be NULL.
 * LEDGER_PR: a pull request has exactly these bytes, or had when it was
 * closed.  While one is open, bytes that it lacks are pending, even if Git has
 * them.  So is a file whose name is a foreign entry's in Git.
 */
enum ledger_shown { LEDGER_CLEAN, LEDGER_PENDING, LEDGER_PR, LEDGER_CONFLICT };
enum ledger_shown ledger_shown(const struct ledger_file *f, const char *etag);
const char *ledger_shown_word(enum ledger_shown shown); /* as in http-api.md */

/*
 * Return true if a pull request is open, or on its way.  Until it ends, Git
 * decides about the file.
 */
bool ledger_pr_waits(const struct ledger_pr *pr);
/* Return true if a request has our last push, or had when it was closed. */
bool ledger_pr_is_there(const struct ledger_pr *pr);
/* End the pull request; keep its branch and what we pushed there. */
void ledger_pr_end(struct ledger_pr *pr);
/*
 * Record that the bytes of a closed request have become these, by a merge with
 * Git's.
 */
void ledger_decline(struct ledger_pr *pr, const char *hash, const char *etag);
/* Return true if a record has that branch, whatever became of its request. */
bool ledger_has_branch(const struct ledger *ledger, const char *branch);
void ledger_pr_set_state(struct ledger_pr *pr, enum ledger_pr_state state);
/* Return the state's word (http-api.md); NULL for none. */
const char *ledger_pr_word(const struct ledger_pr *pr);
/* Set the state from a word as in sync.json; NULL: none. */
void ledger_pr_set_word(struct ledger_pr *pr, const char *word);

/*
 * Record a conflict: the copy in conflicts/ and the fields that it is about.
 * The conflict that was recorded before becomes an older one.
 */
void ledger_set_conflict(
    struct ledger_file *f, const char *copy, const char *fields);
/* Return true if a conflict that is not resolved names that copy. */
bool ledger_in_conflict(const struct ledger_file *f, const char *copy);
/*
 * Give the conflicts of files that Git has renamed to their new names, and
 * their pull requests, too, where the new name has none.  Where it has one, the
 * request ends, and its branch stays known under the old name.  All at once,
 * since two files may have changed places.
 */
struct ledger_move {
	const char *from, *to;
};
void ledger_move(
    struct ledger *ledger, const struct ledger_move *moves, size_t n);

/*
 * Resolve the file's conflict that names the copy, if there is one; if it was
 * the newest, the newest of the older ones takes its place.  Bases and trees
 * stay true: bytes that go into the mirror with it count as an edit.
 */
void ledger_resolve(
    struct ledger *ledger, const char *file, const char *copy, int64_t now_ms);
/* Append a resolved conflict; its hash is the caller's to fill. */
struct ledger_resolved *ledger_add_resolved(
    struct ledger *ledger, const char *file, int64_t at_ms);
/* Forget the n oldest resolved conflicts. */
void ledger_forget_resolved(struct ledger *ledger, size_t n);
/* Return the last resolved one of that file and copy (NULL: any), or NULL. */
const struct ledger_resolved *ledger_find_resolved(
    const struct ledger *ledger, const char *file, const char *copy);

struct ledger_intent *ledger_intent_add(
    struct ledger *ledger, const char *file);
void ledger_intents_clear(struct ledger *ledger);

/* Set the state, and the sentence of `msg` as its text; MSG_NONE: no text. */
void ledger_set_state(
    struct ledger *ledger, enum ledger_state state, const struct msg *msg);
/* Set the state from a word as in sync.json, NULL none; the text stays. */
void ledger_set_state_word(struct ledger *ledger, const char *word);
/* Return the state's word (http-api.md); NULL for NONE and OTHER. */
const char *ledger_state_word(enum ledger_state state);

/* Return the word for sync.json; NULL for PLAIN. */
const char *ledger_foreign_word(enum ledger_foreign foreign);
/* Return what the word means; PLAIN for NULL and an unknown one. */
enum ledger_foreign ledger_foreign_of(const char *word);
/* Return the sentence for the owner of the task; MSG_NONE for PLAIN. */
enum msg_id ledger_foreign_msg(enum ledger_foreign foreign);

#endif
