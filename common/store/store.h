/*
 * store: the blob store, one contract for every backend (design.md 5).
 *
 * A blob is bytes under a key.  Keys come from names.h alone; a backend
 * refuses what is not `segment(/segment)*` with segments of 1 to 255 bytes
 * that do not start with '.' and hold no control character and no
 * backslash, at most STORE_KEY_MAX bytes of UTF-8 in all.  Bytes are at most
 * STORE_BLOB_MAX.
 *
 * An ETag is an opaque string without quotes that is another one whenever
 * the blob was written again; "" or NULL stands for none, which nothing
 * matches.  Reads and lists are strongly consistent: what a put has
 * acknowledged, every later get and list on any host shows.
 *
 * Requests are made in batches: all of one batch are under way at once (16
 * or more in flight on azure, over kept connections), in no order.  What
 * must come after something else goes into a later batch.  A batch is what
 * the cost figures call a round.
 *
 * Calling sequence
 *
 *	struct store_op ops[] = {
 *		STORE_GET(token_key),
 *		STORE_GET(artifact_key),
 *	};
 *	if (store_run(store, ops, 2, err) == -1)
 *		goto out;
 *	if (ops[0].result == STORE_OK)
 *		use(ops[0].body.s, ops[0].body.len);
 *	...
 *	store_ops_release(ops, 2);
 *
 * Error handling
 *
 * STORE_FAILED (ERR_STORE) means: not known to have happened.  A backend tries
 * a get or list again.  It looks up a conditional write whose answer was lost:
 * are the stored bytes ours?  So STORE_CHANGED and STORE_EXISTS are true
 * statements, but for one case: our write landed and another process has
 * written since.  `unsure` tells where that may be so.  A write without
 * condition is never sent twice, so that a late first copy cannot undo a later
 * write; it may still land after STORE_FAILED was reported.
 *
 * A store belongs to one process: open it after fork, not before.
 */
#ifndef STORE_H
#define STORE_H

#include "base/buf.h"
#include "base/err.h"

#define STORE_BLOB_MAX ((size_t)32 << 20)
#define STORE_KEY_MAX  1024 /* bytes; what Azure takes */
#define STORE_MARK_MAX 120  /* bytes; of a list's mark */
#define STORE_NOTE_MAX 512  /* bytes; of what is kept beside a blob */

enum store_verb {
	STORE_VERB_GET,
	STORE_VERB_PUT,
	STORE_VERB_REMOVE,
	STORE_VERB_LIST, /* all pages, in the same batch as other requests */
};

enum store_cond {
	STORE_ALWAYS,     /* no condition */
	STORE_IF_MATCH,   /* only if the ETag is still `etag` */
	STORE_IF_NEW,     /* put: only if the key is absent */
	STORE_IF_CHANGED, /* get: only if the ETag is not `etag` */
};

enum store_result {
	STORE_OK,
	STORE_ABSENT,    /* get, remove: no such blob */
	STORE_UNCHANGED, /* get with STORE_IF_CHANGED: still that ETag */
	STORE_EXISTS,    /* put with STORE_IF_NEW: the key is taken */
	STORE_CHANGED,   /* STORE_IF_MATCH: another ETag, or absent */
	STORE_FAILED,    /* fault; `err` of the op says which */
};

struct store_list;

struct store_op {
	enum store_verb verb;
	enum store_cond cond;
	const char *key;         /* caller's; of a list: the prefix */
	struct store_list *list; /* caller's, empty; of a list: the result */
	const char *etag;        /* caller's; for IF_MATCH and IF_CHANGED */
	const void *bytes;       /* caller's; for puts */
	size_t len;
	/* Caller's; of a put: a text beside the bytes, for a store that takes
	 * notes (store_takes_notes).  NULL: none, and the one before is gone. */
	const char *put_note;
	enum store_result result;
	struct buf body;     /* get: the bytes, with STORE_OK */
	struct buf note;     /* get: the text beside them, with STORE_OK */
	struct buf new_etag; /* get, put: ETag of these bytes, with STORE_OK */
	/* get, with STORE_OK: how long ago the blob was written, by the store's
	 * own clock, whatever ours shows; -1: the store cannot tell. */
	int64_t age_ms;
	struct err err; /* with STORE_FAILED */
	/* With STORE_CHANGED and STORE_EXISTS: the answer to an earlier try was
	 * lost, so this write may have happened before the other one. */
	bool unsure;
	/* With STORE_FAILED: the store works, and the fault is this key's
	 * alone.  A put: what stands there is no blob.  A get: a blob is there
	 * that this program may not read. */
	bool barred;
	/* Cost of the op, for the watch.  0 requests stand for one, 0 us for
	 * an unknown time. */
	unsigned requests; /* pages, further tries and look-ups included */
	unsigned gets;     /* of a list: the first of them are such */
	long us;
};

