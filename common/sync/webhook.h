/*
 * webhook: what GitHub sends, read without trust and without much memory.
 * Pure: no network, no store.
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
 * Shapes and limits: GitHub, "Webhook events and payloads" (push),
 * "Validating webhook deliveries", "Best practices for using webhooks".
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "base/buf.h"
#include "base/err.h"
#include "store/user_set.h"

/* GitHub sends nothing over 25 MB; a little more is let in, as nginx does. */
#define WEBHOOK_BODY_MAX ((size_t)26 << 20)

/* With so many a list may be cut. */
#define WEBHOOK_COMMITS_MAX 2048
#define WEBHOOK_FILES_MAX   3000 /* in one commit */
/* More users than that are not told apart; they count as all. */
#define WEBHOOK_USERS_MAX 4096

/*
 * True if `signature` (X-Hub-Signature-256, or NULL) is `sha256=` and the
 * HMAC-SHA256 of the body, in hex, with one of the secrets; `old` may be
 * NULL.  Takes the same time whatever the signature says.
 */
bool webhook_signed(const struct buf *body, const char *signature,
    const char *secret, const char *old);

/*
 * Makes the body the JSON in it: as it is for application/json, the member
 * `payload` decoded for application/x-www-form-urlencoded.  In place: no
 * second copy.  ERR_MEDIA_TYPE for anything else, ERR_VALUE without payload.
 */
MUST_USE int webhook_payload(
    struct buf *body, const char *content_type, struct err *err);

struct webhook_push {
	struct buf ref;           /* "refs/heads/main" */
	struct buf before, after; /* ids; zeros where the branch is not */
	struct buf repository;    /* "owner/name" as GitHub writes it */
	bool created, deleted, forced;
	size_t n_commits;
	/* Whose tasks a commit adds, changes or removes:
	 * `<base_path>/<User>/tasks/...`, whatever the user's case. */
	struct user_set users;
	/* The users are all whom the push concerns.  False where the lists
	 * are absent, cut (_MAX above), or not the difference (created,
	 * deleted, forced). */
	bool whole;
};

#define WEBHOOK_PUSH_INIT                                                      \
	{                                                                      \
		.ref = BUF_INIT, .before = BUF_INIT, .after = BUF_INIT,        \
		.repository = BUF_INIT                                         \
	}
void webhook_push_release(struct webhook_push *push);

/*
 * Reads a push from its JSON in one pass, without a tree: memory is that of
 * the result, whatever comes.  Members of no interest are skipped unread; of
 * a member that stands twice the last counts, and users add up.  ERR_JSON
 * for what is no JSON object or too deep.
 */
MUST_USE int webhook_scan(const struct buf *json, const char *base_path,
    struct webhook_push *push, struct err *err);

#endif
