/*
 * bundle: many blobs in one file, which tar(1) can read: a pax archive
 * (POSIX.1-2001, "pax") in gzip, by libarchive.
 *
 *	BUNDLE      first: {"v":1,"by":"codex-miroir ..."}
 *	store/KEY   each blob, with the time of its last write
 *	SHA256SUMS  last: a line for each blob, as sha256sum(1) checks it
 *
 * A file that was cut or damaged anywhere is told from a whole one: what ends
 * before its sums, or has others, is none.
 *
 * Calling sequence
 *
 *	if (bundle_create(fd, &writer, err) == -1)
 *		return -1;
 *	rc = bundle_add(writer, item.key, &bytes, item.modified_ms, err);
 *	...
 *	rc = bundle_finish(writer, err);	or bundle_abandon(writer)
 *
 *	bundle_read(fd, take_blob, arg, err)
 *
 * Error handling: ERR_SETTING for a file that cannot be written, or that is no
 * whole bundle; ERR_NEWER for one of a newer program; what `take` returned.
 * The file descriptor is the caller's.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include "base/buf.h"
#include "base/err.h"

#define BUNDLE_VERSION 1

struct bundle_writer;

MUST_USE int bundle_create(int fd, struct bundle_writer **out, struct err *err);
/* Append a blob.  After a failure the bundle can only be abandoned. */
MUST_USE int bundle_add(struct bundle_writer *writer, const char *key,
    const struct buf *bytes, int64_t modified_ms, struct err *err);
/* Append the sums, write all of it to the disk, and free the writer, whether
 * that fails or not. */
MUST_USE int bundle_finish(struct bundle_writer *writer, struct err *err);
/* Free the writer; the file has no end.  NULL is fine. */
void bundle_abandon(struct bundle_writer *writer);

/* Take one blob of a bundle; -1 with err set ends the reading. */
typedef int bundle_take_fn(
    void *arg, const char *key, const struct buf *bytes, struct err *err);
/*
 * Call `take` for each blob of the file, from its beginning.  Only a success
 * tells that what was taken is sound and all of it.
 */
MUST_USE int bundle_read(
    int fd, bundle_take_fn *take, void *arg, struct err *err);

#endif
