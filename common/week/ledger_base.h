/*
 * ledger_base: hold the records on which a user's `sync.json` lies, the bytes
 * of `state/<user>/records/<id>.json` (reconcile.md, "What is remembered").
 * Pure.
 *
 *	{"v":1,"files":[{"file":"0042-Brot.md",...},...]}
 *
 * It has what a sync.json of few files has, but the records alone, and its id
 * is the hash of its bytes.  It never changes, so all that are about the same
 * one share it: each holds it, and the last one to drop it frees it.
 *
 * Whoever reads its records (ledger_json.h) leaves them with the base, where
 * the next ledger that lies on it takes them from: so they are read once, and
 * are there once, however many ledgers there are.
 *
 * Calling sequence
 *
 *	base = ledger_base_new(&bytes);		NULL: no base
 *	ledger_base_find(base, "0042-Brot.md", &span);
 *	other = ledger_base_hold(base);
 *	ledger_base_drop(base);
 *	ledger_base_drop(other);
 */
#ifndef LEDGER_BASE_H
#define LEDGER_BASE_H

#include "base/buf.h"
#include "base/enc.h"
#include "week/ledger_record.h"

struct ledger_base_record {
	char *file;
	size_t at, len; /* of the record, in the text */
};

struct ledger_base {
	unsigned holders;
	char id[ENC_HASH_LEN + 1];
	struct buf text;
	struct ledger_base_record *records; /* sorted by name */
	size_t n, cap;
	/* The n records as they are read, held; NULL: they are not. */
	const struct ledger_file **read;
	size_t read_bytes; /* of memory that they take, about */
};

/*
 * Make a base of these bytes, which the caller holds.  NULL if they are no
 * JSON, or have no records in the order of their names; what a record says is
 * not looked at.
 */
MUST_USE struct ledger_base *ledger_base_new(const struct buf *text);

/* Hold the base once more, and return it; NULL is fine. */
struct ledger_base *ledger_base_hold(struct ledger_base *base);
/* Hold the base no longer; NULL is fine. */
void ledger_base_drop(struct ledger_base *base);
/* Hold a base, or none (NULL), in place of the one that *held is. */
void ledger_base_set(struct ledger_base **held, struct ledger_base *base);

/* Return the bytes of the record of a file, and set *len; NULL if there is
 * none. */
const char *ledger_base_find(
    const struct ledger_base *base, const char *file, size_t *len);

/* Let the base have its n records as they are read, and hold them in the
 * caller's place. */
void ledger_base_set_read(
    struct ledger_base *base, const struct ledger_file **read);
/* Have them no more: who lies on the base has what it took. */
void ledger_base_unread(struct ledger_base *base);

/* Return about how many bytes of memory the base takes, without them. */
size_t ledger_base_bytes(const struct ledger_base *base);

#endif
