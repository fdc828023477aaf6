/*
 * facts: what is known of each of a user's files before anything is decided:
 * what the mirror and Git have (docs/reconcile.md 3 to 5).  Pure data:
 * run_facts reads it, a test writes it as literals.
 *
 * Error handling: no function fails.
 *
 * Calling sequence:
 *
 *	struct facts facts = FACTS_INIT;
 *
 *	facts_add(&facts, name);        once for each place that has the name
 *	facts_sort(&facts);             one entry for each name
 *	facts_set_mirror(file, etag);   the listed ones
 *	facts_set_bytes(file, &bytes);  those that the plan must read
 *	facts_release(&facts);
 *
 * Entries keep their address from facts_sort on: a plan points at them.
 */
#ifndef FACTS_H
#define FACTS_H

#include "base/buf.h"
#include "base/enc.h"
#include "git/object_id.h"
#include "week/ledger.h"

/* A blob of Git's that the plan wants to see. */
struct facts_blob {
	enum facts_blob_state {
		FACTS_UNREAD,
		FACTS_READ,
		FACTS_TOO_LARGE,
		FACTS_ABSENT,
	} state;
	bool singly;      /* no query for many blobs gives it */
	struct buf bytes; /* with FACTS_READ */
};

struct facts_file {
	char *file;                  /* bare name */
	char remote[LEDGER_SHA_MAX]; /* plain file's blob in Git; "" none */
	bool executable;             /* Git has that blob with mode 100755 */
	enum ledger_foreign foreign; /* Git has this instead of a file */
	bool there;                  /* in the mirror */
	bool barred;                 /* the mirror can neither give nor take a
				      * file of that name (strays.h); not there */
	uint64_t size;               /* bytes, the mirror's and Git's */
	struct buf etag;             /* the list's; once read, of the bytes */
	bool read;                   /* the mirror was asked for the bytes */
	struct buf bytes;            /* the mirror's, if read and there */
	char hash[ENC_HASH_LEN + 1]; /* of these bytes; "" unread */
	struct object_id id;         /* as Git names them; "" unread */
	struct facts_blob theirs;    /* `remote` */
	struct facts_blob base;      /* the base of the file's record */
};

struct facts {
	struct facts_file *files; /* by name */
	size_t n, cap;
};

#define FACTS_INIT                                                             \
	{                                                                      \
		.files = NULL                                                  \
	}
void facts_release(struct facts *facts);

/* Append an entry of that name; valid until the next facts_add. */
struct facts_file *facts_add(struct facts *facts, const char *file);
/* Sort by name and keep one of those with the same name: fill in later. */
void facts_sort(struct facts *facts);
/* Return the entry of that name; NULL if there is none. */
struct facts_file *facts_find(const struct facts *facts, const char *file);

/* Note that the mirror has the file, with this ETag. */
void facts_set_mirror(struct facts_file *file, const char *etag);
/*
 * Note the mirror's bytes and the ETag that came with them; both bufs are
 * empty afterwards.
 */
void facts_set_bytes(
    struct facts_file *file, struct buf *bytes, struct buf *etag);
/* Note that the file was listed and has vanished since. */
void facts_set_vanished(struct facts_file *file);
/* Note that the name is barred. */
void facts_set_barred(struct facts_file *file);

#endif
