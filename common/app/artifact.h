/*
 * artifact: a finished week as it is stored, with the values that tell whether
 * it may still be shown (design.md 6, "Local memory").  Pure.
 *
 * `artifacts/<user>/timeline.json`: a line, and then the body of GET /codex as
 * gzip_parts_pack made it, which is how most clients take it:
 *
 *	{"v":3,"token":"..","created":ms,"validUntil":ms,"settings":"..",
 *	 "etag":".."}\n
 *
 * Times are ms since 1970.  The etag is the hash of the packed body, so a
 * corrupt artifact is noticed without unpacking it.
 *
 * Error handling
 *
 * A broken artifact is a miss, never an error that a person sees: build anew.
 */
#ifndef ARTIFACT_H
#define ARTIFACT_H

#include "base/buf.h"
#include "base/enc.h"
#include "host/version.h"

struct artifact {
	char token[VERSION_TOKEN_MAX]; /* read before the build began */
	int64_t created_ms;            /* when the build began */
	int64_t valid_until_ms;
	char settings[17];           /* struct app: what the week depends on */
	char etag[ENC_HASH_LEN + 1]; /* hash of the packed body */
};

/* Set the etag to the hash of the packed body and append the whole artifact. */
void artifact_print(
    struct buf *out, struct artifact *artifact, const struct buf *packed);

/* Read an artifact and append its body, packed.  -1 if it is broken in any way;
 * both outputs are untouched then. */
MUST_USE int artifact_parse(
    const struct buf *text, struct artifact *artifact, struct buf *packed);

/* Return true if another version of the programs wrote the artifact: it is good
 * for nothing here, and yet not broken. */
bool artifact_is_of_other_version(const struct buf *text);

/* Return true if the artifact is of this token and these settings: it shows
 * the present tasks, if perhaps for another time. */
bool artifact_is_current(
    const struct artifact *artifact, const char *token, const char *settings);

/*
 * Return true if the artifact may be shown: its token is the stored one, its
 * settings are ours, it was not made in the future (clocks of hosts may differ
 * by 2 s), and now is before its validUntil.
 */
bool artifact_is_good(const struct artifact *artifact, const char *token,
    const char *settings, int64_t now_ms);

#endif