#define STORE_GET(k)                                                           \
	{                                                                      \
		.verb = STORE_VERB_GET, .key = (k), .body = BUF_INIT,          \
		.note = BUF_INIT, .new_etag = BUF_INIT                         \
	}
#define STORE_PUT(k, c, e, b, n)                                               \
	{                                                                      \
		.verb = STORE_VERB_PUT, .cond = (c), .key = (k), .etag = (e),  \
		.bytes = (b), .len = (n), .body = BUF_INIT, .note = BUF_INIT,  \
		.new_etag = BUF_INIT                                           \
	}
#define STORE_REMOVE(k, c, e)                                                  \
	{                                                                      \
		.verb = STORE_VERB_REMOVE, .cond = (c), .key = (k),            \
		.etag = (e), .body = BUF_INIT, .note = BUF_INIT,               \
		.new_etag = BUF_INIT                                           \
	}

#define STORE_LIST(prefix, l)                                                  \
	{                                                                      \
		.verb = STORE_VERB_LIST, .key = (prefix), .list = (l),         \
		.body = BUF_INIT, .note = BUF_INIT, .new_etag = BUF_INIT       \
	}

struct store_item {
	char *key;
	char *etag; /* in the memory of the key, where a list has it; "" in a
		     * list of changes: there is no such blob any more */
	uint64_t size;
	int64_t modified_ms; /* last write, by the store's clock; on azure cut
			      * to the second */
};

/* What lies there and is no blob: only to be told of, as no op takes it. */
struct store_strange {
	char *name;
	enum store_strange_kind {
		STORE_STRANGE_NAME,   /* its name is no key */
		STORE_STRANGE_FOLDER, /* nothing in it is listed */
		STORE_STRANGE_LINK,   /* symbolic, wherever it leads */
		STORE_STRANGE_OTHER,  /* a pipe, a socket, a device */
	} kind;
};

struct store_list { /* sorted bytewise by key */
	struct store_item *items;
	size_t n, cap;
	struct store_strange *strange; /* in any order */
	size_t n_strange, cap_strange;
	/* Set by the caller: only blobs with no further '/' behind the last one
	 * of the prefix matter.  A folder that others could be in is told of
	 * like an empty one, and need not be one that can be read; a store
	 * without folders lists all. */
	bool shallow;
	/*
	 * Set by a caller that keeps what it is told of a folder, shallowly:
	 * the mark of what it has, "" if nothing; NULL: it keeps nothing.  If
	 * the store knows what has changed since, it sets `changes`, and the
	 * items are the blobs that may be others now, or gone.  `mark` is that
	 * of the list; "" if the store can give none, or knew that there is
	 * more in the folder than blobs.
	 */
	const char *since;
	/* Set by it, too: the blob of which notes tell what has changed
	 * (changes.h), for a store that knows no more than that of a folder. */
	const char *told_by;
	bool changes;
	char mark[STORE_MARK_MAX + 1];
};

#define STORE_LIST_INIT                                                        \
	{                                                                      \
		.items = NULL                                                  \
	}
#define STORE_LIST_SHALLOW                                                     \
	{                                                                      \
		.shallow = true                                                \
	}
#define STORE_LIST_SINCE(m, key)                                               \
	{                                                                      \
		.shallow = true, .since = (m), .told_by = (key)                \
	}

struct store;

/*
 * A request that was sent, for the log and for counting.  If an op took
 * several requests (pages of a list, further tries), each is an event.
 */
struct store_event {
	enum store_verb verb;
	const char *key; /* key or prefix */
	enum store_result result;
	bool
	    again; /* not the last one of its op; it has no result of its own */
	/* Number of the wait that this request was part of, from 1: each batch
	 * is one, and so is each further request of an op. */
	unsigned round;
	size_t bytes; /* of the blob that was sent or came; 0: of none */
	long us;      /* microseconds; of the whole batch where unknown */
};
typedef void store_watch_fn(void *arg, const struct store_event *event);

/* Which store to open (store_open.h). */
struct store_options {
	const char *fs_dir;     /* or NULL */
	bool only_read;         /* fs: nothing is made in it */
	const char *azure_conn; /* connection string, or NULL; goes first */
	const char *container;  /* azure */
	const char *proxy;      /* azure: http.h; NULL: none */
	/* For tests; 0 is the default. */
	unsigned page; /* azure: names in a page of a list, 5000 */
	long retry_ms; /* azure: wait before the second try, 4000 */
};
/* Close the store and its backend; NULL is fine. */
void store_close(struct store *store);

/* Call `fn` for every request from now on; NULL for no more calls. */
void store_watch(struct store *store, store_watch_fn *fn, void *arg);

/* Call `fn` before every batch from now on, as the wait for it may be long. */
typedef void store_before_fn(void *arg);
void store_before(struct store *store, store_before_fn *fn, void *arg);

