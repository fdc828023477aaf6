/*
 * api_token: API tokens, `cm_<user>_<64 hex digits>` (design.md 9).
 *
 * A user makes them for their own scripts.  The secret is 256 random bits and
 * is shown once.  The store keeps the hash of the whole token; enc_hash has
 * neither salt nor slowness, as 256 random bits cannot be guessed anyway.
 * state/<user>/tokens.json:
 *
 *	{"tokens":[{"id", "name", "access": "read"|"write", "hash",
 *	    "createdAt", "lastUsedAt"}]}, times in ms since 1970
 *
 * The list is remembered (user_cache.h), so a token that was revoked is
 * refused at once on this host, and within CACHE_REVALIDATE_MS on others
 * (design.md 6).
 *
 * Calling sequence
 *
 *	api_token_check(auth, text, user, &token, err)	before the request
 *	... answer the request ...
 *	api_token_touch(auth, user, token.id)		after the answer
 *
 *	struct api_token_list list = API_TOKEN_LIST_INIT;
 *
 *	if (api_token_list(auth, user, &list, err) == -1)
 *		...
 *	api_token_list_release(&list);
 *
 * Error handling
 *
 * ERR_STORE if the store fails or tokens.json is broken; ERR_CONTENDED if a
 * change lost every swap to other writers.  A change that failed may be in the
 * store all the same.  api_token_make gives out no secret then, so such a
 * token can only be revoked; api_token_revoke may be called again.
 */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "app/user_cache.h"
#include "auth/auth.h"
#include "base/enc.h"

#define API_TOKEN_PREFIX   "cm_"
#define API_TOKEN_ID_LEN   16 /* hex digits */
#define API_TOKEN_NAME_MAX 60 /* characters */
#define API_TOKEN_PER_USER 50
/* lastUsedAt is written at most once in this time, so it may lag by that. */
#define API_TOKEN_USED_MS INT64_C(3600000)

struct api_token {
	char id[API_TOKEN_ID_LEN + 1];
	char name[4 * API_TOKEN_NAME_MAX + 1]; /* the user's, UTF-8 */
	char hash[ENC_HASH_LEN + 1];
	bool may_write;
	int64_t made_ms, used_ms; /* used_ms is 0 for never */
};

/* A user's tokens as the store has them now, oldest first. */
struct api_token_list {
	struct api_token *items; /* in `room` */
	size_t n;
	struct buf room;
};

#define API_TOKEN_LIST_INIT                                                    \
	{                                                                      \
		.room = BUF_INIT                                               \
	}
void api_token_list_release(struct api_token_list *list);

/* Read the user's tokens from the store, not from memory: the list is shown to
 * a person.  On failure `list` is empty. */
MUST_USE int api_token_list(const struct auth *auth, const char *user,
    struct api_token_list *list, struct err *err);

struct api_token_new {
	const char *name;
	bool may_write;
};

/*
 * Make a token: store its hash, fill `token` and append the token itself to
 * `secret`, the only time that it is shown.  ERR_VALUE if the name is empty,
 * too long or has control characters, or if the user has API_TOKEN_PER_USER
 * tokens.
 */
MUST_USE int api_token_make(const struct auth *auth, const char *user,
    const struct api_token_new *what, struct api_token *token,
    struct buf *secret, struct err *err);

/* Append the members id, name, access, createdAt and lastUsedAt (RFC 3339,
 * null for never) to an open JSON object; never the hash. */
void api_token_add(struct buf *out, const struct api_token *token);

/* Remove the token with this id.  ERR_NOT_FOUND if the user has none. */
MUST_USE int api_token_revoke(
    const struct auth *auth, const char *user, const char *id, struct err *err);

/* Read the user whom the token names, which proves nothing yet.  `user` has
 * room for NAMES_USER_MAX + 1 bytes.  -1 if the text has not the shape of a
 * token. */
MUST_USE int api_token_user(const char *text, char *user);

/*
 * Find the user and the list entry of the token `text`.  `user` has room for
 * NAMES_USER_MAX + 1 bytes.  ERR_LOGIN if the token is not good, with the same
 * sentence whatever is wrong with it, so that an answer helps nobody to guess.
 */
MUST_USE int api_token_check(const struct auth *auth, const char *text,
    char *user, struct api_token *token, struct err *err);

/* The same, but look whether another host has changed the list since memory was
 * read (user_cache.h). */
MUST_USE int api_token_recheck(const struct auth *auth, const char *text,
    char *user, struct api_token *token, struct err *err);

/*
 * Store that the token was used just now, unless lastUsedAt is younger than
 * API_TOKEN_USED_MS, and return true if it is the first use in that time.  Call
 * this after the answer is sent: it may write to the store.  Failures are
 * ignored, as a later use writes a later time.
 */
bool api_token_touch(const struct auth *auth, const char *user, const char *id);

/* Say what the bytes of a tokens.json are. */
enum user_cache_parsed api_token_judge(const struct buf *bytes);

#endif
