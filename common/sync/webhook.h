/*
 * webhook: check and read what GitHub sends, without trust and with little
 * memory.  Pure: no network, no store.
 *
 * The order is that of the functions: first the signature over the raw
 * body, then the JSON in it, then what a push says.
 *
 *	if (!webhook_signed(&body, signature, secret, old))
 *		return err_set(err, ERR_LOGIN, ...);
 *	if (webhook_payload(&body, content_type, err) == -1 ||
 *	    webhook_scan(&body, base_path, &push, err) == -1)
 *		return -1;
 *
 * Calling sequence: as above; then push_event_ring (push_event.h).
 *
 * Error handling: -1 with ERR_MEDIA_TYPE, ERR_VALUE or ERR_JSON, as each
 * function says.  A body that webhook_payload refused may be changed.
 *
 * Shapes and limits: GitHub, "Webhook events and payloads" (push),
 * "Validating webhook deliveries", "Best practices for using webhooks";
 * platforms.md, "GitHub webhooks".
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "base/buf.h"
#include "base/err.h"
#include "store/user_set.h"

/* Bytes; GitHub sends at most 25 MB.  nginx has the same limit of 26 MB. */
#define WEBHOOK_BODY_MAX ((size_t)26 << 20)

/* A list of so many entries may have been cut by GitHub. */
#define WEBHOOK_COMMITS_MAX 2048
#define WEBHOOK_FILES_MAX   3000 /* in one commit */
/* A push that concerns more users counts as one that concerns all. */
#define WEBHOOK_USERS_MAX 4096

/*
 * Return true if `signature` (X-Hub-Signature-256, or NULL) is `sha256=` and
 * the HMAC-SHA256 of the body, in hex, with one of the secrets; `old` may be
 * NULL.  The time that it takes does not depend on how much of a well-formed
 * signature is right.
 */
bool webhook_signed(const struct buf *body, const char *signature,
    const char *secret, const char *old);

/*
 * Replace the body by the JSON in it: leave it for application/json, decode
 * the member `payload` for application/x-www-form-urlencoded.  In place, since
 * a second copy could be 26 MB.  Fail with ERR_MEDIA_TYPE for any other type,
 * with ERR_VALUE without a payload or with a wrong %-escape.
 */
MUST_USE int webhook_payload(
    struct buf *body, const char *content_type, struct err *err);

struct webhook_push {
	struct buf ref;           /* "refs/heads/main" */
	struct buf before, after; /* ids; zeros: there was or is no branch */
	struct buf repository;    /* "owner/name" as GitHub writes it */
	bool created, deleted, forced;
	size_t n_commits;
	/* The users of whose tasks a commit adds, changes or removes one:
	 * `<base_path>/<User>/tasks/...`, in lower case. */
	struct user_set users;
	/* True if the push concerns no other users.  False if a list is
	 * absent, may be cut (_MAX above), or is not the difference
	 * (created, deleted, forced). */
	bool whole;
};

#define WEBHOOK_PUSH_INIT                                                      \
	{                                                                      \
		.ref = BUF_INIT, .before = BUF_INIT, .after = BUF_INIT,        \
		.repository = BUF_INIT                                         \
	}
void webhook_push_release(struct webhook_push *push);

/*
 * Read a push from its JSON into an empty push, in one pass and without a
 * tree, so that the memory is that of the result whatever the body is.  Skip
 * members of no interest; of a member that comes twice the last counts, and
 * users add up.  Fail with ERR_JSON, and leave push as it was, if the body is
 * no JSON object or is too deep.
 */
MUST_USE int webhook_scan(const struct buf *json, const char *base_path,
    struct webhook_push *push, struct err *err);

#endif
