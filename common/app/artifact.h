/*
 * artifact: a finished week as it is stored, with what it is worth
 * (design.md 6).  Pure.
 *
 * `artifacts/<user>/timeline.json`:
 *
 *	{"token":"..","created":ms,"validUntil":ms,"settings":"..",
 *	 "etag":"..","timeline":{ ..the body of GET /codex.. }}
 *
 * The body stands last and is found by position, so that a reader need not
 * parse it; its hash is the etag, so a corrupt artifact is noticed.
 */
#ifndef ARTIFACT_H
#define ARTIFACT_H

#include "app/version.h"
#include "base/buf.h"
#include "base/enc.h"

struct artifact {
	char token[VERSION_TOKEN_MAX]; /* read before the build began */
	int64_t created_ms;            /* the build's now */
	int64_t valid_until_ms;
	char settings[17];           /* struct app: what the week depends on */
	char etag[ENC_HASH_LEN + 1]; /* hash of the body */
};

/* Fills etag from the body and appends the whole. */
void artifact_print(
    struct buf *out, struct artifact *artifact, const struct buf *body);

/* Reads one; body is appended.  -1 if it is broken in any way. */
MUST_USE int artifact_parse(
    const struct buf *text, struct artifact *artifact, struct buf *body);

/*
 * True while it may be shown: its token is the current one, its settings
 * are ours, it was not made in the future (clocks of hosts may differ by
 * 2 s) and it is not over.
 */
bool artifact_is_good(const struct artifact *artifact, const char *token,
    const char *settings, int64_t now_ms);

#endif