/*
 * Deadlines, by the monotonic clock.  A batch that has not ended by then ends:
 * what of it is not known to have happened is STORE_FAILED, and one that is
 * begun later fails at once.  Locks that an op needs, pauses before a further
 * try and requests that are under way all count.  Without a deadline a backend
 * has long ones of its own.
 *
 * 0: none.
 */
void store_set_deadline(struct store *store, int64_t until_ms);
/*
 * Let the deadline come so many milliseconds after now_ms, unless a batch
 * succeeds until then: each that does moves it on, up to that of
 * store_set_deadline, which comes first and takes this one away.  So a store
 * that is slow has more time than one that hangs.
 */
void store_set_stall(struct store *store, int64_t now_ms, int stall_ms);
/* Return most_ms, or less if the deadline comes first; at least 0. */
int store_time_left(const struct store *store, int most_ms);

/*
 * Let no batch take longer than that many milliseconds, and after one that
 * failed slowly let others fail at once for twice as long: for a process that
 * has something to do without the store.  0: as long as it takes.
 */
void store_set_patience(struct store *store, int patience_ms);
/* Return true if a batch that began now would fail at once for that. */
bool store_is_silent(const struct store *store);

/* Return true if a put's note is kept, and what has changed in a folder is found
 * by notes alone. */
bool store_takes_notes(const struct store *store);

/* Return "fs" (one host) or "azure" (many hosts; design.md 6). */
const char *store_kind(const struct store *store);

/*
 * Run a batch.  -1 if any op ended in STORE_FAILED (err is the first one's);
 * the results of the others stand.  The caller reads every other result.
 * Refuse the whole batch with ERR_INTERNAL if an op is malformed: a text that
 * is no key or no ETag, or a condition that its verb does not have.
 */
MUST_USE int store_run(
    struct store *store, struct store_op *ops, size_t n, struct err *err);

/*
 * Make sure that what a get or list has shown under a key, or under the prefix
 * that is a folder, outlives a power cut; for a caller that acknowledges what
 * it found instead of writing.  The write may have been one that failed, or
 * whose process died, after others could see it.  What a put or remove
 * answers, STORE_EXISTS and STORE_ABSENT included, lasts without this.
 */
MUST_USE int store_persist(
    struct store *store, const char *key, struct err *err);

/* Return true if every op of a batch that failed is barred: a caller that can do
 * without those goes on with the others. */
bool store_only_barred(const struct store_op *ops, size_t n);

/* Free the results of the ops; keys, bytes and lists are the caller's. */
void store_ops_release(struct store_op *ops, size_t n);

/*
 * List all blobs whose key starts with `prefix` (any prefix of a key, not only
 * a folder), in as many pages as it takes; a batch of one STORE_LIST.  `list`
 * must be empty; on failure it is.
 */
MUST_USE int store_list(struct store *store, const char *prefix,
    struct store_list *list, struct err *err);
void store_list_release(struct store_list *list);
/* Return the item of that key; NULL if there is none. */
const struct store_item *store_list_find(
    const struct store_list *list, const char *key);

/* For backends: remove all that a list has been told of, not its mark. */
void store_list_clear(struct store_list *list);
/* Append a copy of the item. */
void store_list_add(struct store_list *list, const struct store_item *item);
void store_list_add_strange(
    struct store_list *list, const char *name, enum store_strange_kind kind);

/* Return true if the text has the shape of a key (above), of one segment of
 * it. */
bool store_key_ok(const char *key);
bool store_segment_ok(const char *s);

/* Return the words for the log: "get", "put", "remove", "list"; "ok", "absent",
 * "unchanged", ...; of a request "again", too. */
const char *store_verb_name(enum store_verb verb);
const char *store_result_name(enum store_result result);
const char *store_event_name(const struct store_event *event);

/* For backends: end the op in STORE_FAILED; return its err, which lacks only
 * the detail. */
struct err *store_fail(struct store_op *op);

#define STORE_NO_END INT64_MAX

/*
 * The functions of a backend (store_fs.c, store_azure.c, tests/store_fault.c).
 * It gets ops that are well-formed and empty of results, STORE_OK until it
 * says otherwise.  It may leave a list unsorted and with a key twice, and
 * half-filled where the op failed.
 */
struct store_backend {
	const char *kind;
	bool takes_notes;
	/* until_ms as in store_set_deadline; STORE_NO_END: none. */
	void (*run)(
	    void *self, struct store_op *ops, size_t n, int64_t until_ms);
	/* For store_persist: 0, or -1 with errno.  NULL: whatever is seen
	 * lasts. */
	int (*persist)(void *self, const char *key);
	void (*close)(void *self);
};

/* Make a store of a backend; the store owns `self` from then on. */
struct store *store_new(const struct store_backend *backend, void *self);

#endif
